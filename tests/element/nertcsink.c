/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What nertcsink takes and tells. */
#include "media-fixture.h"

#define ME "nertcsink name=me "
#define ROOM_STREAM MEDIA_ROOM MEDIA_CAMERA ME

/* Caps */

static GstCaps *
get_negotiated (GstElement *pipeline, const char *pad_name)
{
  g_autoptr (GstPad) pad = media_get_pad (pipeline, "me", pad_name);
  GstCaps *caps = NULL;

  nertc_await ((caps = gst_pad_get_current_caps (pad)) != NULL);
  return caps;
}

static void
assert_negotiated (const char *line, const char *pad_name, const char *expected)
{
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstCaps) wanted = gst_caps_from_string (expected);
  g_autoptr (GstCaps) caps = NULL;

  room_start (pipeline);
  caps = get_negotiated (pipeline, pad_name);
  fail_unless (gst_caps_is_subset (caps, wanted), "%" GST_PTR_FORMAT, caps);
  room_pipeline_free (pipeline);
}

/* Near 640×480 where upstream leaves it open; what upstream has decided stays. */
GST_START_TEST (test_caps)
{
  assert_negotiated (MEDIA_ROOM "videotestsrc is-live=true ! " ME, "video_0",
                     "video/x-raw, width=640, height=480, framerate=30/1");
  assert_negotiated (MEDIA_ROOM "videotestsrc is-live=true ! video/x-raw,width=100,height=80 ! " ME,
                     "video_0", "video/x-raw, width=100, height=80");
  assert_negotiated (MEDIA_ROOM "videotestsrc is-live=true ! vp8enc deadline=1 ! " ME, "video_0",
                     "video/x-vp8");
  assert_negotiated (MEDIA_ROOM "audiotestsrc is-live=true ! audio/x-raw,rate=8000 ! " ME,
                     "audio_0", "audio/x-raw, rate=8000");
  assert_negotiated (MEDIA_ROOM "audiotestsrc is-live=true ! opusenc ! " ME, "audio_0",
                     "audio/x-opus");
}
GST_END_TEST

GST_START_TEST (test_caps_that_are_not_taken)
{
  const char *lines[] = {
    MEDIA_ROOM "videotestsrc ! jpegenc ! " ME,
    MEDIA_ROOM "audiotestsrc ! wavenc ! " ME,
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (GError) error = NULL;
    GstElement *pipeline = gst_parse_launch (lines[i], &error);

    fail_unless (error != NULL, "%s", lines[i]);
    g_clear_object (&pipeline);
  }
}
GST_END_TEST

/* Live or not, it is in PAUSED at once: nobody waits for a sink that only sends. */
GST_START_TEST (test_state_changes)
{
  GstElement *pipeline =
      room_pipeline_new (MEDIA_ROOM "videotestsrc ! nertcsink name=me audiotestsrc ! me.");

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PAUSED),
                          GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PLAYING),
                          GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
                          GST_STATE_CHANGE_SUCCESS);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* EOS */

static void
assert_eos (const char *line, double seconds_min)
{
  GstElement *pipeline = room_pipeline_new (line);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GstMessage) message = NULL;

  room_start (pipeline);
  message = media_await_message (pipeline, GST_MESSAGE_EOS);
  fail_unless (g_get_monotonic_time () - start >= seconds_min * G_TIME_SPAN_SECOND);
  room_pipeline_free (pipeline);
}

GST_START_TEST (test_eos)
{
  assert_eos (MEDIA_ROOM "videotestsrc num-buffers=20 ! nertcsink", 0.6);
  assert_eos (MEDIA_ROOM "videotestsrc num-buffers=20 ! vp8enc deadline=1 ! nertcsink", 0.6);
  assert_eos (MEDIA_ROOM "videotestsrc is-live=true num-buffers=5 ! nertcsink name=me "
                         "audiotestsrc is-live=true num-buffers=5 ! me.",
              0.1);
}
GST_END_TEST

GST_START_TEST (test_eos_before_caps)
{
  assert_eos (MEDIA_ROOM "videotestsrc num-buffers=0 ! nertcsink", 0);
  assert_eos (MEDIA_ROOM "videotestsrc num-buffers=0 ! nertcsink name=me "
                         "audiotestsrc num-buffers=0 ! me.",
              0);
}
GST_END_TEST

/* The encoder inside */

typedef struct {
  GMutex lock;
  GPtrArray *encoders;
} Encoders;

