/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-input.h"

#include "rtc-encoder.h"
#include "rtc-pair.h"
#include "rtc.h"

#include <gst/video/video-event.h>

#include <string.h>

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

#define RAW_VIDEO "video/x-raw, format=I420, width=160, height=120, framerate=30/1"
#define RAW_AUDIO "audio/x-raw, format=S16LE, layout=interleaved, rate=48000, channels=2"
#define VP8 "video/x-vp8, width=160, height=120, framerate=30/1"

/* One input in a pipeline with a source, and one consumer */
typedef struct {
  RtcMedia media;
  GstElement *pipeline;
  RtcInput *input;
  GstPad *sink_pad; /* of what is inside the input */
  GstPad *src_pad;  /* of the source */
  RtcPair *pair;
  GstElement *encoder; /* the latest, as the signal told */
  guint encoders;
  int fed;      /* atomic: buffers of the source */
  int requests; /* atomic: for a key frame, at the source */
} Fixture;

static void
on_encoder_setup (GstElement *encoder, gpointer user_data)
{
  Fixture *self = user_data;

  g_set_object (&self->encoder, encoder);
  self->encoders++;
}

static Fixture *
fixture_new (RtcMedia media)
{
  Fixture *self = g_new0 (Fixture, 1);

  self->media = media;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->input = rtc_input_new (media, GST_BIN (self->pipeline), on_encoder_setup, self);
  self->pair = rtc_pair_new (media == AUDIO, media == VIDEO);
  rtc_input_add_consumer (self->input, self->pair->sender->peer);
  return self;
}

static void
fixture_free (Fixture *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  rtc_input_remove_consumer (self->input, self->pair->sender->peer);
  rtc_input_remove_elements (self->input);
  g_assert_cmpint (GST_BIN_NUMCHILDREN (self->pipeline), ==, self->src_pad ? 1 : 0);
  g_clear_object (&self->sink_pad);
  g_clear_object (&self->src_pad);
  g_clear_object (&self->encoder);
  g_object_unref (self->input);
  gst_object_unref (self->pipeline);
  rtc_pair_free (self->pair);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static GstPadProbeReturn
on_fed (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    g_atomic_int_inc (&self->fed);
  else if (gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    g_atomic_int_inc (&self->requests);
  return GST_PAD_PROBE_OK;
}

static GstPad *
configure (Fixture *self, const char *text, gboolean is_live)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GError) error = NULL;
  GstPad *pad = rtc_input_configure (self->input, caps, is_live, &error);

  g_assert_no_error (error);
  return pad;
}

