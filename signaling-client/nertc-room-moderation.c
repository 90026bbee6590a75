/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-name.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

#define MESSAGE_MAX 1024 /* characters */

/* How many there are */

static guint
count_members (NertcRoom *self)
{
  if (nertc_room_is_at_rest (self) || self->state == NERTC_ROOM_STATE_DISCONNECTING ||
      self->listens)
    return 0;
  if (self->user_updates && self->directory)
    return 1 + nertc_directory_count_members (self->directory);
  return self->told_member_count;
}

/* Who comes and goes has been taken in, or the server has told the number, or the room was left. */
void
nertc_room_update_member_count (NertcRoom *self)
{
  guint count = count_members (self);

  if (self->member_count == (int) count)
    return;
  g_atomic_int_set (&self->member_count, (int) count);
  g_object_notify (G_OBJECT (self), "member-count");
}

/* @result: of a join. A server that does not count has told of all others. */
void
nertc_room_take_first_member_count (NertcRoom *self, JsonObject *result)
{
  JsonObject *room = json_object_get_object_member (result, "room");
  guint others = json_array_get_length (json_object_get_array_member (result, "members"));

  self->told_member_count =
      (guint) json_object_get_int_member_with_default (room, "memberCount", 1 + others);
  nertc_room_update_member_count (self);
}

void
nertc_room_take_member_count (NertcRoom *self, JsonObject *params)
{
  self->told_member_count = (guint) json_object_get_int_member (params, "members");
  nertc_room_update_member_count (self);
}

/**
 * nertc_room_get_member_count:
 * @self: a room
 *
 * This may be called in any thread.
 *
 * Returns: how many members the room has, this one among them; 0 while it is not joined. Without
 *   #NertcRoom:user-updates the number may be some seconds old.
 */
guint
nertc_room_get_member_count (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), 0);

  return (guint) g_atomic_int_get (&self->member_count);
}

/* What an administrator has muted */

void
nertc_room_set_muted_by_admin (NertcRoom *self, NertcMedia muted)
{
  if (self->muted_by_admin == (int) muted)
    return;
  g_atomic_int_set (&self->muted_by_admin, (int) muted);
  g_object_notify (G_OBJECT (self), "muted-by-admin");
}

/**
 * nertc_room_get_muted_by_admin:
 * @self: a room
 *
 * This may be called in any thread.
 *
 * Returns: what an administrator has muted of all that this member publishes
 */
NertcMedia
nertc_room_get_muted_by_admin (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NERTC_MEDIA_NONE);

  return (NertcMedia) g_atomic_int_get (&self->muted_by_admin);
}

/* Requests */

static void
on_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcWaiter) waiter = data;

  if (error)
    nertc_waiter_return_error (waiter, error);
  else
    nertc_waiter_return_true (waiter);
}

static gboolean
check_request (NertcRoom *self, const char *uid, const char *message, GError **error)
{
  if (!nertc_room_has_session (self)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "A room is moderated by who has joined it; this one is %s",
                 nertc_room_state_to_string (self->state));
    return FALSE;
  }
  return nertc_wire_check_text ("message", message, MESSAGE_MAX, error) &&
         (!uid || nertc_check_uid (uid, error));
}

/*
 * @task: (transfer full)
 * @params: (nullable) (transfer full): beside @uid and @message
 * @uid, @message: (nullable)
 */
