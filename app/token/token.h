/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-role.h"

G_BEGIN_DECLS

/*
 * Tokens: JSON Web Tokens (RFC 7519) in compact form, signed by HMAC-SHA256 (RFC 7518, section
 * 3.2) and by nothing else. Pure: the caller knows the secrets and the time. No error has a token
 * or a secret in its text.
 */

/* A key shorter than the hash output must not be used (RFC 7518, section 3.2). In bytes. */
#define TOKEN_SECRET_MIN 32
#define TOKEN_SECRET_MAX 1024

/* The characters of an app key. */
#define TOKEN_APP_KEY_MAX 64

/* The last second of the year 9999. */
#define TOKEN_TIME_MAX G_GINT64_CONSTANT (253402300799)

/* How far the clock of who made a token may be ahead, in seconds. */
#define TOKEN_CLOCK_SKEW 5

typedef struct {
  char *app_key;
  char *room; /* (nullable): any */
  char *uid;  /* (nullable): any */
  NertcMemberRole role;
  NertcGrants grants;
  gint64 not_before; /* seconds since 1970; 0: from the beginning */
  gint64 expires;    /* seconds since 1970: from then on it counts no more */
} TokenClaims;

TokenClaims *token_claims_new (const char *app_key, gint64 expires);
void token_claims_free (TokenClaims *self);

char *token_mint (const TokenClaims *claims, const char *secret, GError **error);

TokenClaims *token_read (const char *token, GError **error);
gboolean token_verify (const char *token, const char *const *secrets, GError **error);
gboolean token_claims_check_time (const TokenClaims *self, gint64 now, GError **error);
gboolean token_claims_check_place (const TokenClaims *self, const char *room, const char *uid,
                                   GError **error);

gboolean token_check_app_key (const char *app_key, GError **error);
gboolean token_check_secret (const char *secret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TokenClaims, token_claims_free)

G_END_DECLS
