/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pads of nertcsrc, and what it tells. */
#include "media-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define THEM "nertcsrc name=them "
#define CAMERA_STREAM MEDIA_ROOM MEDIA_CAMERA "nertcsink name=me "

/* Pads */

static int
count_pads (GstElement *element)
{
  int count;

  GST_OBJECT_LOCK (element);
  count = element->numpads;
  GST_OBJECT_UNLOCK (element);
  return count;
}

static void
assert_pads (const char *properties, const char *names)
{
  g_autofree char *line = g_strconcat (MEDIA_ROOM THEM, properties, NULL);
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstElement) them = media_get (pipeline, "them");
  g_auto (GStrv) expected = *names ? g_strsplit (names, " ", -1) : g_new0 (char *, 1);

  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_PAUSED),
                          GST_STATE_CHANGE_NO_PREROLL);
  for (guint i = 0; expected[i]; i++) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (them, expected[i]);

    fail_unless (pad != NULL, "%s", expected[i]);
  }
  fail_unless_equals_int (count_pads (them), g_strv_length (expected));
  gst_element_set_state (pipeline, GST_STATE_READY);
  fail_unless_equals_int (count_pads (them), 0);
  room_pipeline_free (pipeline);
}

GST_START_TEST (test_pads)
{
  assert_pads ("", "audio_0 video_0");
  assert_pads ("slots=3", "audio_0 video_0 audio_1 video_1 audio_2 video_2");
  assert_pads ("slots=0", "");
  assert_pads ("slots=2 audio-mix=true", "audio_0 video_0 video_1");
  assert_pads ("slots=0 audio-mix=true", "audio_0");
  assert_pads ("subscribe=video audio-mix=true", "video_0");
  assert_pads ("subscribe=video", "video_0");
  assert_pads ("subscribe=screen", "video_0");
  assert_pads ("subscribe=audio slots=2", "audio_0 audio_1");
  assert_pads ("subscribe=screen-audio+video", "audio_0 video_0");
}
GST_END_TEST

static void
on_no_more_pads (GstElement *element, guint *count)
{
  (*count)++;
}

GST_START_TEST (test_no_more_pads)
{
  GstElement *pipeline = room_pipeline_new (MEDIA_ROOM THEM);
  g_autoptr (GstElement) them = media_get (pipeline, "them");
  guint count = 0;

  g_signal_connect (them, "no-more-pads", G_CALLBACK (on_no_more_pads), &count);
  for (guint i = 0; i < 3; i++) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    fail_unless_equals_int (count, i + 1);
    gst_element_set_state (pipeline, GST_STATE_READY);
  }
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Alone in the room: every sink is there, and those that follow the clock too. */
GST_START_TEST (test_empty_room)
{
  const char *lines[] = {
    MEDIA_ROOM THEM "them. ! videoconvert ! fakesink sync=true "
                    "them. ! audioconvert ! fakesink sync=true",
    MEDIA_ROOM "nertcsrc slots=2 name=them them.video_0 ! fakesink sync=true "
               "them.video_1 ! fakesink sync=true them.audio_0 ! fakesink sync=true "
               "them.audio_1 ! fakesink sync=true",
    MEDIA_ROOM THEM "them. ! video/x-raw,format=RGB ! fakesink sync=true "
                    "videotestsrc is-live=true ! fakesink sync=true",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    GstElement *pipeline = room_pipeline_new (lines[i]);

    room_start (pipeline);
    fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL, 10 * GST_SECOND),
                            GST_STATE_CHANGE_SUCCESS);
    room_pipeline_free (pipeline);
  }
}
GST_END_TEST

