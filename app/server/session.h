/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "away.h"
#include "peer.h"
#include "room.h"

G_BEGIN_DECLS

/*
 * What a membership has of the wire, whether it is connected or not: the number of its events, what
 * was sent and may have to be sent again, what was received. It is the owner of its member, and has
 * a peer unless it is away. The peer answers it by srv_peer_get_session().
 *
 * When it has ended it is neither's any more, and only for telling that to who has not heard it.
 */

typedef struct {
  gsize log;      /* bytes that are kept to be sent again */
  guint grace_ms; /* how long it may be away; 0: not at all */
  SrvAway *away;  /* shared by all sessions */
} SrvSessionLimits;

/* The grace has passed, or more was missed than can be kept, by it or by all. From the main loop.
 */
typedef void (*SrvSessionExpired) (SrvSession *self, gpointer user_data);

SrvSession *srv_session_new (SrvMember *member, gboolean user_updates,
                             const SrvSessionLimits *limits, SrvSessionExpired expired,
                             gpointer user_data);
void srv_session_free (SrvSession *self);

SrvMember *srv_session_get_member (SrvSession *self);
SrvPeer *srv_session_get_peer (SrvSession *self);
const char *srv_session_get_epoch (SrvSession *self);
gboolean srv_session_wants_user_updates (SrvSession *self);

void srv_session_attach (SrvSession *self, SrvPeer *peer);
gboolean srv_session_detach (SrvSession *self);
void srv_session_abandon_peer (SrvSession *self);
gboolean srv_session_can_resume (SrvSession *self, const char *secret, guint64 received);
void srv_session_resume (SrvSession *self, SrvPeer *peer, guint64 received);
void srv_session_say_closed (SrvSession *self, NertcCloseReason reason, const char *message);

void srv_session_end (SrvSession *self, NertcCloseReason reason);
gboolean srv_session_has_ended (SrvSession *self);
void srv_session_tell_end (SrvSession *self, SrvPeer *peer, guint64 received);
gsize srv_session_get_size (SrvSession *self);

void srv_session_count_received (SrvSession *self);
guint64 srv_session_get_received (SrvSession *self);
void srv_session_acknowledge (SrvSession *self, guint64 messages);
guint64 srv_session_get_acknowledged (SrvSession *self);
guint64 srv_session_count_sent (SrvSession *self);
void srv_session_probe (SrvSession *self);
gboolean srv_session_is_behind (SrvSession *self);
void srv_session_add_transports (SrvSession *self, int change);

void srv_session_send_result (SrvSession *self, gint64 id, JsonObject *result);
void srv_session_send_error (SrvSession *self, gint64 id, const GError *error);
void srv_session_send_event (SrvSession *self, const char *method, JsonObject *params);
void srv_session_send_numbered (SrvSession *self, GBytes *text);

G_END_DECLS