static void
on_encoder_setup (GstElement *sink, GstElement *encoder, Encoders *encoders)
{
  g_mutex_lock (&encoders->lock);
  g_ptr_array_add (encoders->encoders, gst_object_ref (encoder));
  g_mutex_unlock (&encoders->lock);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (encoder), "keyframe-max-dist"))
    g_object_set (encoder, "keyframe-max-dist", 77, NULL);
}

static GstElement *
find_encoder (Encoders *encoders, const char *factory)
{
  GstElement *found = NULL;

  g_mutex_lock (&encoders->lock);
  for (guint i = 0; i < encoders->encoders->len; i++) {
    GstElement *encoder = g_ptr_array_index (encoders->encoders, i);

    if (g_str_equal (GST_OBJECT_NAME (gst_element_get_factory (encoder)), factory))
      found = encoder;
  }
  g_mutex_unlock (&encoders->lock);
  return found;
}

static int
get_int (GstElement *element, const char *property)
{
  int value;

  g_object_get (element, property, &value, NULL);
  return value;
}

GST_START_TEST (test_encoder_setup)
{
  Encoders encoders = { .encoders = g_ptr_array_new_with_free_func (gst_object_unref) };
  GstElement *pipeline = room_pipeline_new (
      MEDIA_ROOM "videotestsrc is-live=true ! nertcsink name=me video-bitrate=300000 "
                 "audio-bitrate=20000 audiotestsrc is-live=true ! me.");
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  GstElement *vp8enc, *opusenc;

  g_signal_connect (me, "encoder-setup", G_CALLBACK (on_encoder_setup), &encoders);
  room_start (pipeline);
  nertc_await ((vp8enc = find_encoder (&encoders, "vp8enc")) &&
               (opusenc = find_encoder (&encoders, "opusenc")));
  fail_unless_equals_int (get_int (vp8enc, "keyframe-max-dist"), 77);
  nertc_await (get_int (vp8enc, "target-bitrate") == 300000 &&
               get_int (opusenc, "bitrate") == 20000);

  g_object_set (me, "video-bitrate", 200000, "audio-bitrate", 30000, NULL);
  fail_unless_equals_int (get_int (vp8enc, "target-bitrate"), 200000);
  fail_unless_equals_int (get_int (opusenc, "bitrate"), 30000);
  fail_unless_equals_int (encoders.encoders->len, 2);
  room_pipeline_free (pipeline);
  g_ptr_array_unref (encoders.encoders);
}
GST_END_TEST

GST_START_TEST (test_missing_encoder)
{
  GstPluginFeature *feature = media_remove_feature ("vp8enc");
  GstElement *pipeline =
      room_pipeline_new (MEDIA_ROOM "videotestsrc is-live=true ! nertcsink video-codecs=VP8");
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = media_await_message (pipeline, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN));
  fail_unless (strstr (error->message, "vp8enc") && strstr (error->message, "gstreamer1.0-plugins"),
               "%s", error->message);
  media_restore_feature (feature);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* What is encoded already needs no encoder. */
GST_START_TEST (test_no_encoder_for_encoded)
{
  GstElement *pipeline = room_pipeline_new (MEDIA_ROOM MEDIA_CAMERA "vp8enc deadline=1 ! " ME);
  GstPluginFeature *feature = media_remove_feature ("vp8enc");
  CallSink picture;
  GstElement *viewer = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=video ! " MEDIA_PICTURE);

  call_code_pictures (pipeline, "camera", CALL_BASE);
  call_watch (&picture, viewer, "picture", 0);
  room_join (pipeline);
  room_join (viewer);
  nertc_await (call_shows (&picture, CALL_BASE));
  media_restore_feature (feature);
  room_pipeline_free (pipeline);
  room_pipeline_free (viewer);
  call_unwatch (&picture);
}
GST_END_TEST

/* The stream as others see it */

static int
get_publish_state (GstElement *me)
{
  int state;

  g_object_get (me, "publish-state", &state, NULL);
  return state;
}

