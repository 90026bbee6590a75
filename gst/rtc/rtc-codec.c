/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-codec.h"

static const RtcCodec codecs[] = {
  {
      .name = "OPUS",
      .media = RTC_MEDIA_AUDIO,
      .encoded_caps = "audio/x-opus, channel-mapping-family = (int) 0",
      .encoder = "opusenc",
      .encoder_options = "frame-size=20 inband-fec=true perfect-timestamp=false",
      .bitrate_property = "bitrate",
      .decoder = "opusdec",
      .decoder_options = "",
      .payloader = "rtpopuspay",
      .payloader_options = "",
      .depayloader = "rtpopusdepay",
      .depayloader_options = "",
      .parser = "opusparse",
      .payload_type = 97,
      .clock_rate = 48000,
      .rtp_fields =
          "encoding-params = (string) 2, minptime = (string) 10, useinbandfec = (string) 1",
  },
  {
      .name = "VP8",
      .media = RTC_MEDIA_VIDEO,
      .encoded_caps = "video/x-vp8",
      .encoder = "vp8enc",
      .encoder_options = "deadline=1 cpu-used=8 threads=2 end-usage=cbr lag-in-frames=0 "
                         "keyframe-max-dist=3000 buffer-size=1000 buffer-initial-size=500 "
                         "buffer-optimal-size=600 undershoot=100 overshoot=15 "
                         "static-threshold=1 max-quantizer=56",
      .bitrate_property = "target-bitrate",
      .decoder = "vp8dec",
      .decoder_options = "automatic-request-sync-points=true",
      .payloader = "rtpvp8pay",
      .payloader_options = "picture-id-mode=15-bit",
      .depayloader = "rtpvp8depay",
      .depayloader_options = "request-keyframe=true wait-for-keyframe=true",
      .payload_type = 96,
      .clock_rate = 90000,
      .rtp_fields = "rtcp-fb-nack = (boolean) true, rtcp-fb-nack-pli = (boolean) true, "
                    "rtcp-fb-ccm-fir = (boolean) true",
  },
};

const char *
rtc_media_to_string (RtcMedia media)
{
  return media == RTC_MEDIA_AUDIO ? "audio" : "video";
}

GstCaps *
rtc_codec_get_encoded_caps (const RtcCodec *codec)
{
  return gst_caps_from_string (codec->encoded_caps);
}

GstCaps *
rtc_codec_get_rtp_caps (const RtcCodec *codec)
{
  g_autofree char *text = g_strdup_printf (
      "application/x-rtp, media = (string) %s, payload = (int) %u, clock-rate = (int) %u, "
      "encoding-name = (string) %s, %s",
      rtc_media_to_string (codec->media), codec->payload_type, codec->clock_rate, codec->name,
      codec->rtp_fields);

  return gst_caps_from_string (text);
}

/* Returns: (transfer full): what the codecs of @media look like, in order of preference */
GstCaps *
rtc_media_get_encoded_caps (RtcMedia media)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].media == media)
      gst_caps_append (caps, rtc_codec_get_encoded_caps (&codecs[i]));
  }
  return caps;
}

/* Returns: (nullable): the codec of fixed caps such as `video/x-vp8` */
const RtcCodec *
rtc_codec_find_encoded (GstCaps *caps)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    g_autoptr (GstCaps) encoded = rtc_codec_get_encoded_caps (&codecs[i]);

    if (gst_caps_can_intersect (caps, encoded))
      return &codecs[i];
  }
  return NULL;
}

/* Returns: (nullable): the codec of `application/x-rtp` caps */
const RtcCodec *
rtc_codec_find_rtp (GstCaps *caps)
{
  const char *name = NULL;

  if (gst_caps_get_size (caps) > 0)
    name = gst_structure_get_string (gst_caps_get_structure (caps, 0), "encoding-name");
  for (guint i = 0; name && i < G_N_ELEMENTS (codecs); i++) {
    if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];
  }
  return NULL;
}

const RtcCodec *
rtc_codec_get_default (RtcMedia media)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].media == media)
      return &codecs[i];
  }
  g_return_val_if_reached (NULL);
}
