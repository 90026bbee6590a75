/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-websocket.h"

#include "janus-message.h"

#include <libsoup/soup.h>

#define PROTOCOL "janus-protocol"

struct _SrvJanusWebsocket {
  SrvJanusSocket parent;

  char *uri;
  SoupSession *session;
  GCancellable *cancellable;
  SoupWebsocketConnection *connection; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (SrvJanusWebsocket, srv_janus_websocket, SRV_TYPE_JANUS_SOCKET)

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  gsize size;
  const char *text = g_bytes_get_data (message, &size);

  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    srv_janus_socket_message (SRV_JANUS_SOCKET (user_data), text, size);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  srv_janus_socket_closed (SRV_JANUS_SOCKET (user_data), "Janus closed the connection", FALSE);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SrvJanusWebsocket) self = SRV_JANUS_WEBSOCKET (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    g_prefix_error (&error, "what has signed it has to be in the trust store of this machine: ");
  if (!connection) {
    srv_janus_socket_closed (SRV_JANUS_SOCKET (self), error->message, FALSE);
    return;
  }
  self->connection = g_steal_pointer (&connection);
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, SRV_JANUS_MESSAGE_MAX);
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  srv_janus_socket_opened (SRV_JANUS_SOCKET (self));
}

static void
srv_janus_websocket_open (SrvJanusSocket *socket)
{
  SrvJanusWebsocket *self = SRV_JANUS_WEBSOCKET (socket);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, self->uri);
  char *protocols[] = { (char *) PROTOCOL, NULL };

  soup_session_websocket_connect_async (self->session, message, NULL, protocols, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_connected, g_object_ref (self));
}

static gboolean
srv_janus_websocket_send (SrvJanusSocket *socket, const char *text, GError **error)
{
  SrvJanusWebsocket *self = SRV_JANUS_WEBSOCKET (socket);

  if (!self->connection ||
      soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected to Janus");
    return FALSE;
  }
  soup_websocket_connection_send_text (self->connection, text);
  return TRUE;
}

static void
srv_janus_websocket_close (SrvJanusSocket *socket)
{
  SrvJanusWebsocket *self = SRV_JANUS_WEBSOCKET (socket);

  g_cancellable_cancel (self->cancellable);
  if (!self->connection)
    return;
  g_signal_handlers_disconnect_by_data (self->connection, self);
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  g_clear_object (&self->connection);
}

static void
srv_janus_websocket_finalize (GObject *object)
{
  SrvJanusWebsocket *self = SRV_JANUS_WEBSOCKET (object);

  srv_janus_websocket_close (SRV_JANUS_SOCKET (self));
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_free (self->uri);

  G_OBJECT_CLASS (srv_janus_websocket_parent_class)->finalize (object);
}

static void
srv_janus_websocket_class_init (SrvJanusWebsocketClass *klass)
{
  SrvJanusSocketClass *socket_class = SRV_JANUS_SOCKET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = srv_janus_websocket_finalize;
  socket_class->open = srv_janus_websocket_open;
  socket_class->send = srv_janus_websocket_send;
  socket_class->close = srv_janus_websocket_close;
}

static void
srv_janus_websocket_init (SrvJanusWebsocket *self)
{
  self->session = soup_session_new ();
  self->cancellable = g_cancellable_new ();
}

SrvJanusSocket *
srv_janus_websocket_new (const char *uri)
{
  SrvJanusWebsocket *self = g_object_new (SRV_TYPE_JANUS_WEBSOCKET, NULL);

  self->uri = g_strdup (uri);
  return SRV_JANUS_SOCKET (self);
}
