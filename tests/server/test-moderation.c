/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What administrators do as members, by real clients, what of it outlives the server, and that who
 * was away hears of it. */

#include "nertc-test-server.h"
#include "test-client.h"
#include "token.h"

#include <glib/gstdio.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define KEY_FILE "[app demo]\nsecrets=" SECRET "\n"
#define STATE "nertc-server.json"

typedef struct {
  char *dir; /* of key file and state */
  char *config;
  char *state;
  NertcTestServer *server;
  const char *uri;
  TestClient *admin;  /* “a”, in the room */
  TestClient *member; /* “b” */
} Fixture;

static TestClient *
new_joined (Fixture *self, const char *uid, NertcGrants grants)
{
  TestClient *client = test_client_new (self->uri);
  gint64 expires = g_get_real_time () / G_TIME_SPAN_SECOND + 3600;
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", expires);
  g_autofree char *token = NULL;
  g_autoptr (JsonObject) result = NULL;

  claims->uid = g_strdup (uid);
  claims->grants |= grants;
  token = token_mint (claims, SECRET, NULL);
  result = test_client_call (client, "room.join", "{'channel': 'room', 'token': '%s'}", token);
  g_assert_nonnull (result);
  return client;
}

static TestClient *
new_member (Fixture *self, const char *uid)
{
  return new_joined (self, uid, 0);
}

static void
join_fails (Fixture *self, NertcError code, const char *uid)
{
  g_autoptr (TestClient) client = test_client_new (self->uri);
  gint64 expires = g_get_real_time () / G_TIME_SPAN_SECOND + 3600;
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", expires);
  g_autofree char *token = token_mint (claims, SECRET, NULL);

  test_client_call_fails (client, code, "room.join",
                          "{'channel': 'room', 'uid': '%s', 'token': '%s'}", uid, token);
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
expect_flags (TestClient *client, const char *method, const char *audio_name,
              const char *video_name, gboolean audio, gboolean video)
{
  g_autoptr (JsonObject) event = test_client_expect (client, method);

  g_assert_cmpint (json_object_get_boolean_member_with_default (event, audio_name, FALSE), ==,
                   audio);
  g_assert_cmpint (json_object_get_boolean_member_with_default (event, video_name, FALSE), ==,
                   video);
}

static void
expect_closed (TestClient *client, const char *reason, const char *message)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "room.closed");

  g_assert_cmpstr (test_json_text (event, "reason"), ==, reason);
  g_assert_cmpstr (json_object_get_string_member_with_default (event, "message", NULL), ==,
                   message);
  test_client_expect_closed (client, 1008);
}

static void
start_server (Fixture *self, const char *option)
{
  g_autofree char *config = g_strdup_printf ("--config=%s", self->config);
  g_autofree char *dir = g_strdup_printf ("--state-dir=%s", self->dir);
  const char *options[] = { config, "--auth=token", dir, option, NULL };

  self->server = nertc_test_server_new_with_options (options);
  self->uri = nertc_test_server_get_uri (self->server);
}

/* @data: (nullable): one more option */
static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = g_dir_make_tmp ("nertc-moderation-XXXXXX", NULL);
  self->config = g_build_filename (self->dir, "server.conf", NULL);
  self->state = g_build_filename (self->dir, STATE, NULL);
  g_assert_true (g_file_set_contents_full (self->config, KEY_FILE, -1, 0, 0600, NULL));
  start_server (self, data);
  self->admin = new_joined (self, "a", NERTC_GRANTS_ADMIN);
  self->member = new_member (self, "b");
  expect_text (self->admin, "member.joined", "uid", "b");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->admin);
  test_client_free (self->member);
  nertc_test_server_free (self->server);
  g_unlink (self->config);
  g_unlink (self->state);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->config);
  g_free (self->state);
  g_free (self->dir);
}