static void
request (GTask *task, const char *method, JsonObject *params, const char *uid, const char *message)
{
  NertcRoom *self = NERTC_ROOM (g_task_get_source_object (task));
  g_autoptr (JsonObject) fields = params ? params : json_object_new ();
  GError *error = NULL;

  if (!check_request (self, uid, message, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  nertc_wire_set_string (fields, "uid", uid);
  nertc_wire_set_string (fields, "message", message);
  nertc_connection_call (self->connection, method, fields, on_answer,
                         nertc_waiter_new (task, NULL, NULL));
}

static GTask *
new_task (NertcRoom *self, gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

static gboolean
finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_room_kick_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_ADMIN among its #NertcRoom:grants
 * @uid: a member
 * @message: (nullable): for the member to read, up to 1024 characters
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Removes a member from the room, with the reason %NERTC_CLOSE_REASON_KICKED. It may join again.
 */
void
nertc_room_kick_async (NertcRoom *self, const char *uid, const char *message,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (uid != NULL);

  request (new_task (self, nertc_room_kick_async, cancellable, callback, user_data), "member.kick",
           NULL, uid, message);
}

/**
 * nertc_room_kick_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_MEMBER_NOT_FOUND, %NERTC_ERROR_UID_INVALID, %NERTC_ERROR_INVALID_PARAMS for a
 *   message that is too long or no UTF-8, or another one from the server
 *
 * Returns: whether the member is out
 */
gboolean
nertc_room_kick_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * nertc_room_ban_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_ADMIN among its #NertcRoom:grants
 * @uid: a member, or who is not to become one
 * @seconds: for how long, from now on: 1 to 315360000, which are ten years
 * @message: (nullable): for the member to read, up to 1024 characters
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Keeps a uid out of the room for a time, and removes the member who has it, with the reason
 * %NERTC_CLOSE_REASON_BANNED. It takes the place of a ban that there was, and outlives the room.
 */
void
nertc_room_ban_async (NertcRoom *self, const char *uid, guint seconds, const char *message,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  JsonObject *params;

  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (uid != NULL);

  params = json_object_new ();
  json_object_set_int_member (params, "seconds", seconds);
  request (new_task (self, nertc_room_ban_async, cancellable, callback, user_data), "member.ban",
           params, uid, message);
}

/**
 * nertc_room_ban_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_INVALID_PARAMS, %NERTC_ERROR_UID_INVALID, or another one from the server
 *
 * Returns: whether the uid is banned now
 */
gboolean
nertc_room_ban_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * nertc_room_unban_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_ADMIN among its #NertcRoom:grants
 * @uid: who was banned
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Lets a uid in again before its time.
 */
void
nertc_room_unban_async (NertcRoom *self, const char *uid, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (uid != NULL);

  request (new_task (self, nertc_room_unban_async, cancellable, callback, user_data),
           "member.unban", NULL, uid, NULL);
}

/**
 * nertc_room_unban_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_MEMBER_NOT_FOUND if there is no ban, %NERTC_ERROR_UID_INVALID, or another one from
 *   the server
 *
 * Returns: whether there was a ban, and is none now
 */
gboolean
nertc_room_unban_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * nertc_room_mute_member_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_ADMIN among its #NertcRoom:grants
 * @uid: a member, or this one
 * @media: of what this decides; what is not among it stays as it is
 * @muted: whether that is muted from now on
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Mutes a member for all, at the source, whatever it publishes now or later, or takes that back.
 * The member cannot unmute itself; the flag of its own (nertc_room_set_muted_async()) counts
 * beside, and stays. It holds for the uid while the room lasts.
 */
void
nertc_room_mute_member_async (NertcRoom *self, const char *uid, NertcMedia media, gboolean muted,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  JsonObject *params;
  GTask *task;

  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (uid != NULL);

  task = new_task (self, nertc_room_mute_member_async, cancellable, callback, user_data);
  if (!(media & (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO))) {
    g_task_return_new_error (task, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                             "There is nothing to mute or unmute; name audio, video or both");
    g_object_unref (task);
    return;
  }
  params = json_object_new ();
  if (media & NERTC_MEDIA_AUDIO)
    json_object_set_boolean_member (params, "audio", muted);
  if (media & NERTC_MEDIA_VIDEO)
    json_object_set_boolean_member (params, "video", muted);
  request (task, "member.mute", params, uid, NULL);
}

/**
 * nertc_room_mute_member_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_MEMBER_NOT_FOUND, %NERTC_ERROR_UID_INVALID, %NERTC_ERROR_INVALID_PARAMS without
 *   any media, or another one from the server
 *
 * Returns: whether the member is muted as asked for
 */
gboolean
nertc_room_mute_member_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * nertc_room_close_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_ADMIN among its #NertcRoom:grants
 * @message: (nullable): for the members to read, up to 1024 characters
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Ends the room for all members, this one among them, with the reason %NERTC_CLOSE_REASON_CLOSED.
 */
void
nertc_room_close_async (NertcRoom *self, const char *message, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (NERTC_IS_ROOM (self));

  request (new_task (self, nertc_room_close_async, cancellable, callback, user_data), "room.close",
           NULL, NULL, message);
}

/**
 * nertc_room_close_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_INVALID_PARAMS for a message that is too long or no UTF-8, or another one from the
 *   server
 *
 * Returns: whether the room is closed
 */
gboolean
nertc_room_close_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}
