/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <adwaita.h>

#include "await.h"
#include "call-stage.h"
#include "fake-tiles.h"

typedef struct {
  FakeTiles *fake;
  CallMember *self; /* none of the members is owned */
  CallMember *ada;
  CallMember *ben;
  CallStream *ada_camera;
  GtkWidget *window;
  CallStage *stage;
} Fixture;

/* The widgets of tiles, in their order */
static GPtrArray *
find_views (Fixture *f)
{
  GPtrArray *views = g_ptr_array_new ();

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (f->stage)); child;
       child = gtk_widget_get_next_sibling (child))
    g_ptr_array_add (views, child);
  return views;
}

static CallTileView *
find_view (Fixture *f, CallMember *member, gboolean screen)
{
  g_autoptr (GPtrArray) views = find_views (f);

  for (guint i = 0; i < views->len; i++) {
    CallTile *tile = call_tile_view_get_tile (views->pdata[i]);

    if (call_tile_get_member (tile) == member && call_tile_is_screen (tile) == screen)
      return views->pdata[i];
  }
  return NULL;
}

static int
area_of (CallTileView *view)
{
  return gtk_widget_get_width (GTK_WIDGET (view)) * gtk_widget_get_height (GTK_WIDGET (view));
}

/* Lays out what is to be laid out, without waiting for the next frame */
static void
lay_out (Fixture *f)
{
  int width = gtk_widget_get_width (f->window), height = gtk_widget_get_height (f->window);

  gtk_widget_measure (f->window, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (f->stage));
  gtk_widget_allocate (f->window, width, height, -1, NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->fake = fake_tiles_new ();
  f->self = fake_tiles_add_member (f->fake, "Me");
  f->ada = fake_tiles_add_member (f->fake, "Ada");
  f->ben = fake_tiles_add_member (f->fake, "Ben");
  f->ada_camera = fake_tiles_add_stream (f->fake, f->ada, FALSE, 640, 480);
  f->stage = g_object_new (CALL_TYPE_STAGE, "tiles", f->fake->tiles, NULL);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 900, 600);
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->stage));
  gtk_window_present (GTK_WINDOW (f->window));
  nertc_await (gtk_widget_get_width (GTK_WIDGET (f->stage)) > 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  fake_tiles_free (f->fake);
}

static void
assert_name (CallTileView *view, const char *name)
{
  g_autofree char *problem = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  g_assert_cmpstr (problem, ==, NULL);
}

/* One widget for each tile; it is the same one as long as the tile is. */
static void
test_tiles (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) before = find_views (f);
  g_autoptr (GPtrArray) after = NULL;
  CallTileView *ada = find_view (f, f->ada, FALSE);
  CallTileView *self = find_view (f, f->self, FALSE);

  g_assert_cmpuint (before->len, ==, 3);
  g_assert_true (before->pdata[0] == ada);
  g_assert_true (before->pdata[2] == self); /* the user is the last */
  fake_tiles_add_member (f->fake, "Cleo");
  fake_tiles_remove_member (f->fake, f->ben);
  after = find_views (f);
  g_assert_cmpuint (after->len, ==, 3);
  g_assert_true (after->pdata[0] == ada);
  g_assert_true (after->pdata[2] == self);
}

/* The widget of who has left goes, with all that it listened to. */
static void
test_tile_goes (Fixture *f, gconstpointer data)
{
  CallTileView *ada = find_view (f, f->ada, FALSE);

  g_object_add_weak_pointer (G_OBJECT (ada), (gpointer *) &ada);
  call_tile_view_set_pinned (ada, TRUE);
  fake_tiles_remove_member (f->fake, f->ada);
  nertc_await (!ada);
}

static void
test_rectangles (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) views = find_views (f);
  graphene_rect_t rects[3], whole;

  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (f->stage), f->window, &whole));
  for (guint i = 0; i < views->len; i++) {
    g_assert_true (gtk_widget_compute_bounds (views->pdata[i], f->window, &rects[i]));
    g_assert_true (graphene_rect_contains_rect (&whole, &rects[i]));
    for (guint j = 0; j < i; j++)
      g_assert_false (graphene_rect_intersection (&rects[i], &rects[j], NULL));
  }
  g_assert_cmpint (3 * area_of (views->pdata[0]), >, 900 * 600 / 2);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  CallTileView *ada = find_view (f, f->ada, FALSE);

  assert_name (ada, "Ada");
  assert_name (find_view (f, f->ben, FALSE), "Ben, camera off");
  assert_name (find_view (f, f->self, FALSE), "Me (you), camera off");
  g_object_set (f->ada, "audio-muted", TRUE, "quality-down", 5, NULL);
  assert_name (ada, "Ada, muted, poor network");
  g_object_set (f->ada, "audio-muted", FALSE, "quality-down", 1, "muted-for-me", TRUE, NULL);
  assert_name (ada, "Ada, muted for you");
  fake_tiles_add_stream (f->fake, f->ada, TRUE, 1280, 720);
  assert_name (find_view (f, f->ada, TRUE), "Ada’s screen, pinned");
}

