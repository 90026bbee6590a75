/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-view.h"

#include <glib/gi18n.h>

#include "call-actions.h"
#include "call-banner.h"
#include "call-chat.h"
#include "call-controls.h"
#include "call-frame.h"
#include "call-people.h"
#include "call-push-to-talk.h"
#include "call-stage.h"
#include "call-statistics.h"
#include "call-toast.h"

struct _CallView {
  AdwBin parent_instance;

  AdwToastOverlay *toasts;
  AdwFlap *flap;
  CallFrame *frame;
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkWidget *unfullscreen;
  CallBanner *reconnecting;
  CallBanner *muted;
  CallBanner *problem;
  CallBanner *sharing;
  CallBanner *recording;
  CallBanner *alone;
  CallStage *stage;
  AdwWindowTitle *panel_title;
  GtkStack *pages;

  CallRoom *room;
  GSettings *settings;
  CallActions *actions;
  GSimpleActionGroup *own_actions; /* chat, people, statistics, fullscreen */
  CallPushToTalk *push_to_talk;
  GtkWindow *window; /* weak: in which the actions are */
  GSignalGroup *room_signals;
  GSignalGroup *media_signals;
  GSignalGroup *members_signals;
  GSignalGroup *self_signals;
  gint64 since; /* µs, monotonic; 0: not in the call */
  guint clock_id;
};

G_DEFINE_FINAL_TYPE (CallView, call_view, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ROOM,
  PROP_PANEL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static const char *const pages[] = { "chat", "people", "statistics" };

static const struct {
  const char *action;
  const char *accelerators[3];
} accelerators[] = {
  { "win.microphone", { "<Control>d" } },   { "win.camera", { "<Control>e" } },
  { "win.share", { "<Control><Shift>s" } }, { "win.publish", { "<Control><Shift>p" } },
  { "win.record", { "<Control>r" } },       { "win.chat", { "<Control>t" } },
  { "win.people", { "<Control>u" } },       { "win.statistics", { "<Control>i" } },
  { "win.invite", { "<Control>n" } },       { "win.copy-link", { "<Control><Shift>c" } },
  { "win.fullscreen", { "F11" } },          { "win.other-view", { "<Control>g" } },
  { "win.leave", { "<Control>l" } },
};

static CallMedia *
get_media (CallView *self)
{
  return self->room ? call_room_get_media (self->room) : NULL;
}

static void
show_toast (CallView *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, call_toast_new (text));
}

/* Title: the room, how many are in it, for how long */

static char *
make_duration (CallView *self)
{
  int seconds = (int) ((g_get_monotonic_time () - self->since) / G_USEC_PER_SEC);

  if (seconds >= 3600)
    return g_strdup_printf ("%d∶%02d∶%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return g_strdup_printf ("%d∶%02d", seconds / 60, seconds % 60);
}

static guint
count_members (CallView *self)
{
  GListModel *members = self->room ? call_room_get_members (self->room) : NULL;

  return members ? g_list_model_get_n_items (members) : 0;
}

static void
update_title (CallView *self)
{
  const char *channel = self->room ? call_room_get_channel (self->room) : NULL;
  guint n = count_members (self);
  g_autofree char *people = g_strdup_printf (ngettext ("%u person", "%u people", n), n);
  g_autofree char *duration = self->since ? make_duration (self) : NULL;
  g_autofree char *subtitle =
      duration ? g_strdup_printf ("%s · %s", people, duration) : g_strdup (_ ("Joining…"));

  adw_window_title_set_title (self->title, channel ? channel : "");
  adw_window_title_set_subtitle (self->title, self->room ? subtitle : "");
}

static gboolean
on_clock (gpointer data)
{
  update_title (data);
  return G_SOURCE_CONTINUE;
}

static void
update_clock (CallView *self)
{
  CallRoomState state = self->room ? call_room_get_state (self->room) : CALL_ROOM_IDLE;
  gboolean runs = state == CALL_ROOM_IN_CALL || (self->since && state == CALL_ROOM_RECONNECTING);

  if (runs == (self->since != 0))
    return;
  self->since = runs ? g_get_monotonic_time () : 0;
  g_clear_handle_id (&self->clock_id, g_source_remove);
  if (runs)
    self->clock_id = g_timeout_add_seconds (1, on_clock, self);
}

/* Banners */

static const char *
find_mute_words (CallMember *member)
{
  gboolean audio, video;

  g_object_get (member, "audio-muted-by-admin", &audio, "video-muted-by-admin", &video, NULL);
  if (audio && video)
    return _ ("An administrator of the room turned your microphone and your camera off.");
  if (audio)
    return _ ("An administrator of the room turned your microphone off.");
  return video ? _ ("An administrator of the room turned your camera off.") : NULL;
}

static void
on_self (CallView *self)
{
  CallMember *member = self->room ? call_room_get_self (self->room) : NULL;
  const char *words = member ? find_mute_words (member) : NULL;

  if (words)
    call_banner_set_title (self->muted, words);
  call_banner_set_revealed (self->muted, words != NULL);
}

static CallProblem *
dup_media_problem (CallMedia *media)
{
  static const char *const names[] = { "camera-problem", "microphone-problem", "speaker-problem",
                                       "screen-problem" };
  CallProblem *problem = NULL;

  for (guint i = 0; !problem && i < G_N_ELEMENTS (names); i++)
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (media), names[i]))
      g_object_get (media, names[i], &problem, NULL);
  return problem;
}

