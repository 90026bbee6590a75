/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a roomsignal does and tells: joins, members, streams, errors. */
#include "roomsignal-fixture.h"

#define LINE "roomsignal name=signal channel=standup server=%s "

static GstElement *
get_signal (GstElement *pipeline)
{
  GstElement *signal = gst_bin_get_by_name (GST_BIN (pipeline), "signal");

  gst_object_unref (signal); /* the pipeline holds it */
  return signal;
}

static NertcRoomState
get_state (GstElement *pipeline)
{
  NertcRoomState state;

  g_object_get (get_signal (pipeline), "state", &state, NULL);
  return state;
}

static void
expect_text (GstElement *pipeline, const char *property, const char *text)
{
  g_autofree char *value = NULL;

  g_object_get (get_signal (pipeline), property, &value, NULL);
  fail_unless_equals_string (value, text);
}

GST_START_TEST (test_states)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");

  fail_unless (get_state (pipeline) == NERTC_ROOM_STATE_DISCONNECTED);
  fail_unless (gst_element_set_state (pipeline, GST_STATE_PAUSED) == GST_STATE_CHANGE_SUCCESS);
  room_await_text (pipeline, "state-changed",
                   "old=(NertcRoomState)disconnected, new=(NertcRoomState)connecting, "
                   "reason=(NertcCloseReason)none, reconnects=(boolean)false");
  room_await_text (pipeline, "state-changed", "new=(NertcRoomState)connected");
  fail_unless (get_state (pipeline) == NERTC_ROOM_STATE_CONNECTED);

  gst_element_set_state (pipeline, GST_STATE_READY);
  room_await_text (pipeline, "state-changed",
                   "old=(NertcRoomState)connected, new=(NertcRoomState)disconnecting, "
                   "reason=(NertcCloseReason)left");
  room_await_text (pipeline, "state-changed", "new=(NertcRoomState)disconnected");
  fail_unless (get_state (pipeline) == NERTC_ROOM_STATE_DISCONNECTED);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_uid_is_assigned)
{
  GstElement *pipeline = room_pipeline_new (LINE);
  g_autofree char *first = NULL, *second = NULL;

  expect_text (pipeline, "uid", NULL);
  room_join (pipeline);
  g_object_get (get_signal (pipeline), "uid", &first, NULL);
  fail_unless (nertc_check_uid (first, NULL));

  gst_element_set_state (pipeline, GST_STATE_READY);
  room_await_state (pipeline, "disconnected");
  expect_text (pipeline, "uid", NULL);
  room_join (pipeline);
  g_object_get (get_signal (pipeline), "uid", &second, NULL);
  fail_unless (nertc_check_uid (second, NULL));
  room_pipeline_free (pipeline);
}
GST_END_TEST

static gboolean
report (gpointer room)
{
  nertc_room_report_quality (room, NERTC_QUALITY_GOOD, NERTC_QUALITY_UNKNOWN);
  nertc_room_report_speaker (room, "one", -20);
  return G_SOURCE_REMOVE;
}

