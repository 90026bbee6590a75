/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * By cairo, not as a texture: the cairo renderer of GTK 4.8 turns each pixel of a texture to
 * floating point and back, which took more than decoding it, and a surface that is painted is not
 * even copied. The GL renderer uploads both.
 */
#include "call-paint.h"

#include <gtk/gtk.h>

/* @length is what the widget asks for, @pixels what there is. Where they are the same but for
 * rounding, at whatever scale of the display, each pixel gets its own: it is sharp, and cheap. */
static double
snap (double length, int pixels)
{
  int scale = MAX (1, (int) (pixels / MAX (length, 1) + 0.5));
  double exact = (double) pixels / scale;

  return ABS (exact - length) < 1 ? exact : length;
}

/* @surface: an image; it must not be changed any more
 * @width, @height: what it fills, from 0, 0 */
void
call_paint_surface (GdkSnapshot *snapshot, cairo_surface_t *surface, double width, double height)
{
  int pixels = cairo_image_surface_get_width (surface);
  int lines = cairo_image_surface_get_height (surface);
  double x = snap (width, pixels);
  double y = snap (height, lines);
  cairo_t *cr =
      gtk_snapshot_append_cairo (GTK_SNAPSHOT (snapshot), &GRAPHENE_RECT_INIT (0, 0, x, y));

  cairo_scale (cr, x / pixels, y / lines);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BILINEAR);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_rectangle (cr, 0, 0, pixels, lines);
  cairo_fill (cr);
  cairo_destroy (cr);
}
