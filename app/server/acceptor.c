/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "acceptor.h"

#include <gio/gnetworking.h>

/*
 * SoupServer could listen by itself, but that of libsoup 3.2.3 never accepts again after accept()
 * has failed once, for want of file descriptors say, and it leaks a GSocket with each connection.
 */

/* With a short queue a burst of connections waits for TCP to send its SYNs again. */
#define BACKLOG 4096

/* Connections in one turn of the main loop. */
#define ACCEPT_MAX 64

/* How long to wait after accept() has failed. */
#define PAUSE_MS 100

/* A smaller kernel buffer shows earlier who does not read. */
#define SEND_BUFFER (128 * 1024)

struct _SrvAcceptor {
  GSocket *socket;
  GSource *source; /* of the socket, or of a pause */
  SrvAccepted accepted;
  gpointer user_data;
};

static void accept_on (SrvAcceptor *self);

static void
clear_source (SrvAcceptor *self)
{
  if (self->source)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
set_source (SrvAcceptor *self, GSource *source, GSourceFunc callback)
{
  clear_source (self);
  self->source = source;
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static gboolean
on_paused (gpointer user_data)
{
  accept_on (user_data);
  return G_SOURCE_REMOVE;
}

static void
take (SrvAcceptor *self, GSocket *socket)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER, NULL);
  self->accepted (connection, self->user_data);
}

static gboolean
on_connections (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  SrvAcceptor *self = user_data;

  for (guint i = 0; i < ACCEPT_MAX; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &error);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    if (!socket) {
      g_message ("Cannot accept a connection: %s", error->message);
      set_source (self, g_timeout_source_new (PAUSE_MS), on_paused);
      return G_SOURCE_REMOVE;
    }
    take (self, socket);
  }
  return G_SOURCE_CONTINUE;
}

static void
accept_on (SrvAcceptor *self)
{
  set_source (self, g_socket_create_source (self->socket, G_IO_IN, NULL),
              G_SOURCE_FUNC (on_connections));
}

static GSocket *
listen_on (const char *bind, guint port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (bind, port);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (!socket || !g_socket_bind (socket, address, TRUE, error))
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  return g_socket_listen (socket, error) ? g_steal_pointer (&socket) : NULL;
}

/* @bind: an IP address. @port: 0 takes any that is free */
SrvAcceptor *
srv_acceptor_new (const char *bind, guint port, SrvAccepted accepted, gpointer user_data,
                  GError **error)
{
  GSocket *socket = listen_on (bind, port, error);
  SrvAcceptor *self;

  if (!socket) {
    g_prefix_error (
        error, "Cannot listen on %s, port %u; choose others by --bind and --port: ", bind, port);
    return NULL;
  }
  self = g_new0 (SrvAcceptor, 1);
  self->socket = socket;
  self->accepted = accepted;
  self->user_data = user_data;
  accept_on (self);
  return self;
}

/* Listens no more. */
void
srv_acceptor_free (SrvAcceptor *self)
{
  clear_source (self);
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_free (self);
}

guint
srv_acceptor_get_port (SrvAcceptor *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}
