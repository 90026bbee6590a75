/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dispatch-request.h"

/* What administrators ask; the table of dispatch.c says that they have to be ones. */

GPtrArray *
srv_dispatch_room_close (SrvRequest *request, GError **error)
{
  return srv_moderation_close_room (srv_hub_get_moderation (request->hub), request->member->room,
                                    srv_request_text (request->params, "message", NULL));
}

GPtrArray *
srv_dispatch_member_mute (SrvRequest *request, GError **error)
{
  JsonObject *params = request->params;
  gboolean flags[2];

  return srv_moderation_mute (srv_hub_get_moderation (request->hub), request->member->room,
                              srv_request_text (params, "uid", NULL),
                              srv_request_optional_flag (params, "audio", &flags[0]),
                              srv_request_optional_flag (params, "video", &flags[1]), error);
}

GPtrArray *
srv_dispatch_member_kick (SrvRequest *request, GError **error)
{
  return srv_moderation_kick (srv_hub_get_moderation (request->hub), request->member->room,
                              srv_request_text (request->params, "uid", NULL),
                              srv_request_text (request->params, "message", NULL), error);
}

GPtrArray *
srv_dispatch_member_ban (SrvRequest *request, GError **error)
{
  SrvRoom *room = request->member->room;
  JsonObject *params = request->params;

  return srv_moderation_ban (srv_hub_get_moderation (request->hub), room->app_key, room->name,
                             srv_request_text (params, "uid", NULL),
                             (guint) json_object_get_int_member (params, "seconds"),
                             srv_request_text (params, "message", NULL), error);
}

GPtrArray *
srv_dispatch_member_unban (SrvRequest *request, GError **error)
{
  SrvRoom *room = request->member->room;

  return srv_moderation_unban (srv_hub_get_moderation (request->hub), room->app_key, room->name,
                               srv_request_text (request->params, "uid", NULL), error);
}
