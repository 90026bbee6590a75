/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-reports.h"

G_BEGIN_DECLS

/*
 * One track on its way to one consumer:  gate → appsrc → payloader → (webrtcbin)
 *
 * Pushing, opening and closing may come from any thread; the rest belongs to the peer's context.
 */
typedef struct _RtcOutgoing RtcOutgoing;

typedef void (*RtcKeyFrameRequest) (RtcMedia media, gpointer user_data);

RtcOutgoing *rtc_outgoing_new (const RtcCodec *codec, GstBin *bin, RtcKeyFrameRequest request,
                               gpointer user_data, GError **error);
void rtc_outgoing_free (RtcOutgoing *self);

const RtcCodec *rtc_outgoing_get_codec (RtcOutgoing *self);
void rtc_outgoing_set_timestamp_offset (RtcOutgoing *self, guint32 offset);
guint32 rtc_outgoing_choose_ssrc (RtcOutgoing *self);
GstPad *rtc_outgoing_get_src_pad (RtcOutgoing *self);
void rtc_outgoing_set_open (RtcOutgoing *self, gboolean open);
void rtc_outgoing_get_stats (RtcOutgoing *self, RtcReports *reports, RtcTrackStats *stats);
guint rtc_outgoing_count (RtcOutgoing *self);
void rtc_outgoing_push (RtcOutgoing *self, GstBuffer *buffer, GstCaps *caps);

G_END_DECLS
