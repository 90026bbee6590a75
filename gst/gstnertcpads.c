/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcpads.h"

#include "rtc-mix-output.h"

struct _GstNertcPads {
  GObject parent_instance;

  /* Set once */
  GstElement *element; /* not owned: it is there whenever something is called here */
  GstNertcLayout layout;
  guint group_id;
  RtcMixOutput *mix; /* (nullable) */
  GWeakRef subscriber;

  GMutex lock;
  GCond cond;         /* of ending */
  GPtrArray *outputs; /* of RtcOutput; protected by lock, as all below */
  GHashTable *ending; /* set of the names of pads that are still to go */
  gboolean playing;
  gboolean closed;
  guint latency_ms;
};

G_DEFINE_TYPE (GstNertcPads, gst_nertc_pads, G_TYPE_OBJECT)

static gboolean
is_subscribed (GstNertcPads *self, RtcMedia media)
{
  GstNertcSubscribe audio = GST_NERTC_SUBSCRIBE_AUDIO | GST_NERTC_SUBSCRIBE_SCREEN_AUDIO;
  GstNertcSubscribe video = GST_NERTC_SUBSCRIBE_VIDEO | GST_NERTC_SUBSCRIBE_SCREEN;

  return (self->layout.subscribe & (media == RTC_MEDIA_AUDIO ? audio : video)) != 0;
}

static GstPad *
make_pad (GstNertcPads *self, RtcMedia media, const char *name)
{
  const char *template_name = media == RTC_MEDIA_AUDIO ? "audio_%u" : "video_%u";

  return gst_pad_new_from_template (
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self->element), template_name),
      name);
}

/* Whether the output sounds into the mixture, and its pad is none of the element. */
static gboolean
is_mixed (GstNertcPads *self, RtcOutput *output)
{
  return self->mix && rtc_mix_output_has (self->mix, output);
}

static void
remove_pad (GstNertcPads *self, GstPad *pad)
{
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (self->element, pad);
}

static void
remove_output (GstNertcPads *self, RtcOutput *output)
{
  if (is_mixed (self, output))
    rtc_mix_output_remove (self->mix, output);
  else
    remove_pad (self, rtc_output_get_pad (output));
}

/*
 * From now on the output gets what all outputs get.
 *
 * Returns: whether it is; after the end nothing is taken in
 */
static gboolean
take_in (GstNertcPads *self, RtcOutput *output)
{
  gboolean playing, closed;

  g_mutex_lock (&self->lock);
  closed = self->closed;
  playing = self->playing;
  rtc_output_set_latency (output, self->latency_ms * GST_MSECOND);
  if (!closed)
    g_ptr_array_add (self->outputs, g_object_ref (output));
  g_mutex_unlock (&self->lock);
  if (!closed && playing)
    rtc_output_set_playing (output, TRUE);
  return !closed;
}

/* Those from the start */

static RtcOutput *
add_fixed (GstNertcPads *self, RtcMedia media, guint slot)
{
  g_autofree char *name = g_strdup_printf ("%s_%u", rtc_media_to_string (media), slot);
  g_autofree char *stream_id = g_strdup_printf ("nertc/%s", name);
  RtcOutput *output;
  GstPad *pad;

  if (self->mix && media == RTC_MEDIA_AUDIO) {
    output = rtc_mix_output_add (self->mix, self->element);
    take_in (self, output);
    return output;
  }
  pad = make_pad (self, media, name);
  output = rtc_output_new (pad, media, stream_id, self->group_id);
  take_in (self, output);
  gst_element_add_pad (self->element, pad);
  return output;
}

static void
add_mix (GstNertcPads *self)
{
  GstPad *pad;

  if (!self->layout.mix || !is_subscribed (self, RTC_MEDIA_AUDIO))
    return;
  pad = make_pad (self, RTC_MEDIA_AUDIO, "audio_0");
  self->mix = rtc_mix_output_new (pad, "nertc/audio_0", self->group_id);
  rtc_mix_output_set_latency (self->mix, self->layout.latency_ms * GST_MSECOND);
  gst_element_add_pad (self->element, pad);
}

/*
 * Adds the pads that are there from the start, and tells @subscriber of the slots; in READY→PAUSED,
 * before anything else.
 */
void
gst_nertc_pads_open_slots (GstNertcPads *self, GstNertcSubscriber *subscriber)
{
  g_weak_ref_set (&self->subscriber, subscriber);
  add_mix (self);
  for (guint i = 0; i < self->layout.slots; i++) {
    RtcOutput *outputs[RTC_N_MEDIA] = { NULL };

    for (guint media = 0; media < RTC_N_MEDIA; media++) {
      if (is_subscribed (self, media))
        outputs[media] = add_fixed (self, media, i);
    }
    gst_nertc_subscriber_add_slot (subscriber, outputs[RTC_MEDIA_AUDIO], outputs[RTC_MEDIA_VIDEO]);
    for (guint media = 0; media < RTC_N_MEDIA; media++)
      g_clear_object (&outputs[media]);
  }
  if (self->layout.slots > 0)
    gst_element_no_more_pads (self->element);
}

