/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-name.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

#define APP_KEY_MAX 64

static gboolean
check_server (const char *server, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);

  if (uri && g_uri_get_host (uri) && *g_uri_get_host (uri) &&
      (g_str_equal (g_uri_get_scheme (uri), "ws") || g_str_equal (g_uri_get_scheme (uri), "wss")))
    return TRUE;
  g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
               "‘%s’ is no address of a room server; write it like %s, with wss:// for TLS", server,
               NERTC_DEFAULT_SERVER);
  return FALSE;
}

static gboolean
check_config (NertcRoom *self, GError **error)
{
  return check_server (self->server, error) &&
         (!self->wanted_uid || nertc_check_uid (self->wanted_uid, error)) &&
         nertc_wire_check_text ("app key", self->app_key, APP_KEY_MAX, error);
}

/* Nobody could be invited whose name the server makes up. */
static gboolean
check_listener (NertcRoom *self, GError **error)
{
  if (self->wanted_uid)
    return TRUE;
  g_set_error_literal (
      error, NERTC_ERROR, NERTC_ERROR_UID_INVALID,
      "Who listens for invitations needs a name by which to be invited; set ‘uid’");
  return FALSE;
}

static void
on_join_cancelled (NertcWaiter *waiter, gpointer data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (data));
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The join was cancelled");
  NertcRoomState next;
  NertcRemains remains;

  /* The room may be joined already, with the application still hearing of it. */
  if (!nertc_session_state_next (self->state, NERTC_SESSION_EVENT_CANCELLED, &next, NULL)) {
    nertc_waiter_return_cancelled (waiter);
    return;
  }
  remains = nertc_room_end_session (self);
  nertc_room_drop_connection (self);
  nertc_room_set_state (self, next, NERTC_CLOSE_REASON_LEFT);
  nertc_remains_release (&remains, NERTC_CLOSE_REASON_LEFT, error);
}

/*
 * What ends a first try, a join or a listening, is told to the task. @task: (transfer full): who
 * waits for it
 */
static void
start (NertcRoom *self, gboolean listens, GTask *task)
{
  g_autoptr (GTask) waiting = task;
  g_autoptr (NertcWaiter) leave = NULL;
  GError *error = NULL;
  NertcRoomState next;
  guint generation;

  if (!check_config (self, &error) ||
      !nertc_session_state_next (self->state, NERTC_SESSION_EVENT_JOIN, &next, &error)) {
    g_task_return_error (waiting, error);
    return;
  }
  nertc_room_stop_timers (self);
  nertc_room_drop_connection (self);
  leave = g_steal_pointer (&self->leave);
  generation = ++self->generation;
  self->attempt = 0;
  self->listens = listens;
  self->join = nertc_waiter_new (g_steal_pointer (&waiting), on_join_cancelled, self);
  nertc_room_set_state (self, next, NERTC_CLOSE_REASON_NONE);
  if (self->generation == generation)
    nertc_room_start_attempt (self);
  if (leave)
    nertc_waiter_return_true (leave);
}

/**
 * nertc_room_join_async:
 * @self: a room
 * @cancellable: (nullable): ends the try; the room is %NERTC_ROOM_STATE_DISCONNECTED then
 * @callback: (scope async): called when the room has been joined, or not
 * @user_data: for @callback
 *
 * Joins the room. Names and the server's address are checked before anything is sent; what is wrong
 * with them leaves the state as it is. Any other failure leads to %NERTC_ROOM_STATE_FAILED, and
 * another try may be made.
 *
 * On success the state becomes %NERTC_ROOM_STATE_CONNECTED, then #NertcRoom::member-joined is
 * emitted for each member already there and #NertcRoom::stream-added for each of their streams,
 * then @callback is called. What happens afterwards is told by signals; nothing is lost between.
 *
 * A room may be left and joined any number of times, also while a leave is under way.
 */
