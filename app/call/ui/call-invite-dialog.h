/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Brings others into the room. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_INVITE_DIALOG (call_invite_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CallInviteDialog, call_invite_dialog, CALL, INVITE_DIALOG, AdwWindow)

G_END_DECLS
