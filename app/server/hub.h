/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "auth.h"
#include "invites.h"
#include "media-plane.h"
#include "messages.h"
#include "moderation.h"
#include "options.h"
#include "quality.h"
#include "session.h"
#include "turn.h"

G_BEGIN_DECLS

/*
 * What all peers share: the rooms, the sessions of their members, the media plane, and the telling
 * of what changes in them.
 */
typedef struct _SrvHub SrvHub;

SrvHub *srv_hub_new (const SrvOptions *options);
void srv_hub_free (SrvHub *self);
void srv_hub_set_turn (SrvHub *self, SrvTurn *turn);
void srv_hub_set_nodes (SrvHub *self, SrvMediaMode mode, GPtrArray *nodes, guint mesh_limit);

/* What happened to rooms, members and streams, before anybody is told of it. */
typedef void (*SrvHubObserver) (GPtrArray *changes, gpointer user_data);
void srv_hub_set_observer (SrvHub *self, SrvHubObserver observer, gpointer user_data);

SrvRooms *srv_hub_get_rooms (SrvHub *self);
SrvModeration *srv_hub_get_moderation (SrvHub *self);
SrvMediaPlane *srv_hub_get_media_plane (SrvHub *self);
SrvQuality *srv_hub_get_quality (SrvHub *self);
SrvMessages *srv_hub_get_messages (SrvHub *self);
SrvAuth *srv_hub_get_auth (SrvHub *self);
SrvInvites *srv_hub_get_invites (SrvHub *self);
const SrvAway *srv_hub_get_away (SrvHub *self);
guint srv_hub_get_ping_interval (SrvHub *self);
guint srv_hub_get_grace (SrvHub *self);

void srv_hub_apply (SrvHub *self, GPtrArray *changes);
void srv_hub_shut_down (SrvHub *self);

SrvSession *srv_hub_begin_session (SrvHub *self, SrvMember *member, gboolean user_updates);
SrvSession *srv_hub_find_session (SrvHub *self, const char *epoch, const char *secret,
                                  guint64 received);
void srv_hub_resume_session (SrvHub *self, SrvSession *session, SrvPeer *peer, guint64 received);

void srv_hub_peer_arrived (SrvHub *self, SrvPeer *peer, guint64 messages);
void srv_hub_peer_offended (SrvHub *self, SrvPeer *peer, NertcCloseReason reason);
void srv_hub_peer_broken (SrvHub *self, SrvPeer *peer);
void srv_hub_peer_gone (SrvHub *self, SrvPeer *peer, NertcCloseReason reason);

void srv_hub_watch_token (SrvHub *self, SrvMember *member, gint64 expires);

GString *srv_hub_snapshot (SrvHub *self, SrvMember *member, GPtrArray *changes);

G_END_DECLS
