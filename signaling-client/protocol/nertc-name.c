/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-name.h"

#include <string.h>

#define ROOM_NAME_PUNCTUATION " !#$%&()+-:;<=.>?@[]^_{}|~,"

typedef gboolean (*ByteTest) (guchar byte);

static gboolean
is_room_name_byte (guchar byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr (ROOM_NAME_PUNCTUATION, byte));
}

static gboolean
is_uid_byte (guchar byte)
{
  return byte >= ' ' && byte <= '~';
}

static gboolean
is_stream_id_byte (guchar byte)
{
  return byte > ' ' && byte <= '~';
}

static gboolean
check_name (const char *what, const char *name, ByteTest allowed, const char *remedy,
            NertcError code, GError **error)
{
  gsize length = name ? strlen (name) : 0;

  if (length < 1 || length > NERTC_NAME_MAX) {
    g_set_error (error, NERTC_ERROR, code, "The %s has %" G_GSIZE_FORMAT " bytes; use 1 to %d",
                 what, length, NERTC_NAME_MAX);
    return FALSE;
  }
  for (gsize i = 0; i < length; i++) {
    guchar byte = (guchar) name[i];

    if (allowed (byte))
      continue;
    if (g_ascii_isprint (byte))
      g_set_error (error, NERTC_ERROR, code, "The %s has ‘%c’ at byte %" G_GSIZE_FORMAT "; use %s",
                   what, byte, i + 1, remedy);
    else
      g_set_error (error, NERTC_ERROR, code,
                   "The %s has the byte 0x%02x at byte %" G_GSIZE_FORMAT "; use %s", what, byte,
                   i + 1, remedy);
    return FALSE;
  }
  return TRUE;
}

/**
 * nertc_check_room_name:
 * @name: (nullable): what somebody calls a room
 * @error: return location for a %NERTC_ERROR_ROOM_NAME_INVALID that names the byte
 *
 * A room name has 1 to 64 bytes out of letters, digits, space and
 * `!#$%&()+-:;<=.>?@[]^_{}|~,`.
 *
 * Returns: whether @name can name a room
 */
gboolean
nertc_check_room_name (const char *name, GError **error)
{
  return check_name ("room name", name, is_room_name_byte,
                     "letters, digits, space and !#$%&()+-:;<=.>?@[]^_{}|~,",
                     NERTC_ERROR_ROOM_NAME_INVALID, error);
}

/**
 * nertc_check_uid:
 * @uid: (nullable): what somebody calls a member
 * @error: return location for a %NERTC_ERROR_UID_INVALID that names the byte
 *
 * A uid has 1 to 64 printable ASCII characters, space among them.
 *
 * Returns: whether @uid can name a member
 */
gboolean
nertc_check_uid (const char *uid, GError **error)
{
  return check_name ("uid", uid, is_uid_byte, "printable ASCII", NERTC_ERROR_UID_INVALID, error);
}

/**
 * nertc_check_stream_id:
 * @stream_id: (nullable): what somebody calls a stream
 * @error: return location for a %NERTC_ERROR_STREAM_ID_INVALID that names the byte
 *
 * A stream id has 1 to 64 printable ASCII characters, no space.
 *
 * Returns: whether @stream_id can name a stream
 */
gboolean
nertc_check_stream_id (const char *stream_id, GError **error)
{
  return check_name ("stream id", stream_id, is_stream_id_byte, "printable ASCII without space",
                     NERTC_ERROR_STREAM_ID_INVALID, error);
}
