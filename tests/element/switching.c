/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From one room into another while the pipeline plays. */
#include "media-fixture.h"

#include <string.h>

#define IN(channel) "roomsignal name=room server=%s channel=" channel " "
#define CAMERA \
  "videotestsrc is-live=true ! video/x-raw,width=176,height=144,framerate=15/1 ! " \
  "identity name=camera ! nertcsink name=me "
#define VIEWER "nertcsrc name=them subscribe=video ! " MEDIA_PICTURE
#define N_SWITCHES 10

static void
go (GstElement *pipeline, const char *channel)
{
  g_autoptr (GstElement) roomsignal = media_get (pipeline, "room");

  g_object_set (roomsignal, "channel", channel, NULL);
}

static GstElement *
start (const char *line, guint base, CallSink *picture)
{
  GstElement *pipeline = room_pipeline_new (line);

  call_watch (picture, pipeline, "picture", 0);
  call_code_pictures (pipeline, "camera", base);
  room_join (pipeline);
  return pipeline;
}

static void
stop (GstElement *pipeline, CallSink *picture)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) bad =
      gst_bus_pop_filtered (bus, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);

  fail_unless (!bad, "%s", GST_MESSAGE_TYPE_NAME (bad));
  room_pipeline_free (pipeline);
  call_check_pictures (picture);
  call_unwatch (picture);
}

/* It publishes and sees whoever is where it is; those it leaves see that, and the pads go on. */
GST_START_TEST (test_there_and_back)
{
  CallSink at_home, away, own;
  GstElement *home = start (IN ("home") "uid=h " CAMERA VIEWER, 1 * CALL_BASE, &at_home);
  GstElement *office = start (IN ("office") "uid=o " CAMERA VIEWER, 2 * CALL_BASE, &away);
  GstElement *one = start (IN ("home") "uid=one " CAMERA VIEWER, 3 * CALL_BASE, &own);
  guint seen;

  nertc_await (call_shows (&own, CALL_BASE) && call_shows (&at_home, 3 * CALL_BASE));
  fail_unless (!call_shows (&away, 3 * CALL_BASE));

  go (one, "office");
  room_await_text (home, "member-left", "uid=(string)one, reason=(NertcCloseReason)left");
  room_await_state (one, "disconnecting");
  room_await_state (one, "connected");
  nertc_await (call_shows (&own, 2 * CALL_BASE) && call_shows (&away, 3 * CALL_BASE));
  seen = call_get_picture (&at_home);

  go (one, "home");
  room_await_text (office, "member-left", "uid=(string)one, reason=(NertcCloseReason)left");
  nertc_await (call_shows (&own, CALL_BASE) && call_get_picture (&at_home) > seen);
  fail_unless (GST_STATE (one) == GST_STATE_PLAYING);
  stop (one, &own);
  stop (office, &away);
  stop (home, &at_home);
}
GST_END_TEST

static void
travel (GstElement *one, CallSink *views[2], guint times)
{
  for (guint i = 0; i < times; i++) {
    CallSink *view = views[i % 2];
    guint seen = call_get_picture (view);

    go (one, i % 2 ? "office" : "home");
    nertc_await (call_get_picture (view) != seen);
  }
}

GST_START_TEST (test_again_and_again)
{
  CallSink at_home, away, own;
  GstElement *home = room_pipeline_new (IN ("home") VIEWER);
  GstElement *office = room_pipeline_new (IN ("office") VIEWER);
  GstElement *one = start (IN ("office") CAMERA VIEWER, CALL_BASE, &own);
  CallSink *views[2] = { &at_home, &away };
  guint threads, files;

  call_watch (&at_home, home, "picture", 0);
  call_watch (&away, office, "picture", 0);
  room_join (home);
  room_join (office);
  nertc_await (call_shows (&away, CALL_BASE));
  travel (one, views, 2);
  threads = room_count_threads ();
  files = room_count_files ();
  travel (one, views, N_SWITCHES);
  nertc_await (room_count_threads () <= threads);
  nertc_await (room_count_files () <= files);
  stop (one, &own);
  stop (home, &at_home);
  stop (office, &away);
}
GST_END_TEST

GST_START_TEST (test_the_last_counts)
{
  GstElement *one = room_pipeline_new (IN ("r") "uid=one");
  GstElement *other = room_pipeline_new (IN ("r9") "uid=other");

  room_join (other);
  room_join (one);
  for (guint i = 0; i < 10; i++) {
    g_autofree char *channel = g_strdup_printf ("r%u", i);

    go (one, channel);
  }
  media_await_text (other, "member-joined", "uid=(string)one");
  room_await_text (one, "member-joined", "uid=(string)other");
  room_pipeline_free (one);
  room_pipeline_free (other);
}
GST_END_TEST

