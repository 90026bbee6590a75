/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-codec.h"

/*
 * With feedback as of RFC 4585 and 5104. Dynamic payload types are of this table only: the SDP
 * tells them.
 */
#define VIDEO_FEEDBACK \
  "rtcp-fb-nack = (boolean) true, rtcp-fb-nack-pli = (boolean) true, " \
  "rtcp-fb-ccm-fir = (boolean) true"

#define RECOVERY "request-keyframe=true wait-for-keyframe=true"
#define DECODER_RECOVERY "automatic-request-sync-points=true"

/*
 * Constant bitrate with little delay, and key frames only when they are asked for. One thread:
 * libvpx's VP8 threads wait for each other in busy loops. 640×480@30 took 11 % of a core with one,
 * 38 % with two, and with two on a machine with one core it did not keep up.
 */
#define VPX_OPTIONS \
  "deadline=1 cpu-used=8 threads=1 end-usage=cbr lag-in-frames=0 keyframe-max-dist=3000 " \
  "buffer-size=1000 buffer-initial-size=500 buffer-optimal-size=600 undershoot=100 overshoot=15 "

/* RFC 6716, section 3.1: a CELT-only frame of 20 ms, fullband, stereo, of digital silence. */
static const guint8 opus_silence[] = { 0xfc, 0xff, 0xfe };

/* Those of one medium in order of preference */
static const RtcCodec codecs[] = {
  {
      .name = "OPUS",
      .media = RTC_MEDIA_AUDIO,
      .encoded_caps = "audio/x-opus, channel-mapping-family = (int) 0",
      .encoders = { { "opusenc", "frame-size=20 inband-fec=true perfect-timestamp=false" } },
      .decoders = { { "opusdec" } },
      .payloader = { "rtpopuspay" },
      .depayloader = { "rtpopusdepay" },
      .parser = { "opusparse" },
      .silence = opus_silence,
      .silence_size = sizeof opus_silence,
      .payload_type = 97,
      .clock_rate = 48000,
      .rtp_fields =
          "encoding-params = (string) 2, minptime = (string) 10, useinbandfec = (string) 1",
  },
  {
      /* RFC 3551, section 4.5.14: G.711, with static payload types */
      .name = "PCMU",
      .media = RTC_MEDIA_AUDIO,
      .encoded_caps = "audio/x-mulaw, rate = (int) 8000, channels = (int) 1",
      .encoders = { { "mulawenc" } },
      .decoders = { { "mulawdec" } },
      .payloader = { "rtppcmupay", "min-ptime=20000000 max-ptime=20000000" },
      .depayloader = { "rtppcmudepay" },
      .silence_size = 160,
      .silence_byte = 0xff,
      .payload_type = 0,
      .clock_rate = 8000,
  },
  {
      .name = "PCMA",
      .media = RTC_MEDIA_AUDIO,
      .encoded_caps = "audio/x-alaw, rate = (int) 8000, channels = (int) 1",
      .encoders = { { "alawenc" } },
      .decoders = { { "alawdec" } },
      .payloader = { "rtppcmapay", "min-ptime=20000000 max-ptime=20000000" },
      .depayloader = { "rtppcmadepay" },
      .silence_size = 160,
      .silence_byte = 0xd5,
      .payload_type = 8,
      .clock_rate = 8000,
  },
  {
      .name = "VP8",
      .media = RTC_MEDIA_VIDEO,
      .encoded_caps = "video/x-vp8",
      .encoders = { { "vp8enc", VPX_OPTIONS "static-threshold=1 max-quantizer=56" } },
      .decoders = { { "vp8dec", DECODER_RECOVERY } },
      .payloader = { "rtpvp8pay", "picture-id-mode=15-bit" },
      .depayloader = { "rtpvp8depay", RECOVERY },
      .payload_type = 96,
      .clock_rate = 90000,
      .rtp_fields = VIDEO_FEEDBACK,
  },
  {
      /*
       * Baseline is what every browser takes. profile-level-id is left to its default. The
       * parameter sets are in every key frame: the payloader would put them before each of its
       * slices.
       */
      .name = "H264",
      .media = RTC_MEDIA_VIDEO,
      .encoded_caps = "video/x-h264",
      .frame_caps = "video/x-h264, stream-format = (string) byte-stream, alignment = (string) au",
      .encoding_caps = "video/x-h264, stream-format = (string) byte-stream, "
                       "alignment = (string) au, profile = (string) constrained-baseline",
      .encoders = { { "x264enc",
                      "tune=zerolatency speed-preset=veryfast bframes=0 key-int-max=3000 "
                      "vbv-buf-capacity=600 threads=2 option-string=scenecut=0" },
                    { "openh264enc", "rate-control=bitrate complexity=low gop-size=3000 "
                                     "multi-thread=2" } },
      .decoders = { { "avdec_h264", DECODER_RECOVERY }, { "openh264dec", DECODER_RECOVERY } },
      .payloader = { "rtph264pay", "config-interval=0 aggregate-mode=zero-latency" },
      .depayloader = { "rtph264depay", RECOVERY },
      .parser = { "h264parse", "config-interval=-1" },
      .has_forms = TRUE,
      .payload_type = 102,
      .clock_rate = 90000,
      .rtp_fields =
          "packetization-mode = (string) 1, level-asymmetry-allowed = (string) 1, " VIDEO_FEEDBACK,
  },
  {
      .name = "VP9",
      .media = RTC_MEDIA_VIDEO,
      .encoded_caps = "video/x-vp9",
      .encoders = { { "vp9enc", VPX_OPTIONS "row-mt=true" } },
      .decoders = { { "vp9dec", DECODER_RECOVERY }, { "avdec_vp9", DECODER_RECOVERY } },
      .payloader = { "rtpvp9pay", "picture-id-mode=15-bit" },
      .depayloader = { "rtpvp9depay", RECOVERY },
      .payload_type = 98,
      .clock_rate = 90000,
      .rtp_fields = VIDEO_FEEDBACK,
  },
  {
      .name = "H265",
      .media = RTC_MEDIA_VIDEO,
      .encoded_caps = "video/x-h265",
      .frame_caps = "video/x-h265, stream-format = (string) byte-stream, alignment = (string) au",
      .encoders = { { "x265enc", "tune=zerolatency speed-preset=ultrafast key-int-max=3000 "
                                 "option-string=bframes=0:scenecut=0" } },
      .decoders = { { "avdec_h265", DECODER_RECOVERY }, { "libde265dec", DECODER_RECOVERY } },
      .payloader = { "rtph265pay", "config-interval=0 aggregate-mode=zero-latency" },
      .depayloader = { "rtph265depay" },
      .parser = { "h265parse", "config-interval=-1" },
      .has_forms = TRUE,
      .payload_type = 104,
      .clock_rate = 90000,
      .rtp_fields = VIDEO_FEEDBACK,
  },
  {
      .name = "AV1",
      .media = RTC_MEDIA_VIDEO,
      .encoded_caps = "video/x-av1",
      .frame_caps = "video/x-av1, stream-format = (string) obu-stream, alignment = (string) tu",
      .encoders = { { "av1enc", "usage-profile=realtime cpu-used=10 end-usage=cbr lag-in-frames=0 "
                                "keyframe-max-dist=3000 threads=2 row-mt=true" } },
      .decoders = { { "dav1ddec", DECODER_RECOVERY }, { "av1dec", DECODER_RECOVERY } },
      .payloader = { "rtpav1pay" },
      .depayloader = { "rtpav1depay", RECOVERY },
      .parser = { "av1parse" },
      .has_forms = TRUE,
      .payload_type = 106,
      .clock_rate = 90000,
      .rtp_fields = VIDEO_FEEDBACK,
  },
};

