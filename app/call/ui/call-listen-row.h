/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* The switch that lets others call the user while there is no call. Properties: room: CallRoom,
 * writable, nullable; problem: CallProblem: why nobody can call, nullable */
#define CALL_TYPE_LISTEN_ROW (call_listen_row_get_type ())
G_DECLARE_FINAL_TYPE (CallListenRow, call_listen_row, CALL, LISTEN_ROW, AdwActionRow)

/* @address: (nullable): as whom to be called; %NULL: nobody */
void call_listen_row_set_address (CallListenRow *self, const CallAddress *address);

G_END_DECLS