static void
on_media (CallView *self)
{
  CallMedia *media = get_media (self);
  g_autoptr (CallProblem) problem = media ? dup_media_problem (media) : NULL;
  g_autofree char *words = NULL;

  if (problem)
    words =
        g_strjoin ("\n", call_problem_get_title (problem), call_problem_get_text (problem), NULL);
  if (words)
    call_banner_set_title (self->problem, words);
  call_banner_set_revealed (self->problem, words != NULL);
  call_banner_set_revealed (self->sharing, media && call_media_is_sharing (media));
}

static void
on_recording (CallView *self)
{
  call_banner_set_revealed (self->recording, call_actions_is_recording (self->actions));
}

static void
on_members (CallView *self)
{
  CallMember *member = self->room ? call_room_get_self (self->room) : NULL;

  g_signal_group_set_target (self->self_signals, member);
  on_self (self);
  call_banner_set_revealed (self->alone, self->since && count_members (self) == 1);
  update_title (self);
}

static void
on_state (CallView *self)
{
  CallRoomState state = self->room ? call_room_get_state (self->room) : CALL_ROOM_IDLE;

  call_banner_set_revealed (self->reconnecting, state == CALL_ROOM_RECONNECTING);
  if (self->push_to_talk)
    call_push_to_talk_set_media (self->push_to_talk,
                                 state == CALL_ROOM_IN_CALL ? get_media (self) : NULL);
  if (state == CALL_ROOM_ENDED && self->window)
    gtk_window_unfullscreen (self->window);
  update_clock (self);
  on_members (self);
}

static void
set_room (CallView *self, CallRoom *room)
{
  if (!g_set_object (&self->room, room))
    return;
  call_actions_set_room (self->actions, room);
  g_signal_group_set_target (self->room_signals, room);
  g_signal_group_set_target (self->media_signals, get_media (self));
  g_signal_group_set_target (self->members_signals, room ? call_room_get_members (room) : NULL);
  on_media (self);
  on_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROOM]);
}

/* The side panel */

static const char *
get_panel (CallView *self)
{
  return adw_flap_get_reveal_flap (self->flap) ? gtk_stack_get_visible_child_name (self->pages)
                                               : NULL;
}

static void
on_reveal (CallView *self)
{
  const char *panel = get_panel (self);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    g_simple_action_set_state (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->own_actions), pages[i])),
        g_variant_new_boolean (g_strcmp0 (panel, pages[i]) == 0));
  if (panel) {
    GtkStackPage *page =
        gtk_stack_get_page (self->pages, gtk_stack_get_visible_child (self->pages));

    adw_window_title_set_title (self->panel_title, gtk_stack_page_get_title (page));
  }
  adw_header_bar_set_show_end_title_buttons (self->header,
                                             !panel || adw_flap_get_folded (self->flap));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PANEL]);
}

void
call_view_set_panel (CallView *self, const char *panel)
{
  if (g_strcmp0 (panel, get_panel (self)) == 0)
    return;
  if (panel)
    gtk_stack_set_visible_child_name (self->pages, panel);
  if (adw_flap_get_reveal_flap (self->flap) == (panel != NULL))
    on_reveal (self);
  else
    adw_flap_set_reveal_flap (self->flap, panel != NULL);
  if (panel)
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->pages), GTK_DIR_TAB_FORWARD);
}

static void
close_panel (CallView *self)
{
  call_view_set_panel (self, NULL);
}

static void
on_page (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  call_view_set_panel (
      user_data, g_variant_get_boolean (value) ? g_action_get_name (G_ACTION (action)) : NULL);
}

/* Full screen */

static void
on_fullscreen (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  CallView *self = user_data;

  if (g_variant_get_boolean (value))
    gtk_window_fullscreen (self->window);
  else
    gtk_window_unfullscreen (self->window);
}

