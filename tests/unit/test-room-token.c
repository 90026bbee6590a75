/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

#include <glib/gstdio.h>

/* Tokens, role and grants of a room, against a server that the test plays. */

#define HOST "'role':'host','grants':['publish','subscribe','message']"
#define AUDIENCE "'role':'audience','grants':['publish','subscribe','message']"

typedef struct {
  Fixture room;
  char *path; /* of a token file */
} TokenFixture;

static void
set_up (TokenFixture *self, gconstpointer data)
{
  int fd = g_file_open_tmp ("nertc-token-XXXXXX", &self->path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  fixture_set_up (&self->room, data);
}

static void
tear_down (TokenFixture *self, gconstpointer data)
{
  fixture_tear_down (&self->room, data);
  g_unsetenv ("NERTC_TOKEN");
  g_remove (self->path);
  g_free (self->path);
}

static void
write_token (TokenFixture *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->path, text, -1, &error);
  g_assert_no_error (error);
}

/* Joins, is refused, and tells which token it sent. */
static char *
try_join (Fixture *self, NertcError code, GError **error)
{
  g_auto (Outcome) join = OUTCOME (self, "join");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_join_async (self->room, NULL, on_join, &join);
  params = fake_server_expect (self->server, "room.join");
  fake_server_reply_error (self->server, code);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, code);
  if (error)
    *error = g_steal_pointer (&join.error);
  return g_strdup (json_object_get_string_member_with_default (params, "token", NULL));
}

static void
check_sent (Fixture *self, const char *expected)
{
  g_autofree char *token = try_join (self, NERTC_ERROR_ROOM_FULL, NULL);

  g_assert_cmpstr (token, ==, expected);
}

static void
test_precedence (TokenFixture *self, gconstpointer data)
{
  check_sent (&self->room, NULL);
  g_setenv ("NERTC_TOKEN", "from.the.environment\n", TRUE);
  check_sent (&self->room, "from.the.environment");
  write_token (self, " from.a.file\n");
  g_object_set (self->room.room, "token-file", self->path, NULL);
  check_sent (&self->room, "from.a.file");
  g_object_set (self->room.room, "token", "from.the.property", NULL);
  check_sent (&self->room, "from.the.property");
  g_object_set (self->room.room, "token", NULL, NULL);
  check_sent (&self->room, "from.a.file");
}

/* A join whose token file is of no use; nothing is sent. */
static void
check_file_name (TokenFixture *self, const char *path, const char *shown, const char *problem)
{
  g_auto (Outcome) join = OUTCOME (&self->room, "join");

  g_object_set (self->room.room, "token-file", path, NULL);
  nertc_room_join_async (self->room.room, NULL, on_join, &join);
  outcome_wait (&join);
  g_assert_error (join.error, NERTC_ERROR, NERTC_ERROR_TOKEN_MALFORMED);
  g_assert_nonnull (strstr (join.error->message, shown));
  g_assert_nonnull (strstr (join.error->message, problem));
  g_assert_nonnull (strstr (join.error->message, "nertc-token"));
  g_assert_null (strstr (join.error->message, "secret"));
  fake_server_expect_nothing (self->room.server);
}

static void
check_file (TokenFixture *self, const char *path, const char *problem)
{
  check_file_name (self, path, path, problem);
}

static void
test_bad_file (TokenFixture *self, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (NERTC_TOKEN_MAX, 'a');
  g_autofree char *longer = g_strnfill (NERTC_TOKEN_MAX + 1, 'a');

  check_file (self, "/nowhere/token", "No such file");
  check_file_name (self, "eyJzZWNy.secret.ZXQ", "(a token)", "No such file");
  check_file (self, g_get_tmp_dir (), "no regular file");
  check_file (self, self->path, "it is empty");
  write_token (self, "\n");
  check_file (self, self->path, "it is empty");
  write_token (self, "secret secret");
  check_file (self, self->path, "is no token");
  write_token (self, "secret-without-points");
  check_file (self, self->path, "is no token");
  write_token (self, longer);
  check_file (self, self->path, "is no token");
  longest[1] = longest[3] = '.';
  write_token (self, longest);
  check_sent (&self->room, longest);
}

/* What was refused is told with where it came from, but not as it was. */
static void
test_refusal (TokenFixture *self, gconstpointer data)
{
  g_autoptr (GError) expired = NULL;
  g_autofree char *none = try_join (&self->room, NERTC_ERROR_TOKEN_REQUIRED, NULL);
  g_autofree char *token = NULL;

  g_assert_null (none);
  write_token (self, "se.cr.et");
  g_object_set (self->room.room, "token-file", self->path, NULL);
  token = try_join (&self->room, NERTC_ERROR_TOKEN_EXPIRED, &expired);
  g_assert_cmpstr (token, ==, "se.cr.et");
  g_assert_nonnull (strstr (expired->message, self->path));
  g_assert_null (strstr (expired->message, token));
}

