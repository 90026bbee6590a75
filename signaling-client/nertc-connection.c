/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-connection.h"

#include "nertc-backlog.h"

/* More messages than these are not left waiting for a sign that they were handled. */
#define UNACKNOWLEDGED_MAX 32

typedef struct {
  const NertcMethod *method;
  NertcReplyFunc func;
  gpointer data;
  gint64 number; /* of its message in the session; 0: it is for this socket only */
} Call;

struct _NertcConnection {
  GObject parent_instance;

  NertcSocket *socket; /* NULL: between two of them */
  GCancellable *opening;
  const NertcConnectionFuncs *funcs; /* NULL: dropped */
  gpointer owner;

  gint64 last_id;
  GHashTable *calls; /* id → Call */

  /* The session. */
  char *epoch; /* NULL: there is none */
  gint64 last_seq;
  gboolean live;   /* joined or resumed on this socket */
  gboolean broken; /* the server did what it must not do */
  gint64 received;
  NertcBacklog *backlog;
  gboolean pinging;
};

G_DEFINE_FINAL_TYPE (NertcConnection, nertc_connection, G_TYPE_OBJECT)

/* Returns: (transfer full) (nullable): the socket, of which nothing is heard any more */
static NertcSocket *
detach (NertcConnection *self)
{
  self->live = FALSE;
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  if (self->socket)
    g_signal_handlers_disconnect_by_data (self->socket, self);
  return g_steal_pointer (&self->socket);
}

/* Returns: (nullable): the call, which is the caller's now */
static Call *
take_call (NertcConnection *self, gint64 id)
{
  g_autofree gint64 *key = NULL;
  Call *call = NULL;

  g_hash_table_steal_extended (self->calls, &id, (gpointer *) &key, (gpointer *) &call);
  return call;
}

/* Returns: the id of the call that was made first, or %NERTC_NO_ID */
static gint64
find_first_call (NertcConnection *self, gboolean of_session)
{
  gint64 first = NERTC_NO_ID;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Call *call = value;
    gint64 id = *(gint64 *) key;

    if ((of_session || call->number == 0) && (first == NERTC_NO_ID || id < first))
      first = id;
  }
  return first;
}

/*
 * Ends calls with @error, in their order. A call may be added meanwhile by somebody who does not
 * know yet; the loop takes it along.
 */
static void
fail_calls (NertcConnection *self, gboolean of_session, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (NertcConnection) keep = g_object_ref (self);
  gint64 id;

  while ((id = find_first_call (self, of_session)) != NERTC_NO_ID) {
    g_autofree Call *call = take_call (self, id);

    call->func (NULL, error, call->data);
  }
}

/* All of them, whether or not the session goes on. */
void
nertc_connection_fail_calls (NertcConnection *self, const GError *error)
{
  fail_calls (self, TRUE, error);
}

/* The socket is done with: the owner hears it first, then those who wait for an answer on it. */
static void
end (NertcConnection *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (NertcConnection) keep = g_object_ref (self);
  g_autoptr (NertcSocket) socket = detach (self);

  if (!socket)
    return;
  if (self->funcs)
    self->funcs->ended (error, self->owner);
  fail_calls (self, FALSE, error);
}

static void
break_off (NertcConnection *self, const char *problem)
{
  g_autoptr (GError) error = NULL;

  g_message ("The room server broke the protocol: %s; joining afresh", problem);
  error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                   "The connection was dropped, for the server broke the protocol: %s", problem);
  self->broken = TRUE;
  nertc_socket_close (self->socket, NERTC_CLOSE_CODE_PROTOCOL_ERROR);
  end (self, error);
}

static void
take_event (NertcConnection *self, const NertcMessage *event)
{
  gint64 seq = json_object_get_int_member (event->body, "seq");

  if (g_strcmp0 (json_object_get_string_member (event->body, "epoch"), self->epoch) != 0) {
    break_off (self, "an event of another epoch");
    return;
  }
  if (seq != self->last_seq + 1) {
    break_off (self, "an event is missing or came twice");
    return;
  }
  self->last_seq = seq;
  if (event->method && self->funcs)
    self->funcs->event (event, self->owner);
}

/* Returns: (transfer full) (nullable): what to do about @error, where the server cannot say it */
static GError *
explain (const Call *call, const GError *error)
{
  if (!g_error_matches (error, NERTC_ERROR, NERTC_ERROR_METHOD_NOT_FOUND))
    return NULL;
  return g_error_new (NERTC_ERROR, NERTC_ERROR_METHOD_NOT_FOUND,
                      "The room server does not know ‘%s’; it is older than this client: update it",
                      call->method->name);
}

