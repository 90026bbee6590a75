/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is between the pad and the consumers, made as the caps and the choice of codecs ask for. */

#include "rtc-input-private.h"

#include "rtc-delay.h"

#include <gst/video/video-event.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* Branches */

static void
set_branches (RtcInput *self, RtcInputBranch *branch, RtcInputBranch *old)
{
  g_mutex_lock (&self->lock);
  self->branch = branch;
  self->old_branch = old;
  g_mutex_unlock (&self->lock);
}

static GstElement *
get_tee (RtcInput *self)
{
  return g_ptr_array_index (self->front, self->front->len - 1);
}

static void
link_branch (RtcInput *self, RtcInputBranch *branch)
{
  g_autoptr (GstPad) sink_pad = rtc_input_branch_get_sink_pad (branch);

  rtc_input_branch_start (branch);
  branch->source = gst_element_request_pad_simple (get_tee (self), "src_%u");
  gst_pad_link (branch->source, sink_pad);
}

static void
unlink_branch (RtcInput *self, RtcInputBranch *branch)
{
  if (branch->source)
    gst_element_release_request_pad (get_tee (self), branch->source);
  g_clear_object (&branch->source);
}

static void
remove_branch (RtcInput *self, RtcInputBranch *branch)
{
  unlink_branch (self, branch);
  rtc_input_branch_remove (branch);
  rtc_input_branch_free (branch);
}

static void
set_encoder (RtcInput *self, RtcInputBranch *branch, GstElement *encoder)
{
  g_autoptr (GstElement) old = NULL;

  g_mutex_lock (&self->lock);
  old = branch->encoder;
  branch->encoder = encoder ? gst_object_ref (encoder) : NULL;
  g_mutex_unlock (&self->lock);
}

static gboolean
build_encoder (RtcInput *self, RtcInputBranch *branch, const RtcCodec *codec, GError **error)
{
  GstElement *encoder = rtc_input_branch_encode (branch, codec, error);

  set_encoder (self, branch, encoder);
  if (encoder && self->media == RTC_MEDIA_AUDIO)
    rtc_input_watch_level (self, encoder);
  return encoder != NULL;
}

static GstPadProbeReturn
on_frame_to_encode (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcInputBranch *branch = user_data;
  GstClockTime time = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));

  return rtc_thinning_admit (&branch->thinning, time) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void
start_encoder (RtcInput *self, RtcInputBranch *branch)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (branch->encoder, "sink");

  if (self->media == RTC_MEDIA_VIDEO)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame_to_encode, branch, NULL);
  rtc_input_apply_bitrate (self);
  self->setup (branch->encoder, self->user_data);
  link_branch (self, branch);
}

/* Whether somebody is connected with the codec of @branch. */
static gboolean
is_in_use (RtcInput *self, RtcInputBranch *branch)
{
  g_autoptr (GPtrArray) consumers = rtc_input_get_consumers (self);

  for (guint i = 0; i < consumers->len; i++) {
    if (rtc_peer_get_codec (g_ptr_array_index (consumers, i), self->media) == branch->codec)
      return TRUE;
  }
  return FALSE;
}

static void
remove_old_branch (RtcInput *self)
{
  RtcInputBranch *old = self->old_branch;

  if (!old)
    return;
  set_branches (self, self->branch, NULL);
  remove_branch (self, old);
}

/* The codec before goes on beside the new one, for those who are sent it. */
static void
change_codec (RtcInput *self, const RtcCodec *codec)
{
  RtcInputBranch *last = self->branch;
  RtcInputBranch *branch;
  g_autoptr (GError) error = NULL;

  if (self->old_branch && self->old_branch->codec == codec) {
    set_branches (self, self->old_branch, last);
    return;
  }
  remove_old_branch (self);
  branch = rtc_input_make_branch (self);
  if (!build_encoder (self, branch, codec, &error)) {
    GST_WARNING_OBJECT (self->bin, "%s", error->message);
    remove_branch (self, branch);
    return;
  }
  g_object_set (branch->appsink, "sync", !self->is_live, NULL);
  set_branches (self, branch, last);
  start_encoder (self, branch);
}

static const RtcCodec *
get_wanted (RtcInput *self)
{
  const RtcCodec *codec;

  g_mutex_lock (&self->lock);
  codec = self->codec;
  g_mutex_unlock (&self->lock);
  return codec;
}

/* While a raw frame is held: nothing else flows into the branches. */
static void
update_branches (RtcInput *self)
{
  const RtcCodec *codec = get_wanted (self);

  if (codec != self->branch->codec)
    change_codec (self, codec);
  if (self->old_branch && !is_in_use (self, self->old_branch))
    remove_old_branch (self);
}

/* Raw frames */

/* Whether an encoded frame would be of use to anybody. */
static gboolean
is_taken (RtcInput *self)
{
  g_autoptr (GPtrArray) consumers = NULL;

  if (self->media == RTC_MEDIA_VIDEO && rtc_input_get_muted (self))
    return FALSE;
  consumers = rtc_input_get_consumers (self);
  for (guint i = 0; i < consumers->len; i++) {
    if (rtc_peer_takes (g_ptr_array_index (consumers, i), self->media))
      return TRUE;
  }
  return FALSE;
}

static void
resume (RtcInput *self, GstPad *pad, GstPadProbeInfo *info)
{
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));

  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  g_mutex_lock (&self->lock);
  self->resumed_at = GST_BUFFER_PTS (buffer);
  g_mutex_unlock (&self->lock);
  if (self->media == RTC_MEDIA_VIDEO)
    gst_pad_send_event (
        pad, gst_video_event_new_downstream_force_key_unit (
                 GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, TRUE, 0));
}

