/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Before the call. Properties: room: CallRoom, writable, nullable */
#define CALL_TYPE_LOBBY (call_lobby_get_type ())
G_DECLARE_FINAL_TYPE (CallLobby, call_lobby, CALL, LOBBY, AdwBin)

G_END_DECLS
