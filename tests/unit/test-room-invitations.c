/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

#include <string.h>

/* Listening for invitations, and inviting, against a server that the test plays. */

#define RECEIVED \
  "'inviteId':'i1','uid':'bob','userName':'Bob','channel':'lunch','text':'Hungry?','timeout':60"

typedef struct {
  Fixture room;
  NertcInvitation *invitation; /* the latest that has come */
  gboolean is_busy;            /* the application rejects what comes at once */
} InviteFixture;

static void
on_reject (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  nertc_invitation_reject_finish (NERTC_INVITATION (source), result, &error);
  g_assert_no_error (error);
}

static void
on_invited (NertcRoom *room, NertcInvitation *invitation, InviteFixture *self)
{
  g_set_object (&self->invitation, invitation);
  if (self->is_busy)
    nertc_invitation_reject_async (invitation, TRUE, NULL, on_reject, NULL);
}

static void
set_up (InviteFixture *self, gconstpointer data)
{
  fixture_set_up (&self->room, data);
  g_signal_connect (self->room.room, "invited", G_CALLBACK (on_invited), self);
}

static void
tear_down (InviteFixture *self, gconstpointer data)
{
  g_clear_object (&self->invitation);
  fixture_tear_down (&self->room, data);
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  g_set_object ((GAsyncResult **) data, result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
wait_for (GAsyncResult **result)
{
  fake_wait (is_set, result);
}

static void
expect_listen (Fixture *self)
{
  g_autoptr (JsonObject) params = fake_server_expect (self->server, "invite.listen");

  g_assert_cmpstr (json_object_get_string_member (params, "uid"), ==, "alice");
  g_assert_false (json_object_has_member (params, "channel"));
}

static void
listen_as_alice (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (self->room, "uid", "alice", NULL);
  nertc_room_listen_async (self->room, NULL, on_result, &result);
  expect_listen (self);
  fake_server_admit (self->server, "alice", "");
  wait_for (&result);
  g_assert_true (nertc_room_listen_finish (self->room, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_LISTENING);
}

static void
check_state (InviteFixture *self, NertcInvitationState state)
{
  g_assert_cmpint (nertc_invitation_get_state (self->invitation), ==, state);
}

/* Listening */

static void
test_listen (InviteFixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (&self->room, "publish");
  g_auto (Outcome) leave = OUTCOME (&self->room, "leave");

  listen_as_alice (&self->room);
  g_assert_cmpstr (nertc_room_get_uid (self->room.room), ==, "alice");
  fixture_check_log (&self->room, "state connecting none\nstate listening none\n");

  g_object_set (self->room.room, "user-name", "Alice", "extra-info", "agenda", NULL);
  nertc_room_publish_async (self->room.room, "s", NERTC_SOURCE_CAMERA, NERTC_MEDIA_AUDIO,
                            NERTC_MEDIA_NONE, NULL, on_publish, &publish);
  outcome_wait (&publish);
  g_assert_error (publish.error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
  fake_server_expect_nothing (self->room.server);

  g_string_truncate (self->room.log, 0);
  nertc_room_leave_async (self->room.room, NULL, on_leave, &leave);
  json_object_unref (fake_server_expect (self->room.server, "room.leave"));
  fake_server_reply (self->room.server, "{}");
  g_assert_cmpuint (fake_server_expect_closed (self->room.server), ==, NERTC_CLOSE_CODE_NORMAL);
  fake_server_hang_up (self->room.server, NERTC_CLOSE_CODE_NORMAL);
  outcome_wait (&leave);
  g_assert_no_error (leave.error);
  g_assert_cmpint (nertc_room_get_state (self->room.room), ==, NERTC_ROOM_STATE_DISCONNECTED);
}

static void
test_listen_needs_a_uid (InviteFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  nertc_room_listen_async (self->room.room, NULL, on_result, &result);
  wait_for (&result);
  g_assert_false (nertc_room_listen_finish (self->room.room, result, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_UID_INVALID);
  g_assert_cmpint (nertc_room_get_state (self->room.room), ==, NERTC_ROOM_STATE_DISCONNECTED);
}

/* What a server tells that takes this for a room does no harm. */
static void
test_no_room (InviteFixture *self, gconstpointer data)
{
  static const char *const events[][2] = {
    { "member.joined", "'uid':'bob','userName':'','userData':'','role':'host'" },
    { "member.left", "'uid':'bob','reason':'left'" },
    { "stream.added", "'uid':'bob'," B1 },
    { "stream.removed", "'uid':'bob','streamId':'b1','reason':'left'" },
    { "transport.open", "'transportId':'t','role':'receiver','uid':'bob','streamId':'b1','audio':"
                        "true,'video':true,'iceServers':[]" },
    { "room.updated", "'extraInfo':'x'" },
  };

  listen_as_alice (&self->room);
  g_string_truncate (self->room.log, 0);
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    fake_server_event (self->room.server, events[i][0], events[i][1]);
  fixture_check_log (&self->room, "");
  fake_server_event (self->room.server, "room.closed", "'reason':'kicked'");
  g_assert_cmpint (nertc_room_get_state (self->room.room), ==, NERTC_ROOM_STATE_FAILED);
}

static void
test_lost (InviteFixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  listen_as_alice (&self->room);
  fake_server_event (self->room.server, "invite.received", RECEIVED);
  json_object_unref (fake_server_expect (self->room.server, "invite.ringing"));
  fixture_lose (&self->room);
  params = fake_server_expect (self->room.server, "room.resume");
  fake_server_reply (self->room.server, "{'received':1,'pingInterval':7}");
  g_assert_cmpint (nertc_room_get_state (self->room.room), ==, NERTC_ROOM_STATE_LISTENING);
  check_state (self, NERTC_INVITATION_STATE_RINGING);

  fixture_lose (&self->room);
  json_object_unref (fake_server_expect (self->room.server, "room.resume"));
  fake_server_reply_error (self->room.server, NERTC_ERROR_SESSION_GONE);
  check_state (self, NERTC_INVITATION_STATE_OFFLINE);
  expect_listen (&self->room);
  fake_server_admit (self->room.server, "alice", "");
  g_assert_cmpint (nertc_room_get_state (self->room.room), ==, NERTC_ROOM_STATE_LISTENING);
}

/* A room server that has no invitations: older ones did not know the request. */
static void
test_older_server (InviteFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (self->room.room, "uid", "alice", NULL);
  nertc_room_listen_async (self->room.room, NULL, on_result, &result);
  expect_listen (&self->room);
  fake_server_reply_error (self->room.server, NERTC_ERROR_METHOD_NOT_FOUND);
  wait_for (&result);
  g_assert_false (nertc_room_listen_finish (self->room.room, result, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_METHOD_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "update"));
}

/* Being invited */

static void
receive (InviteFixture *self)
{
  g_autoptr (JsonObject) params = NULL;

  fake_server_event (self->room.server, "invite.received", RECEIVED);
  params = fake_server_expect (self->room.server, "invite.ringing");
  g_assert_cmpstr (json_object_get_string_member (params, "inviteId"), ==, "i1");
}

static void
test_accept (InviteFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) params = NULL;

  fixture_join (&self->room, "");
  receive (self);
  g_assert_true (nertc_invitation_is_incoming (self->invitation));
  g_assert_cmpstr (nertc_invitation_get_id (self->invitation), ==, "i1");
  g_assert_cmpstr (nertc_invitation_get_uid (self->invitation), ==, "bob");
  g_assert_cmpstr (nertc_invitation_get_user_name (self->invitation), ==, "Bob");
  g_assert_cmpstr (nertc_invitation_get_channel (self->invitation), ==, "lunch");
  g_assert_cmpstr (nertc_invitation_get_text (self->invitation), ==, "Hungry?");
  check_state (self, NERTC_INVITATION_STATE_RINGING);

  nertc_invitation_accept_async (self->invitation, NULL, on_result, &result);
  nertc_invitation_reject_async (self->invitation, FALSE, NULL, on_result, &again);
  params = fake_server_expect (self->room.server, "invite.accept");
  g_assert_cmpstr (json_object_get_string_member (params, "inviteId"), ==, "i1");
  fake_server_reply (self->room.server, "{'channel':'lunch'}");
  wait_for (&result);
  g_assert_true (nertc_invitation_accept_finish (self->invitation, result, &error));
  check_state (self, NERTC_INVITATION_STATE_ACCEPTED);
  wait_for (&again);
  g_assert_false (nertc_invitation_reject_finish (self->invitation, again, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_INVITE_NOT_FOUND);
}

static void
test_busy (InviteFixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  self->is_busy = TRUE;
  fixture_join (&self->room, "");
  fake_server_event (self->room.server, "invite.received", RECEIVED);
  params = fake_server_expect (self->room.server, "invite.reject");
  g_assert_true (json_object_get_boolean_member (params, "busy"));
  fake_server_reply (self->room.server, "{}");
  check_state (self, NERTC_INVITATION_STATE_BUSY);
  fake_server_expect_nothing (self->room.server);
}

/* Who is too late hears what it is that came before. */
static void
test_too_late (InviteFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_join (&self->room, "");
  receive (self);
  nertc_invitation_accept_async (self->invitation, NULL, on_result, &result);
  json_object_unref (fake_server_expect (self->room.server, "invite.accept"));
  fake_server_event (self->room.server, "invite.updated",
                     "'inviteId':'i1','uid':'alice','state':'elsewhere'");
  fake_server_reply_error (self->room.server, NERTC_ERROR_INVITE_NOT_FOUND);
  wait_for (&result);
  g_assert_false (nertc_invitation_accept_finish (self->invitation, result, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_INVITE_NOT_FOUND);
  check_state (self, NERTC_INVITATION_STATE_ELSEWHERE);
  fake_server_event (self->room.server, "invite.updated",
                     "'inviteId':'i1','uid':'bob','state':'cancelled'");
  check_state (self, NERTC_INVITATION_STATE_ELSEWHERE);
}

/* Inviting */

static void
invite (InviteFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) params = NULL;

  nertc_room_invite_async (self->room.room, "bob", NULL, "Hungry?", 30, NULL, on_result, &result);
  params = fake_server_expect (self->room.server, "invite.send");
  g_assert_cmpstr (json_object_get_string_member (params, "uid"), ==, "bob");
  g_assert_cmpstr (json_object_get_string_member (params, "text"), ==, "Hungry?");
  g_assert_cmpint (json_object_get_int_member (params, "timeout"), ==, 30);
  g_assert_false (json_object_has_member (params, "channel"));
  fake_server_reply (self->room.server, "{'inviteId':'i2','channel':'made-up'}");
  wait_for (&result);
  self->invitation = nertc_room_invite_finish (self->room.room, result, &error);
  g_assert_no_error (error);
  g_assert_false (nertc_invitation_is_incoming (self->invitation));
  g_assert_cmpstr (nertc_invitation_get_channel (self->invitation), ==, "made-up");
  check_state (self, NERTC_INVITATION_STATE_CALLING);
}

static void
test_invite (InviteFixture *self, gconstpointer data)
{
  listen_as_alice (&self->room);
  invite (self);
  fake_server_event (self->room.server, "invite.updated",
                     "'inviteId':'unknown','uid':'bob','state':'rejected'");
  fake_server_event (self->room.server, "invite.updated",
                     "'inviteId':'i2','uid':'bob','state':'ringing'");
  check_state (self, NERTC_INVITATION_STATE_RINGING);
  fake_server_event (self->room.server, "invite.updated",
                     "'inviteId':'i2','uid':'bob','state':'accepted'");
  check_state (self, NERTC_INVITATION_STATE_ACCEPTED);
}

/* A server that uses an id twice loses the first one. */
static void
test_same_id (InviteFixture *self, gconstpointer data)
{
  g_autoptr (NertcInvitation) first = NULL;

  fixture_join (&self->room, "");
  invite (self);
  first = g_steal_pointer (&self->invitation);
  invite (self);
  g_assert_cmpint (nertc_invitation_get_state (first), ==, NERTC_INVITATION_STATE_OFFLINE);
  g_clear_object (&first);
  fake_server_event (self->room.server, "invite.updated",
                     "'inviteId':'i2','uid':'bob','state':'ringing'");
  check_state (self, NERTC_INVITATION_STATE_RINGING);
}

static void
test_cancel (InviteFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) wrong = NULL;
  g_autoptr (GError) error = NULL;

  fixture_join (&self->room, "");
  invite (self);
  nertc_invitation_accept_async (self->invitation, NULL, on_result, &wrong);
  wait_for (&wrong);
  g_assert_false (nertc_invitation_accept_finish (self->invitation, wrong, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
  g_clear_error (&error);
  nertc_invitation_cancel_async (self->invitation, NULL, on_result, &result);
  json_object_unref (fake_server_expect (self->room.server, "invite.cancel"));
  fake_server_reply (self->room.server, "{}");
  wait_for (&result);
  g_assert_true (nertc_invitation_cancel_finish (self->invitation, result, &error));
  check_state (self, NERTC_INVITATION_STATE_CANCELLED);
}

/*
 * Whoever gives up before the server has answered has sent it all the same: it is taken back. So is
 * the one of whom the answer had come already when he did. @data: whether it had
 */
static void
test_give_up (InviteFixture *self, gconstpointer data)
{
  gboolean late = data != NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) params = NULL;

  fixture_join (&self->room, "");
  nertc_room_invite_async (self->room.room, "bob", NULL, NULL, 0, cancellable, on_result, &result);
  json_object_unref (fake_server_expect (self->room.server, "invite.send"));
  g_cancellable_cancel (cancellable);
  if (late)
    fake_server_reply (self->room.server, "{'inviteId':'i3','channel':'made-up'}");
  wait_for (&result);
  g_assert_null (nertc_room_invite_finish (self->room.room, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (!late)
    fake_server_reply (self->room.server, "{'inviteId':'i3','channel':'made-up'}");
  params = fake_server_expect (self->room.server, "invite.cancel");
  g_assert_cmpstr (json_object_get_string_member (params, "inviteId"), ==, "i3");
  fake_server_reply (self->room.server, "{}");
}

static void
test_leave (InviteFixture *self, gconstpointer data)
{
  g_auto (Outcome) leave = OUTCOME (&self->room, "leave");

  fixture_join (&self->room, "");
  invite (self);
  nertc_room_leave_async (self->room.room, NULL, on_leave, &leave);
  check_state (self, NERTC_INVITATION_STATE_CANCELLED);
  json_object_unref (fake_server_expect (self->room.server, "room.leave"));
  fake_server_reply (self->room.server, "{}");
  g_assert_cmpuint (fake_server_expect_closed (self->room.server), ==, NERTC_CLOSE_CODE_NORMAL);
  fake_server_hang_up (self->room.server, NERTC_CLOSE_CODE_NORMAL);
  outcome_wait (&leave);
}

static void
test_errors (InviteFixture *self, gconstpointer data)
{
  static const struct {
    const char *uid, *channel, *text;
    guint timeout;
    NertcError code;
  } rows[] = {
    { "", NULL, NULL, 0, NERTC_ERROR_UID_INVALID },
    { "bob", "a/b", NULL, 0, NERTC_ERROR_ROOM_NAME_INVALID },
    { "bob", NULL, NULL, 601, NERTC_ERROR_INVALID_PARAMS },
    { "bob", NULL, "\xf0", 0, NERTC_ERROR_INVALID_PARAMS },
  };
  g_autoptr (GAsyncResult) outside = NULL;
  g_autoptr (GError) error = NULL;

  nertc_room_invite_async (self->room.room, "bob", NULL, NULL, 0, NULL, on_result, &outside);
  wait_for (&outside);
  g_assert_null (nertc_room_invite_finish (self->room.room, outside, &error));
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);
  fixture_join (&self->room, "");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    g_clear_error (&error);
    nertc_room_invite_async (self->room.room, rows[i].uid, rows[i].channel, rows[i].text,
                             rows[i].timeout, NULL, on_result, &result);
    wait_for (&result);
    g_assert_null (nertc_room_invite_finish (self->room.room, result, &error));
    g_assert_error (error, NERTC_ERROR, (int) rows[i].code);
  }
  fake_server_expect_nothing (self->room.server);
}

#define ADD(name, function) \
  g_test_add ("/room-invitations/" name, InviteFixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("listen", test_listen);
  ADD ("listen-needs-a-uid", test_listen_needs_a_uid);
  ADD ("no-room", test_no_room);
  ADD ("lost", test_lost);
  ADD ("older-server", test_older_server);
  ADD ("accept", test_accept);
  ADD ("busy", test_busy);
  ADD ("too-late", test_too_late);
  ADD ("invite", test_invite);
  ADD ("same-id", test_same_id);
  ADD ("cancel", test_cancel);
  ADD ("give-up", test_give_up);
  g_test_add ("/room-invitations/give-up-late", InviteFixture, "late", set_up, test_give_up,
              tear_down);
  ADD ("leave", test_leave);
  ADD ("errors", test_errors);
  return g_test_run ();
}
