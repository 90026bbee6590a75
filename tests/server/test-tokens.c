/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tokens at the server, by real clients: who is let in, what they may do, and for how long. */

#include "nertc-test-server.h"
#include "test-client.h"
#include "token.h"

#include <glib/gstdio.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER_SECRET "fedcba9876543210fedcba9876543210"
#define KEY_FILE \
  "[app demo]\nsecrets=" SECRET ";" OTHER_SECRET "\n[app other]\nsecrets=" OTHER_SECRET "\n"

typedef struct {
  char *path; /* of the key file */
  NertcTestServer *server;
  const char *uri;
} Fixture;

static void
set_up (Fixture *self, gconstpointer auth)
{
  g_autofree char *line = NULL;
  g_auto (GStrv) options = NULL;
  int file = g_file_open_tmp ("nertc-tokens-XXXXXX.conf", &self->path, NULL);

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents_full (self->path, KEY_FILE, -1, 0, 0600, NULL));
  line = g_strdup_printf ("--config=%s|%s", self->path, (const char *) auth);
  options = g_strsplit (line, "|", -1);
  self->server = nertc_test_server_new_with_options ((const char *const *) options);
  self->uri = nertc_test_server_get_uri (self->server);
}

static void
tear_down (Fixture *self, gconstpointer auth)
{
  nertc_test_server_free (self->server);
  g_unlink (self->path);
  g_free (self->path);
}

static gint64
get_time (void)
{
  return g_get_real_time () / G_TIME_SPAN_SECOND;
}

/* A token of app key "demo", with what is given of: room, uid, role and grants, separated by "|" */
static char *
mint (const char *what, gint64 seconds, const char *secret)
{
  g_auto (GStrv) fields = g_strsplit (what, "|", 4);
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", get_time () + seconds);
  g_autoptr (GError) error = NULL;
  char *token;

  claims->room = *fields[0] ? g_strdup (fields[0]) : NULL;
  claims->uid = *fields[1] ? g_strdup (fields[1]) : NULL;
  nertc_member_role_from_string (fields[2], &claims->role);
  if (*fields[3]) {
    g_auto (GStrv) grants = g_strsplit (fields[3], " ", -1);

    claims->grants = nertc_grants_from_strv ((const char *const *) grants);
  }
  token = token_mint (claims, secret, &error);
  g_assert_no_error (error);
  return token;
}

static JsonObject *
join_for (TestClient *client, const char *what, gint64 seconds)
{
  g_autofree char *token = mint (what, seconds, SECRET);

  return test_client_call (client, "room.join", "{'channel': 'room', 'token': '%s'}", token);
}

static TestClient *
new_joined (Fixture *self, const char *what)
{
  TestClient *client = test_client_new (self->uri);
  g_autoptr (JsonObject) result = join_for (client, what, 3600);

  g_assert_nonnull (result);
  return client;
}

static void
join_fails (Fixture *self, NertcError code, const char *params, const char *token)
{
  g_autoptr (TestClient) client = test_client_new (self->uri);

  test_client_call_fails (client, code, "room.join", "{'channel': 'room', %s 'token': '%s'}",
                          params, token);
}

static void
call (TestClient *client, const char *method, const char *params)
{
  g_autoptr (JsonObject) result = test_client_call (client, method, "%s", params);

  g_assert_nonnull (result);
}

static void
expect_text (TestClient *client, const char *method, const char *name, const char *value)
{
  g_autoptr (JsonObject) event = test_client_expect (client, method);

  g_assert_cmpstr (test_json_text (event, name), ==, value);
}

static void
assert_rights (JsonObject *object, const char *role, const char *grants)
{
  JsonArray *array = json_object_get_array_member (object, "grants");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            json_array_get_string_element (array, i));
  g_assert_cmpstr (test_json_text (object, "role"), ==, role);
  g_assert_cmpstr (text->str, ==, grants);
}

static void
expect_rights (TestClient *client, const char *role, const char *grants)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "room.role");

  assert_rights (event, role, grants);
}

static void
renew (TestClient *client, const char *what, gint64 seconds)
{
  g_autofree char *token = mint (what, seconds, SECRET);
  g_autoptr (JsonObject) result =
      test_client_call (client, "room.renewToken", "{'token': '%s'}", token);

  g_assert_nonnull (result);
}

/* Coming in */

static void
test_join (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = test_client_new (self->uri);
  g_autoptr (TestClient) b = test_client_new (self->uri);
  g_autoptr (JsonObject) result = join_for (a, "|||", 3600);
  g_autoptr (JsonObject) other = NULL;

  assert_rights (result, "host", "publish subscribe message");
  other = join_for (b, "room|bob|audience|subscribe admin", 3600);
  assert_rights (other, "audience", "subscribe admin");
  g_assert_cmpstr (test_json_text (other, "uid"), ==, "bob");
  expect_text (a, "member.joined", "role", "audience");
}

