/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* Moderation, the number of members, and what an administrator mutes. */

#define MEDIA (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO)

/* The request that is next, as text; it is answered. */
static char *
answer (Fixture *self, const char *method, Outcome *outcome)
{
  g_autoptr (JsonObject) params = fake_server_expect (self->server, method);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), params);

  fake_server_reply (self->server, "{}");
  outcome_wait (outcome);
  g_assert_no_error (outcome->error);
  return json_to_string (node, FALSE);
}

#define CHECK(name, method, expected, ...) \
  G_STMT_START \
  { \
    g_auto (Outcome) outcome = OUTCOME (self, #name); \
    g_autofree char *sent = NULL; \
\
    nertc_room_##name##_async (self->room, __VA_ARGS__, NULL, on_##name, &outcome); \
    sent = answer (self, method, &outcome); \
    g_assert_cmpstr (sent, ==, expected); \
  } \
  G_STMT_END

static void
test_requests (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  CHECK (kick, "member.kick", "{\"uid\":\"bob\",\"message\":\"Be nice\"}", "bob", "Be nice");
  CHECK (kick, "member.kick", "{\"uid\":\"bob\"}", "bob", NULL);
  CHECK (ban, "member.ban", "{\"seconds\":60,\"uid\":\"eve\"}", "eve", 60, NULL);
  CHECK (unban, "member.unban", "{\"uid\":\"eve\"}", "eve");
  CHECK (mute_member, "member.mute", "{\"audio\":true,\"video\":true,\"uid\":\"bob\"}", "bob",
         MEDIA, TRUE);
  CHECK (mute_member, "member.mute", "{\"video\":false,\"uid\":\"bob\"}", "bob", NERTC_MEDIA_VIDEO,
         FALSE);
  CHECK (close, "room.close", "{\"message\":\"Over\"}", "Over");
  CHECK (close, "room.close", "{}", NULL);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) early = OUTCOME (self, "early");
  g_auto (Outcome) bad_uid = OUTCOME (self, "uid");
  g_auto (Outcome) bad_text = OUTCOME (self, "text");
  g_auto (Outcome) long_text = OUTCOME (self, "long text");
  g_auto (Outcome) nothing = OUTCOME (self, "nothing");
  g_auto (Outcome) refused = OUTCOME (self, "refused");
  g_autofree char *text = g_strnfill (1025, 't');

  nertc_room_kick_async (self->room, "bob", NULL, NULL, on_kick, &early);
  outcome_wait (&early);
  g_assert_error (early.error, NERTC_ERROR, NERTC_ERROR_WRONG_STATE);

  fixture_join (self, BOB);
  nertc_room_ban_async (self->room, "b\nb", 60, NULL, NULL, on_ban, &bad_uid);
  outcome_wait (&bad_uid);
  g_assert_error (bad_uid.error, NERTC_ERROR, NERTC_ERROR_UID_INVALID);
  nertc_room_close_async (self->room, "\xff", NULL, on_close, &bad_text);
  outcome_wait (&bad_text);
  g_assert_error (bad_text.error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS);
  nertc_room_kick_async (self->room, "bob", text, NULL, on_kick, &long_text);
  outcome_wait (&long_text);
  g_assert_error (long_text.error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS);
  nertc_room_mute_member_async (self->room, "bob", NERTC_MEDIA_NONE, TRUE, NULL, on_mute_member,
                                &nothing);
  outcome_wait (&nothing);
  g_assert_error (nothing.error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS);
  fake_server_expect_nothing (self->server);

  nertc_room_kick_async (self->room, "bob", NULL, NULL, on_kick, &refused);
  json_object_unref (fake_server_expect (self->server, "member.kick"));
  fake_server_reply_error (self->server, NERTC_ERROR_GRANT_MISSING);
  outcome_wait (&refused);
  g_assert_error (refused.error, NERTC_ERROR, NERTC_ERROR_GRANT_MISSING);
}

/* The words of the administrator are told apart, and nothing is tried again. */
static void
test_kicked (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB);
  fake_server_event (self->server, "room.closed", "'reason':'kicked','message':'Be nice'");
  fixture_check_log (self, "state failed kicked\n"
                           "closed 2004 kicked Be nice\n");
  g_assert_cmpuint (fake_server_count_connections (self->server), ==, 1);
  g_assert_cmpuint (nertc_room_get_member_count (self->room), ==, 0);
}

