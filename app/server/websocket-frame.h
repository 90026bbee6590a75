/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The frames of a WebSocket as a server reads and writes them (RFC 6455, section 5). Pure. */

typedef enum {
  SRV_OPCODE_CONTINUATION = 0x0,
  SRV_OPCODE_TEXT = 0x1,
  SRV_OPCODE_BINARY = 0x2,
  SRV_OPCODE_CLOSE = 0x8,
  SRV_OPCODE_PING = 0x9,
  SRV_OPCODE_PONG = 0xa,
} SrvOpcode;

/* Status codes of a close frame (RFC 6455, section 7.4.1). */
typedef enum {
  SRV_CLOSE_NONE = 0, /* no close frame came */
  SRV_CLOSE_NORMAL = 1000,
  SRV_CLOSE_GOING_AWAY = 1001,
  SRV_CLOSE_PROTOCOL_ERROR = 1002,
  SRV_CLOSE_UNSUPPORTED = 1003,
  SRV_CLOSE_NO_STATUS = 1005, /* a close frame without a code */
  SRV_CLOSE_POLICY = 1008,
  SRV_CLOSE_TOO_BIG = 1009,
} SrvCloseCode;

#define SRV_CONTROL_MAX 125

typedef enum {
  SRV_FRAME_INCOMPLETE,
  SRV_FRAME_COMPLETE,
  SRV_FRAME_INVALID,
} SrvFrameStatus;

typedef struct {
  gboolean fin;
  SrvOpcode opcode;
  guint8 mask[4];
  guint64 length;      /* of the payload */
  gsize header_length; /* what comes before the payload */
} SrvFrameHeader;

SrvFrameStatus srv_frame_header_parse (SrvFrameHeader *self, const guint8 *data, gsize size);
void srv_frame_unmask (const SrvFrameHeader *header, guint8 *payload);
/*
 * A frame to send. What many are told is a body that they share, with a short tail for each: the
 * frames of a message to hundreds take the memory of one.
 */
typedef struct _SrvFrame SrvFrame;

/* The bytes of a frame, where they lie */
typedef struct {
  gconstpointer data;
  gsize size;
} SrvFramePart;

#define SRV_FRAME_PARTS 3

SrvFrame *srv_frame_new (SrvOpcode opcode, gconstpointer payload, gsize length);
SrvFrame *srv_frame_new_shared (SrvOpcode opcode, GBytes *body, gsize body_length, const char *tail,
                                gsize tail_length);
SrvFrame *srv_frame_ref (SrvFrame *self);
void srv_frame_unref (SrvFrame *self);

gsize srv_frame_get_size (const SrvFrame *self);
SrvOpcode srv_frame_get_opcode (const SrvFrame *self);
guint srv_frame_get_parts (const SrvFrame *self, gsize offset, SrvFramePart *parts);
gsize srv_frame_copy (const SrvFrame *self, gsize offset, gpointer to, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvFrame, srv_frame_unref)

SrvCloseCode srv_close_code_parse (const guint8 *payload, gsize length);

G_END_DECLS