void
nertc_room_join_async (NertcRoom *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_join_async);
  if (nertc_check_room_name (self->channel, &error))
    start (self, FALSE, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/**
 * nertc_room_join_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_INVALID_PARAMS for a
 *   bad server address, %NERTC_ERROR_ROOM_NAME_INVALID, %NERTC_ERROR_UID_INVALID,
 *   %NERTC_ERROR_SERVER_UNREACHABLE, %NERTC_ERROR_TIMEOUT, %NERTC_ERROR_CONNECTION_LOST,
 *   %NERTC_ERROR_UID_TAKEN, %NERTC_ERROR_ROOM_FULL, another one from the server, or
 *   %G_IO_ERROR_CANCELLED, also when the room was left meanwhile
 *
 * Returns: whether the room has been joined
 */
gboolean
nertc_room_join_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_room_listen_async:
 * @self: a room with a #NertcRoom:uid
 * @cancellable: (nullable): ends the try; the room is %NERTC_ROOM_STATE_DISCONNECTED then
 * @callback: (scope async): called when the server knows, or not
 * @user_data: for @callback
 *
 * Connects to the server without a room: #NertcRoom:channel does not matter. On success the state
 * becomes %NERTC_ROOM_STATE_LISTENING. Then this user can be invited, see #NertcRoom::invited, and
 * can invite others, by nertc_room_invite_async(). It lasts as a membership does, and is ended by
 * nertc_room_leave_async(), also in order to join a room afterwards. Nobody hears of it.
 *
 * A token has to be one that is not for a single room.
 */
void
nertc_room_listen_async (NertcRoom *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_listen_async);
  if (check_listener (self, &error))
    start (self, TRUE, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/**
 * nertc_room_listen_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: those of nertc_room_join_finish(), and
 *   %NERTC_ERROR_UID_INVALID without a #NertcRoom:uid
 *
 * Returns: whether this user can be invited now
 */
gboolean
nertc_room_listen_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* @error: (nullable): what was wrong with the leave; the room is left all the same */
void
nertc_room_finish_leave (NertcRoom *self, const GError *error)
{
  g_autoptr (NertcWaiter) leave = g_steal_pointer (&self->leave);
  NertcRoomState next;

  if (!nertc_session_state_next (self->state, NERTC_SESSION_EVENT_LEFT, &next, NULL))
    g_return_if_reached ();
  nertc_room_stop_timers (self);
  nertc_room_drop_connection (self);
  nertc_room_set_state (self, next, NERTC_CLOSE_REASON_LEFT);
  if (error)
    nertc_waiter_return_error (leave, error);
  else
    nertc_waiter_return_true (leave);
}

static gboolean
on_leave_deadline (gpointer user_data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (user_data));
  g_autoptr (GError) error = NULL;

  if (!self->leave_answered)
    error = g_error_new (NERTC_ERROR, NERTC_ERROR_TIMEOUT,
                         "The room server did not answer the leave within %u ms; the others see it "
                         "when the server misses this client's heartbeat",
                         self->timing.leave);
  nertc_room_finish_leave (self, error);
  return G_SOURCE_REMOVE;
}

static void
on_leave_cancelled (NertcWaiter *waiter, gpointer data)
{
  g_autoptr (NertcRoom) self = g_object_ref (NERTC_ROOM (data));
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                  "Nobody waited for the end of the leave");

  nertc_room_finish_leave (self, error);
}

static void
on_leave_answer (JsonObject *result, const GError *error, gpointer data)
{
  NertcRoom *self = NERTC_ROOM (data);

  if (!result || !self->connection)
    return; /* the end of the connection, or the deadline, says it */
  self->leave_answered = TRUE;
  nertc_connection_close (self->connection);
}

/* A room that is joined says so and waits; one that is not has nothing to wait for. */
static void
start_leave (NertcRoom *self, gboolean joined)
{
  g_autoptr (JsonObject) params = json_object_new ();

  self->leave_answered = !joined;
  if (!self->connection || !self->opened) {
    nertc_room_finish_leave (self, NULL);
    return;
  }
  nertc_room_start_timer (self, &self->deadline, self->timing.leave, on_leave_deadline);
  if (joined)
    nertc_connection_call (self->connection, "room.leave", params, on_leave_answer, self);
  else
    nertc_connection_close (self->connection);
}

/**
 * nertc_room_leave_async:
 * @self: a room
 * @cancellable: (nullable): ends the waiting; the room is left all the same
 * @callback: (scope async): called when the server knows, or after 250 ms
 * @user_data: for @callback
 *
 * Leaves the room, or ends the try to join it. All transports are closed at once, with reason
 * %NERTC_CLOSE_REASON_LEFT, and members and streams are forgotten without a signal for each. What
 * was published and subscribed is forgotten, too. Whatever the result says, the state becomes
 * %NERTC_ROOM_STATE_DISCONNECTED.
 */
void
nertc_room_leave_async (NertcRoom *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) left = NULL;
  g_autoptr (NertcConnection) connection = NULL;
  GError *error = NULL;
  NertcRoomState next;
  NertcRemains remains;
  guint generation;
  gboolean joined;

  g_return_if_fail (NERTC_IS_ROOM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_leave_async);
  if (!nertc_session_state_next (self->state, NERTC_SESSION_EVENT_LEAVE, &next, &error)) {
    g_task_return_error (task, error);
    return;
  }
  left = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The room was left");
  joined = nertc_room_is_connected (self);
  connection = self->connection ? g_object_ref (self->connection) : NULL;
  remains = nertc_room_end_session (self);
  generation = self->generation;
  if (next == NERTC_ROOM_STATE_DISCONNECTING)
    self->leave = nertc_waiter_new (g_steal_pointer (&task), on_leave_cancelled, self);
  nertc_room_set_state (self, next, NERTC_CLOSE_REASON_LEFT);
  nertc_remains_release (&remains, NERTC_CLOSE_REASON_LEFT, left);
  if (connection && self->generation == generation)
    nertc_connection_fail_calls (connection, left);
  if (self->leave && self->generation == generation)
    start_leave (self, joined);
  else if (task)
    g_task_return_boolean (task, TRUE);
}

/**
 * nertc_room_leave_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE when the room was not joined,
 *   %NERTC_ERROR_TIMEOUT or %NERTC_ERROR_CONNECTION_LOST when the server did not confirm it, or
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the server knows
 */
gboolean
nertc_room_leave_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
