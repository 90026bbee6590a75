/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What members say to members: over real WebSockets, and where the time counts on a clock of the
 * test's own. */

#include "messages.h"
#include "nertc-test-server.h"
#include "test-client.h"
#include "token.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  NertcTestServer *server;
  const char *uri;
  TestClient *a; /* all in the room "room", and told of nobody */
  TestClient *b;
  TestClient *c;
} Fixture;

static TestClient *
new_joined (Fixture *self, const char *uid)
{
  TestClient *client = test_client_new (self->uri);
  g_autoptr (JsonObject) result = test_client_call (
      client, "room.join", "{'channel': 'room', 'uid': '%s', 'userUpdates': false}", uid);

  g_assert_cmpstr (test_json_text (result, "uid"), ==, uid);
  return client;
}

/* Only a ping that is sent for it tells what has arrived: none comes by itself. */
static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const options[] = { "--ping-interval=3600", "--max-queue=512", "--message-rate=10000",
                                  "--message-burst=10000", NULL };

  self->server = nertc_test_server_new_with_options (options);
  self->uri = nertc_test_server_get_uri (self->server);
  self->a = new_joined (self, "a");
  self->b = new_joined (self, "b");
  self->c = new_joined (self, "c");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->a);
  test_client_free (self->b);
  test_client_free (self->c);
  nertc_test_server_free (self->server);
}

static char *
say (TestClient *client, const char *kind, const char *text)
{
  g_autoptr (JsonObject) result =
      test_client_call (client, "message.send", "{'kind': '%s', 'text': '%s'}", kind, text);

  g_assert_false (json_object_has_member (result, "missing"));
  return g_strdup (test_json_text (result, "messageId"));
}

static char *
command (TestClient *client, const char *to, const char *text)
{
  g_autoptr (JsonObject) result = test_client_call (
      client, "message.send", "{'kind': 'command', 'text': '%s', 'to': [%s]}", text, to);

  return g_strdup (test_json_text (result, "messageId"));
}

/* Returns: (transfer full): the event, for what else is in it */
static JsonObject *
expect (TestClient *client, const char *from, const char *kind, const char *text)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "message.received");

  g_assert_cmpstr (test_json_text (event, "uid"), ==, from);
  g_assert_cmpstr (test_json_text (event, "kind"), ==, kind);
  g_assert_cmpstr (test_json_text (event, "text"), ==, text);
  return g_steal_pointer (&event);
}

static void
expect_said (TestClient *client, const char *from, const char *kind, const char *text,
             const char *id)
{
  g_autoptr (JsonObject) event = expect (client, from, kind, text);
  gint64 now = g_get_real_time () / G_TIME_SPAN_MILLISECOND;

  g_assert_cmpstr (test_json_text (event, "messageId"), ==, id);
  g_assert_false (json_object_has_member (event, "dropped"));
  g_assert_cmpint (json_object_get_int_member (event, "time"), <=, now);
  g_assert_cmpint (json_object_get_int_member (event, "time"), >, now - 600 * 1000);
}

static void
expect_dropped (TestClient *client, const char *text, gint64 dropped)
{
  g_autoptr (JsonObject) event = expect (client, "a", "barrage", text);

  g_assert_cmpint (json_object_get_int_member (event, "dropped"), ==, dropped);
}

static void
expect_delivered (TestClient *client, const char *id, const char *uid, gboolean delivered)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "message.delivered");

  g_assert_cmpstr (test_json_text (event, "messageId"), ==, id);
  g_assert_cmpstr (test_json_text (event, "uid"), ==, uid);
  g_assert_cmpint (test_json_flag (event, "delivered"), ==, delivered);
}

static void
test_kinds (Fixture *self, gconstpointer data)
{
  g_autofree char *broadcast = say (self->a, "broadcast", "Hello \xf0\x9f\x98\x80");
  g_autofree char *barrage = say (self->b, "barrage", "\xe2\x99\xa5");
  g_autofree char *empty = say (self->c, "broadcast", "");

  expect_said (self->b, "a", "broadcast", "Hello \xf0\x9f\x98\x80", broadcast);
  expect_said (self->c, "a", "broadcast", "Hello \xf0\x9f\x98\x80", broadcast);
  expect_said (self->c, "b", "barrage", "\xe2\x99\xa5", barrage);
  expect_said (self->a, "b", "barrage", "\xe2\x99\xa5", barrage);
  expect_said (self->a, "c", "broadcast", "", empty);
  expect_said (self->b, "c", "broadcast", "", empty);
  g_assert_cmpstr (broadcast, !=, barrage);
  test_client_expect_nothing (self->a);
  test_client_expect_nothing (self->b);
  test_client_expect_nothing (self->c);
}

