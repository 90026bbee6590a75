/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-method.h"

#include "nertc-field-table.h"
#include "nertc-json.h"

#define SDP_MAX 65536
#define CANDIDATE_MAX 1024
#define GRANTS_MAX 8
#define TRANSPORT_ID_MAX 64
#define ID_MAX 64
#define INVITE_SECONDS_MAX 600

#define TRANSPORT_ID STRING ("transportId", TRUE, TRANSPORT_ID_MAX)

static const char *const sources[] = { "camera", "screen", "custom", NULL };
static const char *const roles[] = { "sender", "receiver", NULL };
static const char *const member_roles[] = { "host", "audience", NULL };
static const char *const description_types[] = { "offer", "answer", NULL };
static const char *const close_reasons[] = { "left",     "unpublished", "timeout",   "kicked",
                                             "banned",   "replaced",    "expired",   "closed",
                                             "shutdown", "slow-reader", "rate",      "lost",
                                             "refused",  "failed",      "succeeded", "unsubscribed",
                                             NULL };
static const char *const message_kinds[] = { "broadcast", "barrage", "command", NULL };
static const char *const invite_states[] = { "ringing", "accepted",  "rejected",
                                             "busy",    "cancelled", "timeout",
                                             "offline", "elsewhere", NULL };
static const char *const failure_codes[] = { "ice",         "dtls",    "certificate",
                                             "description", "silence", "media",
                                             "codec",       "turn",    NULL };

static const NertcField nothing[] = { END };

static const NertcField ice_server_fields[] = {
  ARRAY ("urls", TRUE, 8, NULL),
  STRING ("username", FALSE, 512),
  STRING ("credential", FALSE, 512),
  END,
};

#define STREAM_FIELDS \
  STREAM_ID (TRUE), CHOICE ("source", TRUE, sources), BOOLEAN ("audio", TRUE), \
      BOOLEAN ("video", TRUE), BOOLEAN ("audioMuted", TRUE), BOOLEAN ("videoMuted", TRUE)

static const NertcField stream_fields[] = { STREAM_FIELDS, END };

#define MEMBER_FIELDS \
  UID (TRUE), STRING ("userName", TRUE, USER_NAME_MAX), STRING ("userData", TRUE, TEXT_MAX), \
      CHOICE ("role", TRUE, member_roles), BOOLEAN ("audioMuted", FALSE), \
      BOOLEAN ("videoMuted", FALSE)

static const NertcField member_fields[] = {
  MEMBER_FIELDS,
  ARRAY ("streams", TRUE, 64, stream_fields),
  END,
};

static const NertcField room_fields[] = {
  STRING ("extraInfo", TRUE, TEXT_MAX),
  INTEGER ("memberCount", FALSE, 1, 100000),
  END,
};

static const NertcField join_params[] = {
  ROOM_NAME (TRUE),
  UID (FALSE),
  STRING ("appKey", FALSE, 64),
  STRING ("userName", FALSE, USER_NAME_MAX),
  STRING ("userData", FALSE, TEXT_MAX),
  BOOLEAN ("userUpdates", FALSE),
  STRING ("sessionSecret", FALSE, 64),
  STRING ("token", FALSE, NERTC_TOKEN_MAX),
  END,
};

static const NertcField join_result[] = {
  UID (TRUE),
  STRING ("epoch", TRUE, 64),
  STRING ("sessionSecret", TRUE, 64),
  INTEGER ("pingInterval", TRUE, 1, 3600),
  CHOICE ("role", TRUE, member_roles),
  ARRAY ("grants", TRUE, GRANTS_MAX, NULL),
  INTEGER ("grace", TRUE, 0, 3600),
  OBJECT ("room", TRUE, room_fields),
  ARRAY ("members", TRUE, 100000, member_fields),
  BOOLEAN ("audioMuted", FALSE),
  BOOLEAN ("videoMuted", FALSE),
  END,
};

static const NertcField listen_params[] = {
  UID (TRUE),
  STRING ("appKey", FALSE, 64),
  STRING ("userName", FALSE, USER_NAME_MAX),
  STRING ("userData", FALSE, TEXT_MAX),
  STRING ("sessionSecret", FALSE, 64),
  STRING ("token", FALSE, NERTC_TOKEN_MAX),
  END,
};

static const NertcField resume_params[] = {
  STRING ("sessionSecret", TRUE, 64),
  STRING ("epoch", TRUE, 64),
  INTEGER ("received", TRUE, 0, NERTC_INTEGER_MAX),
  END,
};

