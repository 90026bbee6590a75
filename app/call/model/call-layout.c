/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-layout.h"

#include <math.h>

#define GAP 6
#define SMALLEST 140 /* the width below which tiles are scrolled, not shrunk */
#define SMALLEST_IN_STRIP 76

typedef struct {
  guint columns;
  guint rows;
  double width; /* of each tile */
  double height;
} Cells;

typedef struct {
  double low; /* the shapes that a tile may take, width by height */
  double high;
} Shapes;

static double
span (guint n, double size)
{
  return n * size + (n - 1) * GAP;
}

static double
part_of (double whole, guint n)
{
  return (whole - (n - 1) * GAP) / n;
}

/* The mean shape of the pictures, in the sense in which 2:1 and 1:2 are square */
static double
mean_ratio (guint n, const double *ratios)
{
  double sum = 0;
  guint known = 0;

  for (guint i = 0; i < n; i++)
    if (ratios[i] > 0) {
      sum += log (ratios[i]);
      known++;
    }
  return known ? exp (sum / known) : 0;
}

/* A little more or less than the pictures have may be cropped off; where there are none, tiles are
 * wide in a wide stage, and may be upright in an upright one. */
static Shapes
shapes_for (guint n, const double *ratios, int width, int height)
{
  double mean = mean_ratio (n, ratios);

  if (mean > 0)
    return (Shapes){ CLAMP (mean * 0.75, 0.5, 4.0 / 3), CLAMP (mean * 1.34, 1, 2.4) };
  return width > height ? (Shapes){ 4.0 / 3, 16.0 / 9 } : (Shapes){ 3.0 / 4, 16.0 / 9 };
}

static Cells
cells_of (guint columns, guint n, Shapes shapes, int width, int height)
{
  Cells cells = { columns, (n + columns - 1) / columns, 0, 0 };
  double cell_width = part_of (width, columns);
  double cell_height = part_of (height, cells.rows);
  double shape;

  if (cell_width < 1 || cell_height < 1)
    return cells;
  shape = CLAMP (cell_width / cell_height, shapes.low, shapes.high);
  cells.width = MIN (cell_width, cell_height * shape);
  cells.height = cells.width / shape;
  return cells;
}

static Cells
scrolled_cells (guint n, int width)
{
  guint columns = CLAMP ((width + GAP) / (SMALLEST + GAP), 1, (int) n);
  double tile = part_of (width, columns);

  return (Cells){ columns, (n + columns - 1) / columns, tile, tile * 3 / 4 };
}

/* The number of columns that gives the largest tiles */
static Cells
best_cells (guint n, const double *ratios, int width, int height)
{
  Shapes shapes = shapes_for (n, ratios, width, height);
  Cells best = cells_of (1, n, shapes, width, height);

  for (guint columns = 2; columns <= n; columns++) {
    Cells cells = cells_of (columns, n, shapes, width, height);

    if (cells.width * cells.height > best.width * best.height)
      best = cells;
  }
  if (best.width < MIN (SMALLEST, width) && call_layout_get_least_height (n, width) >= height)
    return scrolled_cells (n, width);
  return best;
}

/* Rounded so that neighbours neither overlap nor part, wherever they begin */
static GdkRectangle
rounded (double x, double y, double width, double height)
{
  int left = (int) round (x), top = (int) round (y);

  return (GdkRectangle){ left, top, (int) round (x + width) - left,
                         (int) round (y + height) - top };
}

static void
place (const Cells *cells, guint n, const GdkRectangle *area, GdkRectangle *rects)
{
  double top = area->y + MAX (0, (area->height - span (cells->rows, cells->height)) / 2);

  for (guint i = 0; i < n; i++) {
    guint row = i / cells->columns;
    guint in_row = MIN (cells->columns, n - row * cells->columns);
    double left = area->x + (area->width - span (in_row, cells->width)) / 2;

    rects[i] = rounded (left + (i % cells->columns) * (cells->width + GAP),
                        top + row * (cells->height + GAP), cells->width, cells->height);
  }
}

static void
lay_grid (guint n, const double *ratios, int width, int height, GdkRectangle *rects)
{
  const GdkRectangle area = { 0, 0, width, height };
  Cells cells = best_cells (n, ratios, width, height);

  place (&cells, n, &area, rects);
}

