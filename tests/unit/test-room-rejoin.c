/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* What a room does when its connection is lost, against a server that the test plays. */

#define EVE "{'uid':'eve','userName':'','userData':'','role':'host','streams':[]}"

static void
test_unchanged (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB_SINGS);
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_ABNORMAL);
  fixture_check_log (self, "state reconnecting lost\n");
  g_assert_nonnull (nertc_room_get_member (self->room, "bob"));

  params = fixture_expect_join (self);
  g_assert_cmpstr (json_object_get_string_member (params, "uid"), ==, "alice");
  g_assert_cmpstr (json_object_get_string_member (params, "sessionSecret"), ==, "s1");
  fake_server_admit (self->server, "alice", BOB_SINGS);
  fixture_check_log (self, "state connected none\n");
}

static void
test_server_shuts_down (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_event (self->server, "room.closed", "'reason':'shutdown'");
  fixture_check_log (self, "state reconnecting shutdown\n");
  fixture_rejoin (self, BOB);
  fixture_check_log (self, "state connected none\n");
}

/* Nobody needs to be gone for good because the server heard nothing for a while. */
static void
test_server_timed_out (Fixture *self, gconstpointer data)
{
  fixture_join (self, "");
  fake_server_event (self->server, "room.closed", "'reason':'timeout'");
  fixture_check_log (self, "state reconnecting timeout\n");
}

static void
test_difference (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  fixture_lose (self);
  fixture_rejoin (
      self,
      "{'uid':'bob','userName':'Robert','userData':'','role':'host','streams':[{'streamId':'b1',"
      "'source':'camera','audio':true,'video':false,'audioMuted':true,"
      "'videoMuted':false},{'streamId':'b2','source':'screen','audio':false,"
      "'video':true,'audioMuted':false,'videoMuted':false}]}," EVE);
  fixture_check_log (self, "state connected none\n"
                           "updated bob Robert\n"
                           "joined eve\n"
                           "muted b1 1\n"
                           "added b2\n");
  g_assert_cmpint (nertc_stream_get_media (nertc_room_get_stream (self->room, "b1")), ==,
                   NERTC_MEDIA_AUDIO);
}

/* The same name, but another stream: of another member. */
static void
test_another_stream_by_the_name (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS "," EVE);
  fixture_lose (self);
  fixture_rejoin (self,
                  "{'uid':'bob','userName':'Bob','userData':'','role':'host','streams':[]},"
                  "{'uid':'eve','userName':'','userData':'','role':'host','streams':[{" B1 "}]}");
  fixture_check_log (self, "state connected none\nremoved b1 unpublished\nadded b1\n");
  g_assert_cmpstr (nertc_stream_get_uid (nertc_room_get_stream (self->room, "b1")), ==, "eve");
}

/* After a restart of the server the others come back one by one. */
static void
test_settles (Fixture *self, gconstpointer data)
{
  fixture_shorten (self, &self->timing.settle);
  fixture_join (self, BOB_SINGS "," EVE);
  fixture_lose (self);
  fixture_rejoin (self, "");
  g_assert_nonnull (nertc_room_get_stream (self->room, "b1"));
  fake_server_event (self->server, "member.joined",
                     "'uid':'bob','userName':'Bob','userData':'','role':'host'");
  fake_server_event (self->server, "stream.added", "'uid':'bob'," B1);
  fixture_wait_for_log (self, "left eve timeout");
  fixture_check_log (self, "state connected none\nleft eve timeout\n");
  g_assert_nonnull (nertc_room_get_stream (self->room, "b1"));
}

static void
test_settles_without (Fixture *self, gconstpointer data)
{
  fixture_shorten (self, &self->timing.settle);
  fixture_join (self, BOB_SINGS "," EVE);
  fixture_lose (self);
  fixture_rejoin (self, BOB);
  fixture_wait_for_log (self, "left eve timeout");
  fixture_check_log (self, "state connected none\nremoved b1 timeout\nleft eve timeout\n");
}