static const NertcField resume_result[] = {
  INTEGER ("received", TRUE, 0, NERTC_INTEGER_MAX),
  INTEGER ("pingInterval", TRUE, 1, 3600),
  END,
};

static const NertcField room_update_params[] = { STRING ("extraInfo", TRUE, TEXT_MAX), END };

static const NertcField member_update_params[] = {
  STRING ("userName", FALSE, USER_NAME_MAX),
  STRING ("userData", FALSE, TEXT_MAX),
  END,
};

static const NertcField set_role_params[] = {
  UID (TRUE),
  CHOICE ("role", TRUE, member_roles),
  END,
};

static const NertcField uid_fields[] = { UID (TRUE), END };

static const NertcField kick_params[] = {
  UID (TRUE),
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

static const NertcField ban_params[] = {
  UID (TRUE),
  INTEGER ("seconds", TRUE, 1, NERTC_BAN_SECONDS_MAX),
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

static const NertcField mute_params[] = {
  UID (TRUE),
  BOOLEAN ("audio", FALSE),
  BOOLEAN ("video", FALSE),
  END,
};

static const NertcField close_params[] = { STRING ("message", FALSE, TEXT_MAX), END };

static const NertcField send_params[] = {
  CHOICE ("kind", TRUE, message_kinds),
  STRING ("text", TRUE, 4 * NERTC_TEXT_BYTES_MAX),
  STRINGS ("to", FALSE, NERTC_ADDRESSEES_MAX, NERTC_NAME_MAX),
  END,
};

static const NertcField send_result[] = {
  STRING ("messageId", TRUE, ID_MAX),
  STRINGS ("missing", FALSE, NERTC_ADDRESSEES_MAX, NERTC_NAME_MAX),
  END,
};

static const NertcField message_received_params[] = {
  STRING ("messageId", TRUE, ID_MAX),
  UID (TRUE),
  CHOICE ("kind", TRUE, message_kinds),
  STRING ("text", TRUE, NERTC_TEXT_BYTES_MAX),
  INTEGER ("time", TRUE, 0, NERTC_INTEGER_MAX),
  INTEGER ("dropped", FALSE, 0, NERTC_INTEGER_MAX),
  END,
};

static const NertcField message_delivered_params[] = {
  STRING ("messageId", TRUE, ID_MAX),
  UID (TRUE),
  BOOLEAN ("delivered", TRUE),
  END,
};

static const NertcField invite_params[] = {
  UID (TRUE),
  ROOM_NAME (FALSE),
  STRING ("text", FALSE, TEXT_MAX),
  INTEGER ("timeout", FALSE, 1, INVITE_SECONDS_MAX),
  END,
};

static const NertcField invite_result[] = {
  STRING ("inviteId", TRUE, ID_MAX),
  ROOM_NAME (TRUE),
  END,
};

static const NertcField invite_id_fields[] = { STRING ("inviteId", TRUE, ID_MAX), END };

static const NertcField accept_result[] = { ROOM_NAME (TRUE), END };

static const NertcField reject_params[] = {
  STRING ("inviteId", TRUE, ID_MAX),
  BOOLEAN ("busy", FALSE),
  END,
};

static const NertcField invite_received_params[] = {
  STRING ("inviteId", TRUE, ID_MAX),
  UID (TRUE),
  STRING ("userName", TRUE, USER_NAME_MAX),
  ROOM_NAME (TRUE),
  STRING ("text", TRUE, TEXT_MAX),
  INTEGER ("timeout", TRUE, 1, INVITE_SECONDS_MAX),
  END,
};

static const NertcField invite_updated_params[] = {
  STRING ("inviteId", TRUE, ID_MAX),
  UID (TRUE),
  CHOICE ("state", TRUE, invite_states),
  END,
};

static const NertcField member_count_params[] = { INTEGER ("members", TRUE, 1, 100000), END };

static const NertcField room_muted_params[] = {
  BOOLEAN ("audio", TRUE),
  BOOLEAN ("video", TRUE),
  END,
};

static const NertcField renew_token_params[] = {
  STRING ("token", TRUE, NERTC_TOKEN_MAX),
  END,
};

static const NertcField publish_params[] = {
  STREAM_ID (FALSE),
  CHOICE ("source", TRUE, sources),
  BOOLEAN ("audio", TRUE),
  BOOLEAN ("video", TRUE),
  BOOLEAN ("audioMuted", FALSE),
  BOOLEAN ("videoMuted", FALSE),
  STRINGS ("transports", FALSE, 1000, TRANSPORT_ID_MAX),
  END,
};

static const NertcField stream_id_fields[] = { STREAM_ID (TRUE), END };

static const NertcField stream_update_params[] = {
  STREAM_ID (TRUE),
  BOOLEAN ("audio", FALSE),
  BOOLEAN ("video", FALSE),
  BOOLEAN ("renew", FALSE),
  BOOLEAN ("audioMuted", FALSE),
  BOOLEAN ("videoMuted", FALSE),
  END,
};

static const NertcField subscribe_params[] = {
  STREAM_ID (TRUE),
  BOOLEAN ("audio", TRUE),
  BOOLEAN ("video", TRUE),
  STRINGS ("transports", FALSE, 8, TRANSPORT_ID_MAX),
  END,
};

static const NertcField description_params[] = {
  TRANSPORT_ID,
  CHOICE ("type", TRUE, description_types),
  STRING ("sdp", TRUE, SDP_MAX),
  END,
};

static const NertcField candidate_params[] = {
  TRANSPORT_ID,
  INTEGER ("sdpMLineIndex", TRUE, 0, 255),
  STRING ("candidate", TRUE, CANDIDATE_MAX),
  END,
};

static const NertcField failed_params[] = {
  TRANSPORT_ID,
  CHOICE ("code", TRUE, failure_codes),
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

static const NertcField playing_params[] = { TRANSPORT_ID, END };

#define QUALITY_FIELDS INTEGER ("up", TRUE, 0, 6), INTEGER ("down", TRUE, 0, 6)

static const NertcField quality_params[] = { QUALITY_FIELDS, END };

static const NertcField member_quality_fields[] = { UID (TRUE), QUALITY_FIELDS, END };

static const NertcField room_quality_params[] = {
  ARRAY ("members", TRUE, NERTC_QUALITY_MAX, member_quality_fields),
  END,
};

static const NertcField room_role_params[] = {
  CHOICE ("role", TRUE, member_roles),
  ARRAY ("grants", TRUE, GRANTS_MAX, NULL),
  END,
};

static const NertcField token_will_expire_params[] = {
  INTEGER ("expiresIn", TRUE, 0, 86400),
  END,
};

static const NertcField room_closed_params[] = {
  CHOICE ("reason", TRUE, close_reasons),
  STRING ("message", FALSE, TEXT_MAX),
  END,
};

static const NertcField member_event_params[] = { MEMBER_FIELDS, END };

static const NertcField member_left_params[] = {
  UID (TRUE),
  CHOICE ("reason", TRUE, close_reasons),
  END,
};

static const NertcField stream_event_params[] = { UID (TRUE), STREAM_FIELDS, END };

static const NertcField stream_removed_params[] = {
  UID (TRUE),
  STREAM_ID (TRUE),
  CHOICE ("reason", TRUE, close_reasons),
  END,
};

static const NertcField transport_open_params[] = {
  TRANSPORT_ID,
  CHOICE ("role", TRUE, roles),
  UID (TRUE),
  STREAM_ID (TRUE),
  BOOLEAN ("audio", TRUE),
  BOOLEAN ("video", TRUE),
  ARRAY ("iceServers", TRUE, 16, ice_server_fields),
  END,
};

static const NertcField transport_update_params[] = {
  TRANSPORT_ID,
  BOOLEAN ("audio", TRUE),
  BOOLEAN ("video", TRUE),
  END,
};

static const NertcField transport_close_params[] = {
  TRANSPORT_ID,
  CHOICE ("reason", TRUE, close_reasons),
  END,
};

const NertcField nertc_event_fields[] = {
  STRING ("epoch", TRUE, 64),
  INTEGER ("seq", TRUE, 1, NERTC_INTEGER_MAX),
  END,
};

#define REQUEST(name, needs_join, params, result) \
  { \
    name, NERTC_SENDER_CLIENT, NERTC_MESSAGE_REQUEST, needs_join, params, result \
  }
#define NOTIFICATION(name, params) \
  { \
    name, NERTC_SENDER_CLIENT, NERTC_MESSAGE_NOTIFICATION, TRUE, params, NULL \
  }
#define EVENT(name, params) \
  { \
    name, NERTC_SENDER_SERVER, NERTC_MESSAGE_NOTIFICATION, TRUE, params, NULL \
  }

const NertcMethod nertc_methods[] = {
  REQUEST ("room.join", FALSE, join_params, join_result),
  REQUEST ("room.resume", FALSE, resume_params, resume_result),
  REQUEST ("room.ping", TRUE, nothing, nothing),
  REQUEST ("room.leave", TRUE, nothing, nothing),
  REQUEST ("room.update", TRUE, room_update_params, nothing),
  REQUEST ("room.renewToken", TRUE, renew_token_params, nothing),
  REQUEST ("member.update", TRUE, member_update_params, nothing),
  REQUEST ("room.close", TRUE, close_params, nothing),
  REQUEST ("member.setRole", TRUE, set_role_params, nothing),
  REQUEST ("member.mute", TRUE, mute_params, nothing),
  REQUEST ("member.kick", TRUE, kick_params, nothing),
  REQUEST ("member.ban", TRUE, ban_params, nothing),
  REQUEST ("member.unban", TRUE, uid_fields, nothing),
  REQUEST ("message.send", TRUE, send_params, send_result),
  REQUEST ("stream.publish", TRUE, publish_params, stream_id_fields),
  REQUEST ("stream.update", TRUE, stream_update_params, nothing),
  REQUEST ("stream.unpublish", TRUE, stream_id_fields, nothing),
  REQUEST ("stream.subscribe", TRUE, subscribe_params, nothing),
  REQUEST ("stream.unsubscribe", TRUE, stream_id_fields, nothing),
  REQUEST ("invite.listen", FALSE, listen_params, join_result),
  REQUEST ("invite.send", TRUE, invite_params, invite_result),
  REQUEST ("invite.accept", TRUE, invite_id_fields, accept_result),
  REQUEST ("invite.reject", TRUE, reject_params, nothing),
  REQUEST ("invite.cancel", TRUE, invite_id_fields, nothing),
  NOTIFICATION ("invite.ringing", invite_id_fields),
  NOTIFICATION ("transport.description", description_params),
  NOTIFICATION ("transport.candidate", candidate_params),
  NOTIFICATION ("transport.failed", failed_params),
  NOTIFICATION ("transport.playing", playing_params),
  NOTIFICATION ("member.quality", quality_params),
  EVENT ("room.updated", room_update_params),
  EVENT ("room.memberCount", member_count_params),
  EVENT ("room.quality", room_quality_params),
  EVENT ("room.role", room_role_params),
  EVENT ("room.muted", room_muted_params),
  EVENT ("room.tokenWillExpire", token_will_expire_params),
  EVENT ("room.closed", room_closed_params),
  EVENT ("member.joined", member_event_params),
  EVENT ("member.updated", member_event_params),
  EVENT ("member.left", member_left_params),
  EVENT ("stream.added", stream_event_params),
  EVENT ("stream.updated", stream_event_params),
  EVENT ("stream.removed", stream_removed_params),
  EVENT ("message.received", message_received_params),
  EVENT ("message.delivered", message_delivered_params),
  EVENT ("invite.received", invite_received_params),
  EVENT ("invite.updated", invite_updated_params),
  EVENT ("transport.open", transport_open_params),
  EVENT ("transport.description", description_params),
  EVENT ("transport.candidate", candidate_params),
  EVENT ("transport.update", transport_update_params),
  EVENT ("transport.close", transport_close_params),
  { NULL },
};

/* Returns: (nullable): the row of the message that @sender sends by this name */
const NertcMethod *
nertc_method_find (const char *name, NertcSender sender)
{
  for (const NertcMethod *method = nertc_methods; method->name; method++) {
    if (method->sender == sender && g_str_equal (method->name, name))
      return method;
  }
  return NULL;
}

static gboolean
invalid (const char *field, const char *problem, GError **error)
{
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "‘%s’ %s", field, problem);
  return FALSE;
}

static gboolean
check_string (const NertcField *field, JsonNode *node, GError **error)
{
  const char *text;
  glong length;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return invalid (field->name, "is not a string", error);

  text = json_node_get_string (node);
  if (field->type == NERTC_FIELD_NAME)
    return field->check (text, error);
  if (field->type == NERTC_FIELD_CHOICE) {
    g_autofree char *choices = NULL;

    if (g_strv_contains (field->choices, text))
      return TRUE;
    choices = g_strjoinv (", ", (char **) field->choices);
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "‘%s’ is none of: %s", field->name,
                 choices);
    return FALSE;
  }
  length = g_utf8_strlen (text, -1);
  if (length >= field->min && length <= field->max)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
               "‘%s’ has %ld characters; use %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
               field->name, length, field->min, field->max);
  return FALSE;
}

