/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Chooses what of the screen is shared. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_SHARE_DIALOG (call_share_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CallShareDialog, call_share_dialog, CALL, SHARE_DIALOG, AdwWindow)

G_END_DECLS
