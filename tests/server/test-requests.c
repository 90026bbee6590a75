/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client may ask, over real WebSockets: each request's success, its events, its errors. */

#include "dispatch.h"
#include "nertc-test-server.h"
#include "test-client.h"

#include <libsoup/soup.h>
#include <string.h>

typedef struct {
  NertcTestServer *server;
  const char *uri;
  TestClient *a; /* both in the room "room", b after a */
  TestClient *b;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  /* Who is lost has left at once; the time of grace has tests of its own. */
  const char *const options[] = { "--grace=0", NULL };
  g_autoptr (JsonObject) joined = NULL;

  self->server = nertc_test_server_new_with_options (options);
  self->uri = nertc_test_server_get_uri (self->server);
  self->a = test_client_new_joined (self->uri, "room", "a");
  self->b = test_client_new_joined (self->uri, "room", "b");
  joined = test_client_expect (self->a, "member.joined");
  g_assert_cmpstr (test_json_text (joined, "uid"), ==, "b");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->a);
  test_client_free (self->b);
  nertc_test_server_free (self->server);
}

static void
call (TestClient *client, const char *method, const char *params)
{
  g_autoptr (JsonObject) result = test_client_call (client, method, "%s", params);

  g_assert_nonnull (result);
}

static void
publish (TestClient *client, const char *stream_id)
{
  g_autoptr (JsonObject) result = test_client_call (
      client, "stream.publish",
      "{'streamId': '%s', 'source': 'camera', 'audio': true, 'video': true}", stream_id);

  g_assert_cmpstr (test_json_text (result, "streamId"), ==, stream_id);
}

static void
expect_text (TestClient *client, const char *method, const char *name, const char *value)
{
  g_autoptr (JsonObject) event = test_client_expect (client, method);

  g_assert_cmpstr (test_json_text (event, name), ==, value);
}

/* Every message of the protocol that a client sends has a handler. */
static void
test_table_is_complete (void)
{
  for (const NertcMethod *method = nertc_methods; method->name; method++) {
    if (method->sender == NERTC_SENDER_CLIENT)
      g_assert_true (srv_dispatch_knows (method->name));
  }
}

/* Joining */

static void
test_join_assigns (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);
  g_autoptr (JsonObject) result = test_client_call (c, "room.join", "{'channel': 'room'}");

  g_assert_cmpuint (strlen (test_json_text (result, "uid")), >=, 1);
  g_assert_cmpuint (strlen (test_json_text (result, "sessionSecret")), >=, 16);
  g_assert_cmpint (json_object_get_int_member (result, "pingInterval"), ==, 5);
  expect_text (self->a, "member.joined", "uid", test_json_text (result, "uid"));
}

/* Whoever comes sees what is there already, and hears of nothing twice. */
static void
test_snapshot (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);
  g_autoptr (JsonObject) result = NULL;
  JsonArray *members;
  JsonObject *member, *stream;

  publish (self->a, "s");
  call (self->a, "stream.update", "{'streamId': 's', 'videoMuted': true}");
  call (self->a, "room.update", "{'extraInfo': 'agenda'}");
  call (self->a, "member.update", "{'userName': 'Ann', 'userData': 'data'}");
  result = test_client_call (c, "room.join", "{'channel': 'room', 'uid': 'c'}");

  g_assert_cmpstr (test_json_text (json_object_get_object_member (result, "room"), "extraInfo"), ==,
                   "agenda");
  members = json_object_get_array_member (result, "members");
  g_assert_cmpuint (json_array_get_length (members), ==, 2);
  member = json_array_get_object_element (members, 0);
  g_assert_cmpstr (test_json_text (member, "uid"), ==, "a");
  g_assert_cmpstr (test_json_text (member, "userName"), ==, "Ann");
  g_assert_cmpstr (test_json_text (member, "userData"), ==, "data");
  stream = json_array_get_object_element (json_object_get_array_member (member, "streams"), 0);
  g_assert_cmpstr (test_json_text (stream, "streamId"), ==, "s");
  g_assert_cmpstr (test_json_text (stream, "source"), ==, "camera");
  g_assert_true (test_json_flag (stream, "audio"));
  g_assert_false (test_json_flag (stream, "audioMuted"));
  g_assert_true (test_json_flag (stream, "videoMuted"));
  test_client_expect_nothing (c);
}

