/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-connection.h"

typedef struct {
  const NertcMethod *method;
  NertcReplyFunc func;
  gpointer data;
} Call;

struct _NertcConnection {
  GObject parent_instance;

  NertcSocket *socket;
  GCancellable *opening;
  const NertcConnectionFuncs *funcs;
  gpointer owner;

  gint64 last_id;
  GHashTable *calls; /* id → Call */
  char *epoch;       /* NULL: no events yet */
  gint64 last_seq;
};

G_DEFINE_FINAL_TYPE (NertcConnection, nertc_connection, G_TYPE_OBJECT)

static void
detach (NertcConnection *self)
{
  self->funcs = NULL;
  self->owner = NULL;
  g_cancellable_cancel (self->opening);
  g_signal_handlers_disconnect_by_data (self->socket, self);
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
find_first_call (NertcConnection *self)
{
  gint64 first = NERTC_NO_ID;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    gint64 id = *(gint64 *) key;

    if (first == NERTC_NO_ID || id < first)
      first = id;
  }
  return first;
}

/*
 * Ends every call with @error, in their order. A call may be added meanwhile by somebody who does
 * not know yet; the loop takes it along.
 */
void
nertc_connection_fail_calls (NertcConnection *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (NertcConnection) keep = g_object_ref (self);
  gint64 id;

  while ((id = find_first_call (self)) != NERTC_NO_ID) {
    g_autofree Call *call = take_call (self, id);

    call->func (NULL, error, call->data);
  }
}

/* The connection is over: its owner hears it first, then those who wait for an answer. */
static void
end (NertcConnection *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (NertcConnection) keep = g_object_ref (self);
  const NertcConnectionFuncs *funcs = self->funcs;
  gpointer owner = self->owner;

  if (!funcs)
    return;
  detach (self);
  funcs->ended (error, owner);
  nertc_connection_fail_calls (self, error);
}

static void
break_off (NertcConnection *self, const char *problem)
{
  g_autoptr (GError) error = NULL;

  g_message ("The room server broke the protocol: %s; joining afresh", problem);
  error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                   "The connection was dropped, for the server broke the protocol: %s", problem);
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
  if (event->method)
    self->funcs->event (event, self->owner);
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
  call->func (answer->body, answer->error, call->data);
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
  g_autoptr (GError) error = NULL;
  gboolean opened = nertc_socket_connect_finish (self->socket, result, &error);

  if (!self->funcs) {
    /* It may be open though @error says that it was cancelled. */
    nertc_socket_close (self->socket, NERTC_CLOSE_CODE_NORMAL);
  } else if (opened) {
    self->funcs->opened (self->owner);
  } else {
    end (self, error);
  }
}

static void
nertc_connection_finalize (GObject *object)
{
  NertcConnection *self = NERTC_CONNECTION (object);

  g_hash_table_unref (self->calls);
  g_free (self->epoch);
  g_object_unref (self->opening);
  g_object_unref (self->socket);
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
  self->opening = g_cancellable_new ();
  self->calls = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

/* @socket: (transfer full): not connected yet */
NertcConnection *
nertc_connection_new (NertcSocket *socket, const NertcConnectionFuncs *funcs, gpointer owner)
{
  NertcConnection *self = g_object_new (NERTC_TYPE_CONNECTION, NULL);

  self->socket = socket;
  self->funcs = funcs;
  self->owner = owner;
  g_signal_connect (socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), self);
  return self;
}

/* The owner hears that it is opened, or that it ended; and that it ended afterwards, once. */
void
nertc_connection_open (NertcConnection *self, const char *url)
{
  nertc_socket_connect_async (self->socket, url, self->opening, on_opened, g_object_ref (self));
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
  nertc_socket_send (self->socket, text);
}

void
nertc_connection_notify (NertcConnection *self, const char *method, JsonObject *params)
{
  g_autofree char *text = nertc_message_encode_notification (method, params);

  nertc_socket_send (self->socket, text);
}

/* To be called within the answer to room.join, for the first event may be right behind it. */
void
nertc_connection_expect_events (NertcConnection *self, const char *epoch, guint ping_interval)
{
  g_free (self->epoch);
  self->epoch = g_strdup (epoch);
  self->last_seq = 0;
  nertc_socket_set_ping_interval (self->socket, ping_interval);
}

/* An orderly end, which the server takes as a leave; the owner hears when it is done. */
void
nertc_connection_close (NertcConnection *self)
{
  nertc_socket_close (self->socket, NERTC_CLOSE_CODE_NORMAL);
}

/* The same for an owner who does not want to hear of it any more. Its calls end as with a loss. */
void
nertc_connection_drop (NertcConnection *self)
{
  G_GNUC_UNUSED g_autoptr (NertcConnection) keep = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                                                  "The connection to the room server was ended");

  detach (self);
  nertc_socket_close (self->socket, NERTC_CLOSE_CODE_NORMAL);
  nertc_connection_fail_calls (self, error);
}
