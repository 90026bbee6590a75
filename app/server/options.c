/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include "app-keys.h"
#include "ice-server.h"
#include "key-file.h"
#include "media-options.h"
#include "nertc-message.h"
#include "origin.h"
#include "random-id.h"
#include "turn.h"
#include "webhook-options.h"

#include <gio/gio.h>
#include <string.h>

#define GROUP "server"

G_DEFINE_QUARK (srv - options - error - quark, srv_options_error)

typedef enum {
  VALUE_TEXT,
  VALUE_NUMBER,
  VALUE_LIST,
} ValueType;

/* One row per option: its name on the command line is its key in the key file. */
typedef struct {
  const char *name;
  ValueType type;
  gsize offset;
  guint min;
  guint max;
  const char *argument;
  const char *help;
} Row;

#define NUMBER(name, field, min, max, argument, help) \
  { \
    name, VALUE_NUMBER, G_STRUCT_OFFSET (SrvOptions, field), min, max, argument, help \
  }

static const Row rows[] = {
  { "bind", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, bind), 0, 0, "ADDRESS",
    "IP address to listen on (default 127.0.0.1)" },
  NUMBER ("port", port, 0, 65535, "PORT", "TCP port; 0 takes any that is free (default 8980)"),
  { "auth", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, auth), 0, 0, "token|open",
    "who may join; token: who brings one that was signed with an app key of the key file; open: "
    "anyone. One of them has to be said for other than loopback addresses" },
  { "uid-policy", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, uid_policy), 0, 0, "replace|refuse",
    "whether a token replaces the member who has its uid (default replace)" },
  { "ice-server", VALUE_LIST, G_STRUCT_OFFSET (SrvOptions, ice_servers), 0, 0, "SERVER",
    "stun:HOST[:PORT] or \"turn:HOST[:PORT] USERNAME CREDENTIAL\"; may be given again" },
  { "turn", VALUE_LIST, G_STRUCT_OFFSET (SrvOptions, turn), 0, 0, "URL",
    "turn:HOST[:PORT][?transport=udp|tcp], or turns:, of a TURN server that has the secret; may be "
    "given again" },
  { "turn-secret-file", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, turn_secret_file), 0, 0, "FILE",
    "file with that secret, which makes each member a name and a password of its own" },
  NUMBER ("turn-ttl", turn_ttl, 10, 31536000, "SECONDS",
          "how long such a password is good for (default 86400)"),
  { "tls-certificate", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, tls_certificate), 0, 0, "FILE",
    "PEM file with the certificate of the server and its chain: clients come by TLS, wss://" },
  { "tls-key", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, tls_key), 0, 0, "FILE",
    "PEM file with its private key, unless that is in the former" },
  { "allow-origin", VALUE_LIST, G_STRUCT_OFFSET (SrvOptions, allow_origins), 0, 0, "ORIGIN",
    "web pages of other hosts that may join, as in https://example.org; * for any; may be given "
    "again" },
  { "media", VALUE_LIST, G_STRUCT_OFFSET (SrvOptions, media), 0, 0, "mesh|janus|auto|ADDRESS",
    "how streams go: mesh, from member to member, the default; janus, by way of a Janus that is "
    "started here; janus://HOST, januss://HOST or janus:///SOCKET, by way of one that runs there, "
    "may be given again; auto, from member to member as long as that does" },
  NUMBER ("mesh-limit", mesh_limit, 1, 100000, "N",
          "consumers that a stream may have in a mesh, for --media=auto (default 4)"),
  { "media-secret-file", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, media_secret_file), 0, 0, "FILE",
    "file with the API secret of the Janus nodes that are named" },
  { "media-ports", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, media_ports), 0, 0, "MIN-MAX",
    "UDP ports of the Janus that is started here (default: any)" },
  { "media-address", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, media_address), 0, 0, "ADDRESS",
    "IP address at which members reach that Janus from outside, if it is behind NAT" },
  { "media-interface", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, media_interface), 0, 0, "NAME,…",
    "interfaces, or beginnings of addresses, that it is to use (default: all but loopback)" },
  { "page", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, page), 0, 0, "on|off",
    "whether browsers find the call page and nertc.js here (default on)" },
  { "admin-key-file", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, admin_key_file), 0, 0, "FILE",
    "file with the key that opens the HTTP API, /api (default: it is off)" },
  { "state-dir", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, state_dir), 0, 0, "DIR",
    "folder in which rooms that were made and bans are kept; without one they end with the "
    "server" },
  { "webhook", VALUE_LIST, G_STRUCT_OFFSET (SrvOptions, webhooks), 0, 0, "URL",
    "http: or https: URL that is told of rooms, members and streams; may be given again" },
  { "webhook-secret-file", VALUE_TEXT, G_STRUCT_OFFSET (SrvOptions, webhook_secret_file), 0, 0,
    "FILE", "file with the secret that signs what they are told" },
  NUMBER ("max-rooms", max_rooms, 1, 1000000, "N", "rooms at one time (default 10000)"),
  NUMBER ("max-members", max_members, 1, 100000, "N", "members of a room (default 500)"),
  NUMBER ("max-streams", max_streams, 1, 64, "N", "streams that a member publishes (default 8)"),
  NUMBER ("max-subscriptions", max_subscriptions, 1, 100000, "N",
          "streams that a member has subscribed to (default 256)"),
  NUMBER ("max-unjoined", max_unjoined, 1, 1000000, "N",
          "connections that are in no room (default 1024)"),
  NUMBER ("message-rate", message_rate, 1, 1000000, "N",
          "messages that a client may send per second (default 200)"),
  NUMBER ("message-burst", message_burst, 1, 1000000, "N",
          "messages that a client may send at once (default 400)"),
  NUMBER ("max-queue", max_queue, 512, 1048576, "KIB",
          "what may wait for a slow reader until it is dropped, in KiB (default 1024)"),
  NUMBER ("max-away", max_away, 1024, 268435456, "KIB",
          "what may wait for members whose connections are lost, for all of them together, in KiB "
          "(default 262144)"),
  NUMBER ("ping-interval", ping_interval, 1, 3600, "SECONDS",
          "a client that misses two pings is dropped at the third (default 5)"),
  NUMBER ("join-timeout", join_timeout, 1, 3600, "SECONDS",
          "a connection that is in no room for so long is closed (default 10)"),
  NUMBER ("grace", grace, 0, 3600, "SECONDS",
          "a member whose connection is lost may come back within this time (default 30)"),
};