/* A command goes to those who are named, once, and to nobody else. */
static void
test_command (Fixture *self, gconstpointer data)
{
  g_autofree char *id = command (self->a, "'b', 'b'", "on");

  expect_said (self->b, "a", "command", "on", id);
  expect_delivered (self->a, id, "b", TRUE);
  test_client_expect_nothing (self->a);
  test_client_expect_nothing (self->b);
  test_client_expect_nothing (self->c);
}

static void
test_command_to_oneself (Fixture *self, gconstpointer data)
{
  g_autofree char *id = command (self->a, "'a'", "remember");

  expect_said (self->a, "a", "command", "remember", id);
  expect_delivered (self->a, id, "a", TRUE);
  test_client_expect_nothing (self->a);
}

static void
test_missing (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) elsewhere = test_client_new_joined (self->uri, "elsewhere", "d");
  g_autoptr (JsonObject) result = test_client_call (
      self->a, "message.send", "{'kind': 'command', 'text': 'on', 'to': ['d', 'b', '', 'd']}");
  JsonArray *missing = json_object_get_array_member (result, "missing");

  g_assert_cmpuint (json_array_get_length (missing), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (missing, 0), ==, "d");
  g_assert_cmpstr (json_array_get_string_element (missing, 1), ==, "");
  expect_said (self->b, "a", "command", "on", test_json_text (result, "messageId"));
  expect_delivered (self->a, test_json_text (result, "messageId"), "b", TRUE);
  test_client_expect_nothing (self->a);
  test_client_expect_nothing (elsewhere);
}

/* Messages are in one order with everything else that happens. */
static void
test_order (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 3; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    g_autoptr (JsonObject) result = NULL;

    g_free (say (self->a, "broadcast", text));
    g_free (command (self->a, "'b'", text));
    result = test_client_call (self->a, "room.update", "{'extraInfo': '%s'}", text);
    g_assert_nonnull (result);
  }
  for (guint i = 0; i < 3; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    g_autoptr (JsonObject) broadcast = expect (self->b, "a", "broadcast", text);
    g_autoptr (JsonObject) command = expect (self->b, "a", "command", text);
    g_autoptr (JsonObject) updated = test_client_expect (self->b, "room.updated");

    g_assert_true (broadcast && command);
    g_assert_cmpstr (test_json_text (updated, "extraInfo"), ==, text);
  }
}

/* Bytes count, not characters; nothing of it ends the connection. */
static void
test_bounds (Fixture *self, gconstpointer data)
{
  g_autofree char *most = g_strnfill (NERTC_TEXT_BYTES_MAX, 't');
  g_autofree char *more = g_strnfill (NERTC_TEXT_BYTES_MAX + 1, 't');
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autofree char *id = say (self->a, "broadcast", most);

  expect_said (self->b, "a", "broadcast", most, id);
  for (guint i = 0; i < NERTC_TEXT_BYTES_MAX / 2; i++)
    g_string_append (wide, "\xc3\xa9");
  g_clear_pointer (&id, g_free);
  id = say (self->a, "broadcast", wide->str);
  expect_said (self->b, "a", "broadcast", wide->str, id);
  g_string_append_c (wide, '.');
  test_client_call_fails (self->a, NERTC_ERROR_MESSAGE_TOO_LARGE, "message.send",
                          "{'kind': 'broadcast', 'text': '%s'}", more);
  test_client_call_fails (self->a, NERTC_ERROR_MESSAGE_TOO_LARGE, "message.send",
                          "{'kind': 'command', 'text': '%s', 'to': ['b']}", wide->str);
  test_client_expect_nothing (self->b);
  test_client_expect_nothing (self->a);
}

static void
test_bad_addressees (Fixture *self, gconstpointer data)
{
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "message.send",
                          "{'kind': 'command', 'text': 'on'}");
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "message.send",
                          "{'kind': 'command', 'text': 'on', 'to': []}");
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "message.send",
                          "{'kind': 'broadcast', 'text': 'on', 'to': ['b']}");
  test_client_call_fails (self->a, NERTC_ERROR_INVALID_PARAMS, "message.send",
                          "{'kind': 'barrage', 'text': 'on', 'to': []}");
  test_client_expect_nothing (self->b);
}