/* As `gst-launch-1.0 -e` does it */
GST_START_TEST (test_eos)
{
  GstElement *pipeline =
      room_pipeline_new (MEDIA_ROOM THEM "them. ! fakesink them. ! fakesink sync=true");
  g_autoptr (GstMessage) message = NULL;

  room_join (pipeline);
  fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  message = media_await_message (pipeline, GST_MESSAGE_EOS);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Recorded as it came: the file ends well, and both tracks are in it. */

static void
record (const char *path)
{
  GstElement *camera = media_start (CAMERA_STREAM MEDIA_MICROPHONE (1000) "me.", CALL_BASE);
  GstElement *recorder =
      room_pipeline_new (MEDIA_ROOM THEM "matroskamux name=mux ! filesink name=file "
                                         "them.video_0 ! mux. them.audio_0 ! mux.");
  g_autoptr (GstElement) file = media_get (recorder, "file");
  g_autoptr (GstMessage) message = NULL;
  gint64 end;

  g_object_set (file, "location", path, NULL);
  room_join (recorder);
  media_await_text (recorder, "play-state", "state=(GstNertcPlayState)playing");
  end = g_get_monotonic_time () + 1500 * G_TIME_SPAN_MILLISECOND;
  nertc_await (g_get_monotonic_time () > end);
  gst_element_send_event (recorder, gst_event_new_eos ());
  message = media_await_message (recorder, GST_MESSAGE_EOS);
  room_pipeline_free (recorder);
  room_pipeline_free (camera);
}

GST_START_TEST (test_recording)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "nertcsrc-XXXXXX", NULL);
  int file = g_mkstemp (path);
  GstElement *player;
  g_autoptr (GstElement) source = NULL;
  CallSink picture, sound;

  fail_unless (file >= 0);
  g_close (file, NULL);
  record (path);
  player = room_pipeline_new ("filesrc name=file ! matroskademux name=demux "
                              "demux.video_0 ! queue ! vp8dec ! " MEDIA_PICTURE
                              "demux.audio_0 ! queue ! opusdec ! audioconvert ! " MEDIA_SOUND);
  source = media_get (player, "file");
  g_object_set (source, "location", path, NULL);
  call_watch (&picture, player, "picture", 0);
  call_watch (&sound, player, "sound", 1000);
  gst_element_set_state (player, GST_STATE_PLAYING);
  nertc_await (call_get_samples (&picture) > 15 && call_get_samples (&sound) > 25);
  nertc_await (call_shows (&picture, CALL_BASE) && call_get_tone (&sound) > 0.8);
  room_pipeline_free (player);
  call_check_pictures (&picture);
  call_unwatch (&picture);
  call_unwatch (&sound);
  g_remove (path);
}
GST_END_TEST

/* What is told */

typedef struct {
  GMutex lock;
  char *stream_id;
  char *title;
  char *artist;
} Told;

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Told *told = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  const char *stream_id;
  GstTagList *tags;

  g_mutex_lock (&told->lock);
  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    gst_event_parse_stream_start (event, &stream_id);
    g_free (told->stream_id);
    told->stream_id = g_strdup (stream_id);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
    gst_event_parse_tag (event, &tags);
    g_clear_pointer (&told->title, g_free);
    g_clear_pointer (&told->artist, g_free);
    gst_tag_list_get_string (tags, GST_TAG_TITLE, &told->title);
    gst_tag_list_get_string (tags, GST_TAG_ARTIST, &told->artist);
  }
  g_mutex_unlock (&told->lock);
  return GST_PAD_PROBE_OK;
}

static gboolean
is_told (Told *told, const char *stream_id, const char *title, const char *artist)
{
  gboolean is;

  g_mutex_lock (&told->lock);
  is = g_strcmp0 (told->stream_id, stream_id) == 0 && g_strcmp0 (told->title, title) == 0 &&
       g_strcmp0 (told->artist, artist) == 0;
  g_mutex_unlock (&told->lock);
  return is;
}

GST_START_TEST (test_stream_events)
{
  GstElement *viewer = room_pipeline_new (MEDIA_ROOM THEM "subscribe=video ! fakesink name=sink");
  g_autoptr (GstPad) pad = media_get_pad (viewer, "sink", "sink");
  GstElement *camera;
  Told told = { .stream_id = NULL };

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, &told, NULL);
  room_join (viewer);
  nertc_await (is_told (&told, "nertc/video_0", NULL, NULL));
  camera =
      room_pipeline_new (MEDIA_ROOM "uid=7 user-name=Ada " MEDIA_CAMERA "nertcsink stream-id=door");
  room_join (camera);
  nertc_await (is_told (&told, "7/door/video", "door", "Ada"));
  room_pipeline_free (camera);
  camera = room_pipeline_new (MEDIA_ROOM "uid=8 " MEDIA_CAMERA "nertcsink stream-id=desk");
  room_join (camera);
  nertc_await (is_told (&told, "8/desk/video", "desk", "8"));
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
  g_free (told.stream_id);
  g_free (told.title);
  g_free (told.artist);
}
GST_END_TEST

static int
get_play_state (GstElement *pipeline)
{
  g_autoptr (GstElement) them = media_get (pipeline, "them");
  int state;

  g_object_get (them, "play-state", &state, NULL);
  return state;
}

GST_START_TEST (test_play_state)
{
  GstElement *viewer = room_pipeline_new (MEDIA_ROOM THEM "! fakesink");
  GstElement *camera;

  room_join (viewer);
  fail_unless_equals_int (get_play_state (viewer), 0);
  camera = room_pipeline_new (MEDIA_ROOM "uid=7 " MEDIA_CAMERA "nertcsink stream-id=door");
  room_join (camera);
  media_await_text (viewer, "play-state", "state=(GstNertcPlayState)play-requesting");
  media_await_text (viewer, "stream-subscribed", "stream-id=(string)door");
  media_await_text (viewer, "play-state", "state=(GstNertcPlayState)playing, uid=(string)7");
  fail_unless_equals_int (get_play_state (viewer), 2);
  room_pipeline_free (camera);
  media_await_text (viewer, "play-state", "state=(GstNertcPlayState)no-play");
  fail_unless_equals_int (get_play_state (viewer), 0);
  room_pipeline_free (viewer);
}
GST_END_TEST

