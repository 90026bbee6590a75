/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-room.h"
#include "call-tile-view.h"

G_BEGIN_DECLS

/* The tiles of all that there is to see, laid out to the size of the window. A screen that another
 * member begins to share is pinned: shown large, whatever the view. Properties, all writable:
 *
 * room: CallRoom, nullable: gives tiles and speaker
 * tiles: GListModel of CallTile, nullable
 * speaker: CallMember, nullable
 * view: string: grid or speaker
 * crop, mirror: boolean, see CallTileView */
#define CALL_TYPE_STAGE (call_stage_get_type ())
G_DECLARE_FINAL_TYPE (CallStage, call_stage, CALL, STAGE, GtkWidget)

CallTileView *call_stage_get_large (CallStage *self);

G_END_DECLS
