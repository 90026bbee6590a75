/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The messages of both ends: what is taken keeps to the table, and comes out as it went in. */

#include "fuzz.h"
#include "nertc-json.h"
#include "nertc-message.h"

#include <string.h>

static gboolean is_fractional (JsonNode *node);

static void
look_into_element (JsonArray *array, guint index, JsonNode *node, gpointer found)
{
  if (is_fractional (node))
    *(gboolean *) found = TRUE;
}

static void
look_into_member (JsonObject *object, const char *name, JsonNode *node, gpointer found)
{
  if (is_fractional (node))
    *(gboolean *) found = TRUE;
}

/* No message has a fraction in a field that it needs, and json-glib 1.6 does not always write JSON
 * for one: 1e22 becomes 1e+22.0. */
static gboolean
is_fractional (JsonNode *node)
{
  gboolean found = FALSE;

  if (JSON_NODE_HOLDS_ARRAY (node))
    json_array_foreach_element (json_node_get_array (node), look_into_element, &found);
  else if (JSON_NODE_HOLDS_OBJECT (node))
    json_object_foreach_member (json_node_get_object (node), look_into_member, &found);
  else
    found = json_node_get_value_type (node) == G_TYPE_DOUBLE;
  return found;
}

static char *
encode (const NertcMessage *message)
{
  switch (message->kind) {
    case NERTC_MESSAGE_REQUEST:
      return nertc_message_encode_request (message->method->name, message->id, message->body);
    case NERTC_MESSAGE_NOTIFICATION:
      return message->method
                 ? nertc_message_encode_notification (message->method->name, message->body)
                 : NULL;
    case NERTC_MESSAGE_RESULT:
      return nertc_message_encode_result (message->id, message->body);
    case NERTC_MESSAGE_ERROR:
      return nertc_message_encode_error (message->id, message->error);
  }
  g_assert_not_reached ();
}

/* Escapes may have made it longer than a message may be. */
static void
check_encoding (const NertcMessage *message, NertcSender sender)
{
  g_autofree char *text = encode (message);
  g_autofree char *again = NULL;
  gboolean fractions = FALSE;
  g_autoptr (NertcMessage) copy = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (message->body)
    json_object_foreach_member (message->body, look_into_member, &fractions);
  if (!text || fractions || strlen (text) > NERTC_MESSAGE_MAX)
    return;
  copy = nertc_message_decode (text, strlen (text), sender, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (copy->kind, ==, message->kind);
  g_assert_cmpint (id, ==, message->id);
  again = encode (copy);
  g_assert_cmpstr (again, ==, text);
}

/* A result is checked by whoever knows what was asked. */
static void
check_results (const NertcMessage *message)
{
  for (const NertcMethod *method = nertc_methods; method->name; method++) {
    g_autoptr (GError) error = NULL;

    if (method->kind == NERTC_MESSAGE_REQUEST &&
        !nertc_method_check_result (method, message->body, &error))
      g_assert_nonnull (error);
  }
}

/* The first byte says who sends it. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  NertcSender sender = size > 0 && data[0] == 's' ? NERTC_SENDER_SERVER : NERTC_SENDER_CLIENT;
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data + 1, size - 1) : NULL;
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (size == 0)
    return 0;
  message = nertc_message_decode (text, size - 1, sender, &id, &error);
  g_assert ((message != NULL) == (error == NULL));
  if (!message) {
    g_autofree char *answer = nertc_message_encode_error (id, error);

    g_assert_true (g_utf8_validate (answer, -1, NULL));
    return 0;
  }
  check_encoding (message, sender);
  if (message->kind == NERTC_MESSAGE_RESULT)
    check_results (message);
  return 0;
}
