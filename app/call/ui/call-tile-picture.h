/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "call-stream.h"

G_BEGIN_DECLS

/* The picture of a stream in the shape of a tile. It tells the stream the size in which it is
 * shown, in device pixels. Properties:
 *
 * stream: CallStream, writable, nullable
 * crop: boolean, writable: whether the picture fills all of it, cut at the edges
 * mirror: boolean, writable
 * on-picture: boolean, writable: it lies on another picture
 * picture: GdkPaintable: what is shown; NULL: there is none, or it is muted
 * ratio: double: width by height of the picture; 0: not known */
#define CALL_TYPE_TILE_PICTURE (call_tile_picture_get_type ())
G_DECLARE_FINAL_TYPE (CallTilePicture, call_tile_picture, CALL, TILE_PICTURE, GtkWidget)

GdkPaintable *call_tile_picture_get_picture (CallTilePicture *self);
double call_tile_picture_get_ratio (CallTilePicture *self);
void call_tile_picture_set_stream (CallTilePicture *self, CallStream *stream);
void call_tile_picture_set_crop (CallTilePicture *self, gboolean crop);
void call_tile_picture_set_mirror (CallTilePicture *self, gboolean mirror);
void call_tile_picture_set_on_picture (CallTilePicture *self, gboolean on_picture);
void call_tile_picture_set_in_sight (CallTilePicture *self, gboolean in_sight);

G_END_DECLS
