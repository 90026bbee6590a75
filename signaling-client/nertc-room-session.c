/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backoff.h"
#include "nertc-intent.h"
#include "nertc-wire.h"

static void schedule_retry (NertcRoom *self, const GError *error);

static void
stop_timer (GSource **timer)
{
  if (*timer)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

void
nertc_room_start_timer (NertcRoom *self, GSource **timer, guint ms, GSourceFunc func)
{
  stop_timer (timer);
  *timer = g_timeout_source_new (ms);
  g_source_set_callback (*timer, func, self, NULL);
  g_source_attach (*timer, self->context);
}

void
nertc_room_stop_timers (NertcRoom *self)
{
  stop_timer (&self->deadline);
  stop_timer (&self->retry);
  stop_timer (&self->give_up);
  stop_timer (&self->settle);
  nertc_room_end_token_watch (self);
}

/* Whether what is sent now is kept until the server has it; also while the connection is lost. */
gboolean
nertc_room_has_session (NertcRoom *self)
{
  return self->connection && nertc_connection_has_session (self->connection);
}

void
nertc_room_drop_connection (NertcRoom *self)
{
  g_autoptr (NertcConnection) connection = g_steal_pointer (&self->connection);

  self->opened = FALSE;
  if (connection)
    nertc_connection_drop (connection);
}

NertcRemains
nertc_room_end_session (NertcRoom *self)
{
  NertcRemains remains = {
    g_steal_pointer (&self->join),        g_steal_pointer (&self->intents),
    g_steal_pointer (&self->transports),  g_steal_pointer (&self->orphans),
    g_steal_pointer (&self->invitations),
  };

  self->intents = nertc_intents_new ();
  self->transports = nertc_transports_new ();
  self->orphans = g_ptr_array_new_with_free_func (g_object_unref);
  self->invitations = nertc_invitations_new ();
  g_clear_pointer (&self->directory, nertc_directory_free);
  nertc_room_stop_timers (self);
  self->generation++;
  return remains;
}

void
nertc_remains_release (NertcRemains *remains, NertcCloseReason reason, const GError *error)
{
  g_autoptr (NertcWaiter) join = remains->join;
  g_autoptr (GPtrArray) intents = remains->intents;
  g_autoptr (GHashTable) transports = remains->transports;
  g_autoptr (GPtrArray) orphans = remains->orphans;
  g_autoptr (GHashTable) invitations = remains->invitations;

  nertc_transports_close (transports, orphans, reason);
  nertc_intents_drop (intents, error);
  nertc_invitations_end (invitations, reason);
  if (join)
    nertc_waiter_return_error (join, error);
}

/* An end that nobody asked for. It leads to FAILED. @message: (nullable): of an administrator */
static void
fail_with_message (NertcRoom *self, NertcSessionEvent event, NertcCloseReason reason,
                   const GError *error, const char *message)
{
  NertcRoomState next;
  NertcRemains remains;

  if (!nertc_session_state_next (self->state, event, &next, NULL))
    g_return_if_reached ();
  remains = nertc_room_end_session (self);
  nertc_room_drop_connection (self);
  nertc_room_set_state (self, next, reason);
  nertc_remains_release (&remains, reason, error);
  if (event != NERTC_SESSION_EVENT_REFUSED)
    nertc_room_emit_closed (self, error, reason, message);
}

static void
fail (NertcRoom *self, NertcSessionEvent event, NertcCloseReason reason, const GError *error)
{
  fail_with_message (self, event, reason, error, NULL);
}

static NertcCloseReason
get_refusal_reason (const GError *error)
{
  if (error->domain != NERTC_ERROR)
    return NERTC_CLOSE_REASON_FAILED;
  switch (error->code) {
    case NERTC_ERROR_SERVER_UNREACHABLE:
    case NERTC_ERROR_CERTIFICATE:
    case NERTC_ERROR_CONNECTION_LOST:
      return NERTC_CLOSE_REASON_LOST;
    case NERTC_ERROR_TIMEOUT:
      return NERTC_CLOSE_REASON_TIMEOUT;
    default:
      return NERTC_CLOSE_REASON_REFUSED;
  }
}

static guint
get_elapsed_ms (gint64 since)
{
  return (guint) MIN ((g_get_monotonic_time () - since) / 1000, G_MAXUINT);
}

/* What went wrong with a join, the first one or another one. */
static void
fail_attempt (NertcRoom *self, const GError *error)
{
  stop_timer (&self->deadline);
  if (self->state == NERTC_ROOM_STATE_CONNECTING)
    fail (self, NERTC_SESSION_EVENT_REFUSED, get_refusal_reason (error), error);
  else if (self->state == NERTC_ROOM_STATE_RECONNECTING)
    schedule_retry (self, error);
}

static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (user_data));
  g_autoptr (GError) error = NULL;

  error = g_error_new (NERTC_ERROR, NERTC_ERROR_TIMEOUT,
                       "The room server at %s did not answer within %u ms; check its address, or "
                       "whether something on the way swallows the packets",
                       self->server,
                       self->state == NERTC_ROOM_STATE_CONNECTING ? self->join_timeout
                                                                  : self->timing.attempt);
  fail_attempt (self, error);
  return G_SOURCE_REMOVE;
}

