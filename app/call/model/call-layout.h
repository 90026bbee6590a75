/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Where n tiles go in a stage of width × height: numbers in, rectangles out. ratios: width by
 * height of each picture; 0: no picture, any shape will do. A rectangle of width 0 is out of sight.
 *
 * Grid: all alike, as large as they can be, the last row in the middle.
 * Pair: one other, and the user's own (the second) in a corner of it, where the stage is wide.
 * Speaker: the first large, the others in a strip beside or below it, those that have room. */
typedef enum {
  CALL_LAYOUT_GRID,
  CALL_LAYOUT_PAIR,
  CALL_LAYOUT_SPEAKER,
} CallLayoutKind;

void call_layout (CallLayoutKind kind, guint n, const double *ratios, int width, int height,
                  GdkRectangle *rects);
/* What a grid needs at least, with its smallest tiles: more than the stage has is scrolled. */
int call_layout_get_least_height (guint n, int width);
/* Where a picture is drawn in a tile of width × height: all of it, or so that it covers the tile.
 */
void call_layout_picture (double ratio, gboolean crop, int width, int height, GdkRectangle *rect);

G_END_DECLS
