/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-nodes.h"
#include "media-options.h"
#include "server.h"
#include "token.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdlib.h>

#define EXIT_USAGE 2

#define DEV_TOKEN_HOURS 12

/* How long the first room may have to wait for the media servers */
#define NODES_PATIENCE_MS 3000

typedef struct {
  SrvServer *server;
  GMainLoop *loop;
  gboolean stopping;
} Main;

static void
on_stopped (SrvServer *server, gpointer user_data)
{
  Main *self = user_data;

  g_main_loop_quit (self->loop);
}

/* A second signal does not wait for anybody. */
static gboolean
on_signal (gpointer user_data)
{
  Main *self = user_data;

  if (self->stopping)
    g_main_loop_quit (self->loop);
  else
    srv_server_stop (self->server, on_stopped, self);
  self->stopping = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
warn (const SrvOptions *options)
{
  g_autofree char *risk = srv_options_describe_risk (options);

  if (risk)
    g_printerr ("nertc-server: warning: %s\n", risk);
}

/* What to try --dev with. The secret behind it is nowhere but in this process. @page_uri:
 * (nullable) */
static void
say_dev (const SrvOptions *options, const char *uri, const char *page_uri)
{
  gint64 expires = g_get_real_time () / G_TIME_SPAN_SECOND + DEV_TOKEN_HOURS * 3600;
  g_autoptr (TokenClaims) claims = NULL;
  g_autofree char *token = NULL;

  if (!options->dev_app_key)
    return;
  claims = token_claims_new (options->dev_app_key, expires);
  claims->grants |= NERTC_GRANTS_ADMIN;
  token = token_mint (claims, options->dev_secret, NULL);
  g_print ("app key %s\n"
           "token for any room and uid, for %d hours:\n%s\n"
           "try, and again in a second terminal:\n"
           "NERTC_TOKEN=%s gst-launch-1.0 roomsignal server=%s channel=standup "
           "videotestsrc is-live=true ! vp8enc deadline=1 ! nertcsink "
           "nertcsrc name=them  them. ! videoconvert ! videoscale ! autovideosink\n",
           options->dev_app_key, DEV_TOKEN_HOURS, token, token, uri);
  if (page_uri)
    g_print ("or in a browser:\n%s?room=standup&appkey=%s#token=%s\n", page_uri,
             options->dev_app_key, token);
  if (!options->admin_key_file)
    g_print ("admin key of the HTTP API, which is at /api:\n%s\n", options->dev_admin_key);
}

/* W3C Secure Contexts, section 3.1: where cameras are given to pages. @uri: (nullable) */
static void
say_page (const SrvOptions *options, const char *uri)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (options->bind);
  gboolean for_all = options->tls_certificate || g_inet_address_get_is_loopback (address);

  if (uri)
    g_print ("page at %s%s\n", uri,
             for_all
                 ? ""
                 : " (without --tls-certificate, browsers of other machines give it no camera)");
}

static void
say_media (const SrvOptions *options)
{
  g_autofree char *way = srv_media_options_describe (options);

  g_print ("media goes %s\n", way);
}

static gboolean
on_reload (gpointer user_data)
{
  Main *self = user_data;

  srv_server_reload (self->server);
  return G_SOURCE_CONTINUE;
}

static gboolean
add_nodes (SrvServer *server, const SrvOptions *options, GError **error)
{
  SrvMediaMode mode = srv_media_options_get_mode (options);
  g_autoptr (GPtrArray) nodes = NULL;

  if (mode == SRV_MEDIA_MESH)
    return TRUE;
  nodes = srv_media_nodes_new (options, error);
  if (!nodes)
    return FALSE;
  srv_server_set_nodes (server, mode, nodes, options->mesh_limit);
  srv_media_nodes_await (nodes, NODES_PATIENCE_MS);
  return TRUE;
}

static int
run (const SrvOptions *options)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SrvServer) server = srv_server_new (options);
  g_autoptr (GError) error = NULL;
  Main self = { .server = server, .loop = loop };

  if (!add_nodes (server, options, &error) || !srv_server_start (server, &error)) {
    g_printerr ("nertc-server: %s\n", error->message);
    return EXIT_FAILURE;
  }
  g_unix_signal_add (SIGTERM, on_signal, &self);
  g_unix_signal_add (SIGINT, on_signal, &self);
  g_unix_signal_add (SIGHUP, on_reload, &self);
  g_print ("listening on %s\n", srv_server_get_uri (server));
  say_page (options, srv_server_get_page_uri (server));
  say_dev (options, srv_server_get_uri (server), srv_server_get_page_uri (server));
  say_media (options);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) arguments = g_strdupv (argv);
  g_autoptr (SrvOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean show_version;

  setlocale (LC_ALL, "");
  options = srv_options_parse (&arguments, &show_version, &error);
  if (!options) {
    g_printerr ("nertc-server: %s\n", error->message);
    return EXIT_USAGE;
  }
  if (show_version) {
    g_print ("nertc-server %s\n", NERTC_VERSION);
    return EXIT_SUCCESS;
  }
  warn (options);
  return run (options);
}
