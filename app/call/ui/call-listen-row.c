/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-listen-row.h"

#include <glib/gi18n.h>

struct _CallListenRow {
  AdwActionRow parent_instance;

  GtkSwitch *active;

  GSettings *settings;
  CallRoom *room;
  CallAddress *address;
  CallProblem *problem;
  gboolean trying; /* the room was asked to listen, and has not yet ended */
};

G_DEFINE_FINAL_TYPE (CallListenRow, call_listen_row, ADW_TYPE_ACTION_ROW)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_PROBLEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_free (CallRoom *room)
{
  CallRoomState state = call_room_get_state (room);

  return state == CALL_ROOM_IDLE || state == CALL_ROOM_ENDED;
}

static gboolean
is_wanted (CallListenRow *self)
{
  return self->address && gtk_switch_get_active (self->active) &&
         gtk_widget_get_mapped (GTK_WIDGET (self));
}

static void
set_problem (CallListenRow *self, CallProblem *problem)
{
  if (g_set_object (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
show_subtitle (CallListenRow *self)
{
  g_autofree char *text = NULL;

  if (!self->address)
    text = g_strdup (_ ("Needs a user ID, by which others can call you."));
  else if (self->room && call_room_get_state (self->room) == CALL_ROOM_LISTENING)
    text = g_strdup_printf (_ ("Others can call you as “%s”."), self->address->uid);
  else
    text = g_strdup (_ ("Others can call you while this window is open."));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}

/* Once a try has failed, there is another one only when something is another way. */
static void
update (CallListenRow *self)
{
  if (self->room && is_wanted (self) && is_free (self->room) && !self->problem) {
    self->trying = TRUE;
    call_room_listen (self->room, self->address);
  } else if (self->room && !is_wanted (self) &&
             call_room_get_state (self->room) == CALL_ROOM_LISTENING) {
    call_room_leave (self->room);
  }
  show_subtitle (self);
}

static void
on_wish (CallListenRow *self)
{
  set_problem (self, NULL);
  update (self);
}

static void
on_state (CallListenRow *self)
{
  CallRoomState state = call_room_get_state (self->room);

  if (state == CALL_ROOM_JOINING || state == CALL_ROOM_IN_CALL)
    self->trying = FALSE;
  if (self->trying && state == CALL_ROOM_ENDED) {
    self->trying = FALSE;
    set_problem (self, call_room_get_problem (self->room));
  }
  update (self);
}

static void
set_room (CallListenRow *self, CallRoom *room)
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
call_listen_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_listen_row_parent_class)->map (widget);
  on_wish (CALL_LISTEN_ROW (widget));
}

static void
call_listen_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallListenRow *self = CALL_LISTEN_ROW (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_PROBLEM:
      g_value_set_object (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_listen_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallListenRow *self = CALL_LISTEN_ROW (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_listen_row_dispose (GObject *object)
{
  CallListenRow *self = CALL_LISTEN_ROW (object);

  set_room (self, NULL);
  g_clear_object (&self->problem);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->address, call_address_free);
  G_OBJECT_CLASS (call_listen_row_parent_class)->dispose (object);
}

static void
call_listen_row_class_init (CallListenRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = call_listen_row_dispose;
  object_class->get_property = call_listen_row_get_property;
  object_class->set_property = call_listen_row_set_property;
  widget_class->map = call_listen_row_map;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM, flags | G_PARAM_READWRITE);
  properties[PROP_PROBLEM] =
      g_param_spec_object ("problem", NULL, NULL, CALL_TYPE_PROBLEM, flags | G_PARAM_READABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gstnertc/Call/ui/call-listen-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CallListenRow, active);
}

static void
call_listen_row_init (CallListenRow *self)
{
  self->settings = g_settings_new ("org.gstnertc.Call");
  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_bind (self->settings, "listen", self->active, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_swapped (self->active, "notify::active", G_CALLBACK (on_wish), self);
  show_subtitle (self);
}

static gboolean
is_same (const CallAddress *one, const CallAddress *other)
{
  return one && other && g_strcmp0 (one->server, other->server) == 0 &&
         g_strcmp0 (one->app_key, other->app_key) == 0 && g_strcmp0 (one->uid, other->uid) == 0 &&
         g_strcmp0 (one->user_name, other->user_name) == 0 &&
         g_strcmp0 (one->token, other->token) == 0;
}

void
call_listen_row_set_address (CallListenRow *self, const CallAddress *address)
{
  if (is_same (self->address, address) || (!self->address && !address))
    return;
  g_clear_pointer (&self->address, call_address_free);
  self->address = address ? call_address_copy (address) : NULL;
  set_problem (self, NULL);
  /* It listens again, as another one, when it has left. */
  if (self->room && call_room_get_state (self->room) == CALL_ROOM_LISTENING)
    call_room_leave (self->room);
  update (self);
}
