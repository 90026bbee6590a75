/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-tile-picture.h"

#include <math.h>

#include "call-layout.h"

#define RADIUS 12      /* as in stage.css */
#define SETTLE_TIME 80 /* ms until a new size is told while the window is being resized */

struct _CallTilePicture {
  GtkWidget parent_instance;

  CallStream *stream;
  GdkPaintable *picture;
  gboolean crop;
  gboolean mirror;
  gboolean on_picture;
  gboolean in_sight;
  double ratio;
  GSignalGroup *stream_signals;
  GSignalGroup *picture_signals;
  GskRenderNode *corners; /* what rounds them, of corners_width × corners_height */
  int corners_width;
  int corners_height;
  GdkRGBA corners_color;
  guint settle_id;
};

G_DEFINE_FINAL_TYPE (CallTilePicture, call_tile_picture, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_STREAM,
  PROP_CROP,
  PROP_MIRROR,
  PROP_ON_PICTURE,
  PROP_PICTURE,
  PROP_RATIO,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
get_picture_area (CallTilePicture *self, GdkRectangle *area)
{
  GtkWidget *widget = GTK_WIDGET (self);

  call_layout_picture (self->ratio, self->crop, gtk_widget_get_width (widget),
                       gtk_widget_get_height (widget), area);
}

static gboolean
is_seen (CallTilePicture *self)
{
  return self->in_sight && gtk_widget_get_mapped (GTK_WIDGET (self));
}

static gboolean
tell_size (gpointer data)
{
  CallTilePicture *self = data;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkRectangle area;

  self->settle_id = 0;
  if (!self->stream)
    return G_SOURCE_REMOVE;
  get_picture_area (self, &area);
  if (is_seen (self))
    call_stream_set_shown_size (self->stream, self, area.width * scale, area.height * scale);
  else
    call_stream_set_shown_size (self->stream, self, 0, 0);
  return G_SOURCE_REMOVE;
}

/* At once when it begins or ends to be shown; a change waits until the window has found its size.
 */
static void
size_changed (CallTilePicture *self)
{
  guint width = 0, height = 0;

  if (self->stream)
    call_stream_get_shown_size (self->stream, &width, &height);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (width && is_seen (self))
    self->settle_id = g_timeout_add (SETTLE_TIME, tell_size, self);
  else
    tell_size (self);
}

static void
update_ratio (CallTilePicture *self)
{
  double ratio = self->picture ? gdk_paintable_get_intrinsic_aspect_ratio (self->picture) : 0;

  /* Scaling rounds to whole pixels: not another shape */
  if (ratio == self->ratio || (self->ratio > 0 && fabs (ratio / self->ratio - 1) < 0.01))
    return;
  self->ratio = ratio;
  size_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RATIO]);
}

static void
set_picture (CallTilePicture *self, GdkPaintable *picture)
{
  if (!g_set_object (&self->picture, picture))
    return;
  g_signal_group_set_target (self->picture_signals, picture);
  update_ratio (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICTURE]);
}

static void
on_stream (CallTilePicture *self)
{
  CallStream *stream = self->stream;
  gboolean shown = stream && call_stream_has_video (stream) && !call_stream_is_video_muted (stream);

  set_picture (self, shown ? call_stream_get_picture (stream) : NULL);
}

void
call_tile_picture_set_stream (CallTilePicture *self, CallStream *stream)
{
  if (stream == self->stream)
    return;
  if (self->stream)
    call_stream_set_shown_size (self->stream, self, 0, 0);
  g_set_object (&self->stream, stream);
  g_signal_group_set_target (self->stream_signals, stream);
  size_changed (self);
  on_stream (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STREAM]);
}

void
call_tile_picture_set_crop (CallTilePicture *self, gboolean crop)
{
  if (self->crop == crop)
    return;
  self->crop = crop;
  size_changed (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CROP]);
}

void
call_tile_picture_set_mirror (CallTilePicture *self, gboolean mirror)
{
  if (self->mirror == mirror)
    return;
  self->mirror = mirror;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIRROR]);
}

