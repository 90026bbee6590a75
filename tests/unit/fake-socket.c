/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-socket.h"

#define WATCHDOG_SECONDS 60

#define FAKE_TYPE_SOCKET (fake_socket_get_type ())
G_DECLARE_FINAL_TYPE (FakeSocket, fake_socket, FAKE, SOCKET, GObject)

struct _FakeSocket {
  GObject parent_instance;

  FakeServer *server; /* NULL: it is gone */
  gboolean connected;
  GQueue sent;      /* text */
  guint close_code; /* what the room closed it with */
  guint ping_interval;
  char *url;
};

struct _FakeServer {
  FakeMode mode;
  GPtrArray *sockets;
  FakeSocket *socket; /* the latest */
  guint epochs;
  gint64 seq;
  gint64 request; /* the id of the request taken last */
};

static void fake_socket_iface_init (NertcSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSocket, fake_socket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NERTC_TYPE_SOCKET, fake_socket_iface_init))

static void
on_connect_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_task_return_error_if_cancelled (G_TASK (user_data));
}

static void
fake_socket_connect_async (NertcSocket *socket, const char *url, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  FakeSocket *self = FAKE_SOCKET (socket);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  self->url = g_strdup (url);
  switch (self->server->mode) {
    case FAKE_ACCEPT:
      self->connected = TRUE;
      g_task_return_boolean (task, TRUE);
      break;
    case FAKE_REFUSE:
      g_task_return_new_error (task, NERTC_ERROR, NERTC_ERROR_SERVER_UNREACHABLE,
                               "Could not reach %s", url);
      break;
    case FAKE_IGNORE:
      g_cancellable_connect (cancellable, G_CALLBACK (on_connect_cancelled), g_object_ref (task),
                             g_object_unref);
      break;
  }
}

static gboolean
fake_socket_connect_finish (NertcSocket *socket, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_socket_set_ping_interval (NertcSocket *socket, guint seconds)
{
  FAKE_SOCKET (socket)->ping_interval = seconds;
}

static void
fake_socket_send (NertcSocket *socket, const char *text)
{
  FakeSocket *self = FAKE_SOCKET (socket);

  if (self->connected && self->close_code == 0)
    g_queue_push_tail (&self->sent, g_strdup (text));
}

static void
fake_socket_close (NertcSocket *socket, guint code)
{
  FakeSocket *self = FAKE_SOCKET (socket);

  if (self->connected && self->close_code == 0)
    self->close_code = code;
}

static void
fake_socket_finalize (GObject *object)
{
  FakeSocket *self = FAKE_SOCKET (object);

  g_queue_clear_full (&self->sent, g_free);
  g_free (self->url);
  G_OBJECT_CLASS (fake_socket_parent_class)->finalize (object);
}

static void
fake_socket_class_init (FakeSocketClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_socket_finalize;
}

static void
fake_socket_init (FakeSocket *self)
{
}

static void
fake_socket_iface_init (NertcSocketInterface *iface)
{
  iface->connect_async = fake_socket_connect_async;
  iface->connect_finish = fake_socket_connect_finish;
  iface->set_ping_interval = fake_socket_set_ping_interval;
  iface->send = fake_socket_send;
  iface->close = fake_socket_close;
}

FakeServer *
fake_server_new (void)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    ((FakeSocket *) g_ptr_array_index (self->sockets, i))->server = NULL;
  g_ptr_array_unref (self->sockets);
  g_free (self);
}

/* A NertcSocketFactory. */
NertcSocket *
fake_server_make_socket (gpointer data)
{
  FakeServer *self = data;

  self->socket = g_object_new (FAKE_TYPE_SOCKET, NULL);
  self->socket->server = self;
  g_ptr_array_add (self->sockets, g_object_ref (self->socket));
  return NERTC_SOCKET (self->socket);
}

void
fake_server_set_mode (FakeServer *self, FakeMode mode)
{
  self->mode = mode;
}

guint
fake_server_count_connections (FakeServer *self)
{
  return self->sockets->len;
}

const char *
fake_server_get_url (FakeServer *self)
{
  return self->socket->url;
}

guint
fake_server_get_ping_interval (FakeServer *self)
{
  return self->socket->ping_interval;
}

static gboolean
on_watchdog (gpointer data)
{
  g_error ("Waited in vain");
  return G_SOURCE_REMOVE;
}

/* Iterates the context until something is true. */
void
fake_wait (gboolean (*condition) (gpointer data), gpointer data)
{
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (GSource) watchdog = g_timeout_source_new_seconds (WATCHDOG_SECONDS);

  g_source_set_callback (watchdog, on_watchdog, NULL, NULL);
  g_source_attach (watchdog, context);
  while (!condition (data))
    g_main_context_iteration (context, TRUE);
  g_source_destroy (watchdog);
}

