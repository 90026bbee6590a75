/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-json.h"
#include "nertc-message.h"

#include <string.h>

/* The codec, against the golden messages in tests/data/messages and at its edges. */

static int
decode (const char *text, gssize length, NertcSender sender, gint64 *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NertcMessage) message =
      nertc_message_decode (text, length < 0 ? strlen (text) : (gsize) length, sender, id, &error);

  g_assert_true (!message == !!error);
  if (error) {
    g_assert_cmpstr (g_quark_to_string (error->domain), ==, "nertc-error-quark");
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
  return error ? error->code : 0;
}

static int
decode_result (const char *text, const char *name)
{
  const NertcMethod *method = nertc_method_find (name, NERTC_SENDER_CLIENT);
  g_autoptr (GError) error = NULL;
  g_autoptr (NertcMessage) message = NULL;
  gint64 id;

  message = nertc_message_decode (text, strlen (text), NERTC_SENDER_SERVER, &id, &error);
  if (message)
    nertc_method_check_result (method, message->body, &error);
  return error ? error->code : 0;
}

/* Golden messages */

/* Repeats the last character of @text. */
static char *
grow_text (const char *text, gint64 length)
{
  GString *grown = g_string_new (text);
  const char *last = g_utf8_find_prev_char (text, text + strlen (text));

  for (gint64 i = g_utf8_strlen (text, -1); i < length; i++)
    g_string_append (grown, last);
  return g_string_free (grown, FALSE);
}

/* A string of the message, by a path like params.iceServers.0.urls.0 */
static void
grow_field (JsonObject *message, const char *path, gint64 length)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  JsonNode *node = json_object_get_member (message, steps[0]);

  for (guint i = 1; steps[i]; i++) {
    node = JSON_NODE_HOLDS_ARRAY (node)
               ? json_array_get_element (json_node_get_array (node), atoi (steps[i]))
               : json_object_get_member (json_node_get_object (node), steps[i]);
    g_assert_nonnull (node);
  }
  {
    g_autofree char *grown = grow_text (json_node_get_string (node), length);

    json_node_set_string (node, grown);
  }
}

static char *
get_text (JsonObject *entry)
{
  JsonObject *message;
  JsonObject *grow;
  g_autoptr (GList) paths = NULL;

  if (json_object_has_member (entry, "text"))
    return g_strdup (json_object_get_string_member (entry, "text"));
  message = json_object_get_object_member (entry, "message");
  if (json_object_has_member (entry, "grow")) {
    grow = json_object_get_object_member (entry, "grow");
    paths = json_object_get_members (grow);
    for (GList *l = paths; l; l = l->next)
      grow_field (message, l->data, json_object_get_int_member (grow, l->data));
  }
  return json_to_string (json_object_get_member (entry, "message"), FALSE);
}

static void
check_entry (JsonObject *file, JsonObject *entry)
{
  g_autofree char *text = get_text (entry);
  NertcSender sender = g_str_equal (json_object_get_string_member (file, "sender"), "client")
                           ? NERTC_SENDER_CLIENT
                           : NERTC_SENDER_SERVER;
  const char *method = json_object_get_string_member_with_default (file, "method", NULL);
  gint64 expected = json_object_get_int_member_with_default (entry, "code", 0);
  gint64 id;
  int code = method ? decode_result (text, method) : decode (text, -1, sender, &id);

  if (code != expected)
    g_error ("‘%s’: %d instead of %" G_GINT64_FORMAT,
             json_object_get_string_member (entry, "about"), code, expected);
}

static void
test_golden (gconstpointer path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *file;
  const char *kinds[] = { "valid", "invalid" };

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  file = json_node_get_object (json_parser_get_root (parser));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    JsonArray *entries = json_object_get_array_member (file, kinds[i]);

    g_assert_cmpuint (json_array_get_length (entries), >, 0);
    for (guint j = 0; j < json_array_get_length (entries); j++)
      check_entry (file, json_array_get_object_element (entries, j));
  }
}

/* One file each; a message without its file is a test that fails. */
static void
add_golden (const char *kind, const char *method)
{
  g_autofree char *name = g_strdup_printf ("%s%s%s.json", kind, *method ? "." : "", method);
  g_autofree char *test =
      g_strdup_printf ("/message/golden/%s%s%s", kind, *method ? "." : "", method);

  g_test_add_data_func_full (test, g_test_build_filename (G_TEST_DIST, "messages", name, NULL),
                             test_golden, g_free);
}

