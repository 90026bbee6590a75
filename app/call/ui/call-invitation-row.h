/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Whom the user calls into the room, and how that goes. Properties: room: CallRoom, to cancel it;
 * invitation: CallInvitation; both writable, nullable */
#define CALL_TYPE_INVITATION_ROW (call_invitation_row_get_type ())
G_DECLARE_FINAL_TYPE (CallInvitationRow, call_invitation_row, CALL, INVITATION_ROW, AdwBin)

G_END_DECLS
