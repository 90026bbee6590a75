/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-codec.h"

G_BEGIN_DECLS

/*
 * Tells, in the log category `nertcdelay` at level LOG, how long after its capture each frame gets
 * to each place of its way. Nothing is measured while nobody asks for that.
 */
typedef enum {
  RTC_HOP_CAPTURE, /* it comes to nertcsink */
  RTC_HOP_ENCODE,  /* it leaves the encoder, or came encoded */
  RTC_HOP_GATE,    /* it passes the gate of one consumer */
  RTC_HOP_NETWORK, /* its last packet has arrived */
  RTC_HOP_JITTER,  /* that leaves the jitter buffer */
  RTC_HOP_DECODE,  /* it leaves nertcsrc, decoded if that was asked for */
  RTC_HOP_RENDER,  /* what is linked to nertcsrc has taken it */
} RtcHop;

#define RTC_N_HOPS (RTC_HOP_RENDER + 1)

void rtc_delay_init (void);
gboolean rtc_delay_is_wanted (void);

void rtc_delay_log (gpointer object, RtcMedia media, RtcHop hop, GstClockTimeDiff age);
void rtc_delay_log_time (GstElement *element, RtcMedia media, RtcHop hop, GstClockTime pts);
void rtc_delay_log_buffer (GstElement *element, RtcMedia media, RtcHop hop, GstPad *pad,
                           GstBuffer *buffer);

G_END_DECLS