/* Those that come with a stream: on the room's context */

/* “/” parts the two, and “%” is what escapes: neither is ever ambiguous. */
static char *
make_name (NertcStream *stream, RtcMedia media)
{
  g_autofree char *uid =
      g_uri_escape_string (nertc_stream_get_uid (stream), " !\"#$&'()*+,:;<=>?@[\\]^`{|}", FALSE);

  return g_strdup_printf ("%s_%s/%s", rtc_media_to_string (media), uid,
                          nertc_stream_get_id (stream));
}

static RtcOutput *
add_for_stream (GstNertcPads *self, NertcStream *stream, RtcMedia media)
{
  g_autofree char *name = make_name (stream, media);
  g_autofree char *stream_id =
      g_strdup_printf ("%s/%s/%s", nertc_stream_get_uid (stream), nertc_stream_get_id (stream),
                       rtc_media_to_string (media));
  GstPad *pad = make_pad (self, media, name);
  RtcOutput *output = rtc_output_new (pad, media, stream_id, self->group_id);

  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (self->element, pad);
  if (!take_in (self, output))
    remove_pad (self, pad);
  return output;
}

static RtcOutput *
mix_in (GstNertcPads *self)
{
  RtcOutput *output = rtc_mix_output_add (self->mix, self->element);

  if (!take_in (self, output))
    rtc_mix_output_remove (self->mix, output);
  return output;
}

/* Must be called with lock. */
static gboolean
is_ending (GstNertcPads *self, NertcStream *stream)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    g_autofree char *name = make_name (stream, i);

    if (g_hash_table_contains (self->ending, name))
      return TRUE;
  }
  return FALSE;
}

/* Whether a pad can be added: one of the same name may still be on its way out. */
static gboolean
is_open_for (GstNertcPads *self, NertcStream *stream)
{
  gboolean open;

  g_mutex_lock (&self->lock);
  open = !self->closed && !is_ending (self, stream);
  g_mutex_unlock (&self->lock);
  return open;
}

/*
 * gst_nertc_pads_open_stream:
 * @media: its tracks that are wanted
 * @outputs: (out): where they go, each (transfer full) (nullable)
 *
 * Returns: whether there is a place for any of them, beside the slots. The subscriber is told when
 *   there is one again.
 */
gboolean
gst_nertc_pads_open_stream (GstNertcPads *self, NertcStream *stream, NertcMedia media,
                            RtcOutput *outputs[RTC_N_MEDIA])
{
  outputs[RTC_MEDIA_AUDIO] = outputs[RTC_MEDIA_VIDEO] = NULL;
  if (!is_open_for (self, stream))
    return FALSE;
  if ((media & NERTC_MEDIA_AUDIO) && self->mix)
    outputs[RTC_MEDIA_AUDIO] = mix_in (self);
  else if ((media & NERTC_MEDIA_AUDIO) && self->layout.slots == 0)
    outputs[RTC_MEDIA_AUDIO] = add_for_stream (self, stream, RTC_MEDIA_AUDIO);
  if ((media & NERTC_MEDIA_VIDEO) && self->layout.slots == 0)
    outputs[RTC_MEDIA_VIDEO] = add_for_stream (self, stream, RTC_MEDIA_VIDEO);
  return outputs[RTC_MEDIA_AUDIO] || outputs[RTC_MEDIA_VIDEO];
}

typedef struct {
  GstNertcPads *pads;
  RtcOutput *output;
} End;

static void
end_free (gpointer data)
{
  End *end = data;

  g_object_unref (end->output);
  g_object_unref (end->pads);
  g_free (end);
}

static void
take_ended (GstNertcPads *self, const char *name)
{
  g_autoptr (GstNertcSubscriber) subscriber = g_weak_ref_get (&self->subscriber);
  gboolean closed;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->ending, name);
  closed = self->closed;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  if (subscriber && !closed)
    gst_nertc_subscriber_look_again (subscriber);
}

/* On a thread of its own: whoever is downstream may take as long as he likes. */
static void
end_pad (GstElement *element, gpointer data)
{
  End *end = data;
  GstPad *pad = rtc_output_get_pad (end->output);

  rtc_output_end (end->output);
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
  take_ended (end->pads, GST_PAD_NAME (pad));
}