static void
on_fullscreened (CallView *self)
{
  gboolean fullscreen = self->window && gtk_window_is_fullscreen (self->window);

  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->own_actions), "fullscreen")),
      g_variant_new_boolean (fullscreen));
  gtk_widget_set_visible (self->unfullscreen, fullscreen);
  call_frame_set_floating (self->frame, fullscreen);
}

/* The innermost of what can be closed */
static gboolean
on_escape (GtkWidget *widget, GVariant *parameter, gpointer user_data)
{
  CallView *self = CALL_VIEW (widget);

  if (get_panel (self))
    close_panel (self);
  else if (self->window && gtk_window_is_fullscreen (self->window))
    gtk_window_unfullscreen (self->window);
  else
    return FALSE;
  return TRUE;
}

static void
on_other_view (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  CallView *self = user_data;
  g_autofree char *view = g_settings_get_string (self->settings, "view");

  g_settings_set_string (self->settings, "view", g_str_equal (view, "grid") ? "speaker" : "grid");
}

/* Actions on the window */

static void
install_own_actions (CallView *self)
{
  const GActionEntry entries[] = {
    { "chat", NULL, NULL, "false", on_page },
    { "people", NULL, NULL, "false", on_page },
    { "statistics", NULL, NULL, "false", on_page },
    { "fullscreen", NULL, NULL, "false", on_fullscreen },
    { "other-view", on_other_view },
  };
  g_autoptr (GAction) view = g_settings_create_action (self->settings, "view");

  self->own_actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->own_actions), entries,
                                   G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->own_actions), view);
}

static void
set_accelerators (GtkApplication *application)
{
  for (guint i = 0; application && i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (application, accelerators[i].action,
                                           accelerators[i].accelerators);
}

static void
attach (CallView *self, GtkWindow *window)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self->own_actions));

  call_actions_attach (self->actions, window);
  for (guint i = 0; names[i]; i++) {
    if (G_IS_ACTION_MAP (self->window))
      g_action_map_remove_action (G_ACTION_MAP (self->window), names[i]);
    if (G_IS_ACTION_MAP (window))
      g_action_map_add_action (
          G_ACTION_MAP (window),
          g_action_map_lookup_action (G_ACTION_MAP (self->own_actions), names[i]));
  }
  if (self->window)
    g_signal_handlers_disconnect_by_func (self->window, on_fullscreened, self);
  g_clear_object (&self->push_to_talk);
  g_set_weak_pointer (&self->window, window);
  if (window) {
    self->push_to_talk = call_push_to_talk_new (GTK_WIDGET (window));
    g_signal_connect_swapped (window, "notify::fullscreened", G_CALLBACK (on_fullscreened), self);
    set_accelerators (gtk_window_get_application (window));
    on_fullscreened (self);
    on_state (self);
  }
}

/* While another page of the window is shown, its keys are not the call's. */
static void
call_view_map (GtkWidget *widget)
{
  attach (CALL_VIEW (widget), GTK_WINDOW (gtk_widget_get_root (widget)));
  GTK_WIDGET_CLASS (call_view_parent_class)->map (widget);
}

static void
call_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (call_view_parent_class)->unmap (widget);
  attach (CALL_VIEW (widget), NULL);
}

