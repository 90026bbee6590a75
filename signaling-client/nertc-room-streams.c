/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-room-private.h"
#include "nertc-name.h"
#include "nertc-wire.h"

/*
 * What the application published or subscribed is an intent: it outlives a lost connection and is
 * sent again after each join, until the application or the server takes it back.
 */

typedef enum {
  INTENT_PUBLISH,
  INTENT_SUBSCRIBE,
} IntentKind;

struct _NertcIntent {
  NertcRoom *room; /* unowned; NULL: dropped */
  IntentKind kind;
  char *stream_id; /* NULL: the server is to make one */
  NertcSource source;
  NertcMedia media;
  NertcMedia muted;
  GPtrArray *waiters;   /* who are to hear the answer to the next request */
  gboolean established; /* the server knows it */
  guint in_flight;
  gboolean withdrawn; /* before the server told its stream id */
};

/* One request for an intent, and who wait for its answer. */
typedef struct {
  NertcRoom *room; /* unowned: it ends its requests before it goes */
  NertcIntent *intent;
  GPtrArray *waiters;
} Request;

static GPtrArray *
waiters_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) nertc_waiter_free);
}

static void
intent_clear (NertcIntent *intent)
{
  g_free (intent->stream_id);
  g_ptr_array_unref (intent->waiters);
}

static void
intent_unref (NertcIntent *intent)
{
  g_rc_box_release_full (intent, (GDestroyNotify) intent_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NertcIntent, intent_unref)

GPtrArray *
nertc_intents_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) intent_unref);
}

static NertcIntent *
add_intent (NertcRoom *self, IntentKind kind, const char *stream_id)
{
  NertcIntent *intent = g_rc_box_new0 (NertcIntent);

  intent->room = self;
  intent->kind = kind;
  intent->stream_id = g_strdup (stream_id);
  intent->waiters = waiters_new ();
  g_ptr_array_add (self->intents, intent);
  return intent;
}

static NertcIntent *
find_intent (NertcRoom *self, IntentKind kind, const char *stream_id)
{
  for (guint i = 0; i < self->intents->len; i++) {
    NertcIntent *intent = g_ptr_array_index (self->intents, i);

    if (intent->kind == kind && g_strcmp0 (intent->stream_id, stream_id) == 0)
      return intent;
  }
  return NULL;
}

static void
finish_waiters (NertcIntent *intent, GPtrArray *waiters, const GError *error)
{
  for (guint i = 0; i < waiters->len; i++) {
    NertcWaiter *waiter = g_ptr_array_index (waiters, i);

    if (error)
      nertc_waiter_return_error (waiter, error);
    else if (intent->kind == INTENT_PUBLISH)
      nertc_waiter_return_string (waiter, intent->stream_id);
    else
      nertc_waiter_return_true (waiter);
  }
}

/* Everything that the room wanted, which it has let go before. */
void
nertc_intents_drop (GPtrArray *intents, const GError *error)
{
  for (guint i = 0; i < intents->len; i++)
    ((NertcIntent *) g_ptr_array_index (intents, i))->room = NULL;
  for (guint i = 0; i < intents->len; i++) {
    NertcIntent *intent = g_ptr_array_index (intents, i);

    finish_waiters (intent, intent->waiters, error);
  }
}

static void
drop_intent (NertcIntent *intent, const GError *error)
{
  g_autoptr (NertcIntent) keep = g_rc_box_acquire (intent);
  NertcRoom *room = g_steal_pointer (&intent->room);

  g_ptr_array_remove (room->intents, intent);
  finish_waiters (intent, intent->waiters, error);
}

static void
on_taken_back (JsonObject *result, const GError *error, gpointer data)
{
  if (error)
    g_debug ("A stream was not taken back: %s", error->message);
}

static void
send_take_back (NertcRoom *self, const char *stream_id)
{
  g_autoptr (JsonObject) params = nertc_wire_object ("streamId", stream_id);

  nertc_connection_call (self->connection, "stream.unpublish", params, on_taken_back, NULL);
}

