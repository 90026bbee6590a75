/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <adwaita.h>
#include <gst/gst.h>

#include "await.h"
#include "call-controls.h"
#include "call-view.h"

typedef struct {
  GSettings *settings;
  CallMedia *media;
  CallRoom *room; /* in no call */
  GtkWidget *window;
  CallView *view;
} Fixture;

/* Of the controls: banners have buttons, too */
static GtkWidget *
find_control (GtkWidget *widget, const char *action)
{
  GtkWidget *found = NULL;

  if (gtk_widget_get_ancestor (widget, CALL_TYPE_CONTROLS) && GTK_IS_ACTIONABLE (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_control (child, action);
  return found;
}

static void
set_up (Fixture *f, gconstpointer width)
{
  f->settings = g_settings_new ("org.gstnertc.Call");
  f->media = call_media_new (f->settings);
  f->room = call_room_new (f->media);
  f->view = g_object_new (CALL_TYPE_VIEW, "room", f->room, NULL);
  f->window = g_object_new (ADW_TYPE_APPLICATION_WINDOW, "content", f->view, "default-width",
                            GPOINTER_TO_INT (width), "default-height", 640, NULL);
  gtk_window_present (GTK_WINDOW (f->window));
  nertc_await (gtk_widget_get_width (GTK_WIDGET (f->view)) > 0);
}

static void
tear_down (Fixture *f, gconstpointer width)
{
  g_settings_reset (f->settings, "view");
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->room);
  g_object_unref (f->media);
  g_object_unref (f->settings);
}

static gboolean
has_room (Fixture *f, const char *action)
{
  GtkWidget *button = find_control (GTK_WIDGET (f->view), action);

  g_assert_nonnull (button);
  return gtk_widget_get_mapped (button);
}

/* What is used less goes into a menu, and nothing is lost. */
static void
test_narrow (Fixture *f, gconstpointer width)
{
  g_assert_true (has_room (f, "win.microphone"));
  g_assert_true (has_room (f, "win.camera"));
  g_assert_true (has_room (f, "win.share"));
  g_assert_true (has_room (f, "win.chat"));
  g_assert_true (has_room (f, "win.leave"));
  g_assert_false (has_room (f, "win.people"));
  g_assert_false (has_room (f, "win.record"));
}

static void
test_wide (Fixture *f, gconstpointer width)
{
  g_assert_true (has_room (f, "win.microphone"));
  g_assert_true (has_room (f, "win.people"));
  g_assert_true (has_room (f, "win.record"));
  g_assert_true (has_room (f, "win.leave"));
}

static void
assert_panel (Fixture *f, const char *panel)
{
  g_autofree char *open = NULL;

  g_object_get (f->view, "panel", &open, NULL);
  g_assert_cmpstr (open, ==, panel);
}

static gboolean
get_state (Fixture *f, const char *name)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (f->window), name);

  return g_variant_get_boolean (state);
}

static void
activate (Fixture *f, const char *name)
{
  g_action_group_activate_action (G_ACTION_GROUP (f->window), name, NULL);
}

/* One page at a time, and each closes what it opened. */
static void
test_panel (Fixture *f, gconstpointer width)
{
  assert_panel (f, NULL);
  activate (f, "people");
  assert_panel (f, "people");
  activate (f, "chat");
  assert_panel (f, "chat");
  g_assert_true (get_state (f, "chat"));
  g_assert_false (get_state (f, "people"));
  activate (f, "chat");
  assert_panel (f, NULL);
  g_assert_false (get_state (f, "chat"));
}

static void
test_other_view (Fixture *f, gconstpointer width)
{
  g_autofree char *view = NULL;

  activate (f, "other-view");
  view = g_settings_get_string (f->settings, "view");
  g_assert_cmpstr (view, ==, "speaker");
}

/* In another page of the window, the keys of a call do nothing. */
static void
test_actions_go_with_the_page (Fixture *f, gconstpointer width)
{
  GActionGroup *actions = G_ACTION_GROUP (f->window);

  g_assert_true (g_action_group_has_action (actions, "microphone"));
  g_assert_true (g_action_group_has_action (actions, "fullscreen"));
  gtk_widget_set_visible (GTK_WIDGET (f->view), FALSE);
  g_assert_false (g_action_group_has_action (actions, "microphone"));
  g_assert_false (g_action_group_has_action (actions, "fullscreen"));
}

/* Before there is a call, there is nothing to record, and nobody to show anything to. */
static void
test_nothing_without_a_call (Fixture *f, gconstpointer width)
{
  GActionGroup *actions = G_ACTION_GROUP (f->window);

  g_assert_true (g_action_group_get_action_enabled (actions, "microphone"));
  g_assert_true (g_action_group_get_action_enabled (actions, "leave"));
  g_assert_false (g_action_group_get_action_enabled (actions, "record"));
  g_assert_false (g_action_group_get_action_enabled (actions, "share"));
  g_assert_false (g_action_group_get_action_enabled (actions, "publish"));
}

#define ADD(name, width, test) \
  g_test_add ("/call-view/" name, Fixture, GINT_TO_POINTER (width), set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  adw_init ();
  ADD ("narrow", 360, test_narrow);
  ADD ("wide", 1000, test_wide);
  ADD ("panel", 1000, test_panel);
  ADD ("other-view", 1000, test_other_view);
  ADD ("actions-go-with-the-page", 1000, test_actions_go_with_the_page);
  ADD ("nothing-without-a-call", 1000, test_nothing_without_a_call);
  return g_test_run ();
}
