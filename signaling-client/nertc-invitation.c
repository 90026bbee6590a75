/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-invitation-private.h"

#include "nertc-enum-types.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

/**
 * NertcInvitation:
 *
 * An invitation into a room: one that was sent by nertc_room_invite_async(), or one that has come,
 * see #NertcRoom::invited. It rings until its #NertcInvitation:state says what became of it.
 *
 * An invitation belongs to the context of its room: its properties, methods and signals are used
 * there only. It ends with the session of the room; a connection that is lost and taken up again in
 * time does it no harm.
 */
struct _NertcInvitation {
  GObject parent_instance;

  NertcRoom *room; /* unowned; NULL: over */
  char *id;
  char *uid;
  char *user_name;
  char *channel;
  char *text;
  gboolean incoming;
  gboolean answered; /* by the application; the server may not know yet */
  NertcInvitationState state;
};

G_DEFINE_FINAL_TYPE (NertcInvitation, nertc_invitation, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_UID,
  PROP_USER_NAME,
  PROP_CHANNEL,
  PROP_TEXT,
  PROP_INCOMING,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
nertc_invitation_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NertcInvitation *self = NERTC_INVITATION (object);

  switch (property_id) {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_UID:
      g_value_set_string (value, self->uid);
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_CHANNEL:
      g_value_set_string (value, self->channel);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_INCOMING:
      g_value_set_boolean (value, self->incoming);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
nertc_invitation_finalize (GObject *object)
{
  NertcInvitation *self = NERTC_INVITATION (object);

  g_free (self->id);
  g_free (self->uid);
  g_free (self->user_name);
  g_free (self->channel);
  g_free (self->text);
  G_OBJECT_CLASS (nertc_invitation_parent_class)->finalize (object);
}

static void
install_texts (GParamFlags flags)
{
  /**
   * NertcInvitation:id:
   *
   * What the server calls it; random.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * NertcInvitation:uid:
   *
   * The user at the other end: who invites, or who is invited.
   */
  properties[PROP_UID] = g_param_spec_string ("uid", NULL, NULL, NULL, flags);

  /**
   * NertcInvitation:user-name:
   *
   * The name of who invites, to be shown. It is empty where there is none, and of one's own
   * invitations.
   */
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);

  /**
   * NertcInvitation:channel:
   *
   * The name of the room into which it invites.
   */
  properties[PROP_CHANNEL] = g_param_spec_string ("channel", NULL, NULL, NULL, flags);

  /**
   * NertcInvitation:text:
   *
   * Whatever the application of who invites wants to say. It may be empty.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
}

static void
nertc_invitation_class_init (NertcInvitationClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = nertc_invitation_get_property;
  object_class->finalize = nertc_invitation_finalize;
  install_texts (flags);

  /**
   * NertcInvitation:incoming:
   *
   * Whether it was sent to this user, and not by this user.
   */
  properties[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, flags);

  /**
   * NertcInvitation:state:
   *
   * Where it stands.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NERTC_TYPE_INVITATION_STATE,
                                              NERTC_INVITATION_STATE_CALLING, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nertc_invitation_init (NertcInvitation *self)
{
}

/* One that has come rings from the beginning. */
NertcInvitation *
nertc_invitation_new (NertcRoom *room, const NertcInvitationWords *words)
{
  NertcInvitation *self = g_object_new (NERTC_TYPE_INVITATION, NULL);

  self->room = room;
  self->id = g_strdup (words->id);
  self->uid = g_strdup (words->uid);
  self->user_name = g_strdup (words->user_name);
  self->channel = g_strdup (words->channel);
  self->text = g_strdup (words->text);
  self->incoming = words->incoming;
  self->state = self->incoming ? NERTC_INVITATION_STATE_RINGING : NERTC_INVITATION_STATE_CALLING;
  return self;
}

gboolean
nertc_invitation_is_over (NertcInvitation *self)
{
  return self->state >= NERTC_INVITATION_STATE_ACCEPTED;
}

/* Whether its user has yet to say something to it. */
gboolean
nertc_invitation_is_unanswered (NertcInvitation *self)
{
  return !self->answered && !nertc_invitation_is_over (self);
}

void
nertc_invitation_forget_room (NertcInvitation *self)
{
  self->room = NULL;
}

/* The one door. What is over stays as it ended. */
void
nertc_invitation_set_state (NertcInvitation *self, NertcInvitationState state)
{
  if (self->state == state || nertc_invitation_is_over (self))
    return;
  g_object_ref (self);
  self->state = state;
  if (nertc_invitation_is_over (self) && self->room)
    nertc_room_forget_invitation (self->room, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_unref (self);
}

/* Asking the server */

typedef struct {
  NertcInvitation *invitation;
  NertcWaiter *waiter;
  NertcInvitationState then; /* what it is if the server agrees */
} Call;

static void
on_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autofree Call *call = data;
  g_autoptr (NertcInvitation) self = call->invitation;
  g_autoptr (NertcWaiter) waiter = call->waiter;

  if (error) {
    self->answered = FALSE;
    nertc_waiter_return_error (waiter, error);
    return;
  }
  nertc_invitation_set_state (self, call->then);
  nertc_waiter_return_true (waiter);
}

static gboolean
check (NertcInvitation *self, gboolean incoming, const char *what, GError **error)
{
  if (self->incoming != incoming) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "An invitation is %s by who %s; this one is from ‘%s’", what,
                 incoming ? "is invited" : "invites", incoming ? "this user" : self->uid);
    return FALSE;
  }
  if (!nertc_invitation_is_unanswered (self) || !self->room || !self->room->connection) {
    g_set_error (
        error, NERTC_ERROR, NERTC_ERROR_INVITE_NOT_FOUND, "The invitation cannot be %s, it is %s",
        what, self->answered ? "answered already" : nertc_invitation_state_to_string (self->state));
    return FALSE;
  }
  return TRUE;
}

