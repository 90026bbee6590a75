/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-quality-bars.h"

struct _CallQualityBars {
  GtkWidget parent_instance;

  CallMember *member;
};

G_DEFINE_FINAL_TYPE (CallQualityBars, call_quality_bars, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_MEMBER,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_member (CallQualityBars *self, CallMember *member)
{
  if (g_set_object (&self->member, member))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEMBER]);
}

static void
call_quality_bars_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallQualityBars *self = CALL_QUALITY_BARS (object);

  switch (id) {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_quality_bars_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallQualityBars *self = CALL_QUALITY_BARS (object);

  switch (id) {
    case PROP_MEMBER:
      set_member (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_quality_bars_dispose (GObject *object)
{
  CallQualityBars *self = CALL_QUALITY_BARS (object);

  set_member (self, NULL);
  G_OBJECT_CLASS (call_quality_bars_parent_class)->dispose (object);
}

static void
call_quality_bars_class_init (CallQualityBarsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_quality_bars_dispose;
  object_class->get_property = call_quality_bars_get_property;
  object_class->set_property = call_quality_bars_set_property;
  properties[PROP_MEMBER] =
      g_param_spec_object ("member", NULL, NULL, CALL_TYPE_MEMBER,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-quality-bars.ui");
}

static void
call_quality_bars_init (CallQualityBars *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
