/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-lobby.h"

#include <glib/gi18n.h>

#include "call-columns.h"
#include "call-device-row.h"
#include "call-join-form.h"
#include "call-listen-row.h"
#include "call-preview.h"
#include "call-problem-row.h"
#include "call-recent-row.h"
#include "call-requirements.h"

struct _CallLobby {
  AdwBin parent_instance;

  AdwWindowTitle *title;
  CallPreview *preview;
  CallDeviceRow *camera;
  CallDeviceRow *microphone;
  CallDeviceRow *speaker;
  CallProblemRow *camera_problem;
  CallProblemRow *microphone_problem;
  CallProblemRow *speaker_problem;
  GtkSwitch *audio_only;
  CallJoinForm *form;
  GtkStack *buttons;
  GtkWidget *join;
  GtkWidget *cancel;
  GtkSpinner *spinner;
  CallListenRow *listen;
  GtkWidget *recents_group;
  GtkListView *recents_view;
  GtkWidget *missing_group;
  GtkListView *missing_view;

  CallRoom *room;
  GSettings *settings;
  CallRecents *recents;
  GListModel *missing; /* of CallRequirement */
  GPtrArray *bindings; /* of GBinding, from and to the media of the room */
  gboolean joining;    /* the user wants to; the room may have to come first */
};

G_DEFINE_FINAL_TYPE (CallLobby, call_lobby, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* Joining */

static void
set_joining (CallLobby *self, gboolean joining)
{
  if (self->joining == joining)
    return;
  self->joining = joining;
  gtk_stack_set_visible_child_name (self->buttons, joining ? "joining" : "join");
  gtk_widget_grab_focus (joining ? self->cancel : self->join);
  gtk_spinner_set_spinning (self->spinner, joining);
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), !joining);
  gtk_widget_set_sensitive (self->recents_group, !joining);
}

static void
on_cancel (CallLobby *self)
{
  if (!self->joining)
    return;
  set_joining (self, FALSE);
  if (self->room)
    call_room_leave (self->room);
}

static void
cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_cancel (CALL_LOBBY (widget));
}

static void
on_joined (CallLobby *self)
{
  const CallAddress *address = call_room_get_address (self->room);

  if (self->joining)
    call_join_form_keep (self->form);
  set_joining (self, FALSE);
  if (address && address->channel)
    call_recents_add (self->recents, address);
}

static void
on_state (CallLobby *self)
{
  CallRoomState state = call_room_get_state (self->room);

  if (state == CALL_ROOM_IN_CALL) {
    on_joined (self);
  } else if (state == CALL_ROOM_ENDED && self->joining) {
    set_joining (self, FALSE);
    call_join_form_show_problem (self->form, call_room_get_problem (self->room));
  }
}

/* Rooms joined before */

static void
on_recent (CallLobby *self, guint position)
{
  g_autoptr (CallRecent) recent = g_list_model_get_item (G_LIST_MODEL (self->recents), position);
  g_autoptr (CallAddress) address = call_address_new ();

  if (!recent || self->joining)
    return;
  address->server = g_strdup (call_recent_get_server (recent));
  address->app_key = g_strdup (call_recent_get_app_key (recent));
  address->channel = g_strdup (call_recent_get_channel (recent));
  call_lobby_fill (self, address);
  call_lobby_join (self);
}

static void
remove_recent (GtkWidget *widget, const char *action, GVariant *position)
{
  CallLobby *self = CALL_LOBBY (widget);
  g_autoptr (CallRecent) recent =
      g_list_model_get_item (G_LIST_MODEL (self->recents), g_variant_get_uint32 (position));

  if (recent)
    call_recents_remove (self->recents, recent);
}

static void
show_recents (CallLobby *self)
{
  gtk_widget_set_visible (self->recents_group,
                          g_list_model_get_n_items (G_LIST_MODEL (self->recents)) > 0);
}

/* What this machine lacks */

