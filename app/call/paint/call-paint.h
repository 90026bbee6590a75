/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* How a picture in memory gets into what GTK renders: the one thing that media has of GTK. */
void call_paint_surface (GdkSnapshot *snapshot, cairo_surface_t *surface, double width,
                         double height);

G_END_DECLS
