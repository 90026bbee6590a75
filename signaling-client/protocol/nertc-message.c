/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-message.h"

#include "nertc-json.h"

/* How much of a foreign text an error of ours repeats, in characters. */
#define QUOTE_MAX 64
#define ERROR_TEXT_MAX 1024

static JsonNode *
parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local_error = NULL;

  if (length > NERTC_MESSAGE_MAX) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_MESSAGE_TOO_LARGE,
                 "The message has %" G_GSIZE_FORMAT " bytes; send at most %d", length,
                 NERTC_MESSAGE_MAX);
    return NULL;
  }
  if (!nertc_json_check (text, length, error))
    return NULL;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, length, &local_error)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_PARSE, "The message is not JSON: %s",
                 local_error->message);
    return NULL;
  }
  return json_parser_steal_root (parser);
}

static gboolean
invalid_request (const char *problem, GError **error)
{
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_REQUEST, "Not a JSON-RPC 2.0 message: %s",
               problem);
  return FALSE;
}

static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type ? node
                                                                                         : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
unknown_method (NertcMessage *message, const char *name, NertcSender sender, GError **error)
{
  g_autofree char *quote = NULL;

  /* An event of a newer server is passed over, but it counts in the sequence. */
  if (sender == NERTC_SENDER_SERVER && message->kind == NERTC_MESSAGE_NOTIFICATION)
    return nertc_method_check_event (message->body, error);
  quote = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), QUOTE_MAX));
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_METHOD_NOT_FOUND, "There is no method ‘%s’", quote);
  return FALSE;
}

static gboolean
read_call (NertcMessage *message, JsonObject *object, NertcSender sender, GError **error)
{
  JsonNode *name = get_value (object, "method", G_TYPE_STRING);
  JsonObject *params = get_object (object, "params");

  if (!name)
    return invalid_request ("‘method’ is not a string", error);
  if (!params && json_object_has_member (object, "params"))
    return invalid_request ("‘params’ is not an object", error);

  message->kind = message->id == NERTC_NO_ID ? NERTC_MESSAGE_NOTIFICATION : NERTC_MESSAGE_REQUEST;
  message->body = params ? json_object_ref (params) : json_object_new ();
  message->method = nertc_method_find (json_node_get_string (name), sender);
  if (!message->method)
    return unknown_method (message, json_node_get_string (name), sender, error);
  if (message->method->kind != message->kind)
    return invalid_request (message->kind == NERTC_MESSAGE_REQUEST
                                ? "this method is a notification: send it without ‘id’"
                                : "this method is a request: send it with an ‘id’",
                            error);
  return nertc_method_check_params (message->method, message->body, error);
}

static gboolean
read_error (NertcMessage *message, JsonObject *object, GError **error)
{
  JsonNode *code = json_object_get_member (object, "code");
  JsonNode *text = get_value (object, "message", G_TYPE_STRING);
  g_autofree char *bounded = NULL;
  gint64 value;

  if (!code || !text || !nertc_json_get_integer (code, &value) || value < G_MININT32 ||
      value > G_MAXINT32)
    return invalid_request ("‘error’ needs an integer ‘code’ and a string ‘message’", error);
  bounded =
      g_utf8_substring (json_node_get_string (text), 0,
                        MIN (g_utf8_strlen (json_node_get_string (text), -1), ERROR_TEXT_MAX));
  message->kind = NERTC_MESSAGE_ERROR;
  message->error = g_error_new_literal (NERTC_ERROR, (int) value, bounded);
  return TRUE;
}

static gboolean
read_response (NertcMessage *message, JsonObject *object, GError **error)
{
  JsonObject *result = get_object (object, "result");
  JsonObject *failure = get_object (object, "error");

  if (json_object_has_member (object, "result") && json_object_has_member (object, "error"))
    return invalid_request ("there is both a ‘result’ and an ‘error’", error);
  if (failure)
    return read_error (message, failure, error);
  if (!result)
    return invalid_request ("there is no ‘method’, and no object ‘result’ or ‘error’", error);
  if (message->id == NERTC_NO_ID)
    return invalid_request ("a ‘result’ needs the ‘id’ of its request", error);
  message->kind = NERTC_MESSAGE_RESULT;
  message->body = json_object_ref (result);
  return TRUE;
}

