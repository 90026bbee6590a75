/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "auth.h"

#include "app-keys.h"
#include "key-file.h"
#include "token.h"

struct _SrvAuth {
  gboolean token_required;
  gboolean token_replaces; /* the member who has its uid */
  char *path;              /* (nullable): the key file */
  GHashTable *app_keys;    /* of the key file */
  char *dev_app_key;       /* (nullable) */
  char *dev_secrets[1 + 1];
};

SrvAuth *
srv_auth_new (const SrvOptions *options)
{
  SrvAuth *self = g_new0 (SrvAuth, 1);

  self->token_required = srv_options_require_token (options);
  self->token_replaces = self->token_required && g_strcmp0 (options->uid_policy, "refuse") != 0;
  self->path = g_strdup (options->config);
  self->app_keys = g_hash_table_ref (options->app_keys);
  self->dev_app_key = g_strdup (options->dev_app_key);
  self->dev_secrets[0] = g_strdup (options->dev_secret);
  return self;
}

void
srv_auth_free (SrvAuth *self)
{
  g_free (self->path);
  g_hash_table_unref (self->app_keys);
  g_free (self->dev_app_key);
  g_free (self->dev_secrets[0]);
  g_free (self);
}

/* Reads the app keys of the key file again. After an error those from before stay. */
gboolean
srv_auth_reload (SrvAuth *self, GError **error)
{
  g_autoptr (GKeyFile) file = NULL;
  GHashTable *app_keys;

  if (!self->path)
    return TRUE;
  file = srv_key_file_load (self->path, error);
  /* What would keep the server from starting again is told now, not then. */
  app_keys = file && srv_options_check_key_file (file, self->path, error)
                 ? srv_app_keys_read (file, self->path, error)
                 : NULL;
  if (!app_keys)
    return FALSE;
  if (self->token_required && g_hash_table_size (app_keys) == 0 && !self->dev_app_key) {
    g_hash_table_unref (app_keys);
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "‘%s’ has no app key any more, and nobody could join; keep a group [app KEY]",
                 self->path);
    return FALSE;
  }
  g_hash_table_unref (self->app_keys);
  self->app_keys = app_keys;
  g_message ("Read the app keys again: %u", g_hash_table_size (app_keys));
  return TRUE;
}

static const char *const *
find_secrets (SrvAuth *self, const char *app_key)
{
  if (g_strcmp0 (app_key, self->dev_app_key) == 0)
    return (const char *const *) self->dev_secrets;
  return g_hash_table_lookup (self->app_keys, app_key);
}

static gboolean
refuse_app_key (const char *app_key, GError **error)
{
  g_set_error (
      error, NERTC_ERROR, NERTC_ERROR_APP_KEY_UNKNOWN,
      "The server does not know the app key ‘%s’; write it into the key file of the server, or "
      "bring a token that is for this server",
      app_key);
  return FALSE;
}

static gboolean
check_without_token (SrvAuth *self, const SrvCredentials *credentials, SrvPass *pass,
                     GError **error)
{
  const char *app_key = credentials->app_key ? credentials->app_key : "";

  if (self->token_required && *app_key && !find_secrets (self, app_key))
    return refuse_app_key (app_key, error);
  if (self->token_required) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_TOKEN_REQUIRED,
                         "The server lets nobody in without a token; bring one by token-file or "
                         "NERTC_TOKEN (`nertc-token mint` makes one)");
    return FALSE;
  }
  pass->app_key = g_strdup (app_key);
  pass->uid = g_strdup (credentials->uid);
  pass->role = NERTC_MEMBER_ROLE_HOST;
  pass->grants = NERTC_GRANTS_DEFAULT;
  return TRUE;
}

static gboolean
check_app_key (const TokenClaims *claims, const char *app_key, GError **error)
{
  if (!app_key || g_str_equal (claims->app_key, app_key))
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_OTHER_ROOM,
               "The token is for app key ‘%s’, not for ‘%s’; leave the app key out, or get another "
               "token",
               claims->app_key, app_key);
  return FALSE;
}

static gboolean
check_claims (SrvAuth *self, const TokenClaims *claims, const SrvCredentials *credentials,
              gint64 now, GError **error)
{
  const char *const *secrets = find_secrets (self, claims->app_key);

  if (!secrets)
    return refuse_app_key (claims->app_key, error);
  return token_verify (credentials->token, secrets, error) &&
         token_claims_check_time (claims, now, error) &&
         check_app_key (claims, credentials->app_key, error) &&
         token_claims_check_place (claims, credentials->room, credentials->uid, error);
}

/*
 * srv_auth_check:
 * @now: seconds since 1970
 * @pass: (out caller-allocates): to be cleared by srv_pass_clear()
 *
 * Returns: whether the client may join; an error has nothing of the token in it
 */
gboolean
srv_auth_check (SrvAuth *self, const SrvCredentials *credentials, gint64 now, SrvPass *pass,
                GError **error)
{
  g_autoptr (TokenClaims) claims = NULL;

  *pass = (SrvPass){ NULL };
  if (!credentials->token)
    return check_without_token (self, credentials, pass, error);
  claims = token_read (credentials->token, error);
  if (!claims || !check_claims (self, claims, credentials, now, error))
    return FALSE;
  pass->app_key = g_strdup (claims->app_key);
  pass->uid = g_strdup (credentials->uid ? credentials->uid : claims->uid);
  pass->role = claims->role;
  pass->grants = claims->grants;
  pass->expires = claims->expires;
  pass->trusted = self->token_replaces;
  return TRUE;
}

/* Whether anybody can join a room under @app_key. */
gboolean
srv_auth_check_app_key (SrvAuth *self, const char *app_key, GError **error)
{
  if (!self->token_required || find_secrets (self, app_key))
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_APP_KEY_UNKNOWN,
               "The server does not know the app key ‘%s’; use one of its key file as ‘appKey’",
               app_key);
  return FALSE;
}

void
srv_pass_clear (SrvPass *self)
{
  g_clear_pointer (&self->app_key, g_free);
  g_clear_pointer (&self->uid, g_free);
}