static void
on_copy_command (CallLobby *self)
{
  GString *command = g_string_new ("sudo apt install");

  for (guint i = 0; i < g_list_model_get_n_items (self->missing); i++) {
    g_autoptr (CallRequirement) requirement = g_list_model_get_item (self->missing, i);
    g_autofree char *package = NULL;

    g_object_get (requirement, "package", &package, NULL);
    if (package && !strstr (command->str, package))
      g_string_append_printf (command, " %s", package);
  }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command->str);
  g_string_free (command, TRUE);
}

static void
find_missing (CallLobby *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  if (self->missing)
    return;
  self->missing = call_requirements_find_missing ();
  if (!self->missing || g_list_model_get_n_items (self->missing) == 0)
    return;
  selection = gtk_no_selection_new (g_object_ref (self->missing));
  gtk_list_view_set_model (self->missing_view, GTK_SELECTION_MODEL (selection));
  gtk_widget_set_visible (self->missing_group, TRUE);
}

/* The room and its media */

static void
on_settled (CallLobby *self)
{
  g_autoptr (CallAddress) address = call_join_form_check_for_listening (self->form);

  call_listen_row_set_address (self->listen, address);
}

static void
on_test (CallLobby *self)
{
  if (self->room)
    call_media_play_test_sound (call_room_get_media (self->room));
}

static void
bind (CallLobby *self, CallMedia *media, const char *property, gpointer widget,
      const char *widget_property, GBindingFlags flags)
{
  g_ptr_array_add (self->bindings, g_object_bind_property (media, property, widget, widget_property,
                                                           flags | G_BINDING_SYNC_CREATE));
}

static void
set_media (CallLobby *self, CallMedia *media)
{
  for (guint i = 0; i < self->bindings->len; i++)
    g_binding_unbind (self->bindings->pdata[i]);
  g_ptr_array_set_size (self->bindings, 0);
  if (!self->preview)
    return;
  g_object_set (self->preview, "media", media, NULL);
  g_object_set (self->camera, "media", media, NULL);
  g_object_set (self->microphone, "media", media, NULL);
  g_object_set (self->speaker, "media", media, NULL);
  if (!media)
    return;
  bind (self, media, "audio-only", self->audio_only, "active", G_BINDING_BIDIRECTIONAL);
  bind (self, media, "camera-problem", self->camera_problem, "problem", 0);
  bind (self, media, "microphone-problem", self->microphone_problem, "problem", 0);
  bind (self, media, "speaker-problem", self->speaker_problem, "problem", 0);
}

