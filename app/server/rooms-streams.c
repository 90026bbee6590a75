/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-id.h"
#include "room-private.h"

/* What ends */

static void
drop_subscription (SrvSubscription *subscription, NertcCloseReason reason, GPtrArray *changes)
{
  srv_changes_add_subscription (changes, SRV_CHANGE_SUBSCRIPTION_REMOVED, subscription)->reason =
      reason;
  g_hash_table_remove (subscription->consumer->subscriptions, subscription->stream);
  g_hash_table_remove (subscription->stream->subscriptions, subscription->consumer);
}

void
srv_subscriptions_drop (GHashTable *table, NertcCloseReason reason, GPtrArray *changes)
{
  g_autoptr (GList) subscriptions = g_hash_table_get_values (table);

  for (GList *l = subscriptions; l; l = l->next)
    drop_subscription (l->data, reason, changes);
}

void
srv_rooms_drop_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason,
                       GPtrArray *changes)
{
  srv_subscriptions_drop (stream->subscriptions, reason, changes);
  srv_changes_add (changes, SRV_CHANGE_STREAM_REMOVED, stream->publisher, stream)->reason = reason;
  g_hash_table_remove (self->streams, stream->key);
  g_ptr_array_remove (stream->publisher->streams, stream);
}

/* The publisher is told as well. */
void
srv_rooms_drop_stream_forced (SrvRooms *self, SrvStream *stream, NertcCloseReason reason,
                              GPtrArray *changes)
{
  srv_rooms_drop_stream (self, stream, reason, changes);
  ((SrvChange *) g_ptr_array_index (changes, changes->len - 1))->forced = TRUE;
}

/* Streams */

static char *
find_stream_id (SrvRooms *self, SrvMember *member, const SrvPublish *publish, GError **error)
{
  g_autofree char *id = publish->id ? g_strdup (publish->id) : srv_random_id ();
  g_autofree char *key = srv_scoped_key (id, member->room->app_key);

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
  added->key = srv_scoped_key (id, member->room->app_key);
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

  changes = srv_changes_new ();
  srv_changes_add (changes, SRV_CHANGE_STREAM_ADDED, member, added);
  *stream = added;
  return changes;
}

static SrvStream *
find_stream (SrvRooms *self, SrvMember *member, const char *stream_id, gboolean own, GError **error)
{
  g_autofree char *key = srv_scoped_key (stream_id, member->room->app_key);
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
    srv_changes_add_subscription (changes, SRV_CHANGE_SUBSCRIPTION_RENEWED, subscription);
}

/* Other tracks need other descriptions: those who have subscribed get them. */
GPtrArray *
srv_rooms_update_stream (SrvRooms *self, SrvMember *member, const char *stream_id,
                         const SrvStreamUpdate *update, GError **error)
{
  SrvStream *stream = find_stream (self, member, stream_id, TRUE, error);
  gboolean renewed;
  GPtrArray *changes;
  SrvMuted before;

  if (!stream || !may_update (stream, update, error))
    return NULL;
  changes = srv_changes_new ();
  before = srv_stream_get_muted (stream);
  renewed = set_flag (&stream->audio, update->audio);
  renewed = set_flag (&stream->video, update->video) || renewed || update->renew;
  set_flag (&stream->audio_muted, update->audio_muted);
  set_flag (&stream->video_muted, update->video_muted);
  if (renewed || srv_stream_get_muted (stream) != before)
    srv_changes_add (changes, SRV_CHANGE_STREAM_UPDATED, member, stream)->renewed = renewed;
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
  changes = srv_changes_new ();
  srv_rooms_drop_stream (self, stream, NERTC_CLOSE_REASON_UNPUBLISHED, changes);
  return changes;
}

/* Ends it without its publisher. */
GPtrArray *
srv_rooms_take_stream (SrvRooms *self, SrvStream *stream, NertcCloseReason reason)
{
  GPtrArray *changes = srv_changes_new ();

  srv_rooms_drop_stream_forced (self, stream, reason, changes);
  return changes;
}

static void
change_subscriptions (SrvStream *stream, GPtrArray *changes)
{
  GHashTableIter iter;
  gpointer subscription;

  g_hash_table_iter_init (&iter, stream->subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription))
    srv_changes_add_subscription (changes, SRV_CHANGE_SUBSCRIPTION_CHANGED, subscription);
}

/* All that @publisher publishes, and will publish. */
void
srv_streams_mute (SrvMember *publisher, SrvMuted muted, GPtrArray *changes)
{
  g_autofree SrvMuted *before = g_new (SrvMuted, publisher->streams->len);

  for (guint i = 0; i < publisher->streams->len; i++)
    before[i] = srv_stream_get_muted (g_ptr_array_index (publisher->streams, i));
  publisher->muted = muted;
  for (guint i = 0; i < publisher->streams->len; i++) {
    SrvStream *stream = g_ptr_array_index (publisher->streams, i);

    if (srv_stream_get_muted (stream) != before[i])
      srv_changes_add (changes, SRV_CHANGE_STREAM_UPDATED, publisher, stream);
    change_subscriptions (stream, changes);
  }
}

/* Subscriptions */

static SrvSubscription *
add_subscription (SrvStream *stream, SrvMember *consumer, gboolean audio, gboolean video)
{
  SrvSubscription *subscription = g_rc_box_new0 (SrvSubscription);

  subscription->stream = srv_stream_ref (stream);
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
  srv_changes_add_subscription (changes, SRV_CHANGE_SUBSCRIPTION_CHANGED, subscription);
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
  changes = srv_changes_new ();
  if (subscription)
    change_subscription (subscription, audio, video, changes);
  else
    srv_changes_add_subscription (changes, SRV_CHANGE_SUBSCRIPTION_ADDED,
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
  changes = srv_changes_new ();
  drop_subscription (subscription, NERTC_CLOSE_REASON_UNSUBSCRIBED, changes);
  return changes;
}
