/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-converter.h"
#include "rtc-gate.h"
#include "rtc-stats.h"

G_BEGIN_DECLS

/*
 * One src pad of a live source that carries one stream after the other:
 *
 *   transport, transport, … → gate → [converter] → queue → task of the pad → downstream
 *
 * The task sends stream-start, caps, segment and GAP at once, so that no sink waits for somebody
 * who is not there, and fills the time without media: raw audio with silence, the rest with GAPs.
 * It goes on whatever downstream answers. The format is what downstream takes: encoded before raw
 * before RTP, raw where anything goes.
 *
 * rtc_output_push() is called on streaming threads, the rest on any thread.
 */
#define RTC_TYPE_OUTPUT (rtc_output_get_type ())
G_DECLARE_FINAL_TYPE (RtcOutput, rtc_output, RTC, OUTPUT, GObject)

typedef void (*RtcOutputRequest) (RtcOutput *output, GObject *requestee);

RtcOutput *rtc_output_new (GstPad *pad, RtcMedia media, const char *stream_id, guint group_id);

GstPad *rtc_output_get_pad (RtcOutput *self);
void rtc_output_set_request (RtcOutput *self, RtcOutputRequest request, GObject *requestee);
void rtc_output_set_latency (RtcOutput *self, GstClockTime latency);
void rtc_output_set_playing (RtcOutput *self, gboolean playing);

void rtc_output_set_stream (RtcOutput *self, const char *stream_id, GstTagList *tags);
void rtc_output_send_eos (RtcOutput *self);
void rtc_output_end (RtcOutput *self);

void rtc_output_open (RtcOutput *self, gconstpointer input);
void rtc_output_close (RtcOutput *self, gconstpointer input);
gboolean rtc_output_is_current (RtcOutput *self, gconstpointer input);
RtcGateVerdict rtc_output_push (RtcOutput *self, gconstpointer input, GstSample *sample);

void rtc_output_pause_stats (RtcOutput *self);
void rtc_output_get_stats (RtcOutput *self, RtcTrackStats *stats);

G_END_DECLS
