/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-invitation-private.h"
#include "nertc-name.h"
#include "nertc-room-private.h"
#include "nertc-wire.h"

#define TEXT_MAX 1024
#define TIMEOUT_MAX 600

/* The server lets fewer ring at once. */
#define INCOMING_MAX 256

static const char *const state_words[] = {
  [NERTC_INVITATION_STATE_CALLING] = "calling",
  [NERTC_INVITATION_STATE_RINGING] = "ringing",
  [NERTC_INVITATION_STATE_ACCEPTED] = "accepted",
  [NERTC_INVITATION_STATE_REJECTED] = "rejected",
  [NERTC_INVITATION_STATE_BUSY] = "busy",
  [NERTC_INVITATION_STATE_CANCELLED] = "cancelled",
  [NERTC_INVITATION_STATE_TIMEOUT] = "timeout",
  [NERTC_INVITATION_STATE_OFFLINE] = "offline",
  [NERTC_INVITATION_STATE_ELSEWHERE] = "elsewhere",
};

const char *
nertc_invitation_state_to_string (NertcInvitationState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_words), "invalid");

  return state_words[state];
}

/* @word: was checked */
static NertcInvitationState
state_from_word (const char *word)
{
  NertcInvitationState state = NERTC_INVITATION_STATE_OFFLINE;

  for (guint i = 0; i < G_N_ELEMENTS (state_words); i++) {
    if (g_str_equal (state_words[i], word))
      state = i;
  }
  return state;
}

/* Those under way */

GHashTable *
nertc_invitations_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
}

/* An id that is in use already would be a fault of the server's: of the one before nobody hears. */
static NertcInvitation *
add_invitation (NertcRoom *self, const NertcInvitationWords *words)
{
  NertcInvitation *invitation = nertc_invitation_new (self, words);
  NertcInvitation *before = g_hash_table_lookup (self->invitations, words->id);

  if (before)
    nertc_invitation_set_state (before, NERTC_INVITATION_STATE_OFFLINE);
  g_hash_table_replace (self->invitations, (char *) nertc_invitation_get_id (invitation),
                        invitation);
  return invitation;
}

/* It is over. */
void
nertc_room_forget_invitation (NertcRoom *self, NertcInvitation *invitation)
{
  nertc_invitation_forget_room (invitation);
  g_hash_table_remove (self->invitations, nertc_invitation_get_id (invitation));
}

/*
 * nertc_invitations_end:
 * @invitations: (transfer none): those of a session that is over
 * @reason: why; who left has taken back what was sent
 */
void
nertc_invitations_end (GHashTable *invitations, NertcCloseReason reason)
{
  g_autoptr (GList) list = g_hash_table_get_values (invitations);

  for (GList *l = list; l; l = l->next)
    nertc_invitation_forget_room (l->data);
  for (GList *l = list; l; l = l->next) {
    gboolean taken_back =
        reason == NERTC_CLOSE_REASON_LEFT && !nertc_invitation_is_incoming (l->data);

    nertc_invitation_set_state (l->data, taken_back ? NERTC_INVITATION_STATE_CANCELLED
                                                    : NERTC_INVITATION_STATE_OFFLINE);
  }
}

/* What the server tells */

void
nertc_room_take_invitation (NertcRoom *self, JsonObject *params)
{
  NertcInvitationWords words = {
    .id = json_object_get_string_member (params, "inviteId"),
    .uid = json_object_get_string_member (params, "uid"),
    .user_name = json_object_get_string_member (params, "userName"),
    .channel = json_object_get_string_member (params, "channel"),
    .text = json_object_get_string_member (params, "text"),
    .incoming = TRUE,
  };
  g_autoptr (NertcInvitation) invitation = NULL;
  g_autoptr (JsonObject) rings = NULL;
  guint generation = self->generation;

  if (g_hash_table_contains (self->invitations, words.id) ||
      g_hash_table_size (self->invitations) >= INCOMING_MAX)
    return;
  invitation = g_object_ref (add_invitation (self, &words));
  nertc_room_emit_invited (self, invitation);
  if (self->generation != generation || !nertc_invitation_is_unanswered (invitation))
    return;
  rings = nertc_wire_object ("inviteId", nertc_invitation_get_id (invitation));
  nertc_room_notify (self, "invite.ringing", rings);
}

void
nertc_room_take_invitation_state (NertcRoom *self, JsonObject *params)
{
  NertcInvitation *invitation =
      g_hash_table_lookup (self->invitations, json_object_get_string_member (params, "inviteId"));

  if (invitation)
    nertc_invitation_set_state (invitation,
                                state_from_word (json_object_get_string_member (params, "state")));
}