static void
call_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CallView *self = CALL_VIEW (object);

  switch (id) {
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    case PROP_PANEL:
      g_value_set_string (value, get_panel (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CallView *self = CALL_VIEW (object);

  switch (id) {
    case PROP_ROOM:
      set_room (self, g_value_get_object (value));
      break;
    case PROP_PANEL:
      call_view_set_panel (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
call_view_dispose (GObject *object)
{
  CallView *self = CALL_VIEW (object);

  set_room (self, NULL);
  g_clear_handle_id (&self->clock_id, g_source_remove);
  g_clear_object (&self->push_to_talk);
  G_OBJECT_CLASS (call_view_parent_class)->dispose (object);
}

static void
call_view_finalize (GObject *object)
{
  CallView *self = CALL_VIEW (object);

  g_clear_weak_pointer (&self->window);
  g_object_unref (self->settings);
  g_object_unref (self->actions);
  g_object_unref (self->own_actions);
  g_object_unref (self->room_signals);
  g_object_unref (self->media_signals);
  g_object_unref (self->members_signals);
  g_object_unref (self->self_signals);
  G_OBJECT_CLASS (call_view_parent_class)->finalize (object);
}

static void
ensure_types (void)
{
  g_type_ensure (CALL_TYPE_BANNER);
  g_type_ensure (CALL_TYPE_CHAT);
  g_type_ensure (CALL_TYPE_CONTROLS);
  g_type_ensure (CALL_TYPE_FRAME);
  g_type_ensure (CALL_TYPE_PEOPLE);
  g_type_ensure (CALL_TYPE_STAGE);
  g_type_ensure (CALL_TYPE_STATISTICS);
}

static void
bind_template (GtkWidgetClass *class)
{
  ensure_types ();
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-view.ui");
  gtk_widget_class_bind_template_child (class, CallView, toasts);
  gtk_widget_class_bind_template_child (class, CallView, flap);
  gtk_widget_class_bind_template_child (class, CallView, frame);
  gtk_widget_class_bind_template_child (class, CallView, header);
  gtk_widget_class_bind_template_child (class, CallView, title);
  gtk_widget_class_bind_template_child (class, CallView, unfullscreen);
  gtk_widget_class_bind_template_child (class, CallView, reconnecting);
  gtk_widget_class_bind_template_child (class, CallView, muted);
  gtk_widget_class_bind_template_child (class, CallView, problem);
  gtk_widget_class_bind_template_child (class, CallView, sharing);
  gtk_widget_class_bind_template_child (class, CallView, recording);
  gtk_widget_class_bind_template_child (class, CallView, alone);
  gtk_widget_class_bind_template_child (class, CallView, stage);
  gtk_widget_class_bind_template_child (class, CallView, panel_title);
  gtk_widget_class_bind_template_child (class, CallView, pages);
  gtk_widget_class_bind_template_callback (class, on_reveal);
  gtk_widget_class_bind_template_callback (class, close_panel);
}

static void
call_view_class_init (CallViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = call_view_dispose;
  object_class->finalize = call_view_finalize;
  object_class->get_property = call_view_get_property;
  object_class->set_property = call_view_set_property;
  widget_class->map = call_view_map;
  widget_class->unmap = call_view_unmap;
  properties[PROP_ROOM] =
      g_param_spec_object ("room", NULL, NULL, CALL_TYPE_ROOM,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PANEL] =
      g_param_spec_string ("panel", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  bind_template (widget_class);
}

static void
follow (GSignalGroup *group, const char *const *names, GCallback callback, CallView *self)
{
  for (; *names; names++)
    g_signal_group_connect_swapped (group, *names, callback, self);
}

static void
watch (CallView *self)
{
  static const char *const of_media[] = { "notify::camera-problem",  "notify::microphone-problem",
                                          "notify::speaker-problem", "notify::screen-problem",
                                          "notify::sharing",         NULL };
  static const char *const of_self[] = { "notify::audio-muted-by-admin",
                                         "notify::video-muted-by-admin", NULL };

  self->room_signals = g_signal_group_new (CALL_TYPE_ROOM);
  g_signal_group_connect_swapped (self->room_signals, "notify::state", G_CALLBACK (on_state), self);
  g_signal_group_connect_swapped (self->room_signals, "notify::channel", G_CALLBACK (update_title),
                                  self);
  g_signal_group_connect_swapped (self->room_signals, "notice", G_CALLBACK (show_toast), self);
  self->media_signals = g_signal_group_new (CALL_TYPE_MEDIA);
  follow (self->media_signals, of_media, G_CALLBACK (on_media), self);
  self->members_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->members_signals, "items-changed", G_CALLBACK (on_members),
                                  self);
  self->self_signals = g_signal_group_new (CALL_TYPE_MEMBER);
  follow (self->self_signals, of_self, G_CALLBACK (on_self), self);
  g_signal_connect_swapped (self->actions, "notify::recording", G_CALLBACK (on_recording), self);
  g_signal_connect_swapped (self->actions, "notice", G_CALLBACK (show_toast), self);
}

static gboolean
fit_to_crop (GValue *value, GVariant *variant, gpointer user_data)
{
  g_value_set_boolean (value, g_str_equal (g_variant_get_string (variant, NULL), "crop"));
  return TRUE;
}

static void
bind_settings (CallView *self)
{
  g_settings_bind (self->settings, "view", self->stage, "view", G_SETTINGS_BIND_GET);
  g_settings_bind (self->settings, "mirror", self->stage, "mirror", G_SETTINGS_BIND_GET);
  g_settings_bind_with_mapping (self->settings, "picture-fit", self->stage, "crop",
                                G_SETTINGS_BIND_GET, fit_to_crop, NULL, NULL, NULL);
}

static void
call_view_init (CallView *self)
{
  self->settings = g_settings_new ("org.gstnertc.Call");
  self->actions = call_actions_new ();
  install_own_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  watch (self);
  bind_settings (self);
}
