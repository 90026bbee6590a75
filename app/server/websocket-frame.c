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

/* Frames to send */

struct _SrvFrame {
  guint refs;
  guint head_length;
  guint tail_length;
  gsize body_length;
  GBytes *body;   /* (nullable): the tail is all there is */
  guint8 bytes[]; /* head, tail */
};

/* A server does not mask (section 5.1). Returns: the length of the head */
static guint
write_head (guint8 *head, SrvOpcode opcode, gsize length)
{
  guint length_bytes = length < LENGTH_16 ? 0 : length <= G_MAXUINT16 ? 2 : 8;

  head[0] = FIN | opcode;
  head[1] = length_bytes == 0 ? (guint8) length : length_bytes == 2 ? LENGTH_16 : LENGTH_64;
  for (guint i = 0; i < length_bytes; i++)
    head[2 + i] = (guint8) ((guint64) length >> (8 * (length_bytes - 1 - i)));
  return 2 + length_bytes;
}

/* @body: (nullable): of which the first @body_length bytes stand before the tail */
SrvFrame *
srv_frame_new_shared (SrvOpcode opcode, GBytes *body, gsize body_length, const char *tail,
                      gsize tail_length)
{
  guint8 head[2 + sizeof (guint64)];
  guint head_length = write_head (head, opcode, body_length + tail_length);
  SrvFrame *self = g_malloc (sizeof *self + head_length + tail_length);

  self->refs = 1;
  self->head_length = head_length;
  self->tail_length = (guint) tail_length;
  self->body_length = body_length;
  self->body = body ? g_bytes_ref (body) : NULL;
  memcpy (self->bytes, head, head_length);
  if (tail_length > 0)
    memcpy (self->bytes + head_length, tail, tail_length);
  return self;
}

/* Returns: (transfer full): a whole frame */
SrvFrame *
srv_frame_new (SrvOpcode opcode, gconstpointer payload, gsize length)
{
  return srv_frame_new_shared (opcode, NULL, 0, payload, length);
}

SrvFrame *
srv_frame_ref (SrvFrame *self)
{
  self->refs++;
  return self;
}

void
srv_frame_unref (SrvFrame *self)
{
  if (--self->refs > 0)
    return;
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

gsize
srv_frame_get_size (const SrvFrame *self)
{
  return self->head_length + self->body_length + self->tail_length;
}

SrvOpcode
srv_frame_get_opcode (const SrvFrame *self)
{
  return self->bytes[0] & OPCODE;
}

/* @parts: gets up to SRV_FRAME_PARTS of what is behind @offset. Returns: how many */
guint
srv_frame_get_parts (const SrvFrame *self, gsize offset, SrvFramePart *parts)
{
  const SrvFramePart all[SRV_FRAME_PARTS] = {
    { self->bytes, self->head_length },
    { self->body ? g_bytes_get_data (self->body, NULL) : NULL, self->body_length },
    { self->bytes + self->head_length, self->tail_length },
  };
  guint count = 0;

  for (guint i = 0; i < SRV_FRAME_PARTS; i++) {
    gsize skipped = MIN (offset, all[i].size);

    offset -= skipped;
    if (skipped == all[i].size)
      continue;
    parts[count].data = (const guint8 *) all[i].data + skipped;
    parts[count++].size = all[i].size - skipped;
  }
  return count;
}

/* Returns: how many of the bytes behind @offset are in @to now, @size at most */
gsize
srv_frame_copy (const SrvFrame *self, gsize offset, gpointer to, gsize size)
{
  SrvFramePart parts[SRV_FRAME_PARTS];
  guint count = srv_frame_get_parts (self, offset, parts);
  gsize copied = 0;

  for (guint i = 0; i < count; i++) {
    gsize step = MIN (parts[i].size, size - copied);

    memcpy ((guint8 *) to + copied, parts[i].data, step);
    copied += step;
  }
  return copied;
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
