/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "poll-set.h"
#include "websocket-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SrvWebSocket SrvWebSocket;

/* All are called from the main loop, never from inside a function of this header. */
typedef struct {
  /* @text: not terminated */
  void (*message) (SrvWebSocket *self, const char *text, gsize length, gpointer user_data);
  /* a message is larger than the limit: what can still be said goes before the close */
  void (*too_big) (SrvWebSocket *self, gpointer user_data);
  /* the peer broke RFC 6455 or a limit: it is being closed, nothing more is read of it */
  void (*broken) (SrvWebSocket *self, gpointer user_data);
  /* the first @messages that were sent have arrived at the peer */
  void (*arrived) (SrvWebSocket *self, guint64 messages, gpointer user_data);
  /* more is unsent than the limit allows; called once */
  void (*overflow) (SrvWebSocket *self, gpointer user_data);
  /* @code: what the peer's close frame said, %SRV_CLOSE_NONE if none came; nothing follows */
  void (*closed) (SrvWebSocket *self, SrvCloseCode code, gpointer user_data);
} SrvWebSocketCallbacks;

typedef struct {
  gsize message; /* bytes of an incoming message */
  gsize unsent;  /* bytes of outgoing frames that the network has not taken yet */
} SrvWebSocketLimits;

SrvWebSocket *srv_web_socket_new (GIOStream *stream, const SrvWebSocketLimits *limits,
                                  const SrvWebSocketCallbacks *callbacks, gpointer user_data);
void srv_web_socket_poll_with (SrvWebSocket *self, SrvPollSet *set, int fd, gboolean is_tls);
void srv_web_socket_free (SrvWebSocket *self);

void srv_web_socket_send (SrvWebSocket *self, SrvFrame *frame);
void srv_web_socket_flush (SrvWebSocket *self);
guint64 srv_web_socket_count_sent (SrvWebSocket *self);
guint srv_web_socket_ping (SrvWebSocket *self);
void srv_web_socket_probe (SrvWebSocket *self);
void srv_web_socket_close (SrvWebSocket *self, SrvCloseCode code, const char *text);
void srv_web_socket_abort (SrvWebSocket *self);

gsize srv_web_socket_get_unsent (SrvWebSocket *self);
void srv_web_socket_set_unsent_limit (SrvWebSocket *self, gsize limit);

G_END_DECLS
