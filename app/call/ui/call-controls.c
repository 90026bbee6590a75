/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-controls.h"

struct _CallControls {
  AdwBin parent_instance;

  CallRoom *room;
};

G_DEFINE_FINAL_TYPE (CallControls, call_controls, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_room (CallControls *self, CallRoom *room)
{
  if (g_set_object (&self->room, room))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_controls_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallControls *self = CALL_CONTROLS (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_controls_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallControls *self = CALL_CONTROLS (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_controls_dispose (GObject *object)
{
  CallControls *self = CALL_CONTROLS (object);

  set_room (self, NULL);
  G_OBJECT_CLASS (call_controls_parent_class)->dispose (object);
}

static void
call_controls_class_init (CallControlsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_controls_dispose;
  object_class->get_property = call_controls_get_property;
  object_class->set_property = call_controls_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-controls.ui");
}

static void
call_controls_init (CallControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
