/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-codec.h"

#include <string.h>

static const RtcCodec codecs[] = {
  {
      .name = "OPUS",
      .media = RTC_MEDIA_AUDIO,
      .encoded_caps = "audio/x-opus, channel-mapping-family = (int) 0",
      .encoder = "opusenc",
      .encoder_options = "frame-size=20 inband-fec=true perfect-timestamp=false",
      .bitrate_property = "bitrate",
      .decoder = "opusdec",
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

/* Debian's package of each GStreamer plugin that the engine needs, for a useful error. */
static const struct {
  const char *factory;
  const char *package;
} packages[] = {
  { "webrtcbin", "gstreamer1.0-plugins-bad" },
  { "nicesrc", "gstreamer1.0-nice" },
  { "dtlsdec", "gstreamer1.0-plugins-bad" },
  { "srtpdec", "gstreamer1.0-plugins-bad" },
  { "rtpbin", "gstreamer1.0-plugins-good" },
  { "rtpvp8pay", "gstreamer1.0-plugins-good" },
  { "vp8enc", "gstreamer1.0-plugins-good" },
  { "vp8dec", "gstreamer1.0-plugins-good" },
  { "opusenc", "gstreamer1.0-plugins-base" },
  { "opusdec", "gstreamer1.0-plugins-base" },
  { "rtpopuspay", "gstreamer1.0-plugins-good" },
  { "opusparse", "gstreamer1.0-plugins-bad" },
  { "rtpvp8depay", "gstreamer1.0-plugins-good" },
  { "rtpopusdepay", "gstreamer1.0-plugins-good" },
  { "appsrc", "gstreamer1.0-plugins-base" },
  { "appsink", "gstreamer1.0-plugins-base" },
  { "audioconvert", "gstreamer1.0-plugins-base" },
  { "audioresample", "gstreamer1.0-plugins-base" },
  { "videoconvert", "gstreamer1.0-plugins-base" },
  { "videoconvertscale", "gstreamer1.0-plugins-base" },
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

static const char *
find_package (const char *factory)
{
  for (guint i = 0; i < G_N_ELEMENTS (packages); i++) {
    if (g_str_equal (packages[i].factory, factory))
      return packages[i].package;
  }
  return NULL;
}

static void
set_options (GstElement *element, const char *options)
{
  g_auto (GStrv) pairs = g_strsplit (options, " ", -1);

  for (guint i = 0; pairs[i]; i++) {
    char *value = strchr (pairs[i], '=');

    if (!value)
      continue;
    *value++ = '\0';
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), pairs[i]))
      gst_util_set_object_arg (G_OBJECT (element), pairs[i], value);
  }
}

/*
 * rtc_element_make:
 * @options: (nullable): `name=value` pairs with spaces between; those that this version of the
 *   element does not have are passed over
 *
 * Returns: (transfer floating): the element, or %NULL and an error that names the package
 */
GstElement *
rtc_element_make (const char *factory, const char *options, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);
  const char *package = find_package (factory);

  if (element) {
    if (options)
      set_options (element, options);
    return element;
  }
  if (package)
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                 "The element “%s” is missing: install the package %s", factory, package);
  else
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                 "The element “%s” is missing: install the GStreamer plugin that has it", factory);
  return NULL;
}
