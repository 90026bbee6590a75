/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the room needs of a WebSocket, so that tests can put another end in its place. It is used
 * once: connected, then closed. Everything happens on the context that is thread-default when it is
 * connected.
 *
 * Signals:
 *   message (GBytes *text)   one text message
 *   closed (guint code)      the connection ended, with the close code of RFC 6455, section 7.4;
 *                            1006 stands for an end without a word. Last signal, sent once.
 */
#define NERTC_TYPE_SOCKET (nertc_socket_get_type ())
G_DECLARE_INTERFACE (NertcSocket, nertc_socket, NERTC, SOCKET, GObject)

struct _NertcSocketInterface {
  GTypeInterface parent_iface;

  void (*connect_async) (NertcSocket *self, const char *url, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*connect_finish) (NertcSocket *self, GAsyncResult *result, GError **error);
  void (*set_ping_interval) (NertcSocket *self, guint seconds);
  void (*send) (NertcSocket *self, const char *text);
  void (*close) (NertcSocket *self, guint code);
};

#define NERTC_CLOSE_CODE_NORMAL 1000
#define NERTC_CLOSE_CODE_PROTOCOL_ERROR 1002
#define NERTC_CLOSE_CODE_ABNORMAL 1006
#define NERTC_CLOSE_CODE_ABANDONED 4000 /* by a client that stays in the room */

void nertc_socket_connect_async (NertcSocket *self, const char *url, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean nertc_socket_connect_finish (NertcSocket *self, GAsyncResult *result, GError **error);
void nertc_socket_set_ping_interval (NertcSocket *self, guint seconds);
void nertc_socket_send (NertcSocket *self, const char *text);
void nertc_socket_close (NertcSocket *self, guint code);

void nertc_socket_emit_message (NertcSocket *self, GBytes *text);
void nertc_socket_emit_closed (NertcSocket *self, guint code);

G_END_DECLS
