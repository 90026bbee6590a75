/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-tiles.h"

G_BEGIN_DECLS

/* One member or one screen. Properties: tile: CallTile, writable, nullable */
#define CALL_TYPE_TILE_VIEW (call_tile_view_get_type ())
G_DECLARE_FINAL_TYPE (CallTileView, call_tile_view, CALL, TILE_VIEW, GtkWidget)

G_END_DECLS
