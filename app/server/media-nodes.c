/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-nodes.h"

#include "janus-child.h"
#include "janus-node.h"
#include "media-options.h"

#include <gio/gio.h>
#include <string.h>

#define SECRET_MAX 1024

/* The key of a node's data: the Janus that we started for it. */
#define OWN "nertc-server-own-janus"

static void
forget (char *secret)
{
  if (secret)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* Nothing of what is in the file gets into an error.
 *
 * @secret: (out) (nullable) */
static gboolean
read_secret (const char *path, char **secret, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!path)
    return TRUE;
  if (!g_file_get_contents (path, secret, NULL, &local_error)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "Cannot read the API secret ‘%s’: %s; give a file that the server may read by "
                 "--media-secret-file",
                 path, local_error->message);
    return FALSE;
  }
  g_strstrip (*secret);
  if (**secret && strlen (*secret) <= SECRET_MAX && !strpbrk (*secret, "\r\n") &&
      g_utf8_validate (*secret, -1, NULL))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The API secret ‘%s’ is to be one line of up to %d bytes; write into it what the "
               "Janus nodes have as api_secret",
               path, SECRET_MAX);
  return FALSE;
}

static gboolean
add_node (GPtrArray *nodes, const char *address, const char *secret, GError **error)
{
  SrvJanusNode *node = srv_janus_node_new (address, secret, error);

  if (!node)
    return FALSE;
  g_ptr_array_add (nodes, node);
  return TRUE;
}

/* The Janus that we started */

static void
on_own_changed (SrvMediaNode *node, GParamSpec *pspec, SrvJanusChild *child)
{
  if (srv_media_node_is_up (node))
    srv_janus_child_answers (child);
  else
    srv_janus_child_does_not_answer (child);
}

static void
on_own_serves (SrvJanusChild *child, gpointer user_data)
{
  srv_janus_node_start (SRV_JANUS_NODE (user_data));
}

static gboolean
add_own (GPtrArray *nodes, const SrvOptions *options, GError **error)
{
  SrvJanusChild *child = srv_janus_child_new (options, error);
  SrvMediaNode *node;

  if (!child)
    return FALSE;
  if (!add_node (nodes, srv_janus_child_get_address (child), srv_janus_child_get_secret (child),
                 error)) {
    srv_janus_child_free (child);
    return FALSE;
  }
  node = g_ptr_array_index (nodes, nodes->len - 1);
  g_signal_connect (node, "notify::up", G_CALLBACK (on_own_changed), child);
  srv_janus_child_watch (child, on_own_serves, node);
  g_object_set_data_full (G_OBJECT (node), OWN, child, (GDestroyNotify) srv_janus_child_free);
  return TRUE;
}

static gboolean
add_all (GPtrArray *nodes, const SrvOptions *options, GError **error)
{
  g_auto (GStrv) addresses = srv_media_options_list_nodes (options);
  char *secret = NULL;
  gboolean added = read_secret (options->media_secret_file, &secret, error);

  for (char **address = addresses; added && *address; address++)
    added = add_node (nodes, *address, secret, error);
  forget (secret);
  return added && (!srv_media_options_have_own_janus (options) || add_own (nodes, options, error));
}

/*
 * srv_media_nodes_new:
 *
 * Those that are named, and the Janus that is started here, which ends with its node.
 *
 * Returns: (transfer full) (element-type SrvMediaNode) (nullable): started, and soon up
 */
GPtrArray *
srv_media_nodes_new (const SrvOptions *options, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_object_unref);

  if (!add_all (nodes, options, error))
    return NULL;
  for (guint i = 0; i < nodes->len; i++) {
    /* Our own is not there yet, and says when it is. */
    if (!g_object_get_data (g_ptr_array_index (nodes, i), OWN))
      srv_janus_node_start (g_ptr_array_index (nodes, i));
  }
  return g_steal_pointer (&nodes);
}

/* Returns: (transfer none): the address of @node, which whoever runs the server gave it; or own */
const char *
srv_media_nodes_get_label (SrvMediaNode *node)
{
  return g_object_get_data (G_OBJECT (node), OWN) ? "own" : srv_media_node_get_name (node);
}

static gboolean
are_up (GPtrArray *nodes)
{
  for (guint i = 0; i < nodes->len; i++) {
    if (!srv_media_node_is_up (g_ptr_array_index (nodes, i)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
on_patience_ended (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Waits until all are up, so that the first room need not begin without them; but not for long. */
void
srv_media_nodes_await (GPtrArray *nodes, guint ms)
{
  gboolean over = FALSE;
  GSource *patience = g_timeout_source_new (ms);

  g_source_set_callback (patience, on_patience_ended, &over, NULL);
  g_source_attach (patience, g_main_context_get_thread_default ());
  while (!over && !are_up (nodes))
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  g_source_destroy (patience);
  g_source_unref (patience);
}
