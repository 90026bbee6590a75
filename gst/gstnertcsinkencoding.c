/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertcsinkencoding.h"

#define DEFAULT_VIDEO_BITRATE 800000
#define DEFAULT_AUDIO_BITRATE 64000

/* Behind those of the element itself */
enum {
  PROP_VIDEO_BITRATE = 100,
  PROP_AUDIO_BITRATE,
  PROP_VIDEO_CODECS,
  PROP_AUDIO_CODECS,
  PROP_STEER,
  END_OF_PROPERTIES,
};

gboolean
gst_nertc_sink_encoding_has (guint property_id)
{
  return property_id >= PROP_VIDEO_BITRATE && property_id < END_OF_PROPERTIES;
}

/* Codecs */

static void
tell_codec_error (GstElement *element, RtcMedia media, const GError *error)
{
  GST_ELEMENT_ERROR (
      element, STREAM, CODEC_NOT_FOUND,
      ("%s. See the property “%s-codecs”.", error->message, rtc_media_to_string (media)), (NULL));
}

/* Returns: (transfer container): the order in force */
static GPtrArray *
get_codecs (GstNertcSinkEncoding *self, GstElement *element, RtcMedia media, GError **error)
{
  g_autofree char *names = NULL;

  GST_OBJECT_LOCK (element);
  names = g_strdup (self->codecs[media]);
  GST_OBJECT_UNLOCK (element);
  return rtc_codecs_parse (media, names, error);
}

/* What is wrong is told at once where there is a bus, otherwise when there is one. */
static void
set_codecs (GstNertcSinkEncoding *self, GstElement *element, RtcMedia media, const char *names)
{
  g_autoptr (GPtrArray) codecs = NULL;
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (element);
  g_free (self->codecs[media]);
  self->codecs[media] = g_strdup (names);
  GST_OBJECT_UNLOCK (element);
  codecs = get_codecs (self, element, media, &error);
  if (error && GST_STATE (element) >= GST_STATE_READY)
    tell_codec_error (element, media, error);
}

/* Returns: whether all names are known; if not, an error was posted */
gboolean
gst_nertc_sink_encoding_check (GstNertcSinkEncoding *self, GstElement *element)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) codecs = get_codecs (self, element, i, &error);

    if (!codecs) {
      tell_codec_error (element, i, error);
      return FALSE;
    }
  }
  return TRUE;
}

/* Gives @input what was set for its track. */
void
gst_nertc_sink_encoding_apply (GstNertcSinkEncoding *self, GstElement *element, RtcMedia media,
                               RtcInput *input)
{
  g_autoptr (GPtrArray) codecs = get_codecs (self, element, media, NULL);
  guint bitrate;
  gboolean has_bitrate, steer;

  GST_OBJECT_LOCK (element);
  bitrate = self->bitrate[media];
  has_bitrate = self->has_bitrate[media];
  steer = self->steer;
  GST_OBJECT_UNLOCK (element);
  rtc_input_set_bitrate (input, bitrate);
  rtc_input_set_steering (input, steer, has_bitrate ? bitrate : 0);
  if (codecs)
    rtc_input_set_codecs (input, codecs);
}

/* Properties */

static void
set_bitrate (GstNertcSinkEncoding *self, GstElement *element, RtcMedia media, guint bitrate)
{
  GST_OBJECT_LOCK (element);
  self->bitrate[media] = bitrate;
  self->has_bitrate[media] = TRUE;
  GST_OBJECT_UNLOCK (element);
}

static void
set_steer (GstNertcSinkEncoding *self, GstElement *element, gboolean steer)
{
  GST_OBJECT_LOCK (element);
  self->steer = steer;
  GST_OBJECT_UNLOCK (element);
}

void
gst_nertc_sink_encoding_set (GstNertcSinkEncoding *self, GstElement *element, guint property_id,
                             const GValue *value)
{
  switch (property_id) {
    case PROP_VIDEO_BITRATE:
      set_bitrate (self, element, RTC_MEDIA_VIDEO, g_value_get_uint (value));
      break;
    case PROP_AUDIO_BITRATE:
      set_bitrate (self, element, RTC_MEDIA_AUDIO, g_value_get_uint (value));
      break;
    case PROP_VIDEO_CODECS:
      set_codecs (self, element, RTC_MEDIA_VIDEO, g_value_get_string (value));
      break;
    case PROP_AUDIO_CODECS:
      set_codecs (self, element, RTC_MEDIA_AUDIO, g_value_get_string (value));
      break;
    default:
      set_steer (self, element, g_value_get_boolean (value));
  }
}

