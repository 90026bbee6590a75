/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-output-private.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* How much may wait beyond the latency before something is dropped. */
#define QUEUE_MAX (500 * GST_MSECOND)

G_DEFINE_TYPE (RtcOutput, rtc_output, G_TYPE_OBJECT)

void
rtc_output_request_key_frame (RtcOutput *self)
{
  RtcOutputRequest request;
  g_autoptr (GObject) requestee = NULL;

  g_mutex_lock (&self->lock);
  request = self->request;
  requestee = self->requestee ? g_object_ref (self->requestee) : NULL;
  g_mutex_unlock (&self->lock);
  if (requestee && self->media == RTC_MEDIA_VIDEO)
    request (self, requestee);
}

/* The queue */

static GstClockTime
get_pts (gpointer item)
{
  return GST_IS_SAMPLE (item) ? GST_BUFFER_PTS (gst_sample_get_buffer (item)) : GST_CLOCK_TIME_NONE;
}

static GstClockTime
get_level (RtcOutput *self)
{
  GstClockTime first = GST_CLOCK_TIME_NONE;
  GstClockTime last = GST_CLOCK_TIME_NONE;

  for (GList *link = self->queue.head; link && first == GST_CLOCK_TIME_NONE; link = link->next)
    first = get_pts (link->data);
  for (GList *link = self->queue.tail; link && last == GST_CLOCK_TIME_NONE; link = link->prev)
    last = get_pts (link->data);
  return GST_CLOCK_TIME_IS_VALID (first) && last > first ? last - first : 0;
}

/* Must be called with lock. */
static void
drop_samples (RtcOutput *self)
{
  GList *link = self->queue.head;

  while (link) {
    GList *next = link->next;

    if (GST_IS_SAMPLE (link->data)) {
      gst_mini_object_unref (link->data);
      g_queue_delete_link (&self->queue, link);
    }
    link = next;
  }
}

/*
 * Must be called with lock. When too much waits it is dropped. What follows raw or RTP stands by
 * itself; encoded frames do not.
 *
 * Returns: whether @sample is to be queued
 */
static gboolean
make_room (RtcOutput *self, GstSample *sample)
{
  if (!self->playing || self->flushing || self->eos)
    return FALSE;
  if (get_level (self) <= self->latency + QUEUE_MAX)
    return TRUE;
  drop_samples (self);
  return self->format != RTC_FORMAT_ENCODED ||
         !GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample), GST_BUFFER_FLAG_DELTA_UNIT);
}

static void
enqueue_sample (RtcOutput *self, GstSample *sample)
{
  gboolean queued;

  g_mutex_lock (&self->lock);
  queued = make_room (self, sample);
  if (queued)
    g_queue_push_tail (&self->queue, gst_sample_ref (sample));
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (!queued)
    rtc_gate_require_key_frame (self->gate);
}

/* @event: (transfer full): nothing follows an EOS */
static void
enqueue_event (RtcOutput *self, GstEvent *event)
{
  g_mutex_lock (&self->lock);
  if (!self->eos && !self->flushing)
    g_queue_push_tail (&self->queue, gst_event_ref (event));
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    self->eos = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  gst_event_unref (event);
}

static void
on_converted (GstSample *sample, gpointer user_data)
{
  enqueue_sample (user_data, sample);
}

/* Frames that come in */

/* Must be called with converter_lock. */
static gboolean
has_converter (RtcOutput *self, const RtcCodec *codec)
{
  return self->converter && !rtc_converter_is_broken (self->converter) &&
         rtc_converter_get_codec (self->converter) == codec;
}

/* Must be called with converter_lock. Returns: whether there is one that fits. */
static gboolean
ensure_converter (RtcOutput *self, const RtcCodec *codec, RtcFormat format, GstCaps *wanted)
{
  g_autoptr (GError) error = NULL;

  if (has_converter (self, codec))
    return TRUE;
  g_clear_pointer (&self->converter, rtc_converter_free);
  self->converter = rtc_converter_new (codec, format, wanted, on_converted, self, &error);
  if (!self->converter && !self->warned) {
    self->warned = TRUE;
    GST_ELEMENT_WARNING (GST_PAD_PARENT (self->pad), CORE, MISSING_PLUGIN, ("%s", error->message),
                         (NULL));
  }
  return self->converter != NULL;
}

/* Must be called with converter_lock. Returns: whether it went on; else a key frame is needed. */
static gboolean
convert (RtcOutput *self, const RtcCodec *codec, GstBuffer *buffer, GstCaps *caps, RtcFormat format,
         GstCaps *wanted)
{
  gboolean is_delta = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);

  if ((is_delta && !has_converter (self, codec)) || !ensure_converter (self, codec, format, wanted))
    return FALSE;
  return rtc_converter_push (self->converter, buffer, caps);
}

/* Whether downstream, which takes @wanted, could be sent @codec in this format. */
static gboolean
is_taken (const RtcCodec *codec, RtcFormat format, GstCaps *wanted)
{
  g_autoptr (GstCaps) caps = format == RTC_FORMAT_RTP ? rtc_codec_get_packet_caps (codec)
                                                      : rtc_codec_get_encoded_caps (codec);

  return gst_caps_can_intersect (caps, wanted);
}

