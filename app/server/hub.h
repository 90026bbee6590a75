/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "auth.h"
#include "media-plane.h"
#include "options.h"
#include "peer.h"
#include "quality.h"

G_BEGIN_DECLS

/*
 * What all peers share: the rooms, the media plane, and the telling of what changes in them. The
 * owner of a member is its peer.
 */
typedef struct _SrvHub SrvHub;

SrvHub *srv_hub_new (const SrvOptions *options);
void srv_hub_free (SrvHub *self);

SrvRooms *srv_hub_get_rooms (SrvHub *self);
SrvMediaPlane *srv_hub_get_media_plane (SrvHub *self);
SrvQuality *srv_hub_get_quality (SrvHub *self);
SrvAuth *srv_hub_get_auth (SrvHub *self);
guint srv_hub_get_ping_interval (SrvHub *self);

void srv_hub_apply (SrvHub *self, GPtrArray *changes);
void srv_hub_remove (SrvHub *self, SrvPeer *peer, NertcCloseReason reason);
void srv_hub_shut_down (SrvHub *self, GList *peers);

void srv_hub_watch_token (SrvHub *self, SrvMember *member, gint64 expires);

JsonArray *srv_hub_snapshot (SrvHub *self, SrvMember *member, GPtrArray *changes);

G_END_DECLS
