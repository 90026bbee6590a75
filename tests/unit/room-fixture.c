/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* Log */

static void note (Fixture *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (Fixture *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (self->log, format, args);
  g_string_append_c (self->log, '\n');
  va_end (args);
}

static void
on_state_changed (NertcRoom *room, NertcRoomState old, NertcRoomState new, NertcCloseReason reason,
                  Fixture *self)
{
  g_assert_cmpint (new, ==, nertc_room_get_state (room));
  g_assert_cmpint (old, !=, new);
  note (self, "state %s %s", nertc_room_state_to_string (new),
        nertc_close_reason_to_string (reason));
}

static void
on_member_joined (NertcRoom *room, NertcMember *member, Fixture *self)
{
  note (self, "joined %s", nertc_member_get_uid (member));
}

static void
on_member_updated (NertcRoom *room, NertcMember *member, Fixture *self)
{
  note (self, "updated %s %s", nertc_member_get_uid (member), nertc_member_get_user_name (member));
}

static void
on_member_left (NertcRoom *room, NertcMember *member, NertcCloseReason reason, Fixture *self)
{
  note (self, "left %s %s", nertc_member_get_uid (member), nertc_close_reason_to_string (reason));
}

static void
on_stream_added (NertcRoom *room, NertcStream *stream, Fixture *self)
{
  note (self, "added %s", nertc_stream_get_id (stream));
}

static void
on_stream_updated (NertcRoom *room, NertcStream *stream, Fixture *self)
{
  note (self, "muted %s %u", nertc_stream_get_id (stream), nertc_stream_get_muted (stream));
}

static void
on_stream_removed (NertcRoom *room, NertcStream *stream, NertcCloseReason reason, Fixture *self)
{
  note (self, "removed %s %s", nertc_stream_get_id (stream), nertc_close_reason_to_string (reason));
}

static void
on_stream_failed (NertcRoom *room, const char *stream_id, GError *error, Fixture *self)
{
  note (self, "failed %s %d", stream_id, error->code);
}

static void
on_transport_closed (NertcTransport *transport, NertcCloseReason reason, Fixture *self)
{
  g_assert_false (nertc_transport_is_open (transport));
  note (self, "closed %s %s", nertc_transport_get_id (transport),
        nertc_close_reason_to_string (reason));
}

static void
on_description (NertcTransport *transport, NertcDescriptionType type, const char *sdp,
                Fixture *self)
{
  note (self, "description %s %s %s", nertc_transport_get_id (transport),
        type == NERTC_DESCRIPTION_TYPE_OFFER ? "offer" : "answer", sdp);
}

static void
on_candidate (NertcTransport *transport, guint index, const char *candidate, Fixture *self)
{
  note (self, "candidate %s %u %s", nertc_transport_get_id (transport), index, candidate);
}

static void
on_wanted (NertcTransport *transport, GParamSpec *pspec, Fixture *self)
{
  note (self, "wanted %s %u", nertc_transport_get_id (transport),
        nertc_transport_get_wanted (transport));
}

static void
on_transport_opened (NertcRoom *room, NertcTransport *transport, Fixture *self)
{
  note (self, "opened %s", nertc_transport_get_id (transport));
  g_ptr_array_add (self->transports, g_object_ref (transport));
  g_signal_connect (transport, "closed", G_CALLBACK (on_transport_closed), self);
  g_signal_connect (transport, "description", G_CALLBACK (on_description), self);
  g_signal_connect (transport, "candidate", G_CALLBACK (on_candidate), self);
  g_signal_connect (transport, "notify::wanted", G_CALLBACK (on_wanted), self);
}

static void
on_closed (NertcRoom *room, GError *error, NertcCloseReason reason, const char *message,
           Fixture *self)
{
  g_assert_cmpint (nertc_room_get_state (room), ==, NERTC_ROOM_STATE_FAILED);
  note (self, "closed %d %s%s%s", error->code, nertc_close_reason_to_string (reason),
        message ? " " : "", message ? message : "");
}

static void
on_muted_by_admin (NertcRoom *room, GParamSpec *pspec, Fixture *self)
{
  note (self, "muted by admin %u", nertc_room_get_muted_by_admin (room));
}

static void
on_token_will_expire (NertcRoom *room, guint seconds, Fixture *self)
{
  note (self, "token %u", seconds);
}

static void
on_token_renewed (NertcRoom *room, GError *error, Fixture *self)
{
  note (self, "renewed %d", error ? error->code : 0);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  /* Long, so that no slow machine makes a difference; tests shorten what they wait for. */
  self->timing = (NertcRoomTiming){ .leave = 60000,
                                    .attempt = 60000,
                                    .settle = 60000,
                                    .uid_taken = 60000,
                                    .stable = 0,
                                    .hurry = 20,
                                    .token_watch = 60000 };
  self->server = fake_server_new ();
  self->log = g_string_new (NULL);
  self->transports = g_ptr_array_new_with_free_func (g_object_unref);
  self->room = nertc_room_new ("ws://fake.test/room", "standup");
  nertc_room_set_socket_factory (self->room, fake_server_make_socket, self->server);
  nertc_room_set_timing (self->room, &self->timing);
  g_signal_connect (self->room, "state-changed", G_CALLBACK (on_state_changed), self);
  g_signal_connect (self->room, "member-joined", G_CALLBACK (on_member_joined), self);
  g_signal_connect (self->room, "member-updated", G_CALLBACK (on_member_updated), self);
  g_signal_connect (self->room, "member-left", G_CALLBACK (on_member_left), self);
  g_signal_connect (self->room, "stream-added", G_CALLBACK (on_stream_added), self);
  g_signal_connect (self->room, "stream-updated", G_CALLBACK (on_stream_updated), self);
  g_signal_connect (self->room, "stream-removed", G_CALLBACK (on_stream_removed), self);
  g_signal_connect (self->room, "stream-failed", G_CALLBACK (on_stream_failed), self);
  g_signal_connect (self->room, "transport-opened", G_CALLBACK (on_transport_opened), self);
  g_signal_connect (self->room, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect (self->room, "notify::muted-by-admin", G_CALLBACK (on_muted_by_admin), self);
  g_signal_connect (self->room, "token-will-expire", G_CALLBACK (on_token_will_expire), self);
  g_signal_connect (self->room, "token-renewed", G_CALLBACK (on_token_renewed), self);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->transports);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->room);
  fake_server_free (self->server);
  g_string_free (self->log, TRUE);
}

