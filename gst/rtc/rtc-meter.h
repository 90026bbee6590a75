/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-stats.h"

G_BEGIN_DECLS

/* Counts the encoded frames that pass a place. Thread-safe. */
typedef struct {
  GMutex lock;
  guint64 frames; /* protected by lock, as all below */
  guint64 key_frames;
  guint64 bytes;
  int width;
  int height;
  GstCaps *caps; /* of the latest frame */
} RtcMeter;

void rtc_meter_init (RtcMeter *self);
void rtc_meter_clear (RtcMeter *self);
void rtc_meter_reset (RtcMeter *self);
void rtc_meter_count (RtcMeter *self, GstBuffer *buffer, GstCaps *caps);
void rtc_meter_read (RtcMeter *self, RtcTrackStats *stats);

G_END_DECLS
