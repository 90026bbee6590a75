/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "media-nodes.h"

#include "janus-node.h"
#include "media-options.h"

/* @secret: (out) (nullable) */
static gboolean
read_secret (const SrvOptions *options, char **secret, GError **error)
{
  if (!options->media_secret_file)
    return TRUE;
  if (!g_file_get_contents (options->media_secret_file, secret, NULL, error)) {
    g_prefix_error (error, "media-secret-file cannot be read: ");
    return FALSE;
  }
  g_strchomp (*secret);
  return TRUE;
}

/* Returns: (transfer full) (element-type SrvMediaNode): started, and soon up */
GPtrArray *
srv_media_nodes_new (const SrvOptions *options, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) addresses = srv_media_options_list_nodes (options);
  g_autofree char *secret = NULL;

  if (!read_secret (options, &secret, error))
    return NULL;
  for (char **address = addresses; *address; address++) {
    SrvJanusNode *node = srv_janus_node_new (*address, secret, error);

    if (!node)
      return NULL;
    srv_janus_node_start (node);
    g_ptr_array_add (nodes, node);
  }
  return g_steal_pointer (&nodes);
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
