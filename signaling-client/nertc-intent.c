/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-intent.h"

#include "nertc-wire.h"

/* The most transports that a message may name. */
#define PUBLISHED_TRANSPORTS_MAX 1000
#define SUBSCRIBED_TRANSPORTS_MAX 8

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

NertcIntent *
nertc_room_add_intent (NertcRoom *self, NertcIntentKind kind, const char *stream_id)
{
  NertcIntent *intent = g_rc_box_new0 (NertcIntent);

  intent->room = self;
  intent->kind = kind;
  intent->stream_id = g_strdup (stream_id);
  intent->waiters = waiters_new ();
  g_ptr_array_add (self->intents, intent);
  return intent;
}

NertcIntent *
nertc_room_find_intent (NertcRoom *self, NertcIntentKind kind, const char *stream_id)
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
    else if (intent->kind == NERTC_INTENT_PUBLISH)
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

void
nertc_intent_drop (NertcIntent *intent, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (NertcIntent) keep = g_rc_box_acquire (intent);
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
  if (intent->kind == NERTC_INTENT_PUBLISH && !intent->stream_id)
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
  gboolean waits_for_grant = error->code == NERTC_ERROR_GRANT_MISSING && request->waiters->len == 0;

  if (alive && (gone || (!intent->established && !waits_for_grant)))
    nertc_intent_drop (intent, error);
  if (alive && request->waiters->len == 0 && !gone)
    nertc_room_emit_stream_failed (request->room, intent->stream_id, error);
  finish_waiters (intent, request->waiters, error);
}

/* Whether it is the connection that failed, and not the request. */
gboolean
nertc_error_is_loss (const GError *error)
{
  return g_error_matches (error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
}

static void
on_intent_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (Request) request = data;
  G_GNUC_UNUSED g_autoptr (NertcRoom) keep = g_object_ref (request->room);

  request->intent->in_flight--;
  if (!error) {
    accept_intent (request, result);
  } else if (nertc_error_is_loss (error) && request->intent->room) {
    g_ptr_array_extend_and_steal (request->intent->waiters, g_steal_pointer (&request->waiters));
    request->waiters = waiters_new ();
  } else {
    refuse_intent (request, error);
  }
}

/* What carries the stream already needs not be opened again. */
static void
name_transports (NertcIntent *intent, JsonObject *params)
{
  gboolean publish = intent->kind == NERTC_INTENT_PUBLISH;
  g_autoptr (JsonArray) ids = NULL;

  if (!intent->stream_id)
    return;
  ids = nertc_room_name_live_transports (
      intent->room, intent->stream_id, publish ? NERTC_ROLE_SENDER : NERTC_ROLE_RECEIVER,
      publish ? PUBLISHED_TRANSPORTS_MAX : SUBSCRIBED_TRANSPORTS_MAX);
  if (ids)
    json_object_set_array_member (params, "transports", g_steal_pointer (&ids));
}

static JsonObject *
intent_to_wire (NertcIntent *intent)
{
  JsonObject *params = json_object_new ();

  nertc_wire_set_string (params, "streamId", intent->stream_id);
  name_transports (intent, params);
  nertc_media_to_wire (params, "audio", "video", intent->media);
  if (intent->kind == NERTC_INTENT_PUBLISH) {
    json_object_set_string_member (params, "source", nertc_source_to_wire (intent->source));
    nertc_media_to_wire (params, "audioMuted", "videoMuted", intent->muted);
  }
  return params;
}

void
nertc_intent_send (NertcIntent *intent)
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
gboolean
nertc_room_is_missing_stream (NertcRoom *self, const char *stream_id)
{
  return nertc_directory_get_stream (self->directory, stream_id) &&
         !nertc_directory_has_present_stream (self->directory, stream_id);
}

