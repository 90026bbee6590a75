/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake-socket.h"
#include "nertc-test-server.h"

#include <dirent.h>

/* Rooms of the library on the real server, which goes away and comes back. */

#define BOTH (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO)

typedef struct {
  NertcTestServer *server;
  NertcRoom *alice;
  NertcRoom *bob;
  GString *alice_log;
  GString *bob_log;
  NertcTransport *alice_end; /* the latest */
  NertcTransport *bob_end;
} Call;

static void
note (NertcRoom *room, const char *what, const char *which, NertcCloseReason reason)
{
  GString *log = g_object_get_data (G_OBJECT (room), "log");

  g_string_append_printf (log, "%s %s%s%s\n", what, which, reason ? " " : "",
                          reason ? nertc_close_reason_to_string (reason) : "");
}

static void
on_state (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason)
{
  note (room, "state", nertc_room_state_to_string (new), reason);
}

static void
on_member_joined (NertcRoom *room, NertcMember *member)
{
  note (room, "joined", nertc_member_get_user_name (member), NERTC_CLOSE_REASON_NONE);
}

static void
on_member_updated (NertcRoom *room, NertcMember *member)
{
  note (room, "named", nertc_member_get_user_name (member), NERTC_CLOSE_REASON_NONE);
}

static void
on_member_left (NertcRoom *room, NertcMember *member, NertcCloseReason reason)
{
  note (room, "left", nertc_member_get_uid (member), reason);
}

static void
on_stream_added (NertcRoom *room, NertcStream *stream)
{
  note (room, "added", nertc_stream_get_id (stream), NERTC_CLOSE_REASON_NONE);
}

static void
on_stream_updated (NertcRoom *room, NertcStream *stream)
{
  note (room, "updated", nertc_stream_get_id (stream), NERTC_CLOSE_REASON_NONE);
}

static void
on_stream_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason)
{
  note (room, "removed", nertc_stream_get_id (stream), reason);
}

static void
on_description (NertcTransport *transport, NertcDescriptionType type, const char *sdp,
                NertcRoom *room)
{
  note (room, type == NERTC_DESCRIPTION_TYPE_OFFER ? "offer" : "answer", sdp,
        NERTC_CLOSE_REASON_NONE);
}

static void
on_candidate (NertcTransport *transport, guint index, const char *candidate, NertcRoom *room)
{
  note (room, "candidate", candidate, NERTC_CLOSE_REASON_NONE);
}

static void
on_wanted (NertcTransport *transport, GParamSpec *pspec, NertcRoom *room)
{
  note (room, "wanted", nertc_transport_get_wanted (transport) == BOTH ? "both" : "less",
        NERTC_CLOSE_REASON_NONE);
}

static void
on_transport_closed (NertcTransport *transport, NertcCloseReason reason, NertcRoom *room)
{
  note (room, "closed", nertc_transport_get_stream_id (transport), reason);
}

static void
on_transport (NertcRoom *room, NertcTransport *transport, NertcTransport **end)
{
  g_set_object (end, transport);
  note (room, "opened", nertc_transport_get_stream_id (transport), NERTC_CLOSE_REASON_NONE);
  g_signal_connect (transport, "description", G_CALLBACK (on_description), room);
  g_signal_connect (transport, "candidate", G_CALLBACK (on_candidate), room);
  g_signal_connect (transport, "notify::wanted", G_CALLBACK (on_wanted), room);
  g_signal_connect (transport, "closed", G_CALLBACK (on_transport_closed), room);
}

static NertcRoom *
make_room (Call *self, const char *name, GString *log, NertcTransport **end)
{
  NertcRoom *room = nertc_room_new (nertc_test_server_get_uri (self->server), "standup");

  g_object_set_data (G_OBJECT (room), "log", log);
  g_object_set (room, "user-name", name, NULL);
  g_signal_connect (room, "state-changed", G_CALLBACK (on_state), NULL);
  g_signal_connect (room, "member-joined", G_CALLBACK (on_member_joined), NULL);
  g_signal_connect (room, "member-updated", G_CALLBACK (on_member_updated), NULL);
  g_signal_connect (room, "member-left", G_CALLBACK (on_member_left), NULL);
  g_signal_connect (room, "stream-added", G_CALLBACK (on_stream_added), NULL);
  g_signal_connect (room, "stream-updated", G_CALLBACK (on_stream_updated), NULL);
  g_signal_connect (room, "stream-removed", G_CALLBACK (on_stream_removed), NULL);
  g_signal_connect (room, "transport-opened", G_CALLBACK (on_transport), end);
  return room;
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static GAsyncResult *
await_result (GAsyncResult **result)
{
  fake_wait (is_set, result);
  return *result;
}

static void
join (NertcRoom *room)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  nertc_room_join_async (room, NULL, on_result, &result);
  nertc_room_join_finish (room, await_result (&result), &error);
  g_assert_no_error (error);
}

