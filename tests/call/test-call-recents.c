/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recents.h"

typedef struct {
  GSettings *settings;
  CallRecents *recents;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->settings = g_settings_new ("org.gstnertc.Call");
  g_settings_reset (fixture->settings, "recent-rooms");
  fixture->recents = call_recents_new (fixture->settings);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_assert_finalize_object (fixture->recents);
  g_object_unref (fixture->settings);
}

static void
add (Fixture *fixture, const char *server, const char *channel)
{
  CallAddress address = { (char *) server, NULL,           (char *) channel,
                          (char *) "7",    (char *) "Ada", (char *) "secret" };

  call_recents_add (fixture->recents, &address);
}

/* @expected: the rooms, the latest first, with a space between two */
static void
check_rooms (Fixture *fixture, const char *expected)
{
  GListModel *list = G_LIST_MODEL (fixture->recents);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (CallRecent) room = g_list_model_get_item (list, i);

    g_string_append_printf (names, "%s%s", i ? " " : "", call_recent_get_channel (room));
  }
  g_assert_cmpstr (names->str, ==, expected);
  g_string_free (names, TRUE);
}

static void
test_order (Fixture *fixture, gconstpointer unused)
{
  check_rooms (fixture, "");
  add (fixture, NULL, "a");
  add (fixture, NULL, "b");
  add (fixture, "wss://example.org/room", "a");
  check_rooms (fixture, "a b a");
  add (fixture, NULL, "a");
  check_rooms (fixture, "a a b");
  for (char c = 'c'; c <= 'k'; c++)
    add (fixture, NULL, (char[]){ c, '\0' });
  check_rooms (fixture, "k j i h g f e d");
}

static void
test_remove (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (CallRecent) latest = NULL;

  add (fixture, NULL, "a");
  add (fixture, NULL, "b");
  latest = g_list_model_get_item (G_LIST_MODEL (fixture->recents), 0);
  call_recents_remove (fixture->recents, latest);
  check_rooms (fixture, "a");
}

static void
test_kept (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (CallRecents) other = NULL;
  g_autoptr (CallRecent) room = NULL;
  g_autoptr (GVariant) kept = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *text = NULL;

  add (fixture, "wss://example.org:8443/room", "standup");
  other = call_recents_new (fixture->settings);
  room = g_list_model_get_item (G_LIST_MODEL (other), 0);
  g_object_get (room, "detail", &detail, NULL);
  g_assert_cmpstr (detail, ==, "example.org");
  g_assert_cmpstr (call_recent_get_server (room), ==, "wss://example.org:8443/room");
  g_assert_cmpstr (call_recent_get_app_key (room), ==, "");
  kept = g_settings_get_value (fixture->settings, "recent-rooms");
  text = g_variant_print (kept, FALSE);
  g_assert_null (g_strstr_len (text, -1, "secret"));
  g_assert_null (g_strstr_len (text, -1, "Ada"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/call/recents/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/call/recents/remove", Fixture, NULL, set_up, test_remove, tear_down);
  g_test_add ("/call/recents/kept", Fixture, NULL, set_up, test_kept, tear_down);
  return g_test_run ();
}