static void
restore_intent (NertcRoom *self, NertcIntent *intent)
{
  if (intent->established || intent->in_flight > 0)
    return;
  if (intent->kind == NERTC_INTENT_PUBLISH ||
      nertc_directory_has_present_stream (self->directory, intent->stream_id))
    nertc_intent_send (intent);
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

/* The server has ended them all: this member may not subscribe any more. */
void
nertc_room_unsettle_subscriptions (NertcRoom *self)
{
  for (guint i = 0; i < self->intents->len; i++) {
    NertcIntent *intent = g_ptr_array_index (self->intents, i);

    if (intent->kind == NERTC_INTENT_SUBSCRIBE)
      intent->established = FALSE;
  }
}

/* What waited for rights that this member has now. */
void
nertc_room_restore_permitted (NertcRoom *self)
{
  for (guint i = 0; i < self->intents->len; i++) {
    NertcIntent *intent = g_ptr_array_index (self->intents, i);

    if (intent->kind == NERTC_INTENT_PUBLISH ? nertc_room_may_publish (self)
                                             : (self->grants & NERTC_GRANTS_SUBSCRIBE) != 0)
      restore_intent (self, intent);
  }
}

/* A stream has come, perhaps one that was missing. */
void
nertc_room_restore_subscription (NertcRoom *self, const char *stream_id)
{
  NertcIntent *intent = nertc_room_find_intent (self, NERTC_INTENT_SUBSCRIBE, stream_id);

  if (intent)
    restore_intent (self, intent);
}

/*
 * The server has taken a stream of ours, though the application still wants it out: at once again
 * if it only took us for dead; what we may not publish is published when we may.
 */
void
nertc_room_lose_publication (NertcRoom *self, const char *stream_id, NertcCloseReason reason)
{
  NertcIntent *intent = nertc_room_find_intent (self, NERTC_INTENT_PUBLISH, stream_id);
  g_autoptr (GError) error = NULL;

  if (!intent)
    return;
  intent->established = FALSE;
  if (reason == NERTC_CLOSE_REASON_TIMEOUT) {
    restore_intent (self, intent);
    return;
  }
  error = g_error_new (NERTC_ERROR, NERTC_ERROR_GRANT_MISSING,
                       "The stream ‘%s’ is published no more, since this member may not publish "
                       "now; it comes back when an admin makes it a host, or with another token",
                       stream_id);
  nertc_room_emit_stream_failed (self, stream_id, error);
}

/* A stream has gone. */
void
nertc_room_forget_subscription (NertcRoom *self, const char *stream_id, NertcCloseReason reason)
{
  g_autoptr (GError) error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND, "The stream ‘%s’ is gone", stream_id);
  NertcIntent *intent = nertc_room_find_intent (self, NERTC_INTENT_SUBSCRIBE, stream_id);

  nertc_room_close_orphans_later (self, stream_id, NERTC_ROLE_RECEIVER, reason);
  if (intent)
    nertc_intent_drop (intent, error);
}

NertcMedia
nertc_room_get_published_media (NertcRoom *self, const char *stream_id)
{
  NertcIntent *intent = nertc_room_find_intent (self, NERTC_INTENT_PUBLISH, stream_id);

  return intent ? intent->media : NERTC_MEDIA_NONE;
}

/* Whether the server knows it, or is about to. */
gboolean
nertc_intent_is_on_server (NertcIntent *intent)
{
  return nertc_room_has_session (intent->room) && (intent->established || intent->in_flight > 0);
}

/* Nobody wants the publication any more, and its stream id may not be known yet. */
void
nertc_intent_withdraw (NertcIntent *intent)
{
  G_GNUC_UNUSED g_autoptr (NertcIntent) keep = g_rc_box_acquire (intent);
  NertcRoom *room = g_steal_pointer (&intent->room);

  intent->withdrawn = intent->in_flight > 0 && !intent->stream_id;
  g_ptr_array_remove (room->intents, intent);
  if (intent->in_flight > 0 && intent->stream_id)
    send_take_back (room, intent->stream_id);
}
