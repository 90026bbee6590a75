/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event.h"
#include "http-operations.h"
#include "nertc-field-table.h"

#include <string.h>

const NertcField srv_http_fields_list_members[] = {
  ROOM_NAME (TRUE),
  SRV_HTTP_APP_KEY,
  NAME ("after", FALSE, nertc_check_uid, NERTC_UID_PATTERN),
  SRV_HTTP_LIMIT,
  END,
};

const NertcField srv_http_fields_kick[] = {
  ROOM_NAME (TRUE), SRV_HTTP_APP_KEY, UID (TRUE), STRING ("message", FALSE, TEXT_MAX), END,
};

const NertcField srv_http_fields_mute[] = {
  ROOM_NAME (TRUE),         SRV_HTTP_APP_KEY,         UID (TRUE),
  BOOLEAN ("audio", FALSE), BOOLEAN ("video", FALSE), END,
};

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  const SrvMember *first = *(const SrvMember *const *) a;
  const SrvMember *second = *(const SrvMember *const *) b;

  return strcmp (first->uid, second->uid);
}

/* Sorted, so that one who leaves takes nobody else out of the next part. */
static GPtrArray *
list_after (const SrvRoom *room, const char *after)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < room->members->len; i++) {
    SrvMember *member = g_ptr_array_index (room->members, i);

    if (!after || strcmp (member->uid, after) > 0)
      g_ptr_array_add (list, member);
  }
  g_ptr_array_sort (list, compare_uids);
  return list;
}

static JsonObject *
describe_member (SrvMember *member)
{
  JsonObject *object = srv_event_member_with_streams (member);

  json_object_set_boolean_member (object, "audioMuted", (member->muted & SRV_MUTED_AUDIO) != 0);
  json_object_set_boolean_member (object, "videoMuted", (member->muted & SRV_MUTED_VIDEO) != 0);
  json_object_set_array_member (object, "grants", srv_event_grants (member->grants));
  json_object_set_boolean_member (object, "away", member->away);
  return object;
}

GPtrArray *
srv_http_list_members (SrvHttpRequest *request, GError **error)
{
  SrvRoom *room = srv_http_find_room (request, error);
  guint limit = srv_http_get_limit (request);
  JsonArray *array;
  g_autoptr (GPtrArray) list = NULL;

  if (!room)
    return NULL;
  list = list_after (room, srv_http_get_text (request, "after", NULL));
  array = json_array_new ();
  for (guint i = 0; i < MIN (list->len, limit); i++)
    json_array_add_object_element (array, describe_member (g_ptr_array_index (list, i)));
  json_object_set_array_member (request->result, "members", array);
  if (list->len > limit)
    json_object_set_string_member (request->result, "next",
                                   ((SrvMember *) g_ptr_array_index (list, limit - 1))->uid);
  return g_ptr_array_new ();
}

GPtrArray *
srv_http_kick (SrvHttpRequest *request, GError **error)
{
  SrvRoom *room = srv_http_find_room (request, error);

  if (!room)
    return NULL;
  return srv_moderation_kick (srv_hub_get_moderation (request->hub), room,
                              srv_http_get_text (request, "uid", NULL),
                              srv_http_get_text (request, "message", NULL), error);
}

/* Returns: (nullable): @storage with the flag, %NULL if it is absent */
static const gboolean *
get_flag (SrvHttpRequest *request, const char *name, gboolean *storage)
{
  if (!json_object_has_member (request->params, name))
    return NULL;
  *storage = json_object_get_boolean_member (request->params, name);
  return storage;
}

GPtrArray *
srv_http_mute (SrvHttpRequest *request, GError **error)
{
  SrvRoom *room = srv_http_find_room (request, error);
  gboolean flags[2];
  const gboolean *audio = get_flag (request, "audio", &flags[0]);
  const gboolean *video = get_flag (request, "video", &flags[1]);

  if (!room)
    return NULL;
  if (!audio && !video) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                         "Neither ‘audio’ nor ‘video’ is there; say true or false of one of them");
    return NULL;
  }
  return srv_moderation_mute (srv_hub_get_moderation (request->hub), room,
                              srv_http_get_text (request, "uid", NULL), audio, video, error);
}
