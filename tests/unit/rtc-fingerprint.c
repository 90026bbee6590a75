/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-fingerprint.h"

/* Not a certificate: a fingerprint is one of bytes, whatever they mean. */
static const guchar der[] = "What DTLS has shown, byte by byte. It is longer than one line of PEM "
                            "can be, so that it is folded as a real one.";

/* Returns: (transfer full): @der as webrtcbin tells it */
static char *
make_pem (void)
{
  g_autofree char *base64 = g_base64_encode (der, sizeof der);
  g_autoptr (GString) pem = g_string_new ("-----BEGIN CERTIFICATE-----\n");

  for (const char *line = base64; *line; line += MIN (strlen (line), 64)) {
    g_string_append_len (pem, line, MIN (strlen (line), 64));
    g_string_append_c (pem, '\n');
  }
  g_string_append (pem, "-----END CERTIFICATE-----\n");
  return g_string_free (g_steal_pointer (&pem), FALSE);
}

/* Returns: (transfer full): the value of an a=fingerprint that fits @der */
static char *
make_fingerprint (const char *hash, GChecksumType type)
{
  g_autofree char *hex = g_compute_checksum_for_data (type, der, sizeof der);
  GString *text = g_string_new (hash);

  for (guint i = 0; hex[i]; i += 2)
    g_string_append_printf (text, "%c%c%c", i ? ':' : ' ', g_ascii_toupper (hex[i]),
                            g_ascii_toupper (hex[i + 1]));
  return g_string_free (text, FALSE);
}

static gboolean
match (const char *first, const char *second)
{
  const char *fingerprints[] = { first, second, NULL };
  g_autofree char *pem = make_pem ();

  return rtc_fingerprints_match (fingerprints, pem);
}

/* Another digit, in the middle */
static char *
tamper (const char *fingerprint)
{
  char *tampered = g_strdup (fingerprint);
  gsize middle = strlen (tampered) - 4;

  tampered[middle] = tampered[middle] == '0' ? '1' : '0';
  return tampered;
}

static void
test_match (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *sha384 = make_fingerprint ("sha-384", G_CHECKSUM_SHA384);
  g_autofree char *sha512 = make_fingerprint ("SHA-512", G_CHECKSUM_SHA512);
  g_autofree char *lower = g_ascii_strdown (sha256, -1);

  g_assert_true (match (sha256, NULL));
  g_assert_true (match (sha384, NULL));
  g_assert_true (match (sha512, NULL));
  g_assert_true (match (lower, NULL));
  g_assert_true (match (sha256, lower));
}

static void
test_mismatch (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *tampered = tamper (sha256);
  g_autofree char *of_other_hash = make_fingerprint ("sha-256", G_CHECKSUM_SHA512);
  g_autofree char *shorter = g_strndup (sha256, strlen (sha256) - 3);
  g_autofree char *longer = g_strconcat (sha256, ":00", NULL);

  g_assert_false (match (tampered, NULL));
  g_assert_false (match (of_other_hash, NULL));
  g_assert_false (match (shorter, NULL));
  g_assert_false (match (longer, NULL));
}

/* One that fits does not make up for one that does not. */
static void
test_several_hashes (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *sha512 = make_fingerprint ("sha-512", G_CHECKSUM_SHA512);
  g_autofree char *tampered = tamper (sha512);

  g_assert_true (match (sha256, sha512));
  g_assert_false (match (sha256, tampered));
  g_assert_false (match (tampered, sha256));
}

/* One that cannot be checked is passed over; alone it is none. */
static void
test_unknown_hash (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *sha1 = make_fingerprint ("sha-1", G_CHECKSUM_SHA1);

  g_assert_true (match (sha1, sha256));
  g_assert_true (match (sha256, "sha-3000 AB:CD"));
  g_assert_false (match (sha1, NULL));
  g_assert_false (match ("sha-3000 AB:CD", NULL));
}

static void
test_no_fingerprint (void)
{
  g_assert_false (match (NULL, NULL));
}

static void
test_malformed_fingerprint (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *without_hash = g_strdup (strchr (sha256, ' ') + 1);
  g_autofree char *without_space = g_strconcat ("sha-256", without_hash, NULL);
  const char *malformed[] = {
    "", " ", "sha-256", "sha-256 ", "sha-256 :", "sha-256 xyz", without_hash, without_space,
  };

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    g_assert_false (match (malformed[i], NULL));
}

