/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Shows the invitation that rings, while there is one, over the window, lets it be heard, and tells
 * the desktop if the window is not looked at. To lie over the rest in a GtkOverlay. Properties:
 * room: CallRoom, writable, nullable
 *
 * Actions of the application, for the notification: app.accept-invitation, app.decline-invitation
 * (string: the invitation's id).
 */
#define CALL_TYPE_RINGING (call_ringing_get_type ())
G_DECLARE_FINAL_TYPE (CallRinging, call_ringing, CALL, RINGING, AdwBin)

G_END_DECLS
