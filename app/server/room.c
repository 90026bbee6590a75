/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room.h"

#include "random-id.h"

struct _SrvRooms {
  SrvRoomLimits limits;
  GHashTable *rooms;     /* key → SrvRoom */
  GHashTable *listeners; /* key → SrvRoom, those that are none */
  GHashTable *streams;   /* key → SrvStream, borrowed from its publisher */
};

/* Neither a room name nor a stream id has a line break, an app key may: so it comes last. */
static char *
scoped_key (const char *name, const char *app_key)
{
  return g_strconcat (name, "\n", app_key, NULL);
}

/* Room, member, stream and subscription: counted, as changes outlive the membership. */

static void
clear_room (SrvRoom *self)
{
  g_free (self->key);
  g_free (self->app_key);
  g_free (self->name);
  g_free (self->extra_info);
  g_ptr_array_unref (self->members);
  g_hash_table_unref (self->by_uid);
}

static SrvRoom *
room_ref (SrvRoom *self)
{
  return g_rc_box_acquire (self);
}

static void
room_unref (SrvRoom *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_room);
}

static SrvRoom *
room_new (const char *app_key, const char *name)
{
  SrvRoom *self = g_rc_box_new0 (SrvRoom);

  self->key = scoped_key (name, app_key);
  self->app_key = g_strdup (app_key);
  self->name = g_strdup (name);
  self->listening = !*name;
  self->extra_info = g_strdup ("");
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  self->by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

static void
clear_member (SrvMember *self)
{
  room_unref (self->room);
  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->user_data);
  g_free (self->secret);
  g_ptr_array_unref (self->streams);
  g_hash_table_unref (self->subscriptions);
}

SrvMember *
srv_member_ref (SrvMember *self)
{
  return g_rc_box_acquire (self);
}

void
srv_member_unref (SrvMember *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_member);
}

/* Returns: whether the member has the grant, and its role lets it use that */
gboolean
srv_member_may (const SrvMember *self, NertcGrants grant)
{
  if ((self->grants & grant) != grant)
    return FALSE;
  return !(grant & NERTC_GRANTS_PUBLISH) || self->role == NERTC_MEMBER_ROLE_HOST;
}

/* What the caller keeps with a member: how to reach it, say. */
void
srv_member_set_owner (SrvMember *self, gpointer owner)
{
  self->owner = owner;
}

/* Whether it cannot be reached now. */
void
srv_member_set_away (SrvMember *self, gboolean away)
{
  self->away = away;
}

static void
clear_stream (SrvStream *self)
{
  g_free (self->key);
  g_free (self->id);
  g_free (self->source);
  srv_member_unref (self->publisher);
  g_hash_table_unref (self->subscriptions);
}

static SrvStream *
stream_ref (SrvStream *self)
{
  return g_rc_box_acquire (self);
}

static void
stream_unref (SrvStream *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_stream);
}

static void
clear_subscription (SrvSubscription *self)
{
  stream_unref (self->stream);
  srv_member_unref (self->consumer);
}

SrvSubscription *
srv_subscription_ref (SrvSubscription *self)
{
  return g_rc_box_acquire (self);
}

void
srv_subscription_unref (SrvSubscription *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_subscription);
}

/* Changes */

static void
change_free (SrvChange *self)
{
  g_clear_pointer (&self->room, room_unref);
  g_clear_pointer (&self->member, srv_member_unref);
  g_clear_pointer (&self->stream, stream_unref);
  g_clear_pointer (&self->subscription, srv_subscription_unref);
  g_clear_pointer (&self->only_to, srv_member_unref);
  g_strfreev (self->transports);
  g_free (self);
}

/* @transports: (transfer full): what the member names as living on, a matter of the media plane */
void
srv_change_set_transports (SrvChange *self, char **transports)
{
  g_strfreev (self->transports);
  self->transports = transports;
}

static GPtrArray *
changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) change_free);
}

/* @member: (nullable): as @stream */
SrvChange *
srv_change_new (SrvChangeKind kind, SrvRoom *room, SrvMember *member, SrvStream *stream)
{
  SrvChange *self = g_new0 (SrvChange, 1);

  self->kind = kind;
  self->room = room_ref (room);
  self->member = member ? srv_member_ref (member) : NULL;
  self->stream = stream ? stream_ref (stream) : NULL;
  return self;
}

static SrvChange *
add_change (GPtrArray *changes, SrvChangeKind kind, SrvMember *member, SrvStream *stream)
{
  SrvChange *change = srv_change_new (kind, member->room, member, stream);

  g_ptr_array_add (changes, change);
  return change;
}

