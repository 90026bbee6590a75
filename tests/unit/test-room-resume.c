/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backlog.h"
#include "room-fixture.h"

/*
 * A room whose connection is lost takes its session up again, against a server that the test plays:
 * each message is handled once at either end, wherever the loss came.
 */

#define BURST 6

static void
check_text (JsonObject *params, const char *field, const char *expected)
{
  g_assert_cmpstr (json_object_get_string_member (params, field), ==, expected);
}

/* The next message is this one, and the field says this. */
static void
expect (Fixture *self, const char *method, const char *field, const char *value)
{
  g_autoptr (JsonObject) params = fake_server_expect (self->server, method);

  check_text (params, field, value);
}

static void
send_candidate (NertcTransport *transport, guint number)
{
  g_autofree char *candidate = g_strdup_printf ("c%u", number);

  nertc_transport_send_candidate (transport, 0, candidate);
}

static void
expect_candidate (Fixture *self, guint number)
{
  g_autofree char *candidate = g_strdup_printf ("c%u", number);

  expect (self, "transport.candidate", "candidate", candidate);
}

/* Joined, with a stream out and one in. The server has said 4 things, the room 2. */
static NertcTransport *
begin_call (Fixture *self)
{
  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  fixture_subscribe (self, "b1");
  fixture_open_transport (self, "t1", "sender", "a1");
  return fixture_open_transport (self, "t2", "receiver", "b1");
}

static void
test_unchanged (Fixture *self, gconstpointer data)
{
  NertcTransport *transport = begin_call (self);

  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_ABNORMAL);
  fixture_check_log (self, "state reconnecting lost\n");
  g_assert_true (nertc_transport_is_open (transport));
  fixture_resume (self, 4, 2);
  fake_server_expect_nothing (self->server);
  g_assert_cmpuint (fake_server_get_ping_interval (self->server), ==, 7);
  g_assert_true (nertc_transport_is_open (transport));
  fake_server_event (self->server, "transport.close", "'transportId':'t2','reason':'failed'");
  fixture_check_log (self, "state connected none\nclosed t2 failed\n");
}

static void
test_what_it_asks_for (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  begin_call (self);
  fixture_lose (self);
  params = fake_server_expect (self->server, "room.resume");
  check_text (params, "sessionSecret", "s1");
  check_text (params, "epoch", "e1");
  g_assert_cmpint (json_object_get_int_member (params, "received"), ==, 4);
}

static void
say_name (Fixture *self, guint number)
{
  g_autofree char *fields =
      g_strdup_printf ("'uid':'bob','userName':'%u','userData':'','role':'host'", number);

  fake_server_event (self->server, "member.updated", fields);
}

/* The server says BURST things; the connection is lost after the first @heard of them. */
static void
check_burst_heard (guint heard)
{
  Fixture fixture = { 0 };
  g_autoptr (GString) expected = g_string_new ("");

  fixture_set_up (&fixture, NULL);
  fixture_join (&fixture, BOB);
  for (guint i = 0; i < BURST; i++) {
    if (i == heard) {
      fake_server_hang_up (fixture.server, NERTC_CLOSE_CODE_ABNORMAL);
      fixture_resume (&fixture, heard, 0);
      g_string_append (expected, "state reconnecting lost\nstate connected none\n");
    }
    say_name (&fixture, i);
    g_string_append_printf (expected, "updated bob %u\n", i);
  }
  fixture_check_log (&fixture, expected->str);
  fake_server_expect_nothing (fixture.server);
  fixture_tear_down (&fixture, NULL);
}

static void
test_burst_heard (void)
{
  for (guint heard = 0; heard < BURST; heard++)
    check_burst_heard (heard);
}

/* The room says BURST things, of which the server handles @handled before the loss. */
static void
check_burst_said (guint handled, guint sent_before)
{
  Fixture fixture = { 0 };
  NertcTransport *transport;

  fixture_set_up (&fixture, NULL);
  transport = begin_call (&fixture);
  for (guint i = 0; i < BURST; i++) {
    if (i == sent_before)
      fixture_lose (&fixture);
    send_candidate (transport, i);
  }
  fixture_resume (&fixture, 4, 2 + handled);
  for (guint i = handled; i < BURST; i++)
    expect_candidate (&fixture, i);
  fake_server_expect_nothing (fixture.server);
  fixture_tear_down (&fixture, NULL);
}

static void
test_burst_said (void)
{
  for (guint sent = 0; sent < BURST; sent++) {
    for (guint handled = 0; handled <= sent; handled++)
      check_burst_said (handled, sent);
  }
}