static void
test_errors (Fixture *self, gconstpointer auth)
{
  g_autofree char *good = mint ("|||", 3600, SECRET);
  g_autofree char *here = mint ("room|al||", 3600, SECRET);
  g_autofree char *there = mint ("there|al||", 3600, SECRET);
  g_autofree char *old = mint ("|||", -1, SECRET);
  g_autofree char *forged = mint ("|||", 3600, "a secret that nobody has told the server");
  g_autoptr (TokenClaims) claims = token_claims_new ("nobody", get_time () + 3600);
  g_autofree char *unknown = token_mint (claims, SECRET, NULL);
  g_autofree char *early = NULL;
  g_autofree char *crossed = NULL;

  g_free (claims->app_key);
  claims->app_key = g_strdup ("demo");
  claims->not_before = get_time () + 600;
  early = token_mint (claims, SECRET, NULL);
  claims->not_before = 0;
  g_free (claims->app_key);
  claims->app_key = g_strdup ("other");
  crossed = token_mint (claims, SECRET, NULL);

  join_fails (self, NERTC_ERROR_TOKEN_MALFORMED, "", "");
  join_fails (self, NERTC_ERROR_TOKEN_MALFORMED, "", "nonsense");
  join_fails (self, NERTC_ERROR_APP_KEY_UNKNOWN, "", unknown);
  join_fails (self, NERTC_ERROR_TOKEN_SIGNATURE, "", forged);
  join_fails (self, NERTC_ERROR_TOKEN_SIGNATURE, "", crossed);
  join_fails (self, NERTC_ERROR_TOKEN_EXPIRED, "", old);
  join_fails (self, NERTC_ERROR_TOKEN_NOT_YET_VALID, "", early);
  join_fails (self, NERTC_ERROR_TOKEN_OTHER_ROOM, "", there);
  join_fails (self, NERTC_ERROR_TOKEN_OTHER_ROOM, "'appKey': 'other',", good);
  join_fails (self, NERTC_ERROR_TOKEN_OTHER_UID, "'uid': 'bob',", here);
}

static void
test_required (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = test_client_new (self->uri);
  g_autoptr (JsonObject) result = NULL;

  test_client_call_fails (a, NERTC_ERROR_TOKEN_REQUIRED, "room.join", "{'channel': 'room'}");
  test_client_call_fails (a, NERTC_ERROR_TOKEN_REQUIRED, "room.join",
                          "{'channel': 'room', 'appKey': 'demo'}");
  test_client_call_fails (a, NERTC_ERROR_APP_KEY_UNKNOWN, "room.join",
                          "{'channel': 'room', 'appKey': 'nobody'}");
  result = join_for (a, "|||", 3600);
  g_assert_nonnull (result);
}

/* Who listens may be invited anywhere, so that a token for one room does not do. */
static void
test_listen (Fixture *self, gconstpointer auth)
{
  g_autofree char *bound = mint ("room|al||", 3600, SECRET);
  g_autofree char *free_one = mint ("|al||subscribe", 3600, SECRET);
  g_autoptr (TestClient) a = test_client_new (self->uri);
  g_autoptr (TestClient) b = test_client_new (self->uri);
  g_autoptr (JsonObject) listening = NULL;
  g_autoptr (JsonObject) inviting = NULL;
  g_autoptr (JsonObject) joined = join_for (b, "room|bo||", 3600);

  g_assert_nonnull (joined);
  test_client_call_fails (a, NERTC_ERROR_TOKEN_REQUIRED, "invite.listen", "{'uid': 'al'}");
  test_client_call_fails (a, NERTC_ERROR_TOKEN_OTHER_ROOM, "invite.listen",
                          "{'uid': 'al', 'token': '%s'}", bound);
  test_client_call_fails (a, NERTC_ERROR_TOKEN_OTHER_UID, "invite.listen",
                          "{'uid': 'bo', 'token': '%s'}", free_one);
  listening = test_client_call (a, "invite.listen", "{'uid': 'al', 'token': '%s'}", free_one);
  assert_rights (listening, "host", "subscribe");
  test_client_call_fails (a, NERTC_ERROR_GRANT_MISSING, "invite.send", "{'uid': 'bo'}");
  inviting = test_client_call (b, "invite.send", "{'uid': 'al'}");
  expect_text (a, "invite.received", "uid", "bo");

  test_client_call_fails (a, NERTC_ERROR_TOKEN_OTHER_ROOM, "room.renewToken", "{'token': '%s'}",
                          bound);
  renew (a, "|al||subscribe message", 3600);
  expect_rights (a, "host", "subscribe message");
}