static SrvChange *
add_subscription_change (GPtrArray *changes, SrvChangeKind kind, SrvSubscription *subscription)
{
  SrvChange *change = add_change (changes, kind, subscription->consumer, subscription->stream);

  change->subscription = srv_subscription_ref (subscription);
  return change;
}

/* Rooms */

SrvRooms *
srv_rooms_new (const SrvRoomLimits *limits)
{
  SrvRooms *self = g_new0 (SrvRooms, 1);

  self->limits = *limits;
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) room_unref);
  self->listeners =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) room_unref);
  self->streams = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/* Every member must have left: they, their room and their streams hold each other. */
void
srv_rooms_free (SrvRooms *self)
{
  g_assert (g_hash_table_size (self->rooms) == 0 && g_hash_table_size (self->listeners) == 0);

  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->listeners);
  g_hash_table_unref (self->streams);
  g_free (self);
}

guint
srv_rooms_count (SrvRooms *self)
{
  return g_hash_table_size (self->rooms);
}

static void
drop_subscription (SrvSubscription *subscription, NertcCloseReason reason, GPtrArray *changes)
{
  add_subscription_change (changes, SRV_CHANGE_SUBSCRIPTION_REMOVED, subscription)->reason = reason;
  g_hash_table_remove (subscription->consumer->subscriptions, subscription->stream);
  g_hash_table_remove (subscription->stream->subscriptions, subscription->consumer);
}

static void
drop_subscriptions (GHashTable *table, NertcCloseReason reason, GPtrArray *changes)
{
  g_autoptr (GList) subscriptions = g_hash_table_get_values (table);

  for (GList *l = subscriptions; l; l = l->next)
    drop_subscription (l->data, reason, changes);
}

static void
drop_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason, GPtrArray *changes)
{
  drop_subscriptions (stream->subscriptions, reason, changes);
  add_change (changes, SRV_CHANGE_STREAM_REMOVED, stream->publisher, stream)->reason = reason;
  g_hash_table_remove (self->streams, stream->key);
  g_ptr_array_remove (stream->publisher->streams, stream);
}

/* The room stays, even if it is empty now. */
static void
drop_member (SrvRooms *self, SrvMember *member, NertcCloseReason reason, GPtrArray *changes)
{
  SrvRoom *room = member->room;

  drop_subscriptions (member->subscriptions, reason, changes);
  while (member->streams->len > 0)
    drop_stream (self, g_ptr_array_index (member->streams, 0), reason, changes);
  add_change (changes, SRV_CHANGE_MEMBER_LEFT, member, NULL)->reason = reason;
  g_hash_table_remove (room->by_uid, member->uid);
  g_ptr_array_remove (room->members, member);
}

static SrvRoom *
find_or_add_room (SrvRooms *self, const SrvJoin *join, GError **error)
{
  g_autofree char *key = scoped_key (join->room, join->app_key);
  GHashTable *rooms = *join->room ? self->rooms : self->listeners;
  SrvRoom *room = g_hash_table_lookup (rooms, key);

  if (room)
    return room;
  if (*join->room && g_hash_table_size (self->rooms) >= self->limits.rooms) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOO_MANY_ROOMS,
                 "The server has its %u rooms; join one of them, or raise max-rooms",
                 self->limits.rooms);
    return NULL;
  }
  room = room_new (join->app_key, join->room);
  g_hash_table_insert (rooms, room->key, room);
  return room;
}

/* Its own earlier session may be replaced, anybody else's uid is taken. */
static gboolean
may_enter (SrvRooms *self, SrvRoom *room, SrvMember *present, const SrvJoin *join, GError **error)
{
  if (present && !join->trusted && !srv_random_id_equal (join->earlier_secret, present->secret)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_UID_TAKEN,
                 "Another member of the room has the uid ‘%s’; choose another one, or none",
                 join->uid);
    return FALSE;
  }
  if (!present && !room->listening && room->members->len >= self->limits.members) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_ROOM_FULL,
                 "The room has its %u members; wait until one leaves, or raise max-members",
                 self->limits.members);
    return FALSE;
  }
  return TRUE;
}

static char *
find_uid (SrvRoom *room)
{
  char *uid = srv_random_uid ();

  while (g_hash_table_contains (room->by_uid, uid)) {
    g_free (uid);
    uid = srv_random_uid ();
  }
  return uid;
}

