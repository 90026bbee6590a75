/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-window.h"

#include <glib/gi18n.h>

#include "call-ended.h"
#include "call-lobby.h"
#include "call-ringing.h"
#include "call-start.h"
#include "call-view.h"

struct _CallWindow {
  AdwApplicationWindow parent_instance;

  GtkStack *pages;
  CallLobby *lobby;
  CallView *view;
  CallEnded *ended;

  GSettings *settings;
  CallRoom *room;
  gboolean starting;
  guint inhibitor;
  CallAddress *next; /* where a link leads that came in a call; nullable */
  gboolean joins_next;
  gboolean goes_on;    /* the user leaves the call for it */
  GtkWidget *question; /* weak: whether to */
};

G_DEFINE_FINAL_TYPE (CallWindow, call_window, ADW_TYPE_APPLICATION_WINDOW)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_in_call (CallWindow *self)
{
  CallRoomState state = self->room ? call_room_get_state (self->room) : CALL_ROOM_IDLE;

  return state == CALL_ROOM_IN_CALL || state == CALL_ROOM_RECONNECTING;
}

static void
show_page (CallWindow *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->pages, name);
}

static gboolean
is_page (CallWindow *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), name) == 0;
}

/* Nobody touches the machine in a call, and yet it is used. */
static void
update_inhibitor (CallWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  gboolean wanted = is_in_call (self);

  if (!application || wanted == (self->inhibitor != 0))
    return;
  if (wanted) {
    self->inhibitor = gtk_application_inhibit (
        application, GTK_WINDOW (self),
        GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_IDLE, _ ("A call is going on"));
  } else {
    gtk_application_uninhibit (application, self->inhibitor);
    self->inhibitor = 0;
  }
}

static void
update_title (CallWindow *self)
{
  const char *channel = is_in_call (self) ? call_room_get_channel (self->room) : NULL;

  gtk_window_set_title (GTK_WINDOW (self), channel ? channel : _ ("Call"));
}

static void
go_on (CallWindow *self)
{
  g_autoptr (CallAddress) next = g_steal_pointer (&self->next);

  self->goes_on = FALSE;
  show_page (self, "lobby");
  call_lobby_fill (self->lobby, next);
  if (self->joins_next)
    call_lobby_join (self->lobby);
}

static void
on_state (CallWindow *self)
{
  CallRoomState state = call_room_get_state (self->room);

  if (is_in_call (self))
    show_page (self, "call");
  else if (state == CALL_ROOM_ENDED && self->goes_on)
    go_on (self);
  else if (state == CALL_ROOM_ENDED && is_page (self, "call"))
    show_page (self, "ended");
  else if (state == CALL_ROOM_JOINING)
    show_page (self, "lobby");
  update_inhibitor (self);
  update_title (self);
}

/* Start: the window first, then what it is for */

