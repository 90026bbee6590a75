/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Invitations over real WebSockets: of who only listens, of members of rooms, and of both. */

#include "nertc-test-server.h"
#include "test-client.h"

typedef struct {
  NertcTestServer *server;
  const char *uri;
  TestClient *a; /* in the room "room" */
  TestClient *b; /* listens */
} Fixture;

static TestClient *
listen_as (const char *uri, const char *uid, const char *more)
{
  TestClient *client = test_client_new (uri);
  g_autoptr (JsonObject) result =
      test_client_call (client, "invite.listen", "{'uid': '%s'%s}", uid, more);

  g_assert_cmpstr (test_json_text (result, "uid"), ==, uid);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (result, "members")), ==,
                    0);
  return client;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const options[] = { "--grace=0", "--max-rooms=1", "--max-members=2", NULL };

  self->server = nertc_test_server_new_with_options (options);
  self->uri = nertc_test_server_get_uri (self->server);
  self->a = test_client_new_joined (self->uri, "room", "a");
  self->b = listen_as (self->uri, "b", "");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->a);
  test_client_free (self->b);
  nertc_test_server_free (self->server);
}

static char *
invite (TestClient *from, const char *uid, const char *more)
{
  g_autoptr (JsonObject) result =
      test_client_call (from, "invite.send", "{'uid': '%s'%s}", uid, more);

  return g_strdup (test_json_text (result, "inviteId"));
}

static void
expect_received (TestClient *client, const char *id, const char *from)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "invite.received");

  g_assert_cmpstr (test_json_text (event, "inviteId"), ==, id);
  g_assert_cmpstr (test_json_text (event, "uid"), ==, from);
}

static void
expect_state (TestClient *client, const char *id, const char *uid, const char *state)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "invite.updated");

  g_assert_cmpstr (test_json_text (event, "inviteId"), ==, id);
  g_assert_cmpstr (test_json_text (event, "uid"), ==, uid);
  g_assert_cmpstr (test_json_text (event, "state"), ==, state);
}

static void
answer (TestClient *client, const char *method, const char *id)
{
  g_autoptr (JsonObject) result = test_client_call (client, method, "{'inviteId': '%s'}", id);

  g_assert_nonnull (result);
}

/* The whole way: both end up in the room that the invitation named. */
static void
test_accepted (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) received = NULL;
  g_autoptr (JsonObject) accepted = NULL;
  g_autoptr (JsonObject) left = NULL;
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (JsonObject) named = test_client_call (self->a, "member.update", "{'userName': 'Ann'}");

  g_assert_nonnull (named);
  id = invite (self->a, "b", ", 'channel': 'room', 'text': 'Lunch?', 'timeout': 600");
  received = test_client_expect (self->b, "invite.received");
  g_assert_cmpstr (test_json_text (received, "inviteId"), ==, id);
  g_assert_cmpstr (test_json_text (received, "uid"), ==, "a");
  g_assert_cmpstr (test_json_text (received, "userName"), ==, "Ann");
  g_assert_cmpstr (test_json_text (received, "channel"), ==, "room");
  g_assert_cmpstr (test_json_text (received, "text"), ==, "Lunch?");
  g_assert_cmpint (json_object_get_int_member (received, "timeout"), ==, 600);

  test_client_notify (self->b, "invite.ringing", "{'inviteId': '%s'}", id);
  expect_state (self->a, id, "b", "ringing");
  accepted = test_client_call (self->b, "invite.accept", "{'inviteId': '%s'}", id);
  g_assert_cmpstr (test_json_text (accepted, "channel"), ==, "room");
  expect_state (self->a, id, "b", "accepted");

  left = test_client_call (self->b, "room.leave", "{}");
  g_assert_nonnull (left);
  joined = test_client_call (self->b, "room.join", "{'channel': 'room', 'uid': 'b'}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (joined, "members")), ==,
                    1);
  g_clear_pointer (&joined, json_object_unref);
  joined = test_client_expect (self->a, "member.joined");
  g_assert_cmpstr (test_json_text (joined, "uid"), ==, "b");
}