GST_START_TEST (test_publish_state)
{
  GstElement *pipeline = room_pipeline_new (ROOM_STREAM "source=screen stream-id=slides");
  g_autoptr (MediaMember) other = media_member_new ();
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  g_autofree char *stream_id = NULL;
  NertcStream *stream;

  fail_unless_equals_int (get_publish_state (me), 0);
  room_start (pipeline);
  media_await_text (pipeline, "publish-state", "state=(GstNertcPublishState)publish-requesting");
  media_await_text (pipeline, "publish-state", "state=(GstNertcPublishState)publishing");
  fail_unless_equals_int (get_publish_state (me), 2);
  g_object_get (me, "stream-id", &stream_id, NULL);
  fail_unless_equals_string (stream_id, "slides");
  stream = media_member_get_stream (other);
  fail_unless_equals_string (nertc_stream_get_id (stream), "slides");
  fail_unless_equals_int (nertc_stream_get_source (stream), NERTC_SOURCE_SCREEN);
  fail_unless_equals_int (nertc_stream_get_media (stream), NERTC_MEDIA_VIDEO);

  g_object_set (me, "publish", FALSE, NULL);
  media_await_text (pipeline, "publish-state", "state=(GstNertcPublishState)no-publish");
  fail_unless_equals_int (get_publish_state (me), 0);
  nertc_await (other->removed == 1);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* A stream id of the server's choice is told. */
GST_START_TEST (test_assigned_stream_id)
{
  GstElement *pipeline = room_pipeline_new (ROOM_STREAM MEDIA_MICROPHONE (1000) "me.");
  g_autoptr (MediaMember) other = media_member_new ();
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  g_autofree char *stream_id = NULL;
  NertcStream *stream;

  room_start (pipeline);
  media_await_text (pipeline, "publish-state", "state=(GstNertcPublishState)publishing");
  g_object_get (me, "stream-id", &stream_id, NULL);
  stream = media_member_get_stream (other);
  fail_unless_equals_string (nertc_stream_get_id (stream), stream_id);
  fail_unless_equals_int (nertc_stream_get_media (stream), NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Others see what is muted, also what was muted before. */
GST_START_TEST (test_mute_flags)
{
  GstElement *pipeline = room_pipeline_new (ROOM_STREAM MEDIA_MICROPHONE (1000) "me.");
  g_autoptr (MediaMember) other = media_member_new ();
  g_autoptr (GstPad) audio = media_get_pad (pipeline, "me", "audio_0");
  g_autoptr (GstPad) video = media_get_pad (pipeline, "me", "video_0");

  g_object_set (audio, "mute", TRUE, NULL);
  room_start (pipeline);
  fail_unless_equals_int (nertc_stream_get_muted (media_member_get_stream (other)),
                          NERTC_MEDIA_AUDIO);
  g_object_set (video, "mute", TRUE, NULL);
  nertc_await (nertc_stream_get_muted (media_member_get_stream (other)) ==
               (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO));
  g_object_set (audio, "mute", FALSE, NULL);
  g_object_set (video, "mute", FALSE, NULL);
  nertc_await (nertc_stream_get_muted (media_member_get_stream (other)) == NERTC_MEDIA_NONE);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Muted while the request to publish is under way */
GST_START_TEST (test_mute_while_publishing)
{
  g_autoptr (MediaMember) other = media_member_new ();

  for (guint i = 0; i < 10; i++) {
    GstElement *pipeline = room_pipeline_new (ROOM_STREAM);
    g_autoptr (GstPad) video = media_get_pad (pipeline, "me", "video_0");

    room_start (pipeline);
    media_await_text (pipeline, "publish-state", "state=(GstNertcPublishState)publish-requesting");
    g_object_set (video, "mute", TRUE, NULL);
    nertc_await (nertc_stream_get_muted (media_member_get_stream (other)) == NERTC_MEDIA_VIDEO);
    room_pipeline_free (pipeline);
    nertc_await (other->removed == i + 1);
  }
}
GST_END_TEST

/* The room tells in the order in which things were done: what was done before is told by then. */
static void
await_round_trip (GstElement *signal, MediaMember *other)
{
  guint updates = other->member_updates;
  g_autofree char *name = g_strdup_printf ("%u", updates);

  g_object_set (signal, "user-name", name, NULL);
  nertc_await (other->member_updates > updates);
}

/* Switched faster than the server answers: what counts is the last. */
GST_START_TEST (test_publish_and_think_again)
{
  GstElement *pipeline = room_pipeline_new (
      "roomsignal name=signal server=%s channel=standup " MEDIA_CAMERA ME "publish=false");
  g_autoptr (MediaMember) other = media_member_new ();
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  g_autoptr (GstElement) signal = media_get (pipeline, "signal");

  room_join (pipeline);
  for (guint i = 0; i < 20; i++) {
    for (guint j = 0; j <= i; j++)
      g_object_set (me, "publish", j % 2, NULL);
    g_object_set (me, "publish", i % 3 != 0, NULL);
    nertc_await (other->added - other->removed == (i % 3 != 0));
  }
  for (guint i = 0; i < 3; i++)
    await_round_trip (signal, other);
  fail_unless_equals_int (other->added - other->removed, 1);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* A second track comes while the first is published: it is the same stream, with both. */
GST_START_TEST (test_second_track_later)
{
  GstElement *pipeline = media_start (ROOM_STREAM "stream-id=door", CALL_BASE);
  g_autoptr (MediaMember) other = media_member_new ();
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstPad) src = NULL;

  fail_unless_equals_int (nertc_stream_get_media (media_member_get_stream (other)),
                          NERTC_MEDIA_VIDEO);
  source = gst_object_ref (gst_element_factory_make ("audiotestsrc", NULL));
  g_object_set (source, "is-live", TRUE, NULL);
  gst_bin_add (GST_BIN (pipeline), source);
  pad = gst_element_request_pad_simple (me, "audio_%u");
  src = gst_element_get_static_pad (source, "src");
  fail_unless_equals_int (gst_pad_link (src, pad), GST_PAD_LINK_OK);
  gst_element_sync_state_with_parent (source);
  nertc_await (other->updated == 1);
  nertc_await (nertc_stream_get_media (media_member_get_stream (other)) ==
               (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO));
  fail_unless_equals_int (other->added, 1);
  fail_unless_equals_int (other->removed, 0);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* An application's own room, whose context is that of the test */
GST_START_TEST (test_room_object)
{
  g_autoptr (MediaMember) member = media_member_new ();
  g_autoptr (MediaMember) other = media_member_new ();
  GstElement *pipeline = room_pipeline_new (MEDIA_CAMERA ME);
  g_autoptr (GstElement) me = media_get (pipeline, "me");

  g_object_set (me, "room-object", member->room, NULL);
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
  fail_unless_equals_string (nertc_stream_get_uid (media_member_get_stream (other)),
                             nertc_room_get_uid (member->room));
  room_pipeline_free (pipeline);
  nertc_await (other->removed == 1);
}
GST_END_TEST

/* Steering */

static guint
get_bitrate (GstElement *encoder)
{
  guint bitrate;

  g_object_get (encoder, "bitrate", &bitrate, NULL);
  return bitrate;
}

/* An encoder upstream gets what the user of nertcsink allows, and never more than it had. */
GST_START_TEST (test_steering)
{
  GstElement *pipeline =
      room_pipeline_new (MEDIA_ROOM MEDIA_CAMERA "x264enc name=enc tune=zerolatency bitrate=600 ! "
                                                 "h264parse ! queue ! " ME);
  g_autoptr (GstElement) encoder = media_get (pipeline, "enc");
  g_autoptr (GstElement) me = media_get (pipeline, "me");
  g_autoptr (GstCaps) caps = NULL;

  room_start (pipeline);
  caps = get_negotiated (pipeline, "video_0");
  fail_unless_equals_int (get_bitrate (encoder), 600); /* the default of video-bitrate is no wish */
  g_object_set (me, "video-bitrate", 300000, NULL);
  nertc_await (get_bitrate (encoder) == 300);
  g_object_set (me, "video-bitrate", 900000, NULL);
  nertc_await (get_bitrate (encoder) == 600);
  g_object_set (me, "video-bitrate", 200000, NULL);
  nertc_await (get_bitrate (encoder) == 200);
  g_object_set (me, "steer", FALSE, NULL);
  nertc_await (get_bitrate (encoder) == 600);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static Suite *
nertcsink_suite (void)
{
  Suite *suite = suite_create ("nertcsink");
  TCase *tcase = tcase_create ("nertcsink");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_caps);
  tcase_add_test (tcase, test_caps_that_are_not_taken);
  tcase_add_test (tcase, test_state_changes);
  tcase_add_test (tcase, test_eos);
  tcase_add_test (tcase, test_eos_before_caps);
  tcase_add_test (tcase, test_encoder_setup);
  tcase_add_test (tcase, test_missing_encoder);
  tcase_add_test (tcase, test_no_encoder_for_encoded);
  tcase_add_test (tcase, test_publish_state);
  tcase_add_test (tcase, test_assigned_stream_id);
  tcase_add_test (tcase, test_mute_flags);
  tcase_add_test (tcase, test_mute_while_publishing);
  tcase_add_test (tcase, test_publish_and_think_again);
  tcase_add_test (tcase, test_second_track_later);
  tcase_add_test (tcase, test_room_object);
  tcase_add_test (tcase, test_steering);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (nertcsink)
