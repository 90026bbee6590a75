/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Shows the invitation that rings, while there is one. Properties: room: CallRoom, writable,
 * nullable */
#define CALL_TYPE_RINGING (call_ringing_get_type ())
G_DECLARE_FINAL_TYPE (CallRinging, call_ringing, CALL, RINGING, AdwBin)

G_END_DECLS