/* A name is made where none is given, another one for each. */
static void
test_defaults (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) one = test_client_call (self->b, "invite.send", "{'uid': 'a'}");
  g_autoptr (JsonObject) other = test_client_call (self->b, "invite.send", "{'uid': 'a'}");
  g_autoptr (JsonObject) received = test_client_expect (self->a, "invite.received");

  g_assert_cmpstr (test_json_text (one, "channel"), !=, test_json_text (other, "channel"));
  g_assert_cmpstr (test_json_text (one, "channel"), ==, test_json_text (received, "channel"));
  g_assert_cmpstr (test_json_text (received, "text"), ==, "");
  g_assert_cmpint (json_object_get_int_member (received, "timeout"), ==, 60);
}

static void
test_rejected (Fixture *self, gconstpointer data)
{
  g_autofree char *rejected = invite (self->b, "a", "");
  g_autofree char *busy = NULL;
  g_autofree char *cancelled = NULL;

  expect_received (self->a, rejected, "b");
  answer (self->a, "invite.reject", rejected);
  expect_state (self->b, rejected, "a", "rejected");

  busy = invite (self->b, "a", "");
  expect_received (self->a, busy, "b");
  json_object_unref (
      test_client_call (self->a, "invite.reject", "{'inviteId': '%s', 'busy': true}", busy));
  expect_state (self->b, busy, "a", "busy");

  cancelled = invite (self->b, "a", "");
  expect_received (self->a, cancelled, "b");
  answer (self->b, "invite.cancel", cancelled);
  expect_state (self->a, cancelled, "b", "cancelled");
  test_client_expect_nothing (self->b);
}

static void
test_timeout (Fixture *self, gconstpointer data)
{
  g_autofree char *id = invite (self->a, "b", ", 'timeout': 1");

  expect_received (self->b, id, "a");
  expect_state (self->a, id, "b", "timeout");
  expect_state (self->b, id, "a", "timeout");
  test_client_call_fails (self->b, NERTC_ERROR_INVITE_NOT_FOUND, "invite.accept",
                          "{'inviteId': '%s'}", id);
}

static void
test_offline (Fixture *self, gconstpointer data)
{
  g_autofree char *id = invite (self->a, "b", "");
  g_autofree char *other = NULL;
  g_autoptr (TestClient) c = listen_as (self->uri, "c", "");

  expect_received (self->b, id, "a");
  test_client_close (self->b, 4000);
  expect_state (self->a, id, "b", "offline");
  test_client_call_fails (self->a, NERTC_ERROR_UID_OFFLINE, "invite.send", "{'uid': 'b'}");
  test_client_call_fails (self->a, NERTC_ERROR_UID_OFFLINE, "invite.send", "{'uid': 'a'}");

  other = invite (c, "a", "");
  expect_received (self->a, other, "c");
  test_client_close (c, 1000);
  expect_state (self->a, other, "c", "cancelled");
}

/* Two devices of one user */
static void
test_elsewhere (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) desk = test_client_new_joined (self->uri, "room", "b");
  g_autoptr (JsonObject) joined = test_client_expect (self->a, "member.joined");
  g_autofree char *id = invite (self->a, "b", "");

  g_assert_nonnull (joined);
  expect_received (self->b, id, "a");
  expect_received (desk, id, "a");
  answer (desk, "invite.accept", id);
  expect_state (self->a, id, "b", "accepted");
  expect_state (self->b, id, "b", "elsewhere");
  test_client_call_fails (self->b, NERTC_ERROR_INVITE_NOT_FOUND, "invite.accept",
                          "{'inviteId': '%s'}", id);
  test_client_expect_nothing (desk);
}

