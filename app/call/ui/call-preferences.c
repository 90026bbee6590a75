/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-preferences.h"

#include <glib/gi18n.h>

#include "call-device-row.h"
#include "call-problem-row.h"

struct _CallPreferences {
  AdwPreferencesWindow parent_instance;

  CallDeviceRow *camera;
  CallDeviceRow *microphone;
  CallDeviceRow *speaker;
  AdwPreferencesGroup *processing;
  GtkSwitch *echo_cancellation;
  GtkSwitch *noise_suppression;
  GtkSwitch *gain_control;
  AdwComboRow *video_profile;
  AdwComboRow *audio_profile;
  AdwComboRow *picture_fit;
  GtkSwitch *mirror;
  AdwEntryRow *server;
  CallProblemRow *server_problem;
  AdwActionRow *recording_folder;
  GtkWidget *choose_folder;

  GSettings *settings;
  CallMedia *media;
};

G_DEFINE_FINAL_TYPE (CallPreferences, call_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* The words of an enum of the settings, in the order of their rows */
static const char *const video_profiles[] = { "180p15", "480p30", "720p30", NULL };
static const char *const audio_profiles[] = { "speech", "music", "music-stereo", NULL };
static const char *const picture_fits[] = { "crop", "fit", NULL };

static gboolean
read_choice (GValue *selected, GVariant *variant, gpointer data)
{
  const char *const *words = data;
  const char *word = g_variant_get_string (variant, NULL);

  for (guint i = 0; words[i]; i++) {
    if (g_str_equal (words[i], word))
      g_value_set_uint (selected, i);
  }
  return TRUE;
}

static GVariant *
write_choice (const GValue *selected, const GVariantType *type, gpointer data)
{
  const char *const *words = data;
  guint position = g_value_get_uint (selected);

  return position < g_strv_length ((char **) words) ? g_variant_new_string (words[position]) : NULL;
}

static void
bind_choice (CallPreferences *self, const char *key, AdwComboRow *row, const char *const *words)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                read_choice, write_choice, (gpointer) words, NULL);
}

static void
bind_switch (CallPreferences *self, const char *key, GtkSwitch *widget)
{
  g_settings_bind (self->settings, key, widget, "active", G_SETTINGS_BIND_DEFAULT);
}

static void
bind_settings (CallPreferences *self)
{
  bind_switch (self, "echo-cancellation", self->echo_cancellation);
  bind_switch (self, "noise-suppression", self->noise_suppression);
  bind_switch (self, "gain-control", self->gain_control);
  bind_switch (self, "mirror", self->mirror);
  bind_choice (self, "video-profile", self->video_profile, video_profiles);
  bind_choice (self, "audio-profile", self->audio_profile, audio_profiles);
  bind_choice (self, "picture-fit", self->picture_fit, picture_fits);
}

static void
on_test (CallPreferences *self)
{
  if (self->media)
    call_media_play_test_sound (self->media);
}

/* The server */

static void
on_server (CallPreferences *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->server));
  g_autoptr (GError) error = NULL;
  g_autofree char *server = call_address_complete_server (text, &error);
  g_autoptr (CallProblem) problem = NULL;

  if (error)
    problem = call_problem_new_at_field (CALL_FIELD_SERVER, error->message);
  else if (server)
    g_settings_set_string (self->settings, "server", server);
  else
    g_settings_reset (self->settings, "server");
  call_problem_row_set_problem (self->server_problem, problem);
}

static void
show_server (CallPreferences *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");

  gtk_editable_set_text (GTK_EDITABLE (self->server), server);
}

/* The folder of recordings */

static void
show_folder (CallPreferences *self)
{
  g_autofree char *folder = g_settings_get_string (self->settings, "recording-folder");
  const char *usual = g_get_user_special_dir (G_USER_DIRECTORY_VIDEOS);

  adw_action_row_set_subtitle (self->recording_folder, *folder ? folder
                                                       : usual ? usual
                                                               : g_get_home_dir ());
}

static void
on_folder (CallPreferences *self, int response, GtkNativeDialog *dialog)
{
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = folder ? g_file_get_path (folder) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path)
    g_settings_set_string (self->settings, "recording-folder", path);
  show_folder (self);
  g_object_unref (dialog);
}

static void
on_choose_folder (CallPreferences *self)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Folder for recordings"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
      _ ("_Choose"), _ ("_Cancel"));

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_folder), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
call_preferences_dispose (GObject *object)
{
  CallPreferences *self = CALL_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->media);
  G_OBJECT_CLASS (call_preferences_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  g_type_ensure (CALL_TYPE_DEVICE_ROW);
  g_type_ensure (CALL_TYPE_PROBLEM_ROW);
  gtk_widget_class_set_template_from_resource (class, "/org/gstnertc/Call/ui/call-preferences.ui");
  gtk_widget_class_bind_template_child (class, CallPreferences, camera);
  gtk_widget_class_bind_template_child (class, CallPreferences, microphone);
  gtk_widget_class_bind_template_child (class, CallPreferences, speaker);
  gtk_widget_class_bind_template_child (class, CallPreferences, processing);
  gtk_widget_class_bind_template_child (class, CallPreferences, echo_cancellation);
  gtk_widget_class_bind_template_child (class, CallPreferences, noise_suppression);
  gtk_widget_class_bind_template_child (class, CallPreferences, gain_control);
  gtk_widget_class_bind_template_child (class, CallPreferences, video_profile);
  gtk_widget_class_bind_template_child (class, CallPreferences, audio_profile);
  gtk_widget_class_bind_template_child (class, CallPreferences, picture_fit);
  gtk_widget_class_bind_template_child (class, CallPreferences, mirror);
  gtk_widget_class_bind_template_child (class, CallPreferences, server);
  gtk_widget_class_bind_template_child (class, CallPreferences, server_problem);
  gtk_widget_class_bind_template_child (class, CallPreferences, recording_folder);
  gtk_widget_class_bind_template_child (class, CallPreferences, choose_folder);
  gtk_widget_class_bind_template_callback (class, on_choose_folder);
  gtk_widget_class_bind_template_callback (class, on_server);
  gtk_widget_class_bind_template_callback (class, on_test);
}

static void
call_preferences_class_init (CallPreferencesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = call_preferences_dispose;
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
call_preferences_init (CallPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_processing (CallPreferences *self)
{
  gboolean there = FALSE;

  g_object_get (self->media, "has-sound-processing", &there, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->processing), there);
  if (!there)
    adw_preferences_group_set_description (
        self->processing,
        _ ("Needs the package gstreamer1.0-plugins-bad, which is not installed."));
}

/* @media: (nullable): there is none yet. Returns: (transfer none): owned by GTK */
CallPreferences *
call_preferences_new (GSettings *settings, CallMedia *media)
{
  CallPreferences *self = g_object_new (CALL_TYPE_PREFERENCES, NULL);

  self->settings = g_object_ref (settings);
  g_set_object (&self->media, media);
  g_object_set (self->camera, "media", media, NULL);
  g_object_set (self->microphone, "media", media, NULL);
  g_object_set (self->speaker, "media", media, NULL);
  if (media)
    show_processing (self);
  bind_settings (self);
  show_server (self);
  show_folder (self);
  return self;
}
