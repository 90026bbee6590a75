/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* How a room is joined and left, against a server that the test plays. */

static void
test_join_order (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  fake_server_admit (self->server, "alice",
                     BOB_SINGS ",{'uid':'eve','userName':'','userData':'','role':'host',"
                               "'streams':[]}");
  outcome_wait (&join);
  fixture_check_log (self, "state connecting none\n"
                           "state connected none\n"
                           "joined bob\n"
                           "joined eve\n"
                           "added b1\n"
                           "join: done\n");
  g_assert_cmpstr (nertc_room_get_uid (self->room), ==, "alice");
  g_assert_cmpuint (fake_server_get_ping_interval (self->server), ==, 5);
}

static void
test_join_params (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_auto (Outcome) again = OUTCOME (self, "again");
  g_autoptr (JsonObject) least = NULL;
  g_autoptr (JsonObject) most = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  least = fake_server_expect (self->server, "room.join");
  g_assert_cmpuint (json_object_get_size (least), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (least, "channel"), ==, "standup");
  g_assert_true (json_object_get_boolean_member (least, "userUpdates"));
  g_assert_cmpstr (fake_server_get_url (self->server), ==, "ws://fake.test/room");
  fake_server_reply_error (self->server, NERTC_ERROR_ROOM_FULL);
  outcome_wait (&join);

  g_object_set (self->room, "uid", "alice", "app-key", "key", "user-name", "Alice", "user-data",
                "{}", "user-updates", FALSE, "server", "wss://other.test:7", NULL);
  nertc_room_join_async (self->room, NULL, on_join, &again);
  most = fake_server_expect (self->server, "room.join");
  g_assert_cmpuint (json_object_get_size (most), ==, 6);
  g_assert_cmpstr (json_object_get_string_member (most, "uid"), ==, "alice");
  g_assert_cmpstr (json_object_get_string_member (most, "appKey"), ==, "key");
  g_assert_cmpstr (json_object_get_string_member (most, "userName"), ==, "Alice");
  g_assert_cmpstr (json_object_get_string_member (most, "userData"), ==, "{}");
  g_assert_false (json_object_get_boolean_member (most, "userUpdates"));
  g_assert_cmpstr (fake_server_get_url (self->server), ==, "wss://other.test:7/room");
  fake_server_admit (self->server, "alice", "");
  outcome_wait (&again);
}

static void
check_config (Fixture *self, const char *property, const char *value, NertcError code)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autofree char *before = NULL;

  g_object_get (self->room, property, &before, NULL);
  g_object_set (self->room, property, value, NULL);
  nertc_room_join_async (self->room, NULL, on_join, &join);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, code);
  g_assert_nonnull (strstr (join.error->message, "use") ?: strstr (join.error->message, "write"));
  g_object_set (self->room, property, before, NULL);
}

static void
test_invalid_config (Fixture *self, gconstpointer data)
{
  g_autofree char *long_key = g_strnfill (65, 'k');

  check_config (self, "channel", "a/b", NERTC_ERROR_ROOM_NAME_INVALID);
  check_config (self, "channel", NULL, NERTC_ERROR_ROOM_NAME_INVALID);
  check_config (self, "uid", "caf\xc3\xa9", NERTC_ERROR_UID_INVALID);
  check_config (self, "app-key", long_key, NERTC_ERROR_INVALID_PARAMS);
  check_config (self, "server", "http://fake.test", NERTC_ERROR_INVALID_PARAMS);
  check_config (self, "server", "ws://", NERTC_ERROR_INVALID_PARAMS);
  check_config (self, "server", "fake.test:8980", NERTC_ERROR_INVALID_PARAMS);
  g_assert_null (strstr (self->log->str, "state"));
  g_assert_cmpuint (fake_server_count_connections (self->server), ==, 0);
}