/* Who comes back has missed no broadcast and no command, and hears how many barrages there were. */
static void
test_away (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) lost = self->b;
  g_autofree char *broadcast = NULL, *id = NULL, *late = NULL;

  test_client_close (lost, 4000);
  broadcast = say (self->a, "broadcast", "first");
  g_free (say (self->a, "barrage", "lost"));
  g_free (say (self->a, "barrage", "lost"));
  id = command (self->a, "'b', 'c'", "second");
  expect_delivered (self->a, id, "c", TRUE);
  test_client_expect_nothing (self->a);

  self->b = test_client_new_resumed (self->uri, lost);
  expect_said (self->b, "a", "broadcast", "first", broadcast);
  expect_said (self->b, "a", "command", "second", id);
  expect_delivered (self->a, id, "b", TRUE);
  g_free (say (self->a, "barrage", "there"));
  expect_dropped (self->b, "there", 2);
  late = say (self->a, "barrage", "again");
  expect_said (self->b, "a", "barrage", "again", late);
}

/* What was on its way when the connection was lost counts as delivered by the count of the client.
 */
static void
test_delivered_by_resume (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) lost = NULL, back = NULL;
  g_autoptr (GMainContext) other = g_main_context_new ();
  g_autofree char *id = NULL;

  g_main_context_push_thread_default (other);
  lost = new_joined (self, "d");
  /* The ping waits unread behind it. */
  id = command (self->a, "'d'", "on");
  test_client_expect_nothing (self->a);
  test_client_close (lost, 4000);
  g_main_context_pop_thread_default (other);
  back = test_client_new_resumed (self->uri, lost);
  expect_delivered (self->a, id, "d", TRUE);
  test_client_expect_nothing (self->a);
  test_client_close (back, 1000);
}

/* It is told once, whatever becomes of the addressee later. */
static void
test_not_delivered (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = test_client_new (self->uri);
  g_autoptr (JsonObject) result = NULL;
  g_autofree char *first = NULL, *second = NULL;

  test_client_close (self->b, 4000);
  first = command (self->a, "'b'", "on");
  second = command (self->a, "'b'", "off");
  test_client_expect_nothing (self->a);
  result = test_client_call (again, "room.join",
                             "{'channel': 'room', 'uid': 'b', 'sessionSecret': '%s'}",
                             test_client_get_secret (self->b));
  expect_delivered (self->a, first, "b", FALSE);
  expect_delivered (self->a, second, "b", FALSE);
  test_client_expect_nothing (self->a);
  test_client_expect_nothing (again);
}

/* Nobody is there to be told any more. */
static void
test_sender_leaves (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) lost = self->b;
  g_autoptr (JsonObject) left = NULL, joined = NULL;
  g_autofree char *id = NULL;

  test_client_close (lost, 4000);
  id = command (self->a, "'b'", "on");
  left = test_client_call (self->a, "room.leave", "{}");
  joined = test_client_call (self->a, "room.join", "{'channel': 'room', 'uid': 'a'}");
  self->b = test_client_new_resumed (self->uri, lost);
  expect_said (self->b, "a", "command", "on", id);
  test_client_expect_nothing (self->b);
  test_client_expect_nothing (self->a);
}

/* 1 KiB that is as large as it can be on the wire */
static char *
make_large_text (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < NERTC_TEXT_BYTES_MAX; i++)
    g_string_append (text, "\\u0001");
  return g_string_free (text, FALSE);
}

#define LARGE_TEXTS 25