static void
lay_pair (const double *ratios, int width, int height, GdkRectangle *rects)
{
  double own = CLAMP (width * 0.2, 120, 320);
  double shape = ratios[1] > 0 ? CLAMP (ratios[1], 3.0 / 4, 16.0 / 9) : 16.0 / 9;
  double own_height = own / shape;

  lay_grid (1, ratios, width, height, rects);
  rects[1] = rounded (rects[0].x + rects[0].width - own - 2 * GAP,
                      rects[0].y + rects[0].height - own_height - 2 * GAP, own, own_height);
}

/* As many as have room, the others out of sight */
static void
lay_strip (Cells cells, guint n, const GdkRectangle *area, GdkRectangle *rects)
{
  guint shown = MIN (n, cells.columns * cells.rows);

  if (!shown || cells.width < 1 || cells.height < 1)
    return;
  cells.columns = MIN (cells.columns, shown);
  cells.rows = (shown + cells.columns - 1) / cells.columns;
  place (&cells, shown, area, rects);
}

/* Of the shapes that a strip beside the large one may have, the one with the largest tiles; what is
 * too many for either is out of sight. */
static Cells
beside_cells (guint columns, guint n, double side, int height)
{
  double width = part_of (side, columns);
  guint fit = MAX (1, (height + GAP) / ((int) (SMALLEST_IN_STRIP * 9 / 16) + GAP));
  guint rows = MIN ((n + columns - 1) / columns, fit);
  double tile = MIN (width * 3 / 4, part_of (height, rows));

  return (Cells){ columns, rows, MIN (width, tile * 16 / 9), tile };
}

static void
lay_strip_beside (guint n, int width, int height, GdkRectangle *rects)
{
  double side = CLAMP (width * 0.19, 140, 320);
  GdkRectangle area = { width - (int) side, 0, (int) side, height };
  Cells one = beside_cells (1, n, side, height), two = beside_cells (2, n, side, height);
  guint shown = MIN (n, one.rows);
  gboolean single = shown == n && one.width * one.height >= two.width * two.height;

  rects[0] = (GdkRectangle){ 0, 0, width - area.width - GAP, height };
  lay_strip (single ? one : two, n, &area, rects + 1);
}

static void
lay_strip_below (guint n, int width, int height, GdkRectangle *rects)
{
  guint columns = CLAMP (MIN ((int) n, (width + GAP) / (SMALLEST_IN_STRIP + GAP)), 1, 8);
  double tile = MIN (part_of (width, columns), 220);
  double tile_height = MIN (tile * 3 / 4, height * 0.22);
  int below = (int) round (tile_height);
  GdkRectangle area = { 0, height - below, width, below };

  rects[0] = (GdkRectangle){ 0, 0, width, height - below - GAP };
  lay_strip ((Cells){ columns, 1, tile, tile_height }, n, &area, rects + 1);
}

void
call_layout (CallLayoutKind kind, guint n, const double *ratios, int width, int height,
             GdkRectangle *rects)
{
  for (guint i = 0; i < n; i++)
    rects[i] = (GdkRectangle){ 0 };
  if (!n || width < 1 || height < 1)
    return;
  if (kind == CALL_LAYOUT_SPEAKER && n > 1 && width > height * 1.1)
    lay_strip_beside (n - 1, width, height, rects);
  else if (kind == CALL_LAYOUT_SPEAKER && n > 1)
    lay_strip_below (n - 1, width, height, rects);
  else if (kind == CALL_LAYOUT_SPEAKER)
    rects[0] = (GdkRectangle){ 0, 0, width, height };
  else if (kind == CALL_LAYOUT_PAIR && n == 2 && width > height * 1.15)
    lay_pair (ratios, width, height, rects);
  else
    lay_grid (n, ratios, width, height, rects);
}

int
call_layout_get_least_height (guint n, int width)
{
  Cells cells;

  if (!n || width < 1)
    return 0;
  cells = scrolled_cells (n, width);
  return n == 1 ? 0 : (int) ceil (span (cells.rows, cells.height));
}

void
call_layout_picture (double ratio, gboolean crop, int width, int height, GdkRectangle *rect)
{
  gboolean wider = ratio * height > width; /* than the tile */

  *rect = (GdkRectangle){ 0, 0, width, height };
  if (ratio <= 0 || width < 1 || height < 1)
    return;
  if (wider == !!crop)
    rect->width = MAX (1, (int) round (height * ratio));
  else
    rect->height = MAX (1, (int) round (width / ratio));
  rect->x = (int) floor ((width - rect->width) / 2.0);
  rect->y = (int) floor ((height - rect->height) / 2.0);
}
