/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-people.h"

struct _CallPeople {
  AdwBin parent_instance;

  CallRoom *room;
};

G_DEFINE_FINAL_TYPE (CallPeople, call_people, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_room (CallPeople *self, CallRoom *room)
{
  if (g_set_object (&self->room, room))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_people_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallPeople *self = CALL_PEOPLE (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_people_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallPeople *self = CALL_PEOPLE (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_people_dispose (GObject *object)
{
  CallPeople *self = CALL_PEOPLE (object);

  set_room (self, NULL);
  G_OBJECT_CLASS (call_people_parent_class)->dispose (object);
}

static void
call_people_class_init (CallPeopleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_people_dispose;
  object_class->get_property = call_people_get_property;
  object_class->set_property = call_people_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-people.ui");
}

static void
call_people_init (CallPeople *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
