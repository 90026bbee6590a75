/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-ended.h"

#include <glib/gi18n.h>

struct _CallEnded {
  AdwBin parent_instance;

  AdwWindowTitle *title;
  AdwStatusPage *page;
  GtkLabel *duration;
  GtkWidget *rejoin;
  GtkWidget *back;

  CallRoom *room;
  gint64 since; /* monotonic, µs: of the call; 0: there is none */
};

G_DEFINE_FINAL_TYPE (CallEnded, call_ended, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
show_why (CallEnded *self)
{
  const char *channel = call_room_get_channel (self->room);
  CallProblem *problem = call_room_get_problem (self->room);
  gboolean again = !problem || call_problem_get_remedy (problem) != CALL_REMEDY_NONE;
  const char *why = problem ? call_problem_get_text (problem) : _ ("You can come back any time.");
  g_autofree char *text = g_markup_escape_text (why ? why : "", -1);

  adw_window_title_set_title (self->title, channel ? channel : "");
  adw_status_page_set_icon_name (self->page,
                                 problem ? "dialog-warning-symbolic" : "call-stop-symbolic");
  adw_status_page_set_title (self->page,
                             problem ? call_problem_get_title (problem) : _ ("You left the room"));
  adw_status_page_set_description (self->page, text); /* which is markup */
  gtk_widget_set_visible (self->rejoin, again);
  gtk_widget_grab_focus (again ? self->rejoin : self->back);
}

static void
show_duration (CallEnded *self)
{
  gint64 seconds = (g_get_monotonic_time () - self->since) / G_USEC_PER_SEC;
  g_autofree char *time =
      seconds < 3600 ? g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60))
                     : g_strdup_printf ("%d:%02d:%02d", (int) (seconds / 3600),
                                        (int) (seconds / 60 % 60), (int) (seconds % 60));
  g_autofree char *text = g_strdup_printf (_ ("You were in the call for %s."), time);

  gtk_label_set_label (self->duration, text);
}

static void
on_state (CallEnded *self)
{
  CallRoomState state = call_room_get_state (self->room);

  if (state == CALL_ROOM_JOINING) {
    self->since = 0;
  } else if (state == CALL_ROOM_IN_CALL && !self->since) {
    self->since = g_get_monotonic_time ();
  } else if (state == CALL_ROOM_ENDED && self->since) {
    show_why (self);
    show_duration (self);
    self->since = 0;
  }
}

static void
set_room (CallEnded *self, CallRoom *room)
{
  if (self->room == room)
    return;
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_set_object (&self->room, room);
  if (room)
    g_signal_connect_swapped (room, "notify::state", G_CALLBACK (on_state), self);
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
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (class), CallEnded, title);
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (class), CallEnded, page);
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (class), CallEnded, duration);
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (class), CallEnded, rejoin);
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (class), CallEnded, back);
}

static void
call_ended_init (CallEnded *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
