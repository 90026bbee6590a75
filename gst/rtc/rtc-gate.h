/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Lets encoded frames through from one input at a time and changes inputs on a key frame only, so
 * that a decoder behind it never meets a delta frame without its reference.
 *
 * Closed at first. After rtc_gate_open() frames of that input are held back until its first key
 * frame; what came through before goes on until then. The timestamps that come out rise.
 *
 * Two inputs that bring the same frames, as two transports of one stream do, can be merged: then
 * the change loses no frame and repeats none. The frames have the same RTP timestamps, or are known
 * again by their bytes where a media server has numbered them anew.
 *
 * Thread-safe; nothing is called while the lock is held.
 */
typedef struct _RtcGate RtcGate;

typedef enum {
  RTC_GATE_DROP, /* not for this gate, or not yet */
  RTC_GATE_PASS,
  RTC_GATE_SWITCH,  /* the first frame of this input: it passes */
  RTC_GATE_REQUEST, /* dropped, and it is time to ask the input for a key frame */
} RtcGateVerdict;

/* How often an outstanding request for a key frame is repeated. */
#define RTC_GATE_REQUEST_INTERVAL (250 * GST_MSECOND)

/* Frames of the next input are held until the current one has come as far, but no longer than */
#define RTC_GATE_HOLD_MAX (1000 * GST_MSECOND)
/* nor for one that has been silent for so long, */
#define RTC_GATE_SILENCE_MAX (250 * GST_MSECOND)
/* and so long only while it is not known whether the two bring the same. */
#define RTC_GATE_SEARCH_MAX (500 * GST_MSECOND)

RtcGate *rtc_gate_new (void);
void rtc_gate_free (RtcGate *gate);

void rtc_gate_open (RtcGate *gate, gconstpointer input);
void rtc_gate_close (RtcGate *gate, gconstpointer input);
void rtc_gate_require_key_frame (RtcGate *gate);
gboolean rtc_gate_is_current (RtcGate *gate, gconstpointer input);

RtcGateVerdict rtc_gate_filter (RtcGate *gate, gconstpointer input, GstBuffer **buffer,
                                GstClockTime now);
RtcGateVerdict rtc_gate_merge (RtcGate *gate, gconstpointer input, GstSample *sample,
                               GstClockTime now, GQueue *passed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtcGate, rtc_gate_free)

G_END_DECLS
