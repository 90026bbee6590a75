/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-codec.h"

#include <string.h>

static const RtcCodec *
get_codec (RtcMedia media)
{
  const RtcCodec *codec = rtc_codec_get_default (media);

  g_assert_nonnull (codec);
  g_assert_cmpint (codec->media, ==, media);
  return codec;
}

/* Makes the element with what the table says; a setting that it does not know is a mistake here. */
static GstElement *
make (const char *factory, const char *options)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = rtc_element_make (factory, options, &error);
  g_auto (GStrv) pairs = g_strsplit (options ? options : "", " ", -1);

  g_assert_no_error (error);
  g_assert_nonnull (element);
  for (guint i = 0; pairs[i] && *pairs[i]; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    g_assert_cmpuint (g_strv_length (pair), ==, 2);
    g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (element), pair[0]));
  }
  return gst_object_ref_sink (element);
}

static GstCaps *
get_template_caps (GstElement *element, const char *pad_name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  g_assert_nonnull (pad);
  return gst_pad_get_pad_template_caps (pad);
}

static void
assert_takes (GstElement *element, GstCaps *caps)
{
  g_autoptr (GstCaps) template = get_template_caps (element, "sink");

  g_assert_true (gst_caps_can_intersect (template, caps));
}

static void
assert_gives (GstElement *element, GstCaps *caps)
{
  g_autoptr (GstCaps) template = get_template_caps (element, "src");

  g_assert_true (gst_caps_can_intersect (template, caps));
}

static void
test_factories (gconstpointer media)
{
  const RtcCodec *codec = get_codec (GPOINTER_TO_UINT (media));
  g_autoptr (GstElement) encoder = make (codec->encoder, codec->encoder_options);
  g_autoptr (GstElement) decoder = make (codec->decoder, codec->decoder_options);
  g_autoptr (GstElement) payloader = make (codec->payloader, codec->payloader_options);
  g_autoptr (GstElement) depayloader = make (codec->depayloader, codec->depayloader_options);
  g_autoptr (GstCaps) encoded = rtc_codec_get_encoded_caps (codec);
  g_autoptr (GstCaps) rtp = rtc_codec_get_rtp_caps (codec);

  assert_gives (encoder, encoded);
  assert_takes (decoder, encoded);
  assert_takes (payloader, encoded);
  assert_gives (payloader, rtp);
  assert_takes (depayloader, rtp);
  assert_gives (depayloader, encoded);
}

static gint64
get_number (GstElement *element, const char *property)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) number = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (element), property, &value);
  g_value_init (&number, G_TYPE_INT64);
  g_assert_true (g_value_transform (&value, &number));
  return g_value_get_int64 (&number);
}

static void
test_bitrate (gconstpointer media)
{
  const RtcCodec *codec = get_codec (GPOINTER_TO_UINT (media));
  g_autoptr (GstElement) encoder = make (codec->encoder, codec->encoder_options);

  g_object_set (encoder, codec->bitrate_property, 123000, NULL);
  g_assert_cmpint (get_number (encoder, codec->bitrate_property), ==, 123000);
}

static void
test_real_time_settings (void)
{
  const RtcCodec *vp8 = get_codec (RTC_MEDIA_VIDEO);
  const RtcCodec *opus = get_codec (RTC_MEDIA_AUDIO);
  g_autoptr (GstElement) vp8enc = make (vp8->encoder, vp8->encoder_options);
  g_autoptr (GstElement) opusenc = make (opus->encoder, opus->encoder_options);
  g_autoptr (GstElement) depayloader = make (vp8->depayloader, vp8->depayloader_options);

  g_assert_cmpint (get_number (vp8enc, "deadline"), ==, 1);
  g_assert_cmpint (get_number (vp8enc, "lag-in-frames"), ==, 0);
  g_assert_cmpint (get_number (vp8enc, "keyframe-max-dist"), >=, 300);
  g_assert_cmpint (get_number (opusenc, "frame-size"), ==, 20);
  g_assert_cmpint (get_number (opusenc, "inband-fec"), ==, 1);
  g_assert_cmpint (get_number (depayloader, "request-keyframe"), ==, 1);
  g_assert_cmpint (get_number (depayloader, "wait-for-keyframe"), ==, 1);
}

static void
test_rtp_caps (gconstpointer media)
{
  const RtcCodec *codec = get_codec (GPOINTER_TO_UINT (media));
  g_autoptr (GstCaps) caps = rtc_codec_get_rtp_caps (codec);
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  int payload = 0, clock_rate = 0;

  g_assert_true (gst_caps_is_fixed (caps));
  g_assert_true (gst_structure_get_int (structure, "payload", &payload));
  g_assert_true (gst_structure_get_int (structure, "clock-rate", &clock_rate));
  g_assert_cmpint (payload, >=, 96); /* RFC 3551: dynamic, and as RFC 5761 leaves them to RTP */
  g_assert_cmpint (payload, <=, 127);
  g_assert_cmpint (clock_rate, ==, codec->media == RTC_MEDIA_AUDIO ? 48000 : 90000);
  g_assert_cmpstr (gst_structure_get_string (structure, "media"), ==,
                   rtc_media_to_string (codec->media));
  g_assert_true (rtc_codec_find_rtp (caps) == codec);
}

static void
test_payload_types_differ (void)
{
  g_assert_cmpuint (get_codec (RTC_MEDIA_AUDIO)->payload_type, !=,
                    get_codec (RTC_MEDIA_VIDEO)->payload_type);
}

