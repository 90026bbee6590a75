/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How long it may be silent at the other end until it is gone. RTCP goes on whatever is muted or
 * not wanted, but not from everybody equally often: a browser reports about video every second, and
 * about sound alone every 2.5 to 7.5 s.
 *
 * Zeroes are the beginning. What is noted is read by any thread.
 */
typedef struct {
  gint64 last_arrival;    /* µs; 0: none */
  gint64 last_report;     /* of the noting thread only */
  guint frequent_reports; /* so many in a row */
} RtcSilence;

void rtc_silence_note (RtcSilence *self, gint64 now, gboolean is_report);
gint64 rtc_silence_get_last_arrival (RtcSilence *self);
gint64 rtc_silence_get_timeout (RtcSilence *self, gboolean has_video);

G_END_DECLS
