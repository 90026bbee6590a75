/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-actions.h"

#include <glib/gi18n.h>

#include "call-invite-dialog.h"
#include "call-recorder.h"
#include "call-share-dialog.h"

struct _CallActions {
  GObject parent_instance;

  CallRoom *room;
  CallRecorder *recorder;
  GtkWindow *window; /* weak */
  GtkWindow *dialog; /* weak: about the call */
  GSimpleActionGroup *group;
  GSignalGroup *room_signals;
  GSignalGroup *media_signals;
  GSignalGroup *recorder_signals;
  char *recording; /* path of what is recorded or was, until it has been told */
};

G_DEFINE_FINAL_TYPE (CallActions, call_actions, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_RECORDING,
  N_PROPS,
};

enum {
  NOTICE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static CallMedia *
get_media (CallActions *self)
{
  return self->room ? call_room_get_media (self->room) : NULL;
}

static void
notice (CallActions *self, const char *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
}

static GSimpleAction *
lookup (CallActions *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->group), name));
}

static void
show_state (CallActions *self, const char *name, gboolean on)
{
  g_simple_action_set_state (lookup (self, name), g_variant_new_boolean (on));
}

static gboolean
may_publish (CallActions *self)
{
  gboolean may = FALSE;

  if (self->room)
    g_object_get (self->room, "may-publish", &may, NULL);
  return may;
}

static gboolean
is_in_call (CallActions *self)
{
  CallRoomState state = self->room ? call_room_get_state (self->room) : CALL_ROOM_IDLE;

  return state == CALL_ROOM_IN_CALL || state == CALL_ROOM_RECONNECTING;
}

static void
enable (CallActions *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (lookup (self, name), enabled);
}

/* States follow what they are of; nothing is kept twice. What is under way can be ended always. */
static void
update (CallActions *self)
{
  CallMedia *media = get_media (self);
  gboolean sharing = media && call_media_is_sharing (media);

  show_state (self, "microphone", media && call_media_is_microphone_on (media));
  show_state (self, "camera", media && call_media_is_camera_on (media));
  show_state (self, "share", sharing);
  show_state (self, "publish", self->room && call_room_is_published (self->room));
  show_state (self, "record", call_actions_is_recording (self));
  enable (self, "publish", may_publish (self));
  enable (self, "share", sharing || (is_in_call (self) && may_publish (self)));
  enable (self, "record", call_actions_is_recording (self) || is_in_call (self));
}

/* Camera, microphone, screen */

static void
on_microphone (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  CallMedia *media = get_media (user_data);

  if (media)
    call_media_set_microphone_on (media, g_variant_get_boolean (value));
}

static void
on_camera (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  CallMedia *media = get_media (user_data);

  if (media)
    call_media_set_camera_on (media, g_variant_get_boolean (value));
}

static void
close_dialog (CallActions *self)
{
  if (self->dialog)
    gtk_window_destroy (self->dialog);
  g_clear_weak_pointer (&self->dialog);
}

static void
show_dialog (CallActions *self, GType type)
{
  close_dialog (self);
  g_set_weak_pointer (&self->dialog, g_object_new (type, "room", self->room, "transient-for",
                                                   self->window, "modal", TRUE, NULL));
  gtk_window_present (self->dialog);
}

/* The state changes when the screen is shared, not when the user is asked what to share. */
static void
on_share (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  CallActions *self = user_data;
  CallMedia *media = get_media (self);

  if (media && call_media_is_sharing (media))
    call_media_stop_sharing (media);
  else if (media)
    show_dialog (self, CALL_TYPE_SHARE_DIALOG);
}

static void
on_publish (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  CallActions *self = user_data;

  if (self->room)
    call_room_set_published (self->room, g_variant_get_boolean (value));
}

/* Recording */

/* Never over another file: when the clocks go back, the same time comes again. */
static char *
find_free_path (const char *folder, const char *stem)
{
  for (guint i = 1;; i++) {
    g_autofree char *name =
        i == 1 ? g_strdup_printf ("%s.webm", stem) : g_strdup_printf ("%s (%u).webm", stem, i);
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
}

static char *
make_recording_path (CallActions *self)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.gstnertc.Call");
  g_autofree char *folder = g_settings_get_string (settings, "recording-folder");
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H-%M-%S");
  g_autofree char *stem = g_strdup_printf ("%s %s", call_room_get_channel (self->room), time);
  const char *videos = g_get_user_special_dir (G_USER_DIRECTORY_VIDEOS);

  g_strdelimit (stem, "/\\", '_');
  if (*stem == '.')
    *stem = '_';
  return find_free_path (*folder ? folder : videos ? videos : g_get_home_dir (), stem);
}

static void
start_recording (CallActions *self)
{
  g_autofree char *path = make_recording_path (self);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->recorder) {
    self->recorder = call_recorder_new (self->room);
    g_signal_group_set_target (self->recorder_signals, self->recorder);
  }
  g_mkdir_with_parents (folder, 0755);
  g_free (self->recording);
  self->recording = g_strdup (path);
  if (call_recorder_start (self->recorder, path, &error))
    return;
  g_clear_pointer (&self->recording, g_free);
  text = g_strdup_printf (_ ("The call cannot be recorded: %s"),
                          error ? error->message : _ ("unknown reason"));
  notice (self, text);
}

static void
on_record (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  CallActions *self = user_data;

  if (self->room && g_variant_get_boolean (value))
    start_recording (self);
  else if (self->recorder)
    call_recorder_stop (self->recorder);
}