static void
request_free (Request *request)
{
  g_ptr_array_unref (request->waiters);
  intent_unref (request->intent);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
accept_intent (Request *request, JsonObject *result)
{
  NertcIntent *intent = request->intent;

  intent->established = TRUE;
  if (intent->kind == INTENT_PUBLISH && !intent->stream_id)
    intent->stream_id = g_strdup (json_object_get_string_member (result, "streamId"));
  if (intent->withdrawn)
    send_take_back (request->room, intent->stream_id);
  finish_waiters (intent, request->waiters, NULL);
}

/* A refusal that nobody waits for concerns what the application believes to have. */
static void
refuse_intent (Request *request, const GError *error)
{
  NertcIntent *intent = request->intent;
  gboolean alive = intent->room != NULL;
  gboolean gone = error->code == NERTC_ERROR_STREAM_NOT_FOUND;

  if (alive && (!intent->established || gone))
    drop_intent (intent, error);
  if (alive && request->waiters->len == 0 && !gone)
    nertc_room_emit_stream_failed (request->room, intent->stream_id, error);
  finish_waiters (intent, request->waiters, error);
}

static gboolean
is_lost (const GError *error)
{
  return g_error_matches (error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
}

static void
on_intent_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (NertcRoom) keep = g_object_ref (request->room);

  request->intent->in_flight--;
  if (!error) {
    accept_intent (request, result);
  } else if (is_lost (error) && request->intent->room) {
    g_ptr_array_extend_and_steal (request->intent->waiters, g_steal_pointer (&request->waiters));
    request->waiters = waiters_new ();
  } else {
    refuse_intent (request, error);
  }
}

static JsonObject *
intent_to_wire (NertcIntent *intent)
{
  JsonObject *params = json_object_new ();

  nertc_wire_set_string (params, "streamId", intent->stream_id);
  nertc_media_to_wire (params, "audio", "video", intent->media);
  if (intent->kind == INTENT_PUBLISH) {
    json_object_set_string_member (params, "source", nertc_source_to_wire (intent->source));
    nertc_media_to_wire (params, "audioMuted", "videoMuted", intent->muted);
  }
  return params;
}

static void
send_intent (NertcIntent *intent)
{
  static const char *const methods[] = { "stream.publish", "stream.subscribe" };
  g_autoptr (JsonObject) params = intent_to_wire (intent);
  Request *request = g_new0 (Request, 1);

  request->room = intent->room;
  request->intent = g_rc_box_acquire (intent);
  request->waiters = g_steal_pointer (&intent->waiters);
  intent->waiters = waiters_new ();
  intent->in_flight++;
  nertc_connection_call (intent->room->connection, methods[intent->kind], params, on_intent_answer,
                         request);
}

/* A stream that the server does not have at present may still come back. */
static gboolean
is_missing (NertcRoom *self, const char *stream_id)
{
  return nertc_directory_get_stream (self->directory, stream_id) &&
         !nertc_directory_has_present_stream (self->directory, stream_id);
}

static void
restore_intent (NertcRoom *self, NertcIntent *intent)
{
  if (intent->established || intent->in_flight > 0)
    return;
  if (intent->kind == INTENT_PUBLISH ||
      nertc_directory_has_present_stream (self->directory, intent->stream_id))
    send_intent (intent);
}

/* The server that takes the next join knows nothing of them. */
void
nertc_room_unsettle_streams (NertcRoom *self)
{
  for (guint i = 0; i < self->intents->len; i++)
    ((NertcIntent *) g_ptr_array_index (self->intents, i))->established = FALSE;
}

/* After a join: what was published and subscribed before. */
void
nertc_room_restore_streams (NertcRoom *self)
{
  for (guint i = 0; i < self->intents->len; i++)
    restore_intent (self, g_ptr_array_index (self->intents, i));
}

/* A stream has come, perhaps one that was missing. */
void
nertc_room_restore_subscription (NertcRoom *self, const char *stream_id)
{
  NertcIntent *intent = find_intent (self, INTENT_SUBSCRIBE, stream_id);

  if (intent)
    restore_intent (self, intent);
}

/* A stream has gone. */
void
nertc_room_forget_subscription (NertcRoom *self, const char *stream_id, NertcCloseReason reason)
{
  g_autoptr (GError) error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND, "The stream ‘%s’ is gone", stream_id);
  NertcIntent *intent = find_intent (self, INTENT_SUBSCRIBE, stream_id);

  nertc_room_close_orphans_later (self, stream_id, NERTC_ROLE_RECEIVER, reason);
  if (intent)
    drop_intent (intent, error);
}

NertcMedia
nertc_room_get_published_media (NertcRoom *self, const char *stream_id)
{
  NertcIntent *intent = find_intent (self, INTENT_PUBLISH, stream_id);

  return intent ? intent->media : NERTC_MEDIA_NONE;
}