GST_START_TEST (test_members)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two user-name=Ada user-data=chair");

  room_join (pipeline);
  room_join (other);
  room_await_text (other, "member-joined", "uid=(string)one");
  room_await_text (pipeline, "member-joined",
                   "uid=(string)two, user-name=(string)Ada, user-data=(string)chair");

  g_object_set (get_signal (other), "user-name", "Ada Lovelace", NULL);
  room_await_text (pipeline, "member-updated",
                   "uid=(string)two, user-name=(string)\"Ada\\ Lovelace\"");
  g_object_set (get_signal (other), "user-data", "guest", NULL);
  room_await_text (pipeline, "member-updated", "user-data=(string)guest");

  room_pipeline_free (other);
  room_await_text (pipeline, "member-left", "uid=(string)two, reason=(NertcCloseReason)left");
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* What is measured is told to all; who speaks is found out by each. */
GST_START_TEST (test_quality_and_speaker)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  NertcRoom *room;

  room_join (pipeline);
  room_join (other);
  g_object_get (get_signal (other), "room", &room, NULL);
  g_main_context_invoke (nertc_room_get_context (room), report, room);
  room_await_text (other, "active-speaker", "uid=(string)one, level=(double)-20");
  room_await_text (pipeline, "network-quality",
                   "uid=(string)two, up=(NertcQuality)good, down=(NertcQuality)unknown");
  room_await_text (other, "network-quality", "uid=(string)two");
  g_object_unref (room);
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Between two joins it is taken by the next one. */
GST_START_TEST (test_changed_while_away)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two user-name=Ada");

  room_join (pipeline);
  room_join (other);
  gst_element_set_state (other, GST_STATE_READY);
  room_await_text (pipeline, "member-left", "two");
  g_object_set (get_signal (other), "user-name", "Grace", "uid", "three", NULL);
  room_join (other);
  room_await_text (pipeline, "member-joined", "uid=(string)three, user-name=(string)Grace");
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* What can only change between joins is not touched in a room. */
GST_START_TEST (test_channel_changed_while_joined)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new ("roomsignal channel=elsewhere uid=two server=%s");

  room_join (pipeline);
  room_join (other);
  g_object_set (get_signal (pipeline), "channel", "elsewhere", NULL);
  gst_element_set_state (pipeline, GST_STATE_READY);
  room_await_state (pipeline, "disconnected");
  room_join (pipeline);
  room_await_text (pipeline, "member-joined", "two");
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_extra_info)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two extra-info=agenda");

  room_join (pipeline);
  room_join (other);
  room_await_text (pipeline, "room-updated", "extra-info=(string)agenda");
  room_await_text (other, "room-updated", "extra-info=(string)agenda");
  expect_text (pipeline, "extra-info", "agenda");

  g_object_set (get_signal (pipeline), "extra-info", "minutes", NULL);
  room_await_text (other, "room-updated", "minutes");
  expect_text (other, "extra-info", "minutes");

  g_object_set (get_signal (pipeline), "extra-info", "", NULL);
  room_await_text (other, "room-updated", "extra-info=(string)NULL");
  expect_text (other, "extra-info", NULL);
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* A member without a wish leaves it as it is; one with a wish has it with each join. */
GST_START_TEST (test_extra_info_of_each_join)
{
  GstElement *first = room_pipeline_new (LINE "uid=one extra-info=agenda");
  GstElement *other = room_pipeline_new (LINE "uid=two");

  for (guint i = 0; i < 2; i++) {
    room_join (first);
    room_join (other);
    room_await_text (other, "room-updated", "agenda");
    gst_element_set_state (other, GST_STATE_READY);
    room_join (other);
    room_await_text (other, "room-updated", "agenda");
    gst_element_set_state (other, GST_STATE_READY);
    gst_element_set_state (first, GST_STATE_READY);
    room_await_state (other, "disconnected");
    room_await_state (first, "disconnected");
    expect_text (other, "extra-info", NULL);
    expect_text (first, "extra-info", "agenda");
  }
  room_pipeline_free (other);
  room_pipeline_free (first);
}
GST_END_TEST

typedef struct {
  NertcRoom *room;
  const char *id;
} Publication;

