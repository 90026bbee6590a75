/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-error.h"

#include <json-glib/json-glib.h>

G_DEFINE_QUARK (srv - http - error - quark, srv_http_error)

typedef struct {
  int error;
  guint status;
  const char *name;
} Row;

/* What the protocol has as well has the code that it has there. */
static const Row protocol_rows[] = {
  { NERTC_ERROR_PARSE, 400, "parse" },
  { NERTC_ERROR_INVALID_REQUEST, 400, "invalid-request" },
  { NERTC_ERROR_INVALID_PARAMS, 400, "invalid-params" },
  { NERTC_ERROR_ROOM_NAME_INVALID, 400, "room-name-invalid" },
  { NERTC_ERROR_UID_INVALID, 400, "uid-invalid" },
  { NERTC_ERROR_APP_KEY_UNKNOWN, 404, "app-key-unknown" },
  { NERTC_ERROR_MEMBER_NOT_FOUND, 404, "member-not-found" },
  { NERTC_ERROR_TOO_MANY_ROOMS, 429, "too-many-rooms" },
};

/* All else has the status as its code. */
static const Row http_rows[] = {
  { SRV_HTTP_ERROR_UNAUTHORIZED, 401, "unauthorized" },
  { SRV_HTTP_ERROR_API_OFF, 403, "api-off" },
  { SRV_HTTP_ERROR_NOT_FOUND, 404, "not-found" },
  { SRV_HTTP_ERROR_ROOM_NOT_FOUND, 404, "room-not-found" },
  { SRV_HTTP_ERROR_METHOD_NOT_ALLOWED, 405, "method-not-allowed" },
  { SRV_HTTP_ERROR_ROOM_EXISTS, 409, "room-exists" },
  { SRV_HTTP_ERROR_LENGTH_REQUIRED, 411, "length-required" },
  { SRV_HTTP_ERROR_BODY_TOO_LARGE, 413, "body-too-large" },
  { SRV_HTTP_ERROR_UNSUPPORTED_MEDIA_TYPE, 415, "unsupported-media-type" },
};

static const Row *
find_row (const Row *rows, guint count, int error)
{
  for (guint i = 0; i < count; i++) {
    if (rows[i].error == error)
      return &rows[i];
  }
  return NULL;
}

SrvHttpAnswer
srv_http_error_get_answer (const GError *error)
{
  SrvHttpAnswer answer = { 500, NERTC_ERROR_INTERNAL, "internal" };
  const Row *row = NULL;

  if (error->domain == NERTC_ERROR)
    row = find_row (protocol_rows, G_N_ELEMENTS (protocol_rows), error->code);
  else if (error->domain == SRV_HTTP_ERROR)
    row = find_row (http_rows, G_N_ELEMENTS (http_rows), error->code);
  if (row) {
    answer.status = row->status;
    answer.code = error->domain == NERTC_ERROR ? row->error : (int) row->status;
    answer.name = row->name;
  }
  return answer;
}

/* Returns: (transfer full): the body of the answer */
char *
srv_http_error_to_json (const GError *error)
{
  SrvHttpAnswer answer = srv_http_error_get_answer (error);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "code", answer.code);
  json_object_set_string_member (object, "name", answer.name);
  json_object_set_string_member (object, "message", error->message);
  json_node_take_object (node, object);
  text = json_to_string (node, FALSE);
  return g_strconcat (text, "\n", NULL);
}
