/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bans.h"
#include "room.h"

G_BEGIN_DECLS

/*
 * What administrators do, whether they are members or come by HTTP: rooms that are made beforehand
 * and closed, members who are put out, banned and muted. It keeps what outlives the server.
 *
 * As with the rooms, what changed is returned, and is for srv_hub_apply().
 */
typedef struct _SrvModeration SrvModeration;

SrvModeration *srv_moderation_new (SrvRooms *rooms);
void srv_moderation_free (SrvModeration *self);
gboolean srv_moderation_keep (SrvModeration *self, const char *dir, GError **error);

gboolean srv_moderation_lets_in (SrvModeration *self, const char *app_key, const char *room,
                                 const char *uid, GError **error);

GPtrArray *srv_moderation_make_room (SrvModeration *self, const SrvRoomPlan *plan, SrvRoom **room,
                                     GError **error);
GPtrArray *srv_moderation_update_room (SrvModeration *self, SrvMember *member,
                                       const char *extra_info);
GPtrArray *srv_moderation_close_room (SrvModeration *self, SrvRoom *room, const char *message);
GPtrArray *srv_moderation_kick (SrvModeration *self, SrvRoom *room, const char *uid,
                                const char *message, GError **error);
GPtrArray *srv_moderation_mute (SrvModeration *self, SrvRoom *room, const char *uid,
                                const gboolean *audio, const gboolean *video, GError **error);
GPtrArray *srv_moderation_ban (SrvModeration *self, const char *app_key, const char *room,
                               const char *uid, guint seconds, const char *message, GError **error);
GPtrArray *srv_moderation_unban (SrvModeration *self, const char *app_key, const char *room,
                                 const char *uid, GError **error);
GPtrArray *srv_moderation_list_bans (SrvModeration *self, const char *app_key, const char *room);

G_END_DECLS