/* The request had arrived; its answer comes on the next connection. */
static void
test_answer_lost (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  gint64 id;

  fixture_join (self, "");
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, NULL, on_publish, &publish);
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  id = fake_server_get_request (self->server);
  fixture_lose (self);
  fixture_resume (self, 0, 1);
  fake_server_set_request (self->server, id);
  fake_server_reply (self->server, "{'streamId':'a1'}");
  outcome_wait (&publish);
  g_assert_no_error (publish.error);
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "state connected none\npublish: done\n");
}

/* The request had not arrived; it comes again under the same id. */
static void
test_request_lost (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  gint64 id;

  fixture_join (self, "");
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, NULL, on_publish, &publish);
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  id = fake_server_get_request (self->server);
  fixture_lose (self);
  fixture_resume (self, 0, 0);
  expect (self, "stream.publish", "streamId", "a1");
  g_assert_cmpint (fake_server_get_request (self->server), ==, id);
  fake_server_reply (self->server, "{'streamId':'a1'}");
  outcome_wait (&publish);
  g_assert_no_error (publish.error);
}

/* Offers, answers and candidates are under way in both directions. */
static void
test_negotiation (Fixture *self, gconstpointer data)
{
  NertcTransport *receiver = begin_call (self);
  NertcTransport *sender = g_ptr_array_index (self->transports, 0);

  nertc_transport_send_description (sender, NERTC_DESCRIPTION_TYPE_OFFER, "v=1");
  expect (self, "transport.description", "sdp", "v=1");
  send_candidate (sender, 1);
  fake_server_event (self->server, "transport.description",
                     "'transportId':'t2','type':'offer','sdp':'v=2'");
  fixture_lose (self);
  nertc_transport_send_description (receiver, NERTC_DESCRIPTION_TYPE_ANSWER, "v=3");
  send_candidate (receiver, 2);
  fixture_resume (self, 5, 3);
  fake_server_event (self->server, "transport.candidate",
                     "'transportId':'t2','sdpMLineIndex':0,'candidate':'theirs'");
  fake_server_event (self->server, "transport.description",
                     "'transportId':'t1','type':'answer','sdp':'v=4'");
  expect_candidate (self, 1);
  expect (self, "transport.description", "sdp", "v=3");
  expect_candidate (self, 2);
  nertc_transport_report_playing (receiver);
  expect (self, "transport.playing", "transportId", "t2");
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "state connected none\n"
                           "candidate t2 0 theirs\n"
                           "description t1 answer v=4\n");
}

static void
test_asked_meanwhile (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_auto (Outcome) subscribe = OUTCOME (self, "subscribe");
  g_auto (Outcome) mute = OUTCOME (self, "mute");
  g_auto (Outcome) unpublish = OUTCOME (self, "unpublish");

  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  fixture_lose (self);
  nertc_room_publish_async (self->room, "a2", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, NULL, on_publish, &publish);
  nertc_room_subscribe_async (self->room, "b1", NERTC_MEDIA_VIDEO, NULL, on_subscribe, &subscribe);
  nertc_room_set_muted_async (self->room, "a1", NERTC_MEDIA_AUDIO, NULL, on_set_muted, &mute);
  g_object_set (self->room, "user-name", "Alice", "extra-info", "tea", NULL);
  nertc_room_unpublish_async (self->room, "a1", NULL, on_unpublish, &unpublish);
  fixture_check_log (self, "");
  fixture_resume (self, 1, 1);
  expect (self, "stream.publish", "streamId", "a2");
  fake_server_reply (self->server, "{'streamId':'a2'}");
  expect (self, "stream.subscribe", "streamId", "b1");
  fake_server_reply (self->server, "{}");
  expect (self, "stream.update", "streamId", "a1");
  fake_server_reply (self->server, "{}");
  expect (self, "member.update", "userName", "Alice");
  fake_server_reply (self->server, "{}");
  expect (self, "room.update", "extraInfo", "tea");
  fake_server_reply (self->server, "{}");
  expect (self, "stream.unpublish", "streamId", "a1");
  fake_server_reply (self->server, "{}");
  outcome_wait (&unpublish);
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "state connected none\npublish: done\nsubscribe: done\nmute: done\n"
                           "unpublish: done\n");
}

static void
test_cancelled_meanwhile (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  fixture_join (self, "");
  fixture_lose (self);
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, cancellable, on_publish, &publish);
  g_cancellable_cancel (cancellable);
  outcome_wait (&publish);
  g_assert_error (publish.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_resume (self, 0, 0);
  expect (self, "stream.publish", "streamId", "a1");
  fake_server_reply (self->server, "{'streamId':'a1'}");
  expect (self, "stream.unpublish", "streamId", "a1");
}

