/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-client.h"

#include <libsoup/soup.h>
#include <string.h>

#define WATCHDOG_SECONDS 60
#define SHOWN_MAX 300

struct _TestClient {
  GMainContext *context;
  SoupSession *session;
  SoupWebsocketConnection *socket;
  GQueue answers; /* of NertcMessage */
  GQueue events;  /* of NertcMessage */
  gint64 next_id;
  char *epoch;
  char *secret;
  gint64 seq;
  gint64 received; /* in the session */
};

static gboolean
on_watchdog (gpointer what)
{
  g_error ("waited %d s for %s", WATCHDOG_SECONDS, (const char *) what);
  return G_SOURCE_REMOVE;
}

typedef gboolean (*Condition) (TestClient *self);

static void
await (TestClient *self, Condition condition, const char *what)
{
  g_autoptr (GSource) watchdog = g_timeout_source_new_seconds (WATCHDOG_SECONDS);

  g_source_set_callback (watchdog, on_watchdog, (gpointer) what, NULL);
  g_source_attach (watchdog, self->context);
  g_main_context_push_thread_default (self->context);
  while (!condition (self))
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);
  g_source_destroy (watchdog);
}

/* TAP is UTF-8, wherever the text is cut off. */
static void
note (const char *direction, const char *text)
{
  g_autofree char *shown = g_utf8_make_valid (text, (gssize) MIN (strlen (text), SHOWN_MAX));

  g_test_message ("%s %s", direction, shown);
}

/* What comes in */

static void
check_event (TestClient *self, JsonObject *params)
{
  g_assert_cmpstr (test_json_text (params, "epoch"), ==, self->epoch);
  g_assert_cmpint (json_object_get_int_member (params, "seq"), ==, ++self->seq);
}

/* Before any event of the session is looked at: they may come in one go with the answer. */
static void
note_session (TestClient *self, JsonObject *result)
{
  if (!json_object_has_member (result, "sessionSecret"))
    return;
  g_free (self->epoch);
  g_free (self->secret);
  self->epoch = g_strdup (test_json_text (result, "epoch"));
  self->secret = g_strdup (test_json_text (result, "sessionSecret"));
  self->seq = 0;
  self->received = 0;
}

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *bytes,
            gpointer user_data)
{
  TestClient *self = user_data;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  NertcMessage *message;
  gint64 id;

  note ("<-", text);
  message = nertc_message_decode (text, length, NERTC_SENDER_SERVER, &id, &error);
  g_assert_no_error (error);
  self->received++;
  if (message->kind == NERTC_MESSAGE_NOTIFICATION) {
    check_event (self, message->body);
    g_queue_push_tail (&self->events, message);
    return;
  }
  if (message->kind == NERTC_MESSAGE_RESULT)
    note_session (self, message->body);
  g_queue_push_tail (&self->answers, message);
}

static void
on_connected (GObject *session, GAsyncResult *result, gpointer user_data)
{
  TestClient *self = user_data;
  g_autoptr (GError) error = NULL;

  self->socket = soup_session_websocket_connect_finish (SOUP_SESSION (session), result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (self->socket), ==, NERTC_SUBPROTOCOL);
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, NERTC_MESSAGE_MAX);
  g_signal_connect (self->socket, "message", G_CALLBACK (on_message), self);
}

static gboolean
is_connected (TestClient *self)
{
  return self->socket != NULL;
}

static gboolean
is_closed (TestClient *self)
{
  return soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_CLOSED;
}

static gboolean
has_answer (TestClient *self)
{
  return !g_queue_is_empty (&self->answers);
}

static gboolean
has_event (TestClient *self)
{
  return !g_queue_is_empty (&self->events);
}

/* Clients */