static SrvMember *
add_member (SrvRoom *room, const SrvJoin *join)
{
  SrvMember *member = g_rc_box_new0 (SrvMember);

  member->room = room_ref (room);
  member->uid = join->uid ? g_strdup (join->uid) : find_uid (room);
  member->user_name = g_strdup (join->user_name);
  member->user_data = g_strdup (join->user_data);
  member->secret = g_strdup (join->secret);
  member->role = join->role;
  member->first_role = join->role;
  member->grants = join->grants;
  member->streams = g_ptr_array_new_with_free_func ((GDestroyNotify) stream_unref);
  member->subscriptions =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) srv_subscription_unref);
  g_hash_table_insert (room->by_uid, member->uid, member);
  g_ptr_array_add (room->members, member);
  return member;
}

/* @member: (out) (transfer none): who joined; in the room until srv_rooms_leave() */
GPtrArray *
srv_rooms_join (SrvRooms *self, const SrvJoin *join, SrvMember **member, GError **error)
{
  g_autoptr (GPtrArray) changes = changes_new ();
  SrvRoom *room = find_or_add_room (self, join, error);
  SrvMember *present;

  if (!room)
    return NULL;
  present = join->uid ? g_hash_table_lookup (room->by_uid, join->uid) : NULL;
  if (!may_enter (self, room, present, join, error))
    return NULL;

  if (present)
    drop_member (self, present, NERTC_CLOSE_REASON_REPLACED, changes);
  *member = add_member (room, join);
  add_change (changes, SRV_CHANGE_MEMBER_JOINED, *member, NULL);
  return g_steal_pointer (&changes);
}

GPtrArray *
srv_rooms_leave (SrvRooms *self, SrvMember *member, NertcCloseReason reason)
{
  GPtrArray *changes = changes_new ();
  SrvRoom *room = member->room;

  drop_member (self, member, reason, changes);
  if (room->members->len == 0)
    g_hash_table_remove (room->listening ? self->listeners : self->rooms, room->key);
  return changes;
}

/* Returns: whether the text changed */
static gboolean
set_text (char **text, const char *value)
{
  if (!value || g_str_equal (*text, value))
    return FALSE;
  g_free (*text);
  *text = g_strdup (value);
  return TRUE;
}

GPtrArray *
srv_rooms_update (SrvRooms *self, SrvMember *member, const char *extra_info)
{
  GPtrArray *changes = changes_new ();

  if (set_text (&member->room->extra_info, extra_info))
    add_change (changes, SRV_CHANGE_ROOM_UPDATED, member, NULL);
  return changes;
}

/* @user_name: (nullable): %NULL leaves it; as for @user_data */
GPtrArray *
srv_rooms_update_member (SrvRooms *self, SrvMember *member, const char *user_name,
                         const char *user_data)
{
  GPtrArray *changes = changes_new ();
  gboolean changed = set_text (&member->user_name, user_name);

  if (set_text (&member->user_data, user_data) || changed)
    add_change (changes, SRV_CHANGE_MEMBER_UPDATED, member, NULL);
  return changes;
}

/* The publisher is told as well. */
static void
take_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason, GPtrArray *changes)
{
  drop_stream (self, stream, reason, changes);
  ((SrvChange *) g_ptr_array_index (changes, changes->len - 1))->forced = TRUE;
}

/* What a member may not do any more ends. */
static void
drop_what_is_forbidden (SrvRooms *self, SrvMember *member, GPtrArray *changes)
{
  while (!srv_member_may (member, NERTC_GRANTS_PUBLISH) && member->streams->len > 0)
    take_stream (self, g_ptr_array_index (member->streams, 0), NERTC_CLOSE_REASON_UNPUBLISHED,
                 changes);
  if (!srv_member_may (member, NERTC_GRANTS_SUBSCRIBE))
    drop_subscriptions (member->subscriptions, NERTC_CLOSE_REASON_UNSUBSCRIBED, changes);
}

GPtrArray *
srv_rooms_set_rights (SrvRooms *self, SrvMember *member, NertcMemberRole role, NertcGrants grants)
{
  GPtrArray *changes = changes_new ();
  gboolean other_role = role != member->role;

  if (!other_role && grants == member->grants)
    return changes;
  member->role = role;
  member->grants = grants;
  add_change (changes, SRV_CHANGE_MEMBER_RIGHTS, member, NULL);
  if (other_role)
    add_change (changes, SRV_CHANGE_MEMBER_UPDATED, member, NULL);
  drop_what_is_forbidden (self, member, changes);
  return changes;
}

