/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-ice-server.h"

#include <string.h>

#define PORT 3478
#define TLS_PORT 5349

/* What RFC 7064 and RFC 7065 write as scheme ":" host [ ":" port ] [ "?transport=" … ] */
typedef struct {
  char *scheme;
  char *host; /* with the brackets of an IPv6 address */
  guint port; /* 0: none */
  char *query;
} IceUrl;

static void
ice_url_clear (IceUrl *url)
{
  g_free (url->scheme);
  g_free (url->host);
  g_free (url->query);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IceUrl, ice_url_clear)

static gboolean
parse (const char *text, IceUrl *url)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("^(stun|turns?):(?://)?(\\[[0-9a-f:.]+\\]|[^][:/?#@\\s]+)(?::([0-9]{1,5}))?"
                   "(?:\\?(transport=(?:udp|tcp)))?$",
                   G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *scheme = NULL;
  g_autofree char *port = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    return FALSE;
  port = g_match_info_fetch (match, 3);
  url->port = port ? (guint) g_ascii_strtoull (port, NULL, 10) : 0;
  url->host = g_match_info_fetch (match, 2);
  url->query = g_match_info_fetch (match, 4);
  scheme = g_match_info_fetch (match, 1);
  url->scheme = g_ascii_strdown (scheme, -1);
  return url->port <= G_MAXUINT16;
}

static char *
escape (const char *text)
{
  return g_uri_escape_string (text, NULL, FALSE);
}

/*
 * nertc_ice_server_to_uri:
 * @url: an address as the wire has it, `stun:host:port` or `turn:host:port?transport=udp`
 * @username: (nullable): for TURN
 * @credential: (nullable): for TURN
 *
 * Returns: (transfer full) (nullable): the address as webrtcbin wants it, `stun://host:port` or
 *   `turn://user:password@host:port`; %NULL if it cannot be used
 */
char *
nertc_ice_server_to_uri (const char *text, const char *username, const char *credential)
{
  g_auto (IceUrl) url = { NULL };
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  gboolean query;

  if (!parse (text, &url))
    return NULL;
  query = url.query && *url.query;
  if (url.port == 0)
    url.port = g_str_equal (url.scheme, "turns") ? TLS_PORT : PORT;
  if (g_str_equal (url.scheme, "stun"))
    return query ? NULL : g_strdup_printf ("stun://%s:%u", url.host, url.port);
  if (!username || !credential || !*username || !*credential)
    return NULL;
  user = escape (username);
  password = escape (credential);
  return g_strdup_printf ("%s://%s:%s@%s:%u%s%s", url.scheme, user, password, url.host, url.port,
                          query ? "?" : "", query ? url.query : "");
}

static void
read_server (JsonArray *array, guint index, JsonNode *element, gpointer user_data)
{
  GStrvBuilder *builder = user_data;
  JsonObject *server = json_node_get_object (element);
  JsonArray *urls = json_object_get_array_member (server, "urls");

  for (guint i = 0; i < json_array_get_length (urls); i++) {
    const char *url = json_array_get_string_element (urls, i);
    g_autofree char *uri = nertc_ice_server_to_uri (
        url, json_object_get_string_member_with_default (server, "username", NULL),
        json_object_get_string_member_with_default (server, "credential", NULL));

    if (uri)
      g_strv_builder_add (builder, uri);
    else
      g_message ("The room server names the ICE server ‘%s’, which cannot be used here", url);
  }
}

/* @servers: of transport.open */
GStrv
nertc_ice_servers_read (JsonArray *servers)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  json_array_foreach_element (servers, read_server, builder);
  return g_strv_builder_end (builder);
}
