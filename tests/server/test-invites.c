/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The states of an invitation, cell by cell, and whole invitations by a clock that the test turns.
 */

#include "invitation-state.h"
#include "invites.h"

/* The states */

typedef struct {
  SrvInvitationState state;
  SrvInvitationEvent event;
  SrvInvitationState next;
} Cell;

#define CELL(state, event, next) \
  { \
    SRV_INVITATION_##state, SRV_INVITATION_EVENT_##event, SRV_INVITATION_##next \
  }

static const Cell legal[] = {
  CELL (CALLING, RING, RINGING),     CELL (CALLING, ACCEPT, ACCEPTED),
  CELL (CALLING, REJECT, REJECTED),  CELL (CALLING, END_BUSY, CALLING),
  CELL (CALLING, LAST_BUSY, BUSY),   CELL (CALLING, LAST_GONE, OFFLINE),
  CELL (CALLING, CANCEL, CANCELLED), CELL (CALLING, TIME_OUT, TIMEOUT),
  CELL (RINGING, RING, RINGING),     CELL (RINGING, ACCEPT, ACCEPTED),
  CELL (RINGING, REJECT, REJECTED),  CELL (RINGING, END_BUSY, RINGING),
  CELL (RINGING, LAST_BUSY, BUSY),   CELL (RINGING, LAST_GONE, OFFLINE),
  CELL (RINGING, CANCEL, CANCELLED), CELL (RINGING, TIME_OUT, TIMEOUT),
};

static const Cell *
find_legal (SrvInvitationState state, SrvInvitationEvent event)
{
  for (guint i = 0; i < G_N_ELEMENTS (legal); i++) {
    if (legal[i].state == state && legal[i].event == event)
      return &legal[i];
  }
  return NULL;
}

static void
test_every_cell (void)
{
  for (guint state = 0; state < SRV_N_INVITATION_STATES; state++) {
    for (guint event = 0; event < SRV_N_INVITATION_EVENTS; event++) {
      const Cell *cell = find_legal (state, event);
      SrvInvitationState next = SRV_N_INVITATION_STATES;

      g_assert_cmpint (srv_invitation_state_next (state, event, &next), ==, cell != NULL);
      g_assert_cmpuint (next, ==, cell ? cell->next : SRV_N_INVITATION_STATES);
    }
  }
}

/* What is over leads nowhere, and everything but the first state has a word. */
static void
test_ends (void)
{
  for (guint state = 0; state < SRV_N_INVITATION_STATES; state++) {
    gboolean leads = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (legal); i++)
      leads = leads || legal[i].state == state;
    g_assert_cmpint (srv_invitation_state_is_over (state), ==, !leads);
    g_assert_cmpint (srv_invitation_state_to_string (state) != NULL, ==, state != 0);
  }
}

/* Whole invitations */

typedef struct {
  SrvRooms *rooms;
  SrvInvites *invites;
  GPtrArray *members;
  GString *log;
  char *id; /* of the last one that was received */
} Fixture;

static gint64 clock_now;

static gint64
read_clock (void)
{
  return clock_now * G_TIME_SPAN_SECOND;
}

static void
on_tell (SrvMember *to, const char *method, JsonObject *params, gpointer user_data)
{
  Fixture *self = user_data;
  const char *who = json_object_get_string_member (params, "uid");

  if (g_str_equal (method, "invite.received")) {
    g_free (self->id);
    self->id = g_strdup (json_object_get_string_member (params, "inviteId"));
    g_string_append_printf (self->log, "%s@%s<%s;", to->uid, to->room->name, who);
  } else {
    g_assert_cmpstr (method, ==, "invite.updated");
    g_string_append_printf (self->log, "%s@%s:%s %s;", to->uid, to->room->name, who,
                            json_object_get_string_member (params, "state"));
  }
}

static void
set_up (Fixture *self, gconstpointer data)
{
  SrvRoomLimits room_limits = { .rooms = 100, .members = 2, .streams = 1, .subscriptions = 1 };
  SrvInviteLimits limits = { .outgoing = 3, .incoming = 4, .rate = 2 };

  clock_now = 1000;
  self->rooms = srv_rooms_new (&room_limits);
  self->invites = srv_invites_new (&limits, read_clock, on_tell, self);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) srv_member_unref);
  self->log = g_string_new (NULL);
}

static void
leave (Fixture *self, SrvMember *member)
{
  g_ptr_array_unref (srv_rooms_leave (self->rooms, member, NERTC_CLOSE_REASON_LEFT));
  srv_invites_remove_member (self->invites, member);
  g_ptr_array_remove (self->members, member);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  while (self->members->len > 0)
    leave (self, g_ptr_array_index (self->members, 0));
  srv_invites_free (self->invites);
  srv_rooms_free (self->rooms);
  g_ptr_array_unref (self->members);
  g_string_free (self->log, TRUE);
  g_free (self->id);
}

