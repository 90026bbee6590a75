/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key-file.h"

#include "nertc-error.h"

/* Returns: (transfer full) (nullable): %NULL with an error that quotes nothing of the file, where
 * secrets are: GLib's would quote a broken line. */
GKeyFile *
srv_key_file_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  const char *problem = "a line is no [GROUP], no KEY=VALUE and no # comment, or is not UTF-8";

  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local_error))
    return g_steal_pointer (&file);
  if (local_error->domain == G_FILE_ERROR)
    problem = local_error->message;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "Cannot read the key file ‘%s’: %s",
               path, problem);
  return NULL;
}
