/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-statistics.h"

#include <glib/gi18n.h>

#include "call-stream-figures.h"

struct _CallStatistics {
  AdwBin parent_instance;

  GtkStack *stack;
  GtkButton *copy;

  CallRoom *room;
  GListModel *streams;
  guint copied_source;
};

G_DEFINE_FINAL_TYPE (CallStatistics, call_statistics, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_STREAMS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static char *
describe_all (CallStatistics *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s\n", call_room_get_channel (self->room), time);
  for (guint i = 0; i < g_list_model_get_n_items (self->streams); i++) {
    g_autoptr (CallStream) stream = g_list_model_get_item (self->streams, i);
    g_autofree char *figures = call_stream_figures_to_text (stream);

    g_string_append_printf (text, "\n%s", figures);
  }
  return g_string_free (text, FALSE);
}

static gboolean
on_copied_shown (gpointer user_data)
{
  CallStatistics *self = user_data;

  self->copied_source = 0;
  gtk_button_set_label (self->copy, _ ("Copy"));
  return G_SOURCE_REMOVE;
}

static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CallStatistics *self = CALL_STATISTICS (widget);
  g_autofree char *text = NULL;

  if (!self->streams)
    return;
  text = describe_all (self);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_button_set_label (self->copy, _ ("Copied"));
  g_clear_handle_id (&self->copied_source, g_source_remove);
  self->copied_source = g_timeout_add_seconds (2, on_copied_shown, self);
}

static void
update_stack (CallStatistics *self)
{
  gboolean empty = !self->streams || g_list_model_get_n_items (self->streams) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "figures");
}

static void
set_room (CallStatistics *self, CallRoom *room)
{
  if (!g_set_object (&self->room, room))
    return;
  if (self->streams)
    g_signal_handlers_disconnect_by_data (self->streams, self);
  g_clear_object (&self->streams);
  if (room && g_set_object (&self->streams, call_room_get_streams (room)))
    g_signal_connect_object (self->streams, "items-changed", G_CALLBACK (update_stack), self,
                             G_CONNECT_SWAPPED);
  update_stack (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STREAMS]);
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
    case PROP_STREAMS:
      g_value_set_object (value, self->streams);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_statistics_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ROOM)
    set_room (CALL_STATISTICS (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
call_statistics_dispose (GObject *object)
{
  CallStatistics *self = CALL_STATISTICS (object);

  g_clear_handle_id (&self->copied_source, g_source_remove);
  if (self->streams)
    g_signal_handlers_disconnect_by_data (self->streams, self);
  g_clear_object (&self->streams);
  g_clear_object (&self->room);
  G_OBJECT_CLASS (call_statistics_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *class)
{
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* Of the room: for the .ui */
  properties[PROP_STREAMS] = g_param_spec_object ("streams", NULL, NULL, G_TYPE_LIST_MODEL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (class, N_PROPS, properties);
}

static void
call_statistics_class_init (CallStatisticsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_statistics_dispose;
  object_class->get_property = call_statistics_get_property;
  object_class->set_property = call_statistics_set_property;
  install_properties (object_class);
  g_type_ensure (CALL_TYPE_STREAM_FIGURES);
  gtk_widget_class_install_action (widget_class, "statistics.copy", NULL, on_copy);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-statistics.ui");
  gtk_widget_class_bind_template_child (widget_class, CallStatistics, stack);
  gtk_widget_class_bind_template_child (widget_class, CallStatistics, copy);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
call_statistics_init (CallStatistics *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