#define ROWS G_N_ELEMENTS (rows)

SrvOptions *
srv_options_new (void)
{
  SrvOptions *self = g_new0 (SrvOptions, 1);

  self->bind = g_strdup ("127.0.0.1");
  self->app_keys = srv_app_keys_new ();
  self->port = NERTC_DEFAULT_PORT;
  self->max_rooms = 10000;
  self->max_members = 500;
  self->max_streams = 8;
  self->max_subscriptions = 256;
  self->max_unjoined = 1024;
  self->message_rate = 200;
  self->message_burst = 400;
  self->max_queue = 1024;
  self->max_away = 262144;
  self->ping_interval = 5;
  self->join_timeout = 10;
  self->grace = 30;
  self->turn_ttl = 86400;
  self->mesh_limit = 4;
  return self;
}

void
srv_options_free (SrvOptions *self)
{
  g_free (self->bind);
  g_free (self->auth);
  g_free (self->uid_policy);
  g_free (self->config);
  g_hash_table_unref (self->app_keys);
  g_free (self->dev_app_key);
  g_free (self->dev_secret);
  g_free (self->dev_admin_key);
  g_strfreev (self->ice_servers);
  g_strfreev (self->turn);
  g_free (self->turn_secret_file);
  g_strfreev (self->media);
  g_free (self->media_secret_file);
  g_free (self->media_ports);
  g_free (self->media_address);
  g_free (self->media_interface);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_strfreev (self->allow_origins);
  g_free (self->page);
  g_free (self->admin_key_file);
  g_free (self->state_dir);
  g_strfreev (self->webhooks);
  g_free (self->webhook_secret_file);
  g_free (self);
}

/* Returns: %FALSE, for whoever checks options */
gboolean
srv_options_invalid (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error)
    *error = g_error_new_valist (SRV_OPTIONS_ERROR, SRV_OPTIONS_ERROR_INVALID, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* @origin: what stands before the name: "--", or the key file */
static gboolean
set_number (SrvOptions *self, const Row *row, const char *origin, const char *value, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, row->min, row->max, &number, NULL))
    return srv_options_invalid (error, "%s%s is ‘%s’; use a number from %u to %u", origin,
                                row->name, value, row->min, row->max);
  G_STRUCT_MEMBER (guint, self, row->offset) = (guint) number;
  return TRUE;
}

static void
set_text (SrvOptions *self, const Row *row, const char *value)
{
  char **text = G_STRUCT_MEMBER_P (self, row->offset);

  g_free (*text);
  *text = g_strdup (value);
}

static void
set_list (SrvOptions *self, const Row *row, char **values)
{
  char ***list = G_STRUCT_MEMBER_P (self, row->offset);

  g_strfreev (*list);
  *list = g_strdupv (values);
}