static void
test_only_admins (Fixture *self, gconstpointer data)
{
  static const char *const requests[][2] = {
    { "room.close", "{}" },
    { "member.mute", "{'uid': 'a', 'audio': true}" },
    { "member.kick", "{'uid': 'a'}" },
    { "member.ban", "{'uid': 'a', 'seconds': 60}" },
    { "member.unban", "{'uid': 'a'}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    test_client_call_fails (self->member, NERTC_ERROR_GRANT_MISSING, requests[i][0], "%s",
                            requests[i][1]);
  test_client_expect_nothing (self->admin);
}

static void
test_kick (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = NULL;

  test_client_call_fails (self->admin, NERTC_ERROR_MEMBER_NOT_FOUND, "member.kick", "{'uid': 'c'}");
  call (self->admin, "member.kick", "{'uid': 'b', 'message': 'Be nice'}");
  expect_closed (self->member, "kicked", "Be nice");
  expect_text (self->admin, "member.left", "reason", "kicked");

  again = new_member (self, "b");
  expect_text (self->admin, "member.joined", "uid", "b");
}

static void
test_an_admin_kicks_itself (Fixture *self, gconstpointer data)
{
  call (self->admin, "member.kick", "{'uid': 'a'}");
  expect_closed (self->admin, "kicked", NULL);
  expect_text (self->member, "member.left", "reason", "kicked");
}

static void
test_ban (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = NULL;

  call (self->admin, "member.ban", "{'uid': 'b', 'seconds': 3600}");
  expect_closed (self->member, "banned", NULL);
  expect_text (self->admin, "member.left", "reason", "banned");
  join_fails (self, NERTC_ERROR_BANNED, "b");

  call (self->admin, "member.unban", "{'uid': 'b'}");
  test_client_call_fails (self->admin, NERTC_ERROR_MEMBER_NOT_FOUND, "member.unban",
                          "{'uid': 'b'}");
  again = new_member (self, "b");
  expect_text (self->admin, "member.joined", "uid", "b");
}

/* Who is not there can be banned, too, and whoever was stays so when the server is another one. */
static void
test_a_ban_outlives_the_server (Fixture *self, gconstpointer data)
{
  call (self->admin, "member.ban", "{'uid': 'c', 'seconds': 3600, 'message': 'Be nice'}");
  call (self->admin, "member.ban", "{'uid': 'd', 'seconds': 1}");
  test_client_close (self->admin, 1000);
  test_client_close (self->member, 1000);
  nertc_test_server_free (self->server);
  start_server (self, NULL);

  join_fails (self, NERTC_ERROR_BANNED, "c");
}

static void
test_mute (Fixture *self, gconstpointer data)
{
  call (self->member, "stream.publish",
        "{'streamId': 's', 'source': 'camera', 'audio': true, 'video': true}");
  expect_flags (self->admin, "stream.added", "audioMuted", "videoMuted", FALSE, FALSE);
  call (self->admin, "stream.subscribe", "{'streamId': 's', 'audio': true, 'video': true}");
  expect_flags (self->admin, "transport.open", "audio", "video", TRUE, TRUE);
  expect_flags (self->member, "transport.open", "audio", "video", TRUE, TRUE);

  call (self->admin, "member.mute", "{'uid': 'b', 'audio': true}");
  expect_flags (self->member, "room.muted", "audio", "video", TRUE, FALSE);
  expect_flags (self->member, "transport.update", "audio", "video", FALSE, TRUE);
  expect_flags (self->admin, "member.updated", "audioMuted", "videoMuted", TRUE, FALSE);
  expect_flags (self->admin, "stream.updated", "audioMuted", "videoMuted", TRUE, FALSE);
  expect_flags (self->admin, "transport.update", "audio", "video", FALSE, TRUE);

  /* Nothing that others see has changed. */
  call (self->member, "stream.update", "{'streamId': 's', 'audioMuted': true}");
  test_client_expect_nothing (self->admin);
  call (self->admin, "member.mute", "{'uid': 'b', 'audio': true}");
  test_client_expect_nothing (self->member);

  /* What the member has muted itself stays. */
  call (self->admin, "member.mute", "{'uid': 'b', 'audio': false, 'video': true}");
  expect_flags (self->member, "room.muted", "audio", "video", FALSE, TRUE);
  expect_flags (self->member, "transport.update", "audio", "video", TRUE, FALSE);
  expect_flags (self->admin, "member.updated", "audioMuted", "videoMuted", FALSE, TRUE);
  expect_flags (self->admin, "stream.updated", "audioMuted", "videoMuted", TRUE, TRUE);
}

/* What is published later is muted, too, and so is who comes again. */
static void
test_muted_stays_muted (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = NULL;

  test_client_call_fails (self->admin, NERTC_ERROR_MEMBER_NOT_FOUND, "member.mute",
                          "{'uid': 'c', 'audio': true}");
  call (self->admin, "member.mute", "{'uid': 'b', 'video': true}");
  expect_flags (self->admin, "member.updated", "audioMuted", "videoMuted", FALSE, TRUE);
  call (self->member, "stream.publish",
        "{'streamId': 's', 'source': 'camera', 'audio': true, 'video': true}");
  expect_flags (self->admin, "stream.added", "audioMuted", "videoMuted", FALSE, TRUE);
  call (self->admin, "stream.subscribe", "{'streamId': 's', 'audio': true, 'video': true}");
  expect_flags (self->admin, "transport.open", "audio", "video", TRUE, FALSE);

  test_client_close (self->member, 1000);
  expect_text (self->admin, "transport.close", "reason", "left");
  expect_text (self->admin, "stream.removed", "reason", "left");
  expect_text (self->admin, "member.left", "reason", "left");
  again = new_member (self, "b");
  expect_flags (self->admin, "member.joined", "audioMuted", "videoMuted", FALSE, TRUE);
}

static void
test_close (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = NULL;

  call (self->admin, "room.close", "{'message': 'Time is up'}");
  expect_closed (self->member, "closed", "Time is up");
  expect_closed (self->admin, "closed", "Time is up");
  again = new_member (self, "b");
  test_client_expect_nothing (again);
}

static void
test_member_count (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) quiet = test_client_new (self->uri);
  gint64 expires = g_get_real_time () / G_TIME_SPAN_SECOND + 3600;
  g_autoptr (TokenClaims) claims = token_claims_new ("demo", expires);
  g_autofree char *token = token_mint (claims, SECRET, NULL);
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (JsonObject) event = NULL;

  result = test_client_call (quiet, "room.join",
                             "{'channel': 'room', 'userUpdates': false, 'token': '%s'}", token);
  g_assert_cmpint (
      json_object_get_int_member (json_object_get_object_member (result, "room"), "memberCount"),
      ==, 3);
  test_client_close (self->member, 1000);
  event = test_client_expect (quiet, "room.memberCount");
  while (json_object_get_int_member (event, "members") != 2) {
    g_assert_cmpint (json_object_get_int_member (event, "members"), ==, 3);
    json_object_unref (event);
    event = test_client_expect (quiet, "room.memberCount");
  }
}