/* Returns: (transfer full) (nullable): %NULL without the token that is to be there */
static JsonObject *
get_join_params (NertcRoom *self, GError **error)
{
  const char *uid = nertc_room_get_uid (self);
  g_autoptr (JsonObject) params = json_object_new ();

  if (!self->listens)
    json_object_set_string_member (params, "channel", self->channel);
  nertc_wire_set_string (params, "uid", uid);
  nertc_wire_set_string (params, "appKey", self->app_key);
  nertc_wire_set_string (params, "userName", self->user_name);
  nertc_wire_set_string (params, "userData", self->user_data);
  if (!self->listens)
    json_object_set_boolean_member (params, "userUpdates", self->user_updates);
  if (self->secret_uid && g_strcmp0 (uid, self->secret_uid) == 0)
    json_object_set_string_member (params, "sessionSecret", self->session_secret);
  return nertc_room_add_token (self, params, error) ? g_steal_pointer (&params) : NULL;
}

static gboolean
on_settle (gpointer user_data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (user_data));
  g_autoptr (GPtrArray) changes = nertc_changes_new ();

  stop_timer (&self->settle);
  nertc_directory_settle (self->directory, changes);
  nertc_room_emit_changes (self, changes);
  return G_SOURCE_REMOVE;
}

static void
start_to_settle (NertcRoom *self)
{
  if (self->directory && !nertc_directory_is_settled (self->directory))
    nertc_room_start_timer (self, &self->settle, self->timing.settle, on_settle);
}

static void
take_snapshot (NertcRoom *self, JsonObject *result, GPtrArray *changes)
{
  if (!self->directory)
    self->directory = nertc_directory_new (self->user_updates);
  nertc_directory_apply_snapshot (self->directory, json_object_get_array_member (result, "members"),
                                  changes);
}

static void
take_join_result (NertcRoom *self, JsonObject *result, GPtrArray *changes)
{
  const char *uid = json_object_get_string_member (result, "uid");
  JsonObject *room = json_object_get_object_member (result, "room");

  g_free (self->session_secret);
  self->session_secret = g_strdup (json_object_get_string_member (result, "sessionSecret"));
  g_free (self->secret_uid);
  self->secret_uid = g_strdup (uid);
  self->joined_at = g_get_monotonic_time ();
  nertc_connection_begin_session (self->connection, json_object_get_string_member (result, "epoch"),
                                  json_object_get_int_member (result, "pingInterval"));
  if (!self->listens)
    take_snapshot (self, result, changes);
  nertc_room_set_uid (self, uid);
  nertc_room_take_rights (self, result);
  nertc_room_set_muted_by_admin (self, nertc_media_from_wire (result, "audioMuted", "videoMuted"));
  nertc_room_take_first_member_count (self, result);
  if (!self->listens)
    nertc_room_take_extra_info (self, json_object_get_string_member (room, "extraInfo"));
}

