/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tokens: those that are good, and every way that is known of making a bad one. */

#include "token.h"

#include "nertc-method.h"

#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER_SECRET "fedcba9876543210fedcba9876543210"
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS "{\"appKey\":\"demo\",\"exp\":2000}"

static const char *const secrets[] = { SECRET, NULL };

/* A maker of its own, as the tested one makes only good ones. */

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
sign (const char *signed_part, const char *secret)
{
  guint8 digest[32];
  gsize size = sizeof digest;
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret));
  g_autofree char *signature = NULL;

  g_hmac_update (hmac, (const guchar *) signed_part, -1);
  g_hmac_get_digest (hmac, digest, &size);
  signature = encode (digest, size);
  return g_strdup_printf ("%s.%s", signed_part, signature);
}

static char *
make (const char *header, const char *claims, const char *secret)
{
  g_autofree char *first = encode ((const guint8 *) header, strlen (header));
  g_autofree char *second = encode ((const guint8 *) claims, strlen (claims));
  g_autofree char *signed_part = g_strdup_printf ("%s.%s", first, second);

  return sign (signed_part, secret);
}

/* Returns: 0, or the error's code; an error has nothing of the token in its text */
static int
check (const char *token, const char *const *known)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenClaims) claims = token_read (token, &error);

  if (claims)
    token_verify (token, known, &error);
  if (!error)
    return 0;
  g_assert_true (error->domain == NERTC_ERROR);
  g_assert_true (strlen (token) < 8 || !strstr (error->message, token));
  g_assert_null (strstr (error->message, SECRET));
  return error->code;
}

static void
test_claims (void)
{
  g_autofree char *least = make (HEADER, CLAIMS, SECRET);
  g_autofree char *most =
      make (HEADER,
            "{\"appKey\":\"demo\",\"exp\":2000,\"nbf\":1000,\"room\":\"a room\",\"sub\":\"al\","
            "\"role\":\"audience\",\"grants\":[\"admin\",\"paint\",\"publish\"],\"iat\":{}}",
            SECRET);
  g_autoptr (TokenClaims) a = token_read (least, NULL);
  g_autoptr (TokenClaims) b = token_read (most, NULL);

  g_assert_true (token_verify (least, secrets, NULL));
  g_assert_cmpstr (a->app_key, ==, "demo");
  g_assert_null (a->room);
  g_assert_null (a->uid);
  g_assert_cmpint (a->expires, ==, 2000);
  g_assert_cmpint (a->not_before, ==, 0);
  g_assert_cmpint (a->role, ==, NERTC_MEMBER_ROLE_HOST);
  g_assert_cmpuint (a->grants, ==, NERTC_GRANTS_DEFAULT);

  g_assert_true (token_verify (most, secrets, NULL));
  g_assert_cmpstr (b->room, ==, "a room");
  g_assert_cmpstr (b->uid, ==, "al");
  g_assert_cmpint (b->not_before, ==, 1000);
  g_assert_cmpint (b->role, ==, NERTC_MEMBER_ROLE_AUDIENCE);
  g_assert_cmpuint (b->grants, ==, NERTC_GRANTS_PUBLISH | NERTC_GRANTS_ADMIN);
}