static void
check_first_join_fails (Fixture *self, NertcError code, const char *log)
{
  g_auto (Outcome) join = OUTCOME (self, "join");

  nertc_room_join_async (self->room, NULL, on_join, &join);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, code);
  fixture_check_log (self, log);
}

static void
test_unreachable (Fixture *self, gconstpointer data)
{
  fake_server_set_mode (self->server, FAKE_REFUSE);
  check_first_join_fails (self, NERTC_ERROR_SERVER_UNREACHABLE,
                          "state connecting none\nstate failed lost\njoin: error 2001\n");
  /* Another try is allowed. */
  fake_server_set_mode (self->server, FAKE_ACCEPT);
  fixture_join (self, "");
}

static void
test_join_timeout (Fixture *self, gconstpointer data)
{
  g_object_set (self->room, "join-timeout", 30, NULL);
  fake_server_set_mode (self->server, FAKE_IGNORE);
  check_first_join_fails (self, NERTC_ERROR_TIMEOUT,
                          "state connecting none\nstate failed timeout\njoin: error 2002\n");
  /* The same when the server takes the connection and then says nothing. */
  fake_server_set_mode (self->server, FAKE_ACCEPT);
  check_first_join_fails (self, NERTC_ERROR_TIMEOUT,
                          "state connecting none\nstate failed timeout\njoin: error 2002\n");
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  fake_server_reply_error (self->server, NERTC_ERROR_UID_TAKEN);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, NERTC_ERROR_UID_TAKEN);
  fixture_check_log (self, "state connecting none\nstate failed refused\njoin: error 1005\n");
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
}

static void
test_hung_up_before_the_answer (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  fake_server_hang_up (self->server, 1011);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
  fixture_check_log (self, "state connecting none\nstate failed lost\njoin: error 2003\n");
}

static void
test_cancel_join (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, cancellable, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  g_cancellable_cancel (cancellable);
  outcome_wait (&join);
  g_assert_error (join.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_check_log (self, "state connecting none\nstate disconnected left\njoin: I/O error 19\n");
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
}

static void
test_cancelled_before_join (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) join = OUTCOME (self, "join");

  g_cancellable_cancel (cancellable);
  nertc_room_join_async (self->room, cancellable, on_join, &join);
  outcome_wait (&join);
  g_assert_error (join.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_DISCONNECTED);
}

static void
test_leave (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (GPtrArray) members = NULL;

  fixture_join (self, BOB_SINGS);
  fixture_open_transport (self, "t1", "sender", "a1");
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  params = fake_server_expect (self->server, "room.leave");
  fake_server_reply (self->server, "{}");
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  g_assert_false (leave.done);
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_NORMAL);
  outcome_wait (&leave);
  fixture_check_log (self, "state disconnecting left\n"
                           "closed t1 left\n"
                           "state disconnected left\n"
                           "leave: done\n");
  members = nertc_room_get_members (self->room);
  g_assert_cmpuint (members->len, ==, 0);
  g_assert_null (nertc_room_get_stream (self->room, "b1"));
}

static void
test_leave_unanswered (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fixture_shorten (self, &self->timing.leave);
  fixture_join (self, "");
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  outcome_wait (&leave);
  g_assert_error (leave.error, NERTC_ERROR, NERTC_ERROR_TIMEOUT);
  fixture_check_log (self,
                     "state disconnecting left\nstate disconnected left\nleave: error 2002\n");
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
}

/* It is answered, and only the end of the connection takes its time. */
static void
test_leave_without_close (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_autoptr (JsonObject) params = NULL;

  fixture_shorten (self, &self->timing.leave);
  fixture_join (self, "");
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  params = fake_server_expect (self->server, "room.leave");
  fake_server_reply (self->server, "{}");
  outcome_wait (&leave);
  g_assert_no_error (leave.error);
}

static void
test_lost_while_leaving (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  params = fake_server_expect (self->server, "room.leave");
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_ABNORMAL);
  outcome_wait (&leave);
  g_assert_error (leave.error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_DISCONNECTED);
}

