/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-level-meter.h"

struct _CallLevelMeter {
  GtkWidget parent_instance;

  GtkWidget *bar;
  CallMedia *media;
};

G_DEFINE_FINAL_TYPE (CallLevelMeter, call_level_meter, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_MEDIA,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
on_level (CallLevelMeter *self)
{
  double level = 0;

  g_object_get (self->media, "level", &level, NULL);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bar), level);
}

static void
set_media (CallLevelMeter *self, CallMedia *media)
{
  if (self->media == media)
    return;
  if (self->media)
    g_signal_handlers_disconnect_by_data (self->media, self);
  g_set_object (&self->media, media);
  if (media)
    g_signal_connect_swapped (media, "notify::level", G_CALLBACK (on_level), self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEDIA]);
}

static void
call_level_meter_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallLevelMeter *self = CALL_LEVEL_METER (object);

  switch (id) {
    case PROP_MEDIA:
      g_value_set_object (value, self->media);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_level_meter_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallLevelMeter *self = CALL_LEVEL_METER (object);

  switch (id) {
    case PROP_MEDIA:
      set_media (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_level_meter_dispose (GObject *object)
{
  CallLevelMeter *self = CALL_LEVEL_METER (object);

  set_media (self, NULL);
  g_clear_pointer (&self->bar, gtk_widget_unparent);
  G_OBJECT_CLASS (call_level_meter_parent_class)->dispose (object);
}

static void
call_level_meter_class_init (CallLevelMeterClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_level_meter_dispose;
  object_class->get_property = call_level_meter_get_property;
  object_class->set_property = call_level_meter_set_property;
  properties[PROP_MEDIA] =
      g_param_spec_object ("media", NULL, NULL, CALL_TYPE_MEDIA,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-level-meter.ui");
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (class), CallLevelMeter, bar);
}

static void
call_level_meter_init (CallLevelMeter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
