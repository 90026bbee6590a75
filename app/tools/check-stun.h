/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* STUN (RFC 8489) and TURN (RFC 8656) on a stream that is connected, by libnice's codec. */

typedef struct {
  char *address; /* with the port: how the server sees us; of TURN: where it relays */
  int code;      /* of an error response; 0: none */
} CheckStun;

gboolean check_stun_bind (GIOStream *stream, gboolean reliable, guint limit_ms, CheckStun *found,
                          GError **error);
gboolean check_turn_allocate (GIOStream *stream, gboolean reliable, const char *username,
                              const char *password, guint limit_ms, CheckStun *found,
                              GError **error);

G_END_DECLS
