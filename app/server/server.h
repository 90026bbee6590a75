/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"
#include "route.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The whole room server, in the main context that is the thread's default when it is made. */
#define SRV_TYPE_SERVER (srv_server_get_type ())
G_DECLARE_FINAL_TYPE (SrvServer, srv_server, SRV, SERVER, GObject)

typedef void (*SrvServerStopped) (SrvServer *self, gpointer user_data);

SrvServer *srv_server_new (const SrvOptions *options);
void srv_server_set_nodes (SrvServer *self, SrvMediaMode mode, GPtrArray *nodes, guint mesh_limit);
gboolean srv_server_start (SrvServer *self, GError **error);
const char *srv_server_get_uri (SrvServer *self);
const char *srv_server_get_page_uri (SrvServer *self);
void srv_server_stop (SrvServer *self, SrvServerStopped stopped, gpointer user_data);
void srv_server_reload (SrvServer *self);
void srv_server_cut (SrvServer *self);

G_END_DECLS
