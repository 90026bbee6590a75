/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "turn.h"

#include <gio/gio.h>
#include <string.h>

#define SECRET_MAX 1024

struct _SrvTurn {
  char **urls;
  char *secret_file;
  char *secret;
  guint ttl; /* seconds */
};

/* From 1 to 65535 */
#define PORT \
  "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"

/* Whether @url is that of a TURN server (RFC 7065, section 3.1). */
gboolean
srv_turn_check_url (const char *url)
{
  return strlen (url) <= 512 &&
         g_regex_match_simple ("^turns?:(?:\\[[0-9a-f:.]+\\]|[a-z0-9._-]+)(?::" PORT ")?"
                               "(?:\\?transport=(?:udp|tcp))?$",
                               url, G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0);
}

/* Returns: (transfer full): "password = base64(hmac(secret key, username))", with SHA-1 */
char *
srv_turn_make_credential (const char *secret, const char *username)
{
  guint8 digest[20];
  gsize length = sizeof digest;
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guint8 *) secret, strlen (secret));

  g_hmac_update (hmac, (const guint8 *) username, -1);
  g_hmac_get_digest (hmac, digest, &length);
  g_hmac_unref (hmac);
  return g_base64_encode (digest, length);
}

static void
forget (char *secret)
{
  if (secret)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/*
 * srv_turn_reload:
 *
 * Reads the secret again. With an error, which says which file and what to do, that from before
 * stays in use.
 */
gboolean
srv_turn_reload (SrvTurn *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *secret = NULL;

  if (!g_file_get_contents (self->secret_file, &secret, NULL, &local_error)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "Cannot read the TURN secret ‘%s’: %s; give a file that the server may read by "
                 "--turn-secret-file",
                 self->secret_file, local_error->message);
    return FALSE;
  }
  g_strstrip (secret);
  if (!*secret || strlen (secret) > SECRET_MAX || strpbrk (secret, "\r\n")) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "The TURN secret ‘%s’ is to be one line of up to %d bytes; write into it what the "
                 "TURN server has as static-auth-secret",
                 self->secret_file, SECRET_MAX);
    forget (secret);
    return FALSE;
  }
  forget (self->secret);
  self->secret = secret;
  return TRUE;
}

/* @urls: checked. @ttl: how many seconds credentials are good for */
SrvTurn *
srv_turn_new (const char *const *urls, const char *secret_file, guint ttl, GError **error)
{
  SrvTurn *self = g_new0 (SrvTurn, 1);

  self->urls = g_strdupv ((char **) urls);
  self->secret_file = g_strdup (secret_file);
  self->ttl = ttl;
  if (srv_turn_reload (self, error))
    return self;
  srv_turn_free (self);
  return NULL;
}

void
srv_turn_free (SrvTurn *self)
{
  g_strfreev (self->urls);
  g_free (self->secret_file);
  forget (self->secret);
  g_free (self);
}

/*
 * srv_turn_make_server:
 * @uid: for whom
 * @now: seconds since 1970
 *
 * Returns: (transfer full): what an ICE server is in transport.open, with a name and a password
 */
JsonObject *
srv_turn_make_server (SrvTurn *self, const char *uid, gint64 now)
{
  g_autofree char *username = g_strdup_printf ("%" G_GINT64_FORMAT ":%s", now + self->ttl, uid);
  g_autofree char *credential = srv_turn_make_credential (self->secret, username);
  JsonObject *object = json_object_new ();
  JsonArray *urls = json_array_new ();

  for (guint i = 0; self->urls[i]; i++)
    json_array_add_string_element (urls, self->urls[i]);
  json_object_set_array_member (object, "urls", urls);
  json_object_set_string_member (object, "username", username);
  json_object_set_string_member (object, "credential", credential);
  return object;
}

/* Returns: after how long a connection needs a new name and password, well before the end of those
 * it has */
guint
srv_turn_get_renewal_ms (SrvTurn *self)
{
  return (guint) MIN ((guint64) self->ttl * 750, G_MAXINT);
}