/* A stream that nobody sends: that is told after a while, with the reason, and is no error. */
GST_START_TEST (test_no_media)
{
  g_autoptr (MediaMember) member = media_member_new ();
  GstElement *viewer = room_pipeline_new (MEDIA_ROOM THEM);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;

  nertc_room_publish_async (member->room, "void", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, NULL, NULL, NULL);
  room_join (viewer);
  media_await_text (viewer, "play-state", "state=(GstNertcPlayState)play-requesting");
  start = g_get_monotonic_time ();
  message = media_await_message (viewer, GST_MESSAGE_WARNING);
  fail_unless (g_get_monotonic_time () - start > 9 * G_TIME_SPAN_SECOND);
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (strstr (error->message, "void") != NULL, "%s", error->message);
  fail_unless (strstr (error->message, "has sent no description") != NULL, "%s", error->message);
  room_pipeline_free (viewer);
}
GST_END_TEST

/* Both tracks muted: there is nothing to wait for. */
GST_START_TEST (test_all_muted)
{
  GstElement *camera = room_pipeline_new (CAMERA_STREAM MEDIA_MICROPHONE (1000) "me.");
  GstElement *viewer = room_pipeline_new (MEDIA_ROOM THEM);
  g_autoptr (GstPad) audio = media_get_pad (camera, "me", "audio_0");
  g_autoptr (GstPad) video = media_get_pad (camera, "me", "video_0");

  g_object_set (audio, "mute", TRUE, NULL);
  g_object_set (video, "mute", TRUE, NULL);
  room_join (camera);
  room_join (viewer);
  media_await_text (viewer, "play-state", "state=(GstNertcPlayState)playing");
  room_pipeline_free (camera);
  room_pipeline_free (viewer);
}
GST_END_TEST

/* Which streams */

/* The picture of the one, the screen of the other */
GST_START_TEST (test_screen_and_camera)
{
  GstElement *camera = media_start (MEDIA_ROOM MEDIA_CAMERA "nertcsink", 1 * CALL_BASE);
  GstElement *screen =
      media_start (MEDIA_ROOM MEDIA_CAMERA "nertcsink source=screen", 2 * CALL_BASE);
  GstElement *viewers[2];
  CallSink pictures[2];

  viewers[0] = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=video ! " MEDIA_PICTURE);
  viewers[1] = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=screen ! " MEDIA_PICTURE);
  for (guint i = 0; i < 2; i++) {
    call_watch (&pictures[i], viewers[i], "picture", 0);
    room_join (viewers[i]);
    nertc_await (call_shows (&pictures[i], (i + 1) * CALL_BASE));
  }
  room_pipeline_free (camera);
  room_pipeline_free (screen);
  for (guint i = 0; i < 2; i++) {
    room_pipeline_free (viewers[i]);
    call_check_pictures (&pictures[i]);
    call_unwatch (&pictures[i]);
  }
}
GST_END_TEST

/* Only sound is wanted, of a stream that has both, and then both by another. */
GST_START_TEST (test_audio_only)
{
  GstElement *camera = media_start (CAMERA_STREAM MEDIA_MICROPHONE (1000) "me.", CALL_BASE);
  GstElement *listener = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=audio ! " MEDIA_SOUND);
  GstElement *viewer =
      room_pipeline_new (MEDIA_ROOM THEM "them. ! " MEDIA_PICTURE "them. ! " MEDIA_SOUND);
  CallSink picture, sound, only;

  call_watch (&only, listener, "sound", 1000);
  room_join (listener);
  nertc_await (call_get_tone (&only) > 0.8);
  call_watch (&picture, viewer, "picture", 0);
  call_watch (&sound, viewer, "sound", 1000);
  room_join (viewer);
  nertc_await (call_shows (&picture, CALL_BASE) && call_get_tone (&sound) > 0.8);
  room_pipeline_free (camera);
  room_pipeline_free (listener);
  room_pipeline_free (viewer);
  call_unwatch (&only);
  call_unwatch (&picture);
  call_unwatch (&sound);
}
GST_END_TEST