/* Returns: whether it was one of ours until now */
static gboolean
take_out (GstNertcPads *self, RtcOutput *output)
{
  gboolean ours;

  g_mutex_lock (&self->lock);
  ours = g_ptr_array_remove (self->outputs, output);
  if (ours && !is_mixed (self, output))
    g_hash_table_add (self->ending, g_strdup (GST_PAD_NAME (rtc_output_get_pad (output))));
  g_mutex_unlock (&self->lock);
  return ours;
}

static void
close_output (GstNertcPads *self, RtcOutput *output)
{
  End *end;

  if (!take_out (self, output))
    return;
  if (is_mixed (self, output)) {
    rtc_mix_output_remove (self->mix, output);
    return;
  }
  end = g_new0 (End, 1);
  end->pads = g_object_ref (self);
  end->output = g_object_ref (output);
  gst_element_call_async (self->element, end_pad, end, end_free);
}

/* The stream is gone: EOS on its pads, which go then. */
void
gst_nertc_pads_close_stream (GstNertcPads *self, RtcOutput *const outputs[RTC_N_MEDIA])
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (outputs[i])
      close_output (self, outputs[i]);
  }
}

/* All of them */

/* They are inactive by now: nothing holds them up but what the application does at their end. */
static void
await_ending (GstNertcPads *self)
{
  gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (g_hash_table_size (self->ending) > 0 &&
         g_cond_wait_until (&self->cond, &self->lock, deadline))
    ;
  g_mutex_unlock (&self->lock);
}

/* Takes all pads away; in PAUSED→READY. */
void
gst_nertc_pads_close (GstNertcPads *self)
{
  g_autoptr (GPtrArray) outputs = NULL;

  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  outputs = g_steal_pointer (&self->outputs);
  self->outputs = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < outputs->len; i++)
    remove_output (self, g_ptr_array_index (outputs, i));
  if (self->mix)
    remove_pad (self, rtc_mix_output_get_pad (self->mix));
  await_ending (self);
}

/* Returns: (transfer full): the outputs, which can be used without the lock */
static GPtrArray *
get_outputs (GstNertcPads *self)
{
  GPtrArray *outputs = g_ptr_array_copy (self->outputs, (GCopyFunc) (void *) g_object_ref, NULL);

  g_ptr_array_set_free_func (outputs, g_object_unref);
  return outputs;
}

void
gst_nertc_pads_set_playing (GstNertcPads *self, gboolean playing)
{
  g_autoptr (GPtrArray) outputs = NULL;

  g_mutex_lock (&self->lock);
  self->playing = playing;
  outputs = get_outputs (self);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < outputs->len; i++)
    rtc_output_set_playing (g_ptr_array_index (outputs, i), playing);
  if (self->mix)
    rtc_mix_output_set_playing (self->mix, playing);
}

void
gst_nertc_pads_set_latency (GstNertcPads *self, guint latency_ms)
{
  g_autoptr (GPtrArray) outputs = NULL;

  g_mutex_lock (&self->lock);
  self->latency_ms = latency_ms;
  outputs = get_outputs (self);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < outputs->len; i++)
    rtc_output_set_latency (g_ptr_array_index (outputs, i), latency_ms * GST_MSECOND);
  if (self->mix)
    rtc_mix_output_set_latency (self->mix, latency_ms * GST_MSECOND);
}

void
gst_nertc_pads_send_eos (GstNertcPads *self)
{
  g_autoptr (GPtrArray) outputs = NULL;

  g_mutex_lock (&self->lock);
  outputs = get_outputs (self);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < outputs->len; i++)
    rtc_output_send_eos (g_ptr_array_index (outputs, i));
  if (self->mix)
    rtc_mix_output_send_eos (self->mix);
}

/* @element: gets the pads */
GstNertcPads *
gst_nertc_pads_new (GstElement *element, const GstNertcLayout *layout)
{
  GstNertcPads *self = g_object_new (GST_TYPE_NERTC_PADS, NULL);

  self->element = element;
  self->layout = *layout;
  self->latency_ms = layout->latency_ms;
  return self;
}

static void
gst_nertc_pads_finalize (GObject *object)
{
  GstNertcPads *self = GST_NERTC_PADS (object);

  g_clear_object (&self->mix);
  g_ptr_array_unref (self->outputs);
  g_hash_table_unref (self->ending);
  g_weak_ref_clear (&self->subscriber);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_nertc_pads_parent_class)->finalize (object);
}

static void
gst_nertc_pads_class_init (GstNertcPadsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_nertc_pads_finalize;
}

static void
gst_nertc_pads_init (GstNertcPads *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_weak_ref_init (&self->subscriber, NULL);
  self->ending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->outputs = g_ptr_array_new_with_free_func (g_object_unref);
  self->group_id = gst_util_group_id_next ();
}
