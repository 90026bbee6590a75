/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-ice.h"

#include "check-stream.h"
#include "check-stun.h"
#include "check-wait.h"

#include <string.h>

#define PORT 3478
#define TLS_PORT 5349

#define TURN_UNAUTHORIZED 401
#define TURN_FORBIDDEN 403
#define TURN_WRONG_CREDENTIALS 441
#define TURN_QUOTA 486

typedef enum { BY_UDP, BY_TCP, BY_TLS } Way;

static const char *const way_names[] = { "udp", "tcp", "tls" };

/* One server by one way, checked in a thread of its own: one that is dead holds up no other. */
typedef struct {
  gboolean is_turn;
  gboolean is_tls; /* turns: */
  Way way;
  char *host; /* without brackets */
  guint port;
  char *username;
  char *password;
  const char *ca_file;
  guint limit_ms;
  CheckItem *item;
  GThread *thread;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *self = data;

  g_free (self->host);
  g_free (self->username);
  g_free (self->password);
  g_clear_pointer (&self->item, check_item_free);
  g_free (self);
}

/* Addresses */

typedef struct {
  char *scheme;
  char *username;
  char *password;
  char *host;
  char *port;
  char *way;
} Parts;

static void
parts_clear (Parts *self)
{
  g_free (self->scheme);
  g_free (self->username);
  g_free (self->password);
  g_free (self->host);
  g_free (self->port);
  g_free (self->way);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static char *
fetch (GMatchInfo *match, const char *name)
{
  g_autofree char *text = g_match_info_fetch_named (match, name);

  return text && *text ? g_steal_pointer (&text) : NULL;
}

/* As RFC 7064 and RFC 7065 have it, with name and password behind it; or as webrtcbin has it. */
static gboolean
parse (const char *text, Parts *parts)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint count = g_strv_length (words);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GRegex) regex =
      g_regex_new ("^(?<scheme>stun|turns?):(?://)?(?:(?<user>[^:@ ]+):(?<password>[^:@ ]+)@)?"
                   "(?:\\[(?<host6>[0-9a-f:.]+)\\]|(?<host>[^][:/?#@\\s]+))"
                   "(?::(?<port>[0-9]{1,5}))?(?:\\?transport=(?<way>udp|tcp))?$",
                   G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0, NULL);

  if ((count != 1 && count != 3) || !g_regex_match (regex, words[0], 0, &match))
    return FALSE;
  parts->scheme = fetch (match, "scheme");
  parts->host = fetch (match, "host6");
  parts->host = parts->host ? parts->host : fetch (match, "host");
  parts->port = fetch (match, "port");
  parts->way = fetch (match, "way");
  if (count == 3) {
    parts->username = g_strdup (words[1]);
    parts->password = g_strdup (words[2]);
  } else {
    g_autofree char *username = fetch (match, "user");
    g_autofree char *password = fetch (match, "password");

    parts->username = username ? g_uri_unescape_string (username, NULL) : NULL;
    parts->password = password ? g_uri_unescape_string (password, NULL) : NULL;
  }
  return !parts->port || (*parts->port != '0' && strtol (parts->port, NULL, 10) <= G_MAXUINT16);
}

/* Whether @text is a STUN server, or a TURN server with a name and a password. */
gboolean
check_ice_is_valid (const char *text)
{
  g_auto (Parts) parts = { NULL };

  if (!parse (text, &parts))
    return FALSE;
  if (g_ascii_strcasecmp (parts.scheme, "stun") == 0)
    return !parts.username && !parts.way;
  return parts.username && *parts.username && parts.password && *parts.password;
}

/* What is wrong, in words */

static void
explain_turn_code (Probe *self, int code)
{
  switch (code) {
    case TURN_UNAUTHORIZED:
    case TURN_WRONG_CREDENTIALS:
      check_item_set_remedy (self->item,
                             "it does not take the name ‘%s’ with that password; is the password "
                             "right, or over? With use-auth-secret, the room server's "
                             "--turn-secret-file has to be its static-auth-secret, and both clocks "
                             "right",
                             self->username);
      break;
    case TURN_FORBIDDEN:
      check_item_set_remedy (self->item, "it lets nobody in from here; see its configuration");
      break;
    case TURN_QUOTA:
      check_item_set_remedy (self->item, "‘%s’ has as many relays as it may have; raise user-quota",
                             self->username);
      break;
    default:
      check_item_set_remedy (self->item, "see the log of the TURN server");
  }
}

