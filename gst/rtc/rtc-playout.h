/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-freeze.h"
#include "rtc-meter.h"

G_BEGIN_DECLS

/* The figures of what one pad plays, over all transports that bring it. Thread-safe. */
typedef struct {
  RtcMeter meter;
  GMutex lock;
  GstCaps *caps; /* of the latest frame; protected by lock, as all below */
  const RtcCodec *codec;
  RtcFreeze freeze;
  gboolean has_offset;
  GstClockTimeDiff offset; /* from a timestamp to the NTP time of capture */
  double delay;            /* smoothed, ms; < 0: unknown */
} RtcPlayout;

void rtc_playout_init (RtcPlayout *self);
void rtc_playout_clear (RtcPlayout *self);
void rtc_playout_reset (RtcPlayout *self);

void rtc_playout_take_frame (RtcPlayout *self, GstBuffer *buffer, GstCaps *caps, gint64 now);
gboolean rtc_playout_get_age (RtcPlayout *self, GstClockTime pts, GstClockTimeDiff *age);
void rtc_playout_leave (RtcPlayout *self, GstClockTime pts, GstClockTime ntp_now);
void rtc_playout_pause (RtcPlayout *self);
void rtc_playout_read (RtcPlayout *self, RtcTrackStats *stats);

/* Frames that arrive carry the time of their capture as a reference timestamp. */
GstBuffer *rtc_stamp_capture (GstBuffer *buffer, GstClockTime ntp_time);

G_END_DECLS
