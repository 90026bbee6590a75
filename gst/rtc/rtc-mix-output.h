/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-output.h"

G_BEGIN_DECLS

/*
 * One src pad of a live source that carries the sum of many sounds:
 *
 *   RtcOutput → its pad → a pad of ours ┐
 *   RtcOutput → …                       ├→ RtcMixer → task of the pad → downstream
 *   RtcOutput → …                       ┘
 *
 * The task sends a piece every RTC_MIX_PERIOD, silence where there is nothing, so much later than
 * each sound by itself would have to be there. Thread-safe.
 */
#define RTC_TYPE_MIX_OUTPUT (rtc_mix_output_get_type ())
G_DECLARE_FINAL_TYPE (RtcMixOutput, rtc_mix_output, RTC, MIX_OUTPUT, GObject)

#define RTC_MIX_PERIOD (10 * GST_MSECOND)

RtcMixOutput *rtc_mix_output_new (GstPad *pad, const char *stream_id, guint group_id);

GstPad *rtc_mix_output_get_pad (RtcMixOutput *self);
RtcOutput *rtc_mix_output_add (RtcMixOutput *self, GstElement *element);
void rtc_mix_output_remove (RtcMixOutput *self, RtcOutput *output);
gboolean rtc_mix_output_has (RtcMixOutput *self, RtcOutput *output);

void rtc_mix_output_set_playing (RtcMixOutput *self, gboolean playing);
void rtc_mix_output_set_latency (RtcMixOutput *self, GstClockTime latency);
void rtc_mix_output_send_eos (RtcMixOutput *self);

G_END_DECLS