/* Those who hear why they are out when they come back */

static void
lose (TestClient *client)
{
  test_client_close (client, 4000);
}

static void
expect_farewell (Fixture *self, TestClient *lost, const char *reason, const char *message)
{
  g_autoptr (TestClient) back = test_client_new_resumed (self->uri, lost);

  expect_closed (back, reason, message);
}

static void
test_kicked_while_away (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) back = NULL;
  g_autoptr (TestClient) again = NULL;

  lose (self->member);
  call (self->admin, "room.update", "{'extraInfo': 'missed'}");
  call (self->admin, "member.kick", "{'uid': 'b', 'message': 'Be nice'}");
  expect_text (self->admin, "room.updated", "extraInfo", "missed");
  expect_text (self->admin, "member.left", "reason", "kicked");

  test_client_resume_fails (self->uri, self->member, 0, "wrong");
  back = test_client_new_resumed (self->uri, self->member);
  expect_text (back, "room.updated", "extraInfo", "missed");
  expect_closed (back, "kicked", "Be nice");
  test_client_expect_nothing (self->admin);

  /* Who has heard it may come again, if asked to; the session is over. */
  test_client_resume_fails (self->uri, back, 0, NULL);
  again = new_member (self, "b");
  expect_text (self->admin, "member.joined", "uid", "b");
}

