/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-ended.h"

struct _CallEnded {
  AdwBin parent_instance;

  CallRoom *room;
};

G_DEFINE_FINAL_TYPE (CallEnded, call_ended, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_room (CallEnded *self, CallRoom *room)
{
  if (g_set_object (&self->room, room))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_ended_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallEnded *self = CALL_ENDED (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_ended_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallEnded *self = CALL_ENDED (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_ended_dispose (GObject *object)
{
  CallEnded *self = CALL_ENDED (object);

  set_room (self, NULL);
  G_OBJECT_CLASS (call_ended_parent_class)->dispose (object);
}

static void
call_ended_class_init (CallEndedClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_ended_dispose;
  object_class->get_property = call_ended_get_property;
  object_class->set_property = call_ended_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-ended.ui");
}

static void
call_ended_init (CallEnded *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
