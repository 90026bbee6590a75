/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encoded frames on their way to the consumers. */

#include "rtc-input-private.h"

#include "rtc-bitstream.h"
#include "rtc-delay.h"
#include "rtc-encoder.h"
#include "rtc-level.h"

#include <gst/app/gstappsink.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* What a muted microphone sends, so that receivers know it from a dead one. */
#define SILENCE_INTERVAL (400 * GST_MSECOND)

/* Returns: (transfer full) (nullable): what is sent instead of a frame of muted audio */
static GstBuffer *
mute_frame (RtcInputBranch *branch, GstBuffer *frame)
{
  GstClockTime pts = GST_BUFFER_PTS (frame);
  GstBuffer *silence;

  if (branch->codec->media == RTC_MEDIA_VIDEO ||
      (GST_CLOCK_TIME_IS_VALID (branch->last_silence) && pts >= branch->last_silence &&
       pts < branch->last_silence + SILENCE_INTERVAL))
    return NULL;
  branch->last_silence = pts;
  silence = rtc_codec_make_silence (branch->codec);
  GST_BUFFER_PTS (silence) = pts;
  return silence;
}

/* Returns: (transfer full): a frame whose timestamp is a time of the clock */
static GstBuffer *
stamp_frame (RtcInput *self, GstSample *sample)
{
  GstBuffer *buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  GstSegment *segment = gst_sample_get_segment (sample);
  GstClockTime pts = GST_BUFFER_DTS_OR_PTS (buffer);

  /* Without frames out of order the two are the same; some parsers tell only one of them. */
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    pts = GST_BUFFER_PTS (buffer);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    pts = gst_segment_to_running_time (segment, GST_FORMAT_TIME, pts);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    pts += gst_element_get_base_time (GST_ELEMENT (self->bin));
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  /* Payloaders would take the offset for RTP time. */
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  return buffer;
}

static void
send_frame (RtcInput *self, RtcInputBranch *branch, GstBuffer *buffer, GstCaps *caps)
{
  g_autoptr (GPtrArray) consumers = rtc_input_get_consumers (self);

  if (branch == self->branch)
    rtc_meter_count (&self->meter, buffer, caps);
  for (guint i = 0; i < consumers->len; i++)
    rtc_peer_push (g_ptr_array_index (consumers, i), self->media, buffer, caps);
}

/* How loud the sound is, for the other ends to know */

static GstPadProbeReturn
on_sound (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcInput *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstAudioInfo audio_info;
  double level;

  if (!caps || !gst_audio_info_from_caps (&audio_info, caps))
    return GST_PAD_PROBE_OK;
  level = rtc_level_measure (GST_PAD_PROBE_INFO_BUFFER (info), &audio_info);
  g_mutex_lock (&self->lock);
  self->level = level;
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

/* @encoder: of sound: what goes into it last is nearest to what comes out of it next */
void
rtc_input_watch_level (RtcInput *self, GstElement *encoder)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (encoder, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound, self, NULL);
}

/* Returns: dBov; of what comes encoded RTC_LEVEL_UNKNOWN */
double
rtc_input_get_level (RtcInput *self)
{
  double level;

  g_mutex_lock (&self->lock);
  level = self->is_raw ? self->level : RTC_LEVEL_UNKNOWN;
  if (self->media == RTC_MEDIA_AUDIO && self->muted)
    level = RTC_LEVEL_SILENCE;
  g_mutex_unlock (&self->lock);
  return level;
}

/* @buffer: (transfer full). Returns: (transfer full) */
static GstBuffer *
add_level (RtcInput *self, GstBuffer *buffer)
{
  double level = rtc_input_get_level (self);

  if (self->media != RTC_MEDIA_AUDIO || level > 0)
    return buffer;
  buffer = gst_buffer_make_writable (buffer);
  rtc_level_add (buffer, level);
  return buffer;
}