/* Links a source of @caps, and plays. */
static void
play (Fixture *self, const char *line, const char *caps, gboolean is_live)
{
  g_autofree char *whole = g_strdup_printf ("%s ! capsfilter caps=\"%s\"", line, caps);
  g_autoptr (GError) error = NULL;
  GstElement *source = gst_parse_bin_from_description (whole, TRUE, &error);

  g_assert_no_error (error);
  gst_bin_add (GST_BIN (self->pipeline), source);
  self->sink_pad = configure (self, caps, is_live);
  self->src_pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (self->src_pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
                     on_fed, self, NULL);
  g_assert_cmpint (gst_pad_link (self->src_pad, self->sink_pad), ==, GST_PAD_LINK_OK);
  rtc_pair_connect (self->pair);
  rtc_pair_send (self->pair, self->media, TRUE);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static guint
get_count (Fixture *self)
{
  return rtc_pair_end_count (self->pair->receiver, self->media);
}

static RtcPairFrame
get_frame (Fixture *self, guint index)
{
  return rtc_pair_end_get (self->pair->receiver, self->media, index);
}

static void
await_frames (Fixture *self, guint count)
{
  guint wanted = get_count (self) + count;

  nertc_await (get_count (self) >= wanted);
}

static void
await_fed (Fixture *self, guint count)
{
  gint wanted = g_atomic_int_get (&self->fed) + count;

  nertc_await (g_atomic_int_get (&self->fed) >= wanted);
}

/* Raw and encoded */

static void
test_raw (gconstpointer data)
{
  RtcMedia media = GPOINTER_TO_UINT (data);
  g_autoptr (Fixture) self = fixture_new (media);
  const RtcCodec *codec = rtc_codec_get_default (media);

  rtc_input_set_bitrate (self->input, 70000);
  if (media == AUDIO)
    play (self, "audiotestsrc is-live=true", RAW_AUDIO, TRUE);
  else
    play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_frames (self, 5);
  g_assert_true (get_frame (self, 0).is_key_frame);
  g_assert_cmpuint (self->encoders, ==, 1);
  g_assert_true (rtc_input_get_codec (self->input) == codec);
  g_assert_cmpuint (rtc_encoder_get_bitrate (self->encoder), ==, 70000);

  rtc_input_set_bitrate (self->input, 50000);
  g_assert_cmpuint (rtc_encoder_get_bitrate (self->encoder), ==, 50000);
  await_frames (self, 5);
}

static void
test_encoded_video (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  rtc_input_set_bitrate (self->input, 70000);
  play (self, "videotestsrc is-live=true ! " RAW_VIDEO " ! vp8enc deadline=1 name=enc", VP8, TRUE);
  await_frames (self, 5);
  g_assert_true (get_frame (self, 0).is_key_frame);
  g_assert_cmpuint (self->encoders, ==, 0);
}

static void
test_encoded_audio (void)
{
  g_autoptr (Fixture) self = fixture_new (AUDIO);

  play (self, "audiotestsrc is-live=true ! opusenc",
        "audio/x-opus, rate=48000, channels=1, channel-mapping-family=0", TRUE);
  await_frames (self, 5);
  g_assert_cmpuint (self->encoders, ==, 0);
}

/* The encoder follows the bitrate by what it gives, too. */
static void
test_bitrate_in_effect (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  gsize before = 0, after = 0;
  guint count;

  rtc_input_set_bitrate (self->input, 1000000);
  play (self, "videotestsrc is-live=true pattern=zone-plate kx2=20 ky2=20 kt=7", RAW_VIDEO, TRUE);
  await_frames (self, 20);
  rtc_input_set_bitrate (self->input, 40000);
  await_frames (self, 20);
  count = get_count (self);
  for (guint i = 0; i < 10; i++) {
    before += get_frame (self, 8 + i).size;
    after += get_frame (self, count - 1 - i).size;
  }
  g_assert_cmpuint (after, <, before / 2);
}

/* As the sender stamped the packets: times of arrival move when the machine is busy. */
static guint
get_distance_ms (Fixture *self, guint index)
{
  guint ticks_per_ms = self->media == AUDIO ? 48 : 90;
  guint32 ticks = get_frame (self, index).rtp_time - get_frame (self, index - 1).rtp_time;

  return ticks / ticks_per_ms;
}

static guint
get_latest_distance_ms (Fixture *self)
{
  guint count = get_count (self);

  return count < 2 ? 0 : get_distance_ms (self, count - 1);
}

/* What cannot be encoded with so little, such as noise, is sent with fewer frames. */
static void
test_fewer_frames_of_noise (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  rtc_input_set_bitrate (self->input, 20000);
  play (self, "videotestsrc is-live=true pattern=snow", RAW_VIDEO, TRUE);
  await_frames (self, 10);
  nertc_await (get_latest_distance_ms (self) > 90);
  await_frames (self, 3);
  g_assert_cmpuint (get_latest_distance_ms (self), >, 90);
  g_assert_false (get_frame (self, get_count (self) - 1).is_key_frame);
}

static void
test_target (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  rtc_input_set_bitrate (self->input, 300000);
  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_frames (self, 2);
  rtc_input_set_target (self->input, 100000);
  g_assert_cmpuint (rtc_encoder_get_bitrate (self->encoder), ==, 100000);
  rtc_input_set_target (self->input, 900000);
  g_assert_cmpuint (rtc_encoder_get_bitrate (self->encoder), ==, 300000);
  rtc_input_set_target (self->input, 0);
  g_assert_cmpuint (rtc_encoder_get_bitrate (self->encoder), ==, 300000);
}

/* Pace */

/* ms: the first frames may have come late, with the next close behind. Unpaced it is a tenth. */
#define SECOND_AT_LEAST 600

static gint64
measure_frames (Fixture *self, guint count)
{
  gint64 start = g_get_monotonic_time ();

  await_frames (self, count);
  return (g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
}

static void
test_pace (gconstpointer data)
{
  RtcMedia media = GPOINTER_TO_UINT (data);
  g_autoptr (Fixture) self = fixture_new (media);
  guint count = media == AUDIO ? 50 : 30;

  if (media == AUDIO)
    play (self, "audiotestsrc", RAW_AUDIO, FALSE);
  else
    play (self, "videotestsrc", RAW_VIDEO, FALSE);
  await_frames (self, 2);
  g_assert_cmpint (measure_frames (self, count), >, SECOND_AT_LEAST);
}

static void
test_pace_of_encoded (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  play (self, "videotestsrc ! " RAW_VIDEO " ! vp8enc deadline=1 keyframe-max-dist=5", VP8, FALSE);
  await_frames (self, 2);
  g_assert_cmpint (measure_frames (self, 30), >, SECOND_AT_LEAST);
}

/* Mute */

static void
test_mute_video (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  guint count;

  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_frames (self, 5);
  g_assert_false (rtc_input_get_muted (self->input));
  rtc_input_set_muted (self->input, TRUE);
  g_assert_true (rtc_input_get_muted (self->input));
  await_fed (self, 5); /* what was under way has arrived */
  count = get_count (self);
  await_fed (self, 15);
  g_assert_cmpuint (get_count (self), ==, count);

  rtc_input_set_muted (self->input, FALSE);
  await_frames (self, 5);
  g_assert_true (get_frame (self, count).is_key_frame);
}

static void
test_mute_audio (void)
{
  g_autoptr (Fixture) self = fixture_new (AUDIO);
  guint count, silences;

  play (self, "audiotestsrc is-live=true", RAW_AUDIO, TRUE);
  await_frames (self, 5);
  rtc_input_set_muted (self->input, TRUE);
  await_fed (self, 10);
  count = get_count (self);
  nertc_await (get_count (self) >= count + 3);
  silences = get_count (self) - count;
  for (guint i = 0; i < silences; i++) {
    g_assert_cmpuint (get_frame (self, count + i).size, ==, 3);
    if (i == 0)
      continue;
    g_assert_cmpuint (get_distance_ms (self, count + i), >=, 390);
    g_assert_cmpuint (get_distance_ms (self, count + i), <=, 450);
  }

  count = get_count (self);
  rtc_input_set_muted (self->input, FALSE);
  await_frames (self, 10);
  g_assert_cmpuint (get_frame (self, count + 5).size, >, 3);
  g_assert_cmpuint (get_distance_ms (self, count + 6), <, 30);
}

static void
test_muted_from_the_start (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  rtc_input_set_muted (self->input, TRUE);
  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_fed (self, 15);
  g_assert_cmpuint (get_count (self), ==, 0);
  rtc_input_set_muted (self->input, FALSE);
  await_frames (self, 5);
  g_assert_true (get_frame (self, 0).is_key_frame);
}

/* Key frames */

static int
get_requests (Fixture *self)
{
  return g_atomic_int_get (&self->requests);
}

/* Whatever is asked within a short time is one request. */
static void
test_requests_are_coalesced (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  int requests;
  gint64 start;

  play (self, "videotestsrc is-live=true ! " RAW_VIDEO " ! vp8enc deadline=1", VP8, TRUE);
  await_frames (self, 10);
  requests = get_requests (self);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    rtc_input_request_key_frame (self->input);
  g_assert_cmpint (get_requests (self) - requests, <=,
                   1 + (g_get_monotonic_time () - start) / (100 * G_TIME_SPAN_MILLISECOND));
}

static gboolean
is_latest_key_frame (Fixture *self)
{
  return get_frame (self, get_count (self) - 1).is_key_frame;
}

/* One that comes too soon is late, not lost; and one that a key frame has answered is done with. */
static void
test_request_soon_after_another (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  int requests;

  play (self,
        "videotestsrc is-live=true ! " RAW_VIDEO " ! vp8enc deadline=1 keyframe-max-dist=10000",
        VP8, TRUE);
  await_frames (self, 10);
  rtc_input_request_key_frame (self->input);
  nertc_await (is_latest_key_frame (self));
  rtc_input_request_key_frame (self->input);
  nertc_await (!is_latest_key_frame (self));
  nertc_await (is_latest_key_frame (self));
  requests = get_requests (self);
  await_frames (self, 10);
  g_assert_cmpint (get_requests (self), ==, requests);
}

static void
test_no_requests_for_audio (void)
{
  g_autoptr (Fixture) self = fixture_new (AUDIO);

  play (self, "audiotestsrc is-live=true", RAW_AUDIO, TRUE);
  rtc_input_request_key_frame (self->input);
  await_frames (self, 2);
  g_assert_cmpint (get_requests (self), ==, 0);
}

/* Before anything is linked there is nobody to ask. */
static void
test_request_too_early (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  rtc_input_request_key_frame (self->input);
  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_frames (self, 2);
}

/* Consumers */

static void
test_second_consumer (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  g_autoptr (RtcPair) late = rtc_pair_new (FALSE, TRUE);
  guint count;

  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_frames (self, 5);
  rtc_input_add_consumer (self->input, late->sender->peer);
  rtc_pair_connect (late);
  rtc_pair_send (late, VIDEO, TRUE);
  nertc_await (late->sender->requests > 0);
  rtc_input_request_key_frame (self->input);
  nertc_await (rtc_pair_end_count (late->receiver, VIDEO) > 5);
  g_assert_true (rtc_pair_end_get (late->receiver, VIDEO, 0).is_key_frame);

  rtc_input_remove_consumer (self->input, late->sender->peer);
  await_frames (self, 5);
  count = rtc_pair_end_count (late->receiver, VIDEO);
  await_frames (self, 10);
  g_assert_cmpuint (rtc_pair_end_count (late->receiver, VIDEO), ==, count);
}

static void
test_consumers_come_and_go (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  g_autoptr (RtcPair) other = rtc_pair_new (FALSE, TRUE);

  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  rtc_pair_connect (other);
  rtc_pair_send (other, VIDEO, TRUE);
  for (guint i = 0; i < 2000; i++) {
    rtc_input_add_consumer (self->input, other->sender->peer);
    rtc_input_remove_consumer (self->input, other->sender->peer);
    rtc_input_remove_consumer (self->input, other->sender->peer);
  }
  await_frames (self, 2);
}

/* Nobody takes it: nothing is encoded. */

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc ((int *) user_data);
  return GST_PAD_PROBE_OK;
}

static void
count_encoded (Fixture *self, int *count)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_encoded, count, NULL);
}

