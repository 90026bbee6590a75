/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* nertcsink and nertcsrc in calls over the real server, in one process. */
#include "call-fixture.h"

#define ROOM "roomsignal server=%s channel=standup "
#define CAMERA \
  "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1 ! " \
  "identity name=camera ! "
#define SMALL_CAMERA \
  "videotestsrc is-live=true ! video/x-raw,width=176,height=144,framerate=15/1 ! " \
  "identity name=camera ! "
#define MICROPHONE(frequency) \
  "audiotestsrc is-live=true samplesperbuffer=960 freq=" #frequency " ! "
#define PICTURE "video/x-raw ! appsink name=picture sync=false "
#define SOUND "audio/x-raw ! appsink name=sound sync=false "

static GstElement *
start_camera (const char *description, guint base)
{
  GstElement *pipeline = room_pipeline_new (description);

  call_code_pictures (pipeline, "camera", base);
  room_join (pipeline);
  return pipeline;
}

static GstElement *
get_element (GstElement *pipeline, const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "%s", name);
  return element;
}

static void
set (GstElement *pipeline, const char *name, const char *property, gboolean value)
{
  g_autoptr (GstElement) element = get_element (pipeline, name);

  g_object_set (element, property, value, NULL);
}

static void
set_mute (GstElement *pipeline, const char *pad_name, gboolean mute)
{
  g_autoptr (GstElement) sink = get_element (pipeline, "me");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, pad_name);

  g_object_set (pad, "mute", mute, NULL);
}

/* Two members, each with picture and sound, see and hear each other. */
GST_START_TEST (test_both_ways)
{
  const char *line = ROOM CAMERA "vp8enc deadline=1 ! nertcsink name=me " MICROPHONE (
      1000) "opusenc ! me. nertcsrc name=them them. ! " PICTURE "them. ! " SOUND;
  const char *other =
      ROOM CAMERA "nertcsink name=me " MICROPHONE (2000) "me. nertcsrc name=them them. ! " PICTURE
                                                         "them. ! " SOUND;
  GstElement *one = room_pipeline_new (line), *two = room_pipeline_new (other);
  CallSink picture[2], sound[2];

  call_watch (&picture[0], one, "picture", 0);
  call_watch (&sound[0], one, "sound", 2000);
  call_watch (&picture[1], two, "picture", 0);
  call_watch (&sound[1], two, "sound", 1000);
  call_code_pictures (one, "camera", 1 * CALL_BASE);
  call_code_pictures (two, "camera", 2 * CALL_BASE);
  room_join (one);
  room_join (two);
  nertc_await (call_shows (&picture[0], 2 * CALL_BASE) && call_shows (&picture[1], CALL_BASE));
  nertc_await (call_get_tone (&sound[0]) > 0.8 && call_get_tone (&sound[1]) > 0.8);
  nertc_await (call_get_picture (&picture[0]) >= 2 * CALL_BASE + 60);
  room_pipeline_free (one);
  room_pipeline_free (two);
  for (guint i = 0; i < 2; i++) {
    call_check_pictures (&picture[i]);
    call_unwatch (&picture[i]);
    call_unwatch (&sound[i]);
  }
}
GST_END_TEST

GST_START_TEST (test_stream_id_taken)
{
  GstElement *one = room_pipeline_new (ROOM SMALL_CAMERA "nertcsink stream-id=door");
  GstElement *two = room_pipeline_new (ROOM SMALL_CAMERA "nertcsink stream-id=door");

  room_start (one);
  room_await_text (one, "publish-state", "publish-requesting");
  room_await_text (one, "publish-state", "stream-id=(string)door");
  room_start (two);
  room_await_error (two, GST_RESOURCE_ERROR_BUSY, "door", "stream-id", NULL);
  room_pipeline_free (two);
  room_pipeline_free (one);
}
GST_END_TEST

/* A pipeline that watches: pictures of whoever there is. */
static GstElement *
start_viewer (CallSink *picture, const char *properties)
{
  g_autofree char *line = g_strconcat (ROOM "nertcsrc name=them subscribe=video+screen ",
                                       properties, " ! " PICTURE, NULL);
  GstElement *pipeline = room_pipeline_new (line);

  call_watch (picture, pipeline, "picture", 0);
  room_join (pipeline);
  return pipeline;
}

