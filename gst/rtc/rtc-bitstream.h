/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-codec.h"

G_BEGIN_DECLS

/* What a frame is, by its bits. Pure. */
typedef enum {
  RTC_FRAME_UNKNOWN, /* not to be seen here: as its flags say */
  RTC_FRAME_KEY,     /* can be decoded without any other */
  RTC_FRAME_DELTA,
  RTC_FRAME_BIDIRECTIONAL, /* refers to a later picture, which came before it */
} RtcFrame;

RtcFrame rtc_bitstream_inspect (const RtcCodec *codec, GstBuffer *buffer);

G_END_DECLS
