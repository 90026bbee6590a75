/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-plane.h"

G_BEGIN_DECLS

/* The least time between two successors of a failed transport, in milliseconds. */
#define SRV_MESH_RETRY_MS 1000

/* How long a publisher's transport from before a restart waits for its consumer, in milliseconds.
 */
#define SRV_MESH_SETTLE_MS 10000

/* Every subscriber has a transport from the publisher itself. */
#define SRV_TYPE_MESH_PLANE (srv_mesh_plane_get_type ())
G_DECLARE_FINAL_TYPE (SrvMeshPlane, srv_mesh_plane, SRV, MESH_PLANE, GObject)

SrvMeshPlane *srv_mesh_plane_new (const SrvTransportEvents *events, gpointer user_data,
                                  guint retry_ms, guint settle_ms);
void srv_mesh_plane_set_renewal (SrvMeshPlane *self, guint ms);

G_END_DECLS
