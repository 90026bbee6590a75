/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* nertcsink and nertcsrc in pipelines that start, stop and change. */
#include "media-fixture.h"

/* A member with all that there is; a colon links whenever there is a pad, not only once. */
#define SENDER \
  "roomsignal name=room server=%s channel=standup " MEDIA_CAMERA \
  "nertcsink name=me " MEDIA_MICROPHONE (1000) "me. "
#define RECEIVER \
  "nertcsrc name=them them.video_0 : capsfilter caps=video/x-raw ! appsink name=picture " \
  "sync=false them.audio_0 : capsfilter caps=audio/x-raw,format=S16LE ! appsink name=sound " \
  "sync=false "

#define VIEWER MEDIA_ROOM "nertcsrc name=them subscribe=video ! " MEDIA_PICTURE
#define CAMERA MEDIA_ROOM MEDIA_CAMERA "nertcsink name=me"

typedef struct {
  GstElement *pipeline;
  CallSink picture;
  CallSink sound;
} Member;

static void
member_start (Member *self, guint number)
{
  self->pipeline = room_pipeline_new (SENDER RECEIVER);
  call_watch (&self->picture, self->pipeline, "picture", 0);
  call_watch (&self->sound, self->pipeline, "sound", 1000);
  call_code_pictures (self->pipeline, "camera", number * CALL_BASE);
  room_start (self->pipeline);
}

static void
member_free (Member *self)
{
  room_pipeline_free (self->pipeline);
  call_check_pictures (&self->picture);
  call_unwatch (&self->picture);
  call_unwatch (&self->sound);
}

/* New pictures of the other, and sound */
static void
await_member (Member *self, guint other)
{
  guint samples = call_get_samples (&self->picture);

  nertc_await (call_get_samples (&self->picture) > samples + 3 &&
               call_shows (&self->picture, other * CALL_BASE));
  samples = call_get_samples (&self->sound);
  nertc_await (call_get_samples (&self->sound) > samples + 5 && call_get_tone (&self->sound) > 0.8);
}

static void
await_call (Member *one, Member *two)
{
  await_member (one, 2);
  await_member (two, 1);
}

/* Through all states in all orders, mostly before anything is done, then a call */
GST_START_TEST (test_state_changes)
{
  static const GstState states[] = {
    GST_STATE_PAUSED,  GST_STATE_NULL,    GST_STATE_PLAYING, GST_STATE_READY, GST_STATE_PLAYING,
    GST_STATE_NULL,    GST_STATE_PLAYING, GST_STATE_PAUSED,  GST_STATE_READY, GST_STATE_PAUSED,
    GST_STATE_PLAYING, GST_STATE_PAUSED,  GST_STATE_PLAYING, GST_STATE_READY, GST_STATE_NULL,
    GST_STATE_READY,   GST_STATE_PLAYING,
  };
  Member one, two;

  member_start (&one, 1);
  member_start (&two, 2);
  for (guint i = 0; i < 30 / nertc_get_patience (); i++) {
    Member *member = i % 3 ? &one : &two;

    for (guint j = 0; j < G_N_ELEMENTS (states); j++) {
      GstState state = states[(i * 5 + j) % G_N_ELEMENTS (states)];

      fail_unless (gst_element_set_state (member->pipeline, state) != GST_STATE_CHANGE_FAILURE);
      if ((i + j) % 7 == 0)
        nertc_await_turn (g_get_monotonic_time (), 1, "", __FILE__, __LINE__);
    }
  }
  room_start (one.pipeline);
  room_start (two.pipeline);
  await_call (&one, &two);
  member_free (&one);
  member_free (&two);
}
GST_END_TEST

/* One goes and comes back, the other stays. */
GST_START_TEST (test_restart)
{
  const GstState states[] = { GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED };
  Member one, two;

  member_start (&one, 1);
  member_start (&two, 2);
  await_call (&one, &two);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    guint pictures = call_get_samples (&two.picture);

    gst_element_set_state (one.pipeline, states[i]);
    room_start (one.pipeline);
    nertc_await (call_get_samples (&two.picture) > pictures + 10);
    await_call (&one, &two);
  }
  member_free (&one);
  member_free (&two);
}
GST_END_TEST