static void
test_closed_while_away (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) again = NULL;

  lose (self->member);
  call (self->admin, "room.close", "{'message': 'Time is up'}");
  expect_closed (self->admin, "closed", "Time is up");
  expect_farewell (self, self->member, "closed", "Time is up");

  again = new_member (self, "c");
  test_client_expect_nothing (again);
  expect_farewell (self, self->member, "closed", "Time is up");
}

static void
test_replaced_while_away (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) other = NULL;

  lose (self->member);
  other = new_member (self, "b");
  expect_farewell (self, self->member, "replaced", NULL);
  test_client_expect_nothing (other);
}

/* It was sent on a connection that was lost before anybody knew. */
static void
test_kicked_unheard (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) back = NULL;

  call (self->admin, "member.kick", "{'uid': 'b', 'message': 'Be nice'}");
  expect_closed (self->member, "kicked", "Be nice");
  test_client_resume_fails (self->uri, self->member, 0, NULL);
  back = test_client_new_resumed_before (self->uri, self->member, 1);
  expect_closed (back, "kicked", "Be nice");
}

/* By then whoever was lost later has been given up. */
static void
test_kicked_long_ago (Fixture *self, gconstpointer data)
{
  g_autoptr (TestClient) other = new_member (self, "c");

  expect_text (self->admin, "member.joined", "uid", "c");
  expect_text (self->member, "member.joined", "uid", "c");
  call (self->admin, "member.kick", "{'uid': 'b'}");
  expect_closed (self->member, "kicked", NULL);
  expect_text (self->admin, "member.left", "reason", "kicked");
  lose (other);
  expect_text (self->admin, "member.left", "reason", "timeout");
  test_client_resume_fails (self->uri, self->member, 1, NULL);
}

static void
test_leave_leaves_nothing (Fixture *self, gconstpointer data)
{
  call (self->admin, "room.update", "{'extraInfo': 'news'}");
  expect_text (self->member, "room.updated", "extraInfo", "news");
  call (self->member, "room.leave", "{}");
  test_client_resume_fails (self->uri, self->member, 1, NULL);
}

#define ADD_WITH(name, function, option) \
  g_test_add ("/moderation/" name, Fixture, option, set_up, function, tear_down)
#define ADD(name, function) ADD_WITH (name, function, NULL)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("only-admins", test_only_admins);
  ADD ("kick", test_kick);
  ADD ("an-admin-kicks-itself", test_an_admin_kicks_itself);
  ADD ("ban", test_ban);
  ADD ("a-ban-outlives-the-server", test_a_ban_outlives_the_server);
  ADD ("mute", test_mute);
  ADD ("muted-stays-muted", test_muted_stays_muted);
  ADD ("close", test_close);
  ADD ("member-count", test_member_count);
  ADD ("kicked-while-away", test_kicked_while_away);
  ADD ("closed-while-away", test_closed_while_away);
  ADD ("replaced-while-away", test_replaced_while_away);
  ADD ("kicked-unheard", test_kicked_unheard);
  ADD_WITH ("kicked-long-ago", test_kicked_long_ago, "--grace=1");
  ADD ("leave-leaves-nothing", test_leave_leaves_nothing);
  return g_test_run ();
}