static void
test_second_secret (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = test_client_new (self->uri);
  g_autofree char *token = mint ("|a||", 3600, OTHER_SECRET);
  g_autoptr (JsonObject) result =
      test_client_call (a, "room.join", "{'channel': 'room', 'token': '%s'}", token);

  g_assert_cmpstr (test_json_text (result, "uid"), ==, "a");
}

static void
test_second_login (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = new_joined (self, "|a||");
  g_autoptr (TestClient) again = new_joined (self, "|a||");

  g_assert_nonnull (again);
  test_client_expect_end (a, "replaced", 1008);
}

/* With the policy refuse the first one stays, but for who has its secret. */
static void
test_second_login_is_refused (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = new_joined (self, "|a||");
  g_autofree char *token = mint ("|a||", 3600, SECRET);
  g_autofree char *secret = g_strdup_printf ("'sessionSecret': '%s',", test_client_get_secret (a));
  g_autoptr (TestClient) again = test_client_new (self->uri);
  g_autoptr (JsonObject) result = NULL;

  join_fails (self, NERTC_ERROR_UID_TAKEN, "", token);
  call (a, "room.ping", "{}");
  result =
      test_client_call (again, "room.join", "{'channel': 'room', %s 'token': '%s'}", secret, token);
  g_assert_nonnull (result);
  test_client_expect_end (a, "replaced", 1008);
}

/* Where no token is needed, one gives what it grants all the same. */
static void
test_open (Fixture *self, gconstpointer auth)
{
  g_autofree char *old = mint ("|||", -1, SECRET);
  g_autoptr (TestClient) a = test_client_new (self->uri);
  g_autoptr (TestClient) b = test_client_new (self->uri);
  g_autoptr (JsonObject) plain =
      test_client_call (a, "room.join", "{'channel': 'room', 'appKey': 'demo'}");
  g_autoptr (JsonObject) admin = join_for (b, "|bob||admin", 3600);

  assert_rights (plain, "host", "publish subscribe message");
  assert_rights (admin, "host", "admin");
  expect_text (a, "member.joined", "uid", "bob");
  join_fails (self, NERTC_ERROR_TOKEN_EXPIRED, "", old);
}

/* What they may do */

#define STREAM(id) "{'streamId': '" id "', 'source': 'camera', 'audio': true, 'video': true}"

static void
test_grants (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = new_joined (self, "|a||subscribe");
  g_autoptr (TestClient) b = NULL;

  test_client_call_fails (a, NERTC_ERROR_GRANT_MISSING, "stream.publish", STREAM ("s"));
  test_client_call_fails (a, NERTC_ERROR_GRANT_MISSING, "room.update", "{'extraInfo': 'mine'}");
  test_client_call_fails (a, NERTC_ERROR_GRANT_MISSING, "member.setRole",
                          "{'uid': 'a', 'role': 'host'}");
  b = new_joined (self, "|b||publish message");
  expect_text (a, "member.joined", "uid", "b");
  call (b, "stream.publish", STREAM ("s"));
  expect_text (a, "stream.added", "streamId", "s");
  call (b, "room.update", "{'extraInfo': 'ours'}");
  expect_text (a, "room.updated", "extraInfo", "ours");
  test_client_call_fails (b, NERTC_ERROR_GRANT_MISSING, "stream.subscribe",
                          "{'streamId': 's', 'audio': true, 'video': true}");
  /* It may, but there is none. */
  test_client_call_fails (a, NERTC_ERROR_STREAM_NOT_FOUND, "stream.subscribe",
                          "{'streamId': 'none', 'audio': true, 'video': true}");
}

static void
test_set_role (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = new_joined (self, "|a||admin");
  g_autoptr (TestClient) b = new_joined (self, "|b||");

  expect_text (a, "member.joined", "uid", "b");
  call (b, "stream.publish", STREAM ("s"));
  expect_text (a, "stream.added", "streamId", "s");
  test_client_call_fails (b, NERTC_ERROR_GRANT_MISSING, "member.setRole",
                          "{'uid': 'a', 'role': 'audience'}");
  test_client_call_fails (a, NERTC_ERROR_MEMBER_NOT_FOUND, "member.setRole",
                          "{'uid': 'c', 'role': 'audience'}");

  call (a, "member.setRole", "{'uid': 'b', 'role': 'audience'}");
  expect_text (a, "member.updated", "role", "audience");
  expect_text (a, "stream.removed", "reason", "unpublished");
  expect_rights (b, "audience", "publish subscribe message");
  expect_text (b, "stream.removed", "streamId", "s");
  test_client_call_fails (b, NERTC_ERROR_GRANT_MISSING, "stream.publish", STREAM ("s"));

  call (a, "member.setRole", "{'uid': 'b', 'role': 'host'}");
  expect_text (a, "member.updated", "role", "host");
  expect_rights (b, "host", "publish subscribe message");
  call (b, "stream.publish", STREAM ("s"));
  expect_text (a, "stream.added", "streamId", "s");
  call (a, "member.setRole", "{'uid': 'b', 'role': 'host'}");
  test_client_expect_nothing (b);
}

