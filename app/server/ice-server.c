/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ice-server.h"

#include <string.h>

#define WORD_MAX 512

/* Returns: (transfer full): "URL" or "URL USERNAME CREDENTIAL" as 1 or 3 words */
static char **
split (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return g_strsplit (stripped, " ", -1);
}

static gboolean
has_scheme (const char *url, const char *scheme)
{
  return g_str_has_prefix (url, scheme) && url[strlen (scheme)] != '\0';
}

static gboolean
is_word (const char *word)
{
  gsize length = strlen (word);

  return length > 0 && length <= WORD_MAX && g_utf8_validate (word, length, NULL);
}

/* Whether @text is the URL of a STUN server (RFC 7064), or of a TURN server (RFC 7065) with a
 * username and a credential. */
gboolean
srv_ice_server_check (const char *text)
{
  g_auto (GStrv) words = split (text);
  guint count = g_strv_length (words);

  for (guint i = 0; i < count; i++) {
    if (!is_word (words[i]))
      return FALSE;
  }
  if (count == 1)
    return has_scheme (words[0], "stun:") || has_scheme (words[0], "stuns:");
  return count == 3 && (has_scheme (words[0], "turn:") || has_scheme (words[0], "turns:"));
}

static JsonObject *
to_json (const char *text)
{
  g_auto (GStrv) words = split (text);
  JsonObject *object = json_object_new ();
  JsonArray *urls = json_array_new ();

  json_array_add_string_element (urls, words[0]);
  json_object_set_array_member (object, "urls", urls);
  if (words[1]) {
    json_object_set_string_member (object, "username", words[1]);
    json_object_set_string_member (object, "credential", words[2]);
  }
  return object;
}

/* @texts: (nullable): all of them checked */
JsonArray *
srv_ice_servers_to_json (const char *const *texts)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; texts && texts[i]; i++)
    json_array_add_object_element (array, to_json (texts[i]));
  return array;
}
