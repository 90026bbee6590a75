/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-role.h"
#include "options.h"

G_BEGIN_DECLS

/* Who may join, and as what: looks at the token, and keeps the app keys. No clock of its own. */
typedef struct _SrvAuth SrvAuth;

typedef struct {
  const char *token;   /* (nullable) */
  const char *app_key; /* (nullable) */
  const char *room;
  const char *uid; /* (nullable) */
} SrvCredentials;

/* What they are good for. */
typedef struct {
  char *app_key;
  char *uid; /* (nullable): none was named */
  NertcMemberRole role;
  NertcGrants grants;
  gint64 expires;   /* seconds since 1970; 0: never */
  gboolean trusted; /* that the uid is the client's own is proven */
} SrvPass;

SrvAuth *srv_auth_new (const SrvOptions *options);
void srv_auth_free (SrvAuth *self);

gboolean srv_auth_reload (SrvAuth *self, GError **error);
gboolean srv_auth_check (SrvAuth *self, const SrvCredentials *credentials, gint64 now,
                         SrvPass *pass, GError **error);
gboolean srv_auth_check_app_key (SrvAuth *self, const char *app_key, GError **error);
void srv_pass_clear (SrvPass *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SrvPass, srv_pass_clear)

G_END_DECLS
