/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-freeze.h"

#define MARGIN (150 * G_TIME_SPAN_MILLISECOND)
/* What the first intervals are is no average yet. */
#define MIN_INTERVALS 3

static gint64
get_average (const RtcFreeze *self)
{
  guint n = MIN (self->n_intervals, RTC_FREEZE_WINDOW);
  gint64 sum = 0;

  for (guint i = 0; i < n; i++)
    sum += self->intervals[i];
  return sum / n;
}

static gboolean
is_freeze (const RtcFreeze *self, gint64 interval)
{
  gint64 average;

  if (self->n_intervals < MIN_INTERVALS)
    return FALSE;
  average = get_average (self);
  return interval >= MAX (3 * average, average + MARGIN);
}

/* @now: when a frame is shown, µs of any clock that goes on */
void
rtc_freeze_take_frame (RtcFreeze *self, gint64 now)
{
  gint64 interval = now - self->last;
  gboolean first = self->last == 0;

  self->last = now;
  if (first)
    return;
  if (is_freeze (self, interval)) {
    self->count++;
    self->duration += interval;
  }
  self->intervals[self->n_intervals++ % RTC_FREEZE_WINDOW] = interval;
}

/* The sender sends nothing for a while, and means it: that is no freeze. */
void
rtc_freeze_pause (RtcFreeze *self)
{
  self->last = 0;
}