/* What is kept for a slow reader is bounded; barrages are the first that it does not get. */
static void
test_slow_reader (Fixture *self, gconstpointer data)
{
  g_autoptr (GMainContext) other = g_main_context_new ();
  g_autoptr (TestClient) slow = NULL;
  g_autofree char *text = make_large_text ();

  g_main_context_push_thread_default (other);
  slow = new_joined (self, "slow");
  g_main_context_pop_thread_default (other);
  for (guint i = 0; i < LARGE_TEXTS; i++)
    g_free (command (self->a, "'slow'", text));
  for (guint i = 0; i < 3; i++) {
    g_autofree char *id = say (self->a, "barrage", "lost");

    expect_said (self->b, "a", "barrage", "lost", id);
  }

  for (guint i = 0; i < LARGE_TEXTS; i++) {
    g_autoptr (JsonObject) event = test_client_expect (slow, "message.received");

    g_assert_cmpstr (test_json_text (event, "kind"), ==, "command");
  }
  /* Until it has answered a ping that came behind them all: what it asks next goes behind its pong,
   * and the ping that answers the pong comes before what is answered next. */
  for (guint i = 0; i < 4; i++)
    test_client_expect_nothing (slow);
  for (guint i = 0; i < LARGE_TEXTS; i++) {
    g_autoptr (JsonObject) event = test_client_expect (self->a, "message.delivered");

    g_assert_true (test_json_flag (event, "delivered"));
  }
  g_free (say (self->a, "barrage", "there"));
  expect_dropped (slow, "there", 3);
}

/* Rates: an endless clock of the test's own, and members who are in no connection */

static gint64 now;

static gint64
get_now (void)
{
  return now;
}

typedef struct {
  SrvRooms *rooms;
  SrvMessages *messages;
  SrvAway away;
  GPtrArray *sessions;
} Hall;

static SrvMember *
enter (Hall *self, const char *uid)
{
  SrvJoin join = { .app_key = "", .room = "room", .uid = uid, .user_name = "", .user_data = "" };
  SrvSessionLimits limits = { .log = 1024 * 1024, .grace_ms = 1, .away = &self->away };
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  SrvMember *member;

  join.secret = uid;
  changes = srv_rooms_join (self->rooms, &join, &member, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->sessions, srv_session_new (member, TRUE, &limits, NULL, NULL));
  return member;
}

static void
hall_set_up (Hall *self, gconstpointer data)
{
  SrvRoomLimits limits = { .rooms = 1, .members = 200, .streams = 1, .subscriptions = 1 };

  now = G_TIME_SPAN_HOUR;
  self->rooms = srv_rooms_new (&limits);
  self->messages = srv_messages_new (get_now);
  self->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_session_free);
}

static void
depart (Hall *self, guint index)
{
  g_autoptr (SrvMember) member =
      srv_member_ref (srv_session_get_member (g_ptr_array_index (self->sessions, index)));
  g_autoptr (GPtrArray) changes = srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_LEFT);

  g_assert_nonnull (changes);
  g_ptr_array_remove_index (self->sessions, index);
  srv_messages_forget (self->messages, member);
}

static void
hall_tear_down (Hall *self, gconstpointer data)
{
  while (self->sessions->len > 0)
    depart (self, 0);
  g_ptr_array_unref (self->sessions);
  srv_messages_free (self->messages);
  srv_rooms_free (self->rooms);
}

/* Returns: the code of the error, 0 if it was accepted */
static int
try (Hall *self, SrvMember *from, const char *kind, guint addressees)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) result = json_object_new ();
  g_autoptr (GError) error = NULL;
  SrvMessage *message;

  json_object_set_string_member (params, "kind", kind);
  json_object_set_string_member (params, "text", "text");
  if (addressees > 0) {
    JsonArray *to = json_array_new ();

    for (guint i = 0; i < addressees; i++) {
      g_autofree char *uid = g_strdup_printf ("m%u", i);

      json_array_add_string_element (to, uid);
    }
    json_object_set_array_member (params, "to", to);
  }
  message = srv_messages_accept (self->messages, from, params, result, &error);
  if (!message)
    return error->code;
  g_assert_no_error (error);
  srv_messages_deliver (self->messages, message);
  return 0;
}

static void
check_rate (Hall *self, SrvMember *from, const char *kind, guint rate)
{
  guint addressees = g_str_equal (kind, "command") ? 1 : 0;

  for (guint i = 0; i < rate; i++)
    g_assert_cmpint (try (self, from, kind, addressees), ==, 0);
  g_assert_cmpint (try (self, from, kind, addressees), ==, NERTC_ERROR_RATE_EXCEEDED);
  now += G_TIME_SPAN_SECOND / rate;
  g_assert_cmpint (try (self, from, kind, addressees), ==, 0);
  g_assert_cmpint (try (self, from, kind, addressees), ==, NERTC_ERROR_RATE_EXCEEDED);
}

