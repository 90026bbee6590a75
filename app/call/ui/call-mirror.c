/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-mirror.h"

#include "call-picture.h"

#define WIDTH_MIN 120
#define WIDTH_NATURAL 380
#define RATIO (4.0 / 3.0)

struct _CallMirror {
  GtkWidget parent_instance;

  GdkPaintable *paintable;
  gboolean mirrored;
};

G_DEFINE_FINAL_TYPE (CallMirror, call_mirror, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_PAINTABLE,
  PROP_MIRRORED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* A picture that is scaled before it comes has to know how large it is seen. */
static void
tell_size (CallMirror *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (CALL_IS_PICTURE (self->paintable) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    call_picture_set_size (CALL_PICTURE (self->paintable),
                           (guint) (gtk_widget_get_width (GTK_WIDGET (self)) * scale),
                           (guint) (gtk_widget_get_height (GTK_WIDGET (self)) * scale));
}

static void
call_mirror_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  tell_size (CALL_MIRROR (widget));
}

static void
call_mirror_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_mirror_parent_class)->map (widget);
  tell_size (CALL_MIRROR (widget));
}

static void
call_mirror_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallMirror *self = CALL_MIRROR (object);

  switch (id) {
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case PROP_MIRRORED:
      g_value_set_boolean (value, self->mirrored);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_mirror_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallMirror *self = CALL_MIRROR (object);

  switch (id) {
    case PROP_PAINTABLE:
      call_mirror_set_paintable (self, g_value_get_object (value));
      break;
    case PROP_MIRRORED:
      call_mirror_set_mirrored (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_mirror_dispose (GObject *object)
{
  call_mirror_set_paintable (CALL_MIRROR (object), NULL);
  G_OBJECT_CLASS (call_mirror_parent_class)->dispose (object);
}

static GtkSizeRequestMode
call_mirror_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
call_mirror_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = WIDTH_MIN;
    *natural = WIDTH_NATURAL;
  } else {
    *natural = (int) ((for_size > 0 ? MIN (for_size, WIDTH_NATURAL) : WIDTH_NATURAL) / RATIO);
    *minimum = for_size > 0 ? *natural : (int) (WIDTH_MIN / RATIO);
  }
}

/* The picture covers all of the widget. */
static void
call_mirror_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  CallMirror *self = CALL_MIRROR (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  float ratio;

  if (!self->paintable || width < 1 || height < 1)
    return;
  ratio = (float) gdk_paintable_get_intrinsic_aspect_ratio (self->paintable);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (width / 2, height / 2));
  if (self->mirrored)
    gtk_snapshot_scale (snapshot, -1, 1);
  if (ratio > 0 && ratio > width / height)
    width = height * ratio;
  else if (ratio > 0)
    height = width / ratio;
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-width / 2, -height / 2));
  gdk_paintable_snapshot (self->paintable, snapshot, width, height);
  gtk_snapshot_pop (snapshot);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_PAINTABLE] =
      g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE, flags);
  properties[PROP_MIRRORED] = g_param_spec_boolean ("mirrored", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
call_mirror_class_init (CallMirrorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_mirror_dispose;
  object_class->get_property = call_mirror_get_property;
  object_class->set_property = call_mirror_set_property;
  widget_class->get_request_mode = call_mirror_get_request_mode;
  widget_class->map = call_mirror_map;
  widget_class->measure = call_mirror_measure;
  widget_class->size_allocate = call_mirror_size_allocate;
  widget_class->snapshot = call_mirror_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "mirror");
  install_properties (object_class);
}

static void
call_mirror_init (CallMirror *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

void
call_mirror_set_paintable (CallMirror *self, GdkPaintable *paintable)
{
  if (self->paintable == paintable)
    return;
  if (self->paintable)
    g_signal_handlers_disconnect_by_data (self->paintable, self);
  g_set_object (&self->paintable, paintable);
  if (paintable) {
    g_signal_connect_object (paintable, "invalidate-contents", G_CALLBACK (gtk_widget_queue_draw),
                             self, G_CONNECT_SWAPPED);
    g_signal_connect_object (paintable, "invalidate-size", G_CALLBACK (gtk_widget_queue_draw), self,
                             G_CONNECT_SWAPPED);
  }
  tell_size (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTABLE]);
}

void
call_mirror_set_mirrored (CallMirror *self, gboolean mirrored)
{
  if (self->mirrored == mirrored)
    return;
  self->mirrored = mirrored;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIRRORED]);
}
