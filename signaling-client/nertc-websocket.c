/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-websocket.h"

#include "nertc-error.h"
#include "nertc-message.h"
#include "nertc-websocket-error.h"

#include <libsoup/soup.h>

#define MISSED_PONGS_MAX 2

/* More than libsoup waits for the other side to close. */
#define LINGER_SECONDS 10

struct _NertcWebsocket {
  GObject parent_instance;

  char *ca_file;        /* (nullable) */
  SoupSession *session; /* one each: a session belongs to one thread */
  SoupMessage *handshake;
  SoupWebsocketConnection *connection;
  GSource *pulse;
  guint missed_pongs;
  GSource *linger; /* holds a reference while what was sent is still to be written */
};

static void nertc_websocket_iface_init (NertcSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NertcWebsocket, nertc_websocket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NERTC_TYPE_SOCKET,
                                                      nertc_websocket_iface_init))

static void
stop_timer (GSource **timer)
{
  if (*timer)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

static void
end (NertcWebsocket *self, guint code)
{
  G_GNUC_UNUSED g_autoptr (NertcWebsocket) keep = g_object_ref (self);
  g_autoptr (SoupWebsocketConnection) connection = g_steal_pointer (&self->connection);

  if (!connection)
    return;
  stop_timer (&self->pulse);
  stop_timer (&self->linger);
  g_signal_handlers_disconnect_by_data (connection, self);
  nertc_socket_emit_closed (NERTC_SOCKET (self), code);
}

static void
on_message (SoupWebsocketConnection *connection, gint type, GBytes *message, gpointer user_data)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (user_data);

  self->missed_pongs = 0;
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    nertc_socket_emit_message (NERTC_SOCKET (self), message);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *payload, gpointer user_data)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (user_data);

  self->missed_pongs = 0;
}

static void
on_error (SoupWebsocketConnection *connection, GError *error, gpointer user_data)
{
  g_debug ("WebSocket: %s", error->message);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  guint code = soup_websocket_connection_get_close_code (connection);

  end (NERTC_WEBSOCKET (user_data), code ? code : NERTC_CLOSE_CODE_ABNORMAL);
}

static gboolean
on_pulse (gpointer user_data)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (user_data);
  g_autoptr (SoupWebsocketConnection) connection = NULL;

  if (self->missed_pongs++ < MISSED_PONGS_MAX)
    return G_SOURCE_CONTINUE;
  g_debug ("WebSocket: %d pings without an answer", MISSED_PONGS_MAX);
  connection = g_object_ref (self->connection);
  end (self, NERTC_CLOSE_CODE_ABNORMAL);
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR, NULL);
  return G_SOURCE_REMOVE;
}

static void
adopt (NertcWebsocket *self, SoupWebsocketConnection *connection)
{
  self->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, NERTC_MESSAGE_MAX);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (connection, "error", G_CALLBACK (on_error), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  NertcWebsocket *self = NERTC_WEBSOCKET (g_task_get_source_object (task));
  g_autoptr (SoupWebsocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  connection = soup_session_websocket_connect_finish (self->session, result, &error);
  if (connection &&
      g_strcmp0 (soup_websocket_connection_get_protocol (connection), NERTC_SUBPROTOCOL) != 0) {
    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR, NULL);
    g_clear_object (&connection);
    g_set_error_literal (&error, NERTC_ERROR, NERTC_ERROR_SERVER_UNREACHABLE,
                         "what answers there does not speak " NERTC_SUBPROTOCOL);
  }
  if (connection) {
    adopt (self, connection);
    g_task_return_boolean (task, TRUE);
  } else {
    g_task_return_error (task, nertc_websocket_explain (self->handshake, error));
  }
  /* It holds its context, whose end is to end what lingers here. */
  g_clear_object (&self->session);
}

/* A proxy for the wide world does not lead back to this machine. */
static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address ? g_inet_address_get_is_loopback (address)
                 : g_ascii_strcasecmp (host, "localhost") == 0;
}

/* Returns: (nullable): with the certificates that are trusted; %NULL and an error */
static SoupSession *
create_session (NertcWebsocket *self, GError **error)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) problem = NULL;
  g_autofree char *path = NULL;

  if (!self->ca_file)
    return g_steal_pointer (&session);
  /* The database takes no other path, and would be empty without saying so. */
  path = g_canonicalize_filename (self->ca_file, NULL);
  database = g_tls_file_database_new (path, &problem);
  if (!database) {
    g_propagate_error (error, nertc_websocket_explain_ca_file (self->ca_file, problem));
    return NULL;
  }
  soup_session_set_tls_database (session, database);
  return g_steal_pointer (&session);
}

