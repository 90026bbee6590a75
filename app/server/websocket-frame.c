/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "websocket-frame.h"

#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define CONTROL 0x08
#define MASKED 0x80
#define LENGTH 0x7f
#define LENGTH_16 126
#define LENGTH_64 127

static gboolean
is_known_opcode (SrvOpcode opcode)
{
  return opcode <= SRV_OPCODE_BINARY || (opcode >= SRV_OPCODE_CLOSE && opcode <= SRV_OPCODE_PONG);
}

static guint64
read_number (const guint8 *data, guint bytes)
{
  guint64 number = 0;

  for (guint i = 0; i < bytes; i++)
    number = number << 8 | data[i];
  return number;
}

/* "The minimal number of bytes MUST be used to encode the length", section 5.2 */
static gboolean
is_minimal (guint64 length, guint bytes)
{
  if (bytes == 2)
    return length >= LENGTH_16;
  if (bytes == 8)
    return length > G_MAXUINT16 && length <= G_MAXINT64;
  return TRUE;
}

static gboolean
is_valid_start (const guint8 *data)
{
  SrvOpcode opcode = data[0] & OPCODE;

  /* No extension was agreed on that would give the reserved bits a meaning. */
  if (data[0] & RESERVED || !is_known_opcode (opcode))
    return FALSE;
  /* Section 5.5: a control frame is short and not fragmented. */
  if (opcode & CONTROL && (!(data[0] & FIN) || (data[1] & LENGTH) > SRV_CONTROL_MAX))
    return FALSE;
  /* Section 5.1: "The server MUST close the connection upon receiving a frame that is not
   * masked." */
  return (data[1] & MASKED) != 0;
}

/* COMPLETE is said of the header; the payload may still be on its way. */
SrvFrameStatus
srv_frame_header_parse (SrvFrameHeader *self, const guint8 *data, gsize size)
{
  guint length_bytes;

  if (size < 2)
    return SRV_FRAME_INCOMPLETE;
  if (!is_valid_start (data))
    return SRV_FRAME_INVALID;

  self->fin = (data[0] & FIN) != 0;
  self->opcode = data[0] & OPCODE;
  self->length = data[1] & LENGTH;
  length_bytes = self->length == LENGTH_16 ? 2 : self->length == LENGTH_64 ? 8 : 0;
  self->header_length = 2 + length_bytes + sizeof self->mask;
  if (size < self->header_length)
    return SRV_FRAME_INCOMPLETE;
  if (length_bytes > 0)
    self->length = read_number (data + 2, length_bytes);
  memcpy (self->mask, data + 2 + length_bytes, sizeof self->mask);
  return is_minimal (self->length, length_bytes) ? SRV_FRAME_COMPLETE : SRV_FRAME_INVALID;
}

/* Section 5.3 */
void
srv_frame_unmask (const SrvFrameHeader *header, guint8 *payload)
{
  for (gsize i = 0; i < header->length; i++)
    payload[i] ^= header->mask[i % sizeof header->mask];
}

/* Returns: (transfer full): a whole frame; a server does not mask (section 5.1) */
GBytes *
srv_frame_new (SrvOpcode opcode, gconstpointer payload, gsize length)
{
  guint length_bytes = length < LENGTH_16 ? 0 : length <= G_MAXUINT16 ? 2 : 8;
  gsize size = 2 + length_bytes + length;
  guint8 *data = g_malloc (size);

  data[0] = FIN | opcode;
  data[1] = length_bytes == 0 ? (guint8) length : length_bytes == 2 ? LENGTH_16 : LENGTH_64;
  for (guint i = 0; i < length_bytes; i++)
    data[2 + i] = (guint8) ((guint64) length >> (8 * (length_bytes - 1 - i)));
  if (length > 0)
    memcpy (data + 2 + length_bytes, payload, length);
  return g_bytes_new_take (data, size);
}

/* Returns: the code in a close frame's payload; %SRV_CLOSE_NONE if there may be no such payload */
SrvCloseCode
srv_close_code_parse (const guint8 *payload, gsize length)
{
  guint code;

  if (length == 0)
    return SRV_CLOSE_NO_STATUS;
  if (length == 1 || !g_utf8_validate ((const char *) payload + 2, length - 2, NULL))
    return SRV_CLOSE_NONE;
  code = (guint) read_number (payload, 2);
  /* Section 7.4: 1004 to 1006 and 1015 are never sent; 3000 to 4999 belong to applications. */
  if ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
      (code >= 3000 && code <= 4999))
    return code;
  return SRV_CLOSE_NONE;
}
