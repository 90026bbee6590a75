/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Connections that have not said anything yet. By the first byte that comes they are TLS or HTTP;
 * who speaks the wrong one of the two is told so in its own language, and the others are handed on.
 */
typedef struct _SrvFirstByte SrvFirstByte;

typedef void (*SrvFirstByteRight) (GSocketConnection *connection, gpointer user_data);

SrvFirstByte *srv_first_byte_new (gboolean tls, SrvFirstByteRight right, gpointer user_data);
void srv_first_byte_free (SrvFirstByte *self);

void srv_first_byte_await (SrvFirstByte *self, GSocketConnection *connection);

G_END_DECLS
