/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-operations.h"

/* For who spreads connections over several servers, or starts one again. */
GPtrArray *
srv_http_health (SrvHttpRequest *request, GError **error)
{
  gboolean carries = srv_media_plane_can_carry (srv_hub_get_media_plane (request->hub));

  json_object_set_string_member (request->result, "status", carries ? "ok" : "no-media-node");
  if (!carries)
    request->status = 503;
  return g_ptr_array_new ();
}