TestClient *
test_client_new (const char *uri)
{
  TestClient *self = g_new0 (TestClient, 1);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  char *protocols[] = { (char *) NERTC_SUBPROTOCOL, NULL };

  self->context = g_main_context_ref_thread_default ();
  self->next_id = 1;
  self->session = soup_session_new ();
  soup_session_websocket_connect_async (self->session, message, NULL, protocols, G_PRIORITY_DEFAULT,
                                        NULL, on_connected, self);
  await (self, is_connected, "a connection");
  return self;
}

TestClient *
test_client_new_joined (const char *uri, const char *channel, const char *uid)
{
  TestClient *self = test_client_new (uri);
  g_autoptr (JsonObject) result =
      test_client_call (self, "room.join", "{'channel': '%s', 'uid': '%s'}", channel, uid);

  g_assert_cmpstr (test_json_text (result, "uid"), ==, uid);
  return self;
}

#define RESUME "{'epoch': '%s', 'sessionSecret': '%s', 'received': %" G_GINT64_FORMAT "}"

/* Brings back the session of @lost, whose connection is over. */
TestClient *
test_client_new_resumed (const char *uri, TestClient *lost)
{
  return test_client_new_resumed_before (uri, lost, 0);
}

/* As if the last @missed messages to @lost, which are events, had not come. */
TestClient *
test_client_new_resumed_before (const char *uri, TestClient *lost, guint missed)
{
  TestClient *self = test_client_new (uri);
  g_autoptr (JsonObject) result = NULL;

  self->epoch = g_strdup (lost->epoch);
  self->secret = g_strdup (lost->secret);
  self->seq = lost->seq - missed;
  result = test_client_call (self, "room.resume", RESUME, lost->epoch, lost->secret,
                             lost->received - missed);
  self->received += lost->received - missed - 1; /* The answer is none of the session. */
  return self;
}

/* @missed: as for test_client_new_resumed_before(); @secret: (nullable): the right one */
void
test_client_resume_fails (const char *uri, TestClient *lost, guint missed, const char *secret)
{
  g_autoptr (TestClient) client = test_client_new (uri);

  test_client_call_fails (client, NERTC_ERROR_SESSION_GONE, "room.resume", RESUME, lost->epoch,
                          secret ? secret : lost->secret, lost->received - missed);
}

void
test_client_free (TestClient *self)
{
  g_signal_handlers_disconnect_by_data (self->socket, self);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    test_client_close (self, SOUP_WEBSOCKET_CLOSE_NORMAL);
  await (self, is_closed, "the end of a connection");
  g_object_unref (self->socket);
  g_object_unref (self->session);
  g_queue_clear_full (&self->answers, (GDestroyNotify) nertc_message_free);
  g_queue_clear_full (&self->events, (GDestroyNotify) nertc_message_free);
  g_free (self->epoch);
  g_free (self->secret);
  g_main_context_unref (self->context);
  g_free (self);
}

const char *
test_client_get_secret (TestClient *self)
{
  return self->secret;
}

/* Asking */

static JsonObject *
parse_params (const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (g_strdelimit (text, "'", '"'), &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}

void
test_client_send_text (TestClient *self, const char *text)
{
  note ("->", text);
  g_main_context_push_thread_default (self->context);
  soup_websocket_connection_send_text (self->socket, text);
  g_main_context_pop_thread_default (self->context);
}

static NertcMessage *
ask (TestClient *self, const char *method, JsonObject *params)
{
  gint64 id = self->next_id++;
  g_autofree char *text = nertc_message_encode_request (method, id, params);
  NertcMessage *answer;

  test_client_send_text (self, text);
  await (self, has_answer, method);
  answer = g_queue_pop_head (&self->answers);
  g_assert_cmpint (answer->id, ==, id);
  return answer;
}

/* Returns: (transfer full): the result, which the protocol's table has checked */
JsonObject *
test_client_call (TestClient *self, const char *method, const char *params, ...)
{
  g_autoptr (NertcMessage) answer = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, params);
  object = parse_params (params, arguments);
  va_end (arguments);
  answer = ask (self, method, object);
  g_assert_no_error (answer->error);
  nertc_method_check_result (nertc_method_find (method, NERTC_SENDER_CLIENT), answer->body, &error);
  g_assert_no_error (error);
  return json_object_ref (answer->body);
}

