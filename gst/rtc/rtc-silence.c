/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-silence.h"

#define TIMEOUT (6 * G_TIME_SPAN_SECOND)
/* Of two reports of a browser about sound one may get lost. */
#define RARE_TIMEOUT (15 * G_TIME_SPAN_SECOND)

/* Who has reported so often in a row may be expected to go on. */
#define FREQUENT_INTERVAL (2 * G_TIME_SPAN_SECOND)
#define FREQUENT_MIN 3

/* RTP or RTCP has arrived; @is_report: a sender's or a receiver's report. One thread. */
void
rtc_silence_note (RtcSilence *self, gint64 now, gboolean is_report)
{
  if (is_report) {
    gboolean frequent = self->last_report != 0 && now - self->last_report <= FREQUENT_INTERVAL;

    __atomic_store_n (&self->frequent_reports, frequent ? self->frequent_reports + 1 : 0,
                      __ATOMIC_RELAXED);
    self->last_report = now;
  }
  __atomic_store_n (&self->last_arrival, now, __ATOMIC_RELAXED);
}

/* Returns: µs; 0: nothing has arrived yet */
gint64
rtc_silence_get_last_arrival (RtcSilence *self)
{
  return __atomic_load_n (&self->last_arrival, __ATOMIC_RELAXED);
}

/* @has_video: the connection has a track of it. Returns: µs */
gint64
rtc_silence_get_timeout (RtcSilence *self, gboolean has_video)
{
  guint frequent_reports = __atomic_load_n (&self->frequent_reports, __ATOMIC_RELAXED);

  return has_video || frequent_reports >= FREQUENT_MIN ? TIMEOUT : RARE_TIMEOUT;
}
