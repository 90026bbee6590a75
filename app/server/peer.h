/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-message.h"
#include "poll-set.h"
#include "websocket-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One client at the other end of a WebSocket: decodes what it sends, and keeps to the bounds. */
typedef struct _SrvPeer SrvPeer;

/* What its messages are of, once it has joined; see session.h. */
typedef struct _SrvSession SrvSession;

typedef struct {
  guint message_rate;  /* per second */
  guint message_burst; /* at once */
  gsize queue;         /* bytes unsent */
} SrvPeerLimits;

/* All are called from the main loop, never from inside a function of this header. */
typedef struct {
  void (*message) (SrvPeer *self, const NertcMessage *message, gpointer user_data);
  /* a message that is not to be handled, and is to be answered by @error */
  void (*refused) (SrvPeer *self, gint64 id, const GError *error, gpointer user_data);
  /* the first @messages that were sent have arrived */
  void (*arrived) (SrvPeer *self, guint64 messages, gpointer user_data);
  /* the peer went beyond a bound and has to go; it is still connected */
  void (*offence) (SrvPeer *self, NertcCloseReason reason, gpointer user_data);
  /* the peer does not speak the protocol, and is being closed */
  void (*broken) (SrvPeer *self, gpointer user_data);
  /* the connection has ended; nothing follows */
  void (*gone) (SrvPeer *self, NertcCloseReason reason, gpointer user_data);
} SrvPeerCallbacks;

SrvPeer *srv_peer_new (GIOStream *stream, const SrvPeerLimits *limits,
                       const SrvPeerCallbacks *callbacks, gpointer user_data);
void srv_peer_free (SrvPeer *self);
void srv_peer_poll_with (SrvPeer *self, SrvPollSet *set, int fd, gboolean is_tls);

void srv_peer_set_session (SrvPeer *self, SrvSession *session);
SrvSession *srv_peer_get_session (SrvPeer *self);
void srv_peer_grant_transports (SrvPeer *self, guint count, guint total);

void srv_peer_begin_snapshot (SrvPeer *self);
void srv_peer_end_snapshot (SrvPeer *self);

void srv_peer_send (SrvPeer *self, SrvFrame *frame);
void srv_peer_send_text (SrvPeer *self, const char *text);
void srv_peer_send_result (SrvPeer *self, gint64 id, JsonObject *result);
void srv_peer_send_error (SrvPeer *self, gint64 id, const GError *error);
void srv_peer_flush (SrvPeer *self);
guint64 srv_peer_count_sent (SrvPeer *self);
gsize srv_peer_get_unsent (SrvPeer *self);
void srv_peer_probe (SrvPeer *self);

void srv_peer_check_alive (SrvPeer *self);
void srv_peer_close (SrvPeer *self, NertcCloseReason reason, const char *text);
void srv_peer_abort (SrvPeer *self);

G_END_DECLS
