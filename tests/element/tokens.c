/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens, roles and grants of pipelines, at a server that asks for tokens. */
#include "tokens-fixture.h"
#include "token.h"

#include <string.h>

#define OTHER_SECRET "fedcba9876543210fedcba9876543210"

static void
write_token (const char *token)
{
  fail_unless (g_file_set_contents (tokens_path, token, -1, NULL));
}

static void
renew (GstElement *pipeline, const char *token)
{
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), "room");

  g_signal_emit_by_name (roomsignal, "renew-token", token);
}

static void
renew_with (GstElement *pipeline, NertcGrants grants)
{
  g_autofree char *token = tokens_mint (NULL, NULL, NERTC_MEMBER_ROLE_HOST, grants, TOKENS_HOUR);

  renew (pipeline, token);
}

typedef struct {
  NertcRoom *room;
  NertcMemberRole role;
} RoleChange;

static gboolean
change_role (gpointer data)
{
  RoleChange *change = data;

  nertc_room_set_role_async (change->room, "cam", change->role, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
role_change_free (gpointer data)
{
  g_object_unref (((RoleChange *) data)->room);
  g_free (data);
}

/* @admin: a pipeline; makes the member “cam” a host or one of the audience */
static void
set_role (GstElement *admin, NertcMemberRole role)
{
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (admin), "room");
  RoleChange *change = g_new (RoleChange, 1);

  g_object_get (roomsignal, "room", &change->room, NULL);
  change->role = role;
  g_main_context_invoke_full (nertc_room_get_context (change->room), G_PRIORITY_DEFAULT,
                              change_role, change, role_change_free);
}

/* What is wrong with a token */

static char *
mint_raw (const char *app_key, gint64 not_before, const char *secret)
{
  gint64 now = g_get_real_time () / G_TIME_SPAN_SECOND;
  g_autoptr (TokenClaims) claims = token_claims_new (app_key, now + TOKENS_HOUR);

  claims->not_before = not_before ? now + not_before : 0;
  return token_mint (claims, secret, NULL);
}

static char *
make_bad_token (NertcError code)
{
  switch (code) {
    case NERTC_ERROR_APP_KEY_UNKNOWN:
      return mint_raw ("stranger", 0, TOKENS_SECRET);
    case NERTC_ERROR_TOKEN_SIGNATURE:
      return mint_raw ("demo", 0, OTHER_SECRET);
    case NERTC_ERROR_TOKEN_NOT_YET_VALID:
      return mint_raw ("demo", TOKENS_HOUR / 2, TOKENS_SECRET);
    case NERTC_ERROR_TOKEN_EXPIRED:
      return tokens_mint (NULL, NULL, NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT, -10);
    case NERTC_ERROR_TOKEN_OTHER_ROOM:
      return tokens_mint ("elsewhere", NULL, NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT,
                          TOKENS_HOUR);
    case NERTC_ERROR_TOKEN_OTHER_UID:
      return tokens_mint (NULL, "bob", NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT, TOKENS_HOUR);
    default:
      return g_strdup ("no-token.of.any-server");
  }
}

static const struct {
  NertcError code;
  const char *part;
} bad_tokens[] = {
  { NERTC_ERROR_APP_KEY_UNKNOWN, "‘stranger’" },
  { NERTC_ERROR_TOKEN_MALFORMED, "malformed" },
  { NERTC_ERROR_TOKEN_SIGNATURE, "secret of its app key" },
  { NERTC_ERROR_TOKEN_EXPIRED, "expired 1" },
  { NERTC_ERROR_TOKEN_NOT_YET_VALID, "valid in" },
  { NERTC_ERROR_TOKEN_OTHER_ROOM, "‘elsewhere’" },
  { NERTC_ERROR_TOKEN_OTHER_UID, "‘bob’" },
};

static void
expect_refusal (const char *line, NertcError code, const char *part, const char *token)
{
  GstElement *pipeline = room_pipeline_new (line);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  int found = 0;

  room_start (pipeline);
  message = tokens_await_message (pipeline, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED));
  gst_message_parse_error_details (message, &details);
  fail_unless (gst_structure_get_int (details, "code", &found));
  fail_unless_equals_int (found, code);
  fail_unless (strstr (error->message, part) != NULL, "%s", error->message);
  fail_unless (strstr (error->message, "nertc-token") != NULL, "%s", error->message);
  fail_unless (!token || !strstr (error->message, token));
  room_pipeline_free (pipeline);
}

