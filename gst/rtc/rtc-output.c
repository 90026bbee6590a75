/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-output.h"

#include "rtc-format.h"

#include <gst/audio/audio.h>
#include <gst/video/video-event.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* How much may wait beyond the latency before something is dropped. */
#define QUEUE_MAX (500 * GST_MSECOND)
/* Without media a GAP is sent so often, and silence in such pieces. */
#define GAP_INTERVAL (200 * GST_MSECOND)
#define SILENCE_DURATION (20 * GST_MSECOND)
/* Silence is sent when so little is left to be played. */
#define SILENCE_MARGIN (10 * GST_MSECOND)
/* Audio that is off by less is left to the sink, which resamples or aligns it. */
#define AUDIO_TOLERANCE (30 * GST_MSECOND)

struct _RtcOutput {
  GObject parent_instance;

  /* Set once */
  GstPad *pad;
  RtcMedia media;
  guint group_id;
  RtcGate *gate;

  /* On the task of the pad only */
  GstCaps *caps;          /* that were sent downstream */
  GstClockTime next_time; /* running time at which what was sent ends */
  gboolean started;
  gboolean segment_sent;

  GMutex lock;
  GCond cond;
  GQueue queue; /* of GstSample and GstEvent; protected by lock, as all below */
  gboolean flushing;
  gboolean playing;
  gboolean eos;
  GstClockTime latency;
  char *stream_id;
  RtcFormat format;
  GstCaps *wanted; /* raw caps that downstream takes */
  RtcOutputRequest request;
  GObject *requestee;

  GMutex converter_lock; /* held over the work with converter; never taken by its callback */
  RtcConverter *converter;
  gboolean converter_stale;
};

G_DEFINE_TYPE (RtcOutput, rtc_output, G_TYPE_OBJECT)

static void
request_key_frame (RtcOutput *self)
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

static void
enqueue_sample (RtcOutput *self, GstSample *sample)
{
  gboolean overflow;

  g_mutex_lock (&self->lock);
  overflow = get_level (self) > self->latency + QUEUE_MAX;
  if (overflow)
    drop_samples (self);
  if (self->playing && !self->flushing && !self->eos)
    g_queue_push_tail (&self->queue, gst_sample_ref (sample));
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);

  /* What follows raw or RTP stands by itself; encoded frames do not. */
  if (overflow && self->format == RTC_FORMAT_ENCODED)
    rtc_gate_require_key_frame (self->gate);
}

static void
enqueue_event (RtcOutput *self, GstEvent *event)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->queue, event);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
on_converted (GstSample *sample, gpointer user_data)
{
  enqueue_sample (user_data, sample);
}

/* Frames that come in */

/* Must be called with converter_lock. Returns: whether there is one that fits. */
static gboolean
ensure_converter (RtcOutput *self, const RtcCodec *codec, RtcFormat format, GstCaps *wanted)
{
  g_autoptr (GError) error = NULL;

  if (self->converter && (self->converter_stale || rtc_converter_is_broken (self->converter) ||
                          rtc_converter_get_codec (self->converter) != codec))
    g_clear_pointer (&self->converter, rtc_converter_free);
  if (self->converter)
    return TRUE;
  self->converter_stale = FALSE;
  self->converter = rtc_converter_new (codec, format, wanted, on_converted, self, &error);
  if (!self->converter)
    GST_WARNING_OBJECT (self->pad, "%s", error->message);
  return self->converter != NULL;
}

/* @buffer: (transfer full) */
static void
convert (RtcOutput *self, GstBuffer *buffer, GstCaps *caps, RtcFormat format, GstCaps *wanted)
{
  const RtcCodec *codec = rtc_codec_find_encoded (caps);
  gboolean is_delta = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  gboolean starts_over;

  g_mutex_lock (&self->converter_lock);
  starts_over =
      !self->converter || self->converter_stale || rtc_converter_is_broken (self->converter);
  if (codec && !(starts_over && is_delta) && ensure_converter (self, codec, format, wanted))
    rtc_converter_push (self->converter, gst_buffer_ref (buffer), caps);
  g_mutex_unlock (&self->converter_lock);
  if (starts_over && is_delta)
    rtc_gate_require_key_frame (self->gate);
  gst_buffer_unref (buffer);
}

/* @buffer: (transfer full) */
static void
let_pass (RtcOutput *self, GstBuffer *buffer, GstCaps *caps)
{
  g_autoptr (GstCaps) wanted = NULL;
  g_autoptr (GstSample) sample = NULL;
  RtcFormat format;

  g_mutex_lock (&self->lock);
  format = self->playing && !self->flushing ? self->format : RTC_FORMAT_NONE;
  wanted = self->wanted ? gst_caps_ref (self->wanted) : NULL;
  g_mutex_unlock (&self->lock);

  if (format == RTC_FORMAT_RAW || format == RTC_FORMAT_RTP) {
    convert (self, buffer, caps, format, wanted);
    return;
  }
  if (format == RTC_FORMAT_ENCODED) {
    sample = gst_sample_new (buffer, caps, NULL, NULL);
    enqueue_sample (self, sample);
  }
  gst_buffer_unref (buffer);
}

