/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* After the call. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_ENDED (call_ended_get_type ())
G_DECLARE_FINAL_TYPE (CallEnded, call_ended, CALL, ENDED, AdwBin)

G_END_DECLS
