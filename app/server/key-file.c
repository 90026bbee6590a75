/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key-file.h"

#include "nertc-error.h"

#include <string.h>

static gboolean
is_good_line (const char *line, gboolean *in_group)
{
  while (g_ascii_isspace (*line))
    line++;
  if (*line == '[')
    return *in_group = strchr (line, ']') != NULL;
  return *line == '\0' || *line == '#' || (*in_group && *line != '=' && strchr (line, '='));
}

/* Returns: (transfer full): which line is not as it should be, by its number: what is in it may be
 * a secret */
static char *
describe_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_group = FALSE;
  guint i = 0;

  while (lines[i] && is_good_line (lines[i], &in_group))
    i++;
  if (!lines[i])
    return g_strdup ("a line is not UTF-8, or no name of a group or key");
  return g_strdup_printf ("line %u is no [GROUP], no KEY=VALUE below one and no # comment", i + 1);
}

static char *
describe_access (const GError *error)
{
  const char *reason = strrchr (error->message, ':');

  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ACCES))
    return g_strdup_printf ("the user ‘%s’ may not; let it, say by its group: chgrp, chmod 640",
                            g_get_user_name ());
  return g_strdup (reason ? reason + strlen (": ") : error->message);
}

/* Returns: (transfer full) (nullable): %NULL with an error that quotes nothing of the file, where
 * secrets are: GLib's would quote a broken line. */
GKeyFile *
srv_key_file_load (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *problem = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &local_error))
    problem = describe_access (local_error);
  else if (strlen (text) != length)
    problem = g_strdup ("it is no text");
  else if (g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    return g_steal_pointer (&file);
  else
    problem = describe_lines (text);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "Cannot read the key file ‘%s’: %s",
               path, problem);
  return NULL;
}