/* The time to settle begins again with each join. */
static void
test_lost_while_settling (Fixture *self, gconstpointer data)
{
  fixture_shorten (self, &self->timing.settle);
  fixture_join (self, BOB_SINGS);
  fixture_lose (self);
  fixture_rejoin (self, "");
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  fixture_check_log (self, "state connected none\n");
}

static void
test_retries (Fixture *self, gconstpointer data)
{
  guint count;

  fixture_join (self, "");
  fake_server_set_mode (self->server, FAKE_REFUSE);
  count = fake_server_count_connections (self->server);
  fixture_lose (self);
  while (fake_server_count_connections (self->server) < count + 3)
    g_main_context_iteration (NULL, TRUE);
  fake_server_set_mode (self->server, FAKE_ACCEPT);
  fixture_rejoin (self, "");
  fixture_check_log (self, "state connected none\n");
}

/* A server that takes the connection and says nothing, and one that does not even take it. */
static void
test_attempt_times_out (Fixture *self, gconstpointer data)
{
  guint count;

  fixture_shorten (self, &self->timing.attempt);
  fixture_join (self, "");
  fixture_lose (self);
  json_object_unref (fixture_expect_join (self));
  fake_server_set_mode (self->server, FAKE_IGNORE);
  count = fake_server_count_connections (self->server);
  while (fake_server_count_connections (self->server) < count + 1)
    g_main_context_iteration (NULL, TRUE);
  fake_server_set_mode (self->server, FAKE_ACCEPT);
  self->timing.attempt = 60000;
  nertc_room_set_timing (self->room, &self->timing);
  fixture_rejoin (self, "");
  fixture_check_log (self, "state connected none\n");
}

static void
check_refused_for_a_while (Fixture *self, NertcError code)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  fixture_lose (self);
  params = fixture_expect_join (self);
  fake_server_reply_error (self->server, code);
  fixture_check_log (self, "");
  fixture_rejoin (self, "");
  fixture_check_log (self, "state connected none\n");
}

/* The server has not noticed yet that our last connection, whose secret never came, is dead. */
static void
test_uid_taken_for_a_while (Fixture *self, gconstpointer data)
{
  check_refused_for_a_while (self, NERTC_ERROR_UID_TAKEN);
}

static void
test_room_full_for_a_while (Fixture *self, gconstpointer data)
{
  check_refused_for_a_while (self, NERTC_ERROR_ROOM_FULL);
}

static void
check_refused_for_good (Fixture *self, NertcError code)
{
  g_autoptr (JsonObject) params = NULL;
  g_autofree char *log = g_strdup_printf ("state failed refused\nclosed %d refused\n", code);

  self->timing.uid_taken = 0;
  nertc_room_set_timing (self->room, &self->timing);
  fixture_join (self, BOB);
  fixture_lose (self);
  params = fixture_expect_join (self);
  fake_server_reply_error (self->server, code);
  fixture_check_log (self, log);
  g_assert_null (nertc_room_get_member (self->room, "bob"));
}

static void
test_uid_taken_for_good (Fixture *self, gconstpointer data)
{
  check_refused_for_good (self, NERTC_ERROR_UID_TAKEN);
}

static void
test_method_gone (Fixture *self, gconstpointer data)
{
  check_refused_for_good (self, NERTC_ERROR_METHOD_NOT_FOUND);
}

static void
test_gives_up (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;

  g_object_set (self->room, "reconnect-timeout", 50, NULL);
  fixture_join (self, BOB_SINGS);
  transport = fixture_open_transport (self, "t1", "sender", "a1");
  fake_server_set_mode (self->server, FAKE_REFUSE);
  fixture_lose (self);
  g_assert_true (nertc_transport_is_open (transport));
  fixture_wait_for_log (self, "closed 2003 timeout");
  fixture_check_log (self, "state failed timeout\nclosed t1 timeout\nclosed 2003 timeout\n");
}

static void
test_leave_while_reconnecting (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fixture_join (self, BOB_SINGS);
  fixture_open_transport (self, "t1", "receiver", "b1");
  fake_server_set_mode (self->server, FAKE_REFUSE);
  fixture_lose (self);
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  outcome_wait (&leave);
  g_assert_no_error (leave.error);
  fixture_check_log (self, "state disconnecting left\n"
                           "closed t1 left\n"
                           "state disconnected left\n"
                           "leave: done\n");
}

