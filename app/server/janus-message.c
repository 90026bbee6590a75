/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-message.h"

#include "nertc-error.h"
#include "nertc-json.h"

#include <string.h>

#define TRANSACTION_MAX 64
#define WORD_MAX 64
#define REASON_MAX 1024
#define SDP_MAX 65536

typedef enum { STRING, INTEGER, BOOLEAN } Type;

typedef struct {
  const char *path; /* names of members, with points between */
  Type type;
  gint64 max; /* of a text: its length in bytes; of a number: its value, from 0 */
  gsize offset;
} Field;

#define FIELD(path, type, max, member) \
  { \
    path, type, max, G_STRUCT_OFFSET (SrvJanusMessage, member) \
  }

/* Where two rows tell of the same, only one of the two is there. */
static const Field fields[] = {
  FIELD ("transaction", STRING, TRANSACTION_MAX, transaction),
  FIELD ("session_id", INTEGER, SRV_JANUS_ID_MAX, session),
  FIELD ("sender", INTEGER, SRV_JANUS_ID_MAX, sender),
  FIELD ("data.id", INTEGER, SRV_JANUS_ID_MAX, id),
  FIELD ("error.code", INTEGER, G_MAXINT, code),
  FIELD ("error.reason", STRING, REASON_MAX, reason),
  FIELD ("reason", STRING, REASON_MAX, reason),
  FIELD ("plugindata.data.videoroom", STRING, WORD_MAX, event),
  FIELD ("plugindata.data.room", INTEGER, SRV_JANUS_ID_MAX, room),
  FIELD ("plugindata.data.error_code", INTEGER, G_MAXINT, code),
  FIELD ("plugindata.data.error", STRING, REASON_MAX, reason),
  FIELD ("jsep.type", STRING, WORD_MAX, sdp_type),
  FIELD ("jsep.sdp", STRING, SDP_MAX, sdp),
  FIELD ("type", STRING, WORD_MAX, media),
  FIELD ("receiving", BOOLEAN, 0, receiving),
  FIELD ("version_string", STRING, WORD_MAX, version),
  FIELD ("reclaim-session-timeout", INTEGER, G_MAXINT, reclaim),
  FIELD ("full-trickle", BOOLEAN, 0, full_trickle),
  FIELD ("lost", INTEGER, G_MAXUINT32, lost),
  FIELD ("uplink", BOOLEAN, 0, uplink),
};

static const struct {
  const char *name;
  SrvJanusKind kind;
} kinds[] = {
  { "ack", SRV_JANUS_ACK },
  { "success", SRV_JANUS_SUCCESS },
  { "error", SRV_JANUS_ERROR },
  { "event", SRV_JANUS_EVENT },
  { "server_info", SRV_JANUS_SERVER_INFO },
  { "webrtcup", SRV_JANUS_WEBRTCUP },
  { "media", SRV_JANUS_MEDIA },
  { "hangup", SRV_JANUS_HANGUP },
  { "detached", SRV_JANUS_DETACHED },
  { "timeout", SRV_JANUS_TIMEOUT },
  { "slowlink", SRV_JANUS_SLOWLINK },
};

static gboolean
refuse (GError **error, const char *path, const char *problem)
{
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_PARSE, "Janus sent ‘%s’ that %s", path, problem);
  return FALSE;
}

/* Returns: (transfer none) (nullable): what @path leads to */
static JsonNode *
find (JsonObject *object, const char *path)
{
  const char *point;

  while ((point = strchr (path, '.'))) {
    g_autofree char *name = g_strndup (path, (gsize) (point - path));
    JsonNode *node = json_object_get_member (object, name);

    if (!node || !JSON_NODE_HOLDS_OBJECT (node))
      return NULL;
    object = json_node_get_object (node);
    path = point + 1;
  }
  return json_object_get_member (object, path);
}

static gboolean
take_string (const Field *field, JsonNode *node, char **value, GError **error)
{
  const char *text;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, field->path, "is no text");
  text = json_node_get_string (node);
  if (strlen (text) > (gsize) field->max)
    return refuse (error, field->path, "is too long");
  g_free (*value);
  *value = g_strdup (text);
  return TRUE;
}

static gboolean
take_integer (const Field *field, JsonNode *node, gint64 *value, GError **error)
{
  if (!nertc_json_get_integer (node, value))
    return refuse (error, field->path, "is no whole number");
  if (*value < 0 || *value > field->max)
    return refuse (error, field->path, "is out of its range");
  return TRUE;
}

static gboolean
take_boolean (const Field *field, JsonNode *node, gboolean *value, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse (error, field->path, "is neither true nor false");
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
take (SrvJanusMessage *self, const Field *field, JsonNode *node, GError **error)
{
  gpointer value = G_STRUCT_MEMBER_P (self, field->offset);

  switch (field->type) {
    case STRING:
      return take_string (field, node, value, error);
    case INTEGER:
      return take_integer (field, node, value, error);
    case BOOLEAN:
    default:
      return take_boolean (field, node, value, error);
  }
}

static SrvJanusKind
find_kind (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "janus");
  const char *name = NULL;

  if (node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    name = json_node_get_string (node);
  for (gsize i = 0; name && i < G_N_ELEMENTS (kinds); i++) {
    if (g_str_equal (kinds[i].name, name))
      return kinds[i].kind;
  }
  return SRV_JANUS_UNKNOWN;
}

/* Returns: (transfer full) (nullable): an object */
static JsonNode *
read_json (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;

  if (length > SRV_JANUS_MESSAGE_MAX) {
    refuse (error, "a message", "is too long");
    return NULL;
  }
  if (!nertc_json_check (text, length, error))
    return NULL;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize) length, error))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser))) {
    refuse (error, "a message", "is no object");
    return NULL;
  }
  return json_parser_steal_root (parser);
}

/* A message of a kind that is of no interest is not looked into. */
SrvJanusMessage *
srv_janus_message_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = read_json (text, length, error);
  g_autoptr (SrvJanusMessage) self = NULL;
  JsonObject *object;

  if (!root)
    return NULL;
  object = json_node_get_object (root);
  self = g_new0 (SrvJanusMessage, 1);
  self->kind = find_kind (object);
  for (gsize i = 0; self->kind != SRV_JANUS_UNKNOWN && i < G_N_ELEMENTS (fields); i++) {
    JsonNode *node = find (object, fields[i].path);

    if (node && !take (self, &fields[i], node, error))
      return NULL;
  }
  if (self->code != 0 && self->kind != SRV_JANUS_UNKNOWN)
    self->kind = SRV_JANUS_ERROR;
  return g_steal_pointer (&self);
}

void
srv_janus_message_free (SrvJanusMessage *self)
{
  g_free (self->transaction);
  g_free (self->reason);
  g_free (self->event);
  g_free (self->sdp_type);
  g_free (self->sdp);
  g_free (self->media);
  g_free (self->version);
  g_free (self);
}