/* An id is an integer from 1 to 2⁵³ − 1, so that JavaScript can carry it. */
static gboolean
read_id (NertcMessage *message, JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, "id");
  gint64 value;

  if (!node)
    return json_object_has_member (object, "method") ||
           invalid_request ("there is neither a ‘method’ nor an ‘id’", error);
  if (JSON_NODE_HOLDS_NULL (node) && json_object_has_member (object, "error"))
    return TRUE;
  if (!nertc_json_get_integer (node, &value) || value < 1 || value > NERTC_INTEGER_MAX)
    return invalid_request ("‘id’ is not an integer from 1 to 2^53 - 1", error);
  message->id = value;
  return TRUE;
}

static gboolean
read_message (NertcMessage *message, JsonNode *root, NertcSender sender, GError **error)
{
  JsonObject *object;
  JsonNode *version;

  if (!root || !JSON_NODE_HOLDS_OBJECT (root))
    return invalid_request ("not an object; batches are not taken", error);
  object = json_node_get_object (root);
  if (!read_id (message, object, error))
    return FALSE;
  version = get_value (object, "jsonrpc", G_TYPE_STRING);
  if (!version || !g_str_equal (json_node_get_string (version), "2.0"))
    return invalid_request ("‘jsonrpc’ is not \"2.0\"", error);
  if (json_object_has_member (object, "method"))
    return read_call (message, object, sender, error);
  return read_response (message, object, error);
}

/*
 * nertc_message_decode:
 * @text: what came from the network
 * @length: its size in bytes
 * @sender: which side it came from
 * @id: (out): where an error can be answered to; %NERTC_NO_ID if the id could not be read
 *
 * The one place where what comes from the network is checked: afterwards every field that the
 * table calls required is there, and every field that the table names has its type and bounds.
 * An event that the table does not know is valid; its method is %NULL. The body of a result
 * is still to be checked with nertc_method_check_result().
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
NertcMessage *
nertc_message_decode (const char *text, gsize length, NertcSender sender, gint64 *id,
                      GError **error)
{
  g_autoptr (NertcMessage) message = g_new0 (NertcMessage, 1);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean valid;

  *id = NERTC_NO_ID;
  root = parse (text, length, &local_error);
  if (local_error) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return NULL;
  }
  valid = read_message (message, root, sender, error);
  *id = message->id;
  return valid ? g_steal_pointer (&message) : NULL;
}

void
nertc_message_free (NertcMessage *message)
{
  g_clear_pointer (&message->body, json_object_unref);
  g_clear_error (&message->error);
  g_free (message);
}

static JsonObject *
envelope (void)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "jsonrpc", "2.0");
  return object;
}

static char *
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static void
set_id (JsonObject *object, gint64 id)
{
  if (id == NERTC_NO_ID)
    json_object_set_null_member (object, "id");
  else
    json_object_set_int_member (object, "id", id);
}

/* @params: (transfer none): as for the others below */
char *
nertc_message_encode_request (const char *method, gint64 id, JsonObject *params)
{
  g_autoptr (JsonObject) object = envelope ();

  set_id (object, id);
  json_object_set_string_member (object, "method", method);
  json_object_set_object_member (object, "params", json_object_ref (params));
  return to_text (object);
}

char *
nertc_message_encode_notification (const char *method, JsonObject *params)
{
  g_autoptr (JsonObject) object = envelope ();

  json_object_set_string_member (object, "method", method);
  json_object_set_object_member (object, "params", json_object_ref (params));
  return to_text (object);
}

char *
nertc_message_encode_result (gint64 id, JsonObject *result)
{
  g_autoptr (JsonObject) object = envelope ();

  set_id (object, id);
  json_object_set_object_member (object, "result", json_object_ref (result));
  return to_text (object);
}

/* An error of another domain says nothing of its inside: it becomes an internal error. */
char *
nertc_message_encode_error (gint64 id, const GError *error)
{
  g_autoptr (JsonObject) object = envelope ();
  JsonObject *body = json_object_new ();
  gboolean ours = error->domain == NERTC_ERROR;

  json_object_set_int_member (body, "code", ours ? error->code : NERTC_ERROR_INTERNAL);
  json_object_set_string_member (body, "message", ours ? error->message : "Internal error");
  set_id (object, id);
  json_object_set_object_member (object, "error", body);
  return to_text (object);
}