static void
test_nobody_takes_it (gconstpointer data)
{
  RtcMedia media = GPOINTER_TO_UINT (data);
  g_autoptr (Fixture) self = fixture_new (media);
  guint received = 0;
  int encoded = 0;

  play (self, media == AUDIO ? "audiotestsrc is-live=true" : "videotestsrc is-live=true",
        media == AUDIO ? RAW_AUDIO : RAW_VIDEO, TRUE);
  await_frames (self, 5);
  count_encoded (self, &encoded);
  for (guint i = 0; i < 3; i++) {
    int before;

    rtc_pair_send (self->pair, media, FALSE);
    await_fed (self, 5); /* what was under way is through */
    before = g_atomic_int_get (&encoded);
    await_fed (self, 15);
    g_assert_cmpint (g_atomic_int_get (&encoded), ==, before);
    received = get_count (self);
    rtc_pair_send (self->pair, media, TRUE);
    await_frames (self, 3);
    g_assert_true (get_frame (self, received).is_key_frame);
    g_assert_cmpuint (get_distance_ms (self, received + 1), <, 300);
  }
}

/* What comes from a file is played on at its pace. */
static void
test_pace_without_consumer (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  gint64 start;

  rtc_input_remove_consumer (self->input, self->pair->sender->peer);
  play (self, "videotestsrc", RAW_VIDEO, FALSE);
  await_fed (self, 2);
  start = g_get_monotonic_time ();
  await_fed (self, 30);
  g_assert_cmpint ((g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND, >, SECOND_AT_LEAST);
  g_assert_cmpuint (get_count (self), ==, 0);
}

/* Changes */

static void
test_other_size (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  g_autoptr (GstElement) encoder = NULL;
  g_autoptr (GstPad) pad = NULL;

  play (self, "videotestsrc is-live=true", RAW_VIDEO, TRUE);
  await_frames (self, 5);
  encoder = g_object_ref (self->encoder);
  pad = configure (self, "video/x-raw, format=I420, width=320, height=240, framerate=30/1", TRUE);
  g_assert_true (pad == self->sink_pad);
  g_assert_cmpuint (self->encoders, ==, 1);
  await_frames (self, 5);
}

static void
test_from_raw_to_encoded_and_back (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);
  g_autoptr (GstPad) raw = configure (self, RAW_VIDEO, TRUE);
  g_autoptr (GstPad) encoded = NULL;
  g_autoptr (GstPad) again = NULL;
  int children = GST_BIN_NUMCHILDREN (self->pipeline);

  encoded = configure (self, VP8, TRUE);
  g_assert_cmpint (GST_BIN_NUMCHILDREN (self->pipeline), ==, 1);
  g_assert_true (encoded != raw);
  again = configure (self, RAW_VIDEO, TRUE);
  g_assert_cmpint (GST_BIN_NUMCHILDREN (self->pipeline), ==, children);
  g_assert_cmpuint (self->encoders, ==, 2);
}

