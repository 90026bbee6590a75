/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-reports.h"

G_BEGIN_DECLS

/*
 * What the RTP packets of one track tell as they leave the jitter buffer: what has to be made
 * up, when it was captured, how loud it is. Thread-safe.
 */
typedef struct {
  GMutex lock;
  RtcMedia media; /* set once, as the next */
  guint clock_rate;
  RtcReports *reports;
  guint level_id; /* of the header extension; 0: there is none. Protected by lock, as all below */
  guint32 ssrc;
  gboolean started;
  guint16 seqnum;
  guint32 rtp_time;
  guint32 packet_ticks; /* how long a packet lasts */
  guint64 conceal_ticks;
  gboolean has_offset;
  GstClockTimeDiff offset; /* from a timestamp to the NTP time of capture */
  double level;            /* of the latest packet */
  double voice;            /* the loudest of late, at voice_time; it fades */
  gint64 voice_time;
} RtcArrival;

void rtc_arrival_init (RtcArrival *self, const RtcCodec *codec, RtcReports *reports);
void rtc_arrival_clear (RtcArrival *self);

void rtc_arrival_take_caps (RtcArrival *self, GstCaps *caps);
void rtc_arrival_take_packet (RtcArrival *self, GstBuffer *packet, gint64 now);
void rtc_arrival_read (RtcArrival *self, RtcTrackStats *stats);
double rtc_arrival_get_voice (RtcArrival *self, gint64 now);
void rtc_arrival_log_delay (RtcArrival *self, gpointer object, GstBuffer *packet);
gboolean rtc_arrival_get_capture (RtcArrival *self, GstClockTime pts, GstClockTime *ntp_time);

G_END_DECLS
