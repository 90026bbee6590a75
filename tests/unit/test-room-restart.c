/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/*
 * The server does not know the session any more, for it was restarted, say, or has taken a stream
 * away: what a room does about its streams and transports, against a server that the test plays.
 */

static void
check_ids (JsonObject *params, const char *expected)
{
  JsonArray *ids = json_object_has_member (params, "transports")
                       ? json_object_get_array_member (params, "transports")
                       : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; ids && i < json_array_get_length (ids); i++)
    g_string_append_printf (text, "%s ", json_array_get_string_element (ids, i));
  g_assert_cmpstr (text->str, ==, expected);
}

/* The next message is this one, and names these transports. */
static void
expect_naming (Fixture *self, const char *method, const char *result, const char *ids)
{
  g_autoptr (JsonObject) params = fake_server_expect (self->server, method);

  check_ids (params, ids);
  fake_server_reply (self->server, result);
}

/* A call with a stream out on t1 and one in on t2. */
static void
begin_call (Fixture *self)
{
  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  fixture_subscribe (self, "b1");
  fixture_open_transport (self, "t1", "sender", "a1");
  nertc_transport_report_playing (fixture_open_transport (self, "t2", "receiver", "b1"));
  json_object_unref (fake_server_expect (self->server, "transport.playing"));
}

static NertcTransport *
get_transport (Fixture *self, guint number)
{
  return g_ptr_array_index (self->transports, number);
}

static void
test_adopted (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  g_assert_false (nertc_transport_is_open (get_transport (self, 0)));
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "t1 ");
  expect_naming (self, "stream.subscribe", "{}", "t2 ");
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t1','audio':true,'video':true");
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t2','audio':false,'video':true");
  g_assert_true (nertc_transport_is_open (get_transport (self, 0)));
  g_assert_true (nertc_transport_is_open (get_transport (self, 1)));
  fixture_check_log (self, "state connected none\nwanted t1 3\n");
  nertc_transport_report_playing (get_transport (self, 1));
  fake_server_expect_nothing (self->server);
  fake_server_event (self->server, "transport.close", "'transportId':'t1','reason':'failed'");
  fixture_check_log (self, "closed t1 failed\n");
}

/* Adopted ones are named again after the next restart. */
static void
test_adopted_twice (Fixture *self, gconstpointer data)
{
  begin_call (self);
  for (guint i = 0; i < 2; i++) {
    fixture_lose (self);
    fixture_rejoin (self, BOB_SINGS);
    expect_naming (self, "stream.publish", "{'streamId':'a1'}", "t1 ");
    expect_naming (self, "stream.subscribe", "{}", "t2 ");
    fake_server_event (self->server, "transport.update",
                       "'transportId':'t1','audio':false,'video':true");
    fake_server_event (self->server, "transport.update",
                       "'transportId':'t2','audio':false,'video':true");
  }
  fixture_check_log (self, "state connected none\n");
}

/* A transport that only one end named is closed by the server, the other's successor comes. */
static void
test_not_matched (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "t1 ");
  expect_naming (self, "stream.subscribe", "{}", "t2 ");
  fixture_check_log (self, "state connected none\n");
  fake_server_event (self->server, "transport.close", "'transportId':'t1','reason':'lost'");
  fixture_check_log (self, "closed t1 lost\n");
  nertc_transport_report_playing (fixture_open_transport (self, "t3", "receiver", "b1"));
  fixture_check_log (self, "closed t2 succeeded\n");
}

