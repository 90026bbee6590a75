/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token.h"

#include "nertc-json.h"
#include "nertc-method.h"
#include "nertc-name.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

/*
 * A token is read and its signature checked here, and then by libjwt as well, which must not
 * disagree. Alone, libjwt 1.10 would not do: it compares signatures by strcmp(), whose time tells
 * where they differ, passes over `crit`, takes the last of two claims of one name, and `hs256`.
 */

#define SIGNATURE_SIZE 32

#define TEXT(name_, required_, min_, max_) \
  { \
    .name = name_, .type = NERTC_FIELD_STRING, .required = required_, .min = min_, .max = max_ \
  }

static const char *const roles[] = { "host", "audience", NULL };

/* Claims and header as the protocol's messages have fields: what is in no row is passed over. */
static const NertcField claim_fields[] = {
  TEXT ("appKey", TRUE, 1, TOKEN_APP_KEY_MAX),
  { .name = "exp", .type = NERTC_FIELD_INTEGER, .required = TRUE, .max = TOKEN_TIME_MAX },
  { .name = "nbf", .type = NERTC_FIELD_INTEGER, .max = TOKEN_TIME_MAX },
  { .name = "room", .type = NERTC_FIELD_NAME, .check = nertc_check_room_name },
  { .name = "sub", .type = NERTC_FIELD_NAME, .check = nertc_check_uid },
  { .name = "role", .type = NERTC_FIELD_CHOICE, .choices = roles },
  { .name = "grants", .type = NERTC_FIELD_ARRAY, .max = 8 },
  { NULL },
};

static const NertcField header_fields[] = {
  TEXT ("alg", TRUE, 1, 16),
  TEXT ("typ", FALSE, 1, 16),
  { NULL },
};

static const NertcMethod claims_row = { .name = "claims", .params = claim_fields };
static const NertcMethod header_row = { .name = "header", .params = header_fields };

static gboolean
malformed (GError **error, const char *problem)
{
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_MALFORMED,
               "The token is malformed: %s; let the application's server make it anew", problem);
  return FALSE;
}

/* The compact form (RFC 7515, section 7.1) */

typedef struct {
  JsonObject *header;
  JsonObject *claims;
  guint8 signature[SIGNATURE_SIZE];
  gsize signed_length; /* of what the signature is about */
} Parts;