static void
test_malformed_certificate (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *of_nothing = NULL;
  g_autofree char *pem = make_pem ();
  g_autofree char *cut = g_strndup (pem, strlen (pem) - 30);
  g_autofree char *half = g_strndup (pem, strlen (pem) / 2);
  const char *fingerprints[] = { sha256, NULL, NULL };
  const char *malformed[] = {
    NULL,
    "",
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE----------BEGIN CERTIFICATE-----",
    "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
    "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
    cut,
    half,
  };

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    g_assert_false (rtc_fingerprints_match (fingerprints, malformed[i]));

  /* Not even when the announced hash is that of nothing. */
  of_nothing = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) "", 0);
  fingerprints[1] = fingerprints[0] = of_nothing;
  g_assert_false (rtc_fingerprints_match (
      fingerprints, "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n"));
}

/* What stands before the certificate, as openssl writes it, is not part of it. */
static void
test_certificate_with_text (void)
{
  g_autofree char *sha256 = make_fingerprint ("sha-256", G_CHECKSUM_SHA256);
  g_autofree char *pem = make_pem ();
  g_autofree char *with_text = g_strconcat ("subject=CN = somebody\n", pem, pem, NULL);
  const char *fingerprints[] = { sha256, NULL };

  g_assert_true (rtc_fingerprints_match (fingerprints, with_text));
}

#define SESSION "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"

static GStrv
parse (const char *text)
{
  GstSDPMessage *sdp = NULL;
  GStrv fingerprints;

  g_assert_cmpint (gst_sdp_message_new_from_text (text, &sdp), ==, GST_SDP_OK);
  fingerprints = rtc_fingerprints_from_sdp (sdp);
  gst_sdp_message_free (sdp);
  return fingerprints;
}

static void
test_from_sdp (void)
{
  g_auto (GStrv) all = parse (SESSION "a=fingerprint:sha-256 00:01\r\n"
                                      "a=fingerprint:sha-512 02:03\r\n"
                                      "m=audio 9 UDP/TLS/RTP/SAVPF 97\r\n"
                                      "a=fingerprint:sha-256 04:05\r\n"
                                      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
                                      "a=mid:video\r\n"
                                      "a=fingerprint:sha-1 06:07\r\n"
                                      "a=fingerprint:sha-256 08:09\r\n");
  const char *expected[] = {
    "sha-256 00:01", "sha-512 02:03", "sha-256 04:05", "sha-1 06:07", "sha-256 08:09", NULL,
  };

  g_assert_cmpstrv (all, expected);
}

static void
test_from_sdp_without (void)
{
  g_auto (GStrv) none = parse (SESSION "m=audio 9 UDP/TLS/RTP/SAVPF 97\r\na=mid:audio\r\n");
  g_auto (GStrv) empty = parse (SESSION);
  g_auto (GStrv) no_value = parse (SESSION "a=fingerprint\r\na=fingerprint:\r\n");

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpuint (g_strv_length (empty), ==, 0);
  for (guint i = 0; no_value[i]; i++)
    g_assert_false (match (no_value[i], NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtc-fingerprint/match", test_match);
  g_test_add_func ("/rtc-fingerprint/mismatch", test_mismatch);
  g_test_add_func ("/rtc-fingerprint/several-hashes", test_several_hashes);
  g_test_add_func ("/rtc-fingerprint/unknown-hash", test_unknown_hash);
  g_test_add_func ("/rtc-fingerprint/no-fingerprint", test_no_fingerprint);
  g_test_add_func ("/rtc-fingerprint/malformed-fingerprint", test_malformed_fingerprint);
  g_test_add_func ("/rtc-fingerprint/malformed-certificate", test_malformed_certificate);
  g_test_add_func ("/rtc-fingerprint/certificate-with-text", test_certificate_with_text);
  g_test_add_func ("/rtc-fingerprint/from-sdp", test_from_sdp);
  g_test_add_func ("/rtc-fingerprint/from-sdp-without", test_from_sdp_without);
  return g_test_run ();
}
