/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* RFC 6464: how loud it is, told beside each packet of sound */
#define RTC_LEVEL_URI "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

/* What is offered; the id is one of 1 to 14 (RFC 8285, section 4.2) */
#define RTC_LEVEL_EXTMAP "1 " RTC_LEVEL_URI " vad=on"

#define RTC_LEVEL_SILENCE (-127.0)

double rtc_level_measure (GstBuffer *buffer, const GstAudioInfo *info);
void rtc_level_add (GstBuffer *buffer, double level);

G_END_DECLS
