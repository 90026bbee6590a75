/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-test-server.h"

#include "media-nodes.h"
#include "media-options.h"
#include "server.h"

/* So long may they take to answer. */
#define NODES_PATIENCE_MS 5000

struct _NertcTestServer {
  SrvOptions *options;
  char *uri;

  GThread *thread; /* (nullable): while it is stopped */
  GMainContext *context;
  GMainLoop *loop;
  SrvServer *server; /* of the thread */

  GMainContext *caller;
  int done; /* atomic: how much of what it was asked the thread has done */
};

static void
say_done (NertcTestServer *self)
{
  g_atomic_int_inc (&self->done);
  g_main_context_wakeup (self->caller);
}

/* The caller's context goes on: clients in it can answer to what the server does. */
static void
await_done (NertcTestServer *self, int done)
{
  while (g_atomic_int_get (&self->done) != done)
    g_main_context_iteration (self->caller, TRUE);
}

static void
add_nodes (NertcTestServer *self)
{
  SrvMediaMode mode = srv_media_options_get_mode (self->options);
  g_autoptr (GPtrArray) nodes = NULL;
  g_autoptr (GError) error = NULL;

  if (mode == SRV_MEDIA_MESH)
    return;
  nodes = srv_media_nodes_new (self->options, &error);
  if (!nodes)
    g_error ("%s", error->message);
  srv_server_set_nodes (self->server, mode, nodes, self->options->mesh_limit);
  srv_media_nodes_await (nodes, NODES_PATIENCE_MS);
}

static gpointer
run (gpointer user_data)
{
  NertcTestServer *self = user_data;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (self->context);
  self->server = srv_server_new (self->options);
  add_nodes (self);
  if (!srv_server_start (self->server, &error))
    g_error ("%s", error->message);
  g_free (self->uri);
  self->uri = g_strdup (srv_server_get_uri (self->server));
  say_done (self);

  g_main_loop_run (self->loop);
  g_clear_object (&self->server);
  /* What the streams closed in the background is freed here. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  say_done (self);
  return NULL;
}

static void
on_stopped (SrvServer *server, gpointer user_data)
{
  NertcTestServer *self = user_data;

  g_main_loop_quit (self->loop);
}

static gboolean
stop_in_thread (gpointer user_data)
{
  NertcTestServer *self = user_data;

  srv_server_stop (self->server, on_stopped, self);
  return G_SOURCE_REMOVE;
}

static gboolean
cut_in_thread (gpointer user_data)
{
  NertcTestServer *self = user_data;

  srv_server_cut (self->server);
  say_done (self);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full): a server with the default bounds */
NertcTestServer *
nertc_test_server_new (void)
{
  return nertc_test_server_new_with_options (NULL);
}

/*
 * nertc_test_server_new_with_options:
 * @options: (nullable) (array zero-terminated=1): as on the command line of nertc-server, such as
 *   "--max-members=2"; valid ones
 */
NertcTestServer *
nertc_test_server_new_with_options (const char *const *options)
{
  NertcTestServer *self = g_new0 (NertcTestServer, 1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  /* how it carries media; set by on_janus.py */
  const char *media = g_getenv ("NERTC_TEST_MEDIA");
  g_auto (GStrv) media_options = g_strsplit (media ? media : "", " ", -1);
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  gboolean show_version;

  g_strv_builder_add_many (builder, "nertc-server", "--port=0", NULL);
  g_strv_builder_addv (builder, (const char **) media_options);
  if (options)
    g_strv_builder_addv (builder, (const char **) options);
  arguments = g_strv_builder_end (builder);
  self->options = srv_options_parse (&arguments, &show_version, &error);
  if (!self->options)
    g_error ("%s", error->message);
  self->caller = g_main_context_ref_thread_default ();
  nertc_test_server_start (self);
  return self;
}

void
nertc_test_server_free (NertcTestServer *self)
{
  nertc_test_server_stop (self);
  srv_options_free (self->options);
  g_free (self->uri);
  g_main_context_unref (self->caller);
  g_free (self);
}

/* Returns: (transfer none): such as ws://127.0.0.1:40123/room; the same after a restart */
const char *
nertc_test_server_get_uri (NertcTestServer *self)
{
  return self->uri;
}

/* Starts it, empty, where it was before. Does nothing if it is running. */
void
nertc_test_server_start (NertcTestServer *self)
{
  int done = g_atomic_int_get (&self->done);

  if (self->thread)
    return;
  if (self->uri) {
    g_autoptr (GUri) uri = g_uri_parse (self->uri, G_URI_FLAGS_NONE, NULL);

    self->options->port = (guint) g_uri_get_port (uri);
  }
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("nertc-server", run, self);
  await_done (self, done + 1);
}

/* Shuts it down: members hear room.closed with the reason shutdown. Does nothing if it is stopped.
 */
void
nertc_test_server_stop (NertcTestServer *self)
{
  int done = g_atomic_int_get (&self->done);

  if (!self->thread)
    return;
  g_main_context_invoke (self->context, stop_in_thread, self);
  await_done (self, done + 1);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}

/* Ends every connection without a word, as a lost network would; the server goes on. */
void
nertc_test_server_cut (NertcTestServer *self)
{
  int done = g_atomic_int_get (&self->done);

  g_return_if_fail (self->thread != NULL);

  g_main_context_invoke (self->context, cut_in_thread, self);
  await_done (self, done + 1);
}