static void
test_join_errors (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);

  test_client_call_fails (c, NERTC_ERROR_INVALID_PARAMS, "room.join", "{}");
  test_client_call_fails (c, NERTC_ERROR_ROOM_NAME_INVALID, "room.join", "{'channel': ''}");
  test_client_call_fails (c, NERTC_ERROR_ROOM_NAME_INVALID, "room.join", "{'channel': 'a/b'}");
  test_client_call_fails (c, NERTC_ERROR_UID_INVALID, "room.join",
                          "{'channel': 'room', 'uid': ''}");
  test_client_call_fails (c, NERTC_ERROR_INVALID_PARAMS, "room.join",
                          "{'channel': 'room', 'userUpdates': 1}");
  test_client_call_fails (c, NERTC_ERROR_UID_TAKEN, "room.join", "{'channel': 'room', 'uid': 'a'}");
  test_client_call_fails (c, NERTC_ERROR_UID_TAKEN, "room.join",
                          "{'channel': 'room', 'uid': 'a', 'sessionSecret': '%s'}",
                          test_client_get_secret (self->b));
  test_client_call_fails (self->a, NERTC_ERROR_ALREADY_JOINED, "room.join", "{'channel': 'other'}");
  /* None of this was a step into the room. */
  test_client_expect_nothing (self->a);
}

static void
test_nothing_before_join (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);

  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "room.leave", "{}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "room.update", "{'extraInfo': ''}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "member.update", "{}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "stream.publish",
                          "{'source': 'camera', 'audio': true, 'video': true}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "stream.update", "{'streamId': 's'}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "stream.unpublish", "{'streamId': 's'}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "stream.subscribe",
                          "{'streamId': 's', 'audio': true, 'video': true}");
  test_client_call_fails (c, NERTC_ERROR_NOT_JOINED, "stream.unsubscribe", "{'streamId': 's'}");
  test_client_notify (c, "transport.playing", "{'transportId': 't'}");
  g_assert_cmpint (test_client_expect_error (c, NERTC_ERROR_NOT_JOINED), ==, NERTC_NO_ID);
}

static void
test_leave (Fixture *self, gconstpointer data)
{
  publish (self->b, "s");
  expect_text (self->a, "stream.added", "streamId", "s");
  call (self->b, "room.leave", "{}");
  expect_text (self->a, "stream.removed", "reason", "left");
  expect_text (self->a, "member.left", "reason", "left");
  /* The connection may join again; events begin anew. */
  call (self->b, "room.join", "{'channel': 'room', 'uid': 'b'}");
  expect_text (self->a, "member.joined", "uid", "b");
  call (self->a, "room.update", "{'extraInfo': 'x'}");
  expect_text (self->b, "room.updated", "extraInfo", "x");
}

static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = test_client_new (self->uri);
  g_autoptr (JsonObject) result = NULL;

  publish (self->a, "s");
  expect_text (self->b, "stream.added", "streamId", "s");
  result = test_client_call (again, "room.join",
                             "{'channel': 'room', 'uid': 'a', 'sessionSecret': '%s'}",
                             test_client_get_secret (self->a));
  g_assert_cmpstr (test_client_get_secret (again), !=, test_client_get_secret (self->a));
  test_client_expect_end (self->a, "replaced", 1008);
  expect_text (self->b, "stream.removed", "reason", "replaced");
  expect_text (self->b, "member.left", "reason", "replaced");
  expect_text (self->b, "member.joined", "uid", "a");
  /* Its stream id is free again; it hears nothing of its own past. */
  publish (again, "s");
  test_client_expect_nothing (again);
}

static void
test_user_updates (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);
  g_autoptr (JsonObject) result =
      test_client_call (c, "room.join", "{'channel': 'room', 'uid': 'c', 'userUpdates': false}");
  g_autoptr (TestClient) d = NULL;

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (result, "members")), ==,
                    2);
  d = test_client_new_joined (self->uri, "room", "d");
  call (d, "member.update", "{'userName': 'Dan'}");
  publish (d, "s");
  call (d, "room.leave", "{}");
  expect_text (c, "stream.added", "uid", "d");
  expect_text (c, "stream.removed", "uid", "d");
  test_client_expect_nothing (c);
}

/* Rooms apart */

