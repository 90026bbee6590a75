/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http-route.h"

G_BEGIN_DECLS

/* The operations of the HTTP API, their fields, and what they have in common. */

#define SRV_HTTP_LIST_MAX 1000
#define SRV_HTTP_LIST_DEFAULT 100

/* Absent is the empty one, as for members who name none. */
#define SRV_HTTP_APP_KEY \
  { \
    "appKey", NERTC_FIELD_STRING, FALSE, 0, 64 \
  }

/* Of what is told in parts */
#define SRV_HTTP_LIMIT \
  { \
    "limit", NERTC_FIELD_INTEGER, FALSE, 1, SRV_HTTP_LIST_MAX \
  }

const char *srv_http_get_text (SrvHttpRequest *request, const char *name, const char *fallback);
guint srv_http_get_limit (SrvHttpRequest *request);
SrvRoom *srv_http_find_room (SrvHttpRequest *request, GError **error);

extern const NertcField srv_http_fields_list_rooms[];
extern const NertcField srv_http_fields_make_room[];
extern const NertcField srv_http_fields_room[];
extern const NertcField srv_http_fields_close_room[];
extern const NertcField srv_http_fields_list_members[];
extern const NertcField srv_http_fields_kick[];
extern const NertcField srv_http_fields_mute[];
extern const NertcField srv_http_fields_list_bans[];
extern const NertcField srv_http_fields_ban[];
extern const NertcField srv_http_fields_unban[];

GPtrArray *srv_http_health (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_metrics (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_list_rooms (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_make_room (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_show_room (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_close_room (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_list_members (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_kick (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_mute (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_list_bans (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_ban (SrvHttpRequest *request, GError **error);
GPtrArray *srv_http_unban (SrvHttpRequest *request, GError **error);

G_END_DECLS