/* @event: what leads into a room, or back to it */
static NertcSessionEvent
choose_event (NertcRoom *self, NertcSessionEvent event)
{
  return self->listens ? NERTC_SESSION_EVENT_LISTENED : event;
}

/* The application hears of the state first, then of the others, then that its join is done. */
static void
enter (NertcRoom *self, JsonObject *result)
{
  g_autoptr (GPtrArray) changes = nertc_changes_new ();
  guint generation = self->generation;
  NertcRoomState next;

  if (!nertc_session_state_next (self->state, choose_event (self, NERTC_SESSION_EVENT_JOINED),
                                 &next, NULL))
    g_return_if_reached ();
  stop_timer (&self->deadline);
  stop_timer (&self->give_up);
  take_join_result (self, result, changes);
  if (self->generation != generation)
    return;
  if (!self->listens)
    nertc_room_send_metadata (self);
  start_to_settle (self);

  nertc_room_set_state (self, next, NERTC_CLOSE_REASON_NONE);
  if (self->generation == generation)
    nertc_room_emit_changes (self, changes);
  if (self->generation == generation)
    nertc_room_restore_streams (self);
  if (self->generation == generation && self->join) {
    g_autoptr (NertcWaiter) join = g_steal_pointer (&self->join);

    nertc_waiter_return_true (join);
  }
}

/* Whether time may help. A server keeps the place of a member who is lost. */
static gboolean
is_passing (NertcRoom *self, const GError *error)
{
  switch (error->code) {
    case NERTC_ERROR_UID_TAKEN:
      return get_elapsed_ms (self->lost_at) < self->timing.uid_taken;
    case NERTC_ERROR_INTERNAL:
    case NERTC_ERROR_ROOM_FULL:
    case NERTC_ERROR_TOO_MANY_ROOMS:
    case NERTC_ERROR_RATE_EXCEEDED:
      return TRUE;
    default:
      return FALSE;
  }
}

/* Why a member is not let in again who was in the room. */
static NertcCloseReason
get_end_reason (const GError *error)
{
  switch (error->code) {
    case NERTC_ERROR_TOKEN_EXPIRED:
      return NERTC_CLOSE_REASON_EXPIRED;
    case NERTC_ERROR_BANNED:
      return NERTC_CLOSE_REASON_BANNED;
    default:
      return NERTC_CLOSE_REASON_REFUSED;
  }
}

static void
take_refusal (NertcRoom *self, const GError *error)
{
  g_autoptr (GError) told = nertc_room_explain_refusal (self, error);

  if (self->state == NERTC_ROOM_STATE_CONNECTING || is_passing (self, error))
    fail_attempt (self, told);
  else
    fail (self, NERTC_SESSION_EVENT_GAVE_UP, get_end_reason (error), told);
}

static void
on_join_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (data));

  if (result)
    enter (self, result);
  else if (error->domain == NERTC_ERROR && error->code != NERTC_ERROR_CONNECTION_LOST)
    take_refusal (self, error); /* otherwise the end of the connection says it */
}

static void
send_join (NertcRoom *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) params = get_join_params (self, &error);

  if (!params) {
    fail_attempt (self, error);
    return;
  }
  self->member_changed = FALSE;
  nertc_connection_call (self->connection, self->listens ? "invite.listen" : "room.join", params,
                         on_join_answer, self);
}

/*
 * The server does not keep our place any more. What was under way is done again after the next
 * join, and the transports go on without the server until it hears of them.
 */