static gboolean
has_sent (gpointer data)
{
  FakeServer *self = data;

  return self->socket && !g_queue_is_empty (&self->socket->sent);
}

static NertcMessage *
decode (const char *text)
{
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  message = nertc_message_decode (text, strlen (text), NERTC_SENDER_CLIENT, &id, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&message);
}

/* Whether the next message of the room, which is waited for, is this one. It is not taken. */
gboolean
fake_server_is_next (FakeServer *self, const char *method)
{
  g_autoptr (NertcMessage) message = NULL;

  fake_wait (has_sent, self);
  message = decode (g_queue_peek_head (&self->socket->sent));
  return g_str_equal (message->method->name, method);
}

/*
 * Returns: (transfer full): the fields of the next message of the room, which must be this one and
 *   valid
 */
JsonObject *
fake_server_expect (FakeServer *self, const char *method)
{
  g_autofree char *text = NULL;
  g_autoptr (NertcMessage) message = NULL;

  fake_wait (has_sent, self);
  text = g_queue_pop_head (&self->socket->sent);
  message = decode (text);
  g_assert_cmpstr (message->method->name, ==, method);
  self->request = message->id;
  return json_object_ref (message->body);
}

/* Returns: the id of the request taken last */
gint64
fake_server_get_request (FakeServer *self)
{
  return self->request;
}

/* What is answered next, though it was not taken last. */
void
fake_server_set_request (FakeServer *self, gint64 id)
{
  self->request = id;
}

/* Nothing is on its way, and nothing comes out of what can be done at once. */
void
fake_server_expect_nothing (FakeServer *self)
{
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
  if (has_sent (self))
    g_error ("The room sent %s", (char *) g_queue_peek_head (&self->socket->sent));
}

static gboolean
is_closed (gpointer data)
{
  FakeServer *self = data;

  return self->socket->close_code != 0;
}

/* Returns: the code that the room closes the connection with */
guint
fake_server_expect_closed (FakeServer *self)
{
  fake_wait (is_closed, self);
  return self->socket->close_code;
}

void
fake_server_say (FakeServer *self, const char *text)
{
  g_autoptr (FakeSocket) socket = g_object_ref (self->socket);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  nertc_socket_emit_message (NERTC_SOCKET (socket), bytes);
}

/* @result: a JSON object with single quotes for double ones, for the request taken last */
void
fake_server_reply (FakeServer *self, const char *result)
{
  g_autofree char *text = g_strdup_printf (
      "{'jsonrpc':'2.0','id':%" G_GINT64_FORMAT ",'result':%s}", self->request, result);

  fake_server_say (self, g_strdelimit (text, "'", '"'));
}

void
fake_server_reply_error (FakeServer *self, NertcError code)
{
  g_autofree char *text = g_strdup_printf ("{'jsonrpc':'2.0','id':%" G_GINT64_FORMAT
                                           ",'error':{'code':%d,'message':'No'}}",
                                           self->request, code);

  fake_server_say (self, g_strdelimit (text, "'", '"'));
}

/* @fields: the inside of a JSON object, without epoch and sequence number */
void
fake_server_event (FakeServer *self, const char *method, const char *fields)
{
  g_autofree char *text = g_strdup_printf (
      "{'jsonrpc':'2.0','method':'%s','params':{'epoch':'e%u','seq':%" G_GINT64_FORMAT "%s%s}}",
      method, self->epochs, ++self->seq, *fields ? "," : "", fields);

  fake_server_say (self, g_strdelimit (text, "'", '"'));
}

void
fake_server_skip_seq (FakeServer *self)
{
  self->seq++;
}

void
fake_server_hang_up (FakeServer *self, guint code)
{
  g_autoptr (FakeSocket) socket = g_object_ref (self->socket);

  socket->connected = FALSE;
  g_queue_clear_full (&socket->sent, g_free);
  nertc_socket_emit_closed (NERTC_SOCKET (socket), code);
}

/* Answers a join. @members: the items of a JSON array */
void
fake_server_admit (FakeServer *self, const char *uid, const char *members)
{
  g_autofree char *result = NULL;

  self->seq = 0;
  self->epochs++;
  result = g_strdup_printf (
      "{'uid':'%s','epoch':'e%u','sessionSecret':'s%u','pingInterval':5,'grace':30,"
      "'role':'host','grants':['publish','subscribe','message'],"
      "'room':{'extraInfo':''},'members':[%s]}",
      uid, self->epochs, self->epochs, members);
  fake_server_reply (self, result);
}