static void
set_room (CallLobby *self, CallRoom *room)
{
  if (self->room == room)
    return;
  if (self->room)
    g_signal_handlers_disconnect_by_data (self->room, self);
  g_set_object (&self->room, room);
  set_media (self, room ? call_room_get_media (room) : NULL);
  if (room) {
    g_signal_connect_swapped (room, "notify::state", G_CALLBACK (on_state), self);
    find_missing (self);
  }
  /* Hears of a state after this one: it listens again, and why a join failed is told no more. */
  if (self->listen)
    g_object_set (self->listen, "room", room, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
  if (room && self->joining)
    call_lobby_join (self);
}

static void
call_lobby_map (GtkWidget *widget)
{
  CallLobby *self = CALL_LOBBY (widget);

  GTK_WIDGET_CLASS (call_lobby_parent_class)->map (widget);
  if (!call_join_form_focus (self->form))
    gtk_widget_grab_focus (self->join);
}

static void
call_lobby_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, CALL_LOBBY (object)->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_lobby_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_ROOM:
      set_room (CALL_LOBBY (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_lobby_dispose (GObject *object)
{
  CallLobby *self = CALL_LOBBY (object);

  set_room (self, NULL);
  if (self->recents)
    g_signal_handlers_disconnect_by_data (self->recents, self);
  g_clear_object (&self->recents);
  g_clear_object (&self->missing);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (call_lobby_parent_class)->dispose (object);
}

static void
call_lobby_finalize (GObject *object)
{
  g_ptr_array_unref (CALL_LOBBY (object)->bindings);
  G_OBJECT_CLASS (call_lobby_parent_class)->finalize (object);
}

static void
ensure_types (void)
{
  g_type_ensure (CALL_TYPE_COLUMNS);
  g_type_ensure (CALL_TYPE_PREVIEW);
  g_type_ensure (CALL_TYPE_DEVICE_ROW);
  g_type_ensure (CALL_TYPE_JOIN_FORM);
  g_type_ensure (CALL_TYPE_LISTEN_ROW);
  g_type_ensure (CALL_TYPE_PROBLEM_ROW);
  g_type_ensure (CALL_TYPE_RECENT_ROW);
  g_type_ensure (CALL_TYPE_REQUIREMENT);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-lobby.ui");
  gtk_widget_class_bind_template_child (class, CallLobby, title);
  gtk_widget_class_bind_template_child (class, CallLobby, preview);
  gtk_widget_class_bind_template_child (class, CallLobby, camera);
  gtk_widget_class_bind_template_child (class, CallLobby, microphone);
  gtk_widget_class_bind_template_child (class, CallLobby, speaker);
  gtk_widget_class_bind_template_child (class, CallLobby, camera_problem);
  gtk_widget_class_bind_template_child (class, CallLobby, microphone_problem);
  gtk_widget_class_bind_template_child (class, CallLobby, speaker_problem);
  gtk_widget_class_bind_template_child (class, CallLobby, audio_only);
  gtk_widget_class_bind_template_child (class, CallLobby, form);
  gtk_widget_class_bind_template_child (class, CallLobby, buttons);
  gtk_widget_class_bind_template_child (class, CallLobby, join);
  gtk_widget_class_bind_template_child (class, CallLobby, cancel);
  gtk_widget_class_bind_template_child (class, CallLobby, spinner);
  gtk_widget_class_bind_template_child (class, CallLobby, listen);
  gtk_widget_class_bind_template_child (class, CallLobby, recents_group);
  gtk_widget_class_bind_template_child (class, CallLobby, recents_view);
  gtk_widget_class_bind_template_child (class, CallLobby, missing_group);
  gtk_widget_class_bind_template_child (class, CallLobby, missing_view);
  gtk_widget_class_bind_template_callback (class, call_lobby_join);
  gtk_widget_class_bind_template_callback (class, on_cancel);
  gtk_widget_class_bind_template_callback (class, on_copy_command);
  gtk_widget_class_bind_template_callback (class, on_recent);
  gtk_widget_class_bind_template_callback (class, on_settled);
  gtk_widget_class_bind_template_callback (class, on_test);
}

static void
call_lobby_class_init (CallLobbyClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_lobby_dispose;
  object_class->finalize = call_lobby_finalize;
  object_class->get_property = call_lobby_get_property;
  object_class->set_property = call_lobby_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  GTK_WIDGET_CLASS (class)->map = call_lobby_map;
  ensure_types ();
  bind_template (GTK_WIDGET_CLASS (class));
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (class), "lobby.remove-recent", "u",
                                   remove_recent);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (class), "lobby.cancel", NULL, cancel);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (class), GDK_KEY_Escape, 0, "lobby.cancel",
                                       NULL);
}

static void
call_lobby_init (CallLobby *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  self->bindings = g_ptr_array_new ();
  self->settings = g_settings_new ("org.gstnertc.Call");
  self->recents = call_recents_new (self->settings);
  gtk_widget_init_template (GTK_WIDGET (self));
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->recents)));
  gtk_list_view_set_model (self->recents_view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_swapped (self->recents, "items-changed", G_CALLBACK (show_recents), self);
  show_recents (self);
  on_settled (self);
}

/* What a link or the command line says, instead of what is being joined */
void
call_lobby_fill (CallLobby *self, const CallAddress *address)
{
  on_cancel (self);
  call_join_form_fill (self->form, address);
}

/* As if the user had pressed Join */
void
call_lobby_join (CallLobby *self)
{
  g_autoptr (CallAddress) address = call_join_form_check (self->form);

  set_joining (self, address != NULL);
  if (address && self->room)
    call_room_join (self->room, address);
}

/* @problem: (nullable) */
void
call_lobby_show_problem (CallLobby *self, CallProblem *problem)
{
  on_cancel (self);
  call_join_form_show_problem (self->form, problem);
}