void
call_tile_picture_set_on_picture (CallTilePicture *self, gboolean on_picture)
{
  if (self->on_picture == on_picture)
    return;
  self->on_picture = on_picture;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ON_PICTURE]);
}

/* What is scrolled away is mapped all the same. */
void
call_tile_picture_set_in_sight (CallTilePicture *self, gboolean in_sight)
{
  if (self->in_sight == in_sight)
    return;
  self->in_sight = in_sight;
  size_changed (self);
}

/* Widget */

/* @number: from the upper left one on, clockwise */
static GskRenderNode *
make_corner (int number, int width, int height, const GdkRGBA *color)
{
  const double quarter = G_PI / 2;
  const gboolean right = number == 1 || number == 2, bottom = number >= 2;
  const double x = right ? width : 0, y = bottom ? height : 0;
  const double centre_x = right ? width - RADIUS : RADIUS;
  const double centre_y = bottom ? height - RADIUS : RADIUS;
  GskRenderNode *node = gsk_cairo_node_new (
      &GRAPHENE_RECT_INIT (MIN (x, centre_x), MIN (y, centre_y), RADIUS, RADIUS));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, x, y);
  cairo_arc (cr, centre_x, centre_y, RADIUS, quarter * (number + 2), quarter * (number + 3));
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_destroy (cr);
  return node;
}

static GskRenderNode *
make_corners (int width, int height, const GdkRGBA *color)
{
  GskRenderNode *nodes[4];
  GskRenderNode *corners;

  for (int i = 0; i < 4; i++)
    nodes[i] = make_corner (i, width, height, color);
  corners = gsk_container_node_new (nodes, G_N_ELEMENTS (nodes));
  for (int i = 0; i < 4; i++)
    gsk_render_node_unref (nodes[i]);
  return corners;
}

/* Four small shapes in the colour of the window, drawn over the corners: to clip the whole picture
 * to a rounded shape would take several times the time that drawing it takes. */
static void
snapshot_corners (CallTilePicture *self, GtkSnapshot *snapshot, int width, int height)
{
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                       "window_bg_color", &color))
    return;
  if (!self->corners || width != self->corners_width || height != self->corners_height ||
      !gdk_rgba_equal (&color, &self->corners_color)) {
    g_clear_pointer (&self->corners, gsk_render_node_unref);
    self->corners = make_corners (width, height, &color);
    self->corners_width = width;
    self->corners_height = height;
    self->corners_color = color;
  }
  gtk_snapshot_append_node (snapshot, self->corners);
}

static void
snapshot_picture (CallTilePicture *self, GtkSnapshot *snapshot)
{
  GdkRectangle area;

  get_picture_area (self, &area);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (area.x, area.y));
  if (self->mirror) {
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (area.width, 0));
    gtk_snapshot_scale (snapshot, -1, 1);
  }
  gdk_paintable_snapshot (self->picture, snapshot, area.width, area.height);
  gtk_snapshot_restore (snapshot);
}

static void
call_tile_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CallTilePicture *self = CALL_TILE_PICTURE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  GskRoundedRect rounded;

  if (self->picture) {
    gsk_rounded_rect_init_from_rect (&rounded, &bounds, RADIUS);
    if (self->on_picture)
      gtk_snapshot_push_rounded_clip (snapshot, &rounded);
    else
      gtk_snapshot_push_clip (snapshot, &bounds);
    snapshot_picture (self, snapshot);
    gtk_snapshot_pop (snapshot);
    if (!self->on_picture)
      snapshot_corners (self, snapshot, width, height);
  }
}

static void
call_tile_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  size_changed (CALL_TILE_PICTURE (widget));
}

static void
call_tile_picture_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_tile_picture_parent_class)->map (widget);
  size_changed (CALL_TILE_PICTURE (widget));
}

static void
call_tile_picture_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_tile_picture_parent_class)->unmap (widget);
  size_changed (CALL_TILE_PICTURE (widget));
}

