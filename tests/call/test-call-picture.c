/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The picture without a display: what comes to its sink is painted as GTK would, into memory. */
#include <gtk/gtk.h>

#include "call-picture.h"
#include "call-pipeline.h"
#include "media-fixture.h"

#define RED 0xff0000

typedef struct {
  CallPicture *picture;
  GstElement *pipeline;
  guint n_invalidated;
} Fixture;

static void
on_invalidated (Fixture *fixture)
{
  g_assert_true (g_main_context_is_owner (NULL) || g_main_depth () > 0);
  fixture->n_invalidated++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->picture = call_picture_new ();
  fixture->pipeline = call_pipeline_new (NULL);
  g_signal_connect_swapped (fixture->picture, "invalidate-contents", G_CALLBACK (on_invalidated),
                            fixture);
}

static gboolean
is_gone (gpointer user_data)
{
  return ((Fixture *) user_data)->picture == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  media_stop (&fixture->pipeline);
  g_object_add_weak_pointer (G_OBJECT (fixture->picture), (gpointer *) &fixture->picture);
  g_object_unref (fixture->picture);
  media_wait (is_gone, fixture);
}

/* @options: of videotestsrc */
static void
play (Fixture *fixture, const char *options, const char *caps)
{
  g_autofree char *line = g_strdup_printf (
      "videotestsrc name=source is-live=true %s ! capsfilter caps=video/x-raw,%s", options, caps);
  g_autoptr (GError) error = NULL;
  GstElement *source = gst_parse_bin_from_description (line, TRUE, &error);
  GstElement *sink;

  g_assert_no_error (error);
  sink = call_picture_make_sink (fixture->picture, &error);
  g_assert_no_error (error);
  gst_bin_add_many (GST_BIN (fixture->pipeline), source, sink, NULL);
  g_assert_true (gst_element_link (source, sink));
  /* The source counts from 0 as if it began with the machine. */
  gst_element_set_base_time (fixture->pipeline, call_pipeline_get_time ());
  gst_element_set_state (fixture->pipeline, GST_STATE_PLAYING);
}

/* Returns: the colour in the middle of what is painted, as RRGGBB; 1: nothing is */
static guint
paint (CallPicture *picture, int width, int height)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  cairo_surface_t *surface;
  cairo_t *cr;
  guint pixel;

  gdk_paintable_snapshot (GDK_PAINTABLE (picture), snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (!node)
    return 1;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cr = cairo_create (surface);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  pixel = *(guint32 *) (gpointer) (cairo_image_surface_get_data (surface) +
                                   cairo_image_surface_get_stride (surface) * (height / 2) +
                                   4 * (width / 2)) &
          0xffffff;
  cairo_surface_destroy (surface);
  gsk_render_node_unref (node);
  return pixel;
}

/* Widgets have been told of it, too. */
static gboolean
is_painted (gpointer user_data)
{
  CallPicture *picture = ((Fixture *) user_data)->picture;

  return paint (picture, 32, 24) != 1 &&
         gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (picture)) > 0;
}

/* Whether it is @colour but for what conversions round */
static gboolean
is_near (guint pixel, guint colour)
{
  for (guint shift = 0; shift < 24; shift += 8) {
    if (ABS ((int) (pixel >> shift & 0xff) - (int) (colour >> shift & 0xff)) > 6)
      return FALSE;
  }
  return TRUE;
}

/* The size of what is painted, which is scaled before */
static guint
get_painted_width (CallPicture *picture)
{
  g_autoptr (GdkPaintable) image = gdk_paintable_get_current_image (GDK_PAINTABLE (picture));

  return GDK_IS_TEXTURE (image) ? gdk_texture_get_width (GDK_TEXTURE (image)) : 0;
}

static void
test_colour (Fixture *fixture, gconstpointer data)
{
  static const char *const formats[] = { "I420", "NV12", "YUY2", "BGRx", "RGB" };

  call_picture_set_size (fixture->picture, 32, 24);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *caps = g_strdup_printf ("format=%s,width=64,height=48", formats[i]);

    play (fixture, "pattern=red", caps);
    media_wait (is_painted, fixture);
    g_assert_true (is_near (paint (fixture->picture, 32, 24), RED));
    g_assert_cmpuint (get_painted_width (fixture->picture), ==, 32);
    g_assert_cmpint (gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (fixture->picture)), ==, 64);
    media_stop (&fixture->pipeline);
    fixture->pipeline = call_pipeline_new (NULL);
    call_picture_clear (fixture->picture);
    g_assert_cmpuint (paint (fixture->picture, 32, 24), ==, 1);
  }
  g_assert_cmpuint (fixture->n_invalidated, >, 0);
}

