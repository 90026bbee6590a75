/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-name.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

static NertcGrants
read_grants (JsonArray *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) nicks = NULL;

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  nicks = g_strv_builder_end (builder);
  return nertc_grants_from_strv ((const char *const *) nicks);
}

/* Whether the room would take a stream. */
gboolean
nertc_room_may_publish (NertcRoom *self)
{
  return self->role == NERTC_MEMBER_ROLE_HOST && (self->grants & NERTC_GRANTS_PUBLISH);
}

void
nertc_room_set_rights (NertcRoom *self, NertcMemberRole role, NertcGrants grants)
{
  gboolean other_role = role != self->role;
  gboolean other_grants = grants != self->grants;

  self->role = role;
  self->grants = grants;
  if (other_role)
    g_object_notify (G_OBJECT (self), "role");
  if (other_grants)
    g_object_notify (G_OBJECT (self), "grants");
}

/* @object: has the role and the grants of this member. A handler may leave the room. */
void
nertc_room_take_rights (NertcRoom *self, JsonObject *object)
{
  NertcMemberRole role = NERTC_MEMBER_ROLE_HOST;
  NertcGrants grants = read_grants (json_object_get_array_member (object, "grants"));

  nertc_member_role_from_string (json_object_get_string_member (object, "role"), &role);
  nertc_room_set_rights (self, role, grants);
}

/*
 * The server has changed them. What it does not let through any more it has ended; what it lets
 * through again is wanted still.
 */
void
nertc_room_take_new_rights (NertcRoom *self, JsonObject *object)
{
  guint generation = self->generation;
  JsonArray *grants = json_object_get_array_member (object, "grants");

  if (!(read_grants (grants) & NERTC_GRANTS_SUBSCRIBE))
    nertc_room_unsettle_subscriptions (self);
  nertc_room_take_rights (self, object);
  if (self->generation == generation && self->state == NERTC_ROOM_STATE_CONNECTED)
    nertc_room_restore_permitted (self);
}

static void
on_role_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (NertcWaiter) waiter = data;

  if (error)
    nertc_waiter_return_error (waiter, error);
  else
    nertc_waiter_return_true (waiter);
}

static gboolean
check_request (NertcRoom *self, const char *uid, NertcMemberRole role, GError **error)
{
  if (!nertc_room_has_session (self))
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "A role is changed in a room that has been joined; this one is %s",
                 nertc_room_state_to_string (self->state));
  else if (role != NERTC_MEMBER_ROLE_HOST && role != NERTC_MEMBER_ROLE_AUDIENCE)
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "There is no role of the number %d; a member is host or audience", (int) role);
  else
    return nertc_check_uid (uid, error);
  return FALSE;
}

/**
 * nertc_room_set_role_async:
 * @self: a room that has been joined, with %NERTC_GRANTS_ADMIN among its #NertcRoom:grants
 * @uid: a member, or this one
 * @role: what it is to be
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Makes a member a host or one of the audience. The streams of a host who becomes audience end;
 * they come back by themselves when it is a host again.
 */
void
nertc_room_set_role_async (NertcRoom *self, const char *uid, NertcMemberRole role,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (JsonObject) params = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (uid != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_set_role_async);
  if (!check_request (self, uid, role, &error)) {
    g_task_return_error (task, error);
    return;
  }
  params = nertc_wire_object ("uid", uid);
  json_object_set_string_member (params, "role", nertc_member_role_to_string (role));
  nertc_connection_call (self->connection, "member.setRole", params, on_role_answer,
                         nertc_waiter_new (g_steal_pointer (&task), NULL, NULL));
}

/**
 * nertc_room_set_role_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_GRANT_MISSING,
 *   %NERTC_ERROR_MEMBER_NOT_FOUND, %NERTC_ERROR_UID_INVALID, %NERTC_ERROR_INVALID_PARAMS for a role
 *   that there is not, or another one from the server
 *
 * Returns: whether the member has the role now
 */
gboolean
nertc_room_set_role_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_room_get_role:
 * @self: a room
 *
 * Returns: what this member is in the room
 */
NertcMemberRole
nertc_room_get_role (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NERTC_MEMBER_ROLE_AUDIENCE);

  return self->role;
}

/**
 * nertc_room_get_grants:
 * @self: a room
 *
 * Returns: what this member may do in the room; none while it is not in it
 */
NertcGrants
nertc_room_get_grants (NertcRoom *self)
{
  g_return_val_if_fail (NERTC_IS_ROOM (self), NERTC_GRANTS_NONE);

  return self->grants;
}