/* @room: "": it listens */
static SrvMember *
join_as (Fixture *self, const char *app_key, const char *room, const char *uid)
{
  SrvJoin join = { .app_key = app_key, .room = room, .uid = uid, .user_name = "", .user_data = "" };
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  SrvMember *member = NULL;

  changes = srv_rooms_join (self->rooms, &join, &member, &error);
  g_assert_no_error (error);
  srv_invites_add_member (self->invites, member);
  g_ptr_array_add (self->members, srv_member_ref (member));
  return member;
}

static SrvMember *
join (Fixture *self, const char *room, const char *uid)
{
  return join_as (self, "", room, uid);
}

static GError *
send (Fixture *self, SrvMember *from, const char *uid, gint64 timeout)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) result = json_object_new ();
  GError *error = NULL;

  json_object_set_string_member (params, "uid", uid);
  json_object_set_int_member (params, "timeout", timeout);
  if (srv_invites_send (self->invites, from, params, result, &error))
    g_assert_cmpstr (json_object_get_string_member (result, "inviteId"), ==, self->id);
  return error;
}

static void
invite (Fixture *self, SrvMember *from, const char *uid)
{
  g_autoptr (GError) error = send (self, from, uid, 10);

  g_assert_no_error (error);
}

static void
expect (Fixture *self, const char *log)
{
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_truncate (self->log, 0);
}

static JsonObject *
name_last (Fixture *self)
{
  JsonObject *params = json_object_new ();

  json_object_set_string_member (params, "inviteId", self->id);
  return params;
}

static gboolean
ask (Fixture *self, SrvInviteRequest request, SrvMember *member)
{
  g_autoptr (JsonObject) params = name_last (self);
  g_autoptr (JsonObject) result = json_object_new ();
  g_autoptr (GError) error = NULL;
  gboolean done = request (self->invites, member, params, result, &error);

  if (!done)
    g_assert_error (error, NERTC_ERROR, NERTC_ERROR_INVITE_NOT_FOUND);
  return done;
}

static void
say_busy (Fixture *self, SrvMember *member)
{
  g_autoptr (JsonObject) params = name_last (self);
  g_autoptr (GError) error = NULL;

  json_object_set_boolean_member (params, "busy", TRUE);
  g_assert_true (srv_invites_reject (self->invites, member, params, NULL, &error));
}

static void
ring (Fixture *self, SrvMember *member)
{
  g_autoptr (JsonObject) params = name_last (self);

  srv_invites_ring (self->invites, member, params);
}

static void
test_answers (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "", "a");
  SrvMember *b = join (self, "", "b");

  invite (self, a, "b");
  expect (self, "b@<a;");
  ring (self, b);
  expect (self, "a@:b ringing;");
  ring (self, b);
  expect (self, "");
  g_assert_true (ask (self, srv_invites_accept, b));
  expect (self, "a@:b accepted;");

  invite (self, a, "b");
  g_assert_true (ask (self, srv_invites_reject, b));
  expect (self, "b@<a;a@:b rejected;");
  ring (self, b);
  expect (self, "");

  clock_now += 10;
  invite (self, a, "b");
  say_busy (self, b);
  expect (self, "b@<a;a@:b busy;");

  invite (self, a, "b");
  g_assert_true (ask (self, srv_invites_cancel, a));
  expect (self, "b@<a;b@:a cancelled;");
  g_assert_cmpuint (srv_invites_count (self->invites), ==, 0);
}

static void
test_strangers (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "", "a");
  SrvMember *b = join (self, "", "b");
  SrvMember *c = join (self, "", "c");

  invite (self, a, "b");
  expect (self, "b@<a;");
  ring (self, a);
  ring (self, c);
  g_assert_false (ask (self, srv_invites_accept, a));
  g_assert_false (ask (self, srv_invites_accept, c));
  g_assert_false (ask (self, srv_invites_reject, c));
  g_assert_false (ask (self, srv_invites_cancel, b));
  g_assert_false (ask (self, srv_invites_cancel, c));
  expect (self, "");
  g_assert_true (ask (self, srv_invites_accept, b));
  expect (self, "a@:b accepted;");
  g_assert_false (ask (self, srv_invites_accept, b));
  g_assert_false (ask (self, srv_invites_cancel, a));
  expect (self, "");
}

