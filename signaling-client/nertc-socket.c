/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-socket.h"

G_DEFINE_INTERFACE (NertcSocket, nertc_socket, G_TYPE_OBJECT)

enum {
  SIGNAL_MESSAGE,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
nertc_socket_default_init (NertcSocketInterface *iface)
{
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", NERTC_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", NERTC_TYPE_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

void
nertc_socket_connect_async (NertcSocket *self, const char *url, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  NERTC_SOCKET_GET_IFACE (self)->connect_async (self, url, cancellable, callback, user_data);
}

gboolean
nertc_socket_connect_finish (NertcSocket *self, GAsyncResult *result, GError **error)
{
  return NERTC_SOCKET_GET_IFACE (self)->connect_finish (self, result, error);
}

/* The connection counts as lost when the answers to two pings in a row are missing. */
void
nertc_socket_set_ping_interval (NertcSocket *self, guint seconds)
{
  NERTC_SOCKET_GET_IFACE (self)->set_ping_interval (self, seconds);
}

void
nertc_socket_send (NertcSocket *self, const char *text)
{
  NERTC_SOCKET_GET_IFACE (self)->send (self, text);
}

/* What was sent before is still delivered, and "closed" follows when the other side agrees. */
void
nertc_socket_close (NertcSocket *self, guint code)
{
  NERTC_SOCKET_GET_IFACE (self)->close (self, code);
}

void
nertc_socket_emit_message (NertcSocket *self, GBytes *text)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

void
nertc_socket_emit_closed (NertcSocket *self, guint code)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, code);
}