/* While nobody takes the track its raw frames go no further; the first that does is a key frame. */
static GstPadProbeReturn
on_raw_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcInput *self = user_data;

  if (!is_taken (self)) {
    self->skipping = TRUE;
    return GST_PAD_PROBE_DROP;
  }
  rtc_delay_log_buffer (GST_ELEMENT (self->bin), self->media, RTC_HOP_CAPTURE, pad,
                        GST_PAD_PROBE_INFO_BUFFER (info));
  update_branches (self);
  if (self->skipping)
    resume (self, pad, info);
  self->skipping = FALSE;
  return GST_PAD_PROBE_OK;
}

/* The chain */

static gboolean
add_to_front (RtcInput *self, const char *factory, const char *options, GError **error)
{
  return rtc_input_add_element (self->bin, self->front, rtc_element_make (factory, options, error));
}

/* The queue is full: it drops its oldest frame. */
static void
on_overrun (GstElement *queue, RtcInput *self)
{
  g_atomic_int_inc (&self->dropped);
}

/* A live source must not be held up: when the encoder is too slow, raw frames are dropped. */
static gboolean
add_queue (RtcInput *self, GError **error)
{
  if (!add_to_front (self, "queue",
                     "leaky=downstream max-size-buffers=3 max-size-time=0 max-size-bytes=0", error))
    return FALSE;
  g_signal_connect_object (g_ptr_array_index (self->front, self->front->len - 1), "overrun",
                           G_CALLBACK (on_overrun), self, 0);
  return TRUE;
}

/* What does not come at its own pace gets one here, for an appsink may see nothing of it. */
static gboolean
build_front (RtcInput *self, GError **error)
{
  g_autoptr (GstPad) pad = NULL;

  if (!self->is_live && !add_to_front (self, "clocksync", NULL, error))
    return FALSE;
  if (self->is_live && self->media == RTC_MEDIA_VIDEO && !add_queue (self, error))
    return FALSE;
  if (!add_to_front (self, "tee", NULL, error))
    return FALSE;
  pad = gst_element_get_static_pad (get_tee (self), "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_raw_buffer, self, NULL);
  return TRUE;
}

static void
start_front (RtcInput *self)
{
  for (guint i = self->front->len; i > 0; i--) {
    GstElement *element = g_ptr_array_index (self->front, i - 1);

    if (i < self->front->len)
      gst_element_link (element, g_ptr_array_index (self->front, i));
    gst_element_sync_state_with_parent (element);
  }
}

/* Takes everything away but one appsink. */
void
rtc_input_remove_chain (RtcInput *self)
{
  /* Their threads first, so that nothing flows into the branches. */
  for (guint i = 0; i < self->front->len; i++) {
    gst_element_set_locked_state (g_ptr_array_index (self->front, i), TRUE);
    gst_element_set_state (g_ptr_array_index (self->front, i), GST_STATE_NULL);
  }
  remove_old_branch (self);
  unlink_branch (self, self->branch);
  set_encoder (self, self->branch, NULL);
  rtc_input_branch_clear (self->branch);
  for (guint i = 0; i < self->front->len; i++)
    rtc_input_remove_element (self->bin, g_ptr_array_index (self->front, i));
  g_ptr_array_set_size (self->front, 0);
}

static gboolean
build_raw (RtcInput *self, GError **error)
{
  const RtcCodec *codec = rtc_input_choose_codec (self, error);

  if (!codec || !build_front (self, error) || !build_encoder (self, self->branch, codec, error))
    return FALSE;
  start_encoder (self, self->branch);
  start_front (self);
  rtc_input_set_codec (self, codec, TRUE);
  return TRUE;
}

static gboolean
build_encoded (RtcInput *self, const RtcCodec *codec, GError **error)
{
  if (!rtc_codec_check_payloader (codec, error) ||
      !rtc_input_branch_parse (self->branch, codec, error))
    return FALSE;
  rtc_input_branch_start (self->branch);
  rtc_input_set_codec (self, codec, FALSE);
  return TRUE;
}

/* @codec: of what comes; %NULL: it is raw. Returns: whether what is there does */
static gboolean
is_built_for (RtcInput *self, const RtcCodec *codec)
{
  gboolean has_front = self->front->len > 0;

  return codec ? !has_front && self->branch->codec == codec : has_front;
}

/*
 * rtc_input_configure:
 * @caps: what is about to come; on the thread that will bring it
 * @is_live: whether it comes at its own pace; else it is paced by its timestamps
 *
 * Builds what is needed between @caps and the appsink. What is there and still fits stays.
 *
 * Returns: (transfer full): the pad that takes it, or %NULL with @error set
 */
GstPad *
rtc_input_configure (RtcInput *self, GstCaps *caps, gboolean is_live, GError **error)
{
  const RtcCodec *codec = rtc_codec_find_encoded (caps);

  self->is_live = is_live;
  g_object_set (self->branch->appsink, "sync", !is_live, NULL);
  if (!is_built_for (self, codec)) {
    rtc_input_remove_chain (self);
    if (!(codec ? build_encoded (self, codec, error) : build_raw (self, error))) {
      rtc_input_remove_chain (self);
      return NULL;
    }
  }
  GST_INFO_OBJECT (self->bin, "%s comes as %" GST_PTR_FORMAT, rtc_media_to_string (self->media),
                   caps);
  if (codec)
    return rtc_input_branch_get_sink_pad (self->branch);
  return gst_element_get_static_pad (g_ptr_array_index (self->front, 0), "sink");
}
