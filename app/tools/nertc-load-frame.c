/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-frame.h"

#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LENGTH 0x7f
#define LENGTH_16 126
#define LENGTH_64 127

static gboolean
is_known (guint opcode)
{
  return opcode <= LOAD_OPCODE_TEXT || (opcode >= LOAD_OPCODE_CLOSE && opcode <= LOAD_OPCODE_PONG);
}

static guint
count_length_bytes (guint length)
{
  return length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
}

/* COMPLETE: header and payload are there. A server masks nothing (section 5.1), and this protocol
 * knows texts only. */
LoadFrameStatus
load_frame_read (LoadFrame *self, const guint8 *data, gsize size)
{
  guint64 length = 0;
  guint bytes;

  if (size < 2)
    return LOAD_FRAME_INCOMPLETE;
  if (data[0] & RESERVED || data[1] & MASKED || !is_known (data[0] & OPCODE))
    return LOAD_FRAME_INVALID;
  bytes = count_length_bytes (data[1]);
  if (size < 2 + bytes)
    return LOAD_FRAME_INCOMPLETE;
  for (guint i = 0; i < bytes; i++)
    length = length << 8 | data[2 + i];
  if (bytes == 0)
    length = data[1];
  if (length > LOAD_FRAME_MAX)
    return LOAD_FRAME_INVALID;
  self->fin = (data[0] & FIN) != 0;
  self->opcode = data[0] & OPCODE;
  self->header_length = 2 + bytes;
  self->length = (gsize) length;
  return size - self->header_length < length ? LOAD_FRAME_INCOMPLETE : LOAD_FRAME_COMPLETE;
}

/* @to: has space for @length and LOAD_FRAME_HEADER_MAX. Returns: the bytes of the frame */
gsize
load_frame_write (guint8 *to, LoadOpcode opcode, guint32 mask, const void *payload, gsize length)
{
  guint bytes = length < LENGTH_16 ? 0 : length <= G_MAXUINT16 ? 2 : 8;
  guint8 *masked = to + 2 + bytes + sizeof mask;
  guint8 key[sizeof mask];

  to[0] = FIN | opcode;
  to[1] = MASKED | (guint8) (bytes == 0 ? length : bytes == 2 ? LENGTH_16 : LENGTH_64);
  for (guint i = 0; i < bytes; i++)
    to[2 + i] = (guint8) ((guint64) length >> (8 * (bytes - 1 - i)));
  memcpy (key, &mask, sizeof key);
  memcpy (to + 2 + bytes, key, sizeof key);
  for (gsize i = 0; i < length; i++)
    masked[i] = ((const guint8 *) payload)[i] ^ key[i % sizeof key];
  return 2 + bytes + sizeof mask + length;
}
