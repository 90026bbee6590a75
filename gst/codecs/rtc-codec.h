/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rtc-element.h"

G_BEGIN_DECLS

typedef enum {
  RTC_MEDIA_AUDIO,
  RTC_MEDIA_VIDEO,
} RtcMedia;

#define RTC_N_MEDIA 2

/* An element that does a job, with its settings as gst_util_set_object_arg() takes them */
typedef struct {
  const char *factory;
  const char *options;
} RtcCodecElement;

#define RTC_CODEC_MAX_ELEMENTS 3

/*
 * One row of the codec table: what turns raw media into this codec, into RTP, and back.
 */
typedef struct {
  const char *name; /* as the SDP has it: the RTP encoding name */
  RtcMedia media;
  const char *encoded_caps;  /* in all forms that are taken and given */
  const char *frame_caps;    /* in the form that the engine handles: whole frames; NULL: the same */
  const char *encoding_caps; /* what an encoder inside is asked for; NULL: frame_caps */
  RtcCodecElement encoders[RTC_CODEC_MAX_ELEMENTS]; /* in order of preference, with real-time */
  RtcCodecElement decoders[RTC_CODEC_MAX_ELEMENTS]; /* settings; the rest is NULL */
  RtcCodecElement payloader;
  RtcCodecElement depayloader;
  RtcCodecElement parser; /* from one form of encoded_caps to another; factory NULL: none */
  gboolean has_forms;     /* what comes in has to be parsed: it may be in another form */
  const guint8 *silence;  /* of audio: an encoded piece of 20 ms without sound */
  gsize silence_size;     /* bytes; where silence is NULL, each of them is silence_byte */
  guint8 silence_byte;
  guint payload_type;
  guint clock_rate;
  const char *rtp_fields; /* further fields of the RTP caps */
} RtcCodec;

const char *rtc_media_to_string (RtcMedia media);

const RtcCodec *rtc_codecs_get (guint *count);
const RtcCodec *rtc_codec_find (RtcMedia media, const char *name);
const RtcCodec *rtc_codec_find_encoded (GstCaps *caps);
const RtcCodec *rtc_codec_find_rtp (GstCaps *caps);
const RtcCodec *rtc_codec_get_default (RtcMedia media);

GPtrArray *rtc_codecs_parse (RtcMedia media, const char *names, GError **error);
const RtcCodec *rtc_codecs_choose (GPtrArray *codecs, GError **error);

gboolean rtc_codec_check_payloader (const RtcCodec *codec, GError **error);
GstElement *rtc_codec_make_encoder (const RtcCodec *codec, GError **error);
GstElement *rtc_codec_make_decoder (const RtcCodec *codec, GError **error);
GstBuffer *rtc_codec_make_silence (const RtcCodec *codec);

GstCaps *rtc_codec_get_encoded_caps (const RtcCodec *codec);
GstCaps *rtc_codec_get_frame_caps (const RtcCodec *codec);
GstCaps *rtc_codec_get_encoding_caps (const RtcCodec *codec);
GstCaps *rtc_codec_get_rtp_caps (const RtcCodec *codec);
GstCaps *rtc_codec_get_packet_caps (const RtcCodec *codec);
GstCaps *rtc_media_get_encoded_caps (RtcMedia media);

G_END_DECLS
