/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char *nertc_ice_server_to_uri (const char *url, const char *username, const char *credential);
GStrv nertc_ice_servers_read (JsonArray *servers);

G_END_DECLS
