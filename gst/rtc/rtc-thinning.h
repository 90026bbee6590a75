/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Where an encoder misses its bitrate though its quality is the lowest, as with noise, fewer frames
 * are encoded. Judges by media time, every RTC_THINNING_WINDOW. Pure; thread-safe.
 */
#define RTC_THINNING_WINDOW (2 * GST_SECOND)

typedef struct {
  GMutex lock;
  GstClockTime interval; /* of frames; 0: all are encoded */
  GstClockTime next;     /* when the next frame is due */
  guint offered;         /* frames in this window */
  guint admitted;
  GstClockTime start; /* of the window: timestamp of an encoded frame */
  guint64 bytes;      /* of the delta frames since; key frames are what others ask for */
} RtcThinning;

void rtc_thinning_init (RtcThinning *self);
void rtc_thinning_clear (RtcThinning *self);

gboolean rtc_thinning_admit (RtcThinning *self, GstClockTime time);
guint rtc_thinning_measure (RtcThinning *self, GstBuffer *frame);
void rtc_thinning_judge (RtcThinning *self, guint measured, guint wanted);
GstClockTime rtc_thinning_get_interval (RtcThinning *self);

G_END_DECLS