/* Must be called with the object lock. */
void
gst_nertc_sink_encoding_get (GstNertcSinkEncoding *self, guint property_id, GValue *value)
{
  switch (property_id) {
    case PROP_VIDEO_BITRATE:
      g_value_set_uint (value, self->bitrate[RTC_MEDIA_VIDEO]);
      break;
    case PROP_AUDIO_BITRATE:
      g_value_set_uint (value, self->bitrate[RTC_MEDIA_AUDIO]);
      break;
    case PROP_VIDEO_CODECS:
      g_value_set_string (value, self->codecs[RTC_MEDIA_VIDEO]);
      break;
    case PROP_AUDIO_CODECS:
      g_value_set_string (value, self->codecs[RTC_MEDIA_AUDIO]);
      break;
    default:
      g_value_set_boolean (value, self->steer);
  }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static void
install_bitrates (GObjectClass *klass)
{
  /**
   * GstNertcSink:video-bitrate:
   *
   * What video may use at most, in bit/s. Where this is set, the encoder of encoded input is
   * limited by it, too; see #GstNertcSink:steer.
   */
  g_object_class_install_property (klass, PROP_VIDEO_BITRATE,
                                   g_param_spec_uint ("video-bitrate", "Video bitrate",
                                                      "Most for video, in bit/s", 10000, 100000000,
                                                      DEFAULT_VIDEO_BITRATE, FLAGS));
  /**
   * GstNertcSink:audio-bitrate:
   *
   * What audio may use at most, in bit/s. Where this is set, the encoder of encoded input is
   * limited by it, too; see #GstNertcSink:steer.
   */
  g_object_class_install_property (klass, PROP_AUDIO_BITRATE,
                                   g_param_spec_uint ("audio-bitrate", "Audio bitrate",
                                                      "Most for audio, in bit/s", 6000, 510000,
                                                      DEFAULT_AUDIO_BITRATE, FLAGS));
}

static void
install_codecs (GObjectClass *klass)
{
  /**
   * GstNertcSink:video-codecs:
   *
   * What raw video is encoded with: names with commas between, in order of preference. The first
   * whose elements are installed is taken. There are `VP8`, `H264`, `VP9`, `H265` and `AV1`; unset
   * means this order. Another name is an error. May be changed at any time: the codec before goes
   * on beside the new one until nobody is sent it any more. Encoded media keeps its codec.
   */
  g_object_class_install_property (
      klass, PROP_VIDEO_CODECS,
      g_param_spec_string ("video-codecs", "Video codecs",
                           "Codecs for raw video, the best first: VP8,H264,VP9,H265,AV1", NULL,
                           FLAGS));
  /**
   * GstNertcSink:audio-codecs:
   *
   * What raw audio is encoded with: names with commas between, in order of preference. There are
   * `OPUS`, `PCMU` and `PCMA`; otherwise as #GstNertcSink:video-codecs.
   */
  g_object_class_install_property (
      klass, PROP_AUDIO_CODECS,
      g_param_spec_string ("audio-codecs", "Audio codecs",
                           "Codecs for raw audio, the best first: OPUS,PCMU,PCMA", NULL, FLAGS));
}

static void
install_steer (GObjectClass *klass)
{
  /**
   * GstNertcSink:steer:
   *
   * Whether the encoder upstream of encoded input is told what it may use: it is looked for through
   * queues, capsfilters, parsers and bins, but not behind a tee, and gets at most what it is set to
   * by its owner. %FALSE leaves it alone.
   */
  g_object_class_install_property (klass, PROP_STEER,
                                   g_param_spec_boolean ("steer", "Steer",
                                                         "Tell the encoder upstream its bitrate",
                                                         TRUE, FLAGS));
}

void
gst_nertc_sink_encoding_install (GObjectClass *klass)
{
  install_steer (klass);
  install_bitrates (klass);
  install_codecs (klass);
}

void
gst_nertc_sink_encoding_init (GstNertcSinkEncoding *self)
{
  self->steer = TRUE;
  self->bitrate[RTC_MEDIA_VIDEO] = DEFAULT_VIDEO_BITRATE;
  self->bitrate[RTC_MEDIA_AUDIO] = DEFAULT_AUDIO_BITRATE;
}

void
gst_nertc_sink_encoding_clear (GstNertcSinkEncoding *self)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_clear_pointer (&self->codecs[i], g_free);
}
