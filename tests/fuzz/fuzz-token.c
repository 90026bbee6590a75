/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tokens: as they come, and with a header and claims that are signed as they should be. What is
 * taken keeps to its bounds; what is changed is not taken. */

#include "fuzz.h"
#include "nertc-method.h"
#include "nertc-name.h"
#include "token.h"

#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static const char *const secrets[] = { SECRET, NULL };

static char *
encode (const guint8 *bytes, gsize size)
{
  char *text = g_base64_encode (bytes, size);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static char *
sign (const char *signed_part)
{
  guint8 digest[32];
  gsize size = sizeof digest;
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) SECRET, strlen (SECRET));
  g_autofree char *signature = NULL;

  g_hmac_update (hmac, (const guchar *) signed_part, -1);
  g_hmac_get_digest (hmac, digest, &size);
  signature = encode (digest, size);
  return g_strconcat (signed_part, ".", signature, NULL);
}

static void
check_claims (const TokenClaims *claims)
{
  gsize length = (gsize) g_utf8_strlen (claims->app_key, -1);

  g_assert_true (length >= 1 && length <= TOKEN_APP_KEY_MAX);
  g_assert_true (!claims->room || nertc_check_room_name (claims->room, NULL));
  g_assert_true (!claims->uid || nertc_check_uid (claims->uid, NULL));
  g_assert_true (claims->expires >= 0 && claims->expires <= TOKEN_TIME_MAX);
  g_assert_true (claims->not_before >= 0 && claims->not_before <= TOKEN_TIME_MAX);
}

/* Who can read a token can tell who signed it. */
static gboolean
check (const char *token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (TokenClaims) claims = token_read (token, &error);
  gboolean verified = token_verify (token, secrets, &other_error);

  g_assert_true (verified == (other_error == NULL));
  if (!claims) {
    g_assert_error (error, NERTC_ERROR, NERTC_ERROR_TOKEN_MALFORMED);
    g_assert_error (other_error, NERTC_ERROR, NERTC_ERROR_TOKEN_MALFORMED);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return FALSE;
  }
  check_claims (claims);
  g_assert_cmpuint (strlen (token), <=, NERTC_TOKEN_MAX);
  if (!verified)
    g_assert_error (other_error, NERTC_ERROR, NERTC_ERROR_TOKEN_SIGNATURE);
  return verified;
}

static void
check_signed (const char *token, guint8 place)
{
  g_autofree char *changed = g_strdup (token);

  if (!check (token))
    return;
  changed[place % strlen (changed)] ^= 1;
  g_assert_false (check (changed));
}

static char *
to_text (const guint8 *data, gsize size)
{
  return g_strndup ((const char *) data, size);
}

/* The first byte is 's' if what follows is to be signed: header and claims, by a zero apart. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *middle = size > 2 ? memchr (data + 2, '\0', size - 2) : NULL;
  g_autofree char *header = NULL;
  g_autofree char *claims = NULL;
  g_autofree char *signed_part = NULL;
  g_autofree char *token = NULL;

  if (!middle || data[0] != 's') {
    token = to_text (data, size);
    check (token);
    return 0;
  }
  header = encode (data + 2, (gsize) (middle - data) - 2);
  claims = encode (middle + 1, size - (gsize) (middle - data) - 1);
  signed_part = g_strconcat (header, ".", claims, NULL);
  token = sign (signed_part);
  check_signed (token, data[1]);
  return 0;
}