/* Returns: all of them, @count; those of one medium in order of preference */
const RtcCodec *
rtc_codecs_get (guint *count)
{
  *count = G_N_ELEMENTS (codecs);
  return codecs;
}

const char *
rtc_media_to_string (RtcMedia media)
{
  return media == RTC_MEDIA_AUDIO ? "audio" : "video";
}

/* Parsed once: this is asked for with frames. */
static GstCaps *const *
get_parsed_caps (void)
{
  static GstCaps *parsed[G_N_ELEMENTS (codecs)];
  static gsize done;

  if (g_once_init_enter (&done)) {
    for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
      parsed[i] = gst_caps_from_string (codecs[i].encoded_caps);
      GST_MINI_OBJECT_FLAG_SET (parsed[i], GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
    }
    g_once_init_leave (&done, TRUE);
  }
  return parsed;
}

GstCaps *
rtc_codec_get_encoded_caps (const RtcCodec *codec)
{
  return gst_caps_ref (get_parsed_caps ()[codec - codecs]);
}

GstCaps *
rtc_codec_get_frame_caps (const RtcCodec *codec)
{
  return gst_caps_from_string (codec->frame_caps ? codec->frame_caps : codec->encoded_caps);
}

GstCaps *
rtc_codec_get_encoding_caps (const RtcCodec *codec)
{
  return codec->encoding_caps ? gst_caps_from_string (codec->encoding_caps)
                              : rtc_codec_get_frame_caps (codec);
}

GstCaps *
rtc_codec_get_rtp_caps (const RtcCodec *codec)
{
  g_autofree char *text = g_strdup_printf (
      "application/x-rtp, media = (string) %s, payload = (int) %u, clock-rate = (int) %u, "
      "encoding-name = (string) %s%s%s",
      rtc_media_to_string (codec->media), codec->payload_type, codec->clock_rate, codec->name,
      codec->rtp_fields ? ", " : "", codec->rtp_fields ? codec->rtp_fields : "");

  return gst_caps_from_string (text);
}