/* Key file */

static const Row *
find_row (const char *name)
{
  for (guint i = 0; i < ROWS; i++) {
    if (g_str_equal (rows[i].name, name))
      return &rows[i];
  }
  return NULL;
}

static char *
list_names (void)
{
  GString *names = g_string_new (rows[0].name);

  for (guint i = 1; i < ROWS; i++)
    g_string_append_printf (names, ", %s", rows[i].name);
  return g_string_free (names, FALSE);
}

static gboolean
read_key (SrvOptions *self, GKeyFile *file, const char *path, const char *key, GError **error)
{
  const Row *row = find_row (key);
  g_autofree char *origin = g_strdup_printf ("%s: ", path);
  g_autofree char *value = NULL;

  if (!row) {
    g_autofree char *names = list_names ();

    return srv_options_invalid (error, "%s: there is no key ‘%s’; use one of: %s", path, key,
                                names);
  }
  if (row->type == VALUE_LIST) {
    g_auto (GStrv) values = g_key_file_get_string_list (file, GROUP, key, NULL, error);

    if (!values) {
      g_prefix_error (error, "%s", origin);
      return FALSE;
    }
    set_list (self, row, values);
    return TRUE;
  }
  value = g_key_file_get_string (file, GROUP, key, error);
  if (!value) {
    g_prefix_error (error, "%s", origin);
    return FALSE;
  }
  if (row->type == VALUE_NUMBER)
    return set_number (self, row, origin, value, error);
  set_text (self, row, value);
  return TRUE;
}

static gboolean
check_groups (GKeyFile *file, const char *path, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i]; i++) {
    if (!g_str_equal (groups[i], GROUP) && !srv_app_keys_is_group (groups[i]))
      return srv_options_invalid (error,
                                  "%s: there is no group ‘%s’; put all keys into [" GROUP
                                  "], and secrets into [app KEY]",
                                  path, groups[i]);
  }
  return TRUE;
}

static gboolean
read_keys (SrvOptions *self, GKeyFile *file, const char *path, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  if (!check_groups (file, path, error))
    return FALSE;
  for (guint i = 0; keys && keys[i]; i++) {
    if (!read_key (self, file, path, keys[i], error))
      return FALSE;
  }
  return TRUE;
}

/* Whether a server would start with @file, as far as its groups and keys go. */
gboolean
srv_options_check_key_file (GKeyFile *file, const char *path, GError **error)
{
  g_autoptr (SrvOptions) scratch = srv_options_new ();

  return read_keys (scratch, file, path, error);
}

static gboolean
read_key_file (SrvOptions *self, const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GKeyFile) file = srv_key_file_load (path, &local_error);
  GHashTable *app_keys;

  if (!file)
    return srv_options_invalid (error, "%s; correct it, or give another one by --config",
                                local_error->message);
  if (!read_keys (self, file, path, error))
    return FALSE;
  app_keys = srv_app_keys_read (file, path, &local_error);
  if (!app_keys)
    return srv_options_invalid (error, "%s", local_error->message);
  g_hash_table_unref (self->app_keys);
  self->app_keys = app_keys;
  self->config = g_strdup (path);
  return TRUE;
}

/* What depends on several options, or on more than a range */

static gboolean
check_bind (SrvOptions *self, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->bind);

  if (!address)
    return srv_options_invalid (
        error, "bind is ‘%s’; use an IP address such as 127.0.0.1, 0.0.0.0 or ::", self->bind);
  if (self->dev_app_key && !g_inet_address_get_is_loopback (address))
    return srv_options_invalid (
        error,
        "bind is ‘%s’, which others can reach; --dev is for 127.0.0.1 only: leave it "
        "out, and write an app key into the key file",
        self->bind);
  if (!self->auth && !g_inet_address_get_is_loopback (address))
    return srv_options_invalid (
        error,
        "bind is ‘%s’, which others can reach; say who may join by auth=token "
        "(--auth=token), or --auth=open if that is to be anyone, or bind to 127.0.0.1",
        self->bind);
  return TRUE;
}

static gboolean
check_auth (SrvOptions *self, GError **error)
{
  if (self->auth && !g_str_equal (self->auth, "open") && !g_str_equal (self->auth, "token"))
    return srv_options_invalid (error, "auth is ‘%s’; use token or open", self->auth);
  if (self->uid_policy && !g_str_equal (self->uid_policy, "replace") &&
      !g_str_equal (self->uid_policy, "refuse"))
    return srv_options_invalid (error, "uid-policy is ‘%s’; use replace or refuse",
                                self->uid_policy);
  if (g_strcmp0 (self->auth, "token") == 0 && g_hash_table_size (self->app_keys) == 0 &&
      !self->dev_app_key)
    return srv_options_invalid (
        error, "auth is ‘token’, but there is no app key; write [app KEY] and "
               "secrets=SECRET into the key file that --config names (`nertc-token secret` "
               "makes a secret), or say --dev to try it out");
  return TRUE;
}