static void
test_rooms_are_apart (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) other = test_client_new_joined (self->uri, "other", "a");

  publish (other, "s");
  call (other, "room.update", "{'extraInfo': 'x'}");
  test_client_call_fails (self->a, NERTC_ERROR_STREAM_NOT_FOUND, "stream.subscribe",
                          "{'streamId': 's', 'audio': true, 'video': true}");
  /* But stream ids are unique in all rooms of an app key. */
  test_client_call_fails (self->a, NERTC_ERROR_STREAM_ID_TAKEN, "stream.publish",
                          "{'streamId': 's', 'source': 'camera', 'audio': true, 'video': true}");
  test_client_expect_nothing (self->a);
  test_client_expect_nothing (self->b);
}

static void
test_app_keys_are_apart (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) other = test_client_new (self->uri);
  g_autoptr (JsonObject) result =
      test_client_call (other, "room.join", "{'channel': 'room', 'uid': 'a', 'appKey': 'key'}");

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (result, "members")), ==,
                    0);
  publish (other, "s");
  publish (self->a, "s");
  expect_text (self->b, "stream.added", "uid", "a");
  test_client_expect_nothing (self->b);
  test_client_expect_nothing (other);
}

/* Updates */

static void
test_room_update (Fixture *self, gconstpointer data)
{
  call (self->a, "room.update", "{'extraInfo': 'x'}");
  /* A fact of the room: who said it hears it too. */
  expect_text (self->a, "room.updated", "extraInfo", "x");
  expect_text (self->b, "room.updated", "extraInfo", "x");
  call (self->a, "room.update", "{'extraInfo': 'x'}");
  test_client_expect_nothing (self->b);
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "room.update", "{}");
}

static void
test_member_update (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) event = NULL;

  call (self->a, "member.update", "{'userName': 'Ann'}");
  call (self->a, "member.update", "{'userData': 'data'}");
  expect_text (self->b, "member.updated", "userName", "Ann");
  event = test_client_expect (self->b, "member.updated");
  g_assert_cmpstr (test_json_text (event, "userName"), ==, "Ann");
  g_assert_cmpstr (test_json_text (event, "userData"), ==, "data");
  test_client_expect_nothing (self->a);
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "member.update", "{'userName': 1}");
}

/* Streams */

static void
test_publish (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (JsonObject) event = NULL;

  result = test_client_call (self->a, "stream.publish",
                             "{'source': 'screen', 'audio': false, 'video': true, "
                             "'videoMuted': true}");
  event = test_client_expect (self->b, "stream.added");
  g_assert_cmpstr (test_json_text (event, "uid"), ==, "a");
  g_assert_cmpstr (test_json_text (event, "streamId"), ==, test_json_text (result, "streamId"));
  g_assert_cmpstr (test_json_text (event, "source"), ==, "screen");
  g_assert_false (test_json_flag (event, "audio"));
  g_assert_true (test_json_flag (event, "video"));
  g_assert_false (test_json_flag (event, "audioMuted"));
  g_assert_true (test_json_flag (event, "videoMuted"));
  test_client_expect_nothing (self->a);
}

static void
test_publish_errors (Fixture *self, gconstpointer data)
{
  publish (self->a, "s");
  test_client_call_fails (self->b, NERTC_ERROR_STREAM_ID_TAKEN, "stream.publish",
                          "{'streamId': 's', 'source': 'camera', 'audio': true, 'video': true}");
  test_client_call_fails (self->b, NERTC_ERROR_STREAM_ID_INVALID, "stream.publish",
                          "{'streamId': 'a b', 'source': 'camera', 'audio': true, 'video': true}");
  test_client_call_fails (self->b, NERTC_ERROR_INVALID_PARAMS, "stream.publish",
                          "{'source': 'camera', 'audio': false, 'video': false}");
  test_client_call_fails (self->b, NERTC_ERROR_INVALID_PARAMS, "stream.publish",
                          "{'source': 'moon', 'audio': true, 'video': true}");
  expect_text (self->b, "stream.added", "streamId", "s");
  test_client_expect_nothing (self->a);
}

