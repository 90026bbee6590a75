/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "janus-id.h"

#include "janus-message.h"

#include <string.h>

/* 4 for the node, 7 for each of the others, whose 53 bits fit into that. */
#define BYTES 18
#define TEXT_LENGTH 24
#define ID_BYTES 7

/* Returns: what is the same for one address in every run, and hardly for two */
guint32
srv_janus_id_hash_node (const char *address)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;
  guint32 hash;

  g_checksum_update (checksum, (const guchar *) address, -1);
  g_checksum_get_digest (checksum, digest, &size);
  memcpy (&hash, digest, sizeof hash);
  return GUINT32_FROM_BE (hash);
}

static void
put (guint8 *bytes, guint count, guint64 number)
{
  for (guint i = count; i > 0; i--, number >>= 8)
    bytes[i - 1] = (guint8) number;
}

static guint64
get (const guint8 *bytes, guint count)
{
  guint64 number = 0;

  for (guint i = 0; i < count; i++)
    number = number << 8 | bytes[i];
  return number;
}

/* Returns: (transfer full): 24 characters; nobody guesses them, as handles have random numbers */
char *
srv_janus_id_to_text (const SrvJanusId *self)
{
  guint8 bytes[BYTES];
  char *text;

  put (bytes, 4, self->node);
  put (bytes + 4, ID_BYTES, (guint64) self->session);
  put (bytes + 4 + ID_BYTES, ID_BYTES, (guint64) self->handle);
  text = g_base64_encode (bytes, sizeof bytes);
  /* The alphabet of RFC 4648, section 5; no padding is needed. */
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  return text;
}

static gboolean
is_id (gint64 number)
{
  return number >= 1 && number <= SRV_JANUS_ID_MAX;
}

/* @text: what a client says */
gboolean
srv_janus_id_parse (SrvJanusId *self, const char *text)
{
  g_autofree char *base64 = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize size;

  if (strlen (text) != TEXT_LENGTH)
    return FALSE;
  for (const char *c = text; *c; c++) {
    if (!g_ascii_isalnum (*c) && *c != '-' && *c != '_')
      return FALSE;
  }
  base64 = g_strdup (text);
  g_strdelimit (base64, "-", '+');
  g_strdelimit (base64, "_", '/');
  bytes = g_base64_decode (base64, &size);
  if (size != BYTES)
    return FALSE;
  self->node = (guint32) get (bytes, 4);
  self->session = (gint64) get (bytes + 4, ID_BYTES);
  self->handle = (gint64) get (bytes + 4 + ID_BYTES, ID_BYTES);
  return is_id (self->session) && is_id (self->handle);
}
