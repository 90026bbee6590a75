/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-recents.h"

G_BEGIN_DECLS

/* A room of the list of those joined last. Properties, writable: recent: CallRecent, nullable;
 * position: uint, in the list. Its button activates lobby.remove-recent with the position. */
#define CALL_TYPE_RECENT_ROW (call_recent_row_get_type ())
G_DECLARE_FINAL_TYPE (CallRecentRow, call_recent_row, CALL, RECENT_ROW, AdwBin)

G_END_DECLS
