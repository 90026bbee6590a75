/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-invitation.h"
#include "nertc-room.h"

G_BEGIN_DECLS

/* What an invitation says; the texts are copied. */
typedef struct {
  const char *id;
  const char *uid;
  const char *user_name;
  const char *channel;
  const char *text;
  gboolean incoming;
} NertcInvitationWords;

NertcInvitation *nertc_invitation_new (NertcRoom *room, const NertcInvitationWords *words);
void nertc_invitation_set_state (NertcInvitation *self, NertcInvitationState state);
void nertc_invitation_forget_room (NertcInvitation *self);
const char *nertc_invitation_state_to_string (NertcInvitationState state);
gboolean nertc_invitation_is_over (NertcInvitation *self);
gboolean nertc_invitation_is_unanswered (NertcInvitation *self);

G_END_DECLS
