/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "webhook-options.h"

#include <gio/gio.h>
#include <string.h>

#define URL_MAX 2048

static gboolean
is_good_url (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  return uri && strlen (url) <= URL_MAX && g_uri_get_host (uri) && *g_uri_get_host (uri) &&
         g_uri_get_port (uri) != 0 && !g_uri_get_fragment (uri) &&
         (g_str_equal (g_uri_get_scheme (uri), "http") ||
          g_str_equal (g_uri_get_scheme (uri), "https"));
}

static gboolean
check_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  /* That may be a password. */
  if (uri && g_uri_get_userinfo (uri))
    return srv_options_invalid (
        error, "webhook is a URL with a ‘@’; leave out what stands before it: who gets the "
               "events knows by their signature that they are from here");
  if (!is_good_url (url))
    return srv_options_invalid (
        error,
        "webhook is ‘%.*s’; use http://HOST[:PORT][/PATH] or "
        "https://HOST[:PORT][/PATH], without a fragment and of %d bytes at most",
        80, url, URL_MAX);
  return TRUE;
}

gboolean
srv_webhook_options_check (const SrvOptions *options, GError **error)
{
  guint count = options->webhooks ? g_strv_length (options->webhooks) : 0;

  if (count > SRV_WEBHOOKS_MAX)
    return srv_options_invalid (error, "webhook is given %u times; use at most %d", count,
                                SRV_WEBHOOKS_MAX);
  for (guint i = 0; i < count; i++) {
    if (!check_url (options->webhooks[i], error))
      return FALSE;
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (options->webhooks[i], options->webhooks[j]))
        return srv_options_invalid (error, "webhook is ‘%s’ twice; name each URL once",
                                    options->webhooks[i]);
    }
  }
  if (count > 0 && !options->webhook_secret_file)
    return srv_options_invalid (
        error,
        "webhook is ‘%s’, but there is no secret to sign with; write one into a file "
        "(`nertc-token secret` makes it), and name that by --webhook-secret-file",
        options->webhooks[0]);
  if (count == 0 && options->webhook_secret_file)
    return srv_options_invalid (
        error, "webhook-secret-file is ‘%s’, but there is no webhook; use --webhook",
        options->webhook_secret_file);
  return TRUE;
}
