/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-tiles.h"

FakeTiles *
fake_tiles_new (void)
{
  FakeTiles *self = g_new0 (FakeTiles, 1);

  self->members = g_list_store_new (CALL_TYPE_MEMBER);
  self->streams = g_list_store_new (CALL_TYPE_STREAM);
  self->tiles = call_tiles_new (G_LIST_MODEL (self->members), G_LIST_MODEL (self->streams));
  return self;
}

void
fake_tiles_free (FakeTiles *self)
{
  g_object_unref (self->tiles);
  g_object_unref (self->streams);
  g_object_unref (self->members);
  g_free (self);
}

/* The first is the user. */
CallMember *
fake_tiles_add_member (FakeTiles *self, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->members));
  g_autofree char *uid = g_strdup_printf ("%u", 1000 + n);
  g_autoptr (CallMember) member = call_member_new (uid, n == 0);

  g_object_set (member, "user-name", name, "has-audio", TRUE, NULL);
  g_list_store_append (self->members, member);
  return member;
}

/* Something between a gradient and a face: enough to see what is cut off, and what is mirrored */
GdkTexture *
fake_tiles_make_texture (int width, int height, guint seed)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_pattern_t *ground = cairo_pattern_create_linear (0, 0, width, height);
  g_autoptr (GBytes) bytes = NULL;
  GdkTexture *texture;

  cairo_pattern_add_color_stop_rgb (ground, 0, 0.2 + 0.13 * (seed % 5), 0.35, 0.5);
  cairo_pattern_add_color_stop_rgb (ground, 1, 0.1, 0.15 + 0.1 * (seed % 4), 0.25);
  cairo_set_source (cr, ground);
  cairo_paint (cr);
  cairo_pattern_destroy (ground);
  cairo_set_source_rgb (cr, 0.85, 0.7, 0.6);
  cairo_arc (cr, width * 0.47, height * 0.42, height * 0.2, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.25, 0.3, 0.55);
  cairo_arc (cr, width * 0.45, height * 1.05, height * 0.42, G_PI, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 4);
  cairo_rectangle (cr, 2, 2, width - 4, height - 4);
  cairo_stroke (cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface),
                       (gsize) cairo_image_surface_get_stride (surface) * height);
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes,
                                    cairo_image_surface_get_stride (surface));
  cairo_surface_destroy (surface);
  return texture;
}

CallStream *
fake_tiles_add_stream (FakeTiles *self, CallMember *member, gboolean screen, int width, int height)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->streams));
  g_autofree char *id = g_strdup_printf ("stream-%u", n);
  g_autoptr (CallStream) stream = call_stream_new (id, member, screen);

  g_object_set (stream, "has-audio", !screen, "has-video", width > 0, NULL);
  if (width > 0) {
    g_autoptr (GdkTexture) texture = fake_tiles_make_texture (width, height, n);

    call_stream_set_picture (stream, GDK_PAINTABLE (texture));
  }
  g_list_store_append (self->streams, stream);
  return stream;
}

static void
remove_item (GListStore *store, gpointer item)
{
  guint place;

  if (g_list_store_find (store, item, &place))
    g_list_store_remove (store, place);
}

void
fake_tiles_remove_stream (FakeTiles *self, CallStream *stream)
{
  remove_item (self->streams, stream);
}

void
fake_tiles_remove_member (FakeTiles *self, CallMember *member)
{
  remove_item (self->members, member);
}