static gboolean
publish (gpointer data)
{
  const Publication *publication = data;

  nertc_room_publish_async (publication->room, publication->id, NERTC_SOURCE_SCREEN,
                            NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO, NERTC_MEDIA_NONE, NULL, NULL,
                            NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
mute (gpointer data)
{
  const Publication *publication = data;

  nertc_room_set_muted_async (publication->room, publication->id, NERTC_MEDIA_VIDEO, NULL, NULL,
                              NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
unpublish (gpointer data)
{
  const Publication *publication = data;

  nertc_room_unpublish_async (publication->room, publication->id, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

/* Works on the room of the element, as nertcsink does. */
static void
in_room (GstElement *pipeline, GSourceFunc func, const char *id)
{
  Publication *publication = g_new0 (Publication, 1);
  NertcRoom *room;

  g_object_get (get_signal (pipeline), "room", &room, NULL);
  publication->room = room;
  publication->id = id;
  g_main_context_invoke_full (nertc_room_get_context (room), G_PRIORITY_DEFAULT, func, publication,
                              g_free);
  g_object_unref (room); /* the element holds it */
}

#define STREAM "uid=(string)two, stream-id=(string)desk"
#define TRACKS \
  STREAM ", source=(NertcSource)screen, has-audio=(boolean)true, has-video=(boolean)true"

GST_START_TEST (test_streams)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  GstElement *late = room_pipeline_new (LINE "uid=three");

  room_join (pipeline);
  room_join (other);
  in_room (other, publish, "desk");
  room_await_text (pipeline, "stream-added", TRACKS);
  in_room (other, mute, "desk");
  room_await_text (pipeline, "stream-updated",
                   TRACKS ", audio-muted=(boolean)false, video-muted=(boolean)true");

  room_join (late);
  room_await_text (late, "stream-added", TRACKS);
  room_await_text (late, "stream-updated", "video-muted=(boolean)true");

  in_room (other, unpublish, "desk");
  room_await_text (pipeline, "stream-removed", STREAM ", reason=(NertcCloseReason)unpublished");
  room_pipeline_free (late);
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_without_user_updates)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one user-updates=false");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  room_join (pipeline);
  room_join (other);
  in_room (other, publish, "desk");
  while ((message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_ELEMENT))) {
    gboolean done = gst_message_has_name (message, "stream-added");

    fail_if (gst_message_has_name (message, "member-joined"));
    gst_message_unref (message);
    if (done)
      break;
  }
  fail_unless (message != NULL);
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

typedef struct {
  GMutex lock;
  GString *text;
} Notes;

static void
note (Notes *notes, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_mutex_lock (&notes->lock);
  g_string_append_vprintf (notes->text, format, args);
  g_mutex_unlock (&notes->lock);
  va_end (args);
}

static void
note_state (GstElement *signal, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
            Notes *notes)
{
  note (notes, "state %d %d %d\n", old, new, reason);
}

static void
note_joined (GstElement *signal, const char *uid, const char *name, const char *data, Notes *notes)
{
  note (notes, "joined %s %s %s\n", uid, name, data);
}

static void
note_left (GstElement *signal, const char *uid, NertcCloseReason reason, Notes *notes)
{
  note (notes, "left %s %d\n", uid, reason);
}

static void
note_added (GstElement *signal, const char *uid, const char *id, NertcSource source,
            gboolean has_audio, gboolean has_video, Notes *notes)
{
  note (notes, "added %s %s %d %d %d\n", uid, id, source, has_audio, has_video);
}

static void
note_updated (GstElement *signal, const char *uid, const char *id, NertcSource source,
              gboolean has_audio, gboolean has_video, gboolean audio_muted, gboolean video_muted,
              Notes *notes)
{
  note (notes, "updated %s %s %d %d %d %d %d\n", uid, id, source, has_audio, has_video, audio_muted,
        video_muted);
}

static void
note_removed (GstElement *signal, const char *uid, const char *id, NertcCloseReason reason,
              Notes *notes)
{
  note (notes, "removed %s %s %d\n", uid, id, reason);
}

static void
note_room (GstElement *signal, const char *extra_info, Notes *notes)
{
  note (notes, "room %s\n", extra_info);
}

static gboolean
take_notes (Notes *notes, const char *text)
{
  gboolean equal;

  g_mutex_lock (&notes->lock);
  equal = g_str_equal (notes->text->str, text);
  if (equal)
    g_string_truncate (notes->text, 0);
  g_mutex_unlock (&notes->lock);
  return equal;
}

GST_START_TEST (test_signals)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two user-name=Ada user-data=chair");
  GstElement *signal = get_signal (pipeline);
  Notes notes = { .text = g_string_new (NULL) };

  g_signal_connect (signal, "state-changed", G_CALLBACK (note_state), &notes);
  g_signal_connect (signal, "member-joined", G_CALLBACK (note_joined), &notes);
  g_signal_connect (signal, "member-left", G_CALLBACK (note_left), &notes);
  g_signal_connect (signal, "stream-added", G_CALLBACK (note_added), &notes);
  g_signal_connect (signal, "stream-updated", G_CALLBACK (note_updated), &notes);
  g_signal_connect (signal, "stream-removed", G_CALLBACK (note_removed), &notes);
  g_signal_connect (signal, "room-updated", G_CALLBACK (note_room), &notes);

  room_join (pipeline);
  nertc_await (take_notes (&notes, "state 0 1 0\nstate 1 2 0\n"));
  room_join (other);
  nertc_await (take_notes (&notes, "joined two Ada chair\n"));
  in_room (other, publish, "desk");
  nertc_await (take_notes (&notes, "added two desk 1 1 1\n"));
  in_room (other, mute, "desk");
  nertc_await (take_notes (&notes, "updated two desk 1 1 1 0 1\n"));
  g_object_set (get_signal (other), "extra-info", "agenda", NULL);
  nertc_await (take_notes (&notes, "room agenda\n"));
  room_pipeline_free (other);
  nertc_await (take_notes (&notes, "removed two desk 1\nleft two 1\n"));
  room_pipeline_free (pipeline);
  nertc_await (take_notes (&notes, "state 2 4 1\nstate 4 0 1\n"));
  g_string_free (notes.text, TRUE);
}
GST_END_TEST

GST_START_TEST (test_two_rooms)
{
  GstElement *pipeline = room_pipeline_new ("roomsignal name=a channel=first uid=one server=%s "
                                            "roomsignal name=b channel=second uid=one server=%s");
  GstElement *other = room_pipeline_new ("roomsignal channel=second uid=two server=%s");

  room_join (pipeline);
  room_join (other);
  room_await_text (pipeline, "member-joined", "two");
  room_await_text (other, "member-joined", "one");
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_server_restarts)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");

  room_join (pipeline);
  nertc_test_server_stop (room_server);
  room_await_text (pipeline, "state-changed",
                   "old=(NertcRoomState)connected, new=(NertcRoomState)reconnecting, "
                   "reason=(NertcCloseReason)shutdown, reconnects=(boolean)true");
  expect_text (pipeline, "uid", "one");
  nertc_test_server_start (room_server);
  room_await_text (pipeline, "state-changed",
                   "old=(NertcRoomState)reconnecting, new=(NertcRoomState)connected, "
                   "reason=(NertcCloseReason)none, reconnects=(boolean)false");
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_connection_is_lost)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");

  room_join (pipeline);
  nertc_test_server_cut (room_server);
  room_await_text (pipeline, "state-changed",
                   "new=(NertcRoomState)reconnecting, reason=(NertcCloseReason)lost");
  room_await_text (pipeline, "state-changed", "new=(NertcRoomState)connected");
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_reconnect_timeout)
{
  GstElement *pipeline = room_pipeline_new (LINE "reconnect-timeout=100");

  room_join (pipeline);
  nertc_test_server_stop (room_server);
  room_await_text (pipeline, "closed", "reason=(NertcCloseReason)timeout");
  room_await_error (pipeline, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "No longer in room “standup”",
                    nertc_test_server_get_uri (room_server), "nertc-server", NULL);
  fail_unless (get_state (pipeline) == NERTC_ROOM_STATE_FAILED);

  /* The way out and in again is the ordinary one. */
  nertc_test_server_start (room_server);
  gst_element_set_state (pipeline, GST_STATE_READY);
  room_join (pipeline);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
expect_join_error (const char *line, int code, const char *part, const char *other_part)
{
  GstElement *pipeline = room_pipeline_new (line);

  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
  room_await_error (pipeline, code, "Cannot join room", part, other_part, NULL);
  room_pipeline_free (pipeline);
}

GST_START_TEST (test_no_channel)
{
  GstElement *pipeline = room_pipeline_new ("roomsignal server=%s");

  fail_unless (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
  room_await_error (pipeline, GST_RESOURCE_ERROR_SETTINGS, "“channel”",
                    "gst-launch-1.0 roomsignal channel=standup", NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_server_is_not_there)
{
  expect_join_error ("roomsignal channel=standup server=ws://127.0.0.1:1/room",
                     GST_RESOURCE_ERROR_OPEN_READ_WRITE, "ws://127.0.0.1:1/room", "nertc-server");
}
GST_END_TEST

GST_START_TEST (test_server_is_silent)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *line = g_strdup_printf (
      "roomsignal channel=standup join-timeout=50 server=ws://127.0.0.1:%u/room", port);

  expect_join_error (line, GST_RESOURCE_ERROR_OPEN_READ_WRITE, "50 ms", "ws://127.0.0.1");
}
GST_END_TEST

GST_START_TEST (test_bad_address)
{
  expect_join_error ("roomsignal channel=standup server=http://somewhere",
                     GST_RESOURCE_ERROR_SETTINGS, "http://somewhere", NERTC_DEFAULT_SERVER);
}
GST_END_TEST

GST_START_TEST (test_bad_channel)
{
  expect_join_error ("roomsignal channel=stand/up server=%s", GST_RESOURCE_ERROR_SETTINGS,
                     "‘/’ at byte 6", "“stand/up”");
}
GST_END_TEST

GST_START_TEST (test_bad_uid)
{
  expect_join_error ("roomsignal channel=standup server=%s uid=Zoë", GST_RESOURCE_ERROR_SETTINGS,
                     "0xc3 at byte 3", "uid");
}
GST_END_TEST

GST_START_TEST (test_uid_is_taken)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");

  room_join (pipeline);
  expect_join_error (LINE "uid=one", GST_RESOURCE_ERROR_BUSY, "‘one’", "choose another");
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_room_is_full)
{
  static const char *const options[] = { "--max-members=1", NULL };
  GstElement *pipeline;

  nertc_test_server_free (room_server);
  room_server = nertc_test_server_new_with_options (options);
  pipeline = room_pipeline_new (LINE);
  room_join (pipeline);
  expect_join_error (LINE, GST_RESOURCE_ERROR_NO_SPACE_LEFT, "1 member", "max-members");
  room_pipeline_free (pipeline);
}
GST_END_TEST

static Suite *
roomsignal_suite (void)
{
  Suite *suite = suite_create ("roomsignal");
  TCase *tcase = tcase_create ("room");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, room_server_start, room_server_free);
  tcase_add_test (tcase, test_states);
  tcase_add_test (tcase, test_uid_is_assigned);
  tcase_add_test (tcase, test_members);
  tcase_add_test (tcase, test_quality_and_speaker);
  tcase_add_test (tcase, test_changed_while_away);
  tcase_add_test (tcase, test_channel_changed_while_joined);
  tcase_add_test (tcase, test_extra_info);
  tcase_add_test (tcase, test_extra_info_of_each_join);
  tcase_add_test (tcase, test_streams);
  tcase_add_test (tcase, test_without_user_updates);
  tcase_add_test (tcase, test_signals);
  tcase_add_test (tcase, test_two_rooms);
  tcase_add_test (tcase, test_server_restarts);
  tcase_add_test (tcase, test_connection_is_lost);
  tcase_add_test (tcase, test_reconnect_timeout);
  tcase_add_test (tcase, test_no_channel);
  tcase_add_test (tcase, test_server_is_not_there);
  tcase_add_test (tcase, test_server_is_silent);
  tcase_add_test (tcase, test_bad_address);
  tcase_add_test (tcase, test_bad_channel);
  tcase_add_test (tcase, test_bad_uid);
  tcase_add_test (tcase, test_uid_is_taken);
  tcase_add_test (tcase, test_room_is_full);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (roomsignal)
