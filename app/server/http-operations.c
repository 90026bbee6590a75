/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-operations.h"

const char *
srv_http_get_text (SrvHttpRequest *request, const char *name, const char *fallback)
{
  return json_object_get_string_member_with_default (request->params, name, fallback);
}

guint
srv_http_get_limit (SrvHttpRequest *request)
{
  return (guint) json_object_get_int_member_with_default (request->params, "limit",
                                                          SRV_HTTP_LIST_DEFAULT);
}

/* Returns: (transfer none) (nullable): the room that @request names; %NULL with an error */
SrvRoom *
srv_http_find_room (SrvHttpRequest *request, GError **error)
{
  const char *app_key = srv_http_get_text (request, "appKey", "");
  const char *name = srv_http_get_text (request, "channel", NULL);
  SrvRoom *room = srv_rooms_find (srv_hub_get_rooms (request->hub), app_key, name);

  if (!room)
    g_set_error (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_ROOM_NOT_FOUND,
                 "There is no room ‘%s’ under the app key ‘%s’; POST /api/rooms makes one", name,
                 app_key);
  return room;
}
