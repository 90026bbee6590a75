/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many members in one process, each of whom listens to the stream of the publisher, a sound, by a
 * connection that does as little as it can. The command "more" adds one, who is told when the
 * first packet has come; at "count" it says how many packets came in all, how many to whom the
 * fewest came, and how many were lost.
 */

#include "child.h"
#include "listener.h"

#include <nertc.h>

#define STREAM_ID "stream"

typedef struct {
  char *server;
  char *channel;
  GPtrArray *members;
} Audience;

typedef struct {
  guint number;
  gint64 began; /* µs */
  NertcRoom *room;
  NertcTransport *transport;
  Listener *listener;
} Member;

static void
on_own_candidate (const char *candidate, gpointer user_data)
{
  Member *self = user_data;

  nertc_transport_send_candidate (self->transport, 0, candidate);
}

static void
on_heard (gpointer user_data)
{
  Member *self = user_data;

  nertc_transport_report_playing (self->transport);
  child_say ("{\"event\": \"receiving\", \"member\": %u, \"took\": %" G_GINT64_FORMAT "}",
             self->number, g_get_monotonic_time () - self->began);
}

static const ListenerEvents events = { on_own_candidate, on_heard };

static void
on_description (NertcTransport *transport, NertcDescriptionType type, const char *sdp,
                gpointer user_data)
{
  Member *self = user_data;
  g_autofree char *answer = NULL;

  if (self->listener)
    return;
  self->listener = listener_new (sdp, &events, self);
  answer = listener_make_answer (self->listener);
  nertc_transport_send_description (transport, NERTC_DESCRIPTION_TYPE_ANSWER, answer);
}

static void
on_candidate (NertcTransport *transport, guint section, const char *candidate, gpointer user_data)
{
  Member *self = user_data;

  if (self->listener)
    listener_add_candidate (self->listener, candidate);
}

static void
on_closed (NertcTransport *transport, NertcCloseReason reason, gpointer user_data)
{
  Member *self = user_data;

  if (reason != NERTC_CLOSE_REASON_LEFT && reason != NERTC_CLOSE_REASON_UNPUBLISHED)
    child_fail ("The connection of member %u was closed", self->number);
}

static void
on_transport (NertcRoom *room, NertcTransport *transport, gpointer user_data)
{
  Member *self = user_data;

  if (self->transport)
    child_fail ("Member %u got a second connection", self->number);
  self->transport = g_object_ref (transport);
  g_signal_connect (transport, "description", G_CALLBACK (on_description), self);
  g_signal_connect (transport, "candidate", G_CALLBACK (on_candidate), self);
  g_signal_connect (transport, "closed", G_CALLBACK (on_closed), self);
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!nertc_room_subscribe_finish (NERTC_ROOM (source), result, &error))
    child_fail ("subscribe: %s", error->message);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  NertcRoom *room = NERTC_ROOM (source);
  g_autoptr (GError) error = NULL;

  if (!nertc_room_join_finish (room, result, &error))
    child_fail ("join: %s", error->message);
  nertc_room_subscribe_async (room, STREAM_ID, NERTC_MEDIA_AUDIO, NULL, on_subscribed, NULL);
}

static void
add_member (gpointer user_data)
{
  Audience *audience = user_data;
  Member *self = g_new0 (Member, 1);

  g_ptr_array_add (audience->members, self);
  self->number = audience->members->len;
  self->began = g_get_monotonic_time ();
  self->room = nertc_room_new (audience->server, audience->channel);
  g_signal_connect (self->room, "transport-opened", G_CALLBACK (on_transport), self);
  nertc_room_join_async (self->room, NULL, on_joined, NULL);
}

static void
count (gpointer user_data)
{
  Audience *audience = user_data;
  guint64 received = 0;
  guint64 lost = 0;
  guint64 least = G_MAXUINT64;

  for (guint i = 0; i < audience->members->len; i++) {
    Member *member = g_ptr_array_index (audience->members, i);
    guint64 mine = member->listener ? listener_get_received (member->listener) : 0;

    received += mine;
    least = MIN (least, mine);
    lost += member->listener ? listener_get_lost (member->listener) : 0;
  }
  child_say ("{\"event\": \"count\", \"members\": %u, \"frames\": %" G_GUINT64_FORMAT
             ", \"least\": %" G_GUINT64_FORMAT ", \"lost\": %" G_GUINT64_FORMAT "}",
             audience->members->len, received, least, lost);
}

static void
free_member (gpointer data)
{
  Member *self = data;

  g_signal_handlers_disconnect_by_data (self->room, self);
  if (self->transport)
    g_signal_handlers_disconnect_by_data (self->transport, self);
  g_clear_pointer (&self->listener, listener_free);
  g_clear_object (&self->transport);
  g_object_unref (self->room);
  g_free (self);
}

int
main (int argc, char **argv)
{
  static Audience self;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server },
    { "channel", 0, 0, G_OPTION_ARG_STRING, &self.channel },
    { NULL },
  };
  const ChildCommand commands[] = { { "more", add_member }, { "count", count }, { NULL } };

  child_begin (&argc, &argv, entries);
  self.members = g_ptr_array_new_with_free_func (free_member);
  child_run (commands, &self);
  g_ptr_array_unref (self.members);
  return 0;
}
