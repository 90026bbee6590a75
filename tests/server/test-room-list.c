/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The list of rooms in parts: nothing twice, nothing missed, whatever the size of a part. */

#include "room.h"

#include <string.h>

#define N_ROOMS 300

typedef struct {
  SrvRooms *rooms;
  GPtrArray *names; /* sorted */
} Fixture;

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
make (SrvRooms *rooms, const char *app_key, const char *name)
{
  SrvRoomPlan plan = { .app_key = app_key, .room = name };
  SrvRoom *room;
  g_autoptr (GPtrArray) changes = srv_rooms_make (rooms, &plan, &room, NULL);

  g_assert_nonnull (changes);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits limits = { .rooms = 2 * N_ROOMS, .members = 1 };

  self->rooms = srv_rooms_new (&limits);
  self->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < N_ROOMS; i++) {
    char *name = g_strdup_printf ("%x", i * 2654435761u);

    g_ptr_array_add (self->names, name);
    make (self->rooms, "", name);
    make (self->rooms, "other", name);
  }
  g_ptr_array_sort (self->names, compare);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_ROOMS; i++) {
    const char *name = g_ptr_array_index (self->names, i);

    g_ptr_array_unref (srv_rooms_close (self->rooms, srv_rooms_find (self->rooms, "", name), NULL));
    g_ptr_array_unref (
        srv_rooms_close (self->rooms, srv_rooms_find (self->rooms, "other", name), NULL));
  }
  srv_rooms_free (self->rooms);
  g_ptr_array_unref (self->names);
}

static void
test_parts (Fixture *self, gconstpointer data)
{
  guint max = GPOINTER_TO_UINT (data);
  const char *after = NULL;

  for (guint at = 0; at < N_ROOMS;) {
    g_autoptr (GPtrArray) part = srv_rooms_list (self->rooms, "", after, max);

    g_assert_cmpuint (part->len, ==, MIN (max, N_ROOMS - at));
    for (guint i = 0; i < part->len; i++) {
      SrvRoom *room = g_ptr_array_index (part, i);

      g_assert_cmpstr (room->app_key, ==, "");
      g_assert_cmpstr (room->name, ==, g_ptr_array_index (self->names, at + i));
    }
    at += part->len;
    after = g_ptr_array_index (self->names, at - 1);
  }
  {
    g_autoptr (GPtrArray) rest = srv_rooms_list (self->rooms, "", after, max);

    g_assert_cmpuint (rest->len, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  static const guint sizes[] = { 1, 2, 7, 100, N_ROOMS / 2, N_ROOMS, 1000 };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *path = g_strdup_printf ("/room-list/parts-of-%u", sizes[i]);

    g_test_add (path, Fixture, GUINT_TO_POINTER (sizes[i]), set_up, test_parts, tear_down);
  }
  return g_test_run ();
}
