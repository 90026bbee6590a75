/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long a room takes to be joined, from a connection that is still to be made. */

#include "child.h"

#include <nertc.h>

typedef struct {
  char *server;
  char *channel;
  NertcRoom *room;
  gint64 began;
} Join;

static void
on_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Join *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!nertc_room_leave_finish (NERTC_ROOM (source), result, &error))
    child_fail ("leave: %s", error->message);
  g_clear_object (&self->room);
  child_say ("{\"event\": \"left\"}");
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Join *self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time ();
  g_autoptr (GPtrArray) members = NULL;

  if (!nertc_room_join_finish (NERTC_ROOM (source), result, &error))
    child_fail ("join: %s", error->message);
  members = nertc_room_get_members (self->room);
  child_say ("{\"event\": \"joined\", \"took\": %" G_GINT64_FORMAT ", \"members\": %u}",
             end - self->began, members->len);
  nertc_room_leave_async (self->room, NULL, on_left, self);
}

static void
join (gpointer user_data)
{
  Join *self = user_data;

  self->began = g_get_monotonic_time ();
  self->room = nertc_room_new (self->server, self->channel);
  nertc_room_join_async (self->room, NULL, on_joined, self);
}

int
main (int argc, char **argv)
{
  static Join self;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel },
    { NULL },
  };
  const ChildCommand commands[] = { { "join", join }, { NULL } };

  child_begin (&argc, &argv, entries);
  child_run (commands, &self);
  return 0;
}
