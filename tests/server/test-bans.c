/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bans by themselves, and what is kept of rooms and bans in a file, sound or damaged. */

#include "bans.h"
#include "moderation.h"

#include <glib/gstdio.h>

static gboolean
add (SrvBans *bans, const char *room, const char *uid, gint64 until, gint64 now)
{
  SrvBan ban = { (char *) "key", (char *) room, (char *) uid, until, NULL };

  return srv_bans_add (bans, &ban, now, NULL);
}

static void
test_time (void)
{
  SrvBans *bans = srv_bans_new ();
  g_autoptr (GPtrArray) list = NULL;

  g_assert_true (add (bans, "room", "b", 20, 0));
  g_assert_true (add (bans, "room", "a", 10, 0));
  g_assert_true (add (bans, "other", "c", 10, 0));
  g_assert_nonnull (srv_bans_find (bans, "key", "room", "a", 9));
  g_assert_null (srv_bans_find (bans, "key", "room", "a", 10));
  g_assert_null (srv_bans_find (bans, "key", "room", "c", 0));
  g_assert_null (srv_bans_find (bans, "", "room", "b", 0));

  g_assert_true (add (bans, "room", "b", 15, 0));
  g_assert_null (srv_bans_find (bans, "key", "room", "b", 15));
  g_assert_true (add (bans, "room", "e", 20, 0));
  g_assert_true (add (bans, "room", "d", 20, 0));
  list = srv_bans_list (bans, "key", "room", 12);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((SrvBan *) g_ptr_array_index (list, 0))->uid, ==, "d");
  srv_bans_free (bans);
}

static void
test_limit (void)
{
  SrvBans *bans = srv_bans_new ();

  for (guint i = 0; i < SRV_BANS_MAX; i++) {
    g_autofree char *uid = g_strdup_printf ("%u", i);

    g_assert_true (add (bans, "room", uid, 10 + i % 2, 0));
  }
  g_assert_false (add (bans, "room", "one more", 20, 0));
  g_assert_true (add (bans, "room", "7", 30, 0));
  g_assert_true (add (bans, "room", "one more", 20, 10));
  srv_bans_free (bans);
}

/* What is kept */

typedef struct {
  char *dir;
  char *file;
  SrvRooms *rooms;
  SrvModeration *moderation;
} Fixture;

static void
begin (Fixture *self)
{
  SrvRoomLimits limits = { .rooms = 2, .members = 3, .streams = 2, .subscriptions = 2 };

  self->rooms = srv_rooms_new (&limits);
  self->moderation = srv_moderation_new (self->rooms);
}

static void
end (Fixture *self)
{
  srv_moderation_free (self->moderation);
  srv_rooms_free (self->rooms);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = g_dir_make_tmp ("nertc-state-XXXXXX", NULL);
  self->file = g_build_filename (self->dir, "nertc-server.json", NULL);
  begin (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  end (self);
  g_unlink (self->file);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->file);
  g_free (self->dir);
}

static void
test_is_kept (Fixture *self, gconstpointer data)
{
  SrvRoomPlan plan = { "key", "room", "agenda", 7, 1000 };
  g_autoptr (GPtrArray) made = NULL;
  g_autoptr (GPtrArray) banned = NULL;
  g_autoptr (GError) error = NULL;
  SrvRoom *room;
  GStatBuf info;

  g_assert_true (srv_moderation_keep (self->moderation, self->dir, &error));
  made = srv_moderation_make_room (self->moderation, &plan, &room, &error);
  g_assert_nonnull (made);
  banned = srv_moderation_ban (self->moderation, "key", "room", "a", 3600, "Be nice", &error);
  g_assert_nonnull (banned);
  end (self);
  g_assert_cmpint (g_stat (self->file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  begin (self);
  g_assert_true (srv_moderation_keep (self->moderation, self->dir, &error));
  g_assert_no_error (error);
  room = srv_rooms_find (self->rooms, "key", "room");
  g_assert_nonnull (room);
  g_assert_true (room->made);
  g_assert_cmpstr (room->extra_info, ==, "agenda");
  g_assert_cmpuint (room->members_max, ==, 7);
  g_assert_cmpint (room->created, ==, 1000);
  g_assert_false (srv_moderation_lets_in (self->moderation, "key", "room", "a", &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_BANNED);
  g_assert_nonnull (strstr (error->message, "Be nice"));
  g_assert_true (srv_moderation_lets_in (self->moderation, "key", "room", NULL, NULL));
}

/* It says what is wrong with which file, and leaves that as it is. */
static void
test_damage (Fixture *self, gconstpointer data)
{
  static const char *const damaged[] = {
    "",
    "{",
    "[]",
    "{}",
    "{\"version\": 2, \"rooms\": [], \"bans\": []}",
    "{\"version\": 1, \"rooms\": {}, \"bans\": []}",
    "{\"version\": 1, \"rooms\": [{\"channel\": \"a/b\"}], \"bans\": []}",
    "{\"version\": 1, \"rooms\": [], \"bans\": [{\"uid\": \"a\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    g_assert_true (g_file_set_contents (self->file, damaged[i], -1, NULL));
    g_assert_false (srv_moderation_keep (self->moderation, self->dir, &error));
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error->message, self->file));
    g_assert_true (g_file_get_contents (self->file, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, damaged[i]);
  }
}

static void
test_no_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (self->dir, "nowhere", NULL);
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) file = NULL;

  g_assert_false (srv_moderation_keep (self->moderation, nowhere, &missing));
  g_assert_nonnull (strstr (missing->message, nowhere));
  g_assert_true (g_file_set_contents (self->file, "", -1, NULL));
  g_assert_false (srv_moderation_keep (self->moderation, self->file, &file));
  g_assert_nonnull (strstr (file->message, "folder"));
}

#define ADD(name, function) g_test_add ("/state/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bans/time", test_time);
  g_test_add_func ("/bans/limit", test_limit);
  ADD ("is-kept", test_is_kept);
  ADD ("damage", test_damage);
  ADD ("no-folder", test_no_folder);
  return g_test_run ();
}