/*
 * rtc_output_push:
 * @input: who brings it; see rtc_output_open()
 * @sample: (transfer none): an encoded frame whose timestamp is a time of the clock
 *
 * Returns: what became of it; on %RTC_GATE_REQUEST the input needs to be asked for a key frame
 */
RtcGateVerdict
rtc_output_push (RtcOutput *self, gconstpointer input, GstSample *sample)
{
  GstBuffer *buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  RtcGateVerdict verdict =
      rtc_gate_filter (self->gate, input, &buffer, g_get_monotonic_time () * GST_USECOND);

  if (verdict == RTC_GATE_PASS || verdict == RTC_GATE_SWITCH)
    let_pass (self, buffer, gst_sample_get_caps (sample));
  else
    gst_buffer_unref (buffer);
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

/* The task of the pad */

static gboolean
get_running_time (RtcOutput *self, GstClockTime *now)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (self->pad);
  g_autoptr (GstClock) clock = element ? gst_element_get_clock (element) : NULL;
  GstClockTime base_time = element ? gst_element_get_base_time (element) : 0;
  GstClockTime time = clock ? gst_clock_get_time (clock) : GST_CLOCK_TIME_NONE;

  if (!clock || time < base_time)
    return FALSE;
  *now = time - base_time;
  return TRUE;
}

/* Whatever downstream answers: somebody else may be linked tomorrow, others go on today. */
static void
push_buffer (RtcOutput *self, GstBuffer *buffer)
{
  GstFlowReturn flow = gst_pad_push (self->pad, buffer);

  if (flow != GST_FLOW_OK)
    GST_LOG_OBJECT (self->pad, "downstream answers %s", gst_flow_get_name (flow));
}

static void
send_segment (RtcOutput *self)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
  self->segment_sent = TRUE;
}

static void
send_caps (RtcOutput *self, GstCaps *caps)
{
  if (self->caps && gst_caps_is_equal (self->caps, caps))
    return;
  GST_INFO_OBJECT (self->pad, "sends %" GST_PTR_FORMAT, caps);
  gst_caps_replace (&self->caps, caps);
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  if (!self->segment_sent)
    send_segment (self);
}

static void
send_gap (RtcOutput *self, GstClockTime time, GstClockTime duration)
{
  if (!self->caps)
    return;
  gst_pad_push_event (self->pad, gst_event_new_gap (time, duration));
  self->next_time = time + (GST_CLOCK_TIME_IS_VALID (duration) ? duration : 0);
}

static void
set_format (RtcOutput *self, RtcFormat format, GstCaps *wanted)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->format != format || (wanted && !self->wanted) ||
            (wanted && !gst_caps_is_equal (wanted, self->wanted));
  self->format = format;
  gst_caps_replace (&self->wanted, wanted);
  if (changed)
    drop_samples (self);
  g_mutex_unlock (&self->lock);
  if (!changed)
    return;
  g_mutex_lock (&self->converter_lock);
  self->converter_stale = TRUE;
  g_mutex_unlock (&self->converter_lock);
  rtc_gate_require_key_frame (self->gate);
  request_key_frame (self);
}

static void
negotiate (RtcOutput *self)
{
  g_autoptr (GstCaps) peer_caps =
      gst_pad_is_linked (self->pad) ? gst_pad_peer_query_caps (self->pad, NULL) : NULL;
  g_autoptr (GstCaps) initial = NULL;
  g_autoptr (GstCaps) wanted = NULL;
  RtcFormat format = RTC_FORMAT_NONE;

  if (peer_caps)
    format = rtc_format_choose (self->media, peer_caps);
  if (peer_caps && format == RTC_FORMAT_NONE)
    GST_ELEMENT_WARNING (GST_PAD_PARENT (self->pad), STREAM, WRONG_TYPE,
                         ("Nothing that this pad has is taken by what it is linked to."),
                         ("%s: %" GST_PTR_FORMAT, GST_PAD_NAME (self->pad), peer_caps));
  if (format == RTC_FORMAT_RAW) {
    initial = rtc_format_get_initial_caps (self->media, peer_caps);
    wanted = rtc_format_get_wanted_caps (self->media, peer_caps, initial);
  }
  set_format (self, format, wanted);
  if (!wanted) {
    gst_clear_caps (&self->caps); /* those of the first frame come next */
  } else if (!self->caps || !gst_caps_can_intersect (self->caps, wanted)) {
    send_caps (self, initial);
    send_gap (self, self->next_time, GST_CLOCK_TIME_NONE);
  }
}

