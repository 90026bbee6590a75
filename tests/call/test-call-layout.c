/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-layout.h"

#define MOST 25

static const struct {
  int width;
  int height;
} stages[] = {
  { 348, 500 }, { 640, 360 }, { 888, 480 }, { 1388, 780 }, { 2548, 1300 }, { 140, 900 },
};

static const double wide[MOST] = { 16.0 / 9, 16.0 / 9, 16.0 / 9, 16.0 / 9, 16.0 / 9,
                                   16.0 / 9, 16.0 / 9, 16.0 / 9, 16.0 / 9 };

static void
assert_within (const GdkRectangle *rect, int width, int height)
{
  g_assert_cmpint (rect->x, >=, 0);
  g_assert_cmpint (rect->y, >=, 0);
  g_assert_cmpint (rect->x + rect->width, <=, width);
  g_assert_cmpint (rect->y + rect->height, <=, height);
}

static void
assert_apart (const GdkRectangle *rects, guint n)
{
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      if (rects[i].width && rects[j].width)
        g_assert_false (gdk_rectangle_intersect (&rects[i], &rects[j], NULL));
}

static int
area_of (const GdkRectangle *rect)
{
  return rect->width * rect->height;
}

/* Any number in any stage: all in it, none over another, all of one size */
static void
test_grid_holds_all (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (stages); s++)
    for (guint n = 1; n <= MOST; n++) {
      double none[MOST] = { 0 };
      GdkRectangle rects[MOST];
      int width = stages[s].width;
      int height = MAX (stages[s].height, call_layout_get_least_height (n, width));

      call_layout (CALL_LAYOUT_GRID, n, none, width, height, rects);
      assert_apart (rects, n);
      for (guint i = 0; i < n; i++) {
        assert_within (&rects[i], width, height);
        g_assert_cmpint (rects[i].width, >, 100);
        g_assert_cmpint (ABS (rects[i].width - rects[0].width), <=, 1);
        g_assert_cmpint (ABS (rects[i].height - rects[0].height), <=, 1);
      }
    }
}

static void
test_grid_uses_the_stage (void)
{
  GdkRectangle rects[9];

  call_layout (CALL_LAYOUT_GRID, 9, wide, 1388, 780, rects);
  g_assert_cmpint (9 * area_of (rects), >, 1388 * 780 * 9 / 10);
  g_assert_cmpint (rects[3].x, ==, rects[0].x); /* three columns */
  call_layout (CALL_LAYOUT_GRID, 4, wide, 888, 480, rects);
  g_assert_cmpint (4 * area_of (rects), >, 888 * 480 * 9 / 10);
  g_assert_cmpint (rects[2].x, ==, rects[0].x); /* two columns */
  call_layout (CALL_LAYOUT_GRID, 2, wide, 348, 500, rects);
  g_assert_cmpint (rects[1].x, ==, rects[0].x); /* one upon the other */
  call_layout (CALL_LAYOUT_GRID, 2, wide, 888, 480, rects);
  g_assert_cmpint (rects[1].y, ==, rects[0].y); /* side by side */
}

static void
test_last_row_is_in_the_middle (void)
{
  GdkRectangle rects[3];

  call_layout (CALL_LAYOUT_GRID, 3, wide, 888, 480, rects);
  g_assert_cmpint (rects[2].y, >, rects[0].y);
  g_assert_cmpint (ABS (2 * rects[2].x + rects[2].width - 888), <=, 2);
}

/* Upright pictures get upright tiles, wide ones wide tiles. */
static void
test_grid_follows_the_pictures (void)
{
  const double upright[] = { 9.0 / 16, 9.0 / 16 }, cinema[] = { 2.35, 2.35 };
  GdkRectangle rects[2];

  call_layout (CALL_LAYOUT_GRID, 2, upright, 888, 480, rects);
  g_assert_cmpint (rects[0].width, <=, rects[0].height);
  call_layout (CALL_LAYOUT_GRID, 2, cinema, 888, 800, rects);
  g_assert_cmpint (rects[0].width, >, rects[0].height * 17 / 10);
}

