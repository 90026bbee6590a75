/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "first-byte.h"

#include <string.h>
#include <sys/socket.h>

/* RFC 8446, section 5.1: the content type of what carries a ClientHello. */
#define TLS_HANDSHAKE 0x16

/* RFC 8446, section 6: a fatal alert, protocol_version, which reads well in the client's error. */
static const char tls_answer[] = { 0x15, 3, 1, 0, 2, 2, 70 };

static const char http_answer[] =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n"
    "This port speaks TLS only: use https://, wss://, or nertcs:// in place of nertc://.\n";

struct _SrvFirstByte {
  gboolean tls; /* is right */
  SrvFirstByteRight right;
  gpointer user_data;
  GHashTable *waiting; /* GSource → GSocketConnection */
};

/* Closing a socket with input unread would reset it, and the answer might get lost. */
static void
answer (GSocket *socket, const char *text, gsize length)
{
  char input[8192];

  g_socket_receive_with_blocking (socket, input, sizeof input, FALSE, NULL, NULL);
  g_socket_send_with_blocking (socket, text, length, FALSE, NULL, NULL);
}

static gboolean
on_input (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  SrvFirstByte *self = user_data;
  GSource *source = g_main_current_source ();
  g_autoptr (GSocketConnection) connection =
      g_object_ref (g_hash_table_lookup (self->waiting, source));
  guint8 first;
  gboolean is_there = recv (g_socket_get_fd (socket), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;

  g_hash_table_remove (self->waiting, source);
  if (is_there && self->tls && g_ascii_isalpha (first))
    answer (socket, http_answer, strlen (http_answer));
  else if (is_there && !self->tls && first == TLS_HANDSHAKE)
    answer (socket, tls_answer, sizeof tls_answer);
  else if (is_there)
    self->right (connection, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
drop_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* @tls: what the port speaks; or else HTTP. @right: is called from the main loop */
SrvFirstByte *
srv_first_byte_new (gboolean tls, SrvFirstByteRight right, gpointer user_data)
{
  SrvFirstByte *self = g_new0 (SrvFirstByte, 1);

  self->tls = tls;
  self->right = right;
  self->user_data = user_data;
  self->waiting = g_hash_table_new_full (NULL, NULL, drop_source, g_object_unref);
  return self;
}

/* Closes those who have said nothing. */
void
srv_first_byte_free (SrvFirstByte *self)
{
  g_hash_table_unref (self->waiting);
  g_free (self);
}

/* Keeps @connection until something comes, or its end. */
void
srv_first_byte_await (SrvFirstByte *self, GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (on_input), self, NULL);
  g_hash_table_insert (self->waiting, source, g_object_ref (connection));
  g_source_attach (source, g_main_context_get_thread_default ());
}