static void
test_cancel_leave (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fixture_join (self, "");
  nertc_room_leave_async (self->room, cancellable, on_leave, &leave);
  g_cancellable_cancel (cancellable);
  outcome_wait (&leave);
  g_assert_error (leave.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_DISCONNECTED);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
}

static void
test_leave_while_connecting (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fake_server_set_mode (self->server, FAKE_IGNORE);
  nertc_room_join_async (self->room, NULL, on_join, &join);
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  outcome_wait (&join);
  outcome_wait (&leave);
  g_assert_error (join.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_no_error (leave.error);
  fixture_check_log (self, "state connecting none\n"
                           "state disconnecting left\n"
                           "state disconnected left\n"
                           "join: I/O error 19\n"
                           "leave: done\n");
}

/* The join is on its way: the server takes the end of the connection as a leave. */
static void
test_leave_while_joining (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  fake_server_admit (self->server, "alice", "");
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_NORMAL);
  outcome_wait (&leave);
  g_assert_true (join.done);
  g_assert_error (join.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_no_error (leave.error);
}

static void
test_wrong_state (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_auto (Outcome) join = OUTCOME (self, "join");

  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  outcome_wait (&leave);
  g_assert_error (leave.error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
  fixture_join (self, "");
  nertc_room_join_async (self->room, NULL, on_join, &join);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
}

static void
test_leave_clears_failure (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fixture_join (self, "");
  fake_server_event (self->server, "room.closed", "'reason':'kicked'");
  g_string_truncate (self->log, 0);
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  outcome_wait (&leave);
  fixture_check_log (self, "state disconnected left\nleave: done\n");
}

/* Somebody who turns a pipeline off and on does not wait for the leave. */
static void
test_join_while_leaving (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  g_assert_cmpstr (json_object_get_string_member (params, "uid"), ==, "alice");
  g_assert_cmpstr (json_object_get_string_member (params, "sessionSecret"), ==, "s1");
  fake_server_admit (self->server, "alice", "");
  outcome_wait (&join);
  g_assert_true (leave.done);
  g_assert_no_error (leave.error);
  g_assert_no_error (join.error);
  fixture_check_log (self, "state disconnecting left\n"
                           "state connecting none\n"
                           "leave: done\n"
                           "state connected none\n"
                           "join: done\n");
}

static void
test_join_and_leave_many_times (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 100; i++) {
    g_auto (Outcome) leave = OUTCOME (self, "leave");
    g_autoptr (JsonObject) params = NULL;

    fixture_join (self, BOB_SINGS);
    nertc_room_leave_async (self->room, NULL, on_leave, &leave);
    params = fake_server_expect (self->server, "room.leave");
    fake_server_reply (self->server, "{}");
    fake_server_hang_up (self->server, NERTC_CLOSE_CODE_NORMAL);
    outcome_wait (&leave);
    g_assert_no_error (leave.error);
  }
}

static void
leave_at_once (NertcRoom *room, NertcMember *member, Outcome *leave)
{
  nertc_room_leave_async (room, NULL, on_leave, leave);
}

/* A handler leaves in the midst of a join: nothing more is told of that room. */
static void
test_leave_from_handler (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_autoptr (JsonObject) params = NULL;

  fixture_shorten (self, &self->timing.leave);
  g_signal_connect (self->room, "member-joined", G_CALLBACK (leave_at_once), &leave);
  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  fake_server_admit (self->server, "alice", BOB_SINGS);
  outcome_wait (&join);
  outcome_wait (&leave);
  g_assert_error (join.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_check_log (self, "state connecting none\n"
                           "state connected none\n"
                           "joined bob\n"
                           "state disconnecting left\n"
                           "join: I/O error 19\n"
                           "state disconnected left\n"
                           "leave: error 2002\n");
}

static void
test_closed_for_good (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  const char *reasons[] = { "kicked", "banned",      "replaced", "expired",
                            "closed", "slow-reader", "rate" };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    g_autofree char *fields = g_strdup_printf ("'reason':'%s','message':'Because'", reasons[i]);
    g_autofree char *log = g_strdup_printf ("state failed %s\n"
                                            "closed t1 %s\n"
                                            "closed 2004 %s Because\n",
                                            reasons[i], reasons[i], reasons[i]);

    fixture_join (self, BOB_SINGS);
    fixture_open_transport (self, "t1", "sender", "a1");
    fake_server_event (self->server, "room.closed", fields);
    fixture_check_log (self, log);
    g_assert_null (nertc_room_get_member (self->room, "bob"));
  }
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, NERTC_MEDIA_AUDIO, 0, NULL,
                            on_publish, &publish);
  outcome_wait (&publish);
  g_assert_error (publish.error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
}

static void
keep_message (NertcRoom *room, GError *error, NertcCloseReason reason, const char *text,
              char **message)
{
  *message = g_strdup (error->message);
  g_assert_cmpstr (text, ==, "Be nice");
}

static void
test_closed_message (Fixture *self, gconstpointer data)
{
  g_autofree char *message = NULL;

  fixture_join (self, "");
  g_signal_connect (self->room, "closed", G_CALLBACK (keep_message), &message);
  fake_server_event (self->server, "room.closed", "'reason':'kicked','message':'Be nice'");
  g_assert_cmpstr (message, ==,
                   "The membership of room ‘standup’ was ended by the server: kicked: Be nice");
}

/* A room that nobody holds any more leaves by itself. */
static void
test_dispose (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  fixture_open_transport (self, "t1", "sender", "a1");
  g_assert_finalize_object (self->room);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  fixture_check_log (self, "closed t1 left\n");
  nertc_transport_report_failed (g_ptr_array_index (self->transports, 0), NERTC_FAILURE_ICE, NULL);
  self->room = nertc_room_new (NULL, NULL);
}

static void
test_uid_in_force (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  g_assert_false (json_object_has_member (params, "uid"));
  fake_server_admit (self->server, "4711", "");
  outcome_wait (&join);
  g_assert_cmpstr (nertc_room_get_uid (self->room), ==, "4711");
  fake_server_event (self->server, "room.closed", "'reason':'closed'");
  g_assert_null (nertc_room_get_uid (self->room));
}

#define ADD(name, test) \
  g_test_add ("/room/session/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("join-order", test_join_order);
  ADD ("join-params", test_join_params);
  ADD ("invalid-config", test_invalid_config);
  ADD ("unreachable", test_unreachable);
  ADD ("join-timeout", test_join_timeout);
  ADD ("refused", test_refused);
  ADD ("hung-up-before-the-answer", test_hung_up_before_the_answer);
  ADD ("cancel-join", test_cancel_join);
  ADD ("cancelled-before-join", test_cancelled_before_join);
  ADD ("leave", test_leave);
  ADD ("leave-unanswered", test_leave_unanswered);
  ADD ("leave-without-close", test_leave_without_close);
  ADD ("lost-while-leaving", test_lost_while_leaving);
  ADD ("cancel-leave", test_cancel_leave);
  ADD ("leave-while-connecting", test_leave_while_connecting);
  ADD ("leave-while-joining", test_leave_while_joining);
  ADD ("wrong-state", test_wrong_state);
  ADD ("leave-clears-failure", test_leave_clears_failure);
  ADD ("join-while-leaving", test_join_while_leaving);
  ADD ("join-and-leave-many-times", test_join_and_leave_many_times);
  ADD ("leave-from-handler", test_leave_from_handler);
  ADD ("closed-for-good", test_closed_for_good);
  ADD ("closed-message", test_closed_message);
  ADD ("dispose", test_dispose);
  ADD ("uid-in-force", test_uid_in_force);
  return g_test_run ();
}
