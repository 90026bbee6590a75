/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-unix.h"

#include "janus-message.h"
#include "source.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/socket.h>

/* So much waits for a Janus that does not read; then it is not worth the wait. */
#define QUEUE_MAX (4 * 1024 * 1024)

/* So many are read before others have their turn. */
#define BURST 32

struct _SrvJanusUnix {
  SrvJanusSocket parent;

  char *path;
  GSocket *socket; /* (nullable) */
  GSource *start;  /* (nullable): tells what came of opening it */
  GSource *input;
  GSource *output; /* (nullable): when something waits */
  GQueue waiting;  /* (element-type GBytes) */
  gsize waiting_size;
  GError *problem; /* (nullable): of opening it */
  char *buffer;
};

G_DEFINE_FINAL_TYPE (SrvJanusUnix, srv_janus_unix, SRV_TYPE_JANUS_SOCKET)

/* @source: (transfer full) */
static GSource *
watch (SrvJanusUnix *self, GSource *source, GSourceFunc callback)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
lose (SrvJanusUnix *self, const GError *error)
{
  srv_janus_socket_closed (SRV_JANUS_SOCKET (self), error->message, is_gone (error));
}

/* Returns: whether a packet was read and more may be there */
static gboolean
read_packet (SrvJanusUnix *self)
{
  GInputVector vector = { self->buffer, SRV_JANUS_MESSAGE_MAX };
  g_autoptr (GError) error = NULL;
  int flags = 0;
  gssize size =
      g_socket_receive_message (self->socket, NULL, &vector, 1, NULL, NULL, &flags, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (error) {
    lose (self, error);
  } else if (size == 0) {
    srv_janus_socket_closed (SRV_JANUS_SOCKET (self), "Janus closed the connection", FALSE);
  } else if (flags & MSG_TRUNC) {
    srv_janus_socket_closed (SRV_JANUS_SOCKET (self), "Janus sent a message that is too long",
                             FALSE);
  } else {
    srv_janus_socket_message (SRV_JANUS_SOCKET (self), self->buffer, (gsize) size);
  }
  return self->socket != NULL;
}

static gboolean
on_input (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (SrvJanusUnix) self = g_object_ref (SRV_JANUS_UNIX (user_data));

  for (guint i = 0; i < BURST && self->socket; i++) {
    if (!read_packet (self))
      break;
  }
  return self->input != NULL;
}

static gboolean
send_packet (SrvJanusUnix *self, GBytes *packet, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (packet, &size);

  return g_socket_send (self->socket, data, size, NULL, error) >= 0;
}

static gboolean
on_output (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  g_autoptr (SrvJanusUnix) self = g_object_ref (SRV_JANUS_UNIX (user_data));
  GBytes *packet;

  while ((packet = g_queue_peek_head (&self->waiting))) {
    g_autoptr (GError) error = NULL;

    if (!send_packet (self, packet, &error)) {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
      lose (self, error);
      return G_SOURCE_REMOVE;
    }
    self->waiting_size -= g_bytes_get_size (packet);
    g_bytes_unref (g_queue_pop_head (&self->waiting));
  }
  srv_source_clear (&self->output);
  return G_SOURCE_REMOVE;
}

static gboolean
enqueue (SrvJanusUnix *self, GBytes *packet, GError **error)
{
  if (self->waiting_size + g_bytes_get_size (packet) > QUEUE_MAX) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         "Janus does not read what is sent to it");
    return FALSE;
  }
  g_queue_push_tail (&self->waiting, g_bytes_ref (packet));
  self->waiting_size += g_bytes_get_size (packet);
  if (!self->output)
    self->output = watch (self, g_socket_create_source (self->socket, G_IO_OUT, NULL),
                          G_SOURCE_FUNC (on_output));
  return TRUE;
}

static gboolean
srv_janus_unix_send (SrvJanusSocket *socket, const char *text, GError **error)
{
  SrvJanusUnix *self = SRV_JANUS_UNIX (socket);
  g_autoptr (GBytes) packet = g_bytes_new (text, strlen (text));
  g_autoptr (GError) send_error = NULL;

  if (strlen (text) > SRV_JANUS_UNIX_REQUEST_MAX) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                 "A request of %" G_GSIZE_FORMAT " bytes: Janus' Unix socket takes at most %d",
                 strlen (text), SRV_JANUS_UNIX_REQUEST_MAX);
    return FALSE;
  }
  if (!self->socket) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected to Janus");
    return FALSE;
  }
  if (!g_queue_is_empty (&self->waiting))
    return enqueue (self, packet, error);
  if (send_packet (self, packet, &send_error))
    return TRUE;
  if (g_error_matches (send_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return enqueue (self, packet, error);
  g_propagate_error (error, g_steal_pointer (&send_error));
  return FALSE;
}

static gboolean
on_start (gpointer user_data)
{
  g_autoptr (SrvJanusUnix) self = g_object_ref (SRV_JANUS_UNIX (user_data));

  srv_source_clear (&self->start);
  if (self->problem)
    lose (self, self->problem);
  else
    srv_janus_socket_opened (SRV_JANUS_SOCKET (self));
  return G_SOURCE_REMOVE;
}

static gboolean
connect_to (SrvJanusUnix *self, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->path);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_SEQPACKET,
                                             G_SOCKET_PROTOCOL_DEFAULT, error);

  if (!socket)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  /* At once, or not at all. */
  if (!g_socket_connect (socket, address, NULL, error)) {
    g_prefix_error (error, "‘%s’: ", self->path);
    return FALSE;
  }
  self->socket = g_steal_pointer (&socket);
  self->input =
      watch (self, g_socket_create_source (self->socket, G_IO_IN, NULL), G_SOURCE_FUNC (on_input));
  return TRUE;
}

static void
srv_janus_unix_open (SrvJanusSocket *socket)
{
  SrvJanusUnix *self = SRV_JANUS_UNIX (socket);

  connect_to (self, &self->problem);
  self->start = watch (self, g_timeout_source_new (0), on_start);
}

static void
srv_janus_unix_close (SrvJanusSocket *socket)
{
  SrvJanusUnix *self = SRV_JANUS_UNIX (socket);

  srv_source_clear (&self->start);
  srv_source_clear (&self->input);
  srv_source_clear (&self->output);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_bytes_unref);
  self->waiting_size = 0;
  g_clear_object (&self->socket);
}

static void
srv_janus_unix_finalize (GObject *object)
{
  SrvJanusUnix *self = SRV_JANUS_UNIX (object);

  srv_janus_unix_close (SRV_JANUS_SOCKET (self));
  g_clear_error (&self->problem);
  g_free (self->path);
  g_free (self->buffer);

  G_OBJECT_CLASS (srv_janus_unix_parent_class)->finalize (object);
}

static void
srv_janus_unix_class_init (SrvJanusUnixClass *klass)
{
  SrvJanusSocketClass *socket_class = SRV_JANUS_SOCKET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = srv_janus_unix_finalize;
  socket_class->open = srv_janus_unix_open;
  socket_class->send = srv_janus_unix_send;
  socket_class->close = srv_janus_unix_close;
}

static void
srv_janus_unix_init (SrvJanusUnix *self)
{
  self->buffer = g_malloc (SRV_JANUS_MESSAGE_MAX);
}

SrvJanusSocket *
srv_janus_unix_new (const char *path)
{
  SrvJanusUnix *self = g_object_new (SRV_TYPE_JANUS_UNIX, NULL);

  self->path = g_strdup (path);
  return SRV_JANUS_SOCKET (self);
}