static void
ask (NertcInvitation *self, GTask *task, const char *method, gboolean busy,
     NertcInvitationState then)
{
  g_autoptr (JsonObject) params = nertc_wire_object ("inviteId", self->id);
  Call *call = g_new0 (Call, 1);

  if (busy)
    json_object_set_boolean_member (params, "busy", TRUE);
  call->invitation = g_object_ref (self);
  call->waiter = nertc_waiter_new (task, NULL, NULL);
  call->then = then;
  self->answered = TRUE;
  nertc_connection_call (self->room->connection, method, params, on_answer, call);
}

/**
 * nertc_invitation_accept_async:
 * @self: an invitation that has come
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Accepts it. That brings nobody into the room: then #NertcInvitation:channel is to be joined. A
 * room that listens is left before.
 */
void
nertc_invitation_accept_async (NertcInvitation *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_INVITATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_invitation_accept_async);
  if (check (self, TRUE, "accepted", &error))
    ask (self, g_steal_pointer (&task), "invite.accept", FALSE, NERTC_INVITATION_STATE_ACCEPTED);
  else
    g_task_return_error (task, error);
}

/**
 * nertc_invitation_accept_finish:
 * @self: an invitation
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_INVITE_NOT_FOUND if it was over already,
 *   %NERTC_ERROR_WRONG_STATE for one of one's own, or another one from the server
 *
 * Returns: whether it is accepted
 */
gboolean
nertc_invitation_accept_finish (NertcInvitation *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_invitation_reject_async:
 * @self: an invitation that has come
 * @busy: whether only this end of the user has no time for it; the user's others ring on
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Rejects it. #NertcInvitation:state is %NERTC_INVITATION_STATE_REJECTED or
 * %NERTC_INVITATION_STATE_BUSY then.
 */
void
nertc_invitation_reject_async (NertcInvitation *self, gboolean busy, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_INVITATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_invitation_reject_async);
  if (check (self, TRUE, "rejected", &error))
    ask (self, g_steal_pointer (&task), "invite.reject", busy,
         busy ? NERTC_INVITATION_STATE_BUSY : NERTC_INVITATION_STATE_REJECTED);
  else
    g_task_return_error (task, error);
}

/**
 * nertc_invitation_reject_finish:
 * @self: an invitation
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_INVITE_NOT_FOUND if it was over already,
 *   %NERTC_ERROR_WRONG_STATE for one of one's own, or another one from the server
 *
 * Returns: whether it is rejected
 */
gboolean
nertc_invitation_reject_finish (NertcInvitation *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nertc_invitation_cancel_async:
 * @self: an invitation of one's own
 * @cancellable: (nullable): ends the waiting only
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Takes it back.
 */
void
nertc_invitation_cancel_async (NertcInvitation *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (NERTC_IS_INVITATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_invitation_cancel_async);
  if (check (self, FALSE, "cancelled", &error))
    ask (self, g_steal_pointer (&task), "invite.cancel", FALSE, NERTC_INVITATION_STATE_CANCELLED);
  else
    g_task_return_error (task, error);
}

/**
 * nertc_invitation_cancel_finish:
 * @self: an invitation
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_INVITE_NOT_FOUND if it was over already,
 *   %NERTC_ERROR_WRONG_STATE for one that has come, or another one from the server
 *
 * Returns: whether it is cancelled
 */
gboolean
nertc_invitation_cancel_finish (NertcInvitation *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Properties */

/**
 * nertc_invitation_get_id:
 * @self: an invitation
 *
 * Returns: (transfer none): what the server calls it
 */
const char *
nertc_invitation_get_id (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), NULL);

  return self->id;
}

/**
 * nertc_invitation_get_uid:
 * @self: an invitation
 *
 * Returns: (transfer none): the user at the other end
 */
const char *
nertc_invitation_get_uid (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), NULL);

  return self->uid;
}

/**
 * nertc_invitation_get_user_name:
 * @self: an invitation
 *
 * Returns: (transfer none): the name of who invites, maybe empty
 */
const char *
nertc_invitation_get_user_name (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), NULL);

  return self->user_name;
}

/**
 * nertc_invitation_get_channel:
 * @self: an invitation
 *
 * Returns: (transfer none): the room into which it invites
 */
const char *
nertc_invitation_get_channel (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), NULL);

  return self->channel;
}

/**
 * nertc_invitation_get_text:
 * @self: an invitation
 *
 * Returns: (transfer none): what the application says with it, up to 1024 characters, maybe none
 */
const char *
nertc_invitation_get_text (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), NULL);

  return self->text;
}

/**
 * nertc_invitation_is_incoming:
 * @self: an invitation
 *
 * Returns: whether it was sent to this user, and not by this user
 */
gboolean
nertc_invitation_is_incoming (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), FALSE);

  return self->incoming;
}

/**
 * nertc_invitation_get_state:
 * @self: an invitation
 *
 * Returns: where it stands
 */
NertcInvitationState
nertc_invitation_get_state (NertcInvitation *self)
{
  g_return_val_if_fail (NERTC_IS_INVITATION (self), NERTC_INVITATION_STATE_OFFLINE);

  return self->state;
}
