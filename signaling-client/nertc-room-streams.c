/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-intent.h"
#include "nertc-name.h"
#include "nertc-wire.h"

static gboolean
check_in_room (NertcRoom *self, GError **error)
{
  if ((self->state == NERTC_ROOM_STATE_RECONNECTING && !self->listens) ||
      (self->state == NERTC_ROOM_STATE_CONNECTED && nertc_room_has_session (self)))
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
               "Streams need a room that has been joined; this one is %s",
               nertc_room_state_to_string (self->state));
  return FALSE;
}

static gboolean
check_stream_id (NertcRoom *self, const char *stream_id, GError **error)
{
  return check_in_room (self, error) && nertc_check_stream_id (stream_id, error);
}

static NertcIntent *
need_intent (NertcRoom *self, NertcIntentKind kind, const char *stream_id, GError **error)
{
  NertcIntent *intent;

  if (!check_stream_id (self, stream_id, error))
    return NULL;
  intent = nertc_room_find_intent (self, kind, stream_id);
  if (!intent)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND, "The stream ‘%s’ is not %s here",
                 stream_id, kind == NERTC_INTENT_PUBLISH ? "published" : "subscribed");
  return intent;
}

/* When the connection ends first, there is nothing left to be changed. */
static void
on_change_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcWaiter) waiter = data;

  if (!error || nertc_error_is_loss (error))
    nertc_waiter_return_true (waiter);
  else
    nertc_waiter_return_error (waiter, error);
}

/* @task: (transfer full) */
static void
send_change (NertcRoom *self, const char *method, JsonObject *params, GTask *task)
{
  nertc_connection_call (self->connection, method, params, on_change_answer,
                         nertc_waiter_new (task, NULL, NULL));
}

static void
on_publish_cancelled (NertcWaiter *waiter, gpointer data)
{
  NertcIntent *intent = data;

  nertc_waiter_return_cancelled (waiter);
  if (intent->room && !intent->established)
    nertc_intent_withdraw (intent);
}

static gboolean
check_media (NertcMedia media, GError **error)
{
  if (media != NERTC_MEDIA_NONE)
    return TRUE;
  g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                       "A stream needs an audio or a video track");
  return FALSE;
}

static gboolean
check_publish (NertcRoom *self, const char *stream_id, NertcMedia media, GError **error)
{
  if (!check_in_room (self, error) || !check_media (media, error))
    return FALSE;
  if (!stream_id)
    return TRUE;
  if (nertc_room_find_intent (self, NERTC_INTENT_PUBLISH, stream_id)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_ID_TAKEN,
                 "The stream ‘%s’ is published here already; choose another stream id", stream_id);
    return FALSE;
  }
  return nertc_check_stream_id (stream_id, error);
}

/**
 * nertc_room_publish_async:
 * @self: a room that has been joined
 * @stream_id: (nullable): the name of the stream, 1 to 64 printable ASCII characters without space,
 *   unique under the app key; %NULL lets the server make one
 * @source: where the stream comes from
 * @media: its tracks, at least one
 * @muted: the tracks that are muted at first
 * @cancellable: (nullable): takes the publication back, too
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Tells the others of a stream. From then on the server opens a transport with the role
 * %NERTC_ROLE_SENDER for each of its consumers, see #NertcRoom::transport-opened.
 *
 * A publication outlives the connection: after each automatic join it is made again under the same
 * stream id, with what was muted last. This also holds for one that was not answered yet or was
 * asked for while the room is %NERTC_ROOM_STATE_RECONNECTING; it finishes then. Should the server
 * refuse to take it back, #NertcRoom::stream-failed tells.
 */