static void
take_answer (NertcConnection *self, const NertcMessage *answer)
{
  const Call *known = g_hash_table_lookup (self->calls, &answer->id);
  g_autofree Call *call = NULL;
  g_autoptr (GError) error = NULL;

  if (!known) {
    /* Late for somebody who does not wait any more; without an id, about a notification. */
    if (answer->error && answer->id == NERTC_NO_ID)
      g_message ("The room server did not take a message: %s", answer->error->message);
    return;
  }
  if (!answer->error && !nertc_method_check_result (known->method, answer->body, &error)) {
    g_prefix_error (&error, "in the answer to %s, ", known->method->name);
    break_off (self, error->message);
    return;
  }
  call = take_call (self, answer->id);
  /* Messages are handled in order, so what was sent before the request has been, too. */
  if (call->number > 0)
    nertc_backlog_trim (self->backlog, call->number);
  error = explain (call, answer->error);
  call->func (answer->body, error ? error : answer->error, call->data);
}

static void
on_message (NertcSocket *socket, GBytes *text, gpointer user_data)
{
  g_autoptr (NertcConnection) self = g_object_ref (NERTC_CONNECTION (user_data));
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);
  gint64 id;

  if (self->live)
    self->received++;
  message = nertc_message_decode (data, length, NERTC_SENDER_SERVER, &id, &error);
  if (!message)
    break_off (self, error->message);
  else if (message->kind == NERTC_MESSAGE_NOTIFICATION)
    take_event (self, message);
  else
    take_answer (self, message);
}

static void
on_closed (NertcSocket *socket, guint code, gpointer user_data)
{
  g_autoptr (GError) error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                   "The connection to the room server ended (code %u)", code);

  end (NERTC_CONNECTION (user_data), error);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (NertcConnection) self = NERTC_CONNECTION (user_data);
  NertcSocket *socket = NERTC_SOCKET (source);
  g_autoptr (GError) error = NULL;
  gboolean opened = nertc_socket_connect_finish (socket, result, &error);

  if (socket != self->socket)
    /* It may be open though @error says that it was cancelled. */
    nertc_socket_close (socket, NERTC_CLOSE_CODE_NORMAL);
  else if (!opened)
    end (self, error);
  else if (self->funcs)
    self->funcs->opened (self->owner);
}

static void
nertc_connection_finalize (GObject *object)
{
  NertcConnection *self = NERTC_CONNECTION (object);
  NertcSocket *socket = detach (self);

  g_clear_object (&socket);
  g_hash_table_unref (self->calls);
  nertc_backlog_free (self->backlog);
  g_free (self->epoch);
  G_OBJECT_CLASS (nertc_connection_parent_class)->finalize (object);
}

static void
nertc_connection_class_init (NertcConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nertc_connection_finalize;
}

static void
nertc_connection_init (NertcConnection *self)
{
  self->calls = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->backlog = nertc_backlog_new ();
}

NertcConnection *
nertc_connection_new (const NertcConnectionFuncs *funcs, gpointer owner)
{
  NertcConnection *self = g_object_new (NERTC_TYPE_CONNECTION, NULL);

  self->funcs = funcs;
  self->owner = owner;
  return self;
}

/*
 * @socket: (transfer full): not connected yet
 *
 * The owner hears that it is opened, or that it ended; and that it ended afterwards, once. Then the
 * next socket may be tried.
 */
void
nertc_connection_open (NertcConnection *self, NertcSocket *socket, const char *url)
{
  g_return_if_fail (self->socket == NULL);

  self->socket = socket;
  self->opening = g_cancellable_new ();
  g_signal_connect (socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), self);
  nertc_socket_connect_async (socket, url, self->opening, on_opened, g_object_ref (self));
}

static void
on_pinged (JsonObject *result, const GError *error, gpointer data)
{
  NERTC_CONNECTION (data)->pinging = FALSE;
}

/* Its answer acknowledges all that was sent before. */
static void
ping_if_needed (NertcConnection *self)
{
  g_autoptr (JsonObject) nothing = NULL;

  if (!self->live || self->pinging ||
      nertc_backlog_get_length (self->backlog) <= UNACKNOWLEDGED_MAX)
    return;
  self->pinging = TRUE;
  nothing = json_object_new ();
  nertc_connection_call (self, "room.ping", nothing, on_pinged, self);
}

/*
 * Sends a message of the session, now or on the next socket.
 *
 * Returns: its number
 */
static gint64
send_in_session (NertcConnection *self, const char *text)
{
  gint64 number = nertc_backlog_add (self->backlog, text);

  if (self->live)
    nertc_socket_send (self->socket, text);
  return number;
}

/*
 * @params: (transfer none)
 *
 * @func is called once: with the answer, or with an error when there will be none.
 */
