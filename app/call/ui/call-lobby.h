/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* Before the call. Properties: room: CallRoom, writable, nullable: until it is there one can look
 * and write, and a join waits for it */
#define CALL_TYPE_LOBBY (call_lobby_get_type ())
G_DECLARE_FINAL_TYPE (CallLobby, call_lobby, CALL, LOBBY, AdwBin)

void call_lobby_fill (CallLobby *self, const CallAddress *address);
void call_lobby_join (CallLobby *self);
void call_lobby_show_problem (CallLobby *self, CallProblem *problem);

G_END_DECLS
