/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-controls.h"

#include <glib/gi18n.h>

#define GAP 8
#define MARGIN 10
#define MOST_UNREAD 99

struct _CallControls {
  GtkWidget parent_instance;

  GtkWidget *microphone;
  GtkWidget *camera;
  GtkWidget *publish;
  GtkWidget *record;
  GtkWidget *chat_button;
  GtkWidget *badge;
  GtkWidget *people;
  GtkWidget *statistics;
  GtkWidget *more;

  CallRoom *room;
  GSignalGroup *room_signals;
};

G_DEFINE_FINAL_TYPE (CallControls, call_controls, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
on_unread (CallControls *self)
{
  guint unread = 0;
  g_autofree char *text = NULL, *words = NULL;

  if (self->room)
    g_object_get (self->room, "unread", &unread, NULL);
  text =
      unread > MOST_UNREAD ? g_strdup_printf ("%u+", MOST_UNREAD) : g_strdup_printf ("%u", unread);
  words = unread ? g_strdup_printf (ngettext ("%u unread message", "%u unread messages", unread),
                                    unread)
                 : g_strdup ("");
  gtk_label_set_text (GTK_LABEL (self->badge), text);
  gtk_widget_set_visible (self->badge, unread > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chat_button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
set_room (CallControls *self, CallRoom *room)
{
  if (!g_set_object (&self->room, room))
    return;
  g_signal_group_set_target (self->room_signals, room);
  on_unread (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
show_device (GtkWidget *button, const char *on, const char *off)
{
  gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button));

  gtk_button_set_icon_name (GTK_BUTTON (button), active ? on : off);
}

static void
on_microphone (CallControls *self)
{
  show_device (self->microphone, "microphone-sensitivity-high-symbolic",
               "microphone-disabled-symbolic");
}

static void
on_camera (CallControls *self)
{
  show_device (self->camera, "camera-video-symbolic", "camera-disabled-symbolic");
}

/* Layout: one row in the middle */

/* Whether child is there in a bar that is too narrow for all, or not */
static gboolean
is_there (CallControls *self, GtkWidget *child, gboolean narrow)
{
  if (child == self->more)
    return narrow;
  return !narrow || (child != self->publish && child != self->record && child != self->people &&
                     child != self->statistics);
}

static int
measure_row (CallControls *self, gboolean narrow)
{
  int width = 2 * MARGIN - GAP;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child;
       child = gtk_widget_get_next_sibling (child)) {
    int natural;

    if (!is_there (self, child, narrow))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
    width += natural + GAP;
  }
  return width;
}

static void
call_controls_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  CallControls *self = CALL_CONTROLS (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = measure_row (self, TRUE);
    *natural = MAX (*minimum, measure_row (self, FALSE));
  } else {
    gtk_widget_measure (self->microphone, orientation, -1, minimum, natural, NULL, NULL);
    *minimum += 2 * MARGIN;
    *natural += 2 * MARGIN;
  }
}

static void
show_child (CallControls *self, GtkWidget *child, gboolean shown)
{
  if (shown == gtk_widget_get_child_visible (child))
    return;
  gtk_widget_set_child_visible (child, shown);
  gtk_accessible_update_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN, !shown, -1);
}

static void
call_controls_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CallControls *self = CALL_CONTROLS (widget);
  gboolean narrow = measure_row (self, FALSE) > width;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = MAX (MARGIN, MARGIN + (width - measure_row (self, narrow)) / 2);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    gboolean there = is_there (self, child, narrow);
    int natural;

    show_child (self, child, there);
    if (!there)
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
    gtk_widget_size_allocate (child,
                              &(GtkAllocation){ rtl ? width - x - natural : x, MARGIN, natural,
                                                MAX (1, height - 2 * MARGIN) },
                              -1);
    x += natural + GAP;
  }
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
  GtkWidget *child;

  g_clear_object (&self->room_signals);
  g_clear_object (&self->room);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (call_controls_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-controls.ui");
  gtk_widget_class_bind_template_child (class, CallControls, microphone);
  gtk_widget_class_bind_template_child (class, CallControls, camera);
  gtk_widget_class_bind_template_child (class, CallControls, publish);
  gtk_widget_class_bind_template_child (class, CallControls, record);
  gtk_widget_class_bind_template_child (class, CallControls, chat_button);
  gtk_widget_class_bind_template_child (class, CallControls, badge);
  gtk_widget_class_bind_template_child (class, CallControls, people);
  gtk_widget_class_bind_template_child (class, CallControls, statistics);
  gtk_widget_class_bind_template_child (class, CallControls, more);
  gtk_widget_class_bind_template_callback (class, on_microphone);
  gtk_widget_class_bind_template_callback (class, on_camera);
}

static void
call_controls_class_init (CallControlsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_controls_dispose;
  object_class->get_property = call_controls_get_property;
  object_class->set_property = call_controls_set_property;
  widget_class->measure = call_controls_measure;
  widget_class->size_allocate = call_controls_size_allocate;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "controls");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
  bind_template (widget_class);
}

static void
call_controls_init (CallControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->room_signals = g_signal_group_new (CALL_TYPE_ROOM);
  g_signal_group_connect_swapped (self->room_signals, "notify::unread", G_CALLBACK (on_unread),
                                  self);
}
