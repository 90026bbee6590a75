/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-playout.h"

#include "rtc-reports.h"

/* How much of a new delay goes into the smoothed one. */
#define DELAY_WEIGHT 0.125

static GstCaps *
get_ntp_caps (void)
{
  static GstStaticCaps caps = GST_STATIC_CAPS ("timestamp/x-ntp");

  return gst_static_caps_get (&caps);
}

/* @buffer: (transfer full). Returns: (transfer full) */
GstBuffer *
rtc_stamp_capture (GstBuffer *buffer, GstClockTime ntp_time)
{
  g_autoptr (GstCaps) caps = get_ntp_caps ();

  buffer = gst_buffer_make_writable (buffer);
  gst_buffer_add_reference_timestamp_meta (buffer, caps, ntp_time, GST_CLOCK_TIME_NONE);
  return buffer;
}

void
rtc_playout_init (RtcPlayout *self)
{
  *self = (RtcPlayout){ .delay = -1 };
  rtc_meter_init (&self->meter);
  g_mutex_init (&self->lock);
}

void
rtc_playout_clear (RtcPlayout *self)
{
  rtc_meter_clear (&self->meter);
  gst_clear_caps (&self->caps);
  g_mutex_clear (&self->lock);
}

/* Another stream begins. */
void
rtc_playout_reset (RtcPlayout *self)
{
  rtc_meter_reset (&self->meter);
  g_mutex_lock (&self->lock);
  gst_clear_caps (&self->caps);
  self->codec = NULL;
  self->freeze = (RtcFreeze){ 0 };
  self->has_offset = FALSE;
  self->delay = -1;
  g_mutex_unlock (&self->lock);
}

/* Must be called with lock. */
static void
take_capture (RtcPlayout *self, GstBuffer *buffer)
{
  g_autoptr (GstCaps) caps = get_ntp_caps ();
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, caps);

  if (!meta || !GST_BUFFER_PTS_IS_VALID (buffer))
    return;
  self->offset = GST_CLOCK_DIFF (GST_BUFFER_PTS (buffer), meta->timestamp);
  self->has_offset = TRUE;
}

/* Must be called with lock. */
static void
take_caps (RtcPlayout *self, GstCaps *caps)
{
  if (self->caps == caps)
    return;
  gst_caps_replace (&self->caps, caps);
  self->codec = rtc_codec_find_encoded (caps);
}

/* @buffer: an encoded frame that goes on; @now: µs of any clock that goes on */
void
rtc_playout_take_frame (RtcPlayout *self, GstBuffer *buffer, GstCaps *caps, gint64 now)
{
  rtc_meter_count (&self->meter, buffer, caps);
  g_mutex_lock (&self->lock);
  take_caps (self, caps);
  if (self->codec && self->codec->media == RTC_MEDIA_VIDEO)
    rtc_freeze_take_frame (&self->freeze, now);
  take_capture (self, buffer);
  g_mutex_unlock (&self->lock);
}

/* @age: (out): of what has the timestamp @pts, since its capture. Returns: whether it is known */
gboolean
rtc_playout_get_age (RtcPlayout *self, GstClockTime pts, GstClockTimeDiff *age)
{
  gboolean known;

  g_mutex_lock (&self->lock);
  known = self->has_offset && GST_CLOCK_TIME_IS_VALID (pts);
  if (known)
    *age = GST_CLOCK_DIFF (pts + (GstClockTime) self->offset, rtc_ntp_now ());
  g_mutex_unlock (&self->lock);
  return known;
}

/* Something leaves whose timestamp as a time of the clock is @pts. */
void
rtc_playout_leave (RtcPlayout *self, GstClockTime pts, GstClockTime ntp_now)
{
  g_mutex_lock (&self->lock);
  if (self->has_offset && GST_CLOCK_TIME_IS_VALID (pts)) {
    GstClockTimeDiff delay = GST_CLOCK_DIFF (pts + (GstClockTime) self->offset, ntp_now);
    double ms = (double) delay / GST_MSECOND;

    /* Clocks that are apart may say that it left before it was captured. */
    ms = MAX (ms, 0);
    self->delay = self->delay < 0 ? ms : self->delay + DELAY_WEIGHT * (ms - self->delay);
  }
  g_mutex_unlock (&self->lock);
}

/* The sender means to send nothing for a while. */
void
rtc_playout_pause (RtcPlayout *self)
{
  g_mutex_lock (&self->lock);
  rtc_freeze_pause (&self->freeze);
  g_mutex_unlock (&self->lock);
}

/* @stats: gets what is known here; the rest stays */
void
rtc_playout_read (RtcPlayout *self, RtcTrackStats *stats)
{
  rtc_meter_read (&self->meter, stats);
  g_mutex_lock (&self->lock);
  stats->codec = self->codec;
  stats->freezes = self->freeze.count;
  stats->freeze_ms = (guint64) (self->freeze.duration / G_TIME_SPAN_MILLISECOND);
  stats->delay = self->delay;
  g_mutex_unlock (&self->lock);
}