/* A new token takes back what was said in the room only if it says something new. */
GPtrArray *
srv_rooms_renew_rights (SrvRooms *self, SrvMember *member, NertcMemberRole role, NertcGrants grants)
{
  gboolean new_role = role != member->first_role;

  member->first_role = role;
  return srv_rooms_set_rights (self, member, new_role ? role : member->role, grants);
}

/* @uid: of any member in the room of @admin, whose grants the caller has seen to */
GPtrArray *
srv_rooms_set_role (SrvRooms *self, SrvMember *admin, const char *uid, NertcMemberRole role,
                    GError **error)
{
  SrvMember *member = g_hash_table_lookup (admin->room->by_uid, uid);

  if (member)
    return srv_rooms_set_rights (self, member, role, member->grants);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_MEMBER_NOT_FOUND,
               "The room has no member ‘%s’; name one who is there", uid);
  return NULL;
}

/* Streams */

static char *
find_stream_id (SrvRooms *self, SrvMember *member, const SrvPublish *publish, GError **error)
{
  g_autofree char *id = publish->id ? g_strdup (publish->id) : srv_random_id ();
  g_autofree char *key = scoped_key (id, member->room->app_key);

  if (!g_hash_table_contains (self->streams, key))
    return g_steal_pointer (&id);
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_ID_TAKEN,
               "The stream id ‘%s’ is in use; choose another one, or none", id);
  return NULL;
}

static gboolean
may_publish (SrvRooms *self, SrvMember *member, const SrvPublish *publish, GError **error)
{
  if (!publish->audio && !publish->video) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                         "A stream without audio and video; set one of them to true");
    return FALSE;
  }
  if (member->streams->len >= self->limits.streams) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOO_MANY_STREAMS,
                 "You publish %u streams; unpublish one, or raise max-streams",
                 self->limits.streams);
    return FALSE;
  }
  return TRUE;
}

/* @stream: (out) (transfer none): what is published now */
GPtrArray *
srv_rooms_publish (SrvRooms *self, SrvMember *member, const SrvPublish *publish, SrvStream **stream,
                   GError **error)
{
  g_autofree char *id = NULL;
  GPtrArray *changes;
  SrvStream *added;

  if (!may_publish (self, member, publish, error))
    return NULL;
  id = find_stream_id (self, member, publish, error);
  if (!id)
    return NULL;

  added = g_rc_box_new0 (SrvStream);
  added->key = scoped_key (id, member->room->app_key);
  added->id = g_steal_pointer (&id);
  added->source = g_strdup (publish->source);
  added->publisher = srv_member_ref (member);
  added->audio = publish->audio;
  added->video = publish->video;
  added->audio_muted = publish->audio_muted;
  added->video_muted = publish->video_muted;
  added->subscriptions =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) srv_subscription_unref);
  g_hash_table_insert (self->streams, added->key, added);
  g_ptr_array_add (member->streams, added);

  changes = changes_new ();
  add_change (changes, SRV_CHANGE_STREAM_ADDED, member, added);
  *stream = added;
  return changes;
}

static SrvStream *
find_stream (SrvRooms *self, SrvMember *member, const char *stream_id, gboolean own, GError **error)
{
  g_autofree char *key = scoped_key (stream_id, member->room->app_key);
  SrvStream *stream = g_hash_table_lookup (self->streams, key);

  if (stream && stream->publisher->room == member->room && (stream->publisher == member) == own)
    return stream;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND,
               own ? "You publish no stream ‘%s’" : "No other member of the room publishes ‘%s’",
               stream_id);
  return NULL;
}

/* Returns: whether the flag changed */
static gboolean
set_flag (gboolean *flag, const gboolean *value)
{
  gboolean changed = value && *value != *flag;

  if (changed)
    *flag = *value;
  return changed;
}

static gboolean
may_update (SrvStream *stream, const SrvStreamUpdate *update, GError **error)
{
  gboolean audio = update->audio ? *update->audio : stream->audio;
  gboolean video = update->video ? *update->video : stream->video;

  if (audio || video)
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
               "The stream ‘%s’ would have neither audio nor video; keep one of them, or unpublish "
               "it",
               stream->id);
  return FALSE;
}

static void
renew_subscriptions (SrvStream *stream, GPtrArray *changes)
{
  GHashTableIter iter;
  gpointer subscription;

  g_hash_table_iter_init (&iter, stream->subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription))
    add_subscription_change (changes, SRV_CHANGE_SUBSCRIPTION_RENEWED, subscription);
}

