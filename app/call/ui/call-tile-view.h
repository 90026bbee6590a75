/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-tiles.h"

G_BEGIN_DECLS

/* One member or one screen: the picture, or an avatar while there is none, the name and what is to
 * be known of it. Properties, writable but ratio:
 *
 * tile: CallTile, nullable
 * crop: boolean: whether pictures fill the tile; the user's choice in the menu comes first
 * mirror: boolean: whether one's own camera is shown as a mirror does
 * pinned: boolean: the user wants it large
 * corner: boolean: it lies on another tile
 * ratio: double: width by height of the picture; 0: there is none
 *
 * It tells the stream the size in which it is shown. Action group "tile": fit, pin, snapshot;
 * action group "member": mute-for-me, and what call_tile_view_set_member_actions() says. */
#define CALL_TYPE_TILE_VIEW (call_tile_view_get_type ())
G_DECLARE_FINAL_TYPE (CallTileView, call_tile_view, CALL, TILE_VIEW, GtkWidget)

CallTileView *call_tile_view_new (CallTile *tile);
CallTile *call_tile_view_get_tile (CallTileView *self);
double call_tile_view_get_ratio (CallTileView *self);
gboolean call_tile_view_is_pinned (CallTileView *self);
void call_tile_view_set_pinned (CallTileView *self, gboolean pinned);
void call_tile_view_set_corner (CallTileView *self, gboolean corner);
/* FALSE: it is scrolled away, and its picture is not needed */
void call_tile_view_set_in_sight (CallTileView *self, gboolean in_sight);

G_END_DECLS
