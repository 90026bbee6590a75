/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-tile-view.h"

struct _CallTileView {
  GtkWidget parent_instance;

  CallTile *tile;
};

G_DEFINE_FINAL_TYPE (CallTileView, call_tile_view, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_TILE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_tile (CallTileView *self, CallTile *tile)
{
  if (g_set_object (&self->tile, tile))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TILE]);
}

static void
call_tile_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallTileView *self = CALL_TILE_VIEW (object);

  switch (id) {
    case PROP_TILE:
      g_value_set_object (value, self->tile);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallTileView *self = CALL_TILE_VIEW (object);

  switch (id) {
    case PROP_TILE:
      set_tile (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_tile_view_dispose (GObject *object)
{
  CallTileView *self = CALL_TILE_VIEW (object);

  set_tile (self, NULL);
  G_OBJECT_CLASS (call_tile_view_parent_class)->dispose (object);
}

static void
call_tile_view_class_init (CallTileViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_tile_view_dispose;
  object_class->get_property = call_tile_view_get_property;
  object_class->set_property = call_tile_view_set_property;
  properties[PROP_TILE] =
      g_param_spec_object ("tile", NULL, NULL, CALL_TYPE_TILE,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-tile-view.ui");
}

static void
call_tile_view_init (CallTileView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
