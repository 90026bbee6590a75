/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Counts freezes as W3C "Identifiers for WebRTC's Statistics API" defines freezeCount: "It is
 * incremented if the interval between two consecutively rendered frames is equal to or exceeds
 * Max(3 * avg_frame_duration_ms, avg_frame_duration_ms + 150)", the average being that of the last
 * 30 intervals. Pure.
 */
#define RTC_FREEZE_WINDOW 30

typedef struct {
  gint64 last; /* time of the latest frame, µs; 0: none since the beginning or a pause */
  gint64 intervals[RTC_FREEZE_WINDOW];
  guint n_intervals; /* ever */
  guint64 count;
  gint64 duration; /* of all freezes, µs */
} RtcFreeze;

void rtc_freeze_take_frame (RtcFreeze *self, gint64 now);
void rtc_freeze_pause (RtcFreeze *self);

G_END_DECLS