static void
explain (Probe *self, int code, const GError *error)
{
  self->item->status = CHECK_FAILED;
  check_item_set_detail (self->item, "%s", error->message);
  if (code)
    explain_turn_code (self, code);
  else if (error->domain == G_RESOLVER_ERROR)
    check_item_set_remedy (self->item, "is the name right, and does this machine have a network?");
  else if (error->domain == G_TLS_ERROR)
    check_item_set_remedy (self->item, "see its certificate; for a CA of your own give "
                                       "--tls-ca-file");
  else
    check_item_set_remedy (self->item,
                           "does a %s server run at %s, port %u, and does no firewall keep %s from "
                           "it?",
                           self->is_turn ? "TURN" : "STUN", self->host, self->port,
                           self->way == BY_UDP ? "UDP" : "TCP");
}

/* One probe */

/* Returns: (transfer full) (nullable) */
static GIOStream *
open_stream (Probe *self, GInetAddress *address, GError **error)
{
  GSocketType type = self->way == BY_UDP ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM;
  g_autoptr (GIOStream) stream = NULL;

  stream = check_connect (address, (guint16) self->port, type, self->limit_ms, error);
  if (!stream || self->way != BY_TLS)
    return g_steal_pointer (&stream);
  return check_start_tls (stream, self->host, self->ca_file, self->limit_ms, error);
}

static gboolean
ask (Probe *self, GInetAddress *address, CheckStun *found, GError **error)
{
  g_autoptr (GIOStream) stream = open_stream (self, address, error);
  gboolean reliable = self->way != BY_UDP;

  if (!stream)
    return FALSE;
  if (self->is_turn)
    return check_turn_allocate (stream, reliable, self->username, self->password, self->limit_ms,
                                found, error);
  return check_stun_bind (stream, reliable, self->limit_ms, found, error);
}

/* Asks at one address of the name after the other; one that answers, even if it refuses, is it. */
static gboolean
ask_all (Probe *self, CheckStun *found, GError **error)
{
  GList *addresses = check_resolve (self->host, self->limit_ms, error);
  gboolean done = FALSE;

  for (GList *link = addresses; link && !done && found->code == 0; link = link->next) {
    g_clear_error (error);
    done = ask (self, link->data, found, error);
  }
  g_resolver_free_addresses (addresses);
  return done;
}

static void
describe (Probe *self, const char *address)
{
  json_object_set_string_member (self->item->more, "address", address);
  if (!self->is_turn)
    check_item_set_detail (self->item, "sees this machine as %s", address);
  else if (self->is_tls)
    check_item_set_detail (
        self->item, "relays at %s, for %s", address,
        self->way == BY_TLS ? "browsers" : "nertcsink and nertcsrc, which speak no TLS to it");
  else
    check_item_set_detail (self->item, "relays at %s", address);
}

static gpointer
run (gpointer data)
{
  Probe *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainContextPusher) pusher = g_main_context_pusher_new (context);
  g_autoptr (GError) error = NULL;
  CheckStun found = { NULL };
  gint64 start = g_get_monotonic_time ();

  (void) pusher;
  if (ask_all (self, &found, &error)) {
    self->item->ms = check_get_ms_since (start);
    describe (self, found.address);
  } else {
    explain (self, found.code, error);
  }
  g_free (found.address);
  return NULL;
}

/* All */