void
nertc_room_publish_async (NertcRoom *self, const char *stream_id, NertcSource source,
                          NertcMedia media, NertcMedia muted, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  NertcIntent *intent;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_publish_async);
  if (!check_publish (self, stream_id, media, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  intent = nertc_room_add_intent (self, NERTC_INTENT_PUBLISH, stream_id);
  intent->source = source;
  intent->media = media;
  intent->muted = muted;
  g_ptr_array_add (intent->waiters,
                   nertc_waiter_new (g_steal_pointer (&task), on_publish_cancelled, intent));
  if (nertc_room_has_session (self))
    nertc_intent_send (intent);
}

/**
 * nertc_room_publish_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_INVALID_PARAMS
 *   without a track, %NERTC_ERROR_STREAM_ID_INVALID, %NERTC_ERROR_STREAM_ID_TAKEN,
 *   %NERTC_ERROR_TOO_MANY_STREAMS, another one from the server, or %G_IO_ERROR_CANCELLED, also when
 *   the room was left before
 *
 * Returns: (transfer full): the id of the stream, or %NULL
 */
char *
nertc_room_publish_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * nertc_room_set_muted_async:
 * @self: a room that has been joined
 * @stream_id: a stream published here
 * @muted: the tracks that are muted from now on
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Tells the others which tracks of a stream are muted. It switches nothing by itself. While the
 * room is %NERTC_ROOM_STATE_RECONNECTING it is remembered, and the others hear it when the room is
 * connected again.
 */
void
nertc_room_set_muted_async (NertcRoom *self, const char *stream_id, NertcMedia muted,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (JsonObject) params = NULL;
  GError *error = NULL;
  NertcIntent *intent;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_set_muted_async);
  intent = need_intent (self, NERTC_INTENT_PUBLISH, stream_id, &error);
  if (!intent) {
    g_task_return_error (task, error);
    return;
  }
  intent->muted = muted;
  if (!nertc_intent_is_on_server (intent)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  params = nertc_wire_object ("streamId", stream_id);
  nertc_media_to_wire (params, "audioMuted", "videoMuted", muted);
  send_change (self, "stream.update", params, g_steal_pointer (&task));
}

/**
 * nertc_room_set_muted_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_STREAM_NOT_FOUND
 *   when the stream is not published here, or another one from the server
 *
 * Returns: whether the others know, or will know after the next join
 */
gboolean
nertc_room_set_muted_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_room_update_stream_async:
 * @self: a room that has been joined
 * @stream_id: a stream published here
 * @media: its tracks from now on, at least one
 * @renew: whether its descriptions have to be made anew though the tracks stay, because one of them
 *   has another codec, say
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Changes the tracks of a stream. Beside each of its transports the server opens the next one, see
 * #NertcRoom::transport-opened, and closes the old one as soon as the new one plays: what stays
 * goes on without a gap. While the room is %NERTC_ROOM_STATE_RECONNECTING it is remembered, and the
 * stream is published with these tracks after the next join.
 */
void
nertc_room_update_stream_async (NertcRoom *self, const char *stream_id, NertcMedia media,
                                gboolean renew, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (JsonObject) params = NULL;
  GError *error = NULL;
  NertcIntent *intent;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_update_stream_async);
  intent = need_intent (self, NERTC_INTENT_PUBLISH, stream_id, &error);
  if (!intent || !check_media (media, &error)) {
    g_task_return_error (task, error);
    return;
  }
  intent->media = media;
  nertc_room_supersede_transports (self, stream_id);
  if (!nertc_intent_is_on_server (intent)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  params = nertc_wire_object ("streamId", stream_id);
  nertc_media_to_wire (params, "audio", "video", media);
  if (renew)
    json_object_set_boolean_member (params, "renew", TRUE);
  send_change (self, "stream.update", params, g_steal_pointer (&task));
}

/**
 * nertc_room_update_stream_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_STREAM_NOT_FOUND
 *   when the stream is not published here, %NERTC_ERROR_INVALID_PARAMS without a track, or another
 *   one from the server
 *
 * Returns: whether the others know, or will know after the next join
 */
gboolean
nertc_room_update_stream_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* What unpublish and unsubscribe have in common. @task: (transfer full) */
static void
take_back (NertcRoom *self, NertcIntentKind kind, const char *stream_id, NertcCloseReason reason,
           const char *method, GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  g_autoptr (GError) withdrawn = NULL;
  GError *error = NULL;
  gboolean on_server;
  NertcIntent *intent = need_intent (self, kind, stream_id, &error);

  if (!intent) {
    g_task_return_error (task, error);
    return;
  }
  on_server = nertc_intent_is_on_server (intent);
  nertc_room_close_orphans_later (
      self, stream_id, kind == NERTC_INTENT_PUBLISH ? NERTC_ROLE_SENDER : NERTC_ROLE_RECEIVER,
      reason);
  if (on_server) {
    g_autoptr (JsonObject) params = nertc_wire_object ("streamId", stream_id);

    send_change (self, method, params, g_steal_pointer (&task));
  } else {
    g_task_return_boolean (task, TRUE);
  }
  withdrawn =
      g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The stream ‘%s’ was taken back", stream_id);
  nertc_intent_drop (intent, withdrawn);
}

/**
 * nertc_room_unpublish_async:
 * @self: a room that has been joined
 * @stream_id: a stream published here
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Takes a stream back. Its transports are closed.
 */
void
nertc_room_unpublish_async (NertcRoom *self, const char *stream_id, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_unpublish_async);
  take_back (self, NERTC_INTENT_PUBLISH, stream_id, NERTC_CLOSE_REASON_UNPUBLISHED,
             "stream.unpublish", task);
}

