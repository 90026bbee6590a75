/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "state.h"

#include "nertc-error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "nertc-server.json"

struct _SrvState {
  char *path;

  GMutex lock;
  GCond cond;
  char *next;     /* (nullable): what is to be written */
  gboolean ended; /* and then nothing more */
  GThread *thread;
};

/* The first failure is said, and then none until it works again. */
static void
write_file (SrvState *self, const char *text, gboolean *failed)
{
  g_autoptr (GError) error = NULL;
  gboolean written = g_file_set_contents_full (
      self->path, text, (gssize) strlen (text),
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error);

  if (!written && !*failed)
    g_message ("Made rooms and bans are not kept: %s; see to the folder of --state-dir",
               error->message);
  *failed = !written;
}

static gpointer
write_all (gpointer data)
{
  SrvState *self = data;
  gboolean failed = FALSE;

  g_mutex_lock (&self->lock);
  while (self->next || !self->ended) {
    g_autofree char *text = g_steal_pointer (&self->next);

    if (!text) {
      g_cond_wait (&self->cond, &self->lock);
      continue;
    }
    g_mutex_unlock (&self->lock);
    write_file (self, text, &failed);
    g_mutex_lock (&self->lock);
  }
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* @dir: a folder, which is there, and into which the server may write */
SrvState *
srv_state_new (const char *dir, GError **error)
{
  SrvState *self;

  errno = 0;
  if (access (dir, R_OK | W_OK | X_OK) != 0 || !g_file_test (dir, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "state-dir is ‘%s’: %s; name a folder into which the user ‘%s’ may write", dir,
                 g_file_test (dir, G_FILE_TEST_EXISTS) && errno == 0 ? "no folder"
                                                                     : g_strerror (errno),
                 g_get_user_name ());
    return NULL;
  }
  self = g_new0 (SrvState, 1);
  self->path = g_build_filename (dir, FILE_NAME, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("nertc-state", write_all, self);
  return self;
}

/* Waits until all is written. */
void
srv_state_free (SrvState *self)
{
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self->next);
  g_free (self->path);
  g_free (self);
}

const char *
srv_state_get_path (SrvState *self)
{
  return self->path;
}

/*
 * srv_state_read:
 * @state: (out) (transfer full) (nullable): what was written last, %NULL if there is nothing
 *
 * Returns: %FALSE with an error if what is there cannot be read
 */
gboolean
srv_state_read (SrvState *self, JsonObject **state, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local_error = NULL;
  JsonNode *root;

  *state = NULL;
  if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!json_parser_load_from_file (parser, self->path, &local_error)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "Cannot read ‘%s’: %s; correct it, or remove it", self->path,
                 local_error->message);
    return FALSE;
  }
  root = json_parser_get_root (parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "Cannot read ‘%s’: it is no JSON object; correct it, or remove it", self->path);
    return FALSE;
  }
  *state = json_object_ref (json_node_get_object (root));
  return TRUE;
}

/* In a moment, and in the place of what waits to be written. */
void
srv_state_write (SrvState *self, JsonObject *state)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), state);

  g_mutex_lock (&self->lock);
  g_free (self->next);
  self->next = json_to_string (node, TRUE);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}