static void
expect_renewal (Fixture *self, const char *token)
{
  g_autoptr (JsonObject) params = fake_server_expect (self->server, "room.renewToken");

  g_assert_cmpstr (json_object_get_string_member (params, "token"), ==, token);
}

static void
test_renew (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;
  g_auto (Outcome) refused = OUTCOME (self, "refused");
  g_auto (Outcome) renewed = OUTCOME (self, "renewed");
  g_auto (Outcome) bad = OUTCOME (self, "bad");
  g_auto (Outcome) none = OUTCOME (self, "none");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  nertc_room_renew_token_async (self->room, "a b", NULL, on_renew_token, &bad);
  nertc_room_renew_token_async (self->room, NULL, NULL, on_renew_token, &none);
  outcome_wait (&none);
  fixture_check_log (self, "bad: error 1016\nnone: error 1015\n");

  g_object_set (self->room, "token", "a.first.token", NULL);
  nertc_room_renew_token_async (self->room, "a.second.token", NULL, on_renew_token, &refused);
  expect_renewal (self, "a.second.token");
  fake_server_reply_error (self->server, NERTC_ERROR_TOKEN_OTHER_ROOM);
  fixture_check_log (self, "refused: error 1020\n");

  nertc_room_renew_token_async (self->room, "a.third.token", NULL, on_renew_token, &renewed);
  expect_renewal (self, "a.third.token");
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "renewed 0\nrenewed: done\n");

  fixture_lose (self);
  params = fixture_expect_join (self);
  g_assert_cmpstr (json_object_get_string_member (params, "token"), ==, "a.third.token");
}

/* A file that has changed is sent by itself; one that has not is looked at again. */
static void
test_renew_by_file (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;

  write_token (fixture, "a.first.token\n");
  g_object_set (self->room, "token-file", fixture->path, NULL);
  fixture_shorten (self, &self->timing.token_watch);
  fixture_join (self, "");
  fake_server_event (self->server, "room.tokenWillExpire", "'expiresIn':30");
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "token 30\n");

  write_token (fixture, "a.second.token\n");
  expect_renewal (self, "a.second.token");
  fake_server_reply_error (self->server, NERTC_ERROR_TOKEN_OTHER_UID);
  fixture_check_log (self, "renewed 1021\n");
  write_token (fixture, "a.third.token\n");
  expect_renewal (self, "a.third.token");
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "renewed 0\n");
}

/* The token has run out while the connection was lost. */
static void
test_expired_meanwhile (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;

  g_object_set (self->room, "token", "a.first.token", NULL);
  fixture_join (self, "");
  fixture_lose (self);
  json_object_unref (fixture_expect_join (self));
  fake_server_reply_error (self->server, NERTC_ERROR_TOKEN_EXPIRED);
  fixture_check_log (self, "state failed expired\nclosed 1018 expired\n");
}

static void
test_expired_in_room (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;

  fixture_join (self, "");
  fake_server_event (self->server, "room.closed", "'reason':'expired'");
  fixture_check_log (self, "state failed expired\nclosed 2004 expired\n");
}

static void
test_rights (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  g_assert_cmpint (nertc_room_get_grants (self->room), ==, NERTC_GRANTS_NONE);
  fixture_join (self, BOB);
  g_assert_cmpint (nertc_room_get_grants (self->room), ==, NERTC_GRANTS_DEFAULT);
  g_assert_cmpint (nertc_room_get_role (self->room), ==, NERTC_MEMBER_ROLE_HOST);
  fake_server_event (self->server, "room.role", "'role':'audience','grants':['admin','new']");
  g_assert_cmpint (nertc_room_get_grants (self->room), ==, NERTC_GRANTS_ADMIN);
  g_assert_cmpint (nertc_room_get_role (self->room), ==, NERTC_MEMBER_ROLE_AUDIENCE);

  fake_server_event (self->server, "member.updated",
                     "'uid':'bob','userName':'Bob','userData':'','role':'audience'");
  fixture_check_log (self, "updated bob Bob\n");
  g_assert_cmpint (nertc_member_get_role (nertc_room_get_member (self->room, "bob")), ==,
                   NERTC_MEMBER_ROLE_AUDIENCE);

  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  json_object_unref (fake_server_expect (self->server, "room.leave"));
  fake_server_reply (self->server, "{}");
  fake_server_expect_closed (self->server);
  fake_server_hang_up (self->server, 1000);
  outcome_wait (&leave);
  g_assert_cmpint (nertc_room_get_grants (self->room), ==, NERTC_GRANTS_NONE);
  g_assert_cmpint (nertc_room_get_role (self->room), ==, NERTC_MEMBER_ROLE_HOST);
}

