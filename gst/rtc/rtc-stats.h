/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-codec.h"

G_BEGIN_DECLS

/* The figures of one track, as far as they are known; counts begin with the track. */
typedef struct {
  const RtcCodec *codec; /* NULL: no such track */
  int width;             /* of the pictures, pixels; 0: unknown */
  int height;
  guint64 frames; /* encoded frames; of Opus, packets */
  guint64 key_frames;
  guint64 bytes;      /* of encoded media, without headers */
  guint64 dropped;    /* raw frames that the encoder was too slow for */
  guint64 expected;   /* packets that should have arrived; 0: unknown */
  gint64 lost;        /* of these; may fall, when late packets arrive (RFC 3550) */
  double jitter;      /* of their arrival, ms; < 0: unknown */
  double rtt;         /* round trip time, ms; < 0: unknown */
  double delay;       /* from capture to here, ms; < 0: unknown */
  double level;       /* of the sound, dBov, 0 to -127; > 0: unknown */
  guint64 freezes;    /* as freezeCount of W3C webrtc-stats */
  guint64 freeze_ms;  /* as totalFreezesDuration there */
  guint64 conceal_ms; /* sound that was lost and had to be made up */
} RtcTrackStats;

#define RTC_LEVEL_UNKNOWN 1.0

void rtc_track_stats_init (RtcTrackStats *self, const RtcCodec *codec);
double rtc_track_stats_get_loss (const RtcTrackStats *now, const RtcTrackStats *before);
double rtc_track_stats_get_fps (const RtcTrackStats *now, const RtcTrackStats *before,
                                gint64 elapsed);
double rtc_track_stats_get_bitrate (const RtcTrackStats *now, const RtcTrackStats *before,
                                    gint64 elapsed);

/* How good a path is: the grades of the room protocol, 0 unknown, 1 excellent … 5 very bad. */
guint rtc_quality_grade (double loss, double rtt);
guint rtc_quality_median (GArray *grades);

G_END_DECLS