static void
take_up (CallWindow *self)
{
  g_autoptr (CallMedia) media = call_media_new (self->settings);

  self->room = call_room_new (media);
  g_signal_connect_object (self->room, "notify::state", G_CALLBACK (on_state), self,
                           G_CONNECT_SWAPPED);
  /* An invitation leads from room to room. */
  g_signal_connect_object (self->room, "notify::channel", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (CallWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CallProblem) problem = NULL;

  if (!self->settings) /* closed meanwhile */
    return;
  if (call_start_finish (result, &error)) {
    take_up (self);
    return;
  }
  problem = call_problem_new_from_media (NULL, error);
  call_lobby_show_problem (self->lobby, problem);
}

static gboolean
on_idle (gpointer self)
{
  call_start_async (on_started, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
call_window_map (GtkWidget *widget)
{
  CallWindow *self = CALL_WINDOW (widget);

  GTK_WIDGET_CLASS (call_window_parent_class)->map (widget);
  if (self->starting)
    return;
  self->starting = TRUE;
  g_idle_add_full (G_PRIORITY_LOW, on_idle, g_object_ref (self), g_object_unref);
}

/* End */

static void
keep_size (CallWindow *self)
{
  int width, height;

  g_settings_set_boolean (self->settings, "maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  if (gtk_window_is_maximized (GTK_WINDOW (self)) || gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
}

/* The window goes at once; the application, when the room has been left. */
static gboolean
call_window_close_request (GtkWindow *window)
{
  CallWindow *self = CALL_WINDOW (window);

  keep_size (self);
  if (is_in_call (self))
    call_room_leave (self->room);
  return GTK_WINDOW_CLASS (call_window_parent_class)->close_request (window);
}

static void
go_to_lobby (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CallWindow *self = CALL_WINDOW (widget);

  if (!is_in_call (self))
    show_page (self, "lobby");
}

static void
rejoin (GtkWidget *widget, const char *action, GVariant *parameter)
{
  CallWindow *self = CALL_WINDOW (widget);
  g_autoptr (CallAddress) address = NULL;

  if (!self->room || is_in_call (self))
    return;
  /* Where the user was, which an invitation may have led to; the lobby may wait to be called. */
  address = call_address_copy (call_room_get_address (self->room));
  show_page (self, "lobby");
  call_lobby_fill (self->lobby, address);
  call_lobby_join (self->lobby);
}

static void
call_window_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, CALL_WINDOW (object)->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_window_dispose (GObject *object)
{
  CallWindow *self = CALL_WINDOW (object);

  if (self->room) {
    g_signal_handlers_disconnect_by_data (self->room, self);
    call_room_leave (self->room);
  }
  g_clear_object (&self->room);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->next, call_address_free);
  g_clear_weak_pointer (&self->question);
  G_OBJECT_CLASS (call_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (CALL_TYPE_LOBBY);
  g_type_ensure (CALL_TYPE_VIEW);
  g_type_ensure (CALL_TYPE_ENDED);
  g_type_ensure (CALL_TYPE_RINGING);
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-window.ui");
  gtk_widget_class_bind_template_child (class, CallWindow, pages);
  gtk_widget_class_bind_template_child (class, CallWindow, lobby);
  gtk_widget_class_bind_template_child (class, CallWindow, view);
  gtk_widget_class_bind_template_child (class, CallWindow, ended);
}

static void
call_window_class_init (CallWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_window_dispose;
  object_class->get_property = call_window_get_property;
  widget_class->map = call_window_map;
  GTK_WINDOW_CLASS (class)->close_request = call_window_close_request;
  properties[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "window.lobby", NULL, go_to_lobby);
  gtk_widget_class_install_action (widget_class, "window.rejoin", NULL, rejoin);
}

static void
call_window_init (CallWindow *self)
{
  self->settings = g_settings_new (CALL_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

/* Returns: (transfer none): owned by GTK */
CallWindow *
call_window_new (CallApplication *application)
{
  return g_object_new (CALL_TYPE_WINDOW, "application", application, NULL);
}

CallRoom *
call_window_get_room (CallWindow *self)
{
  return self->room;
}

void
call_window_show_problem (CallWindow *self, CallProblem *problem)
{
  if (is_in_call (self)) {
    g_signal_emit_by_name (self->room, "notice", call_problem_get_text (problem));
    return;
  }
  show_page (self, "lobby");
  call_lobby_show_problem (self->lobby, problem);
}

static void
on_switch (CallWindow *self, const char *response)
{
  g_clear_weak_pointer (&self->question);
  if (g_strcmp0 (response, "switch") != 0) {
    g_clear_pointer (&self->next, call_address_free);
  } else if (self->next && is_in_call (self)) {
    self->goes_on = TRUE;
    call_room_leave (self->room);
  } else if (self->next) {
    go_on (self);
  }
}

static void
say_where (CallWindow *self)
{
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (self->question),
                                  _ ("You are in the room “%s”. The link leads into “%s”."),
                                  call_room_get_channel (self->room), self->next->channel);
}

static void
ask_before_leaving (CallWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Leave this call?"), NULL);

  g_set_weak_pointer (&self->question, dialog);
  say_where (self);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "stay", _ ("_Stay"), "switch",
                                    _ ("_Leave and Go There"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "switch",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_switch), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Whether the user is in that room, or joins it */
static gboolean
is_here (CallWindow *self, const CallAddress *address)
{
  g_autofree char *server = call_address_complete_server (address->server, NULL);
  const CallAddress place = { .server = server,
                              .app_key = address->app_key,
                              .channel = address->channel };
  g_autofree char *here = call_room_dup_link (self->room);
  g_autofree char *there = call_address_to_link (&place);

  if (!address->channel)
    return TRUE;
  return g_strcmp0 (address->channel, call_room_get_channel (self->room)) == 0 &&
         (!address->server || g_strcmp0 (here, there) == 0);
}

/* The last link counts, as there is one call only. */
void
call_window_open (CallWindow *self, const CallAddress *address, gboolean join)
{
  gboolean busy =
      is_in_call (self) || (self->room && call_room_get_state (self->room) == CALL_ROOM_JOINING);

  if (busy && is_here (self, address))
    return;
  g_clear_pointer (&self->next, call_address_free);
  self->next = call_address_copy (address);
  self->joins_next = join;
  if (!is_in_call (self))
    go_on (self);
  else if (self->question)
    say_where (self);
  else
    ask_before_leaving (self);
}