static const RtcCodec *
find (const RtcCodec *(*func) (GstCaps *), const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  return func (caps);
}

static void
test_find (void)
{
  const RtcCodec *opus = get_codec (RTC_MEDIA_AUDIO);
  const RtcCodec *vp8 = get_codec (RTC_MEDIA_VIDEO);

  g_assert_true (find (rtc_codec_find_encoded, "video/x-vp8, width=320, height=240") == vp8);
  g_assert_true (find (rtc_codec_find_encoded,
                       "audio/x-opus, rate=48000, channels=1, channel-mapping-family=0") == opus);
  g_assert_null (find (rtc_codec_find_encoded, "audio/x-opus, channel-mapping-family=255"));
  g_assert_null (find (rtc_codec_find_encoded, "video/x-h264"));
  g_assert_null (find (rtc_codec_find_encoded, "video/x-raw"));

  g_assert_true (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=VP8") == vp8);
  g_assert_true (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=vp8") == vp8);
  g_assert_true (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=opus") == opus);
  g_assert_null (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=H264"));
  g_assert_null (find (rtc_codec_find_rtp, "application/x-rtp"));
  g_assert_null (find (rtc_codec_find_rtp, "EMPTY"));
  g_assert_null (find (rtc_codec_find_rtp, "ANY"));
}

static void
test_encoded_caps_of_media (void)
{
  g_autoptr (GstCaps) audio = rtc_media_get_encoded_caps (RTC_MEDIA_AUDIO);
  g_autoptr (GstCaps) video = rtc_media_get_encoded_caps (RTC_MEDIA_VIDEO);

  g_assert_true (rtc_codec_find_encoded (audio) == get_codec (RTC_MEDIA_AUDIO));
  g_assert_true (rtc_codec_find_encoded (video) == get_codec (RTC_MEDIA_VIDEO));
}

/* While its feature is away, the element is missing as if its package were not installed. */
static GError *
make_without (const char *factory)
{
  GstRegistry *registry = gst_registry_get ();
  g_autoptr (GstPluginFeature) feature =
      gst_registry_find_feature (registry, factory, GST_TYPE_ELEMENT_FACTORY);
  GError *error = NULL;

  g_assert_nonnull (feature);
  gst_registry_remove_feature (registry, feature);
  g_assert_null (rtc_element_make (factory, NULL, &error));
  g_assert_true (gst_registry_add_feature (registry, feature));
  return error;
}

static void
test_missing_element (void)
{
  const char *known[][2] = {
    { "webrtcbin", "gstreamer1.0-plugins-bad" },   { "nicesrc", "gstreamer1.0-nice" },
    { "dtlsdec", "gstreamer1.0-plugins-bad" },     { "srtpdec", "gstreamer1.0-plugins-bad" },
    { "vp8enc", "gstreamer1.0-plugins-good" },     { "vp8dec", "gstreamer1.0-plugins-good" },
    { "rtpvp8pay", "gstreamer1.0-plugins-good" },  { "rtpvp8depay", "gstreamer1.0-plugins-good" },
    { "rtpopuspay", "gstreamer1.0-plugins-good" }, { "rtpopusdepay", "gstreamer1.0-plugins-good" },
    { "opusenc", "gstreamer1.0-plugins-base" },    { "opusdec", "gstreamer1.0-plugins-base" },
    { "rtpbin", "gstreamer1.0-plugins-good" },     { "videoconvert", "gstreamer1.0-plugins-base" },
    { "appsink", "gstreamer1.0-plugins-base" },    { "audioresample", "gstreamer1.0-plugins-base" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    g_autoptr (GError) error = make_without (known[i][0]);

    g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
    g_assert_nonnull (strstr (error->message, known[i][0]));
    g_assert_nonnull (strstr (error->message, known[i][1]));
  }
}

static void
test_unknown_element (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rtc_element_make ("nosuchelement", NULL, &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
  g_assert_nonnull (strstr (error->message, "nosuchelement"));
}

static void
test_unknown_option_is_passed_over (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) queue =
      rtc_element_make ("queue", "no-such-option=1 max-size-buffers=7 nonsense", &error);

  g_assert_no_error (error);
  gst_object_ref_sink (queue);
  g_assert_cmpint (get_number (queue, "max-size-buffers"), ==, 7);
}

static void
add_for_media (const char *name, GTestDataFunc func)
{
  for (guint media = 0; media < RTC_N_MEDIA; media++) {
    g_autofree char *path = g_strdup_printf ("/rtc-codec/%s/%s", name, rtc_media_to_string (media));

    g_test_add_data_func (path, GUINT_TO_POINTER (media), func);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  add_for_media ("factories", test_factories);
  add_for_media ("bitrate", test_bitrate);
  add_for_media ("rtp-caps", test_rtp_caps);
  g_test_add_func ("/rtc-codec/real-time-settings", test_real_time_settings);
  g_test_add_func ("/rtc-codec/payload-types-differ", test_payload_types_differ);
  g_test_add_func ("/rtc-codec/find", test_find);
  g_test_add_func ("/rtc-codec/encoded-caps-of-media", test_encoded_caps_of_media);
  g_test_add_func ("/rtc-codec/missing-element", test_missing_element);
  g_test_add_func ("/rtc-codec/unknown-element", test_unknown_element);
  g_test_add_func ("/rtc-codec/unknown-option-is-passed-over", test_unknown_option_is_passed_over);
  return g_test_run ();
}
