/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The frames of a WebSocket as a client reads and writes them (RFC 6455, section 5). Pure. */

typedef enum {
  LOAD_OPCODE_CONTINUATION = 0x0,
  LOAD_OPCODE_TEXT = 0x1,
  LOAD_OPCODE_CLOSE = 0x8,
  LOAD_OPCODE_PING = 0x9,
  LOAD_OPCODE_PONG = 0xa,
} LoadOpcode;

/* A server's message is 256 KiB at most. */
#define LOAD_FRAME_MAX (1024 * 1024)
#define LOAD_FRAME_HEADER_MAX 14

typedef struct {
  gboolean fin;
  LoadOpcode opcode;
  gsize header_length;
  gsize length; /* of the payload */
} LoadFrame;

typedef enum {
  LOAD_FRAME_INCOMPLETE,
  LOAD_FRAME_COMPLETE,
  LOAD_FRAME_INVALID,
} LoadFrameStatus;

LoadFrameStatus load_frame_read (LoadFrame *self, const guint8 *data, gsize size);
gsize load_frame_write (guint8 *to, LoadOpcode opcode, guint32 mask, const void *payload,
                        gsize length);

G_END_DECLS