static void
test_stream_update (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) event = NULL;

  publish (self->a, "s");
  expect_text (self->b, "stream.added", "streamId", "s");
  call (self->a, "stream.update", "{'streamId': 's', 'audioMuted': true}");
  event = test_client_expect (self->b, "stream.updated");
  g_assert_true (test_json_flag (event, "audioMuted"));
  g_assert_false (test_json_flag (event, "videoMuted"));
  call (self->a, "stream.update", "{'streamId': 's', 'audioMuted': true}");
  test_client_expect_nothing (self->b);
  test_client_call_fails (self->b, NERTC_ERROR_STREAM_NOT_FOUND, "stream.update",
                          "{'streamId': 's', 'audioMuted': false}");
  test_client_expect_nothing (self->a);
}

static void
test_stream_tracks (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) event = NULL;

  publish (self->a, "s");
  expect_text (self->b, "stream.added", "streamId", "s");
  call (self->a, "stream.update", "{'streamId': 's', 'video': false}");
  event = test_client_expect (self->b, "stream.updated");
  g_assert_true (test_json_flag (event, "audio"));
  g_assert_false (test_json_flag (event, "video"));
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "stream.update",
                          "{'streamId': 's', 'audio': false}");
  test_client_expect_nothing (self->b);
  call (self->a, "stream.update", "{'streamId': 's', 'renew': true}");
  expect_text (self->b, "stream.updated", "streamId", "s");
}

static void
test_unpublish (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) event = NULL;

  publish (self->a, "s");
  expect_text (self->b, "stream.added", "streamId", "s");
  test_client_call_fails (self->b, NERTC_ERROR_STREAM_NOT_FOUND, "stream.unpublish",
                          "{'streamId': 's'}");
  call (self->a, "stream.unpublish", "{'streamId': 's'}");
  event = test_client_expect (self->b, "stream.removed");
  g_assert_cmpstr (test_json_text (event, "uid"), ==, "a");
  g_assert_cmpstr (test_json_text (event, "streamId"), ==, "s");
  g_assert_cmpstr (test_json_text (event, "reason"), ==, "unpublished");
  test_client_call_fails (self->a, NERTC_ERROR_STREAM_NOT_FOUND, "stream.unpublish",
                          "{'streamId': 's'}");
}

static void
test_subscribe_errors (Fixture *self, gconstpointer data)
{
  publish (self->a, "s");
  test_client_call_fails (self->a, NERTC_ERROR_STREAM_NOT_FOUND, "stream.subscribe",
                          "{'streamId': 's', 'audio': true, 'video': true}");
  test_client_call_fails (self->b, NERTC_ERROR_STREAM_NOT_FOUND, "stream.subscribe",
                          "{'streamId': 'none', 'audio': true, 'video': true}");
  test_client_call_fails (self->b, NERTC_ERROR_STREAM_NOT_FOUND, "stream.unsubscribe",
                          "{'streamId': 's'}");
  test_client_call_fails (self->b, NERTC_ERROR_INVALID_PARAMS, "stream.subscribe",
                          "{'streamId': 's', 'audio': true}");
  test_client_expect_nothing (self->a);
}

static void
test_rights (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) c = test_client_new (self->uri);
  g_autoptr (JsonObject) result = test_client_call (c, "room.join", "{'channel': 'room'}");
  JsonArray *grants = json_object_get_array_member (result, "grants");

  g_assert_cmpstr (test_json_text (result, "role"), ==, "host");
  g_assert_cmpuint (json_array_get_length (grants), ==, 3);
  expect_text (self->a, "member.joined", "role", "host");
  test_client_call_fails (self->a, NERTC_ERROR_GRANT_MISSING, "member.setRole",
                          "{'uid': 'b', 'role': 'audience'}");
  test_client_expect_nothing (self->a);
}

/* What is no proper message */

static void
expect_answer (TestClient *client, const char *text, NertcError code, gint64 id)
{
  test_client_send_text (client, text);
  g_assert_cmpint (test_client_expect_error (client, code), ==, id);
}