static void
test_speaking (Fixture *f, gconstpointer data)
{
  GtkWidget *ada = GTK_WIDGET (find_view (f, f->ada, FALSE));

  g_object_set (f->ada, "speaking", TRUE, NULL);
  g_assert_true (gtk_widget_has_css_class (ada, "speaking"));
  g_object_set (f->ada, "speaking", FALSE, NULL);
  g_assert_false (gtk_widget_has_css_class (ada, "speaking"));
}

/* The stream is told in which size it is seen, and that it is not. */
static void
test_shown_size (Fixture *f, gconstpointer data)
{
  CallTileView *ada = find_view (f, f->ada, FALSE);
  guint width, height;

  call_stream_get_shown_size (f->ada_camera, &width, &height);
  g_assert_cmpuint (width, >=, (guint) gtk_widget_get_width (GTK_WIDGET (ada)));
  g_assert_cmpuint (height, >=, (guint) gtk_widget_get_height (GTK_WIDGET (ada)));
  g_assert_cmpuint (ABS ((int) (width * 3) - (int) (height * 4)), <=, 4);
  gtk_widget_set_visible (f->window, FALSE);
  call_stream_get_shown_size (f->ada_camera, &width, &height);
  g_assert_cmpuint (width, ==, 0);
}

static gboolean
is_seen (CallStream *stream)
{
  guint width, height;

  call_stream_get_shown_size (stream, &width, &height);
  return width > 0;
}

/* A picture that is scrolled away costs nothing. */
static void
test_scrolled_away (Fixture *f, gconstpointer data)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkAdjustment *scroll = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_autoptr (CallStage) stage = g_object_ref (f->stage);
  CallStream *last;

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  for (guint i = 0; i < 80; i++)
    fake_tiles_add_member (f->fake, "Cleo");
  last = fake_tiles_add_stream (f->fake, fake_tiles_add_member (f->fake, "Zoe"), FALSE, 640, 480);
  gtk_window_set_child (GTK_WINDOW (f->window), NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (stage));
  gtk_window_set_child (GTK_WINDOW (f->window), scroller);
  nertc_await (is_seen (f->ada_camera) && !is_seen (last));
  nertc_await (gtk_adjustment_get_upper (scroll) > 2 * gtk_adjustment_get_page_size (scroll));
  gtk_adjustment_set_value (scroll, gtk_adjustment_get_upper (scroll));
  nertc_await (!is_seen (f->ada_camera) && is_seen (last));
}

static void
test_camera_off (Fixture *f, gconstpointer data)
{
  CallTileView *ada = find_view (f, f->ada, FALSE);

  g_object_set (f->ada_camera, "video-muted", TRUE, NULL);
  assert_name (ada, "Ada, camera off");
  g_assert_cmpfloat (call_tile_view_get_ratio (ada), ==, 0);
  g_object_set (f->ada_camera, "video-muted", FALSE, NULL);
  g_assert_cmpfloat (call_tile_view_get_ratio (ada), >, 1.3);
}

static void
test_pin (Fixture *f, gconstpointer data)
{
  CallTileView *ben = find_view (f, f->ben, FALSE), *ada = find_view (f, f->ada, FALSE);

  g_assert_null (call_stage_get_large (f->stage));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (ben), "tile.pin", NULL));
  g_assert_true (call_stage_get_large (f->stage) == ben);
  lay_out (f);
  g_assert_cmpint (area_of (ben), >, 2 * area_of (ada));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (ada), "tile.pin", NULL));
  g_assert_true (call_stage_get_large (f->stage) == ada);
  g_assert_false (call_tile_view_is_pinned (ben));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (ada), "tile.pin", NULL));
  g_assert_null (call_stage_get_large (f->stage));
}