static void
add_all_golden (void)
{
  for (const NertcMethod *method = nertc_methods; method->name; method++) {
    add_golden (method->sender == NERTC_SENDER_SERVER   ? "event"
                : method->kind == NERTC_MESSAGE_REQUEST ? "request"
                                                        : "notification",
                method->name);
    if (method->result)
      add_golden ("result", method->name);
  }
  add_golden ("error", "");
  add_golden ("text", "");
}

/* Edges */

static void
test_size (void)
{
  GString *text = g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"room.leave\"}");
  gint64 id;

  while (text->len < NERTC_MESSAGE_MAX)
    g_string_append_c (text, ' ');
  g_assert_cmpint (decode (text->str, text->len, NERTC_SENDER_CLIENT, &id), ==, 0);
  g_assert_cmpint (id, ==, 7);
  g_string_append_c (text, ' ');
  g_assert_cmpint (decode (text->str, text->len, NERTC_SENDER_CLIENT, &id), ==,
                   NERTC_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpint (decode (text->str, text->len, NERTC_SENDER_SERVER, &id), ==,
                   NERTC_ERROR_MESSAGE_TOO_LARGE);
  g_string_free (text, TRUE);
}

static void
test_bytes (void)
{
  const char nul[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"room.leave\"}\0";
  gint64 id;

  g_assert_cmpint (decode (nul, sizeof nul - 1, NERTC_SENDER_CLIENT, &id), ==, NERTC_ERROR_PARSE);
  g_assert_cmpint (decode ("\"\xff\"", -1, NERTC_SENDER_CLIENT, &id), ==, NERTC_ERROR_PARSE);
  g_assert_cmpint (decode ("\"\xed\xa0\x80\"", -1, NERTC_SENDER_CLIENT, &id), ==,
                   NERTC_ERROR_PARSE);
}

/* A recursive reader without a bound would end here. */
static void
test_depth (void)
{
  g_autofree char *brackets = g_strnfill (NERTC_MESSAGE_MAX, '[');
  gint64 id;

  g_assert_cmpint (decode (brackets, -1, NERTC_SENDER_CLIENT, &id), ==, NERTC_ERROR_PARSE);
}

/* Every beginning of a message is invalid, and none reads beyond its end. */
static void
test_truncated (void)
{
  const char *text =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"room.join\",\"params\":{\"channel\":"
      "\"a\",\"userName\":\"\\u00e9\\ud83d\\ude00\",\"userUpdates\":true,\"x\":[null,"
      "-1.5e+3,false]}}";
  gint64 id;

  for (gsize length = 0; length < strlen (text); length++) {
    g_autofree char *beginning = g_memdup2 (text, MAX (length, 1));

    g_assert_cmpint (decode (beginning, length, NERTC_SENDER_CLIENT, &id), ==, NERTC_ERROR_PARSE);
  }
  g_assert_cmpint (decode (text, -1, NERTC_SENDER_CLIENT, &id), ==, 0);
}

/* An answer needs the id even if the rest is wrong. */
static void
test_id_of_invalid (void)
{
  gint64 id;

  g_assert_cmpint (decode ("{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"no.such\"}", -1,
                           NERTC_SENDER_CLIENT, &id),
                   ==, NERTC_ERROR_METHOD_NOT_FOUND);
  g_assert_cmpint (id, ==, 5);
  g_assert_cmpint (decode ("hello", -1, NERTC_SENDER_CLIENT, &id), ==, NERTC_ERROR_PARSE);
  g_assert_cmpint (id, ==, NERTC_NO_ID);
}

static void
test_long_method (void)
{
  GString *text = g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"");
  g_autoptr (GError) error = NULL;
  gint64 id;

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "é");
  g_string_append (text, "\"}");
  g_assert_null (nertc_message_decode (text->str, text->len, NERTC_SENDER_CLIENT, &id, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_METHOD_NOT_FOUND);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 200);
  g_string_free (text, TRUE);
}

static void
test_unknown_event (void)
{
  const char *text = "{\"jsonrpc\":\"2.0\",\"method\":\"weather.changed\",\"params\":{\"epoch\":"
                     "\"e\",\"seq\":3,\"sunny\":true}}";
  g_autoptr (NertcMessage) message = NULL;
  gint64 id;

  message = nertc_message_decode (text, strlen (text), NERTC_SENDER_SERVER, &id, NULL);
  g_assert_nonnull (message);
  g_assert_cmpint (message->kind, ==, NERTC_MESSAGE_NOTIFICATION);
  g_assert_null (message->method);
  g_assert_cmpint (json_object_get_int_member (message->body, "seq"), ==, 3);
  /* It still needs its place in the sequence; and a client invents no notifications. */
  g_assert_cmpint (
      decode ("{\"jsonrpc\":\"2.0\",\"method\":\"weather.changed\"}", -1, NERTC_SENDER_SERVER, &id),
      ==, NERTC_ERROR_INVALID_PARAMS);
  g_assert_cmpint (decode (text, -1, NERTC_SENDER_CLIENT, &id), ==, NERTC_ERROR_METHOD_NOT_FOUND);
}