/* Whoever was banned while the connection was lost hears of it at the next join. */
static void
test_banned_while_away (Fixture *self, gconstpointer data)
{
  fixture_join (self, "");
  fixture_lose (self);
  json_object_unref (fixture_expect_join (self));
  fake_server_reply_error (self->server, NERTC_ERROR_BANNED);
  fixture_check_log (self, "state failed banned\n"
                           "closed 1025 banned\n");
}

static void
check_count (Fixture *self, guint *notified, guint expected)
{
  guint count;

  g_object_get (self->room, "member-count", &count, NULL);
  g_assert_cmpuint (count, ==, expected);
  g_assert_cmpuint (nertc_room_get_member_count (self->room), ==, expected);
  g_assert_cmpuint (*notified, ==, 1);
  *notified = 0;
}

static void
on_notify (NertcRoom *room, GParamSpec *pspec, guint *notified)
{
  (*notified)++;
}

static void
test_count (Fixture *self, gconstpointer data)
{
  guint notified = 0;

  g_assert_cmpuint (nertc_room_get_member_count (self->room), ==, 0);
  g_signal_connect (self->room, "notify::member-count", G_CALLBACK (on_notify), &notified);
  fixture_join (self, BOB);
  check_count (self, &notified, 2);
  fake_server_event (self->server, "member.joined",
                     "'uid':'eve','userName':'','userData':'','role':'host'");
  check_count (self, &notified, 3);
  fake_server_event (self->server, "room.memberCount", "'members':9");
  g_assert_cmpuint (notified, ==, 0);
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'left'");
  check_count (self, &notified, 2);
  fixture_lose (self);
  g_assert_cmpuint (nertc_room_get_member_count (self->room), ==, 2);
  nertc_room_leave_async (self->room, NULL, NULL, NULL);
  check_count (self, &notified, 0);
}

/* Who does not hear of the others is told the number. */
static void
test_told_count (Fixture *self, gconstpointer data)
{
  guint notified = 0;

  g_object_set (self->room, "user-updates", FALSE, NULL);
  g_signal_connect (self->room, "notify::member-count", G_CALLBACK (on_notify), &notified);
  fixture_join (self, BOB);
  check_count (self, &notified, 2);
  fake_server_event (self->server, "room.memberCount", "'members':412");
  check_count (self, &notified, 412);
  fake_server_event (self->server, "room.memberCount", "'members':412");
  g_assert_cmpuint (notified, ==, 0);
}

static void
test_muted (Fixture *self, gconstpointer data)
{
  NertcMember *bob;

  fixture_join (self, BOB);
  fake_server_event (self->server, "room.muted", "'audio':true,'video':false");
  fake_server_event (self->server, "room.muted", "'audio':true,'video':true");
  fake_server_event (self->server, "member.updated",
                     "'uid':'bob','userName':'Bob','userData':'','role':'host','videoMuted':true");
  bob = nertc_room_get_member (self->room, "bob");
  g_assert_cmpuint (nertc_member_get_muted_by_admin (bob), ==, NERTC_MEDIA_VIDEO);
  fixture_check_log (self, "muted by admin 1\n"
                           "muted by admin 3\n"
                           "updated bob Bob\n");
  fake_server_event (self->server, "room.closed", "'reason':'closed'");
  fixture_check_log (self, "muted by admin 0\n"
                           "state failed closed\n"
                           "closed 2004 closed\n");
}

/* Muted since before the join */
static void
test_muted_from_the_first (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) join = OUTCOME (self, "join");

  nertc_room_join_async (self->room, NULL, on_join, &join);
  json_object_unref (fake_server_expect (self->server, "room.join"));
  fake_server_reply (self->server,
                     "{'uid':'alice','epoch':'e1','sessionSecret':'s1','pingInterval':5,'grace':30,"
                     "'role':'host','grants':['publish'],'room':{'extraInfo':'','memberCount':7},"
                     "'members':[],'audioMuted':true}");
  outcome_wait (&join);
  g_assert_no_error (join.error);
  g_assert_cmpuint (nertc_room_get_muted_by_admin (self->room), ==, NERTC_MEDIA_AUDIO);
  g_assert_cmpuint (nertc_room_get_member_count (self->room), ==, 1);
}

#define ADD(name, test) \
  g_test_add ("/room/moderation/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("requests", test_requests);
  ADD ("refused", test_refused);
  ADD ("kicked", test_kicked);
  ADD ("banned-while-away", test_banned_while_away);
  ADD ("count", test_count);
  ADD ("told-count", test_told_count);
  ADD ("muted", test_muted);
  ADD ("muted-from-the-first", test_muted_from_the_first);
  return g_test_run ();
}