static void
leave_when_lost (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
                 Outcome *leave)
{
  if (new == NERTC_ROOM_STATE_RECONNECTING)
    nertc_room_leave_async (room, NULL, on_leave, leave);
}

static void
test_leave_from_handler (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  guint count;

  fixture_join (self, BOB);
  g_signal_connect (self->room, "state-changed", G_CALLBACK (leave_when_lost), &leave);
  count = fake_server_count_connections (self->server);
  fake_server_event (self->server, "room.closed", "'reason':'shutdown'");
  outcome_wait (&leave);
  g_assert_no_error (leave.error);
  fixture_check_log (self, "state reconnecting shutdown\n"
                           "state disconnecting left\n"
                           "state disconnected left\n"
                           "leave: done\n");
  g_assert_cmpuint (fake_server_count_connections (self->server), ==, count);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
}

/* What breaks the protocol breaks the connection: it is no leave, and the room comes back. */
static void
check_violation (Fixture *self)
{
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_PROTOCOL_ERROR);
  g_assert_cmpstr (self->log->str, ==, "state reconnecting lost\n");
  g_string_truncate (self->log, 0);
  fixture_rejoin (self, BOB);
  fixture_check_log (self, "state connected none\n");
}

static void
test_missing_event (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_event (self->server, "room.updated", "'extraInfo':'1'");
  fake_server_skip_seq (self->server);
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'left'");
  check_violation (self);
}

static void
test_other_epoch (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_say (self->server,
                   "{\"jsonrpc\":\"2.0\",\"method\":\"member.left\",\"params\":{\"epoch\":\"x\","
                   "\"seq\":1,\"uid\":\"bob\",\"reason\":\"left\"}}");
  check_violation (self);
}

static void
test_invalid_event (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':7");
  check_violation (self);
}

static void
test_no_json (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_say (self->server, "hello");
  check_violation (self);
}

static void
test_event_before_join (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fixture_expect_join (self);
  fake_server_event (self->server, "room.updated", "'extraInfo':''");
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
}

static void
test_invalid_answer (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fixture_expect_join (self);
  fake_server_reply (self->server, "{'uid':'alice'}");
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
  g_assert_nonnull (strstr (join.error->message, "‘epoch’ is missing"));
}

/* A newer server: its events count, and what they are nobody needs to know. */
static void
test_newer_server (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_event (self->server, "weather.changed", "'sunny':true");
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'left','mood':'sad'");
  fake_server_say (self->server, "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}");
  fake_server_say (self->server, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,"
                                 "\"message\":\"What?\"}}");
  fixture_check_log (self, "left bob left\n");
}

#define ADD(name, test) \
  g_test_add ("/room/rejoin/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("unchanged", test_unchanged);
  ADD ("server-shuts-down", test_server_shuts_down);
  ADD ("server-timed-out", test_server_timed_out);
  ADD ("difference", test_difference);
  ADD ("another-stream-by-the-name", test_another_stream_by_the_name);
  ADD ("settles", test_settles);
  ADD ("settles-without", test_settles_without);
  ADD ("lost-while-settling", test_lost_while_settling);
  ADD ("retries", test_retries);
  ADD ("attempt-times-out", test_attempt_times_out);
  ADD ("uid-taken-for-a-while", test_uid_taken_for_a_while);
  ADD ("room-full-for-a-while", test_room_full_for_a_while);
  ADD ("uid-taken-for-good", test_uid_taken_for_good);
  ADD ("method-gone", test_method_gone);
  ADD ("gives-up", test_gives_up);
  ADD ("leave-while-reconnecting", test_leave_while_reconnecting);
  ADD ("leave-from-handler", test_leave_from_handler);
  ADD ("missing-event", test_missing_event);
  ADD ("other-epoch", test_other_epoch);
  ADD ("invalid-event", test_invalid_event);
  ADD ("no-json", test_no_json);
  ADD ("event-before-join", test_event_before_join);
  ADD ("invalid-answer", test_invalid_answer);
  ADD ("newer-server", test_newer_server);
  return g_test_run ();
}
