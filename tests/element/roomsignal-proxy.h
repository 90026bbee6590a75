/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A network between one client and a server. It can hang: nothing gets through, nothing breaks. */
typedef struct _RoomProxy RoomProxy;

RoomProxy *room_proxy_new (const char *server_uri);
void room_proxy_free (RoomProxy *self);

const char *room_proxy_get_uri (RoomProxy *self);

void room_proxy_hang (RoomProxy *self, gboolean hangs);

G_END_DECLS