/* A sender that pauses sends nothing, and goes on afterwards. */
GST_START_TEST (test_pause_of_sender)
{
  CallSink picture;
  GstElement *viewer = room_pipeline_new (VIEWER);
  GstElement *camera = media_start (CAMERA, CALL_BASE);

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  for (guint i = 0; i < 3; i++) {
    guint number;

    nertc_await (call_shows (&picture, CALL_BASE));
    gst_element_set_state (camera, GST_STATE_PAUSED);
    number = call_get_picture (&picture);
    gst_element_set_state (camera, GST_STATE_PLAYING);
    nertc_await (call_get_picture (&picture) > number + 10);
  }
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* The element is taken out of a pipeline that plays, and another one put in. */
GST_START_TEST (test_sink_is_exchanged)
{
  CallSink picture;
  GstElement *viewer = room_pipeline_new (VIEWER);
  GstElement *camera = media_start (CAMERA, CALL_BASE);
  g_autoptr (GstPad) src = media_get_pad (camera, "camera", "src");

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GstElement) me = media_get (camera, "me");
    GstElement *next = gst_element_factory_make ("nertcsink", NULL);
    g_autoptr (GstPad) pad = NULL;
    guint number;

    nertc_await (call_shows (&picture, CALL_BASE));
    pad = gst_pad_get_peer (src);
    gst_pad_unlink (src, pad);
    gst_bin_remove (GST_BIN (camera), me);
    gst_element_set_state (me, GST_STATE_NULL);
    g_clear_object (&pad);

    gst_object_set_name (GST_OBJECT (next), "me");
    gst_bin_add (GST_BIN (camera), next);
    pad = gst_element_request_pad_simple (next, "video_%u");
    gst_element_sync_state_with_parent (next);
    gst_pad_link (src, pad);
    /* A source that was told not-linked has to be started anew. */
    gst_element_set_state (camera, GST_STATE_PAUSED);
    gst_element_set_state (camera, GST_STATE_READY);
    number = call_get_picture (&picture);
    room_start (camera);
    nertc_await (call_get_picture (&picture) > number + 5);
  }
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_unwatch (&picture);
}
GST_END_TEST

static GstPadProbeReturn
drop_all (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  return GST_PAD_PROBE_DROP;
}

/* The pad of the picture goes and comes back while everything plays; the sound goes on. */
GST_START_TEST (test_pad_is_released)
{
  Member one, two;
  g_autoptr (GstElement) me = NULL;
  g_autoptr (GstPad) src = NULL;

  member_start (&one, 1);
  member_start (&two, 2);
  await_call (&one, &two);
  me = media_get (one.pipeline, "me");
  src = media_get_pad (one.pipeline, "camera", "src");
  for (guint i = 0; i < 5; i++) {
    g_autoptr (GstPad) pad = gst_pad_get_peer (src);
    gulong probe =
        gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM, drop_all, NULL, NULL);
    guint sounds, number;

    gst_pad_unlink (src, pad);
    gst_element_release_request_pad (me, pad);
    sounds = call_get_samples (&two.sound);
    nertc_await (call_get_samples (&two.sound) > sounds + 5);
    number = call_get_picture (&two.picture);

    g_clear_object (&pad);
    pad = gst_element_request_pad_simple (me, "video_0");
    fail_unless_equals_int (gst_pad_link (src, pad), GST_PAD_LINK_OK);
    gst_pad_remove_probe (src, probe);
    nertc_await (call_get_picture (&two.picture) > number + 5);
    await_call (&one, &two);
  }
  member_free (&one);
  member_free (&two);
}
GST_END_TEST

