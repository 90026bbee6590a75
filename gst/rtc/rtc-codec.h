/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-element.h"

G_BEGIN_DECLS

typedef enum {
  RTC_MEDIA_AUDIO,
  RTC_MEDIA_VIDEO,
} RtcMedia;

#define RTC_N_MEDIA 2

/*
 * One row of the codec table: what turns raw media into this codec, into RTP, and back.
 */
typedef struct {
  const char *name; /* as the SDP has it: the RTP encoding name */
  RtcMedia media;
  const char *encoded_caps;
  const char *encoder;
  const char *encoder_options;  /* real-time settings, as gst_util_set_object_arg() takes them */
  const char *bitrate_property; /* in bit/s */
  const char *decoder;
  const char *decoder_options;
  const char *payloader;
  const char *payloader_options;
  const char *depayloader;
  const char *depayloader_options;
  const char *parser; /* behind the depayloader, for full caps; NULL: none is needed */
  guint payload_type;
  guint clock_rate;
  const char *rtp_fields; /* further fields of the RTP caps */
} RtcCodec;

const char *rtc_media_to_string (RtcMedia media);

const RtcCodec *rtc_codec_find_encoded (GstCaps *caps);
const RtcCodec *rtc_codec_find_rtp (GstCaps *caps);
const RtcCodec *rtc_codec_get_default (RtcMedia media);

GstCaps *rtc_codec_get_encoded_caps (const RtcCodec *codec);
GstCaps *rtc_codec_get_rtp_caps (const RtcCodec *codec);
GstCaps *rtc_media_get_encoded_caps (RtcMedia media);

G_END_DECLS