/* What an answer acknowledges is not said again; many messages without one ask for one. */
static void
test_acknowledged (Fixture *self, gconstpointer data)
{
  NertcTransport *transport = begin_call (self);
  gint64 ping;

  for (guint i = 0; i < 33; i++)
    send_candidate (transport, i);
  for (guint i = 0; i < 33; i++)
    expect_candidate (self, i);
  json_object_unref (fake_server_expect (self->server, "room.ping"));
  ping = fake_server_get_request (self->server);
  send_candidate (transport, 33);
  expect_candidate (self, 33);
  fake_server_set_request (self->server, ping);
  fake_server_reply (self->server, "{}");
  fake_server_expect_nothing (self->server);
  fixture_lose (self);
  fixture_resume (self, 5, 2 + 34);
  expect_candidate (self, 33);
  fake_server_expect_nothing (self->server);
}

/* What cannot all be kept cannot be resumed; the requests are made again after the join. */
static void
test_too_much (Fixture *self, gconstpointer data)
{
  NertcTransport *transport = begin_call (self);
  g_auto (Outcome) publish = OUTCOME (self, "publish");

  fixture_lose (self);
  for (guint i = 0; i <= NERTC_BACKLOG_MAX; i++)
    send_candidate (transport, i);
  nertc_room_publish_async (self->room, "a2", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, NULL, on_publish, &publish);
  json_object_unref (fake_server_expect (self->server, "room.join"));
  g_assert_false (nertc_transport_is_open (transport));
  fake_server_admit (self->server, "alice", BOB_SINGS);
  expect (self, "stream.publish", "streamId", "a1");
  fake_server_reply (self->server, "{'streamId':'a1'}");
  expect (self, "stream.subscribe", "streamId", "b1");
  fake_server_reply (self->server, "{}");
  expect (self, "stream.publish", "streamId", "a2");
  fake_server_reply (self->server, "{'streamId':'a2'}");
  outcome_wait (&publish);
  g_assert_no_error (publish.error);
}

/* The next connection is lost, too: before the session was taken up, and right after. */
static void
test_lost_again (Fixture *self, gconstpointer data)
{
  NertcTransport *transport = begin_call (self);

  send_candidate (transport, 0);
  fixture_lose (self);
  json_object_unref (fake_server_expect (self->server, "room.resume"));
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_ABNORMAL);
  send_candidate (transport, 1);
  fixture_resume (self, 4, 2);
  expect_candidate (self, 0);
  say_name (self, 7);
  fixture_lose (self);
  fixture_resume (self, 5, 3);
  expect_candidate (self, 1);
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "state connected none\n");
}

/* A server that does not answer is left without taking leave of the room. */
static void
test_attempt_times_out (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fixture_shorten (self, &self->timing.attempt);
  fixture_lose (self);
  json_object_unref (fake_server_expect (self->server, "room.resume"));
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_ABANDONED);
  self->timing.attempt = 60000;
  nertc_room_set_timing (self->room, &self->timing);
  while (fake_server_count_connections (self->server) < 3)
    g_main_context_iteration (NULL, TRUE);
  fixture_resume (self, 4, 2);
  fixture_check_log (self, "state connected none\n");
}

static void
test_refused_for_a_while (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fixture_lose (self);
  json_object_unref (fake_server_expect (self->server, "room.resume"));
  fake_server_reply_error (self->server, NERTC_ERROR_RATE_EXCEEDED);
  fixture_resume (self, 4, 2);
  fixture_check_log (self, "state connected none\n");
}

static void
check_impossible (Fixture *self, gint64 handled)
{
  g_autofree char *result =
      g_strdup_printf ("{'received':%" G_GINT64_FORMAT ",'pingInterval':5}", handled);

  fixture_join (self, "");
  fixture_publish (self, "a1");
  fixture_lose (self);
  json_object_unref (fake_server_expect (self->server, "room.resume"));
  fake_server_reply (self->server, result);
  json_object_unref (fake_server_expect (self->server, "room.join"));
  fake_server_admit (self->server, "alice", "");
  expect (self, "stream.publish", "streamId", "a1");
}

/* A server that says to have handled what was never sent, or less than it said before. */
static void
test_handled_too_many (Fixture *self, gconstpointer data)
{
  check_impossible (self, 2);
}

static void
test_handled_too_few (Fixture *self, gconstpointer data)
{
  check_impossible (self, 0);
}

/* An older server, say. */
static void
test_not_known (Fixture *self, gconstpointer data)
{
  fixture_join (self, "");
  fixture_lose (self);
  json_object_unref (fake_server_expect (self->server, "room.resume"));
  fake_server_reply_error (self->server, NERTC_ERROR_METHOD_NOT_FOUND);
  json_object_unref (fake_server_expect (self->server, "room.join"));
  fake_server_admit (self->server, "alice", "");
  fixture_check_log (self, "state connected none\n");
}

