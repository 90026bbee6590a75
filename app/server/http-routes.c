/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http-operations.h"

/* docs/openapi.yaml has the same operations; a test compares them. */

const SrvHttpRoute srv_http_routes[] = {
  { "GET", "/healthz", SRV_HTTP_OPEN, NULL, srv_http_health },
  { "GET", "/metrics", SRV_HTTP_LOCAL, NULL, srv_http_metrics },
  { "GET", "/api/rooms", SRV_HTTP_ADMIN, srv_http_fields_list_rooms, srv_http_list_rooms },
  { "POST", "/api/rooms", SRV_HTTP_ADMIN, srv_http_fields_make_room, srv_http_make_room },
  { "GET", "/api/room", SRV_HTTP_ADMIN, srv_http_fields_room, srv_http_show_room },
  { "DELETE", "/api/room", SRV_HTTP_ADMIN, srv_http_fields_close_room, srv_http_close_room },
  { "GET", "/api/members", SRV_HTTP_ADMIN, srv_http_fields_list_members, srv_http_list_members },
  { "POST", "/api/members/kick", SRV_HTTP_ADMIN, srv_http_fields_kick, srv_http_kick },
  { "POST", "/api/members/mute", SRV_HTTP_ADMIN, srv_http_fields_mute, srv_http_mute },
  { "GET", "/api/bans", SRV_HTTP_ADMIN, srv_http_fields_list_bans, srv_http_list_bans },
  { "POST", "/api/bans", SRV_HTTP_ADMIN, srv_http_fields_ban, srv_http_ban },
  { "DELETE", "/api/bans", SRV_HTTP_ADMIN, srv_http_fields_unban, srv_http_unban },
  { NULL },
};
