/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-operations.h"
#include "nertc-field-table.h"

#define MEMBERS_MAX 100000

const NertcField srv_http_fields_list_rooms[] = {
  SRV_HTTP_APP_KEY,
  NAME ("after", FALSE, nertc_check_room_name, NERTC_ROOM_NAME_PATTERN),
  SRV_HTTP_LIMIT,
  END,
};

const NertcField srv_http_fields_make_room[] = {
  ROOM_NAME (TRUE),
  SRV_HTTP_APP_KEY,
  INTEGER ("maxMembers", FALSE, 1, MEMBERS_MAX),
  STRING ("extraInfo", FALSE, TEXT_MAX),
  END,
};

const NertcField srv_http_fields_room[] = { ROOM_NAME (TRUE), SRV_HTTP_APP_KEY, END };

const NertcField srv_http_fields_close_room[] = {
  ROOM_NAME (TRUE),
  SRV_HTTP_APP_KEY,
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

static guint
count_streams (const SrvRoom *room)
{
  guint count = 0;

  for (guint i = 0; i < room->members->len; i++)
    count += ((SrvMember *) g_ptr_array_index (room->members, i))->streams->len;
  return count;
}

static void
describe_room (SrvRooms *rooms, const SrvRoom *room, JsonObject *object)
{
  json_object_set_string_member (object, "channel", room->name);
  json_object_set_string_member (object, "appKey", room->app_key);
  json_object_set_int_member (object, "members", room->members->len);
  json_object_set_int_member (object, "maxMembers", srv_rooms_get_members_max (rooms, room));
  json_object_set_int_member (object, "streams", count_streams (room));
  json_object_set_int_member (object, "created", room->created);
  json_object_set_boolean_member (object, "made", room->made);
  json_object_set_string_member (object, "extraInfo", room->extra_info);
}

GPtrArray *
srv_http_list_rooms (SrvHttpRequest *request, GError **error)
{
  SrvRooms *rooms = srv_hub_get_rooms (request->hub);
  guint limit = srv_http_get_limit (request);
  g_autoptr (GPtrArray) list =
      srv_rooms_list (rooms, srv_http_get_text (request, "appKey", ""),
                      srv_http_get_text (request, "after", NULL), limit + 1);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < MIN (list->len, limit); i++) {
    JsonObject *object = json_object_new ();

    describe_room (rooms, g_ptr_array_index (list, i), object);
    json_array_add_object_element (array, object);
  }
  json_object_set_array_member (request->result, "rooms", array);
  if (list->len > limit)
    json_object_set_string_member (request->result, "next",
                                   ((SrvRoom *) g_ptr_array_index (list, limit - 1))->name);
  return g_ptr_array_new ();
}

GPtrArray *
srv_http_make_room (SrvHttpRequest *request, GError **error)
{
  SrvRooms *rooms = srv_hub_get_rooms (request->hub);
  SrvRoomPlan plan = {
    .app_key = srv_http_get_text (request, "appKey", ""),
    .room = srv_http_get_text (request, "channel", NULL),
    .extra_info = srv_http_get_text (request, "extraInfo", NULL),
    .members_max =
        (guint) json_object_get_int_member_with_default (request->params, "maxMembers", 0),
    .now = g_get_real_time () / G_TIME_SPAN_SECOND,
  };
  SrvRoom *room = srv_rooms_find (rooms, plan.app_key, plan.room);
  GPtrArray *changes;

  if (!srv_auth_check_app_key (srv_hub_get_auth (request->hub), plan.app_key, error))
    return NULL;
  if (room && room->made) {
    g_set_error (error, SRV_HTTP_ERROR, SRV_HTTP_ERROR_ROOM_EXISTS,
                 "The room ‘%s’ has been made already; close it first, or use it as it is",
                 plan.room);
    return NULL;
  }
  changes = srv_moderation_make_room (srv_hub_get_moderation (request->hub), &plan, &room, error);
  if (!changes)
    return NULL;
  describe_room (rooms, room, request->result);
  request->status = 201;
  return changes;
}

GPtrArray *
srv_http_show_room (SrvHttpRequest *request, GError **error)
{
  SrvRoom *room = srv_http_find_room (request, error);

  if (!room)
    return NULL;
  describe_room (srv_hub_get_rooms (request->hub), room, request->result);
  return g_ptr_array_new ();
}

GPtrArray *
srv_http_close_room (SrvHttpRequest *request, GError **error)
{
  SrvRoom *room = srv_http_find_room (request, error);

  if (!room)
    return NULL;
  return srv_moderation_close_room (srv_hub_get_moderation (request->hub), room,
                                    srv_http_get_text (request, "message", NULL));
}