/* A screen that another begins to share is large until it ends. */
static void
test_screen (Fixture *f, gconstpointer data)
{
  CallStream *own = fake_tiles_add_stream (f->fake, f->self, TRUE, 1280, 720);
  CallStream *screen;
  g_autoptr (GPtrArray) views = NULL;

  g_assert_null (call_stage_get_large (f->stage));
  screen = fake_tiles_add_stream (f->fake, f->ben, TRUE, 1280, 720);
  g_assert_true (call_stage_get_large (f->stage) == find_view (f, f->ben, TRUE));
  fake_tiles_remove_stream (f->fake, screen);
  g_assert_null (call_stage_get_large (f->stage));
  fake_tiles_remove_stream (f->fake, own);
  views = find_views (f);
  g_assert_cmpuint (views->len, ==, 3);
}

static void
test_speaker_view (Fixture *f, gconstpointer data)
{
  g_object_set (f->stage, "view", "speaker", NULL);
  g_assert_true (call_stage_get_large (f->stage) == find_view (f, f->ada, FALSE));
  g_object_set (f->stage, "speaker", f->ben, NULL);
  g_assert_true (call_stage_get_large (f->stage) == find_view (f, f->ben, FALSE));
  g_object_set (f->stage, "speaker", f->self, NULL); /* nobody looks at himself */
  g_assert_true (call_stage_get_large (f->stage) == find_view (f, f->ada, FALSE));
  g_object_set (f->stage, "view", "grid", NULL);
  g_assert_null (call_stage_get_large (f->stage));
}

static gboolean
is_whole (CallTileView *view)
{
  return !gtk_widget_has_css_class (GTK_WIDGET (view), "cropped");
}

static void
test_fit (Fixture *f, gconstpointer data)
{
  CallTileView *ada = find_view (f, f->ada, FALSE);

  g_assert_false (is_whole (ada));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (ada), "tile.fit", NULL));
  g_assert_true (is_whole (ada));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (ada), "tile.fit", NULL));
  g_object_set (f->stage, "crop", FALSE, NULL); /* what was chosen for one comes first */
  g_assert_false (is_whole (ada));
  g_assert_true (is_whole (find_view (f, f->ben, FALSE)));
}

static void
test_mute_for_me (Fixture *f, gconstpointer data)
{
  GtkWidget *ada = GTK_WIDGET (find_view (f, f->ada, FALSE));
  GtkWidget *self = GTK_WIDGET (find_view (f, f->self, FALSE));

  g_assert_true (gtk_widget_activate_action (ada, "member.mute-for-me", NULL));
  g_assert_true (call_member_is_muted_for_me (f->ada));
  g_assert_false (gtk_widget_activate_action (self, "member.mute-for-me", NULL));
}

static gboolean
is_saved (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder))) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_autoptr (GdkTexture) texture = NULL;

    if (!g_str_has_prefix (name, "Ada ") || !g_str_has_suffix (name, ".png"))
      continue;
    texture = gdk_texture_new_from_filename (file, NULL);
    if (texture)
      return gdk_texture_get_width (texture) == 640;
  }
  return FALSE;
}

static void
test_snapshot (Fixture *f, gconstpointer data)
{
  GtkWidget *ada = GTK_WIDGET (find_view (f, f->ada, FALSE));
  GtkWidget *ben = GTK_WIDGET (find_view (f, f->ben, FALSE));

  g_assert_true (gtk_widget_activate_action (ada, "tile.snapshot", NULL));
  nertc_await (is_saved (g_get_home_dir ()));
  gtk_widget_activate_action (ben, "tile.snapshot", NULL); /* disabled: nothing to save */
}

#define ADD(name, test) g_test_add ("/call-stage/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adw_init ();
  ADD ("tiles", test_tiles);
  ADD ("tile-goes", test_tile_goes);
  ADD ("rectangles", test_rectangles);
  ADD ("names", test_names);
  ADD ("speaking", test_speaking);
  ADD ("shown-size", test_shown_size);
  ADD ("scrolled-away", test_scrolled_away);
  ADD ("camera-off", test_camera_off);
  ADD ("pin", test_pin);
  ADD ("screen", test_screen);
  ADD ("speaker-view", test_speaker_view);
  ADD ("fit", test_fit);
  ADD ("mute-for-me", test_mute_for_me);
  ADD ("snapshot", test_snapshot);
  return g_test_run ();
}