/* Where app keys are known and nothing is said, nobody is let in by oversight. */
gboolean
srv_options_require_token (const SrvOptions *self)
{
  if (self->auth)
    return g_str_equal (self->auth, "token");
  return self->dev_app_key || g_hash_table_size (self->app_keys) > 0;
}

/* Returns: (transfer full) (nullable): what its owner should know of these options */
char *
srv_options_describe_risk (const SrvOptions *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (self->bind);

  if (srv_options_require_token (self) || g_inet_address_get_is_loopback (address))
    return NULL;
  return g_strdup_printf ("bind is ‘%s’ and auth is ‘open’: whoever reaches this machine can join "
                          "any room under any name, see and hear its members and call through "
                          "this server; use --auth=token if it is not for everybody",
                          self->bind);
}

static guint
count_spaces (const char *text)
{
  guint count = 0;

  while ((text = strchr (text, ' '))) {
    count++;
    text++;
  }
  return count;
}

static gboolean
check_ice_servers (SrvOptions *self, GError **error)
{
  guint count = self->ice_servers ? g_strv_length (self->ice_servers) : 0;
  /* Those of turn go to the members as one more. */
  guint max = SRV_ICE_SERVERS_MAX - (self->turn ? 1 : 0);

  if (count > max)
    return srv_options_invalid (error, "ice-server is given %u times; use at most %u%s", count, max,
                                self->turn ? " beside turn" : "");
  for (guint i = 0; i < count; i++) {
    /* What stands behind the first word may be a password. */
    if (!srv_ice_server_check (self->ice_servers[i]))
      return srv_options_invalid (
          error,
          "ice-server is ‘%.*s’ (words behind it: %u); use stun:HOST[:PORT] or "
          "turn:HOST[:PORT] USERNAME CREDENTIAL",
          (int) strcspn (self->ice_servers[i], " "), self->ice_servers[i],
          count_spaces (self->ice_servers[i]));
  }
  return TRUE;
}

static gboolean
check_turn (SrvOptions *self, GError **error)
{
  guint count = self->turn ? g_strv_length (self->turn) : 0;

  if (count > SRV_TURN_URLS_MAX)
    return srv_options_invalid (error, "turn is given %u times; use at most %d", count,
                                SRV_TURN_URLS_MAX);
  for (guint i = 0; i < count; i++) {
    if (!srv_turn_check_url (self->turn[i]))
      return srv_options_invalid (
          error,
          "turn is ‘%s’; use turn:HOST[:PORT][?transport=udp|tcp] or turns:…, with an "
          "IPv6 address in brackets",
          self->turn[i]);
  }
  if (count > 0 && !self->turn_secret_file)
    return srv_options_invalid (
        error,
        "turn is ‘%s’, but there is no secret for it; give the file with it by "
        "--turn-secret-file, or use --ice-server for a fixed name and password",
        self->turn[0]);
  if (count == 0 && self->turn_secret_file)
    return srv_options_invalid (
        error, "turn-secret-file is ‘%s’, but no TURN server is named; do it by --turn",
        self->turn_secret_file);
  return TRUE;
}

static gboolean
check_tls (SrvOptions *self, GError **error)
{
  if (self->tls_key && !self->tls_certificate)
    return srv_options_invalid (
        error, "tls-key is ‘%s’, but there is no certificate; give that by --tls-certificate",
        self->tls_key);
  return TRUE;
}

static gboolean
check_origins (SrvOptions *self, GError **error)
{
  guint count = self->allow_origins ? g_strv_length (self->allow_origins) : 0;

  if (count > SRV_ORIGINS_MAX)
    return srv_options_invalid (error, "allow-origin is given %u times; use at most %d, or *",
                                count, SRV_ORIGINS_MAX);
  for (guint i = 0; i < count; i++) {
    if (!srv_origin_check_rule (self->allow_origins[i]))
      return srv_options_invalid (
          error,
          "allow-origin is ‘%s’; use scheme and host, as in https://example.org or "
          "http://example.org:8000, or *",
          self->allow_origins[i]);
  }
  return TRUE;
}