/* Who may not publish any more publishes again when it may. */
static void
test_publication_waits (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  fixture_publish (self, "a1");
  fake_server_event (self->server, "room.role", AUDIENCE);
  fake_server_event (self->server, "stream.removed",
                     "'uid':'alice','streamId':'a1','reason':'unpublished'");
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "failed a1 1022\n");

  /* It is wanted still after another join that does not let it through. */
  fixture_lose (self);
  fixture_rejoin (self, "");
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  fake_server_reply_error (self->server, NERTC_ERROR_GRANT_MISSING);
  fixture_check_log (self, "state connected none\nfailed a1 1022\n");

  fake_server_event (self->server, "room.role", HOST);
  params = fake_server_expect (self->server, "stream.publish");
  g_assert_cmpstr (json_object_get_string_member (params, "streamId"), ==, "a1");
  fake_server_reply (self->server, "{'streamId':'a1'}");
  fake_server_event (self->server, "room.role", AUDIENCE);
  fake_server_event (self->server, "room.role", HOST);
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "");
}

static void
test_subscription_waits (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;

  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  fake_server_event (self->server, "room.role", "'role':'host','grants':['publish']");
  fake_server_expect_nothing (self->server);
  fake_server_event (self->server, "room.role", HOST);
  json_object_unref (fake_server_expect (self->server, "stream.subscribe"));
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "");
}

static void
test_set_role (TokenFixture *fixture, gconstpointer data)
{
  Fixture *self = &fixture->room;
  g_auto (Outcome) early = OUTCOME (self, "early");
  g_auto (Outcome) done = OUTCOME (self, "done");
  g_auto (Outcome) refused = OUTCOME (self, "refused");
  g_auto (Outcome) bad_uid = OUTCOME (self, "bad uid");
  g_auto (Outcome) bad_role = OUTCOME (self, "bad role");
  g_autoptr (JsonObject) params = NULL;

  nertc_room_set_role_async (self->room, "bob", NERTC_MEMBER_ROLE_HOST, NULL, on_set_role, &early);
  fixture_check_log (self, "early: error 2005\n");
  fixture_join (self, BOB);
  nertc_room_set_role_async (self->room, "\xff", NERTC_MEMBER_ROLE_HOST, NULL, on_set_role,
                             &bad_uid);
  nertc_room_set_role_async (self->room, "bob", (NertcMemberRole) 99, NULL, on_set_role, &bad_role);
  fixture_check_log (self, "bad uid: error 1004\nbad role: error -32602\n");
  fake_server_expect_nothing (self->server);
  nertc_room_set_role_async (self->room, "bob", NERTC_MEMBER_ROLE_AUDIENCE, NULL, on_set_role,
                             &done);
  params = fake_server_expect (self->server, "member.setRole");
  g_assert_cmpstr (json_object_get_string_member (params, "uid"), ==, "bob");
  g_assert_cmpstr (json_object_get_string_member (params, "role"), ==, "audience");
  fake_server_reply (self->server, "{}");
  nertc_room_set_role_async (self->room, "eve", NERTC_MEMBER_ROLE_HOST, NULL, on_set_role,
                             &refused);
  json_object_unref (fake_server_expect (self->server, "member.setRole"));
  fake_server_reply_error (self->server, NERTC_ERROR_MEMBER_NOT_FOUND);
  fixture_check_log (self, "done: done\nrefused: error 1024\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, TokenFixture, NULL, set_up, func, tear_down)
  ADD ("/room-token/precedence", test_precedence);
  ADD ("/room-token/bad-file", test_bad_file);
  ADD ("/room-token/refusal", test_refusal);
  ADD ("/room-token/renew", test_renew);
  ADD ("/room-token/renew-by-file", test_renew_by_file);
  ADD ("/room-token/expired-meanwhile", test_expired_meanwhile);
  ADD ("/room-token/expired-in-room", test_expired_in_room);
  ADD ("/room-token/rights", test_rights);
  ADD ("/room-token/publication-waits", test_publication_waits);
  ADD ("/room-token/subscription-waits", test_subscription_waits);
  ADD ("/room-token/set-role", test_set_role);
  return g_test_run ();
}
