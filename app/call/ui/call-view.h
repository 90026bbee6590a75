/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"

G_BEGIN_DECLS

/* The page of a running call. While it is shown, it adds its actions to the window: those of
 * CallActions, and chat, people, statistics, view, fullscreen. Properties, writable:
 *
 * room: CallRoom, nullable
 * panel: string: which page is open at the side: chat, people, statistics; NULL: none */
#define CALL_TYPE_VIEW (call_view_get_type ())
G_DECLARE_FINAL_TYPE (CallView, call_view, CALL, VIEW, AdwBin)

void call_view_set_panel (CallView *self, const char *panel);

G_END_DECLS
