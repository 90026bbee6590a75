/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-thinning.h"

/* Too much, and so little that more frames have room, in percent of what is wanted */
#define TOO_MUCH 130
#define LITTLE 80
/* So few frames are still a moving picture. */
#define INTERVAL_MAX (200 * GST_MSECOND)

void
rtc_thinning_init (RtcThinning *self)
{
  *self = (RtcThinning){ .start = GST_CLOCK_TIME_NONE, .next = GST_CLOCK_TIME_NONE };
  g_mutex_init (&self->lock);
}

void
rtc_thinning_clear (RtcThinning *self)
{
  g_mutex_clear (&self->lock);
}

/* A frame that comes a little early is no reason to wait for the one after it. */
static gboolean
is_due (RtcThinning *self, GstClockTime time)
{
  return self->interval == 0 || !GST_CLOCK_TIME_IS_VALID (time) ||
         !GST_CLOCK_TIME_IS_VALID (self->next) || time + self->interval / 8 >= self->next ||
         time + 2 * self->interval < self->next; /* the timestamps have begun anew */
}

/* @time: of a raw frame. Returns: whether it is to be encoded */
gboolean
rtc_thinning_admit (RtcThinning *self, GstClockTime time)
{
  gboolean admitted;

  g_mutex_lock (&self->lock);
  admitted = is_due (self, time);
  self->offered++;
  if (admitted) {
    gboolean follows = GST_CLOCK_TIME_IS_VALID (self->next) && time < self->next + self->interval &&
                       time + self->interval >= self->next;

    self->admitted++;
    self->next = (follows ? self->next : time) + self->interval;
  }
  g_mutex_unlock (&self->lock);
  return admitted;
}

/* Must be called with lock. */
static void
start_window (RtcThinning *self, GstClockTime time)
{
  self->start = time;
  self->bytes = 0;
  self->offered = self->admitted = 0;
}

/* Returns: bit/s, when a window is over; otherwise 0 */
guint
rtc_thinning_measure (RtcThinning *self, GstBuffer *frame)
{
  GstClockTime time = GST_BUFFER_PTS (frame);
  guint measured = 0;

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return 0;
  g_mutex_lock (&self->lock);
  if (!GST_CLOCK_TIME_IS_VALID (self->start) || time < self->start ||
      time > self->start + 2 * RTC_THINNING_WINDOW) {
    start_window (self, time);
  } else if (time >= self->start + RTC_THINNING_WINDOW) {
    measured =
        (guint) MAX (gst_util_uint64_scale (self->bytes * 8, GST_SECOND, time - self->start), 1);
    self->start = time;
    self->bytes = 0;
  }
  if (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
    self->bytes += gst_buffer_get_size (frame);
  g_mutex_unlock (&self->lock);
  return measured;
}

/* Must be called with lock. Returns: the distance of frames with which @measured would be @wanted
 */
static GstClockTime
get_interval (RtcThinning *self, guint measured, guint wanted)
{
  GstClockTime now = RTC_THINNING_WINDOW / MAX (self->admitted, 1);
  GstClockTime interval = gst_util_uint64_scale (now, measured, wanted);

  /* Up in small steps: the frames in between may be as large as those that come now. */
  if (interval < now)
    interval = MAX (interval, now * 4 / 5);
  return MIN (interval, INTERVAL_MAX);
}

/*
 * rtc_thinning_judge:
 * @measured: as rtc_thinning_measure() told, not 0
 * @wanted: of the encoder, bit/s; 0: whatever it gives
 */
void
rtc_thinning_judge (RtcThinning *self, guint measured, guint wanted)
{
  guint64 percent = wanted > 0 ? (guint64) measured * 100 / wanted : 100;

  g_mutex_lock (&self->lock);
  if (wanted == 0)
    self->interval = 0;
  else if (percent > TOO_MUCH || (percent < LITTLE && self->interval > 0))
    self->interval = get_interval (self, measured, wanted);
  if (self->interval * self->offered <= RTC_THINNING_WINDOW)
    self->interval = 0; /* as far apart as they come */
  self->offered = self->admitted = 0;
  self->next = GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&self->lock);
}

/* Returns: how far apart frames are encoded; 0: as they come */
GstClockTime
rtc_thinning_get_interval (RtcThinning *self)
{
  GstClockTime interval;

  g_mutex_lock (&self->lock);
  interval = self->interval;
  g_mutex_unlock (&self->lock);
  return interval;
}
