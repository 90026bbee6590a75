/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-stream.h"

G_BEGIN_DECLS

/* What there is to see: one tile for each member, with the camera stream if there is one, and one
 * for each shared screen. Properties: member, stream (nullable, changes), is-screen. */
#define CALL_TYPE_TILE (call_tile_get_type ())
G_DECLARE_FINAL_TYPE (CallTile, call_tile, CALL, TILE, GObject)

CallMember *call_tile_get_member (CallTile *self);
CallStream *call_tile_get_stream (CallTile *self);
gboolean call_tile_is_screen (CallTile *self);

/* A GListModel of CallTile: screens first, then the others as they came, the user's own camera
 * last. */
#define CALL_TYPE_TILES (call_tiles_get_type ())
G_DECLARE_FINAL_TYPE (CallTiles, call_tiles, CALL, TILES, GObject)

CallTiles *call_tiles_new (GListModel *members, GListModel *streams);

G_END_DECLS