static void
parts_clear (Parts *self)
{
  g_clear_pointer (&self->header, json_object_unref);
  g_clear_pointer (&self->claims, json_object_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static char *
to_base64url (const guint8 *bytes, gsize size)
{
  char *text = g_base64_encode (bytes, size);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

/*
 * RFC 7515, section 2: the alphabet of RFC 4648, section 5, without padding. A text that would be
 * another one when it is encoded again is refused, so that no two tokens say the same.
 */
static guint8 *
from_base64url (const char *text, gsize *size)
{
  g_autofree char *padded = g_strdup_printf ("%s%.*s", text, (int) (-strlen (text) % 4), "===");
  g_autofree guint8 *bytes = NULL;
  g_autofree char *again = NULL;

  if (strpbrk (text, "+/="))
    return NULL;
  g_strdelimit (padded, "-", '+');
  g_strdelimit (padded, "_", '/');
  bytes = g_base64_decode (padded, size);
  again = to_base64url (bytes, *size);
  return g_str_equal (again, text) ? g_steal_pointer (&bytes) : NULL;
}

/* What a JSON object says twice, readers differ about. */
static void
on_member (JsonParser *parser, JsonObject *object, const char *name, gpointer user_data)
{
  GHashTable *seen = user_data;

  if (!g_hash_table_add (seen, g_strdup_printf ("%p %s", (gpointer) object, name)))
    g_object_set_data (G_OBJECT (parser), "twice", parser);
}

static JsonObject *
parse_object (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonNode *root;

  g_signal_connect (parser, "object-member", G_CALLBACK (on_member), seen);
  if (!nertc_json_check (text, length, NULL) ||
      !json_parser_load_from_data (parser, text, (gssize) length, NULL) ||
      g_object_get_data (G_OBJECT (parser), "twice"))
    return NULL;
  root = json_parser_get_root (parser);
  return JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

static JsonObject *
decode_object (const char *part, const NertcMethod *row, GError **error)
{
  gsize size;
  g_autofree guint8 *bytes = from_base64url (part, &size);
  g_autoptr (JsonObject) object = bytes ? parse_object ((const char *) bytes, size) : NULL;
  g_autoptr (GError) local_error = NULL;

  if (!object)
    malformed (error, bytes ? "a part is no JSON object whose names differ"
                            : "a part is no base64url as RFC 7515 has it");
  else if (nertc_method_check_params (row, object, &local_error))
    return g_steal_pointer (&object);
  else
    malformed (error, local_error->message);
  return NULL;
}

/* RFC 8725, section 3.1: the algorithm is what the server expects, not what the token says. */
static gboolean
check_header (JsonObject *header, GError **error)
{
  const char *type = json_object_get_string_member_with_default (header, "typ", "JWT");

  if (!g_str_equal (json_object_get_string_member (header, "alg"), "HS256"))
    return malformed (error, "its algorithm is not HS256");
  if (g_ascii_strcasecmp (type, "JWT") != 0)
    return malformed (error, "its type is not JWT");
  /* RFC 7515, section 4.1.11: what is critical and not understood makes it invalid. */
  if (json_object_has_member (header, "crit"))
    return malformed (error, "its header has ‘crit’");
  return TRUE;
}

static gboolean
decode_signature (const char *part, guint8 *signature, GError **error)
{
  gsize size;
  g_autofree guint8 *bytes = from_base64url (part, &size);

  if (!bytes || size != SIGNATURE_SIZE)
    return malformed (error, "its signature is none of HMAC-SHA256");
  memcpy (signature, bytes, SIGNATURE_SIZE);
  return TRUE;
}

static gboolean
take_apart (const char *token, Parts *parts, GError **error)
{
  g_auto (GStrv) texts = NULL;

  if (strnlen (token, NERTC_TOKEN_MAX + 1) > NERTC_TOKEN_MAX)
    return malformed (error, "it has more than 4096 characters");
  texts = g_strsplit (token, ".", 4);
  if (g_strv_length (texts) != 3)
    return malformed (error, "it does not have three parts with points between");

  parts->header = decode_object (texts[0], &header_row, error);
  if (!parts->header || !check_header (parts->header, error))
    return FALSE;
  parts->claims = decode_object (texts[1], &claims_row, error);
  parts->signed_length = strlen (texts[0]) + 1 + strlen (texts[1]);
  return parts->claims && decode_signature (texts[2], parts->signature, error);
}

/* Claims */

/* Returns: (transfer full): those of a host with the usual grants, anywhere */
TokenClaims *
token_claims_new (const char *app_key, gint64 expires)
{
  TokenClaims *self = g_new0 (TokenClaims, 1);

  self->app_key = g_strdup (app_key);
  self->role = NERTC_MEMBER_ROLE_HOST;
  self->grants = NERTC_GRANTS_DEFAULT;
  self->expires = expires;
  return self;
}

void
token_claims_free (TokenClaims *self)
{
  g_free (self->app_key);
  g_free (self->room);
  g_free (self->uid);
  g_free (self);
}

static NertcGrants
read_grants (JsonArray *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) nicks = NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  nicks = g_strv_builder_end (builder);
  return nertc_grants_from_strv ((const char *const *) nicks);
}

static gint64
read_time (JsonObject *object, const char *name)
{
  gint64 time = 0;

  if (json_object_has_member (object, name))
    nertc_json_get_integer (json_object_get_member (object, name), &time);
  return time;
}

static TokenClaims *
claims_from_json (JsonObject *object)
{
  TokenClaims *self = token_claims_new (json_object_get_string_member (object, "appKey"),
                                        read_time (object, "exp"));

  self->not_before = read_time (object, "nbf");
  self->room = g_strdup (json_object_get_string_member_with_default (object, "room", NULL));
  self->uid = g_strdup (json_object_get_string_member_with_default (object, "sub", NULL));
  nertc_member_role_from_string (
      json_object_get_string_member_with_default (object, "role", "host"), &self->role);
  if (json_object_has_member (object, "grants"))
    self->grants = read_grants (json_object_get_array_member (object, "grants"));
  return self;
}

static JsonObject *
claims_to_json (const TokenClaims *self)
{
  JsonObject *object = json_object_new ();
  g_auto (GStrv) grants = nertc_grants_to_strv (self->grants);
  JsonArray *array = json_array_new ();

  json_object_set_string_member (object, "appKey", self->app_key);
  json_object_set_int_member (object, "exp", self->expires);
  if (self->not_before != 0)
    json_object_set_int_member (object, "nbf", self->not_before);
  if (self->room)
    json_object_set_string_member (object, "room", self->room);
  if (self->uid)
    json_object_set_string_member (object, "sub", self->uid);
  json_object_set_string_member (object, "role", nertc_member_role_to_string (self->role));
  for (guint i = 0; grants[i]; i++)
    json_array_add_string_element (array, grants[i]);
  json_object_set_array_member (object, "grants", array);
  return object;
}

/* @now: seconds since 1970. RFC 7519, section 4.1.4: "on or after" exp it must not be accepted. */
gboolean
token_claims_check_time (const TokenClaims *self, gint64 now, GError **error)
{
  if (now >= self->expires) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_EXPIRED,
                 "The token expired %" G_GINT64_FORMAT " s ago; get a new one",
                 now - self->expires);
    return FALSE;
  }
  if (now + TOKEN_CLOCK_SKEW < self->not_before) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_NOT_YET_VALID,
                 "The token is valid in %" G_GINT64_FORMAT " s; wait, or set the clocks right",
                 self->not_before - now);
    return FALSE;
  }
  return TRUE;
}

