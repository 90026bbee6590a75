/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Many members in one process, each with a connection of its own and a stream that it publishes,
 * but without media. It says, a line each, with seconds of the monotonic clock:
 *     in AT        everybody is in
 *     out AT       nobody is
 *     complete     everybody knows of all others in the room, and of their streams
 */
#include <nertc.h>

#include <sys/resource.h>

/* First joins under way at one time: only later ones are tried again by themselves. */
#define AT_ONCE_MAX 20

typedef struct {
  char *server;
  char *prefix; /* of the names of the rooms */
  int n_rooms;
  int n_members; /* of each room */

  GPtrArray *rooms; /* (element-type NertcRoom): one for each member */
  guint asked;
  guint in;
  guint published;
} Storm;

static void
say (const char *what)
{
  g_print ("%s %.3f\n", what, (double) g_get_monotonic_time () / G_USEC_PER_SEC);
}

static void join_next (Storm *self);

static gboolean
is_complete (Storm *self, NertcRoom *room)
{
  g_autoptr (GPtrArray) members = nertc_room_get_members (room);
  g_autoptr (GPtrArray) streams = nertc_room_get_streams (room);

  return members->len == (guint) self->n_members - 1 && streams->len == members->len;
}

static gboolean
check_complete (gpointer user_data)
{
  Storm *self = user_data;

  for (guint i = 0; i < self->rooms->len; i++) {
    if (self->in < self->rooms->len || !is_complete (self, self->rooms->pdata[i]))
      return G_SOURCE_CONTINUE;
  }
  say ("complete");
  return G_SOURCE_REMOVE;
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Storm *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = nertc_room_publish_finish (NERTC_ROOM (source), result, &error);

  if (!id)
    g_error ("publish: %s", error->message);
  if (++self->published == self->rooms->len)
    g_timeout_add (100, check_complete, self);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Storm *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!nertc_room_join_finish (NERTC_ROOM (source), result, &error))
    g_error ("join: %s", error->message);
  nertc_room_publish_async (NERTC_ROOM (source), NULL, NERTC_SOURCE_CAMERA,
                            NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO, NERTC_MEDIA_NONE, NULL,
                            on_published, self);
  join_next (self);
}

static void
join_next (Storm *self)
{
  if (self->asked < self->rooms->len)
    nertc_room_join_async (self->rooms->pdata[self->asked++], NULL, on_joined, self);
}

static void
on_state_changed (NertcRoom *room, NertcRoomState old_state, NertcRoomState new_state,
                  NertcCloseReason reason, gpointer user_data)
{
  Storm *self = user_data;

  if (new_state == NERTC_ROOM_STATE_FAILED)
    g_error ("‘%s’ is out for good: %s", nertc_room_get_uid (room),
             nertc_close_reason_to_string (reason));
  if (new_state == NERTC_ROOM_STATE_CONNECTED && ++self->in == self->rooms->len)
    say ("in");
  if (old_state == NERTC_ROOM_STATE_CONNECTED && --self->in == 0) {
    say ("out");
    g_timeout_add (100, check_complete, self);
  }
}

static void
add_member (Storm *self, int number)
{
  g_autofree char *channel = g_strdup_printf ("%s %d", self->prefix, number % self->n_rooms);
  g_autofree char *uid = g_strdup_printf ("member %d", number);
  NertcRoom *room = nertc_room_new (self->server, channel);

  g_object_set (room, "uid", uid, NULL);
  g_signal_connect (room, "state-changed", G_CALLBACK (on_state_changed), self);
  g_ptr_array_add (self->rooms, room);
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int argc, char **argv)
{
  Storm self = { NULL, NULL, 1, 1 };
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "prefix", 0, 0, G_OPTION_ARG_STRING, &self.prefix, "of the names of the rooms" },
    { "rooms", 0, 0, G_OPTION_ARG_INT, &self.n_rooms },
    { "members", 0, 0, G_OPTION_ARG_INT, &self.n_members, "of each room" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  raise_descriptor_limit ();
  self.rooms = g_ptr_array_new_with_free_func (g_object_unref);
  for (int i = 0; i < self.n_rooms * self.n_members; i++)
    add_member (&self, i);
  for (int i = 0; i < AT_ONCE_MAX; i++)
    join_next (&self);
  g_main_loop_run (loop);
  g_ptr_array_unref (self.rooms);
  return 0;
}
