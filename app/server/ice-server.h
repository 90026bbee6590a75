/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* As many as a transport.open event may carry. */
#define SRV_ICE_SERVERS_MAX 16

gboolean srv_ice_server_check (const char *text);
JsonArray *srv_ice_servers_to_json (const char *const *texts);

G_END_DECLS