static void
leave (NertcRoom *room)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  nertc_room_leave_async (room, NULL, on_result, &result);
  nertc_room_leave_finish (room, await_result (&result), &error);
  g_assert_no_error (error);
}

static void
set_up (Call *self, gconstpointer data)
{
  self->server = nertc_test_server_new ();
  self->alice_log = g_string_new (NULL);
  self->bob_log = g_string_new (NULL);
  self->alice = make_room (self, "Alice", self->alice_log, &self->alice_end);
  self->bob = make_room (self, "Bob", self->bob_log, &self->bob_end);
  g_object_set (self->alice, "uid", "alice", NULL);
}

static void
tear_down (Call *self, gconstpointer data)
{
  g_clear_object (&self->alice_end);
  g_clear_object (&self->bob_end);
  g_assert_finalize_object (self->alice);
  g_assert_finalize_object (self->bob);
  nertc_test_server_free (self->server);
  g_string_free (self->alice_log, TRUE);
  g_string_free (self->bob_log, TRUE);
}

typedef struct {
  GString *log;
  const char *line;
} Line;

static gboolean
has_line (gpointer data)
{
  Line *line = data;
  g_auto (GStrv) lines = g_strsplit (line->log->str, "\n", -1);

  return g_strv_contains ((const char *const *) lines, line->line);
}

/* Forgets what was noted up to that line. */
static void
await_line (GString *log, const char *text)
{
  Line line = { log, text };
  char *at;

  fake_wait (has_line, &line);
  at = strstr (log->str, text);
  g_string_erase (log, 0, at - log->str + strlen (text) + 1);
}

static void
begin_call (Call *self)
{
  g_autoptr (GAsyncResult) published = NULL;
  g_autoptr (GAsyncResult) subscribed = NULL;
  g_autofree char *id = NULL;

  join (self->alice);
  join (self->bob);
  await_line (self->alice_log, "joined Bob");
  nertc_room_publish_async (self->alice, "a1", NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_result, &published);
  id = nertc_room_publish_finish (self->alice, await_result (&published), NULL);
  g_assert_cmpstr (id, ==, "a1");
  await_line (self->bob_log, "added a1");
  nertc_room_subscribe_async (self->bob, "a1", BOTH, NULL, on_result, &subscribed);
  g_assert_true (nertc_room_subscribe_finish (self->bob, await_result (&subscribed), NULL));
  await_line (self->alice_log, "opened a1");
  await_line (self->bob_log, "opened a1");
}

static void
test_call (Call *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin_call (self);
  g_assert_cmpstr (nertc_transport_get_id (self->alice_end), ==,
                   nertc_transport_get_id (self->bob_end));
  g_assert_cmpint (nertc_transport_get_role (self->alice_end), ==, NERTC_ROLE_SENDER);
  g_assert_cmpint (nertc_transport_get_role (self->bob_end), ==, NERTC_ROLE_RECEIVER);
  g_assert_cmpint (nertc_transport_get_media (self->alice_end), ==, BOTH);
  g_assert_cmpint (nertc_transport_get_media (self->bob_end), ==, BOTH);

  nertc_transport_send_description (self->alice_end, NERTC_DESCRIPTION_TYPE_OFFER, "v=0 ü");
  nertc_transport_send_candidate (self->alice_end, 0, "candidate:1");
  await_line (self->bob_log, "offer v=0 ü");
  await_line (self->bob_log, "candidate candidate:1");
  nertc_transport_send_description (self->bob_end, NERTC_DESCRIPTION_TYPE_ANSWER, "v=1");
  await_line (self->alice_log, "answer v=1");
  nertc_room_subscribe_async (self->bob, "a1", NERTC_MEDIA_AUDIO, NULL, on_result, &result);
  await_line (self->alice_log, "wanted less");
  await_line (self->bob_log, "wanted less");
  nertc_transport_report_failed (self->bob_end, NERTC_FAILURE_SILENCE, "Nothing");
  await_line (self->alice_log, "closed a1 failed");
  await_line (self->alice_log, "opened a1");
  await_line (self->bob_log, "opened a1");
  leave (self->alice);
  await_line (self->bob_log, "closed a1 left");
  await_line (self->bob_log, "removed a1 left");
  await_line (self->bob_log, "left alice left");
}