/* The counts begin anew with the next session. */
static void
test_next_session (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fixture_lose (self);
  fixture_rejoin (self, "");
  expect (self, "stream.publish", "streamId", "a1");
  fake_server_reply (self->server, "{'streamId':'a1'}");
  fixture_lose (self);
  fixture_resume (self, 1, 1);
  fixture_check_log (self, "state connected none\n");
}

static void
test_leave_while_resuming (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  g_auto (Outcome) publish = OUTCOME (self, "publish");

  begin_call (self);
  fixture_lose (self);
  nertc_room_publish_async (self->room, "a2", NERTC_SOURCE_CAMERA, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_NONE, NULL, on_publish, &publish);
  json_object_unref (fake_server_expect (self->server, "room.resume"));
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_NORMAL);
  outcome_wait (&leave);
  g_assert_no_error (leave.error);
  g_assert_error (publish.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
leave_when_back (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
                 Outcome *leave)
{
  if (old == NERTC_ROOM_STATE_RECONNECTING && new == NERTC_ROOM_STATE_CONNECTED)
    nertc_room_leave_async (room, NULL, on_leave, leave);
}

static void
test_leave_from_handler (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (self, "leave");
  NertcTransport *transport = begin_call (self);
  g_autoptr (JsonObject) params = NULL;

  g_signal_connect (self->room, "state-changed", G_CALLBACK (leave_when_back), &leave);
  fixture_lose (self);
  send_candidate (transport, 0);
  params = fake_server_expect (self->server, "room.resume");
  fake_server_reply (self->server, "{'received':2,'pingInterval':5}");
  expect_candidate (self, 0);
  json_object_unref (fake_server_expect (self->server, "room.leave"));
  fake_server_reply (self->server, "{}");
  fake_server_expect_closed (self->server);
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_NORMAL);
  outcome_wait (&leave);
  g_assert_no_error (leave.error);
}

/* Those who had not come back when the connection was lost again have their time afterwards. */
static void
test_settles (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  fixture_lose (self);
  fixture_rejoin (self, "");
  fixture_shorten (self, &self->timing.settle);
  fixture_lose (self);
  fixture_resume (self, 0, 0);
  fixture_wait_for_log (self, "left bob timeout");
  fixture_check_log (self, "state connected none\nremoved b1 timeout\nleft bob timeout\n");
}

/* What was missed is heard, why the session is over last of all; nothing is asked for again. */
static void
test_put_out_meanwhile (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;

  fixture_join (self, BOB);
  fixture_publish (self, "a1");
  transport = fixture_open_transport (self, "t1", "sender", "a1");
  send_candidate (transport, 0);
  fixture_lose (self);
  fixture_resume (self, 2, 1);
  say_name (self, 7);
  fake_server_event (self->server, "room.closed", "'reason':'kicked','message':'Be nice'");
  g_assert_false (nertc_transport_is_open (transport));
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_FAILED);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  expect_candidate (self, 0);
  fake_server_expect_nothing (self->server);
  g_assert_cmpuint (fake_server_count_connections (self->server), ==, 2);
  fixture_check_log (self, "state connected none\n"
                           "updated bob 7\n"
                           "state failed kicked\n"
                           "closed t1 kicked\n"
                           "closed 2004 kicked Be nice\n");
}

#define ADD(name, test) \
  g_test_add ("/room/resume/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("unchanged", test_unchanged);
  ADD ("what-it-asks-for", test_what_it_asks_for);
  g_test_add_func ("/room/resume/burst-heard", test_burst_heard);
  g_test_add_func ("/room/resume/burst-said", test_burst_said);
  ADD ("answer-lost", test_answer_lost);
  ADD ("request-lost", test_request_lost);
  ADD ("negotiation", test_negotiation);
  ADD ("asked-meanwhile", test_asked_meanwhile);
  ADD ("cancelled-meanwhile", test_cancelled_meanwhile);
  ADD ("acknowledged", test_acknowledged);
  ADD ("too-much", test_too_much);
  ADD ("lost-again", test_lost_again);
  ADD ("attempt-times-out", test_attempt_times_out);
  ADD ("refused-for-a-while", test_refused_for_a_while);
  ADD ("handled-too-many", test_handled_too_many);
  ADD ("handled-too-few", test_handled_too_few);
  ADD ("not-known", test_not_known);
  ADD ("next-session", test_next_session);
  ADD ("leave-while-resuming", test_leave_while_resuming);
  ADD ("leave-from-handler", test_leave_from_handler);
  ADD ("settles", test_settles);
  ADD ("put-out-meanwhile", test_put_out_meanwhile);
  return g_test_run ();
}