static void
test_missing_encoder (gconstpointer data)
{
  RtcMedia media = GPOINTER_TO_UINT (data);
  const char *factory = rtc_codec_get_default (media)->encoders[0].factory;
  g_autoptr (GPtrArray) order = rtc_codecs_parse (media, rtc_codec_get_default (media)->name, NULL);
  g_autoptr (Fixture) self = fixture_new (media);
  g_autoptr (GstCaps) caps = gst_caps_from_string (media == AUDIO ? RAW_AUDIO : RAW_VIDEO);
  g_autoptr (GstPluginFeature) feature =
      gst_registry_find_feature (gst_registry_get (), factory, GST_TYPE_ELEMENT_FACTORY);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) pad = NULL;

  rtc_input_set_codecs (self->input, order);
  gst_registry_remove_feature (gst_registry_get (), feature);
  g_assert_null (rtc_input_configure (self->input, caps, TRUE, &error));
  gst_registry_add_feature (gst_registry_get (), feature);
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
  g_assert_nonnull (strstr (error->message, factory));
  g_assert_nonnull (strstr (error->message, "gstreamer1.0-plugins"));
  g_assert_cmpint (GST_BIN_NUMCHILDREN (self->pipeline), ==, 1);

  pad = configure (self, media == AUDIO ? RAW_AUDIO : RAW_VIDEO, TRUE);
  g_assert_cmpuint (self->encoders, ==, 1);
}

