/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-address.h"

#include <glib/gi18n.h>
#include <string.h>

#define SERVER_EXAMPLE "wss://calls.example.org"
#define LINK_EXAMPLE "nertc://127.0.0.1:8980/standup"
#define NERTC_PORT 8980
#define ROOM_PATH "/room"
/* What GUri lets pass in the name of a host */
#define NO_HOST " %<>\"{}|\\^`"
#define URI_FLAGS \
  (G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_ENCODED_FRAGMENT)

G_DEFINE_BOXED_TYPE (CallAddress, call_address, call_address_copy, call_address_free)

/* clang-format off */
G_DEFINE_QUARK (call-address-error-quark, call_address_error)
/* clang-format on */

CallAddress *
call_address_new (void)
{
  return g_new0 (CallAddress, 1);
}

CallAddress *
call_address_copy (const CallAddress *self)
{
  CallAddress *copy = call_address_new ();

  copy->server = g_strdup (self->server);
  copy->app_key = g_strdup (self->app_key);
  copy->channel = g_strdup (self->channel);
  copy->uid = g_strdup (self->uid);
  copy->user_name = g_strdup (self->user_name);
  copy->token = g_strdup (self->token);
  copy->token_file = g_strdup (self->token_file);
  return copy;
}

void
call_address_free (CallAddress *self)
{
  g_free (self->server);
  g_free (self->app_key);
  g_free (self->channel);
  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->token);
  g_free (self->token_file);
  g_free (self);
}

/* Servers */

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

/* Which schemes people write for a server, and what is meant */
static const struct {
  const char *scheme;
  const char *means;
  int port; /* -1: that of the scheme */
} schemes[] = {
  { "ws", "ws", -1 },     { "wss", "wss", -1 },          { "http", "ws", -1 },
  { "https", "wss", -1 }, { "nertc", "ws", NERTC_PORT }, { "nertcs", "wss", NERTC_PORT },
};

/* Returns: (transfer full) (nullable): where the room server of @uri is */
static char *
make_server (GUri *uri, gboolean keep_path)
{
  const char *host = g_uri_get_host (uri);
  const char *path = keep_path ? g_uri_get_path (uri) : "";
  int port = g_uri_get_port (uri);

  if (!host || !*host || strpbrk (host, NO_HOST) || g_uri_get_userinfo (uri))
    return NULL;
  if (g_str_equal (path, "") || g_str_equal (path, "/"))
    path = ROOM_PATH;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_str_equal (schemes[i].scheme, g_uri_get_scheme (uri)))
      return g_uri_join (URI_FLAGS, schemes[i].means, NULL, host, port > 0 ? port : schemes[i].port,
                         path, NULL, NULL);
  }
  return NULL;
}

/* "calls.example.org" or "localhost:8980", as people write it */
static GUri *
parse_bare_host (const char *text)
{
  g_autofree char *with_scheme = g_strconcat ("wss://", text, NULL);
  g_autoptr (GUri) uri = g_uri_parse (with_scheme, URI_FLAGS, NULL);

  if (uri && is_loopback (g_uri_get_host (uri)))
    return g_uri_build (URI_FLAGS, g_uri_get_port (uri) > 0 ? "ws" : "nertc", NULL,
                        g_uri_get_host (uri), g_uri_get_port (uri), g_uri_get_path (uri), NULL,
                        NULL);
  return g_steal_pointer (&uri);
}

/*
 * call_address_complete_server:
 * @text: (nullable): what somebody wrote: a host, a URL of the server or of its page
 *
 * Returns: (transfer full) (nullable): the URL; %NULL with no error where nothing was written
 */
char *
call_address_complete_server (const char *text, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text ? text : ""));
  g_autoptr (GUri) uri = NULL;
  char *server;

  if (!*stripped)
    return NULL;
  uri = strstr (stripped, "://") ? g_uri_parse (stripped, URI_FLAGS, NULL)
                                 : parse_bare_host (stripped);
  server = uri ? make_server (uri, TRUE) : NULL;
  if (!server)
    g_set_error (error, CALL_ADDRESS_ERROR, CALL_FIELD_SERVER,
                 _ ("“%s” is no address of a server. Write it like %s."), stripped, SERVER_EXAMPLE);
  return server;
}

/* Links */

static void
set_no_link (GError **error, const char *link)
{
  g_set_error (error, CALL_ADDRESS_ERROR, CALL_FIELD_NONE,
               _ ("“%s” is no link to a room. One looks like %s."), link, LINK_EXAMPLE);
}

