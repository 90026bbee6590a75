/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A room of the library whose connection is cut again and again, wherever that may be. */

#include "await.h"
#include "cutting-proxy.h"
#include "nertc-room-private.h"
#include "nertc-test-server.h"

#include <malloc.h>
#include <string.h>

#define BOTH (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO)

/* Of the burst, and how many may be on their way */
#define MESSAGES 180
#define WINDOW 12

/* The first cuts come within the handshake of HTTP. */
#define CUT_FIRST 150
#define CUT_STEP 35
#define CUTS 80

#define LOSSES 100
#define RESTARTS 20
#define SPARE_THREADS 4
#define SPARE_BYTES (64 * 1024)

typedef struct {
  NertcRoom *room;
  NertcTransport *end; /* (nullable): of the stream that Alice publishes */
  guint candidates;    /* of the other end, numbered from 0 */
  guint updates;       /* of the other's user data, numbered from 0 */
  guint streams;       /* of the other that were added later */
  guint published;     /* of its own */
  guint opened;
  guint away; /* how often */
} Member;

typedef struct {
  NertcTestServer *server;
  CuttingProxy *proxy;
  Member alice; /* behind the proxy */
  Member bob;
} Call;

static void
on_state (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
          gpointer user_data)
{
  Member *self = user_data;

  g_assert_cmpint (new, !=, NERTC_ROOM_STATE_FAILED);
  self->away += new == NERTC_ROOM_STATE_RECONNECTING;
}

static void
on_left (NertcRoom *room, NertcMember *member, NertcCloseReason reason, gpointer user_data)
{
  g_error ("‘%s’ saw ‘%s’ leave", nertc_room_get_uid (room), nertc_member_get_uid (member));
}

static void
on_updated (NertcRoom *room, NertcMember *member, gpointer user_data)
{
  Member *self = user_data;
  g_autofree char *expected = g_strdup_printf ("%u", self->updates++);

  g_assert_cmpstr (nertc_member_get_user_data (member), ==, expected);
}

static void
on_stream_added (NertcRoom *room, NertcStream *stream, gpointer user_data)
{
  Member *self = user_data;
  g_autofree char *expected = g_strdup_printf ("later-%u", self->streams);

  if (g_str_equal (nertc_stream_get_id (stream), "first"))
    return;
  g_assert_cmpstr (nertc_stream_get_id (stream), ==, expected);
  self->streams++;
}

static void
on_candidate (NertcTransport *transport, guint index, const char *candidate, gpointer user_data)
{
  Member *self = user_data;
  g_autofree char *expected = g_strdup_printf ("candidate:%u", self->candidates++);

  g_assert_cmpstr (candidate, ==, expected);
}

static void
on_transport (NertcRoom *room, NertcTransport *transport, gpointer user_data)
{
  Member *self = user_data;

  self->opened++;
  g_set_object (&self->end, transport);
  g_signal_connect (transport, "candidate", G_CALLBACK (on_candidate), self);
}

static void
make_member (Member *self, const char *uid, guint port)
{
  NertcRoomTiming timing = {
    .leave = 10000, .attempt = 20000, .settle = 60000, .uid_taken = 60000, .stable = 0, .hurry = 20
  };
  g_autofree char *server = g_strdup_printf ("ws://127.0.0.1:%u", port);

  self->room = nertc_room_new (server, "standup");
  nertc_room_set_timing (self->room, &timing);
  g_object_set (self->room, "uid", uid, NULL);
  g_signal_connect (self->room, "state-changed", G_CALLBACK (on_state), self);
  g_signal_connect (self->room, "member-left", G_CALLBACK (on_left), self);
  g_signal_connect (self->room, "member-updated", G_CALLBACK (on_updated), self);
  g_signal_connect (self->room, "stream-added", G_CALLBACK (on_stream_added), self);
  g_signal_connect (self->room, "transport-opened", G_CALLBACK (on_transport), self);
}

