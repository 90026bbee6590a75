/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  CALL_INVITATION_CALLING,
  CALL_INVITATION_RINGING,
  CALL_INVITATION_ACCEPTED,
  CALL_INVITATION_REJECTED,
  CALL_INVITATION_BUSY,
  CALL_INVITATION_CANCELLED,
  CALL_INVITATION_TIMEOUT,
  CALL_INVITATION_OFFLINE,
  CALL_INVITATION_ELSEWHERE,
  CALL_INVITATION_FAILED, /* could not be sent at all; problem says why */
} CallInvitationState;

/* Properties: id, uid and name (of the other end), channel, text, incoming, state, problem. */
#define CALL_TYPE_INVITATION (call_invitation_get_type ())
G_DECLARE_FINAL_TYPE (CallInvitation, call_invitation, CALL, INVITATION, GObject)

CallInvitation *call_invitation_new (const char *id, const char *uid, const char *name,
                                     const char *channel, const char *text, gboolean incoming);
const char *call_invitation_get_id (CallInvitation *self);
const char *call_invitation_get_uid (CallInvitation *self);
const char *call_invitation_get_name (CallInvitation *self);
const char *call_invitation_get_channel (CallInvitation *self);
const char *call_invitation_get_text (CallInvitation *self);
CallInvitationState call_invitation_get_state (CallInvitation *self);
gboolean call_invitation_is_over (CallInvitation *self);
void call_invitation_set_state (CallInvitation *self, CallInvitationState state,
                                const char *problem);

G_END_DECLS