static void
test_long_error (void)
{
  GString *text =
      g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"");
  g_autoptr (NertcMessage) message = NULL;
  gint64 id;

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "é");
  g_string_append (text, "\"}}");
  message = nertc_message_decode (text->str, text->len, NERTC_SENDER_SERVER, &id, NULL);
  g_assert_nonnull (message);
  g_assert_cmpint (g_utf8_strlen (message->error->message, -1), ==, 1024);
  g_string_free (text, TRUE);
}

/* Encoding */

static void
test_encode (void)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (GError) ours = g_error_new (NERTC_ERROR, NERTC_ERROR_UID_TAKEN, "Taken");
  g_autoptr (GError) other = g_error_new (G_FILE_ERROR, G_FILE_ERROR_PERM, "/etc/secret");
  g_autofree char *request = nertc_message_encode_request ("room.leave", 3, params);
  g_autofree char *notification = nertc_message_encode_notification ("transport.playing", params);
  g_autofree char *result = nertc_message_encode_result (4, params);
  g_autofree char *error = nertc_message_encode_error (5, ours);
  g_autofree char *foreign = nertc_message_encode_error (NERTC_NO_ID, other);

  g_assert_cmpstr (request, ==,
                   "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"room.leave\",\"params\":{}}");
  g_assert_cmpstr (notification, ==,
                   "{\"jsonrpc\":\"2.0\",\"method\":\"transport.playing\",\"params\":{}}");
  g_assert_cmpstr (result, ==, "{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{}}");
  g_assert_cmpstr (
      error, ==, "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":1005,\"message\":\"Taken\"}}");
  g_assert_cmpstr (foreign, ==,
                   "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32603,\"message\":"
                   "\"Internal error\"}}");
}

static void
test_integer (void)
{
  const struct {
    const char *text;
    gboolean integer;
    gint64 value;
  } cases[] = {
    { "7", TRUE, 7 },   { "7.0", TRUE, 7 }, { "-7e0", TRUE, -7 },
    { "7.5", FALSE },   { "1e300", FALSE }, { "true", FALSE },
    { "\"7\"", FALSE }, { "null", FALSE },  { "9007199254740991.0", TRUE, NERTC_INTEGER_MAX },
    { "1e16", FALSE },  { "[7]", FALSE },   { "-0.0", TRUE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) node = json_from_string (cases[i].text, NULL);
    gint64 value = 0;

    g_assert_true (nertc_json_get_integer (node, &value) == cases[i].integer);
    if (cases[i].integer)
      g_assert_cmpint (value, ==, cases[i].value);
  }
}

/* The words of the enumeration are the words of the table. */
static void
test_close_reasons (void)
{
  const NertcMethod *closed = nertc_method_find ("room.closed", NERTC_SENDER_SERVER);
  const char *const *choices = closed->params[0].choices;

  g_assert_cmpstr (nertc_close_reason_to_string (NERTC_CLOSE_REASON_NONE), ==, "none");
  for (guint i = 0; choices[i]; i++) {
    NertcCloseReason reason = nertc_close_reason_from_string (choices[i]);

    g_assert_cmpint (reason, ==, i + 1);
    g_assert_cmpstr (nertc_close_reason_to_string (reason), ==, choices[i]);
  }
  g_assert_cmpuint (g_strv_length ((char **) choices), ==, NERTC_CLOSE_REASON_UNSUBSCRIBED);
  g_assert_cmpint (nertc_close_reason_from_string ("boredom"), ==, NERTC_CLOSE_REASON_NONE);
  g_assert_cmpint (nertc_close_reason_from_string (NULL), ==, NERTC_CLOSE_REASON_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_all_golden ();
  g_test_add_func ("/message/size", test_size);
  g_test_add_func ("/message/bytes", test_bytes);
  g_test_add_func ("/message/depth", test_depth);
  g_test_add_func ("/message/truncated", test_truncated);
  g_test_add_func ("/message/id-of-invalid", test_id_of_invalid);
  g_test_add_func ("/message/long-method", test_long_method);
  g_test_add_func ("/message/unknown-event", test_unknown_event);
  g_test_add_func ("/message/long-error", test_long_error);
  g_test_add_func ("/message/encode", test_encode);
  g_test_add_func ("/message/integer", test_integer);
  g_test_add_func ("/message/close-reasons", test_close_reasons);
  return g_test_run ();
}
