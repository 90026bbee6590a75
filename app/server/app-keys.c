/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app-keys.h"

#include "token.h"

#include <glib/gstdio.h>
#include <string.h>

#define PREFIX "app "
#define KEY "secrets"

GHashTable *
srv_app_keys_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
}

gboolean
srv_app_keys_is_group (const char *group)
{
  return g_str_has_prefix (group, PREFIX);
}

static gboolean refuse (const char *path, const char *group, GError **error, const char *format,
                        ...) G_GNUC_PRINTF (4, 5);

/* What is refused may be a secret: the caller writes no value into @format. */
static gboolean
refuse (const char *path, const char *group, GError **error, const char *format, ...)
{
  g_autofree char *problem = NULL;
  va_list arguments;

  va_start (arguments, format);
  problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS, "%s: [%s]: %s", path, group,
               problem);
  return FALSE;
}

static gboolean
check_keys (GKeyFile *file, const char *path, const char *group, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; keys[i]; i++) {
    if (!g_str_equal (keys[i], KEY))
      return refuse (path, group, error, "there is no key ‘%s’; use " KEY, keys[i]);
  }
  return TRUE;
}

static char **
read_secrets (GKeyFile *file, const char *path, const char *group, GError **error)
{
  g_auto (GStrv) secrets = g_key_file_get_string_list (file, group, KEY, NULL, NULL);
  guint count = secrets ? g_strv_length (secrets) : 0;
  g_autoptr (GError) local_error = NULL;

  if (!secrets || count < 1 || count > SRV_SECRETS_MAX) {
    refuse (path, group, error,
            "%u secrets; write " KEY "=SECRET, or " KEY "=SECRET;SECRET while one is changed; "
            "`nertc-token secret` makes one",
            count);
    return NULL;
  }
  for (guint i = 0; i < count; i++) {
    if (!token_check_secret (secrets[i], &local_error)) {
      refuse (path, group, error, "%s", local_error->message);
      return NULL;
    }
  }
  return g_steal_pointer (&secrets);
}

static gboolean
read_group (GHashTable *app_keys, GKeyFile *file, const char *path, const char *group,
            GError **error)
{
  g_autofree char *app_key = g_strdup (group + strlen (PREFIX));
  g_autoptr (GError) local_error = NULL;
  char **secrets;

  if (!token_check_app_key (app_key, &local_error))
    return refuse (path, group, error, "%s", local_error->message);
  if (!check_keys (file, path, group, error))
    return FALSE;
  secrets = read_secrets (file, path, group, error);
  if (secrets)
    g_hash_table_insert (app_keys, g_steal_pointer (&app_key), secrets);
  return secrets != NULL;
}

static void
warn_if_others_can_read (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)))
    g_message ("Every user of this machine can read the secrets in ‘%s’, and make tokens with "
               "them; say: chmod o-rw '%s'",
               path, path);
}

/* Returns: (transfer full) (nullable): those of @file, which may be none; %NULL with an error */
GHashTable *
srv_app_keys_read (GKeyFile *file, const char *path, GError **error)
{
  g_autoptr (GHashTable) app_keys = srv_app_keys_new ();
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i]; i++) {
    if (srv_app_keys_is_group (groups[i]) && !read_group (app_keys, file, path, groups[i], error))
      return NULL;
  }
  if (g_hash_table_size (app_keys) > 0)
    warn_if_others_can_read (path);
  return g_steal_pointer (&app_keys);
}