/* @uid: (nullable): none, which is any */
gboolean
token_claims_check_place (const TokenClaims *self, const char *room, const char *uid,
                          GError **error)
{
  if (self->room && !*room) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_OTHER_ROOM,
                 "The token is for room ‘%s’ only; to listen for invitations bring one without a "
                 "room",
                 self->room);
    return FALSE;
  }
  if (self->room && !g_str_equal (self->room, room)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_OTHER_ROOM,
                 "The token is for room ‘%s’, not for ‘%s’; join that one, or get another token",
                 self->room, room);
    return FALSE;
  }
  if (self->uid && uid && !g_str_equal (self->uid, uid)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_OTHER_UID,
                 "The token is for uid ‘%s’, not for ‘%s’; use that one, or get another token",
                 self->uid, uid);
    return FALSE;
  }
  return TRUE;
}

/* Tokens */

/*
 * Returns: (transfer full) (nullable): what the token says, whoever signed it; %NULL with a
 * %NERTC_ERROR_TOKEN_MALFORMED
 */
TokenClaims *
token_read (const char *token, GError **error)
{
  g_auto (Parts) parts = { NULL };

  return take_apart (token, &parts, error) ? claims_from_json (parts.claims) : NULL;
}

/* The time it takes does not depend on where they differ. */
static gboolean
is_signature (const char *secret, const char *text, gsize length, const guint8 *signature)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret));
  guint8 digest[SIGNATURE_SIZE];
  gsize size = sizeof digest;
  volatile guint8 difference = 0;

  g_hmac_update (hmac, (const guchar *) text, (gssize) length);
  g_hmac_get_digest (hmac, digest, &size);
  for (guint i = 0; i < sizeof digest; i++)
    difference |= digest[i] ^ signature[i];
  return difference == 0;
}

static gboolean
libjwt_agrees (const char *token, const char *secret)
{
  jwt_t *jwt = NULL;
  gboolean agrees =
      jwt_decode (&jwt, token, (const unsigned char *) secret, (int) strlen (secret)) == 0 &&
      jwt_get_alg (jwt) == JWT_ALG_HS256;

  jwt_free (jwt);
  return agrees;
}

/* Whether one of @secrets signed the token; each is tried, so that time does not tell which. */
gboolean
token_verify (const char *token, const char *const *secrets, GError **error)
{
  g_auto (Parts) parts = { NULL };
  const char *signer = NULL;

  if (!take_apart (token, &parts, error))
    return FALSE;
  for (guint i = 0; secrets[i]; i++) {
    if (is_signature (secrets[i], token, parts.signed_length, parts.signature))
      signer = secrets[i];
  }
  if (signer && libjwt_agrees (token, signer))
    return TRUE;
  g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_TOKEN_SIGNATURE,
                       "The token was signed with another secret, or changed since; get a new one "
                       "that is signed with a secret of its app key");
  return FALSE;
}

static char *
sign (const char *claims, const char *secret)
{
  jwt_t *jwt = NULL;
  char *signed_by_libjwt = NULL;
  char *token;

  if (jwt_new (&jwt) != 0 || jwt_add_grants_json (jwt, claims) != 0 ||
      jwt_set_alg (jwt, JWT_ALG_HS256, (const unsigned char *) secret, (int) strlen (secret)) != 0)
    g_error ("libjwt cannot make a token of valid claims");
  signed_by_libjwt = jwt_encode_str (jwt);
  token = g_strdup (signed_by_libjwt);
  free (signed_by_libjwt);
  jwt_free (jwt);
  return token;
}

/*
 * token_mint:
 * @secret: at least %TOKEN_SECRET_MIN bytes
 *
 * Returns: (transfer full) (nullable): a token; %NULL with an error that names the claim
 */
char *
token_mint (const TokenClaims *claims, const char *secret, GError **error)
{
  g_autoptr (JsonObject) object = claims_to_json (claims);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);

  if (!token_check_app_key (claims->app_key, error) || !token_check_secret (secret, error) ||
      !nertc_method_check_params (&claims_row, object, error))
    return NULL;
  return sign (text, secret);
}

/* App keys stand in key files and in addresses: printable ASCII without space or brackets. */
gboolean
token_check_app_key (const char *app_key, GError **error)
{
  gsize length = strlen (app_key);
  gboolean valid = length >= 1 && length <= TOKEN_APP_KEY_MAX;

  for (const char *c = app_key; *c; c++)
    valid = valid && g_ascii_isgraph (*c) && !strchr ("[]", *c);
  if (!valid)
    g_set_error (
        error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
        "‘%s’ is no app key; use 1 to %d printable ASCII characters without space, [ and ]",
        app_key, TOKEN_APP_KEY_MAX);
  return valid;
}

/* RFC 7518, section 3.2 */
gboolean
token_check_secret (const char *secret, GError **error)
{
  gsize length = strlen (secret);

  if (length >= TOKEN_SECRET_MIN && length <= TOKEN_SECRET_MAX)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
               "A secret has %" G_GSIZE_FORMAT " bytes; use %d to %d, for instance those that "
               "`nertc-token secret` prints",
               length, TOKEN_SECRET_MIN, TOKEN_SECRET_MAX);
  return FALSE;
}