/* In a bin of its own, as an application would wrap it */
GST_START_TEST (test_in_sub_bins)
{
  CallSink picture;
  GstElement *viewer = room_pipeline_new (
      "bin.( roomsignal server=%s channel=standup ) bin.( nertcsrc subscribe=video ! " MEDIA_PICTURE
      ")");
  GstElement *camera =
      room_pipeline_new (MEDIA_ROOM "bin.( " MEDIA_CAMERA "bin.( nertcsink name=me ) )");

  call_watch (&picture, viewer, "picture", 0);
  call_code_pictures (camera, "camera", CALL_BASE);
  room_start (viewer);
  room_start (camera);
  nertc_await (call_shows (&picture, CALL_BASE));
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* Disposed of in every state, and with pads that were never linked */
GST_START_TEST (test_dispose)
{
  for (GstState state = GST_STATE_NULL; state <= GST_STATE_PLAYING; state++) {
    GstElement *pipeline = room_pipeline_new (SENDER RECEIVER);

    gst_element_set_state (pipeline, state);
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gst_object_unref (pipeline);
  }
  for (guint i = 0; i < 3; i++) {
    GstElement *sink = gst_object_ref_sink (gst_element_factory_make ("nertcsink", NULL));
    g_autoptr (GstPad) pad = gst_element_request_pad_simple (sink, "video_0");

    if (i == 1)
      gst_element_set_state (sink, GST_STATE_READY);
    if (i == 2)
      gst_element_release_request_pad (sink, pad);
    gst_element_set_state (sink, GST_STATE_NULL);
    gst_object_unref (sink);
  }
}
GST_END_TEST

/* Members who leave in the middle of it all */
GST_START_TEST (test_nothing_is_left)
{
  guint threads = 0, files = 0;
  Member one, two;

  for (guint i = 0; i < 25 / nertc_get_patience (); i++) {
    member_start (&one, 1);
    member_start (&two, 2);
    if (i % 5 == 4)
      await_call (&one, &two);
    for (guint j = 0; j < i; j++)
      nertc_await_turn (g_get_monotonic_time (), 1, "", __FILE__, __LINE__);
    member_free (&one);
    member_free (&two);
    room_await_rooms (0);
    if (i == 4) {
      threads = room_count_threads ();
      files = room_count_files ();
    }
  }
  nertc_await (room_count_threads () <= threads && room_count_files () <= files);
}
GST_END_TEST

static void
count_one (gint *counter)
{
  g_atomic_int_inc (counter);
}

/* Counts what tells that a member was away, and every new connection. */
static void
count_changes (Member *self, gint *counter)
{
  g_autoptr (GstElement) signal = media_get (self->pipeline, "room");
  g_autoptr (NertcRoom) room = NULL;

  g_object_get (signal, "room", &room, NULL);
  g_signal_connect_swapped (signal, "member-left", G_CALLBACK (count_one), counter);
  g_signal_connect_swapped (signal, "stream-removed", G_CALLBACK (count_one), counter);
  g_signal_connect_swapped (room, "transport-opened", G_CALLBACK (count_one), counter);
}

/* The network of the members is gone for a moment: the media is not, and nobody sees anything. */
GST_START_TEST (test_signalling_is_cut)
{
  gint changes = 0;
  Member one, two;

  member_start (&one, 1);
  member_start (&two, 2);
  await_call (&one, &two);
  count_changes (&one, &changes);
  count_changes (&two, &changes);
  for (guint i = 0; i < 3; i++) {
    guint number = call_get_picture (&one.picture);

    call_take_largest_gap (&one.picture);
    nertc_test_server_cut (room_server);
    media_await_text (one.pipeline, "state-changed", "new=(NertcRoomState)reconnecting");
    media_await_text (one.pipeline, "state-changed", "new=(NertcRoomState)connected");
    media_await_text (two.pipeline, "state-changed", "new=(NertcRoomState)connected");
    nertc_await (call_get_picture (&one.picture) > number + 60);
    fail_unless (call_take_largest_gap (&one.picture) < GST_SECOND * nertc_get_patience ());
    await_call (&one, &two);
  }
  fail_unless_equals_int (g_atomic_int_get (&changes), 0);
  member_free (&one);
  member_free (&two);
}
GST_END_TEST

/* The connections are cut while a call is being made. */
GST_START_TEST (test_signalling_is_cut_early)
{
  Member one, two;

  member_start (&one, 1);
  for (guint number = 2; number < 5; number++) {
    g_autoptr (GstElement) signal = NULL;
    g_autoptr (NertcRoom) room = NULL;
    gint opened = 0;

    member_start (&two, number);
    signal = media_get (two.pipeline, "room");
    g_object_get (signal, "room", &room, NULL);
    g_signal_connect_swapped (room, "transport-opened", G_CALLBACK (count_one), &opened);
    for (gint i = 1; i <= 2; i++) {
      nertc_await (g_atomic_int_get (&opened) >= i);
      nertc_test_server_cut (room_server);
    }
    await_member (&one, number);
    await_member (&two, 1);
    g_signal_handlers_disconnect_by_data (room, &opened);
    member_free (&two);
  }
  member_free (&one);
}
GST_END_TEST

static Suite *
media_states_suite (void)
{
  Suite *suite = suite_create ("media-states");
  TCase *tcase = tcase_create ("media-states");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 90);
  tcase_add_test (tcase, test_state_changes);
  tcase_add_test (tcase, test_restart);
  tcase_add_test (tcase, test_pause_of_sender);
  tcase_add_test (tcase, test_sink_is_exchanged);
  tcase_add_test (tcase, test_pad_is_released);
  tcase_add_test (tcase, test_in_sub_bins);
  tcase_add_test (tcase, test_dispose);
  tcase_add_test (tcase, test_nothing_is_left);
  tcase_add_test (tcase, test_signalling_is_cut);
  tcase_add_test (tcase, test_signalling_is_cut_early);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (media_states)