/* What the test waits for comes soon. */
void
fixture_shorten (Fixture *self, guint *time)
{
  *time = 50;
  nertc_room_set_timing (self->room, &self->timing);
}

/* Outcomes */

void
outcome_clear (Outcome *self)
{
  g_clear_error (&self->error);
  g_free (self->text);
}

static void
conclude (Outcome *self)
{
  g_assert_false (self->done);
  self->done = TRUE;
  if (self->error)
    note (self->fixture, "%s: %s %d", self->name,
          self->error->domain == NERTC_ERROR ? "error" : "I/O error", self->error->code);
  else
    note (self->fixture, "%s: done", self->name);
}

#define CALLBACK(name) \
  void on_##name (GObject *source, GAsyncResult *result, gpointer outcome) \
  { \
    Outcome *self = outcome; \
    gboolean good = nertc_room_##name##_finish (NERTC_ROOM (source), result, &self->error); \
\
    g_assert_true (good == !self->error); \
    conclude (self); \
  }

/* clang-format off */
CALLBACK (join)
CALLBACK (leave)
CALLBACK (set_muted)
CALLBACK (update_stream)
CALLBACK (unpublish)
CALLBACK (subscribe)
CALLBACK (renew_token)
CALLBACK (set_role)
CALLBACK (kick)
CALLBACK (ban)
CALLBACK (unban)
CALLBACK (mute_member)
CALLBACK (close)
CALLBACK (unsubscribe)
/* clang-format on */

void
on_publish (GObject *source, GAsyncResult *result, gpointer outcome)
{
  Outcome *self = outcome;

  self->text = nertc_room_publish_finish (NERTC_ROOM (source), result, &self->error);
  g_assert_true (!self->text == !!self->error);
  conclude (self);
}

static gboolean
is_done (gpointer data)
{
  return ((Outcome *) data)->done;
}

void
outcome_wait (Outcome *self)
{
  fake_wait (is_done, self);
}

/* Steps that many tests begin with */

