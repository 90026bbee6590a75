/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-codec.h"

#include "rtc-encoder.h"

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

/* Calls @func with every codec, which the environment may lack elements for. */
static void
for_each_codec (RtcMedia media, void (*func) (const RtcCodec *codec))
{
  g_autoptr (GPtrArray) all = rtc_codecs_parse (media, NULL, NULL);

  for (guint i = 0; i < all->len; i++) {
    const RtcCodec *codec = g_ptr_array_index (all, i);

    g_test_message ("%s", codec->name);
    func (codec);
  }
}

static gboolean
is_installed (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

static void
assert_encoders_and_decoders (const RtcCodec *codec)
{
  g_autoptr (GstCaps) frames = rtc_codec_get_frame_caps (codec);
  g_autoptr (GstCaps) encoding = rtc_codec_get_encoding_caps (codec);

  g_assert_nonnull (codec->encoders[0].factory);
  g_assert_nonnull (codec->decoders[0].factory);
  for (guint i = 0; i < RTC_CODEC_MAX_ELEMENTS; i++) {
    if (codec->encoders[i].factory && is_installed (codec->encoders[i].factory)) {
      g_autoptr (GstElement) encoder =
          make (codec->encoders[i].factory, codec->encoders[i].options);

      assert_gives (encoder, encoding);
    }
    if (codec->decoders[i].factory && is_installed (codec->decoders[i].factory)) {
      g_autoptr (GstElement) decoder =
          make (codec->decoders[i].factory, codec->decoders[i].options);

      assert_takes (decoder, frames);
    }
  }
}

static void
assert_rtp (const RtcCodec *codec)
{
  g_autoptr (GstCaps) frames = rtc_codec_get_frame_caps (codec);
  g_autoptr (GstCaps) rtp = rtc_codec_get_rtp_caps (codec);
  g_autoptr (GstElement) payloader = NULL;
  g_autoptr (GstElement) depayloader = NULL;

  if (!is_installed (codec->payloader.factory)) {
    g_assert_cmpstr (codec->name, ==, "AV1");
    return;
  }
  payloader = make (codec->payloader.factory, codec->payloader.options);
  depayloader = make (codec->depayloader.factory, codec->depayloader.options);
  assert_takes (payloader, frames);
  assert_gives (payloader, rtp);
  assert_takes (depayloader, rtp);
  assert_gives (depayloader, frames);
}

static void
assert_forms (const RtcCodec *codec)
{
  g_autoptr (GstCaps) frames = rtc_codec_get_frame_caps (codec);
  g_autoptr (GstCaps) all = rtc_codec_get_encoded_caps (codec);
  g_autoptr (GstElement) parser = NULL;

  g_assert_true (gst_caps_is_subset (frames, all));
  if (!codec->parser.factory)
    return;
  parser = make (codec->parser.factory, codec->parser.options);
  assert_takes (parser, all);
  assert_gives (parser, frames);
}

/* What the table names fits together. */
static void
test_factories (gconstpointer media)
{
  for_each_codec (GPOINTER_TO_UINT (media), assert_encoders_and_decoders);
  for_each_codec (GPOINTER_TO_UINT (media), assert_rtp);
  for_each_codec (GPOINTER_TO_UINT (media), assert_forms);
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
assert_bitrates (const RtcCodec *codec)
{
  for (guint i = 0; i < RTC_CODEC_MAX_ELEMENTS && codec->encoders[i].factory; i++) {
    g_autoptr (GstElement) encoder = NULL;

    if (codec->media == RTC_MEDIA_AUDIO && codec->clock_rate == 8000)
      continue; /* G.711 has but one bitrate */
    if (!is_installed (codec->encoders[i].factory))
      continue;
    encoder = make (codec->encoders[i].factory, codec->encoders[i].options);
    g_assert_nonnull (rtc_encoder_get_property (encoder));
    rtc_encoder_set_bitrate (encoder, 123000);
    g_assert_cmpuint (rtc_encoder_get_bitrate (encoder), ==, 123000);
    rtc_encoder_set_bitrate (encoder, 1);
    g_assert_cmpuint (rtc_encoder_get_bitrate (encoder), <, 10000);
  }
}

static void
test_bitrate (gconstpointer media)
{
  for_each_codec (GPOINTER_TO_UINT (media), assert_bitrates);
}

static void
test_no_encoder (void)
{
  g_autoptr (GstElement) queue = make ("queue", NULL);

  g_assert_null (rtc_encoder_get_property (queue));
  g_assert_cmpuint (rtc_encoder_get_bitrate (queue), ==, 0);
  rtc_encoder_set_bitrate (queue, 1000);
}

static void
test_real_time_settings (void)
{
  const RtcCodec *vp8 = get_codec (RTC_MEDIA_VIDEO);
  const RtcCodec *opus = get_codec (RTC_MEDIA_AUDIO);
  g_autoptr (GstElement) vp8enc = make (vp8->encoders[0].factory, vp8->encoders[0].options);
  g_autoptr (GstElement) opusenc = make (opus->encoders[0].factory, opus->encoders[0].options);
  g_autoptr (GstElement) depayloader = make (vp8->depayloader.factory, vp8->depayloader.options);

  g_assert_cmpint (get_number (vp8enc, "deadline"), ==, 1);
  g_assert_cmpint (get_number (vp8enc, "lag-in-frames"), ==, 0);
  g_assert_cmpint (get_number (vp8enc, "keyframe-max-dist"), >=, 300);
  g_assert_cmpint (get_number (opusenc, "frame-size"), ==, 20);
  g_assert_cmpint (get_number (opusenc, "inband-fec"), ==, 1);
  g_assert_cmpint (get_number (depayloader, "request-keyframe"), ==, 1);
  g_assert_cmpint (get_number (depayloader, "wait-for-keyframe"), ==, 1);
}

static void
test_no_b_frames (void)
{
  const RtcCodec *h264 = rtc_codec_find (RTC_MEDIA_VIDEO, "H264");
  g_autoptr (GstElement) x264enc = make ("x264enc", h264->encoders[0].options);

  g_assert_cmpstr (h264->encoders[0].factory, ==, "x264enc");
  g_assert_cmpint (get_number (x264enc, "bframes"), ==, 0);
  g_assert_cmpint (get_number (x264enc, "tune"), ==, 4); /* zerolatency */
}

/* RFC 3551: static ones for G.711, else dynamic, as RFC 5761 leaves them to RTP */
static gboolean
is_payload_type (const RtcCodec *codec, int payload)
{
  if (codec->clock_rate == 8000)
    return payload == (g_str_equal (codec->name, "PCMU") ? 0 : 8);
  return payload >= 96 && payload <= 127;
}

static void
assert_rtp_caps (const RtcCodec *codec)
{
  g_autoptr (GstCaps) caps = rtc_codec_get_rtp_caps (codec);
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  int payload = -1, clock_rate = 0;

  g_assert_true (gst_caps_is_fixed (caps));
  g_assert_true (gst_structure_get_int (structure, "payload", &payload));
  g_assert_true (gst_structure_get_int (structure, "clock-rate", &clock_rate));
  g_assert_true (is_payload_type (codec, payload));
  g_assert_true (codec->media == RTC_MEDIA_AUDIO || clock_rate == 90000);
  g_assert_cmpstr (gst_structure_get_string (structure, "media"), ==,
                   rtc_media_to_string (codec->media));
  g_assert_true (rtc_codec_find_rtp (caps) == codec);
  g_assert_false (gst_structure_has_field (structure, "profile-level-id"));
}

static void
test_rtp_caps (gconstpointer media)
{
  for_each_codec (GPOINTER_TO_UINT (media), assert_rtp_caps);
}

static guint8 payload_types[128];

static void
take_payload_type (const RtcCodec *codec)
{
  g_assert_cmpuint (payload_types[codec->payload_type]++, ==, 0);
}

static void
test_payload_types_differ (void)
{
  for_each_codec (RTC_MEDIA_AUDIO, take_payload_type);
  for_each_codec (RTC_MEDIA_VIDEO, take_payload_type);
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
  g_assert_cmpstr (find (rtc_codec_find_encoded, "video/x-h264, stream-format=avc")->name, ==,
                   "H264");
  g_assert_cmpstr (find (rtc_codec_find_encoded, "video/x-vp9")->name, ==, "VP9");
  g_assert_null (find (rtc_codec_find_encoded, "video/x-theora"));
  g_assert_null (find (rtc_codec_find_encoded, "video/x-raw"));

  g_assert_true (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=VP8") == vp8);
  g_assert_true (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=vp8") == vp8);
  g_assert_true (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=opus") == opus);
  g_assert_cmpstr (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=H264")->name, ==,
                   "H264");
  g_assert_null (find (rtc_codec_find_rtp, "application/x-rtp, encoding-name=JPEG"));
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

/* Orders of preference */

static char *
parse_order (RtcMedia media, const char *names, GError **error)
{
  g_autoptr (GPtrArray) order = rtc_codecs_parse (media, names, error);
  GString *text = g_string_new (NULL);

  for (guint i = 0; order && i < order->len; i++)
    g_string_append_printf (text, "%s ", ((const RtcCodec *) g_ptr_array_index (order, i))->name);
  return g_string_free (text, !order);
}

static void
test_order (void)
{
  static const char *const orders[][2] = {
    { "H264,VP8", "H264 VP8 " },        { " vp9 , h264 ,", "VP9 H264 " },
    { "", "VP8 H264 VP9 H265 AV1 " },   { " , ", "VP8 H264 VP9 H265 AV1 " },
    { NULL, "VP8 H264 VP9 H265 AV1 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = parse_order (RTC_MEDIA_VIDEO, orders[i][0], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, orders[i][1]);
  }
}

static void
test_unknown_codec (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;

  g_assert_null (parse_order (RTC_MEDIA_VIDEO, "VP8,MPEG2", &error));
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "MPEG2"));
  g_assert_nonnull (strstr (error->message, "VP8, H264, VP9, H265, AV1"));
  g_assert_null (parse_order (RTC_MEDIA_AUDIO, "VP8", &other));
  g_assert_nonnull (strstr (other->message, "OPUS, PCMU, PCMA"));
}

static const RtcCodec *
choose_without (const char *names, const char *factory, GError **error)
{
  g_autoptr (GPtrArray) order = rtc_codecs_parse (RTC_MEDIA_VIDEO, names, NULL);
  GstRegistry *registry = gst_registry_get ();
  g_autoptr (GstPluginFeature) feature =
      gst_registry_find_feature (registry, factory, GST_TYPE_ELEMENT_FACTORY);
  const RtcCodec *codec;

  g_assert_nonnull (feature);
  gst_registry_remove_feature (registry, feature);
  codec = rtc_codecs_choose (order, error);
  g_assert_true (gst_registry_add_feature (registry, feature));
  return codec;
}

/* The first that can be made; the error is about the one that was wanted most. */
static void
test_choose (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;

  g_assert_cmpstr (choose_without ("H264,VP8", "vp9enc", NULL)->name, ==, "H264");
  g_assert_cmpstr (choose_without ("H264,VP8", "x264enc", NULL)->name, ==, "H264");
  g_assert_cmpstr (choose_without ("VP9,VP8", "vp9enc", NULL)->name, ==, "VP8");
  g_assert_cmpstr (choose_without ("VP9,VP8", "rtpvp9pay", NULL)->name, ==, "VP8");
  g_assert_null (choose_without ("VP9", "vp9enc", &error));
  g_assert_nonnull (strstr (error->message, "vp9enc"));
  g_assert_nonnull (strstr (error->message, "gstreamer1.0-plugins-good"));
  g_assert_null (choose_without ("VP9", "rtpvp9pay", &other));
  g_assert_nonnull (strstr (other->message, "rtpvp9pay"));
}

static void
assert_silence (const RtcCodec *codec)
{
  g_autoptr (GstBuffer) silence = rtc_codec_make_silence (codec);

  g_assert_cmpuint (gst_buffer_get_size (silence), >, 0);
  g_assert_cmpuint (GST_BUFFER_DURATION (silence), ==, 20 * GST_MSECOND);
}

static void
test_silence (void)
{
  for_each_codec (RTC_MEDIA_AUDIO, assert_silence);
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
    { "x264enc", "gstreamer1.0-plugins-ugly" },    { "openh264enc", "gstreamer1.0-plugins-bad" },
    { "avdec_h264", "gstreamer1.0-libav" },        { "h264parse", "gstreamer1.0-plugins-bad" },
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
  g_test_add_func ("/rtc-codec/no-encoder", test_no_encoder);
  g_test_add_func ("/rtc-codec/no-b-frames", test_no_b_frames);
  g_test_add_func ("/rtc-codec/order", test_order);
  g_test_add_func ("/rtc-codec/unknown-codec", test_unknown_codec);
  g_test_add_func ("/rtc-codec/choose", test_choose);
  g_test_add_func ("/rtc-codec/silence", test_silence);
  g_test_add_func ("/rtc-codec/find", test_find);
  g_test_add_func ("/rtc-codec/encoded-caps-of-media", test_encoded_caps_of_media);
  g_test_add_func ("/rtc-codec/missing-element", test_missing_element);
  g_test_add_func ("/rtc-codec/unknown-element", test_unknown_element);
  g_test_add_func ("/rtc-codec/unknown-option-is-passed-over", test_unknown_option_is_passed_over);
  return g_test_run ();
}