static void
call_tile_picture_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallTilePicture *self = CALL_TILE_PICTURE (object);

  switch (id) {
    case PROP_STREAM:
      g_value_set_object (value, self->stream);
      break;
    case PROP_CROP:
      g_value_set_boolean (value, self->crop);
      break;
    case PROP_MIRROR:
      g_value_set_boolean (value, self->mirror);
      break;
    case PROP_ON_PICTURE:
      g_value_set_boolean (value, self->on_picture);
      break;
    case PROP_PICTURE:
      g_value_set_object (value, self->picture);
      break;
    case PROP_RATIO:
      g_value_set_double (value, self->ratio);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_picture_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallTilePicture *self = CALL_TILE_PICTURE (object);

  switch (id) {
    case PROP_STREAM:
      call_tile_picture_set_stream (self, g_value_get_object (value));
      break;
    case PROP_CROP:
      call_tile_picture_set_crop (self, g_value_get_boolean (value));
      break;
    case PROP_MIRROR:
      call_tile_picture_set_mirror (self, g_value_get_boolean (value));
      break;
    case PROP_ON_PICTURE:
      call_tile_picture_set_on_picture (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_picture_dispose (GObject *object)
{
  CallTilePicture *self = CALL_TILE_PICTURE (object);

  call_tile_picture_set_stream (self, NULL);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  G_OBJECT_CLASS (call_tile_picture_parent_class)->dispose (object);
}

static void
call_tile_picture_finalize (GObject *object)
{
  CallTilePicture *self = CALL_TILE_PICTURE (object);

  g_clear_object (&self->picture);
  g_clear_object (&self->stream_signals);
  g_clear_object (&self->picture_signals);
  g_clear_pointer (&self->corners, gsk_render_node_unref);
  G_OBJECT_CLASS (call_tile_picture_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags written = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_STREAM] = g_param_spec_object ("stream", NULL, NULL, CALL_TYPE_STREAM, written);
  properties[PROP_CROP] = g_param_spec_boolean ("crop", NULL, NULL, FALSE, written);
  properties[PROP_MIRROR] = g_param_spec_boolean ("mirror", NULL, NULL, FALSE, written);
  properties[PROP_ON_PICTURE] = g_param_spec_boolean ("on-picture", NULL, NULL, FALSE, written);
  properties[PROP_PICTURE] = g_param_spec_object ("picture", NULL, NULL, GDK_TYPE_PAINTABLE, read);
  properties[PROP_RATIO] = g_param_spec_double ("ratio", NULL, NULL, 0, G_MAXDOUBLE, 0, read);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_tile_picture_class_init (CallTilePictureClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_tile_picture_dispose;
  object_class->finalize = call_tile_picture_finalize;
  object_class->get_property = call_tile_picture_get_property;
  object_class->set_property = call_tile_picture_set_property;
  widget_class->size_allocate = call_tile_picture_size_allocate;
  widget_class->snapshot = call_tile_picture_snapshot;
  widget_class->map = call_tile_picture_map;
  widget_class->unmap = call_tile_picture_unmap;
  install_properties (object_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-tile-picture.ui");
}

static void
call_tile_picture_init (CallTilePicture *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->in_sight = TRUE;
  self->stream_signals = g_signal_group_new (CALL_TYPE_STREAM);
  g_signal_group_connect_swapped (self->stream_signals, "notify::picture", G_CALLBACK (on_stream),
                                  self);
  g_signal_group_connect_swapped (self->stream_signals, "notify::has-video", G_CALLBACK (on_stream),
                                  self);
  g_signal_group_connect_swapped (self->stream_signals, "notify::video-muted",
                                  G_CALLBACK (on_stream), self);
  self->picture_signals = g_signal_group_new (GDK_TYPE_PAINTABLE);
  g_signal_group_connect_swapped (self->picture_signals, "invalidate-contents",
                                  G_CALLBACK (gtk_widget_queue_draw), self);
  g_signal_group_connect_swapped (self->picture_signals, "invalidate-size",
                                  G_CALLBACK (update_ratio), self);
}

/* Returns: (transfer none) (nullable) */
GdkPaintable *
call_tile_picture_get_picture (CallTilePicture *self)
{
  return self->picture;
}

double
call_tile_picture_get_ratio (CallTilePicture *self)
{
  return self->ratio;
}