static void
test_not_found (Fixture *self, gconstpointer data)
{
  static const char *const methods[] = { "invite.accept", "invite.reject", "invite.cancel" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    test_client_call_fails (self->b, NERTC_ERROR_INVITE_NOT_FOUND, methods[i],
                            "{'inviteId': 'nothing'}");
  test_client_notify (self->b, "invite.ringing", "{'inviteId': 'nothing'}");
  test_client_expect_nothing (self->b);
}

/* Who listens is in no room. */
static void
test_no_room (Fixture *self, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "room.update", "{'extraInfo': 'x'}" },
    { "member.update", "{'userName': 'x'}" },
    { "member.kick", "{'uid': 'b'}" },
    { "message.send", "{'kind': 'broadcast', 'text': 'x'}" },
    { "stream.publish", "{'source': 'camera', 'audio': true, 'video': true}" },
    { "stream.subscribe", "{'streamId': 's', 'audio': true, 'video': true}" },
  };
  g_autoptr (JsonObject) ping = test_client_call (self->b, "room.ping", "{}");

  g_assert_nonnull (ping);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    test_client_call_fails (self->b, NERTC_ERROR_NOT_JOINED, rows[i][0], "%s", rows[i][1]);
  test_client_notify (self->b, "member.quality", "{'up': 1, 'down': 1}");
  g_assert_cmpint (test_client_expect_error (self->b, NERTC_ERROR_NOT_JOINED), ==, NERTC_NO_ID);
  test_client_call_fails (self->b, NERTC_ERROR_ALREADY_JOINED, "room.join", "{'channel': 'room'}");
  test_client_call_fails (self->b, NERTC_ERROR_ALREADY_JOINED, "invite.listen", "{'uid': 'c'}");
  test_client_call_fails (self->a, NERTC_ERROR_ALREADY_JOINED, "invite.listen", "{'uid': 'c'}");
}

/* Listeners are beyond the limits of rooms, hear nothing of each other, and have a uid of their
 * own. */
static void
test_listeners (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = listen_as (self->uri, "c", "");
  g_autoptr (TestClient) d = listen_as (self->uri, "d", ", 'appKey': 'other'");
  g_autoptr (TestClient) e = test_client_new (self->uri);
  g_autofree char *more =
      g_strdup_printf (", 'sessionSecret': '%s'", test_client_get_secret (self->b));
  g_autoptr (TestClient) successor = NULL;

  test_client_call_fails (d, NERTC_ERROR_UID_OFFLINE, "invite.send", "{'uid': 'b'}");
  test_client_call_fails (self->b, NERTC_ERROR_UID_OFFLINE, "invite.send", "{'uid': 'd'}");
  test_client_call_fails (e, NERTC_ERROR_UID_TAKEN, "invite.listen", "{'uid': 'b'}");
  test_client_call_fails (e, NERTC_ERROR_INVALID_PARAMS, "invite.listen", "{}");
  test_client_call_fails (e, NERTC_ERROR_NOT_JOINED, "invite.send", "{'uid': 'b'}");
  test_client_call_fails (e, NERTC_ERROR_TOO_MANY_ROOMS, "room.join", "{'channel': 'new'}");
  successor = listen_as (self->uri, "b", more);
  test_client_expect_end (self->b, "replaced", 1008);
  test_client_expect_nothing (c);
}

/* Who listens counts in no room, and what is counted some time later does not look for it. */
static void
test_no_count (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);
  g_autoptr (JsonObject) joined = NULL;
  g_autoptr (JsonObject) left = test_client_call (self->b, "room.leave", "{}");
  g_autoptr (JsonObject) count = NULL;

  g_assert_nonnull (left);
  joined = test_client_call (c, "room.join", "{'channel': 'room', 'userUpdates': false}");
  g_assert_nonnull (joined);
  count = test_client_expect (c, "room.memberCount");
  g_assert_cmpint (json_object_get_int_member (count, "members"), ==, 2);
  test_client_expect_nothing (c);
}

#define ADD(name, function) \
  g_test_add ("/invitations/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("accepted", test_accepted);
  ADD ("defaults", test_defaults);
  ADD ("rejected", test_rejected);
  ADD ("timeout", test_timeout);
  ADD ("offline", test_offline);
  ADD ("elsewhere", test_elsewhere);
  ADD ("not-found", test_not_found);
  ADD ("no-room", test_no_room);
  ADD ("listeners", test_listeners);
  ADD ("no-count", test_no_count);
  return g_test_run ();
}
