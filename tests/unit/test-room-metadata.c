/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* What a member says of itself and of its room. */

static char *
get (Fixture *self, const char *property)
{
  char *text;

  g_object_get (self->room, property, &text, NULL);
  return text;
}

static void
count (NertcRoom *room, GParamSpec *pspec, guint *counter)
{
  (*counter)++;
}

static void
test_member (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  g_object_set (self->room, "user-name", "Alice", NULL);
  params = fake_server_expect (self->server, "member.update");
  g_assert_cmpstr (json_object_get_string_member (params, "userName"), ==, "Alice");
  g_assert_cmpstr (json_object_get_string_member (params, "userData"), ==, "");
  g_object_set (self->room, "user-name", "Alice", NULL);
  fake_server_expect_nothing (self->server);
}

/* What is set too late for the join follows it. */
static void
test_member_while_joining (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;
  g_autoptr (JsonObject) update = NULL;

  g_object_set (self->room, "user-name", "A", NULL);
  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  g_assert_cmpstr (json_object_get_string_member (params, "userName"), ==, "A");
  g_object_set (self->room, "user-name", "Alice", NULL);
  fake_server_admit (self->server, "alice", "");
  update = fake_server_expect (self->server, "member.update");
  g_assert_cmpstr (json_object_get_string_member (update, "userName"), ==, "Alice");
  outcome_wait (&join);
}

static void
test_extra_info (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;
  guint changes = 0;

  fixture_join (self, "");
  g_signal_connect (self->room, "notify::extra-info", G_CALLBACK (count), &changes);
  fake_server_event (self->server, "room.updated", "'extraInfo':'theirs'");
  theirs = get (self, "extra-info");
  g_assert_cmpstr (theirs, ==, "theirs");
  g_object_set (self->room, "extra-info", "ours", NULL);
  params = fake_server_expect (self->server, "room.update");
  g_assert_cmpstr (json_object_get_string_member (params, "extraInfo"), ==, "ours");
  fake_server_reply (self->server, "{}");
  fake_server_event (self->server, "room.updated", "'extraInfo':'ours'");
  ours = get (self, "extra-info");
  g_assert_cmpstr (ours, ==, "ours");
  g_assert_cmpuint (changes, ==, 2);
}

static void
test_extra_info_before_join (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  g_object_set (self->room, "extra-info", "ours", NULL);
  fixture_join (self, "");
  params = fake_server_expect (self->server, "room.update");
  g_assert_cmpstr (json_object_get_string_member (params, "extraInfo"), ==, "ours");
}

/* A server that was restarted knows nothing: whoever set it last tells again. */
static void
test_extra_info_after_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  g_object_set (self->room, "extra-info", "ours", NULL);
  json_object_unref (fake_server_expect (self->server, "room.update"));
  fake_server_reply (self->server, "{}");
  fixture_lose (self);
  fixture_rejoin (self, "");
  params = fake_server_expect (self->server, "room.update");
  g_assert_cmpstr (json_object_get_string_member (params, "extraInfo"), ==, "ours");
}

/* Nobody knows whether the server heard it before the connection was lost. */
static void
test_extra_info_lost (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  g_object_set (self->room, "extra-info", "ours", NULL);
  json_object_unref (fake_server_expect (self->server, "room.update"));
  fixture_lose (self);
  fixture_rejoin (self, "");
  params = fake_server_expect (self->server, "room.update");
  g_assert_cmpstr (json_object_get_string_member (params, "extraInfo"), ==, "ours");
  fake_server_event (self->server, "room.updated", "'extraInfo':'ours'");
}

static void
test_extra_info_of_others_after_restart (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  fixture_join (self, "");
  fake_server_event (self->server, "room.updated", "'extraInfo':'theirs'");
  fixture_lose (self);
  fixture_rejoin (self, "");
  fake_server_expect_nothing (self->server);
  text = get (self, "extra-info");
  g_assert_null (text);
}

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer counter)
{
  if (level & G_LOG_LEVEL_WARNING)
    (*(guint *) counter)++;
  return G_LOG_WRITER_HANDLED;
}

/* A property cannot fail, so it warns and stays what it was. */
static void
test_limits (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (NertcRoom) room = nertc_room_new (NULL, "standup");
    g_autofree char *name = NULL;
    g_autofree char *longest = NULL;
    GString *long_name = g_string_new (NULL);
    guint warnings = 0;

    for (guint i = 0; i < 128; i++)
      g_string_append (long_name, "é");
    g_log_set_always_fatal (G_LOG_FATAL_MASK);
    g_log_set_writer_func (count_warnings, &warnings, NULL);
    g_object_set (room, "user-name", long_name->str, NULL);
    g_object_get (room, "user-name", &longest, NULL);
    g_assert_cmpstr (longest, ==, long_name->str);
    g_string_append_c (long_name, 'x');
    g_object_set (room, "user-name", long_name->str, NULL);
    g_object_set (room, "user-name", "\xff", NULL);
    g_object_get (room, "user-name", &name, NULL);
    g_assert_cmpstr (name, ==, longest);
    g_assert_cmpuint (warnings, ==, 2);
    g_string_free (long_name, TRUE);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
set_while_joined (void)
{
  Fixture fixture;
  g_autofree char *channel = NULL;
  guint warnings = 0;

  fixture_set_up (&fixture, NULL);
  fixture_join (&fixture, "");
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (count_warnings, &warnings, NULL);
  g_object_set (fixture.room, "channel", "other", NULL);
  channel = get (&fixture, "channel");
  g_assert_cmpstr (channel, ==, "standup");
  g_assert_cmpuint (warnings, ==, 1);
  fixture_tear_down (&fixture, NULL);
}

static void
test_fixed_while_joined (void)
{
  if (g_test_subprocess ()) {
    set_while_joined ();
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

#define ADD(name, test) \
  g_test_add ("/room/metadata/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("member", test_member);
  ADD ("member-while-joining", test_member_while_joining);
  ADD ("extra-info", test_extra_info);
  ADD ("extra-info-before-join", test_extra_info_before_join);
  ADD ("extra-info-after-restart", test_extra_info_after_restart);
  ADD ("extra-info-lost", test_extra_info_lost);
  ADD ("extra-info-of-others-after-restart", test_extra_info_of_others_after_restart);
  g_test_add_func ("/room/metadata/limits", test_limits);
  g_test_add_func ("/room/metadata/fixed-while-joined", test_fixed_while_joined);
  return g_test_run ();
}