static gboolean
check_page (SrvOptions *self, GError **error)
{
  if (self->page && !g_str_equal (self->page, "on") && !g_str_equal (self->page, "off"))
    return srv_options_invalid (error, "page is ‘%s’; use on or off", self->page);
  return TRUE;
}

gboolean
srv_options_have_page (const SrvOptions *self)
{
  return g_strcmp0 (self->page, "off") != 0;
}

/* Command line */

typedef union {
  char *text;
  char **list;
} Value;

static GOptionContext *
create_context (Value *values, char **config, gboolean *dev, gboolean *show_version)
{
  GOptionContext *context = g_option_context_new (NULL);
  GOptionEntry extra[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, config,
      "key file with any of these options; the command line goes before it", "FILE" },
    { "dev", 0, 0, G_OPTION_ARG_NONE, dev,
      "to try out tokens on this machine: an app key for this run, and a token of it", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, show_version, "print the version", NULL },
    { NULL },
  };
  GOptionEntry entries[ROWS + 1] = { { NULL } };

  for (guint i = 0; i < ROWS; i++) {
    gboolean is_list = rows[i].type == VALUE_LIST;

    entries[i].long_name = rows[i].name;
    entries[i].arg = is_list ? G_OPTION_ARG_STRING_ARRAY : G_OPTION_ARG_STRING;
    entries[i].arg_data = &values[i];
    entries[i].description = rows[i].help;
    entries[i].arg_description = rows[i].argument;
  }
  g_option_context_set_summary (context, "Rooms for calls, over WebSocket.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, extra, NULL);
  return context;
}

static gboolean
take_values (SrvOptions *self, Value *values, GError **error)
{
  for (guint i = 0; i < ROWS; i++) {
    if (!values[i].text)
      continue;
    if (rows[i].type == VALUE_LIST)
      set_list (self, &rows[i], values[i].list);
    else if (rows[i].type == VALUE_TEXT)
      set_text (self, &rows[i], values[i].text);
    else if (!set_number (self, &rows[i], "--", values[i].text, error))
      return FALSE;
  }
  return TRUE;
}

static void
clear_values (Value *values)
{
  for (guint i = 0; i < ROWS; i++) {
    if (rows[i].type == VALUE_LIST)
      g_strfreev (values[i].list);
    else
      g_free (values[i].text);
  }
}

static void
make_dev_app_key (SrvOptions *self)
{
  g_autofree char *name = srv_random_id ();
  g_autofree char *first = srv_random_id ();
  g_autofree char *second = srv_random_id ();
  g_autofree char *third = srv_random_id ();
  g_autofree char *fourth = srv_random_id ();

  self->dev_app_key = g_strdup_printf ("dev-%.6s", name);
  self->dev_secret = g_strconcat (first, second, NULL);
  self->dev_admin_key = g_strconcat (third, fourth, NULL);
}

static gboolean
parse (SrvOptions *self, char ***arguments, Value *values, gboolean *show_version, GError **error)
{
  g_autofree char *config = NULL;
  gboolean dev = FALSE;
  g_autoptr (GOptionContext) context = create_context (values, &config, &dev, show_version);
  g_autoptr (GError) local_error = NULL;

  if (!g_option_context_parse_strv (context, arguments, &local_error))
    return srv_options_invalid (error, "%s; see --help for the options", local_error->message);
  if (g_strv_length (*arguments) > 1)
    return srv_options_invalid (error, "‘%s’ is no option; see --help for those there are",
                                (*arguments)[1]);
  if (dev)
    make_dev_app_key (self);
  return (!config || read_key_file (self, config, error)) && take_values (self, values, error) &&
         check_auth (self, error) && check_bind (self, error) && check_ice_servers (self, error) &&
         check_turn (self, error) && check_tls (self, error) && check_origins (self, error) &&
         check_page (self, error) && srv_media_options_check (self, error) &&
         srv_webhook_options_check (self, error);
}

/*
 * srv_options_parse:
 * @arguments: (inout): the program's name and its arguments
 * @show_version: (out): whether the version was asked for, and nothing else
 *
 * Reads the command line, and the key file that it names. --help ends the process.
 *
 * Returns: (nullable): the options, every one of them valid; or an error that names option, value
 * and remedy
 */
SrvOptions *
srv_options_parse (char ***arguments, gboolean *show_version, GError **error)
{
  g_autoptr (SrvOptions) self = srv_options_new ();
  Value values[ROWS] = { { NULL } };
  gboolean valid;

  *show_version = FALSE;
  valid = parse (self, arguments, values, show_version, error);
  clear_values (values);
  return valid ? g_steal_pointer (&self) : NULL;
}