static void
test_muted (Call *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin_call (self);
  nertc_room_set_muted_async (self->alice, "a1", NERTC_MEDIA_VIDEO, NULL, on_result, &result);
  await_line (self->bob_log, "updated a1");
  g_assert_cmpint (nertc_stream_get_muted (nertc_room_get_stream (self->bob, "a1")), ==,
                   NERTC_MEDIA_VIDEO);
}

static void
test_uid_taken (Call *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  join (self->alice);
  g_object_set (self->bob, "uid", "alice", NULL);
  nertc_room_join_async (self->bob, NULL, on_result, &result);
  g_assert_false (nertc_room_join_finish (self->bob, await_result (&result), &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_UID_TAKEN);
  g_object_set (self->bob, "uid", NULL, NULL);
  join (self->bob);
}

static gboolean
is_open (gpointer transport)
{
  return nertc_transport_is_open (transport);
}

/* Both come back, keep what they had, and hear of nobody who is gone. */
static void
check_connected (Call *self, const char *uid, gint64 since)
{
  gint64 elapsed;

  await_line (self->alice_log, "state connected");
  await_line (self->bob_log, "state connected");
  elapsed = (g_get_monotonic_time () - since) / 1000;
  g_test_message ("back after %" G_GINT64_FORMAT " ms", elapsed);
  g_assert_cmpint (elapsed, <, 5000);
  g_assert_cmpstr (nertc_room_get_uid (self->bob), ==, uid);
  g_assert_null (strstr (self->alice_log->str, "left"));
  g_assert_nonnull (nertc_room_get_member (self->alice, uid));
  g_assert_nonnull (nertc_room_get_stream (self->bob, "a1"));
}

static void
test_restart (Call *self, gconstpointer data)
{
  g_autofree char *uid = NULL;
  gint64 start;

  begin_call (self);
  uid = g_strdup (nertc_room_get_uid (self->bob));
  nertc_test_server_stop (self->server);
  await_line (self->alice_log, "state reconnecting shutdown");
  await_line (self->bob_log, "state reconnecting shutdown");
  g_assert_false (nertc_transport_is_open (self->bob_end));
  nertc_test_server_start (self->server);
  start = g_get_monotonic_time ();
  check_connected (self, uid, start);
  await_line (self->alice_log, "opened a1");
  await_line (self->bob_log, "opened a1");
  nertc_transport_report_playing (self->bob_end);
  await_line (self->bob_log, "closed a1 succeeded");
  g_assert_null (strstr (self->bob_log->str, "removed"));
}

/* The session is resumed: its transports stay, and what is said meanwhile comes late, once. */
static void
test_cut (Call *self, gconstpointer data)
{
  begin_call (self);
  nertc_test_server_cut (self->server);
  await_line (self->alice_log, "state reconnecting lost");
  await_line (self->bob_log, "state reconnecting lost");
  nertc_transport_send_description (self->alice_end, NERTC_DESCRIPTION_TYPE_OFFER, "v=0");
  nertc_transport_send_candidate (self->alice_end, 0, "candidate:1");
  await_line (self->bob_log, "candidate candidate:1");
  nertc_transport_send_description (self->bob_end, NERTC_DESCRIPTION_TYPE_ANSWER, "v=1");
  await_line (self->alice_log, "answer v=1");
  g_assert_true (nertc_transport_is_open (self->alice_end));
  g_assert_null (strstr (self->alice_log->str, "left"));
  g_assert_null (strstr (self->bob_log->str, "left"));
  g_assert_null (strstr (self->bob_log->str, "opened"));
}

/* What a log says without the states of its room. */
static char *
get_events (GString *log)
{
  g_auto (GStrv) lines = g_strsplit (log->str, "\n", -1);
  GString *events = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++) {
    if (*lines[i] && !g_str_has_prefix (lines[i], "state "))
      g_string_append_printf (events, "%s\n", lines[i]);
  }
  return g_string_free (events, FALSE);
}