static gboolean
check_in_room (NertcRoom *self, GError **error)
{
  if (self->state == NERTC_ROOM_STATE_RECONNECTING ||
      (self->state == NERTC_ROOM_STATE_CONNECTED && self->connection))
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
need_intent (NertcRoom *self, IntentKind kind, const char *stream_id, GError **error)
{
  NertcIntent *intent;

  if (!check_stream_id (self, stream_id, error))
    return NULL;
  intent = find_intent (self, kind, stream_id);
  if (!intent)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND, "The stream ‘%s’ is not %s here",
                 stream_id, kind == INTENT_PUBLISH ? "published" : "subscribed");
  return intent;
}

/* When the connection ends first, there is nothing left to be changed. */
static void
on_change_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcWaiter) waiter = data;

  if (!error || is_lost (error))
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

static gboolean
is_on_server (NertcRoom *self, NertcIntent *intent)
{
  return self->state == NERTC_ROOM_STATE_CONNECTED &&
         (intent->established || intent->in_flight > 0);
}

static void
on_publish_cancelled (NertcWaiter *waiter, gpointer data)
{
  g_autoptr (NertcIntent) intent = g_rc_box_acquire ((NertcIntent *) data);
  g_autoptr (NertcRoom) room = NULL;

  nertc_waiter_return_cancelled (waiter);
  if (!intent->room || intent->established)
    return;
  room = g_object_ref (intent->room);
  intent->room = NULL;
  intent->withdrawn = intent->in_flight > 0 && !intent->stream_id;
  g_ptr_array_remove (room->intents, intent);
  if (intent->in_flight > 0 && intent->stream_id)
    send_take_back (room, intent->stream_id);
}

static gboolean
check_publish (NertcRoom *self, const char *stream_id, NertcMedia media, GError **error)
{
  if (!check_in_room (self, error))
    return FALSE;
  if (media == NERTC_MEDIA_NONE) {
    g_set_error_literal (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                         "A stream needs an audio or a video track");
    return FALSE;
  }
  if (!stream_id)
    return TRUE;
  if (find_intent (self, INTENT_PUBLISH, stream_id)) {
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
  intent = add_intent (self, INTENT_PUBLISH, stream_id);
  intent->source = source;
  intent->media = media;
  intent->muted = muted;
  g_ptr_array_add (intent->waiters,
                   nertc_waiter_new (g_steal_pointer (&task), on_publish_cancelled, intent));
  if (self->state == NERTC_ROOM_STATE_CONNECTED)
    send_intent (intent);
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
 * room is %NERTC_ROOM_STATE_RECONNECTING it is remembered, and the others hear it with the stream.
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
  intent = need_intent (self, INTENT_PUBLISH, stream_id, &error);
  if (!intent) {
    g_task_return_error (task, error);
    return;
  }
  intent->muted = muted;
  if (!is_on_server (self, intent)) {
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

/* What unpublish and unsubscribe have in common. @task: (transfer full) */
static void
take_back (NertcRoom *self, IntentKind kind, const char *stream_id, NertcCloseReason reason,
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
  on_server = is_on_server (self, intent);
  nertc_room_close_orphans_later (
      self, stream_id, kind == INTENT_PUBLISH ? NERTC_ROLE_SENDER : NERTC_ROLE_RECEIVER, reason);
  if (on_server) {
    g_autoptr (JsonObject) params = nertc_wire_object ("streamId", stream_id);

    send_change (self, method, params, g_steal_pointer (&task));
  } else {
    g_task_return_boolean (task, TRUE);
  }
  withdrawn =
      g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The stream ‘%s’ was taken back", stream_id);
  drop_intent (intent, withdrawn);
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
  take_back (self, INTENT_PUBLISH, stream_id, NERTC_CLOSE_REASON_UNPUBLISHED, "stream.unpublish",
             task);
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
 * @media: the tracks that are wanted; none pauses it
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
  intent = find_intent (self, INTENT_SUBSCRIBE, stream_id);
  if (!intent)
    intent = add_intent (self, INTENT_SUBSCRIBE, stream_id);
  intent->media = media;
  g_ptr_array_add (intent->waiters, nertc_waiter_new (g_steal_pointer (&task), NULL, NULL));
  if (self->state == NERTC_ROOM_STATE_CONNECTED && !is_missing (self, stream_id))
    send_intent (intent);
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
  take_back (self, INTENT_SUBSCRIBE, stream_id, NERTC_CLOSE_REASON_UNSUBSCRIBED,
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
