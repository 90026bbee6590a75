/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-fields.h"

#include "nertc-json.h"

#include <string.h>

/* How much of a foreign text an error repeats, in characters. */
#define QUOTE_MAX 64

static const NertcField *
find_field (const NertcField *fields, const char *name)
{
  for (const NertcField *field = fields; field->name; field++) {
    if (g_str_equal (field->name, name))
      return field;
  }
  return NULL;
}

static char *
list_names (const NertcField *fields)
{
  GString *names = g_string_new (NULL);

  for (const NertcField *field = fields; field->name; field++)
    g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", field->name);
  return g_string_free (names, FALSE);
}

/* Unlike those of a message, which may come from a newer client: one that is written wrongly, or in
 * the wrong place, is not to be passed over by who bans somebody. */
static gboolean
refuse_unknown (const NertcField *fields, const char *name, GError **error)
{
  g_autofree char *quote = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), QUOTE_MAX));
  g_autofree char *names = list_names (fields);

  if (*names)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "There is no field ‘%s’; use: %s",
                 quote, names);
  else
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "There is no field ‘%s’, nor any other", quote);
  return FALSE;
}

static gboolean
check (const NertcField *fields, JsonObject *object, GError **error)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL)) {
    if (!find_field (fields, name))
      return refuse_unknown (fields, name, error);
  }
  return nertc_fields_check (fields, object, error);
}

/* What is none of the type stays a text, which the check then says. */
static void
set_value (JsonObject *object, const NertcField *field, const char *value)
{
  gint64 number;

  if (field->type == NERTC_FIELD_INTEGER &&
      g_ascii_string_to_signed (value, 10, -NERTC_INTEGER_MAX, NERTC_INTEGER_MAX, &number, NULL))
    json_object_set_int_member (object, field->name, number);
  else if (field->type == NERTC_FIELD_BOOLEAN &&
           (g_str_equal (value, "true") || g_str_equal (value, "false")))
    json_object_set_boolean_member (object, field->name, g_str_equal (value, "true"));
  else
    json_object_set_string_member (object, field->name, value);
}

static gboolean
read_query (const NertcField *fields, const char *query, JsonObject *object, GError **error)
{
  GUriParamsIter iter;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &name, &value, error)) {
    const NertcField *field = find_field (fields, name);

    if (!field)
      return refuse_unknown (fields, name, error);
    if (json_object_has_member (object, name)) {
      g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "‘%s’ is there twice", name);
      return FALSE;
    }
    set_value (object, field, value);
    g_clear_pointer (&name, g_free);
    g_clear_pointer (&value, g_free);
  }
  return TRUE;
}

/*
 * srv_http_fields_from_query:
 * @query: (nullable): as it stands in the request
 *
 * Returns: (transfer full) (nullable): the fields; %NULL with an error that says what is wrong
 */
JsonObject *
srv_http_fields_from_query (const NertcField *fields, const char *query, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GError) local_error = NULL;

  if (!read_query (fields, query ? query : "", object, &local_error)) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return NULL;
  }
  if (local_error) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "The query is not as NAME=VALUE&NAME=VALUE, percent-encoded UTF-8: %s",
                 local_error->message);
    return NULL;
  }
  return check (fields, object, error) ? g_steal_pointer (&object) : NULL;
}

static JsonNode *
parse (GBytes *body, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  if (!nertc_json_check (text, length, error))
    return NULL;
  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL)) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_PARSE, "The message is not JSON");
    return NULL;
  }
  return json_parser_steal_root (parser);
}

/* Returns: (transfer full) (nullable): the fields; %NULL with an error that says what is wrong */
JsonObject *
srv_http_fields_from_body (const NertcField *fields, GBytes *body, GError **error)
{
  g_autoptr (JsonNode) root = parse (body, error);

  if (!root)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_REQUEST,
                         "The body is no JSON object");
    return NULL;
  }
  if (!check (fields, json_node_get_object (root), error))
    return NULL;
  return json_node_dup_object (root);
}