/* Joins as alice. @members: the items of a JSON array */
void
fixture_join (Fixture *self, const char *members)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  g_object_set (self->room, "uid", "alice", NULL);
  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  fake_server_admit (self->server, "alice", members);
  outcome_wait (&join);
  g_assert_no_error (join.error);
  g_string_truncate (self->log, 0);
}

void
fixture_lose (Fixture *self)
{
  fake_server_hang_up (self->server, NERTC_CLOSE_CODE_ABNORMAL);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_RECONNECTING);
  g_string_truncate (self->log, 0);
}

/*
 * The next join of a room that has lost its connection, to a server that knows of no session.
 *
 * Returns: (transfer full): its fields
 */
JsonObject *
fixture_expect_join (Fixture *self)
{
  if (fake_server_is_next (self->server, "room.resume")) {
    json_object_unref (fake_server_expect (self->server, "room.resume"));
    fake_server_reply_error (self->server, NERTC_ERROR_SESSION_GONE);
  }
  return fake_server_expect (self->server, "room.join");
}

void
fixture_rejoin (Fixture *self, const char *members)
{
  json_object_unref (fixture_expect_join (self));
  fake_server_admit (self->server, "alice", members);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_CONNECTED);
}

/*
 * The session goes on.
 *
 * @received: how many messages of the server the room is to have got
 * @handled: how many of the room's messages the server says to have handled
 */
void
fixture_resume (Fixture *self, gint64 received, gint64 handled)
{
  g_autoptr (JsonObject) params = fake_server_expect (self->server, "room.resume");
  g_autofree char *result =
      g_strdup_printf ("{'received':%" G_GINT64_FORMAT ",'pingInterval':7}", handled);

  g_assert_cmpint (json_object_get_int_member (params, "received"), ==, received);
  fake_server_reply (self->server, result);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_CONNECTED);
}

void
fixture_publish (Fixture *self, const char *stream_id)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_autoptr (JsonObject) params = NULL;
  g_autofree char *result = g_strdup_printf ("{'streamId':'%s'}", stream_id);

  nertc_room_publish_async (self->room, stream_id, NERTC_SOURCE_SCREEN,
                            NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO, NERTC_MEDIA_NONE, NULL,
                            on_publish, &publish);
  params = fake_server_expect (self->server, "stream.publish");
  fake_server_reply (self->server, result);
  outcome_wait (&publish);
  g_assert_cmpstr (publish.text, ==, stream_id);
  g_string_truncate (self->log, 0);
}

void
fixture_subscribe (Fixture *self, const char *stream_id)
{
  g_auto (Outcome) subscribe = OUTCOME (self, "subscribe");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_subscribe_async (self->room, stream_id, NERTC_MEDIA_VIDEO, NULL, on_subscribe,
                              &subscribe);
  params = fake_server_expect (self->server, "stream.subscribe");
  fake_server_reply (self->server, "{}");
  outcome_wait (&subscribe);
  g_assert_no_error (subscribe.error);
  g_string_truncate (self->log, 0);
}

/* Returns: (transfer none) */
NertcTransport *
fixture_open_transport (Fixture *self, const char *id, const char *role, const char *stream_id)
{
  g_autofree char *fields =
      g_strdup_printf ("'transportId':'%s','role':'%s','uid':'%s','streamId':'%s','audio':false,"
                       "'video':true,'iceServers':[{'urls':['stun:stun.test']}]",
                       id, role, g_str_equal (role, "sender") ? "alice" : "bob", stream_id);
  guint count = self->transports->len;

  fake_server_event (self->server, "transport.open", fields);
  g_assert_cmpuint (self->transports->len, ==, count + 1);
  g_string_truncate (self->log, 0);
  return g_ptr_array_index (self->transports, count);
}

typedef struct {
  Fixture *fixture;
  const char *line;
} Line;

static gboolean
has_line (gpointer data)
{
  Line *line = data;
  g_auto (GStrv) lines = g_strsplit (line->fixture->log->str, "\n", -1);

  return g_strv_contains ((const char *const *) lines, line->line);
}

void
fixture_wait_for_log (Fixture *self, const char *line)
{
  Line wanted = { self, line };

  fake_wait (has_line, &wanted);
}

/* What was emitted since the last look, after all that can be done at once. */
void
fixture_check_log (Fixture *self, const char *expected)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}