/*
 * Must be called with converter_lock. Raw is raw, but a muxer or depayloader lives with one codec:
 * that of the first stream.
 */
static gboolean
keeps_codec (RtcOutput *self, const RtcCodec *codec, RtcFormat format, GstCaps *wanted)
{
  if (format != RTC_FORMAT_ENCODED && format != RTC_FORMAT_RTP)
    return TRUE;
  if (!self->kept && is_taken (codec, format, wanted))
    self->kept = codec;
  return self->kept == codec;
}

/* Must be called with converter_lock. Returns: whether downstream takes the frames as they are */
static gboolean
goes_through (RtcFormat format, GstCaps *caps, GstCaps *wanted)
{
  return format == RTC_FORMAT_ENCODED && gst_caps_can_intersect (caps, wanted);
}

static void
warn_of_skipped (RtcOutput *self, const RtcCodec *codec, const RtcCodec *kept)
{
  g_autofree char *reason =
      kept ? g_strdup_printf ("it began with %s and goes on with that", kept->name)
           : g_strdup ("what it is linked to does not take that");

  GST_ELEMENT_WARNING (GST_PAD_PARENT (self->pad), STREAM, WRONG_TYPE,
                       ("A stream comes as %s, which the pad %s skips: %s. Link it to something "
                        "that takes raw media to get every codec decoded.",
                        codec->name, GST_PAD_NAME (self->pad), reason),
                       (NULL));
}

/* What a frame is to become */
typedef struct {
  const RtcCodec *codec;
  const RtcCodec *kept;
  RtcFormat format;
  gboolean newly_skipped; /* and that was not told yet */
  gboolean queued;        /* as it is */
  gboolean passed;        /* FALSE: a key frame is needed */
} Passage;

/* Must be called with converter_lock. */
static void
take_frame (RtcOutput *self, GstBuffer *buffer, GstCaps *caps, Passage *passage)
{
  g_autoptr (GstCaps) wanted = NULL;

  g_mutex_lock (&self->lock);
  passage->format = self->playing && !self->flushing ? self->format : RTC_FORMAT_NONE;
  wanted = self->wanted ? gst_caps_ref (self->wanted) : NULL;
  g_mutex_unlock (&self->lock);
  if (passage->format == RTC_FORMAT_NONE)
    return;
  if (!keeps_codec (self, passage->codec, passage->format, wanted)) {
    passage->newly_skipped = self->skipped != passage->codec;
    passage->kept = self->kept;
    self->skipped = passage->codec;
    return;
  }
  self->skipped = NULL;
  passage->queued = goes_through (passage->format, caps, wanted);
  if (!passage->queued)
    passage->passed = convert (self, passage->codec, buffer, caps, passage->format, wanted);
}

static void
let_pass (RtcOutput *self, GstBuffer *buffer, GstCaps *caps)
{
  Passage passage = { .codec = rtc_codec_find_encoded (caps), .passed = TRUE };

  rtc_playout_take_frame (&self->playout, buffer, caps, g_get_monotonic_time ());
  if (!passage.codec)
    return;
  g_mutex_lock (&self->converter_lock);
  take_frame (self, buffer, caps, &passage);
  g_mutex_unlock (&self->converter_lock);

  if (passage.queued) {
    g_autoptr (GstSample) sample = gst_sample_new (buffer, caps, NULL, NULL);

    enqueue_sample (self, sample);
  }
  if (passage.newly_skipped)
    warn_of_skipped (self, passage.codec, passage.kept);
  if (!passage.passed)
    rtc_gate_require_key_frame (self->gate);
}

/*
 * rtc_output_push:
 * @input: who brings it; see rtc_output_open()
 * @sample: (transfer none): an encoded frame whose timestamp is a time of the clock, and whose
 *   offset is its RTP timestamp
 *
 * Returns: what became of it; on %RTC_GATE_REQUEST the input needs to be asked for a key frame, on
 *   %RTC_GATE_SWITCH the input that was opened last has become the current one
 */
RtcGateVerdict
rtc_output_push (RtcOutput *self, gconstpointer input, GstSample *sample)
{
  GQueue passed = G_QUEUE_INIT;
  RtcGateVerdict verdict;

  g_mutex_lock (&self->push_lock);
  verdict =
      rtc_gate_merge (self->gate, input, sample, g_get_monotonic_time () * GST_USECOND, &passed);
  while (!g_queue_is_empty (&passed)) {
    g_autoptr (GstSample) frame = g_queue_pop_head (&passed);

    let_pass (self, gst_sample_get_buffer (frame), gst_sample_get_caps (frame));
  }
  g_mutex_unlock (&self->push_lock);
  return verdict;
}

/* Lets @input take over at its next key frame. */
void
rtc_output_open (RtcOutput *self, gconstpointer input)
{
  rtc_gate_open (self->gate, input);
}