static void
lose_session (NertcRoom *self, const GError *error)
{
  nertc_room_end_token_watch (self);
  nertc_room_unsettle_streams (self);
  nertc_room_orphan_transports (self);
  if (self->connection)
    nertc_connection_forget_session (self->connection, error);
}

/* Whoever waited for an answer may have left the room. */
static void
join_afresh (NertcRoom *self, const GError *problem)
{
  g_autoptr (GError) error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                   "The room server did not take the session up again: %s", problem->message);
  g_autoptr (GHashTable) invitations = g_steal_pointer (&self->invitations);
  guint generation = self->generation;

  g_debug ("%s; joining afresh", error->message);
  self->invitations = nertc_invitations_new ();
  lose_session (self, error);
  nertc_invitations_end (invitations, NERTC_CLOSE_REASON_LOST);
  if (self->generation == generation && self->connection)
    send_join (self);
}

/* All is as it was, and nobody has seen anything. */
static void
resume (NertcRoom *self)
{
  NertcRoomState next;

  if (!nertc_session_state_next (self->state, choose_event (self, NERTC_SESSION_EVENT_RESUMED),
                                 &next, NULL))
    g_return_if_reached ();
  stop_timer (&self->deadline);
  stop_timer (&self->give_up);
  self->joined_at = g_get_monotonic_time ();
  start_to_settle (self);
  nertc_room_set_state (self, next, NERTC_CLOSE_REASON_NONE);
}

static void
on_resume_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (data));
  g_autoptr (GError) problem = NULL;

  if (result && nertc_connection_take_resumed (self->connection, result, &problem))
    resume (self);
  else if (result)
    join_afresh (self, problem);
  else if (nertc_error_is_loss (error) || error->domain != NERTC_ERROR)
    return; /* the end of the connection says it */
  else if (error->code == NERTC_ERROR_RATE_EXCEEDED || error->code == NERTC_ERROR_INTERNAL)
    fail_attempt (self, error);
  else
    join_afresh (self, error);
}

static void
on_opened (gpointer owner)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (owner));
  g_autoptr (GError) error = NULL;

  self->opened = TRUE;
  if (nertc_connection_can_resume (self->connection)) {
    nertc_connection_resume (self->connection, self->session_secret, on_resume_answer, self);
  } else if (nertc_room_has_session (self)) {
    error = g_error_new_literal (NERTC_ERROR, NERTC_ERROR_SESSION_GONE,
                                 "more was to be sent than is kept");
    join_afresh (self, error);
  } else {
    send_join (self);
  }
}

static void
on_event (const NertcMessage *event, gpointer owner)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (owner));

  if (nertc_room_is_connected (self))
    nertc_room_take_event (self, event);
}

static gboolean
on_give_up (gpointer user_data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (user_data));
  g_autoptr (GError) error = NULL;

  error = g_error_new (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                       "The connection to the room server was lost and could not be made again "
                       "within %u ms: %s",
                       self->reconnect_timeout, self->last_problem);
  fail (self, NERTC_SESSION_EVENT_GAVE_UP, NERTC_CLOSE_REASON_TIMEOUT, error);
  return G_SOURCE_REMOVE;
}

/*
 * The membership goes on as soon as the server is there again. @session_too: whether the server has
 * ended the session.
 */
static void
lose (NertcRoom *self, gboolean session_too, NertcCloseReason reason, const GError *error)
{
  g_autoptr (NertcConnection) gone = session_too ? g_steal_pointer (&self->connection) : NULL;
  g_autoptr (GHashTable) invitations = NULL;
  NertcRoomState next;

  if (!nertc_session_state_next (self->state, NERTC_SESSION_EVENT_LOST, &next, NULL))
    g_return_if_reached ();
  self->opened = FALSE;
  self->lost_at = g_get_monotonic_time ();
  if (get_elapsed_ms (self->joined_at) >= self->timing.stable)
    self->attempt = 0;
  stop_timer (&self->settle);
  if (session_too) {
    lose_session (self, error);
    invitations = g_steal_pointer (&self->invitations);
    self->invitations = nertc_invitations_new ();
  }
  nertc_room_start_timer (self, &self->give_up, self->reconnect_timeout, on_give_up);
  schedule_retry (self, error);
  nertc_room_set_state (self, next, reason);
  if (gone)
    nertc_connection_drop (gone);
  if (invitations)
    nertc_invitations_end (invitations, reason);
}