/* A key frame serves whoever has asked until then. Returns: whether somebody still waits for one */
static gboolean
is_request_pending (RtcInput *self, GstBuffer *frame)
{
  gboolean pending;

  g_mutex_lock (&self->lock);
  if (!GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
    self->request_pending = FALSE;
  pending = self->request_pending;
  g_mutex_unlock (&self->lock);
  return pending;
}

/* What an encoder kept over a time without frames comes out long after its time. */
static gboolean
is_leftover (RtcInput *self, GstBuffer *frame)
{
  gboolean leftover;

  g_mutex_lock (&self->lock);
  leftover = GST_CLOCK_TIME_IS_VALID (self->resumed_at) && GST_BUFFER_PTS_IS_VALID (frame) &&
             GST_BUFFER_DURATION_IS_VALID (frame) &&
             GST_BUFFER_PTS (frame) + GST_BUFFER_DURATION (frame) <= self->resumed_at;
  g_mutex_unlock (&self->lock);
  return leftover;
}

/*
 * A receiver plays frames as they come: none may be shown before one that came before it. Sets the
 * flag of key frames right, too.
 *
 * Returns: whether @buffer is out of order
 */
static gboolean
is_out_of_order (RtcInputBranch *branch, GstBuffer *buffer)
{
  RtcFrame kind = rtc_bitstream_inspect (branch->codec, buffer);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  gboolean is_delta;
  gboolean is_earlier;

  if (kind == RTC_FRAME_DELTA || kind == RTC_FRAME_BIDIRECTIONAL)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (kind != RTC_FRAME_UNKNOWN || !branch->codec->has_forms)
    return kind == RTC_FRAME_BIDIRECTIONAL;
  is_delta = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  is_earlier = GST_CLOCK_TIME_IS_VALID (pts) && GST_CLOCK_TIME_IS_VALID (branch->last_pts) &&
               pts < branch->last_pts;
  branch->last_pts = pts;
  return is_delta && is_earlier;
}

static void
refuse (RtcInput *self, RtcInputBranch *branch)
{
  GST_ELEMENT_ERROR (self->bin, STREAM, FORMAT,
                     ("The %s video that comes in has B-frames, which a call cannot carry: encode "
                      "it without them (x264enc bframes=0 tune=zerolatency), or decode it before "
                      "nertcsink, which then encodes it anew.",
                      branch->codec->name),
                     (NULL));
}

/* Returns: (nullable) (transfer full): what is to be sent for @buffer */
static GstBuffer *
pass_gate (RtcInput *self, RtcInputBranch *branch, GstBuffer *buffer)
{
  gboolean muted = rtc_input_get_muted (self);
  RtcGateVerdict verdict;

  if (muted && !branch->muted) {
    rtc_gate_close (branch->gate, branch);
    branch->last_silence = GST_CLOCK_TIME_NONE;
  } else if (!muted && branch->muted) {
    rtc_gate_open (branch->gate, branch);
  }
  branch->muted = muted;
  verdict = rtc_gate_filter (branch->gate, branch, &buffer, g_get_monotonic_time () * GST_USECOND);
  if (verdict == RTC_GATE_REQUEST || is_request_pending (self, buffer))
    rtc_input_request_key_frame (self);
  if (verdict == RTC_GATE_DROP || verdict == RTC_GATE_REQUEST) {
    GstBuffer *silence = muted ? mute_frame (branch, buffer) : NULL;

    gst_buffer_unref (buffer);
    buffer = silence;
  }
  return buffer;
}

/* An encoder that is set to less than it can do encodes fewer frames. */
static void
watch_bitrate (RtcInput *self, RtcInputBranch *branch, GstBuffer *buffer)
{
  GstClockTime before = rtc_thinning_get_interval (&branch->thinning);
  guint measured = rtc_thinning_measure (&branch->thinning, buffer);
  GstClockTime interval;

  if (measured == 0)
    return;
  rtc_thinning_judge (&branch->thinning, measured, rtc_encoder_get_bitrate (branch->encoder));
  interval = rtc_thinning_get_interval (&branch->thinning);
  if (interval != before)
    GST_INFO_OBJECT (self->bin,
                     "the encoder gives %u bit/s of %u: %s frames, %" GST_TIME_FORMAT " apart",
                     measured, rtc_encoder_get_bitrate (branch->encoder),
                     interval > before ? "fewer" : "more", GST_TIME_ARGS (interval));
}

static GstFlowReturn
on_new_sample (GstAppSink *appsink, gpointer user_data)
{
  RtcInputBranch *branch = user_data;
  RtcInput *self = branch->owner;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstBuffer *buffer;

  if (!sample || !branch->codec || is_leftover (self, gst_sample_get_buffer (sample)))
    return GST_FLOW_OK;
  buffer = stamp_frame (self, sample);
  rtc_delay_log_time (GST_ELEMENT (self->bin), self->media, RTC_HOP_ENCODE,
                      GST_BUFFER_PTS (buffer));
  if (self->media == RTC_MEDIA_VIDEO && is_out_of_order (branch, buffer)) {
    gst_buffer_unref (buffer);
    refuse (self, branch);
    return GST_FLOW_ERROR;
  }
  if (self->media == RTC_MEDIA_VIDEO && branch->encoder)
    watch_bitrate (self, branch, buffer);
  buffer = pass_gate (self, branch, buffer);
  if (buffer) {
    buffer = add_level (self, buffer);
    send_frame (self, branch, buffer, gst_sample_get_caps (sample));
    gst_buffer_unref (buffer);
  }
  return GST_FLOW_OK;
}

RtcInputBranch *
rtc_input_make_branch (RtcInput *self)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };

  return rtc_input_branch_new (self, self->bin, &callbacks);
}