void
rtc_output_close (RtcOutput *self, gconstpointer input)
{
  rtc_gate_close (self->gate, input);
}

/* Returns: whether it is the frames of @input that pass */
gboolean
rtc_output_is_current (RtcOutput *self, gconstpointer input)
{
  return rtc_gate_is_current (self->gate, input);
}

/*
 * What downstream takes has been found out, by the task of the pad. What was made for something
 * else is dropped.
 */
void
rtc_output_set_format (RtcOutput *self, RtcFormat format, GstCaps *wanted)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->format != format || (wanted && !self->wanted) ||
            (wanted && !gst_caps_is_equal (wanted, self->wanted));
  self->format = format;
  gst_caps_replace (&self->wanted, wanted);
  g_mutex_unlock (&self->lock);
  if (!changed)
    return;
  g_mutex_lock (&self->converter_lock);
  g_clear_pointer (&self->converter, rtc_converter_free);
  self->kept = self->skipped = NULL;
  g_mutex_unlock (&self->converter_lock);
  g_mutex_lock (&self->lock);
  drop_samples (self);
  g_mutex_unlock (&self->lock);
  rtc_gate_require_key_frame (self->gate);
  rtc_output_request_key_frame (self);
}

/* The interface */

/*
 * rtc_output_new:
 * @pad: a src pad that is not active yet
 * @stream_id: of the stream-start event until a stream is there
 */
RtcOutput *
rtc_output_new (GstPad *pad, RtcMedia media, const char *stream_id, guint group_id)
{
  RtcOutput *self = g_object_new (RTC_TYPE_OUTPUT, NULL);

  self->pad = gst_object_ref (pad);
  self->media = media;
  self->stream_id = g_strdup (stream_id);
  self->group_id = group_id;
  rtc_output_set_up_pad (self);
  return self;
}

GstPad *
rtc_output_get_pad (RtcOutput *self)
{
  return self->pad;
}

/* @request: called, on any thread, with @requestee when a key frame is needed; %NULL: by nobody */
void
rtc_output_set_request (RtcOutput *self, RtcOutputRequest request, GObject *requestee)
{
  g_autoptr (GObject) old = NULL;

  g_mutex_lock (&self->lock);
  old = self->requestee;
  self->request = request;
  self->requestee = requestee ? g_object_ref (requestee) : NULL;
  g_mutex_unlock (&self->lock);
}

void
rtc_output_set_latency (RtcOutput *self, GstClockTime latency)
{
  g_mutex_lock (&self->lock);
  self->latency = latency;
  g_mutex_unlock (&self->lock);
}

/* Only while playing there is a running time: what comes before is dropped. */
void
rtc_output_set_playing (RtcOutput *self, gboolean playing)
{
  g_mutex_lock (&self->lock);
  self->playing = playing;
  drop_samples (self);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  if (!playing)
    return;
  rtc_gate_require_key_frame (self->gate);
  rtc_output_request_key_frame (self);
}

/* @tags: (transfer full) (nullable): of the stream that follows */
void
rtc_output_set_stream (RtcOutput *self, const char *stream_id, GstTagList *tags)
{
  g_mutex_lock (&self->lock);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
  g_mutex_unlock (&self->lock);
  rtc_playout_reset (&self->playout);
  enqueue_event (self, rtc_output_make_stream_start (self, stream_id));
  if (tags)
    enqueue_event (self, gst_event_new_tag (tags));
}

/* The sender means to send nothing for a while, which is no freeze. */
void
rtc_output_pause_stats (RtcOutput *self)
{
  rtc_playout_pause (&self->playout);
}

/* @stats: (out): of the stream that is played, as far as they are known here */
void
rtc_output_get_stats (RtcOutput *self, RtcTrackStats *stats)
{
  rtc_track_stats_init (stats, NULL);
  rtc_playout_read (&self->playout, stats);
}

/* Nothing follows until the pad is activated anew. */
void
rtc_output_send_eos (RtcOutput *self)
{
  enqueue_event (self, gst_event_new_eos ());
}

static void
rtc_output_finalize (GObject *object)
{
  RtcOutput *self = RTC_OUTPUT (object);

  g_clear_pointer (&self->converter, rtc_converter_free);
  g_queue_clear_full (&self->queue, (GDestroyNotify) gst_mini_object_unref);
  gst_clear_caps (&self->caps);
  gst_clear_caps (&self->wanted);
  g_clear_pointer (&self->stream_id, g_free);
  g_clear_object (&self->requestee);
  rtc_gate_free (self->gate);
  rtc_playout_clear (&self->playout);
  gst_clear_object (&self->pad);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->push_lock);
  g_mutex_clear (&self->converter_lock);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (rtc_output_parent_class)->finalize (object);
}

static void
rtc_output_class_init (RtcOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rtc_output_finalize;
}

static void
rtc_output_init (RtcOutput *self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->converter_lock);
  g_mutex_init (&self->push_lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->queue);
  self->gate = rtc_gate_new ();
  rtc_playout_init (&self->playout);
  self->flushing = TRUE;
}
