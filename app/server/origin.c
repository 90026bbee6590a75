/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "origin.h"

#include <gio/gio.h>
#include <string.h>

#define ANY "*"

/* Returns: (transfer full) (nullable): %NULL if @origin is no scheme://host[:port] */
static GUri *
parse (const char *origin)
{
  g_autoptr (GUri) uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);

  if (!uri || !g_uri_get_host (uri) || !*g_uri_get_host (uri) || g_uri_get_userinfo (uri) ||
      *g_uri_get_path (uri) || g_uri_get_query (uri) || g_uri_get_fragment (uri))
    return NULL;
  return g_steal_pointer (&uri);
}

/* Whether @rule is an origin as browsers write it (RFC 6454, section 6.2), or * for all. There are
 * no patterns: one would let nobody in. */
gboolean
srv_origin_check_rule (const char *rule)
{
  g_autoptr (GUri) uri = parse (rule);

  return g_str_equal (rule, ANY) || (uri && !strstr (rule, ANY));
}

/* A page of the machine that the browser runs on. */
static gboolean
is_loopback (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address ? g_inet_address_get_is_loopback (address)
                 : g_ascii_strcasecmp (host, "localhost") == 0;
}

/* A page that comes from where its WebSocket goes. Both are without the port that is usual. */
static gboolean
is_host (const char *origin, const char *host)
{
  const char *authority = strstr (origin, "://");

  return host && authority && g_ascii_strcasecmp (authority + strlen ("://"), host) == 0;
}

/*
 * srv_origin_is_allowed:
 * @origin: (nullable): what the header Origin says; %NULL: it is no browser
 * @host: (nullable): what the header Host says; %NULL: a page of the same name is no reason
 * @rules: (nullable): checked; origins that are allowed
 */
gboolean
srv_origin_is_allowed (const char *origin, const char *host, const char *const *rules)
{
  g_autoptr (GUri) uri = NULL;

  if (!origin)
    return TRUE;
  for (guint i = 0; rules && rules[i]; i++) {
    if (g_str_equal (rules[i], ANY) || g_ascii_strcasecmp (rules[i], origin) == 0)
      return TRUE;
  }
  uri = parse (origin);
  return uri && (is_loopback (uri) || is_host (origin, host));
}