static void
shake_hands (NertcWebsocket *self, GUri *uri, GTask *task)
{
  const char *protocols[] = { NERTC_SUBPROTOCOL, NULL };
  GError *error = NULL;

  self->session = create_session (self, &error);
  if (!self->session) {
    g_task_return_error (task, error);
    return;
  }
  self->handshake = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  /* Compressed messages would pass the limit on their size and grow afterwards. */
  soup_message_disable_feature (self->handshake, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  if (is_loopback (g_uri_get_host (uri)))
    soup_session_set_proxy_resolver (self->session, NULL);
  soup_session_websocket_connect_async (self->session, self->handshake, NULL, (char **) protocols,
                                        G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                        on_opened, g_object_ref (task));
}

static void
nertc_websocket_connect_async (NertcSocket *socket, const char *url, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (socket);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  if (uri && g_uri_get_host (uri) && *g_uri_get_host (uri))
    shake_hands (self, uri, task);
  else
    g_task_return_new_error (task, NERTC_ERROR, NERTC_ERROR_SERVER_UNREACHABLE,
                             "‘%s’ is no address of a room server; write it like "
                             "ws://127.0.0.1:8980" NERTC_PATH,
                             url);
}

static gboolean
nertc_websocket_connect_finish (NertcSocket *socket, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
nertc_websocket_set_ping_interval (NertcSocket *socket, guint seconds)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (socket);

  stop_timer (&self->pulse);
  if (!self->connection)
    return;
  soup_websocket_connection_set_keepalive_interval (self->connection, seconds);
  self->missed_pongs = 0;
  self->pulse = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (self->pulse, on_pulse, self, NULL);
  g_source_attach (self->pulse, g_main_context_get_thread_default ());
}

static void
nertc_websocket_send (NertcSocket *socket, const char *text)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (socket);

  if (self->connection &&
      soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->connection, text);
}

static gboolean
on_linger (gpointer user_data)
{
  end (NERTC_WEBSOCKET (user_data), NERTC_CLOSE_CODE_ABNORMAL);
  return G_SOURCE_REMOVE;
}

/*
 * The owner may let go at once. The source ends with its context, if that comes first: after the
 * sources of libsoup, thanks to its priority, for those that are destroyed from within the end of
 * their context are leaked by GLib.
 */
static void
nertc_websocket_close (NertcSocket *socket, guint code)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (socket);

  if (!self->connection ||
      soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  stop_timer (&self->pulse);
  self->linger = g_timeout_source_new_seconds (LINGER_SECONDS);
  g_source_set_priority (self->linger, G_PRIORITY_HIGH);
  g_source_set_callback (self->linger, on_linger, g_object_ref (self), g_object_unref);
  g_source_attach (self->linger, g_main_context_get_thread_default ());
  soup_websocket_connection_close (self->connection, code, NULL);
}

/* Nobody iterates the context any more who could close it gently. */
static void
abandon (NertcWebsocket *self)
{
  g_autoptr (SoupWebsocketConnection) connection = g_steal_pointer (&self->connection);

  if (!connection)
    return;
  g_signal_handlers_disconnect_by_data (connection, self);
  g_io_stream_close (soup_websocket_connection_get_io_stream (connection), NULL, NULL);
}

static void
nertc_websocket_dispose (GObject *object)
{
  NertcWebsocket *self = NERTC_WEBSOCKET (object);

  stop_timer (&self->pulse);
  g_clear_pointer (&self->linger, g_source_unref);
  abandon (self);
  g_clear_object (&self->handshake);
  g_clear_object (&self->session);
  g_clear_pointer (&self->ca_file, g_free);
  G_OBJECT_CLASS (nertc_websocket_parent_class)->dispose (object);
}

static void
nertc_websocket_class_init (NertcWebsocketClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nertc_websocket_dispose;
}

static void
nertc_websocket_init (NertcWebsocket *self)
{
}

static void
nertc_websocket_iface_init (NertcSocketInterface *iface)
{
  iface->connect_async = nertc_websocket_connect_async;
  iface->connect_finish = nertc_websocket_connect_finish;
  iface->set_ping_interval = nertc_websocket_set_ping_interval;
  iface->send = nertc_websocket_send;
  iface->close = nertc_websocket_close;
}

NertcSocket *
nertc_websocket_new (void)
{
  return g_object_new (NERTC_TYPE_WEBSOCKET, NULL);
}

/*
 * nertc_websocket_set_ca_file:
 * @file: (nullable): PEM; of those whose certificates are trusted, and nobody else's; %NULL: of
 *   those whom the system trusts
 */
void
nertc_websocket_set_ca_file (NertcWebsocket *self, const char *file)
{
  g_free (self->ca_file);
  self->ca_file = g_strdup (file);
}