static void
add_probe (GPtrArray *probes, const Parts *parts, Way way, gboolean needed)
{
  Probe *self = g_new0 (Probe, 1);
  gboolean is_ipv6 = strchr (parts->host, ':') != NULL;
  g_autofree char *name = NULL;

  self->is_turn = g_ascii_strcasecmp (parts->scheme, "stun") != 0;
  self->is_tls = g_ascii_strcasecmp (parts->scheme, "turns") == 0;
  self->way = way;
  self->host = g_strdup (parts->host);
  self->port =
      parts->port ? (guint) strtol (parts->port, NULL, 10) : (self->is_tls ? TLS_PORT : PORT);
  self->username = g_strdup (parts->username);
  self->password = g_strdup (parts->password);
  name = g_strdup_printf ("%s:%s%s%s:%u by %s", parts->scheme, is_ipv6 ? "[" : "", parts->host,
                          is_ipv6 ? "]" : "", self->port, way_names[way]);
  self->item = check_item_new (CHECK_OK, name);
  self->item->needed = needed;
  json_object_set_string_member (self->item->more, "transport", way_names[way]);
  json_object_set_string_member (self->item->more, "host", self->host);
  json_object_set_int_member (self->item->more, "port", self->port);
  g_ptr_array_add (probes, self);
}

/*
 * As browsers and webrtcbin use it: where no transport is said, webrtcbin tries UDP and TCP, of
 * which one is enough; and libnice 0.1.21 speaks plain TCP where browsers speak TLS, which coturn
 * takes.
 */
static void
add_server (GPtrArray *probes, const char *text, gboolean needed)
{
  g_auto (Parts) parts = { NULL };

  if (!parse (text, &parts))
    return;
  if (g_ascii_strcasecmp (parts.scheme, "turns") == 0) {
    add_probe (probes, &parts, BY_TLS, needed);
    add_probe (probes, &parts, BY_TCP, FALSE);
  } else if (parts.way) {
    add_probe (probes, &parts, g_ascii_strcasecmp (parts.way, "tcp") == 0 ? BY_TCP : BY_UDP,
               needed);
  } else {
    add_probe (probes, &parts, BY_UDP, needed);
    if (g_ascii_strcasecmp (parts.scheme, "turn") == 0)
      add_probe (probes, &parts, BY_TCP, FALSE);
  }
}

static gboolean
relays (const Probe *self)
{
  return self->is_turn && self->way != BY_TLS && self->item->status == CHECK_OK;
}

/* Of those that the room server hands out, one that relays is enough for calls. */
static void
require_one (GPtrArray *probes)
{
  gboolean enough = FALSE;

  for (guint i = 0; i < probes->len; i++)
    enough = enough || relays (g_ptr_array_index (probes, i));
  for (guint i = 0; i < probes->len; i++) {
    Probe *probe = g_ptr_array_index (probes, i);

    probe->item->needed = probe->is_turn && !enough;
  }
}

static void
run_all (CheckReport *report, GPtrArray *probes, const char *origin, const char *ca_file,
         guint limit_ms)
{
  for (guint i = 0; i < probes->len; i++) {
    Probe *probe = g_ptr_array_index (probes, i);

    probe->ca_file = ca_file;
    probe->limit_ms = limit_ms;
    json_object_set_string_member (probe->item->more, "from", origin);
    probe->thread = g_thread_new ("ice", run, probe);
  }
  for (guint i = 0; i < probes->len; i++)
    g_thread_join (((Probe *) g_ptr_array_index (probes, i))->thread);
  if (g_str_equal (origin, "server"))
    require_one (probes);
  for (guint i = 0; i < probes->len; i++) {
    Probe *probe = g_ptr_array_index (probes, i);

    g_ptr_array_add (check_report_get_items (report, CHECK_ICE), g_steal_pointer (&probe->item));
  }
}

static void
check_servers (CheckReport *report, const char *const *servers, const char *origin,
               const char *ca_file, guint limit_ms)
{
  g_autoptr (GPtrArray) probes = g_ptr_array_new_with_free_func (probe_free);

  for (guint i = 0; servers && servers[i]; i++)
    add_server (probes, servers[i], TRUE);
  run_all (report, probes, origin, ca_file, limit_ms);
}

/*
 * check_ice_servers:
 * @named: (nullable): by the user, each of them valid
 * @handed_out: (nullable): by the room server
 * @ca_file: (nullable): of whom certificates may be
 */
void
check_ice_servers (CheckReport *report, const char *const *named, const char *const *handed_out,
                   const char *ca_file, guint limit_ms)
{
  check_servers (report, named, "option", ca_file, limit_ms);
  check_servers (report, handed_out, "server", ca_file, limit_ms);
}
