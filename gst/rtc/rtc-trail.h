/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * The latest frames that came on one way, by which those of another way are known again.
 *
 * A stream that comes on two ways, directly or by way of a media server, was encoded once: its
 * frames are the same, byte by byte. Their RTP timestamps need not be: a media server may number
 * them anew for each of its consumers. They then differ by a constant.
 *
 * Zeroes are the beginning.
 */
#define RTC_TRAIL_FRAMES 128

typedef struct {
  guint64 digest; /* of the bytes */
  gsize size;
  GstClockTime pts;
  guint32 rtp_time;
  gboolean is_picture; /* which can stand by itself: none like it comes soon */
} RtcTrailFrame;

typedef struct {
  RtcTrailFrame *frames; /* the latest RTC_TRAIL_FRAMES; NULL: none came yet */
  guint n_frames;        /* so far */
} RtcTrail;

/* What a frame may be known by. */
typedef enum {
  RTC_TRAIL_SURE,   /* there is one like it only */
  RTC_TRAIL_LIKELY, /* of those that are alike, as silence is, that which came at the same time */
} RtcTrailCertainty;

void rtc_trail_add (RtcTrail *trail, GstSample *sample);
gboolean rtc_trail_find_latest (const RtcTrail *trail, const RtcTrail *other,
                                RtcTrailCertainty certainty, guint32 *offset);
const RtcTrailFrame *rtc_trail_get_latest (const RtcTrail *trail);
void rtc_trail_reset (RtcTrail *trail);
void rtc_trail_clear (RtcTrail *trail);

G_END_DECLS
