/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "room.h"

G_BEGIN_DECLS

/*
 * The rooms are in several files: the things themselves and the changes of them (room.c), who is in
 * which room (rooms.c), what they publish and have subscribed to (rooms-streams.c).
 */

struct _SrvRooms {
  SrvRoomLimits limits;
  guint members;         /* in rooms */
  GHashTable *rooms;     /* key → SrvRoom */
  GHashTable *listeners; /* key → SrvRoom, those that are none */
  GHashTable *streams;   /* key → SrvStream, borrowed from its publisher */
};

/* room.c */
char *srv_scoped_key (const char *name, const char *app_key);

SrvRoom *srv_room_new (const char *app_key, const char *name);
SrvRoom *srv_room_ref (SrvRoom *self);
void srv_room_unref (SrvRoom *self);
SrvStream *srv_stream_ref (SrvStream *self);
void srv_stream_unref (SrvStream *self);

GPtrArray *srv_changes_new (void);
SrvChange *srv_changes_add (GPtrArray *changes, SrvChangeKind kind, SrvMember *member,
                            SrvStream *stream);
SrvChange *srv_changes_add_room (GPtrArray *changes, SrvChangeKind kind, SrvRoom *room);
SrvChange *srv_changes_add_subscription (GPtrArray *changes, SrvChangeKind kind,
                                         SrvSubscription *subscription);

/* rooms-streams.c */
void srv_subscriptions_drop (GHashTable *table, NertcCloseReason reason, GPtrArray *changes);
void srv_rooms_drop_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason,
                            GPtrArray *changes);
void srv_rooms_drop_stream_forced (SrvRooms *self, SrvStream *stream, NertcCloseReason reason,
                                   GPtrArray *changes);
void srv_streams_mute (SrvMember *publisher, SrvMuted muted, GPtrArray *changes);

G_END_DECLS
