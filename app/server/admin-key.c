/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "admin-key.h"

#include "random-id.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* As for the secrets of app keys: 256 bits, were each byte as good as it can be. */
#define KEY_MIN 32
#define KEY_MAX 1024

/* Two, so that a key can be changed: while one is new, the other one still counts. */
#define KEYS_MAX 2

/* RFC 6750, section 2.1: what may be behind "Bearer". */
#define CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/="

#define SCHEME "Bearer "

#define REMEDY "`openssl rand -hex 32 > '%s'` makes one"

struct _SrvAdminKey {
  char *file; /* (nullable): one key for this run */
  char **keys;
};

static void
forget (char **keys)
{
  for (guint i = 0; keys && keys[i]; i++)
    explicit_bzero (keys[i], strlen (keys[i]));
  g_strfreev (keys);
}

static gboolean
is_good (const char *key)
{
  gsize length = strlen (key);

  return length >= KEY_MIN && length <= KEY_MAX && strspn (key, CHARACTERS) == length;
}

/* @text: is overwritten. Returns: (transfer full) (nullable): %NULL if it is not as it should be */
static char **
split (char *text)
{
  char **keys = g_strsplit (g_strstrip (text), "\n", KEYS_MAX + 1);
  guint count = g_strv_length (keys);
  gboolean good = count >= 1 && count <= KEYS_MAX;

  explicit_bzero (text, strlen (text));
  for (guint i = 0; keys[i]; i++)
    good = good && is_good (g_strstrip (keys[i]));
  if (good)
    return keys;
  forget (keys);
  return NULL;
}

static void
warn_if_others_can_read (const char *file)
{
  GStatBuf status;

  if (g_stat (file, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)))
    g_message ("Every user of this machine can read the admin key in ‘%s’, and close rooms with "
               "it; say: chmod o-rw '%s'",
               file, file);
}

/*
 * srv_admin_key_reload:
 *
 * Reads the file again. With an error, which says which file and what to do and nothing of what is
 * in it, the key from before stays in use.
 */
gboolean
srv_admin_key_reload (SrvAdminKey *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;
  char **keys;

  if (!self->file)
    return TRUE;
  if (!g_file_get_contents (self->file, &text, NULL, &local_error)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "Cannot read the admin key ‘%s’: %s; give a file that the server may read by "
                 "--admin-key-file; " REMEDY,
                 self->file, local_error->message, self->file);
    return FALSE;
  }
  keys = split (text);
  if (!keys) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "The admin key ‘%s’ is to be one line of %d to %d letters, digits and -._~+/= "
                 "(two lines while it is changed); " REMEDY,
                 self->file, KEY_MIN, KEY_MAX, self->file);
    return FALSE;
  }
  forget (self->keys);
  self->keys = keys;
  warn_if_others_can_read (self->file);
  return TRUE;
}

SrvAdminKey *
srv_admin_key_new (const char *file, GError **error)
{
  SrvAdminKey *self = g_new0 (SrvAdminKey, 1);

  self->file = g_strdup (file);
  if (srv_admin_key_reload (self, error))
    return self;
  srv_admin_key_free (self);
  return NULL;
}

/* @key: counts as long as the server runs */
SrvAdminKey *
srv_admin_key_new_for_dev (const char *key)
{
  SrvAdminKey *self = g_new0 (SrvAdminKey, 1);

  self->keys = g_strsplit (key, "\n", 1);
  return self;
}

void
srv_admin_key_free (SrvAdminKey *self)
{
  forget (self->keys);
  g_free (self->file);
  g_free (self);
}

/* @authorization: (nullable): the header of a request. A wrong one takes as long as the right one.
 */
gboolean
srv_admin_key_fits (SrvAdminKey *self, const char *authorization)
{
  gboolean fits = FALSE;

  if (!authorization || g_ascii_strncasecmp (authorization, SCHEME, strlen (SCHEME)) != 0)
    return FALSE;
  for (guint i = 0; self->keys[i]; i++)
    fits |= srv_random_id_equal (authorization + strlen (SCHEME), self->keys[i]);
  return fits;
}