static gboolean
is_in (const Member *self)
{
  return nertc_room_get_state (self->room) == NERTC_ROOM_STATE_CONNECTED;
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Member *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = nertc_room_publish_finish (NERTC_ROOM (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (id);
  self->published++;
}

static void
publish (Member *self, const char *id)
{
  nertc_room_publish_async (self->room, id, NERTC_SOURCE_CUSTOM, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_published, self);
}

static void
set_up (Call *self, gconstpointer data)
{
  const char *options[] = { "--message-rate=100000", "--message-burst=100000", "--max-streams=64",
                            "--ping-interval=1", NULL };
  g_autoptr (GUri) uri = NULL;

  self->server = nertc_test_server_new_with_options (options);
  uri = g_uri_parse (nertc_test_server_get_uri (self->server), G_URI_FLAGS_NONE, NULL);
  self->proxy = cutting_proxy_new ((guint16) g_uri_get_port (uri));
  make_member (&self->alice, "alice", cutting_proxy_get_port (self->proxy));
  make_member (&self->bob, "bob", (guint) g_uri_get_port (uri));
  nertc_room_join_async (self->alice.room, NULL, NULL, NULL);
  nertc_room_join_async (self->bob.room, NULL, NULL, NULL);
  nertc_await (is_in (&self->alice) && is_in (&self->bob));
  publish (&self->alice, "first");
  nertc_await (nertc_room_get_stream (self->bob.room, "first"));
  nertc_room_subscribe_async (self->bob.room, "first", BOTH, NULL, NULL, NULL);
  nertc_await (self->alice.end && self->bob.end);
}

static void
tear_down (Call *self, gconstpointer data)
{
  g_clear_object (&self->alice.end);
  g_clear_object (&self->bob.end);
  g_assert_finalize_object (self->alice.room);
  g_assert_finalize_object (self->bob.room);
  cutting_proxy_free (self->proxy);
  nertc_test_server_free (self->server);
}

/* Numbered messages of each kind, in both directions */
static void
say (Call *self, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  g_autofree char *candidate = g_strdup_printf ("candidate:%u", number);
  g_autofree char *stream = g_strdup_printf ("later-%u", number / 6);

  g_object_set (self->bob.room, "user-data", text, NULL);
  nertc_transport_send_candidate (self->alice.end, 0, candidate);
  nertc_transport_send_candidate (self->bob.end, 0, candidate);
  if (number % 6 == 0)
    publish (&self->alice, stream);
}

/* Every message is there once and in order: what counts them has looked at each. */
static void
test_burst (Call *self, gconstpointer data)
{
  guint streams = (MESSAGES + 5) / 6;

  cutting_proxy_cut (self->proxy, CUT_FIRST, CUT_STEP, CUTS);
  for (guint i = 0; i < MESSAGES; i++) {
    say (self, i);
    nertc_await (self->alice.candidates + WINDOW > i && self->bob.candidates + WINDOW > i &&
                 self->alice.updates + WINDOW > i);
  }
  nertc_await (self->alice.updates == MESSAGES && self->alice.candidates == MESSAGES &&
               self->bob.candidates == MESSAGES && self->bob.streams == streams &&
               self->alice.published == streams + 1);
  nertc_await (is_in (&self->alice));
  g_test_message ("%u cuts, away %u times", cutting_proxy_count_cuts (self->proxy),
                  self->alice.away);
  g_assert_cmpuint (self->alice.away, >, CUTS / 4);
  g_assert_cmpuint (self->bob.away, ==, 0);
  g_assert_cmpuint (self->alice.opened, ==, 1);
  g_assert_cmpuint (self->bob.opened, ==, 1);
  g_assert_true (nertc_transport_is_open (self->alice.end));
  g_assert_true (nertc_transport_is_open (self->bob.end));
}

/* What a process has: under a sanitizer the allocator does not tell of its bytes, which looks for
 * leaks itself. */
typedef struct {
  guint threads;
  guint files;
  gsize bytes;
} Resources;

static Resources
measure (void)
{
  Resources now = { nertc_count_entries ("task"), nertc_count_entries ("fd"),
                    mallinfo2 ().uordblks };

  return now;
}

static gboolean
is_within (const Resources *before)
{
  Resources now = measure ();

  g_test_message ("%u threads, %u files, %" G_GSIZE_FORMAT
                  " bytes; half way %u, %u, %" G_GSIZE_FORMAT,
                  now.threads, now.files, now.bytes, before->threads, before->files, before->bytes);
  return now.threads <= before->threads + SPARE_THREADS && now.files <= before->files &&
         now.bytes <= before->bytes + SPARE_BYTES;
}

static void
test_many_losses (Call *self, gconstpointer data)
{
  Resources half;

  for (guint i = 0; i < LOSSES; i++) {
    guint alice = self->alice.away, bob = self->bob.away;

    if (i == LOSSES / 2)
      half = measure ();
    nertc_test_server_cut (self->server);
    nertc_await (self->alice.away > alice && self->bob.away > bob);
    nertc_await (is_in (&self->alice) && is_in (&self->bob));
    say (self, i);
  }
  nertc_await (self->alice.updates == LOSSES && self->bob.candidates == LOSSES);
  nertc_await (is_within (&half));
  g_assert_cmpuint (self->alice.opened, ==, 1);
  g_assert_true (nertc_transport_is_open (self->alice.end));
}

static void
test_many_restarts (Call *self, gconstpointer data)
{
  Resources half;

  for (guint i = 0; i < RESTARTS; i++) {
    if (i == RESTARTS / 2)
      half = measure ();
    nertc_test_server_stop (self->server);
    nertc_await (!is_in (&self->alice) && !is_in (&self->bob));
    nertc_test_server_start (self->server);
    nertc_await (is_in (&self->alice) && is_in (&self->bob));
  }
  nertc_await (is_within (&half));
}

#define ADD(name, test) g_test_add ("/client/resume/" name, Call, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("burst", test_burst);
  ADD ("many-losses", test_many_losses);
  ADD ("many-restarts", test_many_restarts);
  return g_test_run ();
}