static void
on_ended (const GError *error, gpointer owner)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (owner));

  self->opened = FALSE;
  if (nertc_room_is_connected (self))
    lose (self, !nertc_connection_can_resume (self->connection), NERTC_CLOSE_REASON_LOST, error);
  else if (self->state == NERTC_ROOM_STATE_DISCONNECTING)
    nertc_room_finish_leave (self, self->leave_answered ? NULL : error);
  else
    fail_attempt (self, error);
}

static const NertcConnectionFuncs connection_funcs = { on_opened, on_event, on_ended };

/* The path may be left out of the address. */
static char *
get_url (NertcRoom *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->server, G_URI_FLAGS_NONE, NULL);

  return *g_uri_get_path (uri) ? g_strdup (self->server)
                               : g_strconcat (self->server, NERTC_PATH, NULL);
}

void
nertc_room_start_attempt (NertcRoom *self)
{
  g_autofree char *url = get_url (self);
  guint limit =
      self->state == NERTC_ROOM_STATE_CONNECTING ? self->join_timeout : self->timing.attempt;

  nertc_room_start_timer (self, &self->deadline, limit, on_deadline);
  if (!self->connection)
    self->connection = nertc_connection_new (&connection_funcs, self);
  nertc_connection_open (self->connection, self->make_socket (self->make_socket_data), url);
}

static gboolean
on_retry (gpointer user_data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (user_data));

  stop_timer (&self->retry);
  nertc_room_start_attempt (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_retry (NertcRoom *self, const GError *error)
{
  guint delay =
      nertc_backoff_delay (self->attempt++, get_elapsed_ms (self->lost_at), g_random_double ());

  g_free (self->last_problem);
  self->last_problem = g_strdup (error->message);
  self->opened = FALSE;
  if (self->connection)
    nertc_connection_abandon (self->connection);
  nertc_room_start_timer (self, &self->retry, delay / self->timing.hurry, on_retry);
}

/* Whether a room that is closed for this reason is to be joined again. */
static gboolean
is_temporary (NertcCloseReason reason)
{
  return reason == NERTC_CLOSE_REASON_SHUTDOWN || reason == NERTC_CLOSE_REASON_TIMEOUT ||
         reason == NERTC_CLOSE_REASON_LOST;
}

/* The server's last word. */
void
nertc_room_take_closed (NertcRoom *self, NertcCloseReason reason, const char *message)
{
  g_autofree char *what = NULL;
  g_autoptr (GError) error = NULL;

  if (is_temporary (reason)) {
    error = g_error_new (NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST,
                         "The room server ended the connection: %s",
                         nertc_close_reason_to_string (reason));
    lose (self, TRUE, reason, error);
    return;
  }
  what = self->listens ? g_strdup ("The listening for invitations")
                       : g_strdup_printf ("The membership of room ‘%s’", self->channel);
  error = g_error_new (NERTC_ERROR, NERTC_ERROR_ROOM_CLOSED, "%s was ended by the server: %s%s%s",
                       what, nertc_close_reason_to_string (reason), message ? ": " : "",
                       message ? message : "");
  fail_with_message (self, NERTC_SESSION_EVENT_CLOSED, reason, error, message);
}

/* The last reference is gone, so nobody waits any more. */
void
nertc_room_dispose_session (NertcRoom *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The room is gone");
  NertcRemains remains = nertc_room_end_session (self);

  nertc_room_drop_connection (self);
  nertc_remains_release (&remains, NERTC_CLOSE_REASON_LEFT, error);
}
