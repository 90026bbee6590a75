/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-input-branch.h"

/* Returns: whether there is an @element; it goes behind the others */
gboolean
rtc_input_add_element (GstBin *bin, GPtrArray *elements, GstElement *element)
{
  if (!element)
    return FALSE;
  gst_bin_add (bin, element);
  g_ptr_array_add (elements, gst_object_ref (element));
  return TRUE;
}

/* A bin that is being disposed of has let go of its elements already. */
void
rtc_input_remove_element (GstBin *bin, GstElement *element)
{
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  if (gst_object_has_as_parent (GST_OBJECT (element), GST_OBJECT (bin)))
    gst_bin_remove (bin, element);
}

static gboolean
add (RtcInputBranch *self, const char *factory, const char *options, GError **error)
{
  return rtc_input_add_element (self->bin, self->elements,
                                rtc_element_make (factory, options, error));
}

static gboolean
add_filter (RtcInputBranch *self, GstCaps *caps, GError **error)
{
  if (!add (self, "capsfilter", NULL, error))
    return FALSE;
  g_object_set (g_ptr_array_index (self->elements, self->elements->len - 1), "caps", caps, NULL);
  return TRUE;
}

static gboolean
add_converters (RtcInputBranch *self, RtcMedia media, GError **error)
{
  if (media == RTC_MEDIA_VIDEO)
    return add (self, "videoconvert", NULL, error);
  return add (self, "audioconvert", NULL, error) && add (self, "audioresample", NULL, error);
}

/* Builds it for raw media. Returns: (transfer none): the encoder, or %NULL and an error */
GstElement *
rtc_input_branch_encode (RtcInputBranch *self, const RtcCodec *codec, GError **error)
{
  g_autoptr (GstCaps) caps = rtc_codec_get_encoding_caps (codec);
  GstElement *encoder;

  self->codec = codec;
  if (!add_converters (self, codec->media, error))
    return NULL;
  encoder = rtc_codec_make_encoder (codec, error);
  if (!rtc_input_add_element (self->bin, self->elements, encoder) ||
      !add_filter (self, caps, error))
    return NULL;
  return encoder;
}

/* Builds it for media in any form of @codec. */
gboolean
rtc_input_branch_parse (RtcInputBranch *self, const RtcCodec *codec, GError **error)
{
  g_autoptr (GstCaps) caps = rtc_codec_get_frame_caps (codec);

  self->codec = codec;
  return !codec->has_forms || (add (self, codec->parser.factory, codec->parser.options, error) &&
                               add_filter (self, caps, error));
}

/* Links what was built, the last element first. */
void
rtc_input_branch_start (RtcInputBranch *self)
{
  GstElement *next = self->appsink;

  for (guint i = self->elements->len; i > 0; i--) {
    GstElement *element = g_ptr_array_index (self->elements, i - 1);

    gst_element_link (element, next);
    gst_element_sync_state_with_parent (element);
    next = element;
  }
}

/* Takes everything away but the appsink. */
void
rtc_input_branch_clear (RtcInputBranch *self)
{
  for (guint i = 0; i < self->elements->len; i++)
    rtc_input_remove_element (self->bin, g_ptr_array_index (self->elements, i));
  g_ptr_array_set_size (self->elements, 0);
  self->codec = NULL;
}

/* Returns: (transfer full): where media come in */
GstPad *
rtc_input_branch_get_sink_pad (RtcInputBranch *self)
{
  GstElement *first =
      self->elements->len > 0 ? g_ptr_array_index (self->elements, 0) : self->appsink;

  return gst_element_get_static_pad (first, "sink");
}

/* @callbacks: get the branch */
RtcInputBranch *
rtc_input_branch_new (gpointer owner, GstBin *bin, GstAppSinkCallbacks *callbacks)
{
  RtcInputBranch *self = g_new0 (RtcInputBranch, 1);

  self->owner = owner;
  self->bin = bin;
  self->elements = g_ptr_array_new_with_free_func (gst_object_unref);
  self->gate = rtc_gate_new ();
  rtc_thinning_init (&self->thinning);
  rtc_gate_open (self->gate, self);
  self->last_silence = GST_CLOCK_TIME_NONE;
  self->last_pts = GST_CLOCK_TIME_NONE;
  self->appsink = rtc_element_make ("appsink", "sync=false async=false max-buffers=1", NULL);
  gst_object_ref_sink (self->appsink);
  gst_app_sink_set_callbacks (GST_APP_SINK (self->appsink), callbacks, self, NULL);
  gst_bin_add (bin, self->appsink);
  gst_element_sync_state_with_parent (self->appsink);
  return self;
}

/* Takes it out of the bin. */
void
rtc_input_branch_remove (RtcInputBranch *self)
{
  rtc_input_branch_clear (self);
  rtc_input_remove_element (self->bin, self->appsink);
}

/* The bin may be gone. */
void
rtc_input_branch_free (RtcInputBranch *self)
{
  g_clear_object (&self->encoder);
  g_clear_object (&self->source);
  g_clear_object (&self->appsink);
  g_ptr_array_unref (self->elements);
  rtc_gate_free (self->gate);
  rtc_thinning_clear (&self->thinning);
  g_free (self);
}