static gboolean
is_told_its_size (gpointer user_data)
{
  Fixture *fixture = user_data;

  return gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (fixture->picture)) == 96;
}

static void
test_pixels_that_are_not_square (Fixture *fixture, gconstpointer data)
{
  call_picture_set_size (fixture->picture, 640, 480);
  play (fixture, "pattern=red", "format=I420,width=64,height=48,pixel-aspect-ratio=3/2");
  media_wait (is_told_its_size, fixture);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (GDK_PAINTABLE (fixture->picture)), ==, 48);
}

static gboolean
has_come (gpointer user_data)
{
  return *(guint *) user_data > 5;
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_atomic_int_inc ((int *) user_data);
  return GST_PAD_PROBE_OK;
}

/* What nobody sees does not get as far as the queue. */
static void
test_hidden (Fixture *fixture, gconstpointer data)
{
  guint n_come = 0;
  guint64 shown;
  guint64 dropped;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstPad) pad = NULL;

  play (fixture, "pattern=red", "format=I420,width=64,height=48");
  source = gst_bin_get_by_name (GST_BIN (fixture->pipeline), "source");
  pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, &n_come, NULL);
  media_wait (has_come, &n_come);
  g_assert_cmpuint (paint (fixture->picture, 32, 24), ==, 1);
  call_picture_get_counts (fixture->picture, &shown, &dropped);
  g_assert_cmpuint (shown + dropped, ==, 0);

  call_picture_set_size (fixture->picture, 32, 24);
  media_wait (is_painted, fixture);
}

static gboolean
is_large (gpointer user_data)
{
  return get_painted_width (((Fixture *) user_data)->picture) == 64;
}

/* A shared screen that rests is sharp all the same when it is shown larger. */
static void
test_size_changes_without_a_new_picture (Fixture *fixture, gconstpointer data)
{
  call_picture_set_size (fixture->picture, 16, 12);
  play (fixture, "pattern=red num-buffers=1", "format=I420,width=64,height=48");
  media_wait (is_painted, fixture);
  g_assert_cmpuint (get_painted_width (fixture->picture), ==, 16);
  call_picture_set_size (fixture->picture, 640, 480);
  media_wait (is_large, fixture);
}

static void
test_snapshot_is_in_full_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GdkTexture) texture = call_picture_dup_texture (fixture->picture);

  g_assert_null (texture);
  call_picture_set_size (fixture->picture, 16, 12);
  play (fixture, "pattern=red", "format=I420,width=64,height=48");
  media_wait (is_painted, fixture);
  texture = call_picture_dup_texture (fixture->picture);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 64);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 48);
}

static gboolean
has_dropped (gpointer user_data)
{
  guint64 dropped;

  call_picture_get_counts (((Fixture *) user_data)->picture, NULL, &dropped);
  return dropped >= 3;
}

/* Nobody paints: the newest is kept, and no more. */
static void
test_who_does_not_paint (Fixture *fixture, gconstpointer data)
{
  guint64 shown;

  call_picture_set_size (fixture->picture, 32, 24);
  play (fixture, "pattern=red", "format=I420,width=64,height=48");
  media_wait (has_dropped, fixture);
  call_picture_get_counts (fixture->picture, &shown, NULL);
  g_assert_cmpuint (shown, ==, 0);
  g_assert_true (is_near (paint (fixture->picture, 32, 24), RED));
}

static void
test_comes_and_goes (Fixture *fixture, gconstpointer data)
{
  guint threads = 0;
  guint files = 0;

  call_picture_set_size (fixture->picture, 32, 24);
  for (guint i = 0; i < 100; i++) {
    play (fixture, "pattern=red", "format=I420,width=64,height=48,framerate=100/1");
    media_wait (is_painted, fixture);
    media_stop (&fixture->pipeline);
    fixture->pipeline = call_pipeline_new (NULL);
    call_picture_clear (fixture->picture);
    if (i == 10) {
      threads = media_count_threads ();
      files = media_count_files ();
    }
  }
  g_assert_cmpuint (media_count_threads (), <=, threads + 2);
  g_assert_cmpuint (media_count_files (), <=, files + 2);
}

#define ADD(path, function) \
  g_test_add ("/call/picture/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  /* What can be painted; whether there is a display does not matter. */
  gtk_init_check ();
  ADD ("colour", test_colour);
  ADD ("square", test_pixels_that_are_not_square);
  ADD ("hidden", test_hidden);
  ADD ("resting", test_size_changes_without_a_new_picture);
  ADD ("full-size", test_snapshot_is_in_full_size);
  ADD ("not-painted", test_who_does_not_paint);
  ADD ("cycles", test_comes_and_goes);
  return g_test_run ();
}
