/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-codec.h"

G_BEGIN_DECLS

/*
 * Turns encoded frames into what downstream takes, in a pipeline of its own, so that a broken
 * frame ends nothing but this:
 *
 *   raw:      appsrc → decoder → convert → capsfilter → appsink
 *   encoded:  appsrc → parser → capsfilter → appsink
 *   RTP:      appsrc → payloader → appsink
 */
typedef struct _RtcConverter RtcConverter;

typedef enum {
  RTC_FORMAT_NONE, /* nobody takes anything */
  RTC_FORMAT_RAW,
  RTC_FORMAT_ENCODED,
  RTC_FORMAT_RTP,
} RtcFormat;

typedef void (*RtcConverted) (GstSample *sample, gpointer user_data);

RtcConverter *rtc_converter_new (const RtcCodec *codec, RtcFormat format, GstCaps *caps,
                                 RtcConverted converted, gpointer user_data, GError **error);
void rtc_converter_free (RtcConverter *self);

const RtcCodec *rtc_converter_get_codec (RtcConverter *self);
gboolean rtc_converter_is_broken (RtcConverter *self);
gboolean rtc_converter_push (RtcConverter *self, GstBuffer *buffer, GstCaps *caps);

G_END_DECLS