/* All ends ring; the first answer wins, but that one of them is busy is none. */
static void
test_ends_of_one (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "room", "a");
  SrvMember *b1 = join (self, "", "b");
  SrvMember *b2 = join (self, "room", "b");
  SrvMember *b3 = join (self, "other", "b");

  invite (self, a, "b");
  expect (self, "b@<a;b@room<a;b@other<a;");
  say_busy (self, b2);
  expect (self, "");
  g_assert_false (ask (self, srv_invites_accept, b2));
  g_assert_true (ask (self, srv_invites_accept, b3));
  expect (self, "a@room:b accepted;b@:b elsewhere;");

  invite (self, a, "b");
  expect (self, "b@<a;b@room<a;b@other<a;");
  g_assert_true (ask (self, srv_invites_reject, b1));
  expect (self, "a@room:b rejected;b@room:b elsewhere;b@other:b elsewhere;");

  clock_now += 10;
  invite (self, a, "b");
  expect (self, "b@<a;b@room<a;b@other<a;");
  leave (self, b3);
  say_busy (self, b1);
  expect (self, "");
  leave (self, b2);
  expect (self, "a@room:b busy;");
}

static void
test_oneself (Fixture *self, gconstpointer data)
{
  SrvMember *here = join (self, "", "a");
  g_autoptr (GError) error = send (self, here, "a", 10);

  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_UID_OFFLINE);
  join (self, "room", "a");
  invite (self, here, "a");
  expect (self, "a@room<a;");
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "", "a");
  SrvMember *b = join (self, "", "b");
  g_autoptr (GError) error = NULL;

  invite (self, a, "b");
  expect (self, "b@<a;");
  leave (self, b);
  expect (self, "a@:b offline;");
  error = send (self, a, "b", 10);
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_UID_OFFLINE);

  join (self, "", "b");
  invite (self, a, "b");
  expect (self, "b@<a;");
  leave (self, a);
  expect (self, "b@:a cancelled;");
  g_assert_cmpuint (srv_invites_count (self->invites), ==, 0);
}

static void
test_timeout (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "", "a");
  g_autoptr (GError) error = NULL;

  join (self, "", "b");
  join (self, "", "c");
  error = send (self, a, "b", 20);
  g_assert_no_error (error);
  error = send (self, a, "c", 10);
  g_assert_no_error (error);
  expect (self, "b@<a;c@<a;");
  clock_now += 9;
  srv_invites_run (self->invites);
  expect (self, "");
  clock_now += 1;
  srv_invites_run (self->invites);
  expect (self, "a@:c timeout;c@:a timeout;");
  clock_now += 10;
  srv_invites_run (self->invites);
  expect (self, "a@:b timeout;b@:a timeout;");
}

static void
test_app_keys (Fixture *self, gconstpointer data)
{
  SrvMember *a = join_as (self, "one", "", "a");
  g_autoptr (GError) error = NULL;

  join_as (self, "two", "", "b");
  join_as (self, "", "room", "b");
  error = send (self, a, "b", 10);
  g_assert_error (error, NERTC_ERROR, NERTC_ERROR_UID_OFFLINE);
  join_as (self, "one", "room", "b");
  invite (self, a, "b");
  expect (self, "b@room<a;");
}

static void
test_bounds (Fixture *self, gconstpointer data)
{
  SrvMember *a = join (self, "", "a");
  SrvMember *b = join (self, "", "b");
  SrvMember *c = join (self, "", "c");
  g_autoptr (GError) outgoing = NULL;
  g_autoptr (GError) incoming = NULL;
  g_autoptr (GError) rate = NULL;

  for (guint i = 0; i < 3; i++)
    invite (self, a, "c");
  outgoing = send (self, a, "c", 10);
  g_assert_error (outgoing, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED);
  invite (self, b, "c");
  incoming = send (self, b, "c", 10);
  g_assert_error (incoming, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED);

  g_assert_true (ask (self, srv_invites_accept, c));
  invite (self, b, "c");
  g_assert_true (ask (self, srv_invites_accept, c));
  invite (self, b, "c");
  g_assert_true (ask (self, srv_invites_accept, c));
  rate = send (self, b, "c", 10);
  g_assert_error (rate, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED);
  clock_now += 1;
  invite (self, b, "c");
}

#define ADD(name, function) \
  g_test_add ("/invites/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/invites/every-cell", test_every_cell);
  g_test_add_func ("/invites/ends", test_ends);
  ADD ("answers", test_answers);
  ADD ("strangers", test_strangers);
  ADD ("ends-of-one", test_ends_of_one);
  ADD ("oneself", test_oneself);
  ADD ("gone", test_gone);
  ADD ("timeout", test_timeout);
  ADD ("app-keys", test_app_keys);
  ADD ("bounds", test_bounds);
  return g_test_run ();
}
