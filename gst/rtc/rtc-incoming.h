/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-arrival.h"

G_BEGIN_DECLS

/*
 * One received track:  (webrtcbin) → depayloader [→ parser → capsfilter] → appsink
 *
 * The offset of each frame is its RTP timestamp, by which frames of several transports of one
 * stream are told apart.
 *
 * The branch answers OK to whatever happens behind it: an error that went up would stop nicesrc
 * and with it the whole connection.
 */
typedef struct _RtcIncoming RtcIncoming;

typedef void (*RtcReceived) (RtcMedia media, GstSample *sample, gpointer user_data);

RtcIncoming *rtc_incoming_new (const RtcCodec *codec, GstBin *bin, GstPad *src_pad,
                               RtcReports *reports, RtcReceived received, gpointer user_data,
                               GError **error);
void rtc_incoming_free (RtcIncoming *self);

RtcMedia rtc_incoming_get_media (RtcIncoming *self);
void rtc_incoming_get_stats (RtcIncoming *self, RtcTrackStats *stats);
double rtc_incoming_get_voice (RtcIncoming *self);
void rtc_incoming_request_key_frame (RtcIncoming *self);

G_END_DECLS