/* Those that do not work, or not for what the stream is now, are not named. */
static void
test_named (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) update = OUTCOME (self, "update");

  begin_call (self);
  fixture_open_transport (self, "t3", "receiver", "b1"); /* does not play yet */
  nertc_transport_report_failed (fixture_open_transport (self, "t4", "sender", "a1"),
                                 NERTC_FAILURE_SILENCE, "6 s");
  json_object_unref (fake_server_expect (self->server, "transport.failed"));
  fixture_lose (self);
  nertc_room_update_stream_async (self->room, "a1", NERTC_MEDIA_VIDEO, FALSE, NULL,
                                  on_update_stream, &update);
  fixture_rejoin (self, BOB_SINGS);
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "");
  expect_naming (self, "stream.subscribe", "{}", "t2 ");
  g_assert_no_error (update.error);
  fixture_wait_for_log (self, "closed t4 failed");
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t2','audio':false,'video':true");
  fixture_wait_for_log (self, "closed t3 succeeded");
  g_assert_true (nertc_transport_is_open (get_transport (self, 1)));
}

/* It had failed between the request and the server's answer, which is to open another one. */
static void
test_failed_when_adopted (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) failed = NULL;

  begin_call (self);
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "t1 ");
  nertc_transport_report_failed (get_transport (self, 0), NERTC_FAILURE_SILENCE, "6 s");
  fixture_wait_for_log (self, "closed t1 failed");
  json_object_unref (fake_server_expect (self->server, "stream.subscribe"));
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t1','audio':true,'video':true");
  failed = fake_server_expect (self->server, "transport.failed");
  g_assert_cmpstr (json_object_get_string_member (failed, "transportId"), ==, "t1");
}

static void
test_failing_when_adopted (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) failed = NULL;

  begin_call (self);
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "t1 ");
  json_object_unref (fake_server_expect (self->server, "stream.subscribe"));
  nertc_transport_report_failed (get_transport (self, 0), NERTC_FAILURE_SILENCE, "6 s");
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t1','audio':false,'video':true");
  failed = fake_server_expect (self->server, "transport.failed");
  g_assert_cmpstr (json_object_get_string_member (failed, "transportId"), ==, "t1");
  fixture_check_log (self, "state connected none\n");
  g_assert_true (nertc_transport_is_open (get_transport (self, 0)));
}

/* The stream comes a while after the join. */
static void
test_publisher_comes_later (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fixture_lose (self);
  fixture_rejoin (self, "");
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "t1 ");
  fake_server_expect_nothing (self->server);
  fake_server_event (self->server, "member.joined",
                     "'uid':'bob','userName':'Bob','userData':'','role':'host'");
  fake_server_event (self->server, "stream.added", "'uid':'bob'," B1);
  expect_naming (self, "stream.subscribe", "{}", "t2 ");
  fixture_check_log (self, "state connected none\n");
}

/* The server believed us dead. */
static void
test_stream_timed_out (Fixture *self, gconstpointer data)
{
  begin_call (self);
  fake_server_event (self->server, "transport.close", "'transportId':'t1','reason':'timeout'");
  fake_server_event (self->server, "stream.removed",
                     "'uid':'alice','streamId':'a1','reason':'timeout'");
  expect_naming (self, "stream.publish", "{'streamId':'a1'}", "");
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "closed t1 timeout\n");
}

/* What the server does not let us publish now is muted and taken back here all the same. */
static void
test_stream_not_allowed (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) unpublish = OUTCOME (self, "unpublish");

  begin_call (self);
  fake_server_event (self->server, "stream.removed",
                     "'uid':'alice','streamId':'a1','reason':'unpublished'");
  fake_server_expect_nothing (self->server);
  nertc_room_unpublish_async (self->room, "a1", NULL, on_unpublish, &unpublish);
  outcome_wait (&unpublish);
  g_assert_no_error (unpublish.error);
  fake_server_expect_nothing (self->server);
}

#define ADD(name, test) \
  g_test_add ("/room/restart/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("adopted", test_adopted);
  ADD ("adopted-twice", test_adopted_twice);
  ADD ("not-matched", test_not_matched);
  ADD ("named", test_named);
  ADD ("failed-when-adopted", test_failed_when_adopted);
  ADD ("failing-when-adopted", test_failing_when_adopted);
  ADD ("publisher-comes-later", test_publisher_comes_later);
  ADD ("stream-timed-out", test_stream_timed_out);
  ADD ("stream-not-allowed", test_stream_not_allowed);
  return g_test_run ();
}