/* Other tracks need other descriptions: those who have subscribed get them. */
GPtrArray *
srv_rooms_update_stream (SrvRooms *self, SrvMember *member, const char *stream_id,
                         const SrvStreamUpdate *update, GError **error)
{
  SrvStream *stream = find_stream (self, member, stream_id, TRUE, error);
  gboolean renewed, muted;
  GPtrArray *changes;

  if (!stream || !may_update (stream, update, error))
    return NULL;
  changes = changes_new ();
  renewed = set_flag (&stream->audio, update->audio);
  renewed = set_flag (&stream->video, update->video) || renewed || update->renew;
  muted = set_flag (&stream->audio_muted, update->audio_muted);
  muted = set_flag (&stream->video_muted, update->video_muted) || muted;
  if (renewed || muted)
    add_change (changes, SRV_CHANGE_STREAM_UPDATED, member, stream)->renewed = renewed;
  if (renewed)
    renew_subscriptions (stream, changes);
  return changes;
}

GPtrArray *
srv_rooms_unpublish (SrvRooms *self, SrvMember *member, const char *stream_id, GError **error)
{
  SrvStream *stream = find_stream (self, member, stream_id, TRUE, error);
  GPtrArray *changes;

  if (!stream)
    return NULL;
  changes = changes_new ();
  drop_stream (self, stream, NERTC_CLOSE_REASON_UNPUBLISHED, changes);
  return changes;
}

/* Ends it without its publisher. */
GPtrArray *
srv_rooms_take_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason)
{
  GPtrArray *changes = changes_new ();

  take_stream (self, stream, reason, changes);
  return changes;
}

/* Subscriptions */

static SrvSubscription *
add_subscription (SrvStream *stream, SrvMember *consumer, gboolean audio, gboolean video)
{
  SrvSubscription *subscription = g_rc_box_new0 (SrvSubscription);

  subscription->stream = stream_ref (stream);
  subscription->consumer = srv_member_ref (consumer);
  subscription->audio = audio;
  subscription->video = video;
  g_hash_table_insert (consumer->subscriptions, stream, subscription);
  g_hash_table_insert (stream->subscriptions, consumer, srv_subscription_ref (subscription));
  return subscription;
}

static void
change_subscription (SrvSubscription *subscription, gboolean audio, gboolean video,
                     GPtrArray *changes)
{
  if (subscription->audio == audio && subscription->video == video)
    return;
  subscription->audio = audio;
  subscription->video = video;
  add_subscription_change (changes, SRV_CHANGE_SUBSCRIPTION_CHANGED, subscription);
}

/* Subscribing again changes what is wanted of the stream. */
GPtrArray *
srv_rooms_subscribe (SrvRooms *self, SrvMember *member, const char *stream_id, gboolean audio,
                     gboolean video, GError **error)
{
  SrvStream *stream = find_stream (self, member, stream_id, FALSE, error);
  SrvSubscription *subscription;
  GPtrArray *changes;

  if (!stream)
    return NULL;
  subscription = g_hash_table_lookup (member->subscriptions, stream);
  if (!subscription && g_hash_table_size (member->subscriptions) >= self->limits.subscriptions) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_TOO_MANY_STREAMS,
                 "You have subscribed to %u streams; unsubscribe from one, or raise "
                 "max-subscriptions",
                 self->limits.subscriptions);
    return NULL;
  }
  changes = changes_new ();
  if (subscription)
    change_subscription (subscription, audio, video, changes);
  else
    add_subscription_change (changes, SRV_CHANGE_SUBSCRIPTION_ADDED,
                             add_subscription (stream, member, audio, video));
  return changes;
}

GPtrArray *
srv_rooms_unsubscribe (SrvRooms *self, SrvMember *member, const char *stream_id, GError **error)
{
  SrvStream *stream = find_stream (self, member, stream_id, FALSE, error);
  SrvSubscription *subscription =
      stream ? g_hash_table_lookup (member->subscriptions, stream) : NULL;
  GPtrArray *changes;

  if (!stream)
    return NULL;
  if (!subscription) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND,
                 "You have not subscribed to ‘%s’", stream_id);
    return NULL;
  }
  changes = changes_new ();
  drop_subscription (subscription, NERTC_CLOSE_REASON_UNSUBSCRIBED, changes);
  return changes;
}

/* Returns: whether there is an audio track, and the consumer wants it */
gboolean
srv_subscription_wants_audio (const SrvSubscription *self)
{
  return self->audio && self->stream->audio;
}

gboolean
srv_subscription_wants_video (const SrvSubscription *self)
{
  return self->video && self->stream->video;
}