static void
send_silence (RtcOutput *self, GstClockTime time, GstClockTime duration)
{
  GstAudioInfo info;
  GstBuffer *buffer;
  gsize size;

  if (!self->caps || !gst_audio_info_from_caps (&info, self->caps))
    return;
  size = gst_util_uint64_scale_round (duration, info.rate, GST_SECOND) * info.bpf;
  if (size == 0)
    return;
  buffer = gst_buffer_new_and_alloc (size);
  {
    GstMapInfo map;

    if (gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
      gst_audio_format_info_fill_silence (info.finfo, map.data, map.size);
      gst_buffer_unmap (buffer, &map);
    }
  }
  GST_BUFFER_PTS (buffer) = time;
  GST_BUFFER_DURATION (buffer) = duration;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  self->next_time = time + duration;
  push_buffer (self, buffer);
}

/* Keeps raw audio without holes and overlaps. Returns: (transfer full) (nullable) */
static GstBuffer *
join_audio (RtcOutput *self, GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstAudioInfo info;
  gsize samples;

  if (pts > self->next_time + AUDIO_TOLERANCE) {
    send_silence (self, self->next_time, MIN (pts - self->next_time, GST_SECOND));
    return buffer;
  }
  if (pts + AUDIO_TOLERANCE >= self->next_time || !gst_audio_info_from_caps (&info, self->caps))
    return buffer;
  samples = gst_util_uint64_scale (self->next_time - pts, info.rate, GST_SECOND);
  if (samples * info.bpf >= gst_buffer_get_size (buffer)) {
    gst_buffer_unref (buffer);
    return NULL;
  }
  return gst_audio_buffer_truncate (buffer, info.bpf, samples, -1);
}

static gboolean
is_raw_audio (RtcOutput *self)
{
  return self->media == RTC_MEDIA_AUDIO && self->caps &&
         gst_structure_has_name (gst_caps_get_structure (self->caps, 0), "audio/x-raw");
}

/* @buffer: (transfer full). Returns: (transfer full): with a running time for a timestamp */
static GstBuffer *
stamp_buffer (RtcOutput *self, GstBuffer *buffer)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (self->pad);
  GstClockTime base_time = element ? gst_element_get_base_time (element) : 0;
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  buffer = gst_buffer_make_writable (buffer);
  g_mutex_lock (&self->lock);
  pts += self->latency;
  g_mutex_unlock (&self->lock);
  GST_BUFFER_PTS (buffer) = pts > base_time ? pts - base_time : 0;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  return buffer;
}

static void
send_sample (RtcOutput *self, GstSample *sample)
{
  GstBuffer *buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  GstClockTime end;

  if (!GST_BUFFER_PTS_IS_VALID (buffer)) {
    gst_buffer_unref (buffer);
    return;
  }
  send_caps (self, gst_sample_get_caps (sample));
  buffer = stamp_buffer (self, buffer);
  if (is_raw_audio (self))
    buffer = join_audio (self, buffer);
  if (!buffer)
    return;
  end = GST_BUFFER_PTS (buffer);
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    end += GST_BUFFER_DURATION (buffer);
  self->next_time = end;
  push_buffer (self, buffer);
}

/* Nothing came for a while. */
static void
fill (RtcOutput *self)
{
  GstClockTime now;

  if (!get_running_time (self, &now))
    return;
  if (!is_raw_audio (self)) {
    send_gap (self, MAX (now, self->next_time), GAP_INTERVAL);
    return;
  }
  /* After a pause there is nothing to make up for. */
  if (now > self->next_time + GST_SECOND)
    self->next_time = now;
  send_silence (self, self->next_time, SILENCE_DURATION);
}

/* Returns: how long to wait for media before the time is filled, in µs; -1: for ever */
static gint64
get_patience (RtcOutput *self)
{
  GstClockTime now;
  gboolean playing;

  g_mutex_lock (&self->lock);
  playing = self->playing && !self->eos;
  g_mutex_unlock (&self->lock);
  if (!playing || !get_running_time (self, &now))
    return -1;
  if (!is_raw_audio (self))
    return GAP_INTERVAL / GST_USECOND +
           (self->next_time > now ? (self->next_time - now) / GST_USECOND : 0);
  if (self->next_time < now + SILENCE_MARGIN)
    return 0;
  return (self->next_time - now - SILENCE_MARGIN) / GST_USECOND;
}

