/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "call-command-line.h"
#include "call-preferences.h"
#include "call-window.h"

struct _CallApplication {
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (CallApplication, call_application, ADW_TYPE_APPLICATION)

/* Returns: (nullable) */
static CallWindow *
find_window (CallApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (; windows; windows = windows->next) {
    if (CALL_IS_WINDOW (windows->data))
      return windows->data;
  }
  return NULL;
}

static CallWindow *
get_window (CallApplication *self)
{
  CallWindow *window = find_window (self);

  return window ? window : call_window_new (self);
}

static void
call_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (CALL_APPLICATION (application))));
}

/* @error: with what is wrong where there is no @address */
static void
open_address (CallApplication *self, const CallAddress *address, gboolean join, const GError *error)
{
  CallWindow *window = get_window (self);
  g_autoptr (CallProblem) problem = NULL;

  gtk_window_present (GTK_WINDOW (window));
  if (address) {
    call_window_open (window, address, join);
    return;
  }
  problem = call_problem_new_at_field ((CallField) error->code, error->message);
  call_window_show_problem (window, problem);
}

/* By the desktop, for a link that was clicked; the last one counts, as there is one call only. */
static void
call_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autofree char *link = g_file_get_uri (files[n_files - 1]);
  g_autoptr (GError) error = NULL;
  g_autoptr (CallAddress) address = call_address_new_from_link (link, &error);

  open_address (CALL_APPLICATION (application), address, FALSE, error);
}

static int
call_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CallAddress) address = NULL;
  gboolean join;

  if (!call_command_line_says (line)) {
    g_application_activate (application);
    return 0;
  }
  address = call_command_line_read (line, &join, &error);
  if (!address)
    g_application_command_line_printerr (line, "nertc-call: %s\n", error->message);
  open_address (CALL_APPLICATION (application), address, join, error);
  return address ? 0 : 1;
}

/* Without it GSettings ends the program by a signal. */
static gboolean
has_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source ? g_settings_schema_source_lookup (source, CALL_APPLICATION_ID, TRUE) : NULL;

  return schema != NULL;
}

static int
call_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version")) {
    g_print ("nertc-call " NERTC_CALL_VERSION "\n");
    return 0;
  }
  if (has_settings ())
    return -1;
  g_printerr (
      "nertc-call: %s\n",
      _ ("It is not installed as a whole: its settings are missing. Install it, or start it "
         "by “./dev call”."));
  return 1;
}

/* Actions */

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  CallWindow *window = get_window (self);
  CallRoom *room = call_window_get_room (window);
  g_autoptr (GSettings) settings = g_settings_new (CALL_APPLICATION_ID);
  CallPreferences *preferences =
      call_preferences_new (settings, room ? call_room_get_media (room) : NULL);

  gtk_window_set_transient_for (GTK_WINDOW (preferences), GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (preferences));
}

static void
on_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  gtk_widget_activate_action (GTK_WIDGET (get_window (self)), "win.show-help-overlay", NULL);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  GtkWindow *window = GTK_WINDOW (get_window (self));

  adw_show_about_window (
      window, "application-name", _ ("Call"), "application-icon", CALL_APPLICATION_ID, "version",
      NERTC_CALL_VERSION, "developer-name", _ ("The gst-nertc developers"), "license-type",
      GTK_LICENSE_LGPL_2_1, "comments",
      _ ("Calls with picture and sound, from one computer to another. A room is a name: whoever "
         "joins it is in the call, from an application, a browser or a GStreamer pipeline."),
      "translator-credits", _ ("translator-credits"), NULL);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  CallWindow *window = find_window (self);

  if (window)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (self);
}

/* Ctrl-C on the terminal, or the end of the session: leaves the call as closing the window does */
static gboolean
on_terminate (gpointer self)
{
  on_quit (NULL, NULL, self);
  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
  { "preferences", on_preferences },
  { "shortcuts", on_shortcuts },
  { "about", on_about },
  { "quit", on_quit },
};

static void
call_application_startup (GApplication *application)
{
  GtkApplication *app = GTK_APPLICATION (application);

  G_APPLICATION_CLASS (call_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  gtk_application_set_accels_for_action (app, "app.preferences",
                                         (const char *[]){ "<Control>comma", NULL });
  gtk_application_set_accels_for_action (app, "app.quit", (const char *[]){ "<Control>q", NULL });
  gtk_window_set_default_icon_name (CALL_APPLICATION_ID);
  g_unix_signal_add (SIGINT, on_terminate, application);
  g_unix_signal_add (SIGTERM, on_terminate, application);
}

static void
call_application_class_init (CallApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  application_class->activate = call_application_activate;
  application_class->command_line = call_application_command_line;
  application_class->handle_local_options = call_application_handle_local_options;
  application_class->open = call_application_open;
  application_class->startup = call_application_startup;
}

static void
call_application_init (CallApplication *self)
{
  call_command_line_add_options (G_APPLICATION (self));
}

/* Returns: (transfer full) */
CallApplication *
call_application_new (void)
{
  return g_object_new (CALL_TYPE_APPLICATION, "application-id", CALL_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN |
                           G_APPLICATION_SEND_ENVIRONMENT | G_APPLICATION_CAN_OVERRIDE_APP_ID,
                       "resource-base-path", "/org/gstnertc/Call", NULL);
}