/* Where the file went, or why there is none, or only a part of one */
static char *
describe_recording (CallActions *self, const char *path)
{
  g_autoptr (CallProblem) problem = NULL;
  g_autofree char *name = g_path_get_basename (path);

  g_object_get (self->recorder, "problem", &problem, NULL);
  if (!problem)
    return g_strdup_printf (_ ("Saved the recording “%s”"), name);
  return g_strdup_printf ("%s. %s", call_problem_get_title (problem),
                          call_problem_get_text (problem));
}

static void
on_recorder (CallActions *self)
{
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORDING]);
  if (self->recording && !call_actions_is_recording (self)) {
    g_autofree char *path = g_steal_pointer (&self->recording);
    g_autofree char *text = describe_recording (self, path);

    notice (self, text);
  }
}

gboolean
call_actions_is_recording (CallActions *self)
{
  return self->recorder && call_recorder_is_recording (self->recorder);
}

/* The room */

static void
on_leave (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  CallActions *self = user_data;

  if (self->recorder)
    call_recorder_stop (self->recorder);
  if (self->room)
    call_room_leave (self->room);
}

static void
on_invite (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  CallActions *self = user_data;

  if (self->room)
    show_dialog (self, CALL_TYPE_INVITE_DIALOG);
}

static void
on_copy_link (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  CallActions *self = user_data;
  g_autofree char *link = self->room ? call_room_dup_link (self->room) : NULL;

  if (!link || !self->window)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), link);
  notice (self, _ ("Copied the link. Whoever opens it joins this room."));
}

static const GActionEntry entries[] = {
  { "microphone", NULL, NULL, "false", on_microphone },
  { "camera", NULL, NULL, "false", on_camera },
  { "share", on_share, NULL, "false" },
  { "publish", NULL, NULL, "false", on_publish },
  { "record", NULL, NULL, "false", on_record },
  { "leave", on_leave },
  { "invite", on_invite },
  { "copy-link", on_copy_link },
};

void
call_actions_set_room (CallActions *self, CallRoom *room)
{
  if (room == self->room)
    return;
  if (self->recorder)
    call_recorder_stop (self->recorder);
  g_clear_object (&self->recorder);
  g_set_object (&self->room, room);
  g_signal_group_set_target (self->room_signals, room);
  g_signal_group_set_target (self->media_signals, get_media (self));
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

/* The window's own map is filled, so that accelerators and menus anywhere in it find them. What
 * was to be shared with a call, or who to be called into it, has no meaning without it. */
void
call_actions_attach (CallActions *self, GtkWindow *window)
{
  if (window == self->window)
    return;
  close_dialog (self);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    if (G_IS_ACTION_MAP (self->window))
      g_action_map_remove_action (G_ACTION_MAP (self->window), entries[i].name);
    if (G_IS_ACTION_MAP (window))
      g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (lookup (self, entries[i].name)));
  }
  g_set_weak_pointer (&self->window, window);
}

static void
call_actions_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallActions *self = CALL_ACTIONS (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_RECORDING:
      g_value_set_boolean (value, call_actions_is_recording (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_actions_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_ROOM:
      call_actions_set_room (CALL_ACTIONS (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_actions_dispose (GObject *object)
{
  CallActions *self = CALL_ACTIONS (object);

  call_actions_attach (self, NULL);
  call_actions_set_room (self, NULL);
  G_OBJECT_CLASS (call_actions_parent_class)->dispose (object);
}

static void
call_actions_finalize (GObject *object)
{
  CallActions *self = CALL_ACTIONS (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->dialog);
  g_object_unref (self->group);
  g_object_unref (self->room_signals);
  g_object_unref (self->media_signals);
  g_object_unref (self->recorder_signals);
  g_free (self->recording);
  G_OBJECT_CLASS (call_actions_parent_class)->finalize (object);
}

static void
call_actions_class_init (CallActionsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = call_actions_dispose;
  object_class->finalize = call_actions_finalize;
  object_class->get_property = call_actions_get_property;
  object_class->set_property = call_actions_set_property;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_RECORDING] = g_param_spec_boolean ("recording", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[NOTICE] = g_signal_new ("notice", CALL_TYPE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
follow (GSignalGroup *group, const char *const *names, GCallback callback, CallActions *self)
{
  for (; *names; names++)
    g_signal_group_connect_swapped (group, *names, callback, self);
}

static void
call_actions_init (CallActions *self)
{
  static const char *const of_room[] = { "notify::published", "notify::may-publish",
                                         "notify::state", NULL };
  static const char *const of_media[] = { "notify::camera-on", "notify::microphone-on",
                                          "notify::sharing", NULL };
  static const char *const of_recorder[] = { "notify::recording", NULL };

  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries),
                                   self);
  self->room_signals = g_signal_group_new (CALL_TYPE_ROOM);
  self->media_signals = g_signal_group_new (CALL_TYPE_MEDIA);
  self->recorder_signals = g_signal_group_new (CALL_TYPE_RECORDER);
  follow (self->room_signals, of_room, G_CALLBACK (update), self);
  follow (self->media_signals, of_media, G_CALLBACK (update), self);
  follow (self->recorder_signals, of_recorder, G_CALLBACK (on_recorder), self);
}

/* Returns: (transfer full) */
CallActions *
call_actions_new (void)
{
  return g_object_new (CALL_TYPE_ACTIONS, NULL);
}
