/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-operations.h"
#include "nertc-field-table.h"

#include <string.h>

/* Ten years */
#define SECONDS_MAX 315360000

const NertcField srv_http_fields_list_bans[] = {
  ROOM_NAME (TRUE),
  SRV_HTTP_APP_KEY,
  NAME ("after", FALSE, nertc_check_uid, NERTC_UID_PATTERN),
  SRV_HTTP_LIMIT,
  END,
};

const NertcField srv_http_fields_ban[] = {
  ROOM_NAME (TRUE),
  SRV_HTTP_APP_KEY,
  UID (TRUE),
  INTEGER ("seconds", TRUE, 1, SECONDS_MAX),
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

const NertcField srv_http_fields_unban[] = { ROOM_NAME (TRUE), SRV_HTTP_APP_KEY, UID (TRUE), END };

static JsonObject *
describe_ban (const SrvBan *ban)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "uid", ban->uid);
  json_object_set_int_member (object, "until", ban->until);
  json_object_set_string_member (object, "message", ban->message ? ban->message : "");
  return object;
}

/* @bans: sorted by uid */
static guint
find_first (GPtrArray *bans, const char *after)
{
  guint first = 0;

  while (after && first < bans->len &&
         strcmp (((SrvBan *) g_ptr_array_index (bans, first))->uid, after) <= 0)
    first++;
  return first;
}

GPtrArray *
srv_http_list_bans (SrvHttpRequest *request, GError **error)
{
  g_autoptr (GPtrArray) bans = srv_moderation_list_bans (
      srv_hub_get_moderation (request->hub), srv_http_get_text (request, "appKey", ""),
      srv_http_get_text (request, "channel", NULL));
  guint first = find_first (bans, srv_http_get_text (request, "after", NULL));
  guint end = MIN (bans->len, first + srv_http_get_limit (request));
  JsonArray *array = json_array_new ();

  for (guint i = first; i < end; i++)
    json_array_add_object_element (array, describe_ban (g_ptr_array_index (bans, i)));
  json_object_set_array_member (request->result, "bans", array);
  if (end < bans->len)
    json_object_set_string_member (request->result, "next",
                                   ((SrvBan *) g_ptr_array_index (bans, end - 1))->uid);
  return g_ptr_array_new ();
}

/* Neither the room nor the member need be there. */
GPtrArray *
srv_http_ban (SrvHttpRequest *request, GError **error)
{
  const char *app_key = srv_http_get_text (request, "appKey", "");
  GPtrArray *changes;

  if (!srv_auth_check_app_key (srv_hub_get_auth (request->hub), app_key, error))
    return NULL;
  changes = srv_moderation_ban (srv_hub_get_moderation (request->hub), app_key,
                                srv_http_get_text (request, "channel", NULL),
                                srv_http_get_text (request, "uid", NULL),
                                (guint) json_object_get_int_member (request->params, "seconds"),
                                srv_http_get_text (request, "message", NULL), error);
  if (changes)
    request->status = 201;
  return changes;
}

GPtrArray *
srv_http_unban (SrvHttpRequest *request, GError **error)
{
  return srv_moderation_unban (srv_hub_get_moderation (request->hub),
                               srv_http_get_text (request, "appKey", ""),
                               srv_http_get_text (request, "channel", NULL),
                               srv_http_get_text (request, "uid", NULL), error);
}