/* Where the tiles would be too small, the grid wants to be higher than the stage. */
static void
test_many_are_scrolled (void)
{
  g_assert_cmpint (call_layout_get_least_height (0, 348), ==, 0);
  g_assert_cmpint (call_layout_get_least_height (1, 348), ==, 0);
  g_assert_cmpint (call_layout_get_least_height (4, 348), <, 500);
  g_assert_cmpint (call_layout_get_least_height (25, 348), >, 500);
  g_assert_cmpint (call_layout_get_least_height (25, 1388), <, 780);
}

static void
test_pair (void)
{
  GdkRectangle rects[2], both;

  call_layout (CALL_LAYOUT_PAIR, 2, wide, 888, 480, rects);
  assert_within (&rects[0], 888, 480);
  g_assert_true (gdk_rectangle_intersect (&rects[0], &rects[1], &both));
  g_assert_true (gdk_rectangle_equal (&both, &rects[1]));
  g_assert_cmpint (area_of (&rects[1]) * 8, <, area_of (&rects[0]));
  call_layout (CALL_LAYOUT_PAIR, 2, wide, 348, 500, rects);
  assert_apart (rects, 2); /* no room for a picture in the picture: a grid */
}

static void
test_speaker_is_large (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (stages); s++)
    for (guint n = 1; n <= MOST; n++) {
      double none[MOST] = { 0 };
      GdkRectangle rects[MOST];

      call_layout (CALL_LAYOUT_SPEAKER, n, none, stages[s].width, stages[s].height, rects);
      assert_apart (rects, n);
      for (guint i = 0; i < n; i++) {
        assert_within (&rects[i], stages[s].width, stages[s].height);
        g_assert_true (i == 0 || area_of (&rects[i]) * 2 < area_of (rects));
      }
      g_assert_cmpint (area_of (rects) * 2, >, stages[s].width * stages[s].height);
      g_assert_true (n == 1 || rects[1].width > 0);
    }
}

static void
test_nothing_to_lay_out (void)
{
  GdkRectangle rect = { 1, 1, 1, 1 };

  call_layout (CALL_LAYOUT_GRID, 0, NULL, 640, 480, NULL);
  call_layout (CALL_LAYOUT_SPEAKER, 1, wide, 0, 0, &rect);
  g_assert_cmpint (rect.width, ==, 0);
}

static void
test_picture_in_its_tile (void)
{
  GdkRectangle rect;

  call_layout_picture (2, FALSE, 400, 400, &rect);
  g_assert_true (gdk_rectangle_equal (&rect, &(GdkRectangle){ 0, 100, 400, 200 }));
  call_layout_picture (2, TRUE, 400, 400, &rect);
  g_assert_true (gdk_rectangle_equal (&rect, &(GdkRectangle){ -200, 0, 800, 400 }));
  call_layout_picture (0.5, FALSE, 400, 400, &rect);
  g_assert_true (gdk_rectangle_equal (&rect, &(GdkRectangle){ 100, 0, 200, 400 }));
  call_layout_picture (0.5, TRUE, 400, 400, &rect);
  g_assert_true (gdk_rectangle_equal (&rect, &(GdkRectangle){ 0, -200, 400, 800 }));
  call_layout_picture (0, TRUE, 400, 300, &rect);
  g_assert_true (gdk_rectangle_equal (&rect, &(GdkRectangle){ 0, 0, 400, 300 }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-layout/grid/holds-all", test_grid_holds_all);
  g_test_add_func ("/call-layout/grid/uses-the-stage", test_grid_uses_the_stage);
  g_test_add_func ("/call-layout/grid/last-row", test_last_row_is_in_the_middle);
  g_test_add_func ("/call-layout/grid/follows-the-pictures", test_grid_follows_the_pictures);
  g_test_add_func ("/call-layout/grid/many-are-scrolled", test_many_are_scrolled);
  g_test_add_func ("/call-layout/pair", test_pair);
  g_test_add_func ("/call-layout/speaker", test_speaker_is_large);
  g_test_add_func ("/call-layout/nothing", test_nothing_to_lay_out);
  g_test_add_func ("/call-layout/picture", test_picture_in_its_tile);
  return g_test_run ();
}
