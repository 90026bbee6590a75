/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "route.h"
#include "transport.h"

G_BEGIN_DECLS

/*
 * What carries the streams of rooms from those who publish to those who subscribe. The server
 * tells it what is published and subscribed and what the ends of its transports say; it answers by
 * opening and closing transports at the ends, and by relaying.
 *
 * The streams of a room go directly, a transport for each consumer (a mesh), or by way of one media
 * server: one transport from the publisher into it, and one out of it for each consumer. A room
 * may change from one to the other; no end can tell the difference.
 */
typedef struct _SrvMediaPlane SrvMediaPlane;

/* The least time between two successors of a failed transport, in milliseconds. */
#define SRV_MEDIA_RETRY_MS 1000

/* How long a publisher's transport from before a restart waits for its consumer, in milliseconds.
 */
#define SRV_MEDIA_SETTLE_MS 10000

SrvMediaPlane *srv_media_plane_new (const SrvTransportEvents *events, gpointer user_data,
                                    guint retry_ms, guint settle_ms);
void srv_media_plane_free (SrvMediaPlane *self);
void srv_media_plane_set_nodes (SrvMediaPlane *self, SrvMediaMode mode, GPtrArray *nodes,
                                guint mesh_limit);
gboolean srv_media_plane_can_carry (SrvMediaPlane *self);
GPtrArray *srv_media_plane_get_nodes (SrvMediaPlane *self);
GHashTable *srv_media_plane_get_transports (SrvMediaPlane *self);
void srv_media_plane_let_go (SrvMediaPlane *self);
void srv_media_plane_set_renewal (SrvMediaPlane *self, guint ms);

void srv_media_plane_apply (SrvMediaPlane *self, const SrvChange *change);
void srv_media_plane_presence_changed (SrvMediaPlane *self, SrvMember *member);

/* What members say. An id that is not, or no longer, one of a transport of @from is passed over in
 * silence. */
void srv_media_plane_description (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                                  const char *type, const char *sdp);
void srv_media_plane_candidate (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                                guint m_line_index, const char *candidate);
void srv_media_plane_failed (SrvMediaPlane *self, SrvMember *from, const char *transport_id,
                             gboolean may_recover);
void srv_media_plane_playing (SrvMediaPlane *self, SrvMember *from, const char *transport_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvMediaPlane, srv_media_plane_free)

G_END_DECLS
