/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-message.h"
#include "room.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * One client at the other end of a WebSocket: decodes what it sends, keeps to the bounds, and
 * numbers the events of its session.
 */
typedef struct _SrvPeer SrvPeer;

typedef struct {
  guint message_rate;  /* per second */
  guint message_burst; /* at once */
  gsize queue;         /* bytes unsent */
} SrvPeerLimits;

/* All are called from the main loop, never from inside a function of this header. */
typedef struct {
  void (*message) (SrvPeer *self, const NertcMessage *message, gpointer user_data);
  /* the peer went beyond a bound and has to go; it is still connected */
  void (*offence) (SrvPeer *self, NertcCloseReason reason, gpointer user_data);
  /* the connection has ended; nothing follows */
  void (*gone) (SrvPeer *self, NertcCloseReason reason, gpointer user_data);
} SrvPeerCallbacks;

SrvPeer *srv_peer_new (GIOStream *stream, const SrvPeerLimits *limits,
                       const SrvPeerCallbacks *callbacks, gpointer user_data);
void srv_peer_free (SrvPeer *self);

void srv_peer_begin_session (SrvPeer *self, SrvMember *member, gboolean user_updates);
void srv_peer_end_session (SrvPeer *self, NertcCloseReason reason);
SrvMember *srv_peer_get_member (SrvPeer *self);
const char *srv_peer_get_epoch (SrvPeer *self);
gboolean srv_peer_wants_user_updates (SrvPeer *self);
void srv_peer_add_transports (SrvPeer *self, int change);

void srv_peer_begin_snapshot (SrvPeer *self);
void srv_peer_end_snapshot (SrvPeer *self);

void srv_peer_send_result (SrvPeer *self, gint64 id, JsonObject *result);
void srv_peer_send_error (SrvPeer *self, gint64 id, const GError *error);
void srv_peer_send_event (SrvPeer *self, const char *method, JsonObject *params);

void srv_peer_check_alive (SrvPeer *self);
void srv_peer_close (SrvPeer *self, NertcCloseReason reason, const char *text);
void srv_peer_abort (SrvPeer *self);

G_END_DECLS
