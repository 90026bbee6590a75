/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fills itself with a picture, cut at the edges, as a mirror does if it is to. Properties,
 * writable: paintable: GdkPaintable, nullable; mirrored: boolean */
#define CALL_TYPE_MIRROR (call_mirror_get_type ())
G_DECLARE_FINAL_TYPE (CallMirror, call_mirror, CALL, MIRROR, GtkWidget)

void call_mirror_set_paintable (CallMirror *self, GdkPaintable *paintable);
void call_mirror_set_mirrored (CallMirror *self, gboolean mirrored);

G_END_DECLS