static gboolean
check_integer (const NertcField *field, JsonNode *node, GError **error)
{
  gint64 value;

  if (!nertc_json_get_integer (node, &value))
    return invalid (field->name, "is not an integer", error);
  if (value >= field->min && value <= field->max)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
               "‘%s’ is %" G_GINT64_FORMAT "; use %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
               field->name, value, field->min, field->max);
  return FALSE;
}

/* How many characters each string of an array may have. */
gint64
nertc_field_get_item_max (const NertcField *field)
{
  return field->item_max > 0 ? field->item_max : NERTC_ITEM_MAX;
}

static gboolean
check_item (const NertcField *field, JsonNode *item, GError **error)
{
  if (field->fields)
    return JSON_NODE_HOLDS_OBJECT (item)
               ? nertc_fields_check (field->fields, json_node_get_object (item), error)
               : invalid (field->name, "has an item that is not an object", error);
  if (!JSON_NODE_HOLDS_VALUE (item) || json_node_get_value_type (item) != G_TYPE_STRING)
    return invalid (field->name, "has an item that is not a string", error);
  return g_utf8_strlen (json_node_get_string (item), -1) <= nertc_field_get_item_max (field) ||
         invalid (field->name, "has an item that is too long", error);
}

static gboolean
check_array (const NertcField *field, JsonNode *node, GError **error)
{
  JsonArray *array = json_node_get_array (node);
  guint length = json_array_get_length (array);

  if (length > field->max)
    return invalid (field->name, "has too many items", error);
  for (guint i = 0; i < length; i++) {
    if (!check_item (field, json_array_get_element (array, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_field (const NertcField *field, JsonNode *node, GError **error)
{
  switch (field->type) {
    case NERTC_FIELD_STRING:
    case NERTC_FIELD_CHOICE:
    case NERTC_FIELD_NAME:
      return JSON_NODE_HOLDS_VALUE (node) ? check_string (field, node, error)
                                          : invalid (field->name, "is not a string", error);
    case NERTC_FIELD_INTEGER:
      return JSON_NODE_HOLDS_VALUE (node) ? check_integer (field, node, error)
                                          : invalid (field->name, "is not an integer", error);
    case NERTC_FIELD_BOOLEAN:
      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        return TRUE;
      return invalid (field->name, "is not true or false", error);
    case NERTC_FIELD_OBJECT:
      return JSON_NODE_HOLDS_OBJECT (node)
                 ? nertc_fields_check (field->fields, json_node_get_object (node), error)
                 : invalid (field->name, "is not an object", error);
    case NERTC_FIELD_ARRAY:
      return JSON_NODE_HOLDS_ARRAY (node) ? check_array (field, node, error)
                                          : invalid (field->name, "is not an array", error);
  }
  g_return_val_if_reached (FALSE);
}

/* Fields that the table does not name are passed over, so that either end can be the newer one. */
/* Whether @object has every field that is required, and each of them is as it has to be. */
gboolean
nertc_fields_check (const NertcField *fields, JsonObject *object, GError **error)
{
  for (const NertcField *field = fields; field->name; field++) {
    JsonNode *node = json_object_get_member (object, field->name);

    if (!node) {
      if (field->required)
        return invalid (field->name, "is missing", error);
    } else if (!check_field (field, node, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

/* What every event has, also one that the table does not name. */
gboolean
nertc_method_check_event (JsonObject *params, GError **error)
{
  return nertc_fields_check (nertc_event_fields, params, error);
}

/*
 * Checks every field of @params against the row. An event is checked with its epoch and
 * sequence number.
 */
gboolean
nertc_method_check_params (const NertcMethod *method, JsonObject *params, GError **error)
{
  if (method->sender == NERTC_SENDER_SERVER && !nertc_method_check_event (params, error))
    return FALSE;
  return nertc_fields_check (method->params, params, error);
}

gboolean
nertc_method_check_result (const NertcMethod *method, JsonObject *result, GError **error)
{
  g_return_val_if_fail (method->result != NULL, FALSE);

  return nertc_fields_check (method->result, result, error);
}