/* @pairs: (nullable): name=value&…; where is what: the names of nertc:// links, and of pages */
static void
take_parameters (CallAddress *self, const char *pairs)
{
  GUriParamsIter iter;
  char *name, *value;

  g_uri_params_iter_init (&iter, pairs ? pairs : "", -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL)) {
    char **place = NULL;

    if (g_str_equal (name, "uid"))
      place = &self->uid;
    else if (g_str_equal (name, "user-name") || g_str_equal (name, "name"))
      place = &self->user_name;
    else if (g_str_equal (name, "app-key") || g_str_equal (name, "appkey"))
      place = &self->app_key;
    else if (g_str_equal (name, "room"))
      place = &self->channel;
    if (place && *value) {
      g_free (*place);
      *place = g_steal_pointer (&value);
    }
    g_free (name);
    g_free (value);
  }
}

static gboolean
says_token (const char *pairs)
{
  g_autoptr (GHashTable) parameters =
      pairs ? g_uri_parse_params (pairs, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;

  return parameters && g_hash_table_contains (parameters, "token");
}

static gboolean
take_channel (CallAddress *self, GUri *uri)
{
  const char *path = g_uri_get_path (uri);

  g_clear_pointer (&self->channel, g_free);
  self->channel = g_uri_unescape_string (*path == '/' ? path + 1 : path, NULL);
  return self->channel != NULL && g_utf8_validate (self->channel, -1, NULL) &&
         !g_uri_get_fragment (uri);
}

static gboolean
is_page (GUri *uri)
{
  return g_str_has_prefix (g_uri_get_scheme (uri), "http");
}

static gboolean
is_room_scheme (GUri *uri)
{
  return is_page (uri) || g_str_has_prefix (g_uri_get_scheme (uri), "nertc");
}

/*
 * call_address_new_from_link:
 * @link: nertc://host:port/room?uid=…&user-name=…&app-key=…, nertcs://…, or what the browser's page
 *   of a server invites with, https://host/?room=…&appkey=…
 *
 * Returns: (transfer full) (nullable): %NULL with what is wrong, in the user's words
 */
CallAddress *
call_address_new_from_link (const char *link, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (link));
  g_autoptr (GUri) uri = g_uri_parse (stripped, URI_FLAGS, NULL);
  g_autoptr (CallAddress) self = call_address_new ();

  if (uri && says_token (g_uri_get_query (uri))) {
    g_set_error_literal (
        error, CALL_ADDRESS_ERROR, CALL_FIELD_TOKEN,
        _ ("A token does not belong into a link, which others see. Put it into the "
           "field “Token”."));
    return NULL;
  }
  if (uri && is_room_scheme (uri))
    self->server = make_server (uri, FALSE);
  if (self->server)
    take_parameters (self, g_uri_get_query (uri));
  if (!self->server || (!is_page (uri) && !take_channel (self, uri)) || !self->channel) {
    set_no_link (error, stripped);
    return NULL;
  }
  return call_address_check (self, error) ? g_steal_pointer (&self) : NULL;
}

/* A path of dots alone is a way through folders, however it is written. */
static gboolean
is_dots (const char *channel)
{
  return g_str_equal (channel, ".") || g_str_equal (channel, "..");
}

/*
 * call_address_to_link:
 *
 * What others need to come into the same room: who the user is in it, and the token, are no part of
 * that.
 *
 * Returns: (transfer full) (nullable): %NULL where there is no room, or where a link cannot say it:
 *   the server is in a folder, or the room is named “.” or “..”
 */
char *
call_address_to_link (const CallAddress *self)
{
  const char *server = self->server ? self->server : CALL_ADDRESS_DEFAULT_SERVER;
  g_autoptr (GUri) uri = g_uri_parse (server, URI_FLAGS, NULL);
  gboolean secure = uri && g_str_equal (g_uri_get_scheme (uri), "wss");
  g_autofree char *channel = NULL;
  g_autofree char *path = NULL;
  g_autofree char *app_key = NULL;
  g_autofree char *query = NULL;
  int port;

  if (!uri || !self->channel || is_dots (self->channel) ||
      !g_str_equal (g_uri_get_path (uri), ROOM_PATH))
    return NULL;
  port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : secure ? 443 : 80;
  channel = g_uri_escape_string (self->channel, NULL, FALSE);
  path = g_strconcat ("/", channel, NULL);
  if (self->app_key && *self->app_key) {
    app_key = g_uri_escape_string (self->app_key, NULL, FALSE);
    query = g_strconcat ("app-key=", app_key, NULL);
  }
  return g_uri_join (URI_FLAGS, secure ? "nertcs" : "nertc", NULL, g_uri_get_host (uri), port, path,
                     query, NULL);
}