void
nertc_connection_call (NertcConnection *self, const char *method, JsonObject *params,
                       NertcReplyFunc func, gpointer data)
{
  g_autofree char *text = NULL;
  Call *call = g_new0 (Call, 1);
  gint64 *id = g_new (gint64, 1);

  *id = ++self->last_id;
  call->method = nertc_method_find (method, NERTC_SENDER_CLIENT);
  call->func = func;
  call->data = data;
  text = nertc_message_encode_request (method, *id, params);
  g_hash_table_insert (self->calls, id, call);
  if (self->epoch && call->method->needs_join)
    call->number = send_in_session (self, text);
  else if (self->socket)
    nertc_socket_send (self->socket, text);
  ping_if_needed (self);
}

/* It is dropped without a session. */
void
nertc_connection_notify (NertcConnection *self, const char *method, JsonObject *params)
{
  g_autofree char *text = NULL;

  if (!self->epoch)
    return;
  text = nertc_message_encode_notification (method, params);
  send_in_session (self, text);
  ping_if_needed (self);
}

/* To be called within the answer to room.join, for the first event may be right behind it. */
void
nertc_connection_begin_session (NertcConnection *self, const char *epoch, guint ping_interval)
{
  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
  self->last_seq = 0;
  self->received = 0;
  self->broken = FALSE;
  self->live = TRUE;
  nertc_backlog_free (self->backlog);
  self->backlog = nertc_backlog_new ();
  nertc_socket_set_ping_interval (self->socket, ping_interval);
}

gboolean
nertc_connection_has_session (NertcConnection *self)
{
  return self->epoch != NULL;
}

/* Whether so much waits for the server that the session could be lost by more. */
gboolean
nertc_connection_is_crowded (NertcConnection *self)
{
  return nertc_backlog_is_crowded (self->backlog);
}

/* Whether there is a session that may be asked for on the next socket. */
gboolean
nertc_connection_can_resume (NertcConnection *self)
{
  return self->epoch && !self->broken && nertc_backlog_is_whole (self->backlog);
}

/* Asks for the session. When the answer is good, nertc_connection_take_resumed() is to be called.
 */
void
nertc_connection_resume (NertcConnection *self, const char *secret, NertcReplyFunc func,
                         gpointer data)
{
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_string_member (params, "sessionSecret", secret);
  json_object_set_string_member (params, "epoch", self->epoch);
  json_object_set_int_member (params, "received", self->received);
  nertc_connection_call (self, "room.resume", params, func, data);
}

static void
send_again (const char *text, gpointer data)
{
  nertc_socket_send (NERTC_SOCKET (data), text);
}

/*
 * To be called within the answer to room.resume, for what was missed is right behind it.
 *
 * Returns: whether the answer can be; if not, the session cannot go on
 */
gboolean
nertc_connection_take_resumed (NertcConnection *self, JsonObject *result, GError **error)
{
  gint64 handled = json_object_get_int_member (result, "received");

  if (!nertc_backlog_trim (self->backlog, handled)) {
    self->broken = TRUE;
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_SESSION_GONE,
                 "The room server says that it has handled %" G_GINT64_FORMAT
                 " messages, which cannot be",
                 handled);
    return FALSE;
  }
  self->live = TRUE;
  nertc_socket_set_ping_interval (self->socket,
                                  json_object_get_int_member (result, "pingInterval"));
  nertc_backlog_foreach (self->backlog, send_again, self->socket);
  ping_if_needed (self);
  return TRUE;
}

/* The session is gone; its calls end with @error. */
void
nertc_connection_forget_session (NertcConnection *self, const GError *error)
{
  self->live = FALSE;
  g_clear_pointer (&self->epoch, g_free);
  fail_calls (self, TRUE, error);
}

/* An orderly end, which the server takes as a leave; the owner hears when it is done. */
void
nertc_connection_close (NertcConnection *self)
{
  nertc_socket_close (self->socket, NERTC_CLOSE_CODE_NORMAL);
}

static void
let_go (NertcConnection *self, guint code, gboolean session_too)
{
  G_GNUC_UNUSED g_autoptr (NertcConnection) keep = g_object_ref (self);
  g_autoptr (NertcSocket) socket = detach (self);
  g_autoptr (GError) error = g_error_new_literal (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                                                  "The connection to the room server was ended");

  if (socket)
    nertc_socket_close (socket, code);
  fail_calls (self, session_too, error);
}

/* Ends the socket, of which the owner does not want to hear any more. It is no leave. */
void
nertc_connection_abandon (NertcConnection *self)
{
  let_go (self, NERTC_CLOSE_CODE_ABANDONED, FALSE);
}

/* The same for the session, which is left. Its calls end as with a loss. */
void
nertc_connection_drop (NertcConnection *self)
{
  self->funcs = NULL;
  let_go (self, NERTC_CLOSE_CODE_NORMAL, TRUE);
}
