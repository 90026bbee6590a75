/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "media-node.h"

G_BEGIN_DECLS

/* By which way the streams of a room go, and how that is chosen: pure. */

typedef enum {
  SRV_MEDIA_MESH,  /* all rooms directly */
  SRV_MEDIA_NODES, /* all rooms by way of a node, as long as one is up */
  SRV_MEDIA_AUTO,  /* those with a stream that has more consumers than mesh-limit */
} SrvMediaMode;

typedef enum {
  SRV_ROUTE_WAIT, /* there is no way for a room of this size */
  SRV_ROUTE_DIRECT,
  SRV_ROUTE_NODE,
} SrvRouteKind;

typedef struct {
  SrvRouteKind kind;
  SrvMediaNode *node; /* with SRV_ROUTE_NODE */
} SrvRoute;

typedef struct {
  gboolean wants_node;
  SrvMediaNode *present; /* (nullable): which the room keeps as long as it is up */
  guint consumers;       /* of the stream that has most of them */
  guint mesh_limit;
} SrvRouteNeeds;

SrvRoute srv_route_choose (const SrvRouteNeeds *needs, GPtrArray *nodes);
gboolean srv_route_equal (const SrvRoute *a, const SrvRoute *b);

G_END_DECLS
