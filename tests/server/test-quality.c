/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What members tell of their networks: real rooms, and a recorder in place of their connections. */

#include "quality.h"

#include "nertc-method.h"

#include <string.h>

/* Quicker than anybody would like to wait, slower than what a test does between two of them. */
#define INTERVAL_MS 100

typedef struct {
  SrvRooms *rooms;
  SrvQuality *quality;
  GPtrArray *members;
  GString *told;  /* since the last look */
  gboolean terse; /* count only */
  guint messages; /* to any member, ever, as the next */
  guint lines;
} Fixture;

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
on_tell (SrvMember *to, JsonObject *params, gpointer user_data)
{
  Fixture *self = user_data;
  JsonArray *members = json_object_get_array_member (params, "members");
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  self->messages++;
  self->lines += json_array_get_length (members);
  g_assert_cmpuint (json_array_get_length (members), <=, NERTC_QUALITY_MAX);
  if (self->terse)
    return;
  for (guint i = 0; i < json_array_get_length (members); i++) {
    JsonObject *member = json_array_get_object_element (members, i);

    g_ptr_array_add (lines,
                     g_strdup_printf (" %s %d/%d", json_object_get_string_member (member, "uid"),
                                      (int) json_object_get_int_member (member, "up"),
                                      (int) json_object_get_int_member (member, "down")));
  }
  g_ptr_array_sort (lines, compare_lines);
  g_string_append_printf (self->told, "%s:", to->uid);
  for (guint i = 0; i < lines->len; i++)
    g_string_append (self->told, g_ptr_array_index (lines, i));
  g_string_append_c (self->told, ';');
}

static SrvMember *
join (Fixture *self, const char *room, const char *uid)
{
  SrvJoin data = { .app_key = "", .room = room, .uid = uid, .user_name = "", .user_data = "" };
  g_autoptr (GPtrArray) changes = NULL;
  SrvMember *member;

  data.secret = uid;
  changes = srv_rooms_join (self->rooms, &data, &member, NULL);
  g_assert_nonnull (changes);
  g_ptr_array_add (self->members, srv_member_ref (member));
  return member;
}

static void
leave (Fixture *self, SrvMember *member)
{
  G_GNUC_UNUSED g_autoptr (GPtrArray) changes =
      srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_LEFT);

  srv_quality_forget (self->quality, member);
  g_ptr_array_remove (self->members, member);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits limits = { .rooms = 10, .members = 2000, .streams = 1, .subscriptions = 1 };

  self->rooms = srv_rooms_new (&limits);
  self->quality = srv_quality_new (on_tell, self, INTERVAL_MS);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  self->told = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  while (self->members->len > 0)
    leave (self, g_ptr_array_index (self->members, 0));
  srv_quality_free (self->quality);
  srv_rooms_free (self->rooms);
  g_ptr_array_unref (self->members);
  g_string_free (self->told, TRUE);
}

/* The watchdog is that of the test program. */
static void
await_told (Fixture *self, const char *expected)
{
  while (self->told->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (self->told->str, ==, expected);
  g_string_truncate (self->told, 0);
}

/* The latest counts, everybody hears of everybody, and nobody of another room. */
static void
test_all_hear (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a"), *b = join (self, "room", "b");

  join (self, "room", "c");
  join (self, "another", "d");
  srv_quality_report (self->quality, a, 5, 5);
  srv_quality_report (self->quality, b, 0, 6);
  srv_quality_report (self->quality, a, 1, 2);
  await_told (self, "a: a 1/2 b 0/6;b: a 1/2 b 0/6;c: a 1/2 b 0/6;");
  srv_quality_report (self->quality, a, 3, 3);
  await_told (self, "a: a 3/3;b: a 3/3;c: a 3/3;");
}

/* A room without reports is quiet, and can be told again. */
static void
test_silence (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a"), *d = join (self, "another", "d");

  srv_quality_report (self->quality, a, 1, 1);
  await_told (self, "a: a 1/1;");
  /* By then that timer has run out. */
  for (guint i = 0; i < 3; i++) {
    srv_quality_report (self->quality, d, i, i);
    while (self->told->len == 0)
      g_main_context_iteration (NULL, TRUE);
    g_assert_true (g_str_has_prefix (self->told->str, "d: d"));
    g_string_truncate (self->told, 0);
  }
  srv_quality_report (self->quality, a, 2, 2);
  await_told (self, "a: a 2/2;");
}

static void
test_leaving (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a"), *b = join (self, "room", "b");

  srv_quality_report (self->quality, a, 1, 1);
  srv_quality_report (self->quality, b, 2, 2);
  leave (self, a);
  await_told (self, "b: b 2/2;");
  srv_quality_report (self->quality, b, 2, 2);
  leave (self, b);
  srv_quality_report (self->quality, join (self, "room", "c"), 4, 4);
  await_told (self, "c: c 4/4;");
}

/* More than a message takes come in pieces. */
static void
test_many (Fixture *self, gconstpointer data)
{
  const guint count = NERTC_QUALITY_MAX + 1;

  self->terse = TRUE;
  for (guint i = 0; i < count; i++) {
    g_autofree char *uid = g_strdup_printf ("m%u", i);

    join (self, "room", uid);
  }
  for (guint i = 0; i < count; i++)
    srv_quality_report (self->quality, g_ptr_array_index (self->members, i), 1, 1);
  while (self->messages == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->messages, ==, 2 * count);
  g_assert_cmpuint (self->lines, ==, count * count);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/quality/all-hear", Fixture, NULL, set_up, test_all_hear, tear_down);
  g_test_add ("/quality/silence", Fixture, NULL, set_up, test_silence, tear_down);
  g_test_add ("/quality/leaving", Fixture, NULL, set_up, test_leaving, tear_down);
  g_test_add ("/quality/many", Fixture, NULL, set_up, test_many, tear_down);
  return g_test_run ();
}
