/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints the table of messages as a JSON Schema, which other validators and people can read:
 *   nertc-protocol-schema > data/nertc-protocol.schema.json
 */
#include "nertc-json.h"
#include "nertc-message.h"
#include "nertc-name.h"

#include <stdio.h>

static JsonObject *schema_of_fields (const NertcField *fields, const NertcField *more);

static JsonObject *
schema_of_type (const char *type)
{
  JsonObject *schema = json_object_new ();

  json_object_set_string_member (schema, "type", type);
  return schema;
}

static JsonObject *
schema_of_string (gint64 min, gint64 max)
{
  JsonObject *schema = schema_of_type ("string");

  if (min > 0)
    json_object_set_int_member (schema, "minLength", min);
  json_object_set_int_member (schema, "maxLength", max);
  json_object_set_string_member (schema, "pattern", "^[^\\u0000]*$");
  return schema;
}

static JsonObject *
schema_of_name (const char *pattern)
{
  JsonObject *schema = schema_of_type ("string");

  json_object_set_string_member (schema, "pattern", pattern);
  return schema;
}

static JsonObject *
schema_of_choices (const char *const *choices)
{
  JsonObject *schema = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; choices[i]; i++)
    json_array_add_string_element (array, choices[i]);
  json_object_set_array_member (schema, "enum", array);
  return schema;
}

static JsonObject *
schema_of_integer (gint64 min, gint64 max)
{
  JsonObject *schema = schema_of_type ("integer");

  json_object_set_int_member (schema, "minimum", min);
  json_object_set_int_member (schema, "maximum", max);
  return schema;
}

static JsonObject *
schema_of_array (const NertcField *field)
{
  JsonObject *schema = schema_of_type ("array");

  json_object_set_int_member (schema, "maxItems", field->max);
  json_object_set_object_member (schema, "items",
                                 field->fields
                                     ? schema_of_fields (field->fields, NULL)
                                     : schema_of_string (0, nertc_field_get_item_max (field)));
  return schema;
}

static JsonObject *
schema_of_field (const NertcField *field)
{
  switch (field->type) {
    case NERTC_FIELD_STRING:
      return schema_of_string (field->min, field->max);
    case NERTC_FIELD_NAME:
      return schema_of_name (field->pattern);
    case NERTC_FIELD_CHOICE:
      return schema_of_choices (field->choices);
    case NERTC_FIELD_INTEGER:
      return schema_of_integer (field->min, field->max);
    case NERTC_FIELD_BOOLEAN:
      return schema_of_type ("boolean");
    case NERTC_FIELD_OBJECT:
      return schema_of_fields (field->fields, NULL);
    case NERTC_FIELD_ARRAY:
      return schema_of_array (field);
  }
  g_return_val_if_reached (NULL);
}

static void
add_fields (const NertcField *fields, JsonObject *properties, JsonArray *required)
{
  for (const NertcField *field = fields; field && field->name; field++) {
    json_object_set_object_member (properties, field->name, schema_of_field (field));
    if (field->required)
      json_array_add_string_element (required, field->name);
  }
}

/* @more: (nullable): further fields of the same object */
static JsonObject *
schema_of_fields (const NertcField *fields, const NertcField *more)
{
  JsonObject *schema = schema_of_type ("object");
  JsonObject *properties = json_object_new ();
  JsonArray *required = json_array_new ();

  add_fields (more, properties, required);
  add_fields (fields, properties, required);
  json_object_set_object_member (schema, "properties", properties);
  json_object_set_array_member (schema, "required", required);
  return schema;
}

/* An object that has none of these. */
static void
forbid (JsonObject *schema, const char *const *names)
{
  JsonObject *not = json_object_new ();
  JsonArray *any = json_array_new ();

  for (guint i = 0; names[i]; i++) {
    JsonObject *has = json_object_new ();
    JsonArray *required = json_array_new ();

    json_array_add_string_element (required, names[i]);
    json_object_set_array_member (has, "required", required);
    json_array_add_object_element (any, has);
  }
  json_object_set_array_member (not, "anyOf", any);
  json_object_set_object_member (schema, "not", not );
}

static JsonObject *
const_string (const char *value)
{
  JsonObject *schema = json_object_new ();

  json_object_set_string_member (schema, "const", value);
  return schema;
}

typedef struct {
  JsonObject *schema;
  JsonObject *properties;
  JsonArray *required;
} Message;

static void
add_property (Message *message, const char *name, gboolean required, JsonObject *schema)
{
  json_object_set_object_member (message->properties, name, schema);
  if (required)
    json_array_add_string_element (message->required, name);
}

static Message
begin_message (void)
{
  Message message = { schema_of_type ("object"), json_object_new (), json_array_new () };

  json_object_set_object_member (message.schema, "properties", message.properties);
  json_object_set_array_member (message.schema, "required", message.required);
  add_property (&message, "jsonrpc", TRUE, const_string ("2.0"));
  return message;
}

