/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-role.h"

G_BEGIN_DECLS

/*
 * Who is in which room, publishes what and has subscribed to what: membership and nothing else, no
 * socket, no JSON, no clock. Everything is scoped by app key.
 *
 * A mutator returns what it changed, in the order in which it is to be told, or NULL with an error
 * and nothing changed. To tell it is the caller's business.
 *
 * The fields are for reading; only room.c writes them.
 */

typedef struct _SrvRooms SrvRooms;
typedef struct _SrvRoom SrvRoom;
typedef struct _SrvMember SrvMember;
typedef struct _SrvStream SrvStream;
typedef struct _SrvSubscription SrvSubscription;

typedef struct {
  guint rooms;
  guint members;       /* per room, unless that has a number of its own */
  guint streams;       /* per member */
  guint subscriptions; /* per member */
} SrvRoomLimits;

struct _SrvRoom {
  char *key;
  char *app_key;
  char *name;
  char *extra_info;
  gint64 created;     /* seconds since 1970 */
  gboolean made;      /* by srv_rooms_make(): it stays when it is empty */
  guint members_max;  /* 0: as many as any */
  GPtrArray *members; /* (element-type SrvMember), in the order in which they came */
  GHashTable *by_uid;
  GHashTable *muted;  /* (nullable): uid → SrvMuted, whom an administrator has muted */
  gboolean listening; /* no room: who is here only listens for invitations, and is alone */
};

/* So many uids of a room are remembered as muted, more only of those who are there. */
#define SRV_MUTED_MAX 10000

typedef enum {
  SRV_MUTED_AUDIO = 1 << 0,
  SRV_MUTED_VIDEO = 1 << 1,
} SrvMuted;

struct _SrvMember {
  SrvRoom *room;
  char *uid;
  char *user_name;
  char *user_data;
  char *text; /* (nullable): what others are told of it, as kept by srv_event_member_as_text () */
  char *secret;
  NertcMemberRole role;
  NertcMemberRole first_role; /* the one that it came with, or that its last token said */
  NertcGrants grants;
  SrvMuted muted;            /* by an administrator */
  GPtrArray *streams;        /* (element-type SrvStream): those it publishes */
  GHashTable *subscriptions; /* SrvStream → SrvSubscription */
  gpointer owner;            /* the caller's, for srv_member_set_owner() */
  gboolean away;             /* the caller's, for srv_member_set_away() */
};

struct _SrvStream {
  char *key;
  char *id;
  char *source;
  SrvMember *publisher;
  gboolean audio;
  gboolean video;
  gboolean audio_muted;
  gboolean video_muted;
  GHashTable *subscriptions; /* SrvMember → SrvSubscription */
};

struct _SrvSubscription {
  SrvStream *stream;
  SrvMember *consumer;
  gboolean audio; /* what the consumer wants, whether the stream has it or not */
  gboolean video;
};

typedef enum {
  SRV_CHANGE_ROOM_BEGAN,
  SRV_CHANGE_ROOM_UPDATED,
  SRV_CHANGE_ROOM_ENDED,
  SRV_CHANGE_MEMBER_JOINED,
  SRV_CHANGE_MEMBER_UPDATED,
  SRV_CHANGE_MEMBER_RIGHTS, /* its role or its grants, for itself only */
  SRV_CHANGE_MEMBER_MUTED,  /* by an administrator, for itself only */
  SRV_CHANGE_MEMBER_LEFT,
  SRV_CHANGE_STREAM_ADDED,
  SRV_CHANGE_STREAM_UPDATED,
  SRV_CHANGE_STREAM_REMOVED,
  SRV_CHANGE_SUBSCRIPTION_ADDED,
  SRV_CHANGE_SUBSCRIPTION_CHANGED,
  SRV_CHANGE_SUBSCRIPTION_RENEWED, /* its stream needs new descriptions */
  SRV_CHANGE_SUBSCRIPTION_REMOVED,
} SrvChangeKind;

/* What it is about stays alive with the change, even when it is in no room any more. */
typedef struct {
  SrvChangeKind kind;
  SrvRoom *room;
  SrvMember *member; /* MEMBER_…; STREAM_…: the publisher; SUBSCRIPTION_…: the consumer;
                        ROOM_UPDATED: by whom */
  SrvStream *stream; /* STREAM_…, SUBSCRIPTION_… */
  SrvSubscription *subscription; /* SUBSCRIPTION_… */
  NertcCloseReason reason;       /* …_LEFT, …_REMOVED */
  char *message;                 /* (nullable): MEMBER_LEFT: what an administrator says to it */
  SrvMember *only_to;            /* (nullable): nobody else is to be told */
  char **transports;             /* (nullable) STREAM_ADDED, SUBSCRIPTION_ADDED: the caller's, for
                                    srv_change_set_transports() */
  gboolean forced;  /* STREAM_REMOVED: without a request of its publisher, who is to be told, too */
  gboolean renewed; /* STREAM_UPDATED: it needs new descriptions */
} SrvChange;

