/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-member-actions.h"

#include "call-measure-dialog.h"

/* What the actions are about; it goes with the group. */
typedef struct {
  CallRoom *room;
  CallMember *member;
  GtkWidget *widget; /* weak */
} Subject;

static void
subject_free (gpointer data)
{
  Subject *subject = data;

  g_clear_weak_pointer (&subject->widget);
  g_clear_object (&subject->room);
  g_clear_object (&subject->member);
  g_free (subject);
}

static gboolean
get_flag (CallMember *member, const char *property)
{
  gboolean flag;

  g_object_get (member, property, &flag, NULL);
  return flag;
}

static gboolean
is_audience (CallMember *member)
{
  g_autofree char *role = NULL;

  g_object_get (member, "role", &role, NULL);
  return !g_strcmp0 (role, "audience");
}

/* The state follows when the server has told that it is so. */
static void
on_mute_sound (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  Subject *subject = user_data;

  call_room_mute_member (subject->room, subject->member, g_variant_get_boolean (value),
                         get_flag (subject->member, "video-muted-by-admin"));
}

static void
on_mute_picture (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  Subject *subject = user_data;

  call_room_mute_member (subject->room, subject->member,
                         get_flag (subject->member, "audio-muted-by-admin"),
                         g_variant_get_boolean (value));
}

static void
on_audience (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  Subject *subject = user_data;

  call_room_set_audience (subject->room, subject->member, g_variant_get_boolean (value));
}

static void
ask (Subject *subject, CallMeasure measure)
{
  GtkRoot *root = subject->widget ? gtk_widget_get_root (subject->widget) : NULL;

  call_measure_dialog_ask (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, subject->room,
                           subject->member, measure);
}

static void
on_kick (GSimpleAction *action, GVariant *parameter, gpointer subject)
{
  ask (subject, CALL_MEASURE_KICK);
}

static void
on_ban (GSimpleAction *action, GVariant *parameter, gpointer subject)
{
  ask (subject, CALL_MEASURE_BAN);
}

static const GActionEntry measures[] = {
  { .name = "mute-sound", .state = "false", .change_state = on_mute_sound },
  { .name = "mute-picture", .state = "false", .change_state = on_mute_picture },
  { .name = "audience", .state = "false", .change_state = on_audience },
  { .name = "kick", .activate = on_kick },
  { .name = "ban", .activate = on_ban },
};

static GSimpleAction *
lookup (GSimpleActionGroup *group, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (group), name));
}

static void
set_state (GSimpleActionGroup *group, const char *name, gboolean on)
{
  g_simple_action_set_state (lookup (group, name), g_variant_new_boolean (on));
}

static void
update_states (CallMember *member, GParamSpec *pspec, gpointer user_data)
{
  GSimpleActionGroup *group = user_data;

  set_state (group, "mute-sound", get_flag (member, "audio-muted-by-admin"));
  set_state (group, "mute-picture", get_flag (member, "video-muted-by-admin"));
  set_state (group, "audience", is_audience (member));
}

static void
update_enabled (CallRoom *room, GParamSpec *pspec, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    g_simple_action_set_enabled (lookup (user_data, measures[i].name), call_room_is_admin (room));
}

static void
follow (GSimpleActionGroup *group, Subject *subject)
{
  static const char *const states[] = { "notify::audio-muted-by-admin",
                                        "notify::video-muted-by-admin", "notify::role" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    g_signal_connect_object (subject->member, states[i], G_CALLBACK (update_states), group, 0);
  g_signal_connect_object (subject->room, "notify::is-admin", G_CALLBACK (update_enabled), group,
                           0);
  update_states (subject->member, NULL, group);
  update_enabled (subject->room, NULL, group);
}

static Subject *
subject_new (CallRoom *room, CallMember *member, GtkWidget *widget)
{
  Subject *subject = g_new0 (Subject, 1);

  subject->room = g_object_ref (room);
  subject->member = g_object_ref (member);
  g_set_weak_pointer (&subject->widget, widget);
  return subject;
}

GSimpleActionGroup *
call_member_actions_new (CallRoom *room, CallMember *member, GtkWidget *widget)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) mute_for_me =
      g_property_action_new ("mute-for-me", member, "muted-for-me");
  Subject *subject;

  if (call_member_is_self (member))
    return group;
  subject = subject_new (room, member, widget);
  g_object_set_data_full (G_OBJECT (group), "subject", subject, subject_free);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (mute_for_me));
  g_action_map_add_action_entries (G_ACTION_MAP (group), measures, G_N_ELEMENTS (measures),
                                   subject);
  follow (group, subject);
  return group;
}