/* Must be called with lock. Returns: (transfer full) (nullable): what to send */
static gpointer
wait_for_item (RtcOutput *self, gint64 patience, gboolean *due)
{
  gint64 deadline = g_get_monotonic_time () + patience;

  *due = FALSE;
  while (g_queue_is_empty (&self->queue) && !self->flushing &&
         !GST_PAD_NEEDS_RECONFIGURE (self->pad)) {
    if (patience < 0) {
      g_cond_wait (&self->cond, &self->lock);
      break;
    }
    if (!g_cond_wait_until (&self->cond, &self->lock, deadline)) {
      *due = TRUE;
      break;
    }
  }
  return self->flushing ? NULL : g_queue_pop_head (&self->queue);
}

static GstEvent *
make_stream_start (RtcOutput *self, const char *stream_id)
{
  GstEvent *event = gst_event_new_stream_start (stream_id);

  gst_event_set_group_id (event, self->group_id);
  return event;
}

static void
send_stream_start (RtcOutput *self)
{
  g_autofree char *stream_id = NULL;

  g_mutex_lock (&self->lock);
  stream_id = g_strdup (self->stream_id);
  g_mutex_unlock (&self->lock);
  gst_pad_push_event (self->pad, make_stream_start (self, stream_id));
  gst_pad_mark_reconfigure (self->pad);
  self->started = TRUE;
}

static void
run_task (gpointer user_data)
{
  RtcOutput *self = user_data;
  gpointer item;
  gint64 patience;
  gboolean due;
  gboolean flushing;

  if (!self->started)
    send_stream_start (self);
  if (gst_pad_check_reconfigure (self->pad))
    negotiate (self);

  patience = get_patience (self);
  g_mutex_lock (&self->lock);
  item = wait_for_item (self, patience, &due);
  flushing = self->flushing;
  g_mutex_unlock (&self->lock);

  if (GST_IS_EVENT (item))
    gst_pad_push_event (self->pad, gst_event_ref (item));
  else if (GST_IS_SAMPLE (item))
    send_sample (self, item);
  else if (due)
    fill (self);
  g_clear_pointer ((GstMiniObject **) &item, gst_mini_object_unref);
  if (flushing)
    gst_pad_pause_task (self->pad);
}

/* What downstream does to the pad */

static void
set_flushing (RtcOutput *self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  if (flushing)
    g_queue_clear_full (&self->queue, (GDestroyNotify) gst_mini_object_unref);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
start_over (RtcOutput *self)
{
  gst_clear_caps (&self->caps);
  self->next_time = 0;
  self->started = FALSE;
  self->segment_sent = FALSE;
  g_mutex_lock (&self->lock);
  self->eos = FALSE;
  self->playing = FALSE;
  g_mutex_unlock (&self->lock);
}

static gboolean
on_activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  RtcOutput *self = gst_pad_get_element_private (pad);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (active) {
    start_over (self);
    set_flushing (self, FALSE);
    return gst_pad_start_task (pad, run_task, self, NULL);
  }
  set_flushing (self, TRUE);
  return gst_pad_stop_task (pad);
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  RtcOutput *self = gst_pad_get_element_private (pad);
  gboolean handled = TRUE;

  if (gst_video_event_is_force_key_unit (event)) {
    request_key_frame (self);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE) {
    g_mutex_lock (&self->lock);
    g_cond_signal (&self->cond);
    g_mutex_unlock (&self->lock);
  } else {
    handled =
        GST_EVENT_TYPE (event) == GST_EVENT_QOS || GST_EVENT_TYPE (event) == GST_EVENT_LATENCY;
  }
  gst_event_unref (event);
  return handled;
}

/*
 * The latency is part of the timestamps: if it were reported here, every other sink of the
 * pipeline, a preview for instance, would be delayed by it.
 */
static gboolean
on_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
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
  gst_pad_set_element_private (pad, self);
  gst_pad_set_activatemode_function (pad, on_activate_mode);
  gst_pad_set_event_function (pad, on_event);
  gst_pad_set_query_function (pad, on_query);
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
  request_key_frame (self);
}

/* @tags: (transfer full) (nullable): of the stream that follows */
void
rtc_output_set_stream (RtcOutput *self, const char *stream_id, GstTagList *tags)
{
  g_mutex_lock (&self->lock);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
  g_mutex_unlock (&self->lock);
  enqueue_event (self, make_stream_start (self, stream_id));
  if (tags)
    enqueue_event (self, gst_event_new_tag (tags));
}

/* Nothing follows until the pad is activated anew. */
void
rtc_output_send_eos (RtcOutput *self)
{
  enqueue_event (self, gst_event_new_eos ());
  g_mutex_lock (&self->lock);
  self->eos = TRUE;
  g_mutex_unlock (&self->lock);
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
  gst_clear_object (&self->pad);
  g_cond_clear (&self->cond);
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
  g_cond_init (&self->cond);
  g_queue_init (&self->queue);
  self->gate = rtc_gate_new ();
  self->flushing = TRUE;
}