/* Whatever was negotiated: what all RTP caps of the codec have in common */
GstCaps *
rtc_codec_get_packet_caps (const RtcCodec *codec)
{
  return gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING,
                              rtc_media_to_string (codec->media), "clock-rate", G_TYPE_INT,
                              codec->clock_rate, "encoding-name", G_TYPE_STRING, codec->name, NULL);
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
    if (gst_caps_can_intersect (caps, get_parsed_caps ()[i]))
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

/* Returns: (nullable): the codec with this name, in upper or lower case */
const RtcCodec *
rtc_codec_find (RtcMedia media, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].media == media && g_ascii_strcasecmp (codecs[i].name, name) == 0)
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

/* Orders of preference */

static char *
list_names (RtcMedia media)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].media == media)
      g_string_append_printf (names, "%s%s", names->len ? ", " : "", codecs[i].name);
  }
  return g_string_free (names, FALSE);
}

static void
add_all (GPtrArray *order, RtcMedia media)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].media == media)
      g_ptr_array_add (order, (gpointer) &codecs[i]);
  }
}

/*
 * rtc_codecs_parse:
 * @names: (nullable): such as `H264,VP8`; %NULL or "": all that there are
 *
 * Returns: (transfer container) (element-type RtcCodec): the codecs in that order, or %NULL and an
 *   error that lists those there are
 */
GPtrArray *
rtc_codecs_parse (RtcMedia media, const char *names, GError **error)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_auto (GStrv) parts = g_strsplit (names ? names : "", ",", -1);

  for (guint i = 0; parts[i]; i++) {
    const char *name = g_strstrip (parts[i]);
    const RtcCodec *codec = rtc_codec_find (media, name);

    if (codec) {
      g_ptr_array_add (order, (gpointer) codec);
    } else if (*name) {
      g_autofree char *known = list_names (media);

      g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
                   "There is no %s codec “%s” for calls: choose from %s",
                   rtc_media_to_string (media), name, known);
      return NULL;
    }
  }
  if (order->len == 0)
    add_all (order, media);
  return g_steal_pointer (&order);
}

/* Elements */

static gboolean
is_installed (const char *factory)
{
  g_autoptr (GstElementFactory) found = gst_element_factory_find (factory);

  return found != NULL;
}

/* Returns: the first that is installed; otherwise the first, of which an error can tell */
static const RtcCodecElement *
find_installed (const RtcCodecElement elements[RTC_CODEC_MAX_ELEMENTS])
{
  for (guint i = 0; i < RTC_CODEC_MAX_ELEMENTS && elements[i].factory; i++) {
    if (is_installed (elements[i].factory))
      return &elements[i];
  }
  return &elements[0];
}

static gboolean
is_codec_installed (const RtcCodec *codec)
{
  return is_installed (codec->payloader.factory) &&
         is_installed (find_installed (codec->encoders)->factory);
}

/* Returns: whether the codec can be sent; if not, with an error that names the package */
gboolean
rtc_codec_check_payloader (const RtcCodec *codec, GError **error)
{
  if (is_installed (codec->payloader.factory))
    return TRUE;
  rtc_element_set_missing (codec->payloader.factory, error);
  return FALSE;
}

/*
 * rtc_codecs_choose:
 * @codecs: (element-type RtcCodec): not empty
 *
 * Returns: the first whose elements are installed, or %NULL and an error that names what the first
 *   one needs
 */
const RtcCodec *
rtc_codecs_choose (GPtrArray *codecs_wanted, GError **error)
{
  const RtcCodec *first = g_ptr_array_index (codecs_wanted, 0);

  for (guint i = 0; i < codecs_wanted->len; i++) {
    if (is_codec_installed (g_ptr_array_index (codecs_wanted, i)))
      return g_ptr_array_index (codecs_wanted, i);
  }
  if (rtc_codec_check_payloader (first, error))
    rtc_element_set_missing (find_installed (first->encoders)->factory, error);
  return NULL;
}

GstElement *
rtc_codec_make_encoder (const RtcCodec *codec, GError **error)
{
  const RtcCodecElement *encoder = find_installed (codec->encoders);

  return rtc_element_make (encoder->factory, encoder->options, error);
}

GstElement *
rtc_codec_make_decoder (const RtcCodec *codec, GError **error)
{
  const RtcCodecElement *decoder = find_installed (codec->decoders);

  return rtc_element_make (decoder->factory, decoder->options, error);
}

/* Returns: (transfer full): an encoded piece of 20 ms without sound */
GstBuffer *
rtc_codec_make_silence (const RtcCodec *codec)
{
  GstBuffer *buffer = gst_buffer_new_and_alloc (codec->silence_size);

  if (codec->silence)
    gst_buffer_fill (buffer, 0, codec->silence, codec->silence_size);
  else
    gst_buffer_memset (buffer, 0, codec->silence_byte, codec->silence_size);
  GST_BUFFER_DURATION (buffer) = 20 * GST_MSECOND;
  return buffer;
}
