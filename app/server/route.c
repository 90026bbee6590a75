/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "route.h"

/* Returns: (nullable): of those that are up the one with the least load */
static SrvMediaNode *
find_least_loaded (GPtrArray *nodes)
{
  SrvMediaNode *best = NULL;

  for (guint i = 0; i < nodes->len; i++) {
    SrvMediaNode *node = g_ptr_array_index (nodes, i);

    if (srv_media_node_is_up (node) &&
        (!best || srv_media_node_get_load (node) < srv_media_node_get_load (best)))
      best = node;
  }
  return best;
}

/*
 * A room stays with its node. Without any node a room that is small enough goes directly, and one
 * that is not has to wait.
 */
SrvRoute
srv_route_choose (const SrvRouteNeeds *needs, GPtrArray *nodes)
{
  SrvRoute route = { SRV_ROUTE_DIRECT, NULL };

  if (!needs->wants_node)
    return route;
  route.node = needs->present && srv_media_node_is_up (needs->present) ? needs->present
                                                                       : find_least_loaded (nodes);
  if (route.node)
    route.kind = SRV_ROUTE_NODE;
  else if (needs->consumers > needs->mesh_limit)
    route.kind = SRV_ROUTE_WAIT;
  return route;
}

gboolean
srv_route_equal (const SrvRoute *a, const SrvRoute *b)
{
  return a->kind == b->kind && a->node == b->node;
}