/* Each kind and each member has a rate of its own. */
static void
test_rates (Hall *self, gconstpointer data)
{
  SrvMember *a = enter (self, "m0"), *b = enter (self, "m1");

  check_rate (self, a, "broadcast", 10);
  check_rate (self, a, "barrage", 20);
  check_rate (self, a, "command", 200);
  check_rate (self, b, "broadcast", 10);
  g_assert_cmpint (srv_messages_count_accepted (self->messages, SRV_MESSAGE_BROADCAST), ==, 22);
  g_assert_cmpint (srv_messages_count_sent (self->messages, SRV_MESSAGE_BROADCAST), ==, 22);
  g_assert_cmpint (srv_messages_count_accepted (self->messages, SRV_MESSAGE_COMMAND), ==, 201);
  /* Nobody is connected. */
  g_assert_cmpint (srv_messages_count_sent (self->messages, SRV_MESSAGE_BARRAGE), ==, 0);
  g_assert_cmpint (srv_messages_count_dropped (self->messages), ==, 21);
}

/* Who sends more commands than arrive is stopped, until those have come to an end. */
static void
test_unsettled (Hall *self, gconstpointer data)
{
  const guint others = 100;
  SrvMember *a;
  guint sent = 0;

  for (guint i = 0; i < others; i++) {
    g_autofree char *uid = g_strdup_printf ("m%u", i);

    enter (self, uid);
  }
  a = enter (self, "a");
  while (try (self, a, "command", others) == 0)
    sent += others;
  g_assert_cmpuint (sent, <=, SRV_MESSAGE_UNSETTLED_MAX);
  g_assert_cmpuint (sent, >, SRV_MESSAGE_UNSETTLED_MAX - others);
  g_assert_cmpint (try (self, a, "command", others), ==, NERTC_ERROR_RATE_EXCEEDED);
  g_assert_cmpint (try (self, enter (self, "b"), "command", others), ==, 0);
  while (self->sessions->len > 2)
    depart (self, 0);
  g_assert_cmpint (try (self, a, "command", others), ==, 0);
}

/* The grant */

#define SECRET "0123456789abcdef0123456789abcdef"

static void
test_grant (void)
{
  g_autofree char *path = NULL, *config = NULL, *token = NULL;
  g_autoptr (TokenClaims) claims =
      token_claims_new ("demo", g_get_real_time () / G_TIME_SPAN_SECOND + 3600);
  const char *options[] = { NULL, NULL };
  g_autoptr (NertcTestServer) server = NULL;
  g_autoptr (TestClient) client = NULL;
  g_autoptr (JsonObject) result = NULL;
  int file = g_file_open_tmp ("nertc-messages-XXXXXX.conf", &path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (
      g_file_set_contents_full (path, "[app demo]\nsecrets=" SECRET "\n", -1, 0, 0600, NULL));
  options[0] = config = g_strdup_printf ("--config=%s", path);
  server = nertc_test_server_new_with_options (options);
  claims->grants = NERTC_GRANTS_PUBLISH | NERTC_GRANTS_SUBSCRIBE;
  token = token_mint (claims, SECRET, NULL);
  client = test_client_new (nertc_test_server_get_uri (server));
  result = test_client_call (client, "room.join", "{'channel': 'room', 'token': '%s'}", token);
  test_client_call_fails (client, NERTC_ERROR_GRANT_MISSING, "message.send",
                          "{'kind': 'broadcast', 'text': 'Hello'}");
  g_unlink (path);
}

#define ADD(name, test) g_test_add ("/messages/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("kinds", test_kinds);
  ADD ("command", test_command);
  ADD ("command-to-oneself", test_command_to_oneself);
  ADD ("missing", test_missing);
  ADD ("order", test_order);
  ADD ("bounds", test_bounds);
  ADD ("bad-addressees", test_bad_addressees);
  ADD ("away", test_away);
  ADD ("delivered-by-resume", test_delivered_by_resume);
  ADD ("not-delivered", test_not_delivered);
  ADD ("sender-leaves", test_sender_leaves);
  ADD ("slow-reader", test_slow_reader);
  g_test_add ("/messages/rates", Hall, NULL, hall_set_up, test_rates, hall_tear_down);
  g_test_add ("/messages/unsettled", Hall, NULL, hall_set_up, test_unsettled, hall_tear_down);
  g_test_add_func ("/messages/grant", test_grant);
  return g_test_run ();
}