static void
test_headers (void)
{
  static const struct {
    const char *header;
    int code;
  } rows[] = {
    { "{\"alg\":\"HS256\"}", 0 },
    { "{\"typ\":\"jwt\",\"alg\":\"HS256\",\"kid\":\"1\"}", 0 },
    { "{\"alg\":\"none\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"None\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"RS256\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"ES256\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"HS384\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"hs256\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"HS256\\u0000\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":[\"HS256\"]}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":null}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"typ\":\"JWT\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"HS256\",\"typ\":\"JWE\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"HS256\",\"typ\":7}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"HS256\",\"crit\":[]}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{\"alg\":\"none\",\"alg\":\"HS256\"}", NERTC_ERROR_TOKEN_MALFORMED },
    { "{}", NERTC_ERROR_TOKEN_MALFORMED },
    { "[]", NERTC_ERROR_TOKEN_MALFORMED },
    { "", NERTC_ERROR_TOKEN_MALFORMED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *token = make (rows[i].header, CLAIMS, SECRET);

    g_test_message ("%s", rows[i].header);
    g_assert_cmpint (check (token, secrets), ==, rows[i].code);
  }
}

static void
test_bad_claims (void)
{
  static const char *const rows[] = {
    "",
    "null",
    "[]",
    "\"demo\"",
    "{}",
    "{\"appKey\":\"demo\"}",
    "{\"exp\":2000}",
    "{\"appKey\":\"\",\"exp\":2000}",
    "{\"appKey\":7,\"exp\":2000}",
    "{\"appKey\":null,\"exp\":2000}",
    "{\"appKey\":\"demo\",\"exp\":\"2000\"}",
    "{\"appKey\":\"demo\",\"exp\":2000.5}",
    "{\"appKey\":\"demo\",\"exp\":-1}",
    "{\"appKey\":\"demo\",\"exp\":253402300800}",
    "{\"appKey\":\"demo\",\"exp\":1e300}",
    "{\"appKey\":\"demo\",\"exp\":9999999999999999999}",
    "{\"appKey\":\"demo\",\"exp\":true}",
    "{\"appKey\":\"demo\",\"exp\":null}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"exp\":3000}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"\\u0065xp\":3000}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"x\":{\"y\":1,\"y\":2}}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"nbf\":\"1\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"nbf\":-1}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"room\":\"\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"room\":\"a/b\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"room\":null}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"room\":[\"a\"]}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"sub\":7}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"sub\":\"\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"sub\":\"caf\xc3\xa9\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"role\":\"king\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"role\":1}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"grants\":\"admin\"}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"grants\":[1]}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"grants\":[[\"admin\"]]}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"grants\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]}",
    "{\"appKey\":\"demo\",\"exp\":2000}x",
    "{\"appKey\":\"demo\",\"exp\":2000,}",
    "{'appKey':'demo','exp':2000}",
    "{\"appKey\":\"\xff\xfe\",\"exp\":2000}",
    "{\"appKey\":\"demo\",\"exp\":2000,\"x\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *token = make (HEADER, rows[i], SECRET);
    g_autofree char *shown = g_strescape (rows[i], NULL);

    g_test_message ("%s", shown);
    g_assert_cmpint (check (token, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  }
}

static void
test_no_tokens (void)
{
  static const char *const rows[] = {
    "",
    ".",
    "..",
    "...",
    "a.b.c",
    "a b",
    "\xff",
    "\xc3\xa9.\xc3\xa9.\xc3\xa9",
    "eyJhbGciOiJIUzI1NiJ9",
    "=.=.=",
    "\n",
    "x",
  };
  g_autofree char *huge = g_strnfill (1000000, 'A');
  g_autofree char *dots = g_strnfill (4096, '.');

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (check (rows[i], secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  g_assert_cmpint (check (huge, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  g_assert_cmpint (check (dots, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
}

/* A good one and what grows, shrinks or pads it. */
static void
test_changed_lengths (void)
{
  g_autofree char *good = make (HEADER, CLAIMS, SECRET);
  const char *ends[] = { ".", "=", "A", " ", "\n", ".AAAA" };
  g_auto (GStrv) parts = g_strsplit (good, ".", 3);
  g_autofree char *unsigned_token = g_strdup_printf ("%s.%s.", parts[0], parts[1]);
  g_autofree char *padded = g_strdup_printf ("%s=.%s.%s", parts[0], parts[1], parts[2]);

  g_assert_cmpint (check (good, secrets), ==, 0);
  g_assert_cmpint (check (unsigned_token, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  g_assert_cmpint (check (padded, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *longer = g_strconcat (good, ends[i], NULL);

    g_assert_cmpint (check (longer, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  }
  for (gsize length = 0; length < strlen (good); length++) {
    g_autofree char *shorter = g_strndup (good, length);

    g_assert_cmpint (check (shorter, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
  }
}

/* No bit of a token can be another one. */
static void
test_flipped_bits (void)
{
  g_autofree char *good = make (HEADER, CLAIMS, SECRET);

  for (gsize i = 0; i < strlen (good); i++) {
    for (guint bit = 0; bit < 8; bit++) {
      g_autofree char *bad = g_strdup (good);
      int code;

      bad[i] ^= (char) (1 << bit);
      code = check (bad, secrets);
      g_assert_true (code == NERTC_ERROR_TOKEN_MALFORMED || code == NERTC_ERROR_TOKEN_SIGNATURE);
    }
  }
}

static void
test_longest (void)
{
  g_autofree char *ballast = g_strnfill (2950, 'x');
  g_autofree char *claims =
      g_strdup_printf ("{\"appKey\":\"demo\",\"exp\":2000,\"x\":\"%s\"}", ballast);
  g_autofree char *token = make (HEADER, claims, SECRET);
  g_autofree char *more = g_strnfill (3100, 'x');
  g_autofree char *too_much =
      g_strdup_printf ("{\"appKey\":\"demo\",\"exp\":2000,\"x\":\"%s\"}", more);
  g_autofree char *too_long = make (HEADER, too_much, SECRET);

  g_assert_cmpuint (strlen (token), <=, NERTC_TOKEN_MAX);
  g_assert_cmpint (check (token, secrets), ==, 0);
  g_assert_cmpuint (strlen (too_long), >, NERTC_TOKEN_MAX);
  g_assert_cmpint (check (too_long, secrets), ==, NERTC_ERROR_TOKEN_MALFORMED);
}

static void
test_two_secrets (void)
{
  static const char *const both[] = { SECRET, OTHER_SECRET, NULL };
  static const char *const none[] = { NULL };
  g_autofree char *first = make (HEADER, CLAIMS, SECRET);
  g_autofree char *second = make (HEADER, CLAIMS, OTHER_SECRET);

  g_assert_cmpint (check (first, both), ==, 0);
  g_assert_cmpint (check (second, both), ==, 0);
  g_assert_cmpint (check (second, secrets), ==, NERTC_ERROR_TOKEN_SIGNATURE);
  g_assert_cmpint (check (first, none), ==, NERTC_ERROR_TOKEN_SIGNATURE);
}

static int
check_time (const TokenClaims *claims, gint64 now)
{
  g_autoptr (GError) error = NULL;

  return token_claims_check_time (claims, now, &error) ? 0 : error->code;
}

static void
test_time (void)
{
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", 2000);

  g_assert_cmpint (check_time (claims, 0), ==, 0);
  claims->not_before = 1000;
  g_assert_cmpint (check_time (claims, 1000 - TOKEN_CLOCK_SKEW - 1), ==,
                   NERTC_ERROR_TOKEN_NOT_YET_VALID);
  g_assert_cmpint (check_time (claims, 1000 - TOKEN_CLOCK_SKEW), ==, 0);
  g_assert_cmpint (check_time (claims, 1999), ==, 0);
  g_assert_cmpint (check_time (claims, 2000), ==, NERTC_ERROR_TOKEN_EXPIRED);
}

static int
check_place (const TokenClaims *claims, const char *room, const char *uid)
{
  g_autoptr (GError) error = NULL;

  return token_claims_check_place (claims, room, uid, &error) ? 0 : error->code;
}

static void
test_place (void)
{
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", 2000);

  g_assert_cmpint (check_place (claims, "any", "one"), ==, 0);
  claims->room = g_strdup ("here");
  claims->uid = g_strdup ("me");
  g_assert_cmpint (check_place (claims, "here", "me"), ==, 0);
  g_assert_cmpint (check_place (claims, "here", NULL), ==, 0);
  g_assert_cmpint (check_place (claims, "there", "me"), ==, NERTC_ERROR_TOKEN_OTHER_ROOM);
  g_assert_cmpint (check_place (claims, "here", "you"), ==, NERTC_ERROR_TOKEN_OTHER_UID);
}

/* What is minted is what is read. */
static void
test_mint (void)
{
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", 2000);
  g_autoptr (TokenClaims) read = NULL;
  g_autofree char *token = NULL;

  claims->room = g_strdup ("a \"room\"");
  g_assert_null (token_mint (claims, SECRET, NULL));
  g_free (claims->room);
  claims->room = g_strdup ("a room");
  claims->uid = g_strdup ("\"al\\");
  claims->role = NERTC_MEMBER_ROLE_AUDIENCE;
  claims->grants = NERTC_GRANTS_ADMIN;
  claims->not_before = 1000;
  token = token_mint (claims, SECRET, NULL);
  g_assert_cmpint (check (token, secrets), ==, 0);
  read = token_read (token, NULL);
  g_assert_cmpstr (read->app_key, ==, "demo");
  g_assert_cmpstr (read->room, ==, "a room");
  g_assert_cmpstr (read->uid, ==, "\"al\\");
  g_assert_cmpint (read->role, ==, NERTC_MEMBER_ROLE_AUDIENCE);
  g_assert_cmpuint (read->grants, ==, NERTC_GRANTS_ADMIN);
  g_assert_cmpint (read->not_before, ==, 1000);
  g_assert_cmpint (read->expires, ==, 2000);
}

static void
test_mint_errors (void)
{
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", 2000);
  g_autoptr (TokenClaims) nobody = token_claims_new ("a b", 2000);
  g_autoptr (TokenClaims) never = token_claims_new ("demo", TOKEN_TIME_MAX + 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (token_mint (claims, "0123456789abcdef0123456789abcde", &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS);
  g_assert_null (strstr (error->message, "abcde"));
  g_assert_null (token_mint (nobody, SECRET, NULL));
  g_assert_null (token_mint (never, SECRET, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/claims", test_claims);
  g_test_add_func ("/token/headers", test_headers);
  g_test_add_func ("/token/bad-claims", test_bad_claims);
  g_test_add_func ("/token/no-tokens", test_no_tokens);
  g_test_add_func ("/token/changed-lengths", test_changed_lengths);
  g_test_add_func ("/token/flipped-bits", test_flipped_bits);
  g_test_add_func ("/token/longest", test_longest);
  g_test_add_func ("/token/two-secrets", test_two_secrets);
  g_test_add_func ("/token/time", test_time);
  g_test_add_func ("/token/place", test_place);
  g_test_add_func ("/token/mint", test_mint);
  g_test_add_func ("/token/mint-errors", test_mint_errors);
  return g_test_run ();
}