/* Both speak all the time while the network comes and goes: each word arrives once, in order. */
static void
test_cut_while_speaking (Call *self, gconstpointer data)
{
  g_autoptr (GString) to_alice = g_string_new (NULL), to_bob = g_string_new (NULL);
  g_autofree char *heard_by_alice = NULL, *heard_by_bob = NULL;

  begin_call (self);
  g_string_truncate (self->alice_log, 0);
  g_string_truncate (self->bob_log, 0);
  for (guint i = 0; i < 60; i++) {
    g_autofree char *word = g_strdup_printf ("%u", i);

    g_object_set (self->alice, "user-name", word, NULL);
    nertc_transport_send_candidate (self->alice_end, 0, word);
    nertc_transport_send_candidate (self->bob_end, 0, word);
    g_string_append_printf (to_alice, "candidate %u\n", i);
    g_string_append_printf (to_bob, "named %u\ncandidate %u\n", i, i);
    if (i % 9 == 4)
      nertc_test_server_cut (self->server);
  }
  fake_wait (has_line, &(Line){ self->alice_log, "candidate 59" });
  fake_wait (has_line, &(Line){ self->bob_log, "candidate 59" });
  heard_by_alice = get_events (self->alice_log);
  heard_by_bob = get_events (self->bob_log);
  g_assert_cmpstr (heard_by_alice, ==, to_alice->str);
  g_assert_cmpstr (heard_by_bob, ==, to_bob->str);
}

/* Both ends name the transport to a server that knows nothing of it. */
static void
test_restart_while_playing (Call *self, gconstpointer data)
{
  g_autofree char *uid = NULL;
  gint64 start;

  begin_call (self);
  uid = g_strdup (nertc_room_get_uid (self->bob));
  nertc_transport_report_playing (self->bob_end);
  nertc_test_server_stop (self->server);
  await_line (self->bob_log, "state reconnecting shutdown");
  g_assert_false (nertc_transport_is_open (self->bob_end));
  nertc_test_server_start (self->server);
  start = g_get_monotonic_time ();
  check_connected (self, uid, start);
  fake_wait (is_open, self->alice_end);
  fake_wait (is_open, self->bob_end);
  nertc_transport_report_failed (self->bob_end, NERTC_FAILURE_MEDIA, NULL);
  await_line (self->alice_log, "closed a1 failed");
  await_line (self->bob_log, "closed a1 failed");
  g_assert_null (strstr (self->bob_log->str, "removed"));
}

static guint
count_entries (const char *path)
{
  DIR *dir = opendir (path);
  guint count = 0;

  while (readdir (dir))
    count++;
  closedir (dir);
  return count;
}

static gboolean
is_back_to (gpointer data)
{
  return count_entries ("/proc/self/fd") <= *(guint *) data;
}

static void
test_many_times (Call *self, gconstpointer data)
{
  guint descriptors, threads;

  join (self->alice);
  join (self->bob);
  leave (self->bob);
  descriptors = count_entries ("/proc/self/fd");
  threads = count_entries ("/proc/self/task");
  for (guint i = 0; i < 100; i++) {
    join (self->bob);
    await_line (self->alice_log, "joined Bob");
    leave (self->bob);
  }
  fake_wait (is_back_to, &descriptors);
  g_assert_cmpuint (count_entries ("/proc/self/task"), <=, threads + 4);
}

#define ADD(name, test) g_test_add ("/client/room/" name, Call, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("call", test_call);
  ADD ("muted", test_muted);
  ADD ("uid-taken", test_uid_taken);
  ADD ("restart", test_restart);
  ADD ("restart-while-playing", test_restart_while_playing);
  ADD ("cut", test_cut);
  ADD ("cut-while-speaking", test_cut_while_speaking);
  ADD ("many-times", test_many_times);
  return g_test_run ();
}
