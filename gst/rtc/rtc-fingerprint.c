/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-fingerprint.h"

#include <string.h>

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

static const struct {
  const char *name;
  GChecksumType type;
} hashes[] = {
  { "sha-256", G_CHECKSUM_SHA256 },
  { "sha-384", G_CHECKSUM_SHA384 },
  { "sha-512", G_CHECKSUM_SHA512 },
};

/* Returns: (transfer full): every `a=fingerprint` of the session and its media */
GStrv
rtc_fingerprints_from_sdp (const GstSDPMessage *sdp)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *value;

  for (guint n = 0; (value = gst_sdp_message_get_attribute_val_n (sdp, "fingerprint", n)); n++)
    g_strv_builder_add (builder, value);
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);

    for (guint n = 0; (value = gst_sdp_media_get_attribute_val_n (media, "fingerprint", n)); n++)
      g_strv_builder_add (builder, value);
  }
  return g_strv_builder_end (builder);
}

static guchar *
decode_pem (const char *pem, gsize *length)
{
  const char *begin = strstr (pem, PEM_BEGIN);
  const char *end = begin ? strstr (begin, PEM_END) : NULL;
  g_autofree char *body = NULL;

  if (!end)
    return NULL;
  begin += strlen (PEM_BEGIN);
  body = g_strndup (begin, end - begin);
  return g_base64_decode (body, length);
}

static char *
without_colons (const char *hex)
{
  g_auto (GStrv) bytes = g_strsplit (hex, ":", -1);

  return g_strjoinv ("", bytes);
}

/* Returns: 1 same, 0 other, -1 a hash that is not known here */
static int
compare (const char *fingerprint, const guchar *der, gsize length)
{
  const char *space = strchr (fingerprint, ' ');
  g_autofree char *hash = space ? g_strndup (fingerprint, space - fingerprint) : NULL;

  for (guint i = 0; hash && i < G_N_ELEMENTS (hashes); i++) {
    g_autofree char *announced = NULL;
    g_autofree char *actual = NULL;

    if (g_ascii_strcasecmp (hash, hashes[i].name) != 0)
      continue;
    announced = without_colons (space + 1);
    actual = g_compute_checksum_for_data (hashes[i].type, der, length);
    return g_ascii_strcasecmp (announced, actual) == 0;
  }
  return -1;
}

/*
 * rtc_fingerprints_match:
 * @fingerprints: what a description announced
 * @pem: (nullable): the certificate that the peer showed
 *
 * RFC 8122, section 5: an endpoint "MUST select the set of fingerprints for its most preferred hash
 * function" that it supports; one certificate is used for all media here, so that every known
 * fingerprint has to fit and at least one has to be there.
 *
 * Returns: whether the certificate is the announced one
 */
gboolean
rtc_fingerprints_match (const char *const *fingerprints, const char *pem)
{
  gsize length = 0;
  g_autofree guchar *der = pem ? decode_pem (pem, &length) : NULL;
  guint matched = 0;

  if (!der || length == 0)
    return FALSE;
  for (guint i = 0; fingerprints[i]; i++) {
    int same = compare (fingerprints[i], der, length);

    if (same == 0)
      return FALSE;
    matched += same == 1;
  }
  return matched > 0;
}
