/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-statistics.h"

struct _CallStatistics {
  AdwBin parent_instance;

  CallRoom *room;
};

G_DEFINE_FINAL_TYPE (CallStatistics, call_statistics, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_room (CallStatistics *self, CallRoom *room)
{
  if (g_set_object (&self->room, room))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
call_statistics_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallStatistics *self = CALL_STATISTICS (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_statistics_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallStatistics *self = CALL_STATISTICS (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_statistics_dispose (GObject *object)
{
  CallStatistics *self = CALL_STATISTICS (object);

  set_room (self, NULL);
  G_OBJECT_CLASS (call_statistics_parent_class)->dispose (object);
}

static void
call_statistics_class_init (CallStatisticsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_statistics_dispose;
  object_class->get_property = call_statistics_get_property;
  object_class->set_property = call_statistics_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-statistics.ui");
}

static void
call_statistics_init (CallStatistics *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
