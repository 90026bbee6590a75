/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tells what this machine can do for calls, and what is missing. */

#include "check-devices.h"
#include "check-elements.h"
#include "check-ice.h"
#include "check-server.h"

#include <gst/gst.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EXIT_USAGE 2

#define TIMEOUT_DEFAULT 5
#define TIMEOUT_MAX 600

static const char summary[] =
    "Tells what this machine can do for calls: GStreamer's elements and codecs, with the Debian\n"
    "package of each that is missing; camera, microphone, speaker and screen, each opened for a\n"
    "moment; and, when they are named, whether a room server, STUN and TURN servers can be used,\n"
    "with times.";

static const char description[] =
    "Examples:\n"
    "  nertc-check\n"
    "  nertc-check --json --no-open\n"
    "  nertc-check --server=wss://calls.example.org --app-key=demo --token-file=alice.token\n"
    "  nertc-check --no-devices --ice-server='turn:turn.example.org?transport=tcp NAME PASSWORD'\n"
    "\n"
    "With --server it joins a room that nobody else is in, or the one of --channel, as two "
    "members\n"
    "called nertc-check, and checks the STUN and TURN servers that are handed out to them. "
    "Without\n"
    "--token-file the token is that of NERTC_TOKEN, if there is one.\n"
    "\n"
    "Exit status: 0 if all that is needed is there; 1 if something is missing or does not work;\n"
    "2 for a wrong option.\n";

typedef struct {
  char *server_uri;
  char *ca_file;
  char *channel;
  char *app_key;
  char *token_file;
  char **ice_servers;
  gboolean json;
  gboolean no_open;
  gboolean no_devices;
  gboolean version;
  int timeout;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->server_uri);
  g_free (self->ca_file);
  g_free (self->channel);
  g_free (self->app_key);
  g_free (self->token_file);
  g_strfreev (self->ice_servers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *self, char ***arguments, GError **error)
{
  GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, "print JSON", NULL },
    { "no-open", 0, 0, G_OPTION_ARG_NONE, &self->no_open, "name devices, but do not open them",
      NULL },
    { "no-devices", 0, 0, G_OPTION_ARG_NONE, &self->no_devices, "leave devices out", NULL },
    { "server", 0, 0, G_OPTION_ARG_STRING, &self->server_uri, "a room server, ws(s)://HOST:PORT",
      "URI" },
    { "tls-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file,
      "a PEM file with those who may have issued the servers' certificates", "FILE" },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self->channel,
      "the room to join; one with a random name if left out", "NAME" },
    { "app-key", 0, 0, G_OPTION_ARG_STRING, &self->app_key, "the app key", "KEY" },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &self->token_file, "a file with a token", "FILE" },
    { "ice-server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->ice_servers,
      "a STUN or TURN server; may be given again", "'URL [NAME PASSWORD]'" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout, "how long each step may take (default 5)",
      "SECONDS" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, "print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse_strv (context, arguments, error);
}

static gboolean refuse (const char *format, ...) G_GNUC_PRINTF (1, 2);

static gboolean
refuse (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("nertc-check: %s\n", text);
  return FALSE;
}

static gboolean
are_valid (const Options *self, char **arguments)
{
  if (arguments[0] && arguments[1])
    return refuse ("‘%s’ is one too many; see --help", arguments[1]);
  if (self->timeout < 1 || self->timeout > TIMEOUT_MAX)
    return refuse ("--timeout is %d; use 1 to %d seconds", self->timeout, TIMEOUT_MAX);
  if (self->server_uri && !check_server_is_valid (self->server_uri))
    return refuse ("--server is ‘%s’; write it like ws://127.0.0.1:8980 or wss://HOST:PORT",
                   self->server_uri);
  if (!self->server_uri && (self->channel || self->app_key || self->token_file))
    return refuse ("--channel, --app-key and --token-file are for a server; add --server");
  for (guint i = 0; self->ice_servers && self->ice_servers[i]; i++) {
    /* It may have a password, which is not repeated. */
    if (!check_ice_is_valid (self->ice_servers[i]))
      return refuse ("--ice-server number %u is none; write it like stun:HOST:3478 or "
                     "'turn:HOST:3478?transport=udp NAME PASSWORD'",
                     i + 1);
  }
  return TRUE;
}

static void
run (CheckReport *report, const Options *self)
{
  guint limit_ms = (guint) self->timeout * 1000;
  CheckServer server = { self->server_uri, self->ca_file,    self->channel,
                         self->app_key,    self->token_file, limit_ms };
  g_auto (GStrv) handed_out = NULL;

  check_elements (report);
  check_codecs (report);
  if (!self->no_devices)
    check_devices (report, !self->no_open, limit_ms);
  if (self->server_uri)
    handed_out = check_server (report, &server);
  check_ice_servers (report, (const char *const *) self->ice_servers,
                     (const char *const *) handed_out, self->ca_file, limit_ms);
}

static void
print (CheckReport *report, gboolean json)
{
  gboolean colour = isatty (STDOUT_FILENO) && !g_getenv ("NO_COLOR");
  g_autofree char *text = json ? check_report_to_json (report)
                               : check_report_to_text (report, g_get_charset (NULL), colour);

  /* JSON is UTF-8 whatever the locale. */
  if (json)
    fprintf (stdout, "%s\n", text);
  else
    g_print ("%s", text);
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { .timeout = TIMEOUT_DEFAULT };
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (CheckReport) report = check_report_new ();
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (!parse (&options, &arguments, &error)) {
    refuse ("%s; see --help", error->message);
    return EXIT_USAGE;
  }
  if (options.version) {
    g_print ("nertc-check %s\n", NERTC_VERSION);
    return EXIT_SUCCESS;
  }
  if (!are_valid (&options, arguments))
    return EXIT_USAGE;
  gst_init (NULL, NULL);
  run (report, &options);
  print (report, options.json);
  return check_report_is_good (report) ? EXIT_SUCCESS : EXIT_FAILURE;
}
