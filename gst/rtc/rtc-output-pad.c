/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pad of an output, and its task that sends what the queue has, or fills the time. */

#include "rtc-output-private.h"

#include "rtc-delay.h"
#include "rtc-element.h"
#include "rtc-format.h"
#include "rtc-reports.h"

#include <gst/audio/audio.h>
#include <gst/video/video-event.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* Without media a GAP is sent so often, and silence in such pieces. */
#define GAP_INTERVAL (200 * GST_MSECOND)
#define SILENCE_DURATION (20 * GST_MSECOND)
/* Silence is sent when so little is left to be played, */
#define SILENCE_MARGIN (10 * GST_MSECOND)
/* but not before the sound of that time could be here: so long after its capture. */
#define ARRIVAL_TIME (60 * GST_MSECOND)
/* Audio that is off by less is left to the sink, which resamples or aligns it. */
#define AUDIO_TOLERANCE (30 * GST_MSECOND)

/* Whatever downstream answers: somebody else may be linked tomorrow, others go on today. */
static void
push_buffer (RtcOutput *self, GstBuffer *buffer)
{
  GstFlowReturn flow = gst_pad_push (self->pad, buffer);

  if (flow != GST_FLOW_OK)
    GST_LOG_OBJECT (self->pad, "downstream answers %s", gst_flow_get_name (flow));
  if (flow == GST_FLOW_NOT_LINKED)
    gst_pad_mark_reconfigure (self->pad); /* nobody tells of an unlink */
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
  rtc_output_set_format (self, format, wanted ? wanted : peer_caps);
  if (!wanted) {
    gst_clear_caps (&self->caps); /* those of the first frame come next */
  } else if (!self->caps || !gst_caps_can_intersect (self->caps, wanted)) {
    send_caps (self, initial);
    send_gap (self, self->next_time, GST_CLOCK_TIME_NONE);
  }
}