static void
test_improper_messages (Fixture *self, gconstpointer data)
{
  g_autofree char *deep = g_strnfill (100000, '[');

  expect_answer (self->a, "", NERTC_ERROR_PARSE, NERTC_NO_ID);
  expect_answer (self->a, "{", NERTC_ERROR_PARSE, NERTC_NO_ID);
  expect_answer (self->a, deep, NERTC_ERROR_PARSE, NERTC_NO_ID);
  expect_answer (self->a, "[]", NERTC_ERROR_INVALID_REQUEST, NERTC_NO_ID);
  expect_answer (self->a, "null", NERTC_ERROR_INVALID_REQUEST, NERTC_NO_ID);
  expect_answer (self->a, "{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"room.leave\"}",
                 NERTC_ERROR_INVALID_REQUEST, 7);
  expect_answer (self->a, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"room.paint\"}",
                 NERTC_ERROR_METHOD_NOT_FOUND, 7);
  expect_answer (self->a, "{\"jsonrpc\":\"2.0\",\"method\":\"room.paint\"}",
                 NERTC_ERROR_METHOD_NOT_FOUND, NERTC_NO_ID);
  /* An event is the server's to send. */
  expect_answer (self->a, "{\"jsonrpc\":\"2.0\",\"method\":\"room.closed\"}",
                 NERTC_ERROR_METHOD_NOT_FOUND, NERTC_NO_ID);
  expect_answer (self->a, "{\"jsonrpc\":\"2.0\",\"method\":\"room.leave\"}",
                 NERTC_ERROR_INVALID_REQUEST, NERTC_NO_ID);
  expect_answer (self->a, "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"room.leave\"}",
                 NERTC_ERROR_INVALID_REQUEST, NERTC_NO_ID);
  /* Responses that nobody asked for are passed over. */
  test_client_send_text (self->a, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
  test_client_expect_nothing (self->a);
  test_client_expect_nothing (self->b);
}

/* How memberships end */

static void
test_close_codes (Fixture *self, gconstpointer data)
{
  static const struct {
    gushort code;
    const char *reason;
  } rows[] = {
    { SOUP_WEBSOCKET_CLOSE_NORMAL, "left" },
    { SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "left" },
    { SOUP_WEBSOCKET_CLOSE_NO_STATUS, "left" },
    { SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR, "timeout" },
    { 4000, "timeout" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TestClient) c = test_client_new_joined (self->uri, "room", "c");

    expect_text (self->a, "member.joined", "uid", "c");
    test_client_close (c, rows[i].code);
    expect_text (self->a, "member.left", "reason", rows[i].reason);
  }
}

#define ADD(name, function) \
  g_test_add ("/requests/" name, Fixture, NULL, set_up, function, tear_down)

/* Everybody hears of everybody who told, the teller too; the latest counts. */
static void
test_quality (Fixture *self, gconstpointer data)
{
  TestClient *both[] = { self->a, self->b };

  test_client_notify (self->a, "member.quality", "{'up': 5, 'down': 5}");
  test_client_notify (self->a, "member.quality", "{'up': 1, 'down': 2}");
  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    g_autoptr (JsonObject) event = test_client_expect (both[i], "room.quality");
    JsonArray *members = json_object_get_array_member (event, "members");
    JsonObject *member = json_array_get_object_element (members, 0);

    g_assert_cmpuint (json_array_get_length (members), ==, 1);
    g_assert_cmpstr (test_json_text (member, "uid"), ==, "a");
    g_assert_cmpint (json_object_get_int_member (member, "up"), ==, 1);
    g_assert_cmpint (json_object_get_int_member (member, "down"), ==, 2);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/requests/table-is-complete", test_table_is_complete);
  ADD ("join-assigns", test_join_assigns);
  ADD ("snapshot", test_snapshot);
  ADD ("join-errors", test_join_errors);
  ADD ("nothing-before-join", test_nothing_before_join);
  ADD ("leave", test_leave);
  ADD ("replaced", test_replaced);
  ADD ("user-updates", test_user_updates);
  ADD ("rooms-are-apart", test_rooms_are_apart);
  ADD ("app-keys-are-apart", test_app_keys_are_apart);
  ADD ("room-update", test_room_update);
  ADD ("member-update", test_member_update);
  ADD ("publish", test_publish);
  ADD ("publish-errors", test_publish_errors);
  ADD ("stream-update", test_stream_update);
  ADD ("stream-tracks", test_stream_tracks);
  ADD ("unpublish", test_unpublish);
  ADD ("subscribe-errors", test_subscribe_errors);
  ADD ("rights", test_rights);
  ADD ("quality", test_quality);
  ADD ("improper-messages", test_improper_messages);
  ADD ("close-codes", test_close_codes);
  return g_test_run ();
}