static void
test_codec_before_caps (void)
{
  g_autoptr (Fixture) self = fixture_new (VIDEO);

  g_assert_true (rtc_input_get_codec (self->input) == rtc_codec_get_default (VIDEO));
}

static void
add_for_media (const char *name, GTestDataFunc func)
{
  for (guint media = 0; media < RTC_N_MEDIA; media++) {
    g_autofree char *path = g_strdup_printf ("/rtc-input/%s/%s", name, rtc_media_to_string (media));

    g_test_add_data_func (path, GUINT_TO_POINTER (media), func);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  add_for_media ("raw", test_raw);
  add_for_media ("pace", test_pace);
  add_for_media ("missing-encoder", test_missing_encoder);
  add_for_media ("nobody-takes-it", test_nobody_takes_it);
  g_test_add_func ("/rtc-input/pace-without-consumer", test_pace_without_consumer);
  g_test_add_func ("/rtc-input/encoded-video", test_encoded_video);
  g_test_add_func ("/rtc-input/encoded-audio", test_encoded_audio);
  g_test_add_func ("/rtc-input/bitrate-in-effect", test_bitrate_in_effect);
  g_test_add_func ("/rtc-input/fewer-frames-of-noise", test_fewer_frames_of_noise);
  g_test_add_func ("/rtc-input/target", test_target);
  g_test_add_func ("/rtc-input/pace-of-encoded", test_pace_of_encoded);
  g_test_add_func ("/rtc-input/mute-video", test_mute_video);
  g_test_add_func ("/rtc-input/mute-audio", test_mute_audio);
  g_test_add_func ("/rtc-input/muted-from-the-start", test_muted_from_the_start);
  g_test_add_func ("/rtc-input/requests-are-coalesced", test_requests_are_coalesced);
  g_test_add_func ("/rtc-input/request-soon-after-another", test_request_soon_after_another);
  g_test_add_func ("/rtc-input/no-requests-for-audio", test_no_requests_for_audio);
  g_test_add_func ("/rtc-input/request-too-early", test_request_too_early);
  g_test_add_func ("/rtc-input/second-consumer", test_second_consumer);
  g_test_add_func ("/rtc-input/consumers-come-and-go", test_consumers_come_and_go);
  g_test_add_func ("/rtc-input/other-size", test_other_size);
  g_test_add_func ("/rtc-input/from-raw-to-encoded-and-back", test_from_raw_to_encoded_and_back);
  g_test_add_func ("/rtc-input/codec-before-caps", test_codec_before_caps);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