static GstBuffer *
make_silence (const GstAudioInfo *info, guint64 frames)
{
  GstBuffer *buffer = gst_buffer_new_and_alloc (frames * info->bpf);
  GstMapInfo map;

  if (gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gst_audio_format_info_fill_silence (info->finfo, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
  }
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  return buffer;
}

/* @duration: as near as whole frames come to it */
static void
send_silence (RtcOutput *self, GstClockTime duration)
{
  GstAudioInfo info;
  GstBuffer *buffer;
  guint64 frames;

  if (!self->caps || !gst_audio_info_from_caps (&info, self->caps))
    return;
  frames = gst_util_uint64_scale_round (duration, info.rate, GST_SECOND);
  if (frames == 0)
    return;
  buffer = make_silence (&info, frames);
  GST_BUFFER_PTS (buffer) = self->next_time;
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale_round (frames, GST_SECOND, info.rate);
  self->next_time += GST_BUFFER_DURATION (buffer);
  push_buffer (self, buffer);
}

/* After a pause, or a time without anybody downstream, there is nothing to make up for. */
static void
skip_past (RtcOutput *self)
{
  GstClockTime now;

  if (rtc_pad_get_running_time (self->pad, &now) && now > self->next_time + GST_SECOND)
    self->next_time = now;
}

/* Keeps raw audio without holes and overlaps. Returns: (transfer full) (nullable) */
static GstBuffer *
join_audio (RtcOutput *self, GstBuffer *buffer)
{
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstAudioInfo info;
  gsize samples;

  skip_past (self);
  if (pts > self->next_time + AUDIO_TOLERANCE) {
    while (pts > self->next_time + GST_SECOND)
      send_silence (self, GST_SECOND);
    send_silence (self, pts - self->next_time);
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
log_delay (RtcOutput *self, RtcHop hop, GstClockTime pts)
{
  GstClockTimeDiff age;

  if (rtc_delay_is_wanted () && rtc_playout_get_age (&self->playout, pts, &age))
    rtc_delay_log (self->pad, self->media, hop, age);
}

static void
send_sample (RtcOutput *self, GstSample *sample)
{
  GstBuffer *buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime end;

  if (!GST_CLOCK_TIME_IS_VALID (pts)) {
    gst_buffer_unref (buffer);
    return;
  }
  send_caps (self, gst_sample_get_caps (sample));
  rtc_playout_leave (&self->playout, pts, rtc_ntp_now ());
  log_delay (self, RTC_HOP_DECODE, pts);
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
  log_delay (self, RTC_HOP_RENDER, pts);
}

/* Nothing came for a while. */
static void
fill (RtcOutput *self)
{
  GstClockTime now;

  if (!rtc_pad_get_running_time (self->pad, &now))
    return;
  if (!is_raw_audio (self)) {
    /* Only what has passed: media may come that is due right now. */
    if (now > self->next_time)
      send_gap (self, self->next_time, now - self->next_time);
    return;
  }
  skip_past (self);
  send_silence (self, SILENCE_DURATION);
}

/* Returns: the running time at which silence has to follow upon what was sent */
static GstClockTime
get_silence_time (RtcOutput *self)
{
  GstClockTime time = self->next_time;

  g_mutex_lock (&self->lock);
  if (self->latency < ARRIVAL_TIME)
    time += ARRIVAL_TIME - self->latency;
  g_mutex_unlock (&self->lock);
  return time > SILENCE_MARGIN ? time - SILENCE_MARGIN : 0;
}

/* Returns: how long to wait for media before the time is filled, in µs; -1: for ever */
static gint64
get_patience (RtcOutput *self, gboolean running)
{
  GstClockTime now, due;

  if (!running || !rtc_pad_get_running_time (self->pad, &now))
    return -1;
  if (!is_raw_audio (self))
    return GAP_INTERVAL / GST_USECOND +
           (self->next_time > now ? (self->next_time - now) / GST_USECOND : 0);
  due = get_silence_time (self);
  return due > now ? (due - now) / GST_USECOND : 0;
}

/* Must be called with lock. */
static gboolean
is_running (RtcOutput *self)
{
  return self->playing && !self->eos;
}

/* Must be called with lock. Returns: (transfer full) (nullable): what to send */
static gpointer
wait_for_item (RtcOutput *self, gboolean running, gint64 patience, gboolean *due)
{
  gint64 deadline = g_get_monotonic_time () + patience;

  *due = FALSE;
  while (g_queue_is_empty (&self->queue) && !self->flushing && is_running (self) == running &&
         !GST_PAD_NEEDS_RECONFIGURE (self->pad)) {
    if (patience < 0) {
      g_cond_wait (&self->cond, &self->lock);
    } else if (!g_cond_wait_until (&self->cond, &self->lock, deadline)) {
      *due = TRUE;
      break;
    }
  }
  return self->flushing ? NULL : g_queue_pop_head (&self->queue);
}

GstEvent *
rtc_output_make_stream_start (RtcOutput *self, const char *stream_id)
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
  gst_pad_push_event (self->pad, rtc_output_make_stream_start (self, stream_id));
  gst_pad_mark_reconfigure (self->pad);
  self->started = TRUE;
}

static void
run_task (gpointer user_data)
{
  RtcOutput *self = user_data;
  gpointer item;
  gint64 patience;
  gboolean running;
  gboolean due;
  gboolean flushing;

  if (!self->started)
    send_stream_start (self);
  if (gst_pad_check_reconfigure (self->pad))
    negotiate (self);

  g_mutex_lock (&self->lock);
  running = is_running (self);
  g_mutex_unlock (&self->lock);
  patience = get_patience (self, running);

  g_mutex_lock (&self->lock);
  item = wait_for_item (self, running, patience, &due);
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

/* Ends the pad with an EOS right after what has been sent; what waits to be sent is dropped. */
void
rtc_output_end (RtcOutput *self)
{
  set_flushing (self, TRUE);
  gst_pad_stop_task (self->pad);
  if (!self->started)
    send_stream_start (self);
  gst_pad_push_event (self->pad, gst_event_new_eos ());
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
    rtc_output_request_key_frame (self);
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

void
rtc_output_set_up_pad (RtcOutput *self)
{
  gst_pad_set_element_private (self->pad, self);
  gst_pad_set_activatemode_function (self->pad, on_activate_mode);
  gst_pad_set_event_function (self->pad, on_event);
  gst_pad_set_query_function (self->pad, on_query);
}