static gboolean
needs_params (const NertcMethod *method)
{
  for (const NertcField *field = method->params; field->name; field++) {
    if (field->required)
      return TRUE;
  }
  return method->sender == NERTC_SENDER_SERVER;
}

static JsonObject *
schema_of_call (const NertcMethod *method)
{
  static const char *const not_in_notification[] = { "id", NULL };
  gboolean event = method->sender == NERTC_SENDER_SERVER;
  Message message = begin_message ();

  if (method->kind == NERTC_MESSAGE_REQUEST)
    add_property (&message, "id", TRUE, schema_of_integer (1, NERTC_INTEGER_MAX));
  else
    forbid (message.schema, not_in_notification);
  add_property (&message, "method", TRUE, const_string (method->name));
  add_property (&message, "params", needs_params (method),
                schema_of_fields (method->params, event ? nertc_event_fields : NULL));
  return message.schema;
}

static JsonObject *
schema_of_result (const NertcMethod *method)
{
  static const char *const not_in_result[] = { "method", "error", NULL };
  Message message = begin_message ();

  add_property (&message, "id", TRUE, schema_of_integer (1, NERTC_INTEGER_MAX));
  add_property (&message, "result", TRUE, schema_of_fields (method->result, NULL));
  forbid (message.schema, not_in_result);
  return message.schema;
}

static JsonObject *
schema_of_error (void)
{
  static const char *const not_in_error[] = { "method", "result", NULL };
  static const NertcField fields[] = {
    { "code", NERTC_FIELD_INTEGER, TRUE, G_MININT32, G_MAXINT32 },
    { "message", NERTC_FIELD_STRING, TRUE, 0, NERTC_MESSAGE_MAX },
    { NULL },
  };
  Message message = begin_message ();
  JsonObject *id = json_object_new ();
  JsonArray *any = json_array_new ();

  json_array_add_object_element (any, schema_of_integer (1, NERTC_INTEGER_MAX));
  json_array_add_object_element (any, schema_of_type ("null"));
  json_object_set_array_member (id, "anyOf", any);
  add_property (&message, "id", TRUE, id);
  add_property (&message, "error", TRUE, schema_of_fields (fields, NULL));
  forbid (message.schema, not_in_error);
  return message.schema;
}

static JsonObject *
reference_to (const char *name)
{
  g_autofree char *pointer = g_strconcat ("#/$defs/", name, NULL);
  JsonObject *reference = json_object_new ();

  json_object_set_string_member (reference, "$ref", pointer);
  return reference;
}

static void
add_definition (JsonObject *definitions, JsonArray *choice, const char *name, JsonObject *schema)
{
  json_object_set_object_member (definitions, name, schema);
  json_array_add_object_element (choice, reference_to (name));
}

static void
add_method (JsonObject *definitions, const NertcMethod *method, JsonArray *from_client,
            JsonArray *from_server)
{
  gboolean event = method->sender == NERTC_SENDER_SERVER;
  const char *kind = event                                   ? "event"
                     : method->kind == NERTC_MESSAGE_REQUEST ? "request"
                                                             : "notification";
  g_autofree char *call = g_strdup_printf ("%s.%s", kind, method->name);
  g_autofree char *result = g_strdup_printf ("result.%s", method->name);

  add_definition (definitions, event ? from_server : from_client, call, schema_of_call (method));
  if (method->result)
    add_definition (definitions, from_server, result, schema_of_result (method));
}

static void
add_choice (JsonObject *definitions, const char *name, JsonArray *choice)
{
  JsonObject *schema = json_object_new ();

  json_object_set_array_member (schema, "anyOf", choice);
  json_object_set_object_member (definitions, name, schema);
}

static JsonObject *
schema_of_protocol (void)
{
  JsonObject *schema = json_object_new ();
  JsonObject *definitions = json_object_new ();
  JsonArray *from_client = json_array_new ();
  JsonArray *from_server = json_array_new ();
  JsonArray *any = json_array_new ();

  json_object_set_string_member (schema, "$schema", "https://json-schema.org/draft/2020-12/schema");
  json_object_set_string_member (schema, "title", NERTC_SUBPROTOCOL);
  json_object_set_string_member (
      schema, "description",
      "The messages of the room protocol: what a client sends is “client”, what a server sends is "
      "“server”, each message has its own definition. Generated by nertc-protocol-schema.");
  for (const NertcMethod *method = nertc_methods; method->name; method++)
    add_method (definitions, method, from_client, from_server);
  add_definition (definitions, from_server, "error", schema_of_error ());
  add_choice (definitions, "client", from_client);
  add_choice (definitions, "server", from_server);
  json_array_add_object_element (any, reference_to ("client"));
  json_array_add_object_element (any, reference_to ("server"));
  json_object_set_array_member (schema, "anyOf", any);
  json_object_set_object_member (schema, "$defs", definitions);
  return schema;
}

int
main (void)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), schema_of_protocol ());
  g_autofree char *text = json_to_string (node, TRUE);

  /* Not g_print(), which would adapt the text to the locale. */
  puts (text);
  return 0;
}
