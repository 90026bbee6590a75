/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-snapshot.h"

#include <glib/gi18n.h>

#include "call-picture.h"

#define MOST_OF_A_NAME 60 /* letters */
#define TRIES 100

static GdkTexture *
dup_texture (GdkPaintable *picture)
{
  if (CALL_IS_PICTURE (picture))
    return call_picture_dup_texture (CALL_PICTURE (picture));
  return GDK_IS_TEXTURE (picture) ? GDK_TEXTURE (g_object_ref (picture)) : NULL;
}

/* A name comes from elsewhere: no part of a path, nothing hidden */
static char *
make_stem (const char *name)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H-%M-%S");
  g_autofree char *who = g_utf8_substring (name, 0, MIN (MOST_OF_A_NAME, g_utf8_strlen (name, -1)));

  g_strdelimit (who, "/\\:*?\"<>|\n\r\t", '_');
  if (*who == '.')
    *who = '_';
  return g_strdup_printf ("%s %s", who, time);
}

static GFile *
make_folder (void)
{
  const char *path = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  return g_file_new_for_path (path ? path : g_get_home_dir ());
}

/* Never over another file */
static GFileOutputStream *
create (GFile *folder, const char *stem, GFile **file, GError **error)
{
  GFileOutputStream *stream = NULL;

  for (guint i = 1; !stream && i <= TRIES; i++) {
    g_autofree char *name =
        i == 1 ? g_strdup_printf ("%s.png", stem) : g_strdup_printf ("%s (%u).png", stem, i);
    g_autoptr (GFile) candidate = g_file_get_child (folder, name);

    g_clear_error (error);
    stream = g_file_create (candidate, G_FILE_CREATE_NONE, NULL, error);
    if (stream)
      *file = g_steal_pointer (&candidate);
    else if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return NULL;
  }
  return stream;
}

static void
save (GTask *task, gpointer source, gpointer stem, GCancellable *cancellable)
{
  g_autoptr (GFile) folder = make_folder ();
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileOutputStream) stream = NULL;
  g_autoptr (GBytes) bytes = gdk_texture_save_to_png_bytes (source);
  GError *error = NULL;

  g_file_make_directory_with_parents (folder, NULL, NULL);
  stream = create (folder, stem, &file, &error);
  if (stream &&
      g_output_stream_write_all (G_OUTPUT_STREAM (stream), g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes), NULL, NULL, &error) &&
      g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, &error))
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
  else
    g_task_return_error (task, error);
}

void
call_snapshot_save_async (GdkPaintable *picture, const char *name, GAsyncReadyCallback done,
                          gpointer user_data)
{
  g_autoptr (GdkTexture) texture = dup_texture (picture);
  g_autoptr (GTask) task = g_task_new (texture, NULL, done, user_data);

  if (texture) {
    g_task_set_task_data (task, make_stem (name), g_free);
    g_task_run_in_thread (task, save);
  } else {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _ ("There is no picture to save."));
  }
}

/* Returns: (transfer full): what was written */
GFile *
call_snapshot_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
