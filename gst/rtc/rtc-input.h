/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-peer.h"

G_BEGIN_DECLS

/*
 * One track that is published: takes raw or encoded media, encodes what is raw once, and hands
 * every encoded frame to all consumers.
 *
 *   encoded:                            [parser → filter →] appsink → RtcPeer, RtcPeer, …
 *   raw:  [clocksync | queue →] tee ┬─ convert → encoder → filter → appsink → …
 *                                   └─ …  (the codec before, until no consumer has it)
 *
 * What is raw is encoded only while a consumer takes it.
 *
 * The elements are children of the bin it was made for. Thread-safe.
 */
#define RTC_TYPE_INPUT (rtc_input_get_type ())
G_DECLARE_FINAL_TYPE (RtcInput, rtc_input, RTC, INPUT, GObject)

typedef void (*RtcEncoderSetup) (GstElement *encoder, gpointer user_data);

RtcInput *rtc_input_new (RtcMedia media, GstBin *bin, RtcEncoderSetup setup, gpointer user_data);

GstPad *rtc_input_configure (RtcInput *self, GstCaps *caps, gboolean is_live, GError **error);
GstPad *rtc_input_get_sink_pad (RtcInput *self);
const RtcCodec *rtc_input_get_codec (RtcInput *self);
void rtc_input_set_codecs (RtcInput *self, GPtrArray *order);
void rtc_input_expect (RtcInput *self, GstCaps *caps);

void rtc_input_set_bitrate (RtcInput *self, guint bitrate);
void rtc_input_find_encoder (RtcInput *self, GstPad *sink_pad);
void rtc_input_set_steering (RtcInput *self, gboolean steer, guint bitrate);
void rtc_input_set_target (RtcInput *self, guint bitrate);
void rtc_input_set_muted (RtcInput *self, gboolean muted);
gboolean rtc_input_get_muted (RtcInput *self);

void rtc_input_add_consumer (RtcInput *self, RtcPeer *peer);
void rtc_input_remove_consumer (RtcInput *self, RtcPeer *peer);
void rtc_input_request_key_frame (RtcInput *self);

void rtc_input_get_stats (RtcInput *self, RtcTrackStats *stats);

void rtc_input_remove_elements (RtcInput *self);

G_END_DECLS
