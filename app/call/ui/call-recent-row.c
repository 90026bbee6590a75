/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recent-row.h"

struct _CallRecentRow {
  AdwBin parent_instance;

  CallRecent *recent;
  guint position;
};

G_DEFINE_FINAL_TYPE (CallRecentRow, call_recent_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_RECENT,
  PROP_POSITION,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
on_remove (CallRecentRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "lobby.remove-recent", "u", self->position);
}

static void
call_recent_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallRecentRow *self = CALL_RECENT_ROW (object);

  switch (id) {
    case PROP_RECENT:
      g_value_set_object (value, self->recent);
      break;
    case PROP_POSITION:
      g_value_set_uint (value, self->position);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_recent_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallRecentRow *self = CALL_RECENT_ROW (object);

  switch (id) {
    case PROP_RECENT:
      if (g_set_object (&self->recent, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_POSITION:
      self->position = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_recent_row_dispose (GObject *object)
{
  g_clear_object (&CALL_RECENT_ROW (object)->recent);
  G_OBJECT_CLASS (call_recent_row_parent_class)->dispose (object);
}

static void
call_recent_row_class_init (CallRecentRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = call_recent_row_dispose;
  object_class->get_property = call_recent_row_get_property;
  object_class->set_property = call_recent_row_set_property;
  properties[PROP_RECENT] = g_param_spec_object ("recent", NULL, NULL, CALL_TYPE_RECENT, flags);
  properties[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (class),
                                               "/org/gstnertc/Call/ui/call-recent-row.ui");
  gtk_widget_class_bind_template_callback (GTK_WIDGET_CLASS (class), on_remove);
}

static void
call_recent_row_init (CallRecentRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