/* One pipeline in two rooms: what comes from the one is not for the other. */
GST_START_TEST (test_two_rooms)
{
  GstElement *both = room_pipeline_new (
      "roomsignal name=a server=%s channel=a roomsignal name=b server=%s channel=b " MEDIA_CAMERA
      "nertcsink room=a nertcsrc room=b subscribe=video ! " MEDIA_PICTURE);
  GstElement *a = room_pipeline_new (
      "roomsignal server=%s channel=a nertcsrc subscribe=video ! " MEDIA_PICTURE);
  GstElement *b = room_pipeline_new ("roomsignal server=%s channel=b " MEDIA_CAMERA "nertcsink");
  CallSink in_a, of_both;

  call_code_pictures (both, "camera", 1 * CALL_BASE);
  call_code_pictures (b, "camera", 2 * CALL_BASE);
  call_watch (&of_both, both, "picture", 0);
  call_watch (&in_a, a, "picture", 0);
  room_start (both);
  room_start (a);
  room_start (b);
  nertc_await (call_shows (&in_a, 1 * CALL_BASE) && call_shows (&of_both, 2 * CALL_BASE));
  room_pipeline_free (both);
  room_pipeline_free (a);
  room_pipeline_free (b);
  call_check_pictures (&in_a);
  call_check_pictures (&of_both);
  call_unwatch (&in_a);
  call_unwatch (&of_both);
}
GST_END_TEST

static int connections; /* atomic */

static void
on_connection_gone (gpointer data, GObject *where)
{
  g_atomic_int_add (&connections, -1);
}

static gboolean
on_element_added (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  GObject *element = g_value_get_object (&values[1]);

  if (g_str_has_prefix (GST_OBJECT_NAME (element), "webrtcbin")) {
    g_atomic_int_inc (&connections);
    g_object_weak_ref (element, on_connection_gone, NULL);
  }
  return TRUE;
}

/* In NULL no connection is left: the program may end. */
GST_START_TEST (test_null_is_the_end)
{
  GstElement *camera = media_start (MEDIA_ROOM MEDIA_CAMERA "nertcsink", CALL_BASE);
  GstElement *viewer = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=video ! " MEDIA_PICTURE);
  guint signal = g_signal_lookup ("element-added", GST_TYPE_BIN);
  gulong hook = g_signal_add_emission_hook (signal, 0, on_element_added, NULL, NULL);
  CallSink picture;

  call_watch (&picture, viewer, "picture", 0);
  room_join (viewer);
  nertc_await (call_shows (&picture, CALL_BASE));
  fail_unless_equals_int (g_atomic_int_get (&connections), 2);
  room_pipeline_free (viewer);
  fail_unless (g_atomic_int_get (&connections) <= 1);
  room_pipeline_free (camera);
  fail_unless_equals_int (g_atomic_int_get (&connections), 0);
  g_signal_remove_emission_hook (signal, hook);
  call_unwatch (&picture);
}
GST_END_TEST

/* Who comes late sees something soon, also the second of two who come together. */
GST_START_TEST (test_late_joiners)
{
  GstElement *camera = media_start (MEDIA_ROOM MEDIA_CAMERA "nertcsink", CALL_BASE);
  GstElement *viewers[3];
  CallSink pictures[3];
  gint64 start;

  for (guint i = 0; i < 3; i++) {
    viewers[i] = room_pipeline_new (MEDIA_ROOM "nertcsrc subscribe=video ! " MEDIA_PICTURE);
    call_watch (&pictures[i], viewers[i], "picture", 0);
  }
  room_join (viewers[0]);
  nertc_await (call_get_picture (&pictures[0]) > CALL_BASE + 30);
  start = g_get_monotonic_time ();
  room_start (viewers[1]);
  room_start (viewers[2]);
  nertc_await (call_shows (&pictures[1], CALL_BASE) && call_shows (&pictures[2], CALL_BASE));
  fail_unless (room_took_less (start, 3));
  room_pipeline_free (camera);
  for (guint i = 0; i < 3; i++) {
    room_pipeline_free (viewers[i]);
    call_check_pictures (&pictures[i]);
    call_unwatch (&pictures[i]);
  }
}
GST_END_TEST

static Suite *
nertcsrc_suite (void)
{
  Suite *suite = suite_create ("nertcsrc");
  TCase *tcase = tcase_create ("nertcsrc");

  tcase_add_checked_fixture (tcase, call_start, room_server_free);
  tcase_set_timeout (tcase, 60);
  tcase_add_test (tcase, test_pads);
  tcase_add_test (tcase, test_no_more_pads);
  tcase_add_test (tcase, test_empty_room);
  tcase_add_test (tcase, test_eos);
  tcase_add_test (tcase, test_recording);
  tcase_add_test (tcase, test_stream_events);
  tcase_add_test (tcase, test_play_state);
  tcase_add_test (tcase, test_no_media);
  tcase_add_test (tcase, test_all_muted);
  tcase_add_test (tcase, test_screen_and_camera);
  tcase_add_test (tcase, test_audio_only);
  tcase_add_test (tcase, test_two_rooms);
  tcase_add_test (tcase, test_null_is_the_end);
  tcase_add_test (tcase, test_late_joiners);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (nertcsrc)