/* Inviting */

typedef struct {
  NertcRoom *room;
  NertcWaiter *waiter;
  char *uid;
  char *text;
} Call;

static void
call_free (Call *self)
{
  g_object_unref (self->room);
  nertc_waiter_free (self->waiter);
  g_free (self->uid);
  g_free (self->text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

/* Who does not wait any more has nothing to take it back with. */
static void
on_invite_answer (JsonObject *result, const GError *error, gpointer data)
{
  g_autoptr (Call) call = data;
  g_autoptr (NertcInvitation) invitation = NULL;
  NertcInvitationWords words = { .uid = call->uid, .user_name = "", .text = call->text };

  if (error) {
    nertc_waiter_return_error (call->waiter, error);
    return;
  }
  words.id = json_object_get_string_member (result, "inviteId");
  words.channel = json_object_get_string_member (result, "channel");
  invitation = g_object_ref (add_invitation (call->room, &words));
  if (!nertc_waiter_return_object (call->waiter, G_OBJECT (invitation)))
    nertc_invitation_cancel_async (invitation, NULL, NULL, NULL);
}

static gboolean
check_invite (NertcRoom *self, const char *uid, const char *channel, const char *text,
              guint timeout, GError **error)
{
  if (!nertc_room_has_session (self)) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE,
                 "An invitation is sent from a room that has been joined or that listens; this one "
                 "is %s",
                 nertc_room_state_to_string (self->state));
    return FALSE;
  }
  if (!nertc_check_uid (uid, error) || (channel && !nertc_check_room_name (channel, error)))
    return FALSE;
  if (timeout > TIMEOUT_MAX) {
    g_set_error (error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS,
                 "An invitation cannot ring for %u seconds; use at most %d", timeout, TIMEOUT_MAX);
    return FALSE;
  }
  return nertc_wire_check_text ("text of the invitation", text, TEXT_MAX, error);
}

/**
 * nertc_room_invite_async:
 * @self: a room that has been joined, or that listens
 * @uid: who is to come: somebody in another room or in this one, or who listens
 * @channel: (nullable): the room into which it invites; %NULL lets the server make up a name
 * @text: (nullable): what the application wants to say with it, up to 1024 characters
 * @timeout: for how many seconds it rings, up to 600; 0 stands for 60
 * @cancellable: (nullable): ends the waiting, and takes the invitation back
 * @callback: (scope async): called with the answer of the server, not of the user
 * @user_data: for @callback
 *
 * Invites a user into a room. What becomes of it tells #NertcInvitation:state. When it is accepted
 * both join #NertcInvitation:channel; a room that listens is left before.
 */
void
nertc_room_invite_async (NertcRoom *self, const char *uid, const char *channel, const char *text,
                         guint timeout, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (JsonObject) params = NULL;
  GError *error = NULL;
  Call *call;

  g_return_if_fail (NERTC_IS_ROOM (self));
  g_return_if_fail (uid != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, nertc_room_invite_async);
  if (!check_invite (self, uid, channel, text, timeout, &error)) {
    g_task_return_error (task, error);
    return;
  }
  params = nertc_wire_object ("uid", uid);
  nertc_wire_set_string (params, "channel", channel);
  nertc_wire_set_string (params, "text", text);
  if (timeout > 0)
    json_object_set_int_member (params, "timeout", timeout);
  call = g_new0 (Call, 1);
  call->room = g_object_ref (self);
  call->waiter = nertc_waiter_new (g_steal_pointer (&task), NULL, NULL);
  call->uid = g_strdup (uid);
  call->text = g_strdup (text ? text : "");
  nertc_connection_call (self->connection, "invite.send", params, on_invite_answer, call);
}

/**
 * nertc_room_invite_finish:
 * @self: a room
 * @result: what the callback was given
 * @error: return location for an error: %NERTC_ERROR_WRONG_STATE, %NERTC_ERROR_UID_OFFLINE when
 *   nobody of that name is connected, %NERTC_ERROR_RATE_EXCEEDED when too many invitations are
 *   under way, %NERTC_ERROR_GRANT_MISSING, %NERTC_ERROR_UID_INVALID,
 *   %NERTC_ERROR_ROOM_NAME_INVALID, %NERTC_ERROR_INVALID_PARAMS, or another one from the server
 *
 * Returns: (transfer full): the invitation, on its way
 */
NertcInvitation *
nertc_room_invite_finish (NertcRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