/* A room that cannot be joined is an error, as the first is; the next try is like any other. */
GST_START_TEST (test_refused)
{
  GstElement *one = room_pipeline_new (IN ("r") "uid=one");
  GstElement *two = room_pipeline_new (IN ("r") "uid=two");
  GstElement *namesake = room_pipeline_new (IN ("taken") "uid=one");

  room_join (two);
  room_join (one);
  room_join (namesake);
  go (one, "a/b");
  room_await_error (one, GST_RESOURCE_ERROR_SETTINGS, "“a/b”", NULL);
  room_await_text (two, "member-joined", "uid=(string)one");
  room_await_text (two, "member-left", "uid=(string)one");
  go (one, "taken");
  room_await_error (one, GST_RESOURCE_ERROR_BUSY, "“taken”", "uid", NULL);
  go (one, "r");
  room_await_state (one, "connected");
  room_await_text (two, "member-joined", "uid=(string)one");
  room_pipeline_free (one);
  room_pipeline_free (two);
  room_pipeline_free (namesake);
}
GST_END_TEST

/* No channel is nowhere: the pipeline goes on without a room. The same one again is no change. */
GST_START_TEST (test_nowhere)
{
  GstElement *one = room_pipeline_new (IN ("r") "uid=one");
  GstElement *two = room_pipeline_new (IN ("r") "uid=two");

  room_join (two);
  room_join (one);
  go (one, "r");
  go (one, NULL);
  room_await_state (one, "disconnected");
  room_await_text (two, "member-joined", "uid=(string)one");
  room_await_text (two, "member-left", "uid=(string)one");
  go (one, "r");
  room_await_text (two, "member-joined", "uid=(string)one");
  room_pipeline_free (one);
  room_pipeline_free (two);
}
GST_END_TEST

/* Pads that come and go with the streams go with the room, too. */
GST_START_TEST (test_pads_of_streams)
{
  GstElement *home = media_start (IN ("home") "uid=h " CAMERA, CALL_BASE);
  GstElement *one = room_pipeline_new (IN ("home") "nertcsrc name=them slots=0 subscribe=video");
  g_autoptr (GstElement) them = media_get (one, "them");

  room_join (one);
  nertc_await (them->numsrcpads == 1);
  go (one, "office");
  room_await_state (one, "connected");
  nertc_await (them->numsrcpads == 0);
  go (one, "home");
  nertc_await (them->numsrcpads == 1);
  room_pipeline_free (one);
  room_pipeline_free (home);
}
GST_END_TEST

static void
on_left (GObject *room, GAsyncResult *result, gpointer channel)
{
  fail_unless (nertc_room_leave_finish (NERTC_ROOM (room), result, NULL));
  g_object_set (room, "channel", channel, NULL);
  nertc_room_join_async (NERTC_ROOM (room), NULL, NULL, NULL);
}

/* A room of the application, which leaves it and joins it as it likes */
GST_START_TEST (test_room_object)
{
  g_autoptr (NertcRoom) room = nertc_room_new (nertc_test_server_get_uri (room_server), "home");
  GstElement *one = room_pipeline_new (CAMERA);
  g_autoptr (GstElement) me = media_get (one, "me");
  CallSink view;
  GstElement *office = room_pipeline_new (IN ("office") VIEWER);
  guint seen;

  call_watch (&view, office, "picture", 0);
  call_code_pictures (one, "camera", CALL_BASE);
  g_object_set (me, "room-object", room, NULL);
  room_join (office);
  nertc_room_join_async (room, NULL, NULL, NULL);
  room_start (one);
  nertc_await (nertc_room_get_state (room) == NERTC_ROOM_STATE_CONNECTED);
  nertc_room_leave_async (room, NULL, on_left, (gpointer) "office");
  nertc_await (call_shows (&view, CALL_BASE));

  /* Nobody waits for the end of this leave. */
  nertc_room_leave_async (room, NULL, NULL, NULL);
  nertc_room_join_async (room, NULL, NULL, NULL);
  nertc_await (nertc_room_get_state (room) == NERTC_ROOM_STATE_CONNECTED);
  seen = call_get_picture (&view);
  nertc_await (call_get_picture (&view) > seen + 5);
  media_await_text (office, "stream-removed", "reason=(NertcCloseReason)left");
  room_pipeline_free (one);
  nertc_room_leave_async (room, NULL, NULL, NULL);
  nertc_await (nertc_room_get_state (room) == NERTC_ROOM_STATE_DISCONNECTED);
  stop (office, &view);
}
GST_END_TEST

static Suite *
switching_suite (void)
{
  Suite *suite = suite_create ("switching");
  TCase *tcase = tcase_create ("switching");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_add_test (tcase, test_there_and_back);
  tcase_add_test (tcase, test_again_and_again);
  tcase_add_test (tcase, test_the_last_counts);
  tcase_add_test (tcase, test_refused);
  tcase_add_test (tcase, test_nowhere);
  tcase_add_test (tcase, test_pads_of_streams);
  tcase_add_test (tcase, test_room_object);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (switching)
