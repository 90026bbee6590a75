/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-private.h"

/* Neither a room name nor a stream id has a line break, an app key may: so it comes last. */
char *
srv_scoped_key (const char *name, const char *app_key)
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
  g_clear_pointer (&self->muted, g_hash_table_unref);
}

SrvRoom *
srv_room_ref (SrvRoom *self)
{
  return g_rc_box_acquire (self);
}

void
srv_room_unref (SrvRoom *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_room);
}

SrvRoom *
srv_room_new (const char *app_key, const char *name)
{
  SrvRoom *self = g_rc_box_new0 (SrvRoom);

  self->key = srv_scoped_key (name, app_key);
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
  srv_room_unref (self->room);
  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->user_data);
  g_free (self->text);
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

SrvStream *
srv_stream_ref (SrvStream *self)
{
  return g_rc_box_acquire (self);
}

void
srv_stream_unref (SrvStream *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) clear_stream);
}

static void
clear_subscription (SrvSubscription *self)
{
  srv_stream_unref (self->stream);
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
  g_clear_pointer (&self->room, srv_room_unref);
  g_clear_pointer (&self->member, srv_member_unref);
  g_clear_pointer (&self->stream, srv_stream_unref);
  g_clear_pointer (&self->subscription, srv_subscription_unref);
  g_clear_pointer (&self->only_to, srv_member_unref);
  g_strfreev (self->transports);
  g_free (self->message);
  g_free (self);
}

/* @transports: (transfer full): what the member names as living on, a matter of the media plane */
void
srv_change_set_transports (SrvChange *self, char **transports)
{
  g_strfreev (self->transports);
  self->transports = transports;
}

GPtrArray *
srv_changes_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) change_free);
}

/* @member: (nullable): as @stream */
SrvChange *
srv_change_new (SrvChangeKind kind, SrvRoom *room, SrvMember *member, SrvStream *stream)
{
  SrvChange *self = g_new0 (SrvChange, 1);

  self->kind = kind;
  self->room = srv_room_ref (room);
  self->member = member ? srv_member_ref (member) : NULL;
  self->stream = stream ? srv_stream_ref (stream) : NULL;
  return self;
}

SrvChange *
srv_changes_add (GPtrArray *changes, SrvChangeKind kind, SrvMember *member, SrvStream *stream)
{
  SrvChange *change = srv_change_new (kind, member->room, member, stream);

  g_ptr_array_add (changes, change);
  return change;
}

SrvChange *
srv_changes_add_room (GPtrArray *changes, SrvChangeKind kind, SrvRoom *room)
{
  SrvChange *change = srv_change_new (kind, room, NULL, NULL);

  g_ptr_array_add (changes, change);
  return change;
}

SrvChange *
srv_changes_add_subscription (GPtrArray *changes, SrvChangeKind kind, SrvSubscription *subscription)
{
  SrvChange *change = srv_changes_add (changes, kind, subscription->consumer, subscription->stream);

  change->subscription = srv_subscription_ref (subscription);
  return change;
}

/* Returns: what is muted of it, by its publisher or by an administrator */
SrvMuted
srv_stream_get_muted (const SrvStream *self)
{
  return self->publisher->muted | (self->audio_muted ? SRV_MUTED_AUDIO : 0) |
         (self->video_muted ? SRV_MUTED_VIDEO : 0);
}

/* Returns: whether there is an audio track that may be heard, and the consumer wants it */
gboolean
srv_subscription_wants_audio (const SrvSubscription *self)
{
  return self->audio && self->stream->audio && !(self->stream->publisher->muted & SRV_MUTED_AUDIO);
}

gboolean
srv_subscription_wants_video (const SrvSubscription *self)
{
  return self->video && self->stream->video && !(self->stream->publisher->muted & SRV_MUTED_VIDEO);
}
