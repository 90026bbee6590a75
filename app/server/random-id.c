/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* Session secrets and transport ids are not to be guessed: GRand will not do. */
static void
fill_random (gpointer bytes, gsize size)
{
  gssize got;

  do
    got = getrandom (bytes, size, 0);
  while (got < 0 && errno == EINTR);
  /* Up to 256 bytes come whole, and never fail (getrandom(2)). */
  g_assert ((gsize) got == size);
}

/* Returns: (transfer full): 22 characters that carry 128 random bits; fit for any id on the wire */
char *
srv_random_id (void)
{
  guint8 bytes[16];
  char *text;

  fill_random (bytes, sizeof bytes);
  text = g_base64_encode (bytes, sizeof bytes);
  /* The alphabet of RFC 4648, section 5, without padding. */
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[22] = '\0';
  return text;
}

/* Returns: (transfer full): a number from 1 to 2³¹, for a member who did not bring a uid */
char *
srv_random_uid (void)
{
  guint32 number;

  fill_random (&number, sizeof number);
  return g_strdup_printf ("%u", (number >> 1) + 1);
}

/* @a: (nullable): never equal. Takes as long for a wrong one as for the right one. */
gboolean
srv_random_id_equal (const char *a, const char *b)
{
  gsize length = strlen (b);
  guint8 difference = 0;

  if (!a || strlen (a) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (a[i] ^ b[i]);
  return difference == 0;
}