/**
 * nertc_room_unpublish_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_STREAM_NOT_FOUND
 *   when the stream is not published here, or another one from the server
 *
 * Returns: whether the stream is gone
 */
gboolean
nertc_room_unpublish_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
check_subscribe (NertcRoom *self, const char *stream_id, GError **error)
{
  if (!check_stream_id (self, stream_id, error))
    return FALSE;
  if (self->state == NERTC_ROOM_STATE_CONNECTED ||
      nertc_directory_get_stream (self->directory, stream_id))
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND, "There is no stream ‘%s’",
               stream_id);
  return FALSE;
}

/**
 * nertc_room_subscribe_async:
 * @self: a room that has been joined
 * @stream_id: a stream of another member
 * @media: the tracks that are wanted, now or when the stream gets them; none pauses it
 * @cancellable: (nullable): ends the waiting only; see nertc_room_unsubscribe_async()
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Asks for a stream. The server opens a transport with the role %NERTC_ROLE_RECEIVER, see
 * #NertcRoom::transport-opened. Asking again with other @media changes what is sent on it, without
 * a new transport.
 *
 * A subscription outlives the connection: after each automatic join it is made again as soon as the
 * stream is there. This also holds for one that was not answered yet or was asked for while the
 * room is %NERTC_ROOM_STATE_RECONNECTING; it finishes then, or with %NERTC_ERROR_STREAM_NOT_FOUND
 * when the stream is removed. It ends with its stream.
 */
void
nertc_room_subscribe_async (NertcRoom *self, const char *stream_id, NertcMedia media,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  NertcIntent *intent;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_subscribe_async);
  if (!check_subscribe (self, stream_id, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  intent = nertc_room_find_intent (self, NERTC_INTENT_SUBSCRIBE, stream_id);
  if (!intent)
    intent = nertc_room_add_intent (self, NERTC_INTENT_SUBSCRIBE, stream_id);
  intent->media = media;
  g_ptr_array_add (intent->waiters, nertc_waiter_new (g_steal_pointer (&task), NULL, NULL));
  if (nertc_room_has_session (self) && !nertc_room_is_missing_stream (self, stream_id))
    nertc_intent_send (intent);
}

/**
 * nertc_room_subscribe_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_STREAM_NOT_FOUND,
 *   another one from the server, or %G_IO_ERROR_CANCELLED, also when the room was left before
 *
 * Returns: whether the stream is subscribed
 */
gboolean
nertc_room_subscribe_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_room_unsubscribe_async:
 * @self: a room that has been joined
 * @stream_id: a stream subscribed here
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Ends a subscription. Its transport is closed.
 */
void
nertc_room_unsubscribe_async (NertcRoom *self, const char *stream_id, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_unsubscribe_async);
  take_back (self, NERTC_INTENT_SUBSCRIBE, stream_id, NERTC_CLOSE_REASON_UNSUBSCRIBED,
             "stream.unsubscribe", task);
}

/**
 * nertc_room_unsubscribe_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_STREAM_NOT_FOUND
 *   when the stream is not subscribed here, or another one from the server
 *
 * Returns: whether the subscription has ended
 */
gboolean
nertc_room_unsubscribe_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
