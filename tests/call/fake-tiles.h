/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "call-tiles.h"

G_BEGIN_DECLS

/* A call that is none: members with streams and still pictures, for the widgets that show them. */
typedef struct {
  GListStore *members;
  GListStore *streams;
  CallTiles *tiles;
} FakeTiles;

FakeTiles *fake_tiles_new (void);
void fake_tiles_free (FakeTiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeTiles, fake_tiles_free)

/* (transfer none) */
CallMember *fake_tiles_add_member (FakeTiles *self, const char *name);
/* (transfer none): width 0: without a picture */
CallStream *fake_tiles_add_stream (FakeTiles *self, CallMember *member, gboolean screen, int width,
                                   int height);
void fake_tiles_remove_stream (FakeTiles *self, CallStream *stream);
void fake_tiles_remove_member (FakeTiles *self, CallMember *member);
/* (transfer full) */
GdkTexture *fake_tiles_make_texture (int width, int height, guint seed);

G_END_DECLS