GST_START_TEST (test_refused)
{
  g_autofree char *line =
      g_strdup_printf (TOKENS_ROOM "uid=alice token-file=%s", "%s", tokens_path);
  g_autofree char *token = make_bad_token (bad_tokens[__i__].code);

  write_token (token);
  expect_refusal (line, bad_tokens[__i__].code, bad_tokens[__i__].part, token);
  expect_refusal (line, bad_tokens[__i__].code, tokens_path, token);
}
GST_END_TEST

GST_START_TEST (test_no_token)
{
  expect_refusal (TOKENS_ROOM, NERTC_ERROR_TOKEN_REQUIRED, "token-file or NERTC_TOKEN", NULL);
}
GST_END_TEST

/* Renewal and expiry */

GST_START_TEST (test_renewed_by_file)
{
  g_autofree char *line =
      g_strdup_printf (TOKENS_ROOM "uid=alice token-file=%s", "%s", tokens_path);
  g_autofree char *first =
      tokens_mint (NULL, NULL, NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT, 25);
  g_autofree char *second =
      tokens_mint (NULL, NULL, NERTC_MEMBER_ROLE_AUDIENCE, NERTC_GRANTS_SUBSCRIBE, TOKENS_HOUR);
  GstElement *pipeline;

  write_token (first);
  pipeline = room_pipeline_new (line);
  room_join (pipeline);
  room_await_text (pipeline, "token-will-expire", "seconds=(uint)");
  write_token (second);
  room_await_text (pipeline, "token-renewed", "renewed=(boolean)true");
  room_await_text (pipeline, "role-changed",
                   "role=(NertcMemberRole)audience, grants=(NertcGrants)NERTC_GRANTS_SUBSCRIBE");
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
check_rights (GstElement *pipeline, NertcMemberRole role, NertcGrants grants)
{
  g_autoptr (GstElement) roomsignal = gst_bin_get_by_name (GST_BIN (pipeline), "room");
  NertcMemberRole found_role;
  NertcGrants found_grants;

  g_object_get (roomsignal, "role", &found_role, "grants", &found_grants, NULL);
  fail_unless_equals_int (found_role, role);
  fail_unless_equals_int (found_grants, grants);
}

/* The membership outlives a refusal, and the next join has the token that was taken. */
GST_START_TEST (test_renewed_by_action)
{
  NertcGrants all = NERTC_GRANTS_DEFAULT | NERTC_GRANTS_ADMIN;
  g_autofree char *other =
      tokens_mint ("elsewhere", NULL, NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT, TOKENS_HOUR);
  GstElement *pipeline =
      tokens_make_member ("alice", NERTC_MEMBER_ROLE_AUDIENCE, NERTC_GRANTS_SUBSCRIBE, "");

  room_join (pipeline);
  check_rights (pipeline, NERTC_MEMBER_ROLE_AUDIENCE, NERTC_GRANTS_SUBSCRIBE);
  renew (pipeline, other);
  tokens_await_warning (pipeline, "‘elsewhere’");
  renew_with (pipeline, all);
  room_await_text (pipeline, "token-renewed", "renewed=(boolean)true");
  room_await_text (pipeline, "role-changed", "role=(NertcMemberRole)host");
  check_rights (pipeline, NERTC_MEMBER_ROLE_HOST, all);

  gst_element_set_state (pipeline, GST_STATE_READY);
  room_await_rooms (1);
  room_join (pipeline);
  check_rights (pipeline, NERTC_MEMBER_ROLE_HOST, all);
  room_pipeline_free (pipeline);
}
GST_END_TEST

GST_START_TEST (test_expired)
{
  /* Long enough to join. */
  gint64 seconds = (gint64) (4 * nertc_get_patience ());
  g_autofree char *token =
      tokens_mint (NULL, NULL, NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT, seconds);
  g_autofree char *line =
      g_strdup_printf (TOKENS_ROOM "uid=alice token-file=%s", "%s", tokens_path);
  GstElement *pipeline;

  write_token (token);
  pipeline = room_pipeline_new (line);
  room_join (pipeline);
  room_await_error (pipeline, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "expired", "ran out", "token-file",
                    NULL);
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* Roles and grants in a call */

/* @name: of the element message that tells of it */
static void
await_state (GstElement *pipeline, const char *name, const char *state)
{
  for (;;) {
    g_autofree char *text = room_await (pipeline, name);

    if (strstr (text, state))
      return;
  }
}

/* Audience becomes host, audience, and host again, while others watch. */
GST_START_TEST (test_role_in_call)
{
  GstElement *camera =
      tokens_make_member ("cam", NERTC_MEMBER_ROLE_AUDIENCE, NERTC_GRANTS_DEFAULT, TOKENS_CAMERA);
  GstElement *admin = tokens_make_member ("admin", NERTC_MEMBER_ROLE_HOST,
                                          NERTC_GRANTS_DEFAULT | NERTC_GRANTS_ADMIN, TOKENS_VIEWER);
  CallSink picture;
  guint last;

  call_watch (&picture, admin, "picture", 0);
  call_code_pictures (camera, "camera", CALL_BASE);
  room_join (admin);
  room_start (camera);
  room_await_text (admin, "member-joined", "role=(NertcMemberRole)audience");
  tokens_await_warning (camera, "audience");
  set_role (admin, NERTC_MEMBER_ROLE_HOST);
  room_await_text (camera, "role-changed", "role=(NertcMemberRole)host");
  nertc_await (call_shows (&picture, CALL_BASE));

  set_role (admin, NERTC_MEMBER_ROLE_AUDIENCE);
  room_await_text (admin, "stream-removed", "reason=(NertcCloseReason)unpublished");
  await_state (camera, "publish-state", "no-publish");
  tokens_await_warning (camera, "audience");
  last = call_get_picture (&picture);

  set_role (admin, NERTC_MEMBER_ROLE_HOST);
  await_state (camera, "publish-state", "state=(GstNertcPublishState)publishing");
  nertc_await (call_get_picture (&picture) > last);
  room_pipeline_free (camera);
  room_pipeline_free (admin);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

GST_START_TEST (test_right_to_subscribe)
{
  GstElement *camera =
      tokens_make_member ("cam", NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_DEFAULT, TOKENS_CAMERA);
  GstElement *viewer =
      tokens_make_member ("eve", NERTC_MEMBER_ROLE_HOST, NERTC_GRANTS_MESSAGE, TOKENS_VIEWER);
  CallSink picture;
  guint last;

  call_watch (&picture, viewer, "picture", 0);
  call_code_pictures (camera, "camera", CALL_BASE);
  room_start (camera);
  room_start (viewer);
  tokens_await_warning (viewer, "Nothing is received");
  renew_with (viewer, NERTC_GRANTS_SUBSCRIBE);
  nertc_await (call_shows (&picture, CALL_BASE));
  renew_with (viewer, NERTC_GRANTS_MESSAGE);
  await_state (viewer, "play-state", "no-play");
  last = call_get_picture (&picture);
  renew_with (viewer, NERTC_GRANTS_SUBSCRIBE);
  nertc_await (call_get_picture (&picture) > last + 30); /* more than were under way */
  room_pipeline_free (viewer);
  room_pipeline_free (camera);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

static Suite *
tokens_suite (void)
{
  Suite *suite = suite_create ("tokens");
  TCase *tcase = tcase_create ("tokens");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, tokens_set_up, tokens_tear_down);
  tcase_add_loop_test (tcase, test_refused, 0, G_N_ELEMENTS (bad_tokens));
  tcase_add_test (tcase, test_no_token);
  tcase_add_test (tcase, test_renewed_by_file);
  tcase_add_test (tcase, test_renewed_by_action);
  tcase_add_test (tcase, test_expired);
  tcase_add_test (tcase, test_role_in_call);
  tcase_add_test (tcase, test_right_to_subscribe);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (tokens)