void
test_client_call_fails (TestClient *self, NertcError code, const char *method, const char *params,
                        ...)
{
  g_autoptr (NertcMessage) answer = NULL;
  g_autoptr (JsonObject) object = NULL;
  va_list arguments;

  va_start (arguments, params);
  object = parse_params (params, arguments);
  va_end (arguments);
  answer = ask (self, method, object);
  g_assert_error (answer->error, NERTC_ERROR, (int) code);
}

void
test_client_notify (TestClient *self, const char *method, const char *params, ...)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, params);
  object = parse_params (params, arguments);
  va_end (arguments);
  text = nertc_message_encode_notification (method, object);
  test_client_send_text (self, text);
}

/* Returns: the id that the error answers, %NERTC_NO_ID for null */
gint64
test_client_expect_error (TestClient *self, NertcError code)
{
  g_autoptr (NertcMessage) answer = NULL;

  await (self, has_answer, "an error");
  answer = g_queue_pop_head (&self->answers);
  g_assert_error (answer->error, NERTC_ERROR, (int) code);
  return answer->id;
}

/* Hearing */

/* How many members there are is told now and then: whoever does not wait for that passes over it.
 */
static void
pass_over_counts (TestClient *self)
{
  NertcMessage *event;

  while ((event = g_queue_peek_head (&self->events)) &&
         g_str_equal (event->method->name, "room.memberCount"))
    nertc_message_free (g_queue_pop_head (&self->events));
}

static gboolean
has_event_but_counts (TestClient *self)
{
  pass_over_counts (self);
  return has_event (self);
}

/* Returns: (transfer full): the fields of the next event, which must be @method */
JsonObject *
test_client_expect (TestClient *self, const char *method)
{
  g_autoptr (NertcMessage) event = NULL;

  await (self, g_str_equal (method, "room.memberCount") ? has_event : has_event_but_counts, method);
  event = g_queue_pop_head (&self->events);
  g_assert_cmpstr (event->method->name, ==, method);
  return json_object_ref (event->body);
}

/* What was sent to this client before it asked has come when it is answered. */
void
test_client_expect_nothing (TestClient *self)
{
  g_autoptr (JsonObject) result = test_client_call (self, "room.ping", "{}");
  NertcMessage *event;

  g_assert_nonnull (result);
  pass_over_counts (self);
  event = g_queue_peek_head (&self->events);
  g_assert_cmpstr (event ? event->method->name : NULL, ==, NULL);
}

void
test_client_expect_closed (TestClient *self, gushort close_code)
{
  await (self, is_closed, "the server to close");
  g_assert_cmpuint (soup_websocket_connection_get_close_code (self->socket), ==, close_code);
  pass_over_counts (self);
  g_assert_true (g_queue_is_empty (&self->events));
}

/* Expects room.closed with @reason, nothing after it, and then the end. */
void
test_client_expect_end (TestClient *self, const char *reason, gushort close_code)
{
  g_autoptr (JsonObject) event = test_client_expect (self, "room.closed");

  g_assert_cmpstr (test_json_text (event, "reason"), ==, reason);
  test_client_expect_closed (self, close_code);
}

void
test_client_close (TestClient *self, gushort code)
{
  g_main_context_push_thread_default (self->context);
  soup_websocket_connection_close (self->socket, code, NULL);
  g_main_context_pop_thread_default (self->context);
  await (self, is_closed, "the end of a connection");
}

const char *
test_json_text (JsonObject *object, const char *name)
{
  return json_object_get_string_member (object, name);
}

gboolean
test_json_flag (JsonObject *object, const char *name)
{
  return json_object_get_boolean_member (object, name);
}