static void
test_renew_rights (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = new_joined (self, "|a||admin");
  g_autoptr (TestClient) b = new_joined (self, "|b||");

  expect_text (a, "member.joined", "uid", "b");
  renew (b, "|b||", 3600);
  test_client_expect_nothing (b);
  renew (b, "|b||publish", 3600);
  expect_rights (b, "host", "publish");
  renew (b, "||audience|publish", 3600);
  expect_rights (b, "audience", "publish");
  expect_text (a, "member.updated", "role", "audience");

  /* What an admin said stays, until a token says something else than the one before. */
  call (a, "member.setRole", "{'uid': 'b', 'role': 'host'}");
  expect_rights (b, "host", "publish");
  expect_text (a, "member.updated", "role", "host");
  renew (b, "||audience|publish", 3600);
  test_client_expect_nothing (b);
  renew (b, "|||", 3600);
  expect_rights (b, "host", "publish subscribe message");
  test_client_expect_nothing (a);
}

static void
test_renew_errors (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = new_joined (self, "|a||");
  g_autofree char *for_bob = mint ("|bob||", 3600, SECRET);
  g_autofree char *there = mint ("there|||", 3600, SECRET);
  g_autofree char *old = mint ("|||", -1, SECRET);

  test_client_call_fails (a, NERTC_ERROR_TOKEN_OTHER_UID, "room.renewToken", "{'token': '%s'}",
                          for_bob);
  test_client_call_fails (a, NERTC_ERROR_TOKEN_OTHER_ROOM, "room.renewToken", "{'token': '%s'}",
                          there);
  test_client_call_fails (a, NERTC_ERROR_TOKEN_EXPIRED, "room.renewToken", "{'token': '%s'}", old);
  test_client_call_fails (a, NERTC_ERROR_TOKEN_MALFORMED, "room.renewToken", "{'token': 'x'}");
  test_client_expect_nothing (a);
}

/* For how long */

static void
expect_notice (TestClient *client, gint64 at_most)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "room.tokenWillExpire");
  gint64 seconds = json_object_get_int_member (event, "expiresIn");

  g_assert_cmpint (seconds, >=, 1);
  g_assert_cmpint (seconds, <=, at_most);
}

/* One whose token ends, one that got another in time. */
static void
test_expiry (Fixture *self, gconstpointer auth)
{
  g_autoptr (TestClient) a = test_client_new (self->uri);
  g_autoptr (TestClient) b = test_client_new (self->uri);
  g_autoptr (JsonObject) renewed = NULL;
  g_autoptr (JsonObject) expired = NULL;

  renewed = join_for (a, "|a||", 20);
  expect_notice (a, 20);
  renew (a, "|a||", 3600);
  expired = join_for (b, "|b||", 4);
  expect_text (a, "member.joined", "uid", "b");
  expect_notice (b, 4);
  test_client_expect_end (b, "expired", 1008);
  expect_text (a, "member.left", "reason", "expired");
  test_client_expect_nothing (a);
}

#define TOKEN "--auth=token"
#define OPEN "--auth=open"
#define ADD(name, auth, function) \
  g_test_add ("/tokens/" name, Fixture, auth, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("join", TOKEN, test_join);
  ADD ("errors", TOKEN, test_errors);
  ADD ("required", TOKEN, test_required);
  ADD ("listen", TOKEN, test_listen);
  ADD ("second-secret", TOKEN, test_second_secret);
  ADD ("second-login", TOKEN, test_second_login);
  ADD ("second-login-refused", TOKEN "|--uid-policy=refuse", test_second_login_is_refused);
  ADD ("open", OPEN, test_open);
  ADD ("grants", TOKEN, test_grants);
  ADD ("set-role", TOKEN, test_set_role);
  ADD ("renew-rights", TOKEN, test_renew_rights);
  ADD ("renew-errors", TOKEN, test_renew_errors);
  ADD ("expiry", TOKEN, test_expiry);
  return g_test_run ();
}