GST_START_TEST (test_publish_again)
{
  CallSink picture;
  GstElement *viewer = start_viewer (&picture, "");
  GstElement *camera = start_camera (ROOM "uid=cam " SMALL_CAMERA "nertcsink name=me", CALL_BASE);
  guint last;

  nertc_await (call_shows (&picture, CALL_BASE));
  set (camera, "me", "publish", FALSE);
  room_await_text (viewer, "stream-removed", "reason=(NertcCloseReason)unpublished");
  last = call_get_picture (&picture);
  set (camera, "me", "publish", TRUE);
  room_await_text (viewer, "stream-added", "uid=(string)cam");
  nertc_await (call_get_picture (&picture) > last);
  room_pipeline_free (camera);
  room_await_text (viewer, "member-left", "uid=(string)cam");
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* Nothing comes while muted, everybody sees the flag, and what comes then can be decoded. */
GST_START_TEST (test_mute)
{
  CallSink picture;
  GstElement *viewer = start_viewer (&picture, "");
  GstElement *camera = start_camera (ROOM SMALL_CAMERA "nertcsink name=me", CALL_BASE);
  guint last;

  for (guint i = 0; i < 3; i++) {
    nertc_await (call_shows (&picture, CALL_BASE));
    set_mute (camera, "video_0", TRUE);
    room_await_text (viewer, "stream-updated", "video-muted=(boolean)true");
    last = call_get_picture (&picture);
    set_mute (camera, "video_0", FALSE);
    room_await_text (viewer, "stream-updated", "video-muted=(boolean)false");
    nertc_await (call_get_picture (&picture) > last + 5);
  }
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* Muted at all times of a frame; the member list always says which, and every picture is whole. */
GST_START_TEST (test_mute_a_hundred_times)
{
  CallSink picture;
  GstElement *viewer = start_viewer (&picture, "");
  GstElement *camera =
      start_camera (ROOM SMALL_CAMERA "nertcsink name=me " MICROPHONE (1000) "me.", CALL_BASE);
  guint last;

  nertc_await (call_shows (&picture, CALL_BASE));
  for (guint i = 0; i < 100; i++) {
    const char *pad = i % 3 ? "video_0" : "audio_0";

    set_mute (camera, pad, TRUE);
    room_await_text (viewer, "stream-updated",
                     i % 3 ? "audio-muted=(boolean)false, video-muted=(boolean)true"
                           : "audio-muted=(boolean)true, video-muted=(boolean)false");
    last = call_get_picture (&picture);
    set_mute (camera, pad, FALSE);
    room_await_text (viewer, "stream-updated",
                     "audio-muted=(boolean)false, video-muted=(boolean)false");
    if (i % 4 == 0)
      nertc_await (call_get_picture (&picture) > last);
  }
  last = call_get_picture (&picture);
  nertc_await (call_get_picture (&picture) > last + 3);
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

GST_START_TEST (test_two_slots)
{
  GstElement *viewer = room_pipeline_new (
      ROOM "nertcsrc name=them slots=2 subscribe=video them.video_0 ! video/x-raw ! appsink "
           "name=first sync=false them.video_1 ! video/x-raw ! appsink name=second sync=false");
  GstElement *one, *two;
  CallSink first, second;

  call_watch (&first, viewer, "first", 0);
  call_watch (&second, viewer, "second", 0);
  room_join (viewer);
  one = start_camera (ROOM SMALL_CAMERA "nertcsink", 1 * CALL_BASE);
  nertc_await (call_shows (&first, CALL_BASE));
  two = start_camera (ROOM SMALL_CAMERA "nertcsink", 2 * CALL_BASE);
  nertc_await (call_shows (&second, 2 * CALL_BASE));
  room_pipeline_free (one);
  room_pipeline_free (two);
  room_pipeline_free (viewer);
  call_check_pictures (&first);
  call_check_pictures (&second);
  call_unwatch (&first);
  call_unwatch (&second);
}
GST_END_TEST

GST_START_TEST (test_filters)
{
  GstElement *one = start_camera (ROOM "uid=1 " SMALL_CAMERA "nertcsink", 1 * CALL_BASE);
  GstElement *two =
      start_camera (ROOM "uid=2 " SMALL_CAMERA "nertcsink stream-id=door", 2 * CALL_BASE);
  CallSink by_uid, by_stream;
  GstElement *first = start_viewer (&by_uid, "from-uid=2");
  GstElement *second = start_viewer (&by_stream, "from-stream=door");

  nertc_await (call_shows (&by_uid, 2 * CALL_BASE) && call_shows (&by_stream, 2 * CALL_BASE));
  room_pipeline_free (first);
  room_pipeline_free (second);
  room_pipeline_free (one);
  room_pipeline_free (two);
  call_unwatch (&by_uid);
  call_unwatch (&by_stream);
}
GST_END_TEST

GST_START_TEST (test_actions)
{
  GstElement *one = start_camera (ROOM SMALL_CAMERA "nertcsink stream-id=one", 1 * CALL_BASE);
  CallSink picture;
  GstElement *viewer = start_viewer (&picture, "");
  g_autoptr (GstElement) them = get_element (viewer, "them");
  GstElement *two;

  nertc_await (call_shows (&picture, CALL_BASE));
  two = start_camera (ROOM SMALL_CAMERA "nertcsink stream-id=two", 2 * CALL_BASE);
  room_await_text (viewer, "stream-added", "stream-id=(string)one");
  room_await_text (viewer, "stream-added", "stream-id=(string)two");
  g_signal_emit_by_name (them, "subscribe", "two");
  nertc_await (call_shows (&picture, 2 * CALL_BASE));
  g_signal_emit_by_name (them, "unsubscribe", "two");
  nertc_await (call_shows (&picture, CALL_BASE));
  room_pipeline_free (one);
  room_pipeline_free (two);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

GST_START_TEST (test_pads_are_as_subscribed)
{
  GstElement *pipeline = room_pipeline_new (ROOM "nertcsrc name=them subscribe=audio");
  g_autoptr (GstElement) them = get_element (pipeline, "them");
  g_autoptr (GstPad) audio = NULL;
  g_autoptr (GstPad) video = NULL;

  room_join (pipeline);
  audio = gst_element_get_static_pad (them, "audio_0");
  video = gst_element_get_static_pad (them, "video_0");
  fail_unless (audio != NULL);
  fail_unless (video == NULL);
  gst_element_set_state (pipeline, GST_STATE_READY);
  fail_unless_equals_int (them->numpads, 0);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
expect_picture (const char *caps_and_decoder, int width)
{
  g_autofree char *line = g_strconcat (ROOM "nertcsrc subscribe=video ! ", caps_and_decoder,
                                       " ! appsink name=picture sync=false", NULL);
  GstElement *viewer = room_pipeline_new (line);
  CallSink picture;

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  nertc_await (call_shows (&picture, CALL_BASE) && call_get_samples (&picture) > 5);
  fail_unless_equals_int (call_get_width (&picture), width);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}

/* Encoded, RTP, and raw in the format and size that downstream asks for */
GST_START_TEST (test_formats)
{
  GstElement *camera = start_camera (ROOM CAMERA "nertcsink", CALL_BASE);

  expect_picture ("video/x-vp8 ! vp8dec", 320);
  expect_picture ("application/x-rtp ! rtpvp8depay ! vp8dec", 320);
  expect_picture ("video/x-raw,format=RGB,width=640,height=480", 640);
  expect_picture ("identity", 320);
  room_pipeline_free (camera);
}
GST_END_TEST

/* A stream is in one slot; when that one is gone, another has it. */
GST_START_TEST (test_two_receivers)
{
  GstElement *viewer = room_pipeline_new (
      ROOM "nertcsrc name=a subscribe=video ! video/x-raw ! appsink name=first sync=false "
           "nertcsrc name=b subscribe=video ! video/x-raw ! appsink name=second sync=false");
  g_autoptr (GstElement) a = get_element (viewer, "a");
  GstElement *one, *two;
  CallSink first, second;
  guint number;

  call_watch (&first, viewer, "first", 0);
  call_watch (&second, viewer, "second", 0);
  room_join (viewer);
  one = start_camera (ROOM SMALL_CAMERA "nertcsink stream-id=one", 1 * CALL_BASE);
  nertc_await (call_shows (&first, CALL_BASE) || call_shows (&second, CALL_BASE));
  g_signal_emit_by_name (a, "subscribe", "one");
  nertc_await (call_shows (&first, CALL_BASE));
  two = start_camera (ROOM SMALL_CAMERA "nertcsink stream-id=two", 2 * CALL_BASE);
  nertc_await (call_shows (&second, 2 * CALL_BASE));
  room_pipeline_free (two);
  g_signal_emit_by_name (a, "unsubscribe", "one");
  nertc_await (call_shows (&second, CALL_BASE));
  number = call_get_picture (&second);
  nertc_await (call_get_picture (&second) > number + 5);
  room_pipeline_free (one);
  room_pipeline_free (viewer);
  call_unwatch (&first);
  call_unwatch (&second);
}
GST_END_TEST

/* Members come, leave, come back with another size; the sound goes on all the time. */
GST_START_TEST (test_coming_and_going)
{
  GstElement *viewer =
      room_pipeline_new (ROOM "nertcsrc name=them them. ! " PICTURE "them. ! " SOUND);
  CallSink picture, sound;
  guint before;

  call_watch (&picture, viewer, "picture", 0);
  call_watch (&sound, viewer, "sound", 440);
  room_join (viewer);
  nertc_await (call_get_samples (&sound) > 10);
  for (guint i = 1; i <= 3; i++) {
    GstElement *camera =
        start_camera (i % 2 ? ROOM SMALL_CAMERA "nertcsink"
                            : ROOM CAMERA "nertcsink name=me " MICROPHONE (440) "me.",
                      i * CALL_BASE);

    nertc_await (call_shows (&picture, i * CALL_BASE));
    fail_unless_equals_int (call_get_width (&picture), i % 2 ? 176 : 320);
    if (i % 2 == 0)
      nertc_await (call_get_tone (&sound) > 0.8);
    room_pipeline_free (camera);
    room_await_text (viewer, "member-left", "reason=(NertcCloseReason)left");
    before = call_get_samples (&sound);
    nertc_await (call_get_samples (&sound) > before + 10);
  }
  fail_unless (call_take_largest_gap (&sound) < 60 * GST_MSECOND);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
  call_unwatch (&sound);
}
GST_END_TEST

GST_START_TEST (test_pause_and_release)
{
  CallSink picture;
  GstElement *viewer = start_viewer (&picture, "");
  GstElement *camera = start_camera (
      ROOM SMALL_CAMERA "nertcsink name=me audiotestsrc is-live=true name=tone ! me.", CALL_BASE);
  g_autoptr (GstElement) me = get_element (camera, "me");
  g_autoptr (GstElement) tone = get_element (camera, "tone");
  g_autoptr (GstElement) them = get_element (viewer, "them");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (me, "audio_0");
  guint last;

  nertc_await (call_shows (&picture, CALL_BASE));
  gst_element_set_state (viewer, GST_STATE_PAUSED);
  gst_element_set_state (viewer, GST_STATE_PLAYING);
  last = call_get_picture (&picture);
  nertc_await (call_get_picture (&picture) > last + 3);

  gst_element_set_locked_state (tone, TRUE);
  gst_element_set_state (tone, GST_STATE_NULL);
  gst_element_release_request_pad (me, pad);
  last = call_get_picture (&picture);
  nertc_await (call_get_picture (&picture) > last + 3);

  gst_bin_remove (GST_BIN (viewer), them);
  gst_element_set_state (them, GST_STATE_NULL);
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* What waits for late packets of others is no reason to show one's own picture late. */
static GstClockTime
measure_latency (const char *description)
{
  GstElement *pipeline = room_pipeline_new (description);
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime latency;
  CallSink preview;

  call_watch (&preview, pipeline, "preview", 0);
  room_join (pipeline);
  nertc_await (call_get_samples (&preview) > 3);
  fail_unless (gst_element_query (pipeline, query));
  gst_query_parse_latency (query, NULL, &latency, NULL);
  room_pipeline_free (pipeline);
  call_unwatch (&preview);
  return latency;
}

GST_START_TEST (test_preview_is_not_delayed)
{
  GstClockTime alone = measure_latency (ROOM SMALL_CAMERA "appsink name=preview");
  GstClockTime in_call = measure_latency (
      ROOM SMALL_CAMERA "tee name=t ! queue ! appsink name=preview t. ! queue ! nertcsink "
                        "nertcsrc latency=300 ! video/x-raw ! fakesink sync=true");

  fail_unless (in_call <= alone, "%" GST_TIME_FORMAT " instead of %" GST_TIME_FORMAT,
               GST_TIME_ARGS (in_call), GST_TIME_ARGS (alone));
}
GST_END_TEST

/* Pictures go on while the server is away, and while their transport is replaced afterwards. */
GST_START_TEST (test_server_restarts)
{
  CallSink picture;
  GstElement *camera = start_camera (ROOM CAMERA "nertcsink", CALL_BASE);
  GstElement *viewer = start_viewer (&picture, "");
  guint last;

  nertc_await (call_shows (&picture, CALL_BASE));
  call_take_largest_gap (&picture);
  nertc_test_server_stop (room_server);
  room_await_state (viewer, "reconnecting");
  last = call_get_picture (&picture);
  nertc_await (call_get_picture (&picture) > last + 30);
  nertc_test_server_start (room_server);
  room_await_state (viewer, "connected");
  last = call_get_picture (&picture);
  nertc_await (call_get_picture (&picture) > last + 90);
  fail_unless (call_take_largest_gap (&picture) < GST_SECOND * nertc_get_patience ());
  room_pipeline_free (viewer);
  room_pipeline_free (camera);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

GST_START_TEST (test_no_room)
{
  GstElement *sink = room_pipeline_new ("videotestsrc is-live=true ! nertcsink");
  GstElement *src = room_pipeline_new ("nertcsrc ! fakesink");

  fail_unless (gst_element_set_state (sink, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
  room_await_error (sink, GST_RESOURCE_ERROR_NOT_FOUND, "roomsignal", NULL);
  fail_unless (gst_element_set_state (src, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
  room_await_error (src, GST_RESOURCE_ERROR_NOT_FOUND, "roomsignal", NULL);
  room_pipeline_free (sink);
  room_pipeline_free (src);
}
GST_END_TEST

/* A stream has one track of a kind: a second one is refused, and the first goes on. */
GST_START_TEST (test_second_track_is_refused)
{
  GstElement *sink = gst_element_factory_make ("nertcsink", NULL);
  GstPad *first = gst_element_request_pad_simple (sink, "video_%u");
  GstPad *second = gst_element_request_pad_simple (sink, "video_%u");
  GstPad *audio = gst_element_request_pad_simple (sink, "audio_0");

  fail_unless (first && audio && !second);
  gst_element_release_request_pad (sink, first);
  gst_object_unref (first);
  first = gst_element_request_pad_simple (sink, "video_0");
  fail_unless (first != NULL);
  gst_object_unref (first);
  gst_object_unref (audio);
  gst_object_unref (sink);
}
GST_END_TEST

static void
run_call (void)
{
  CallSink picture;
  GstElement *viewer = start_viewer (&picture, "");
  GstElement *camera = start_camera (ROOM SMALL_CAMERA "nertcsink", CALL_BASE);

  nertc_await (call_shows (&picture, CALL_BASE));
  room_pipeline_free (viewer);
  room_pipeline_free (camera);
  call_unwatch (&picture);
  room_await_rooms (0);
}

GST_START_TEST (test_nothing_is_left)
{
  guint threads, files;

  room_warm_up ();
  for (guint i = 0; i < 3; i++)
    run_call ();
  threads = room_count_threads ();
  files = room_count_files ();
  for (guint i = 0; i < 10; i++)
    run_call ();
  nertc_await (room_count_threads () <= threads && room_count_files () <= files);
}
GST_END_TEST

static Suite *
call_suite (void)
{
  Suite *suite = suite_create ("call");
  TCase *tcase = tcase_create ("call");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 90);
  tcase_add_test (tcase, test_both_ways);
  tcase_add_test (tcase, test_stream_id_taken);
  tcase_add_test (tcase, test_publish_again);
  tcase_add_test (tcase, test_mute);
  tcase_add_test (tcase, test_mute_a_hundred_times);
  tcase_add_test (tcase, test_two_slots);
  tcase_add_test (tcase, test_filters);
  tcase_add_test (tcase, test_actions);
  tcase_add_test (tcase, test_pads_are_as_subscribed);
  tcase_add_test (tcase, test_formats);
  tcase_add_test (tcase, test_two_receivers);
  tcase_add_test (tcase, test_coming_and_going);
  tcase_add_test (tcase, test_pause_and_release);
  tcase_add_test (tcase, test_preview_is_not_delayed);
  tcase_add_test (tcase, test_server_restarts);
  tcase_add_test (tcase, test_no_room);
  tcase_add_test (tcase, test_second_track_is_refused);
  tcase_add_test (tcase, test_nothing_is_left);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (call)