typedef struct {
  const char *app_key; /* "" is one like any other */
  const char *room;    /* "" is none: to listen for invitations */
  const char *uid;     /* (nullable): one is found */
  const char *user_name;
  const char *user_data;
  const char *secret;         /* of this session */
  const char *earlier_secret; /* (nullable): of the session that this one may replace */
  NertcMemberRole role;
  NertcGrants grants;
  gboolean trusted; /* that the uid is its own is proven without the secret, too */
  gint64 now;       /* seconds since 1970 */
} SrvJoin;

/* A room that is made before anybody joins it. */
typedef struct {
  const char *app_key;
  const char *room;
  const char *extra_info; /* (nullable) */
  guint members_max;      /* 0: as many as any */
  gint64 now;             /* seconds since 1970 */
} SrvRoomPlan;

typedef struct {
  const char *id; /* (nullable): one is made */
  const char *source;
  gboolean audio;
  gboolean video;
  gboolean audio_muted;
  gboolean video_muted;
} SrvPublish;

/* What is to change of a stream; %NULL leaves it. */
typedef struct {
  const gboolean *audio;
  const gboolean *video;
  const gboolean *audio_muted;
  const gboolean *video_muted;
  gboolean renew; /* descriptions have to be made anew even with the same tracks */
} SrvStreamUpdate;

SrvRooms *srv_rooms_new (const SrvRoomLimits *limits);
void srv_rooms_free (SrvRooms *self);
guint srv_rooms_count (SrvRooms *self);
guint srv_rooms_count_members (SrvRooms *self);
guint srv_rooms_count_streams (SrvRooms *self);
SrvRoom *srv_rooms_find (SrvRooms *self, const char *app_key, const char *name);
GPtrArray *srv_rooms_list (SrvRooms *self, const char *app_key, const char *after, guint max);
GPtrArray *srv_rooms_list_made (SrvRooms *self);
guint srv_rooms_get_members_max (SrvRooms *self, const SrvRoom *room);

GPtrArray *srv_rooms_join (SrvRooms *self, const SrvJoin *join, SrvMember **member, GError **error);
GPtrArray *srv_rooms_leave (SrvRooms *self, SrvMember *member, NertcCloseReason reason);
GPtrArray *srv_rooms_update (SrvRooms *self, SrvMember *member, const char *extra_info);
GPtrArray *srv_rooms_update_member (SrvRooms *self, SrvMember *member, const char *user_name,
                                    const char *user_data);

GPtrArray *srv_rooms_set_rights (SrvRooms *self, SrvMember *member, NertcMemberRole role,
                                 NertcGrants grants);
GPtrArray *srv_rooms_renew_rights (SrvRooms *self, SrvMember *member, NertcMemberRole role,
                                   NertcGrants grants);
GPtrArray *srv_rooms_set_role (SrvRooms *self, SrvMember *admin, const char *uid,
                               NertcMemberRole role, GError **error);

GPtrArray *srv_rooms_make (SrvRooms *self, const SrvRoomPlan *plan, SrvRoom **room, GError **error);
GPtrArray *srv_rooms_close (SrvRooms *self, SrvRoom *room, const char *message);
GPtrArray *srv_rooms_put_out (SrvRooms *self, SrvRoom *room, const char *uid,
                              NertcCloseReason reason, const char *message, GError **error);
GPtrArray *srv_rooms_mute (SrvRooms *self, SrvRoom *room, const char *uid, const gboolean *audio,
                           const gboolean *video, GError **error);

GPtrArray *srv_rooms_publish (SrvRooms *self, SrvMember *member, const SrvPublish *publish,
                              SrvStream **stream, GError **error);
GPtrArray *srv_rooms_update_stream (SrvRooms *self, SrvMember *member, const char *stream_id,
                                    const SrvStreamUpdate *update, GError **error);
GPtrArray *srv_rooms_unpublish (SrvRooms *self, SrvMember *member, const char *stream_id,
                                GError **error);

GPtrArray *srv_rooms_take_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason);

GPtrArray *srv_rooms_subscribe (SrvRooms *self, SrvMember *member, const char *stream_id,
                                gboolean audio, gboolean video, GError **error);
GPtrArray *srv_rooms_unsubscribe (SrvRooms *self, SrvMember *member, const char *stream_id,
                                  GError **error);

SrvMuted srv_stream_get_muted (const SrvStream *self);
gboolean srv_subscription_wants_audio (const SrvSubscription *self);
gboolean srv_subscription_wants_video (const SrvSubscription *self);

gboolean srv_member_may (const SrvMember *self, NertcGrants grant);
SrvMember *srv_member_ref (SrvMember *self);
void srv_member_unref (SrvMember *self);
void srv_member_set_owner (SrvMember *self, gpointer owner);
void srv_member_set_away (SrvMember *self, gboolean away);
SrvSubscription *srv_subscription_ref (SrvSubscription *self);
void srv_subscription_unref (SrvSubscription *self);

void srv_change_set_transports (SrvChange *self, char **transports);
SrvChange *srv_change_new (SrvChangeKind kind, SrvRoom *room, SrvMember *member, SrvStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvRooms, srv_rooms_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SrvMember, srv_member_unref)

G_END_DECLS
