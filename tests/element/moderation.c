/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What admins do to others, as pipelines see it. */
#include "tokens-fixture.h"

#include <string.h>

#define MEMBER_GRANTS NERTC_GRANTS_DEFAULT
#define ADMIN_GRANTS (NERTC_GRANTS_DEFAULT | NERTC_GRANTS_ADMIN)

static GstElement *
join (const char *uid, NertcGrants grants, const char *description)
{
  GstElement *pipeline = tokens_make_member (uid, NERTC_MEMBER_ROLE_HOST, grants, description);

  room_join (pipeline);
  return pipeline;
}

static void
set_channel (GstElement *pipeline, const char *channel)
{
  g_autoptr (GstElement) roomsignal = media_get (pipeline, "room");

  g_object_set (roomsignal, "channel", channel, NULL);
}

#define DO(pipeline, ...) \
  G_STMT_START \
  { \
    g_autoptr (GstElement) roomsignal = media_get (pipeline, "room"); \
\
    g_signal_emit_by_name (roomsignal, __VA_ARGS__); \
  } \
  G_STMT_END

/* An admin's words arrive, the element says what to do, and stays out until it is told to join. */
GST_START_TEST (test_kick)
{
  GstElement *admin = join ("admin", ADMIN_GRANTS, "");
  GstElement *bob = join ("bob", MEMBER_GRANTS, "");

  DO (admin, "kick", "bob", "Be nice");
  media_await_text (admin, "member-left", "uid=(string)bob, reason=(NertcCloseReason)kicked");
  room_await_text (bob, "closed", "text=(string)\"Be\\ nice\"");
  room_await_error (bob, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "kicked", "Be nice", "may join again",
                    NULL);
  set_channel (bob, "standup");
  room_await_text (admin, "member-joined", "uid=(string)bob");
  DO (admin, "kick", "nobody", NULL);
  media_await_text (admin, "moderated",
                    "action=(string)kick, uid=(string)nobody, done=(boolean)false");
  room_pipeline_free (bob);
  room_pipeline_free (admin);
}
GST_END_TEST

GST_START_TEST (test_ban)
{
  GstElement *admin = join ("admin", ADMIN_GRANTS, "");
  GstElement *bob = join ("bob", MEMBER_GRANTS, "");

  DO (admin, "ban", "bob", 100000, NULL);
  media_await_text (admin, "member-left", "reason=(NertcCloseReason)banned");
  room_await_error (bob, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "banned", "later", NULL);
  set_channel (bob, "standup");
  room_await_error (bob, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "Cannot join", "banned", "seconds",
                    NULL);
  DO (admin, "unban", "bob");
  media_await_text (admin, "moderated",
                    "action=(string)unban, uid=(string)bob, done=(boolean)true");
  set_channel (bob, "standup");
  room_await_text (admin, "member-joined", "uid=(string)bob");
  room_pipeline_free (bob);
  room_pipeline_free (admin);
}
GST_END_TEST

GST_START_TEST (test_close)
{
  GstElement *admin = join ("admin", ADMIN_GRANTS, "");
  GstElement *bob = join ("bob", MEMBER_GRANTS, "");

  DO (admin, "close-room", "The lesson is over");
  room_await_text (bob, "closed", "text=(string)\"The\\ lesson\\ is\\ over\"");
  room_await_error (bob, GST_RESOURCE_ERROR_NOT_FOUND, "closed", "join again", NULL);
  media_await_text (admin, "closed", "reason=(NertcCloseReason)closed");
  room_pipeline_free (bob);
  room_pipeline_free (admin);
}
GST_END_TEST

GST_START_TEST (test_without_the_grant)
{
  GstElement *eve = join ("eve", MEMBER_GRANTS, "");
  GstElement *bob = join ("bob", MEMBER_GRANTS, "");

  DO (eve, "kick", "bob", NULL);
  room_await_text (eve, "member-joined", "uid=(string)bob");
  room_await_text (eve, "moderated", "done=(boolean)false");
  tokens_await_warning (eve, "grants admin");
  room_pipeline_free (bob);
  room_pipeline_free (eve);
}
GST_END_TEST

/* Muted at the source */

static GstPadProbeReturn
count (GstPad *pad, GstPadProbeInfo *info, gpointer counter)
{
  g_atomic_int_inc ((int *) counter);
  return GST_PAD_PROBE_OK;
}

static void
count_pictures (GstElement *pipeline, int *counter)
{
  g_autoptr (GstPad) pad = media_get_pad (pipeline, "camera", "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count, counter, NULL);
}

/* So many pictures more than when the camera heard of it are more than were under way. */
#define UNDER_WAY 12

static void
check_nothing_comes (CallSink *picture, const int *made)
{
  int muted = g_atomic_int_get (made);

  nertc_await (g_atomic_int_get (made) > muted + 2 * UNDER_WAY);
  ck_assert_uint_lt (call_get_picture (picture), (guint) (CALL_BASE + muted + UNDER_WAY));
}

static gboolean
is_muted (GstElement *pipeline)
{
  g_autoptr (GstPad) pad = media_get_pad (pipeline, "me", "video_0");
  gboolean mute;

  g_object_get (pad, "mute", &mute, NULL);
  return mute;
}

/* The source stops, and begins with a key frame; it holds for who comes back. */
GST_START_TEST (test_mute)
{
  GstElement *admin =
      tokens_make_member ("admin", NERTC_MEMBER_ROLE_HOST, ADMIN_GRANTS, TOKENS_VIEWER);
  GstElement *camera =
      tokens_make_member ("cam", NERTC_MEMBER_ROLE_HOST, MEMBER_GRANTS, TOKENS_CAMERA);
  CallSink picture;
  int made = 0;
  guint last;

  call_watch (&picture, admin, "picture", 0);
  call_code_pictures (camera, "camera", CALL_BASE);
  count_pictures (camera, &made);
  room_join (admin);
  room_join (camera);
  nertc_await (call_shows (&picture, CALL_BASE));

  DO (admin, "mute-member", "cam", NERTC_MEDIA_VIDEO, TRUE);
  media_await_text (admin, "member-updated", "muted-by-admin=(NertcMedia)NERTC_MEDIA_VIDEO");
  media_await_text (admin, "stream-updated", "video-muted=(boolean)true");
  room_await_text (camera, "muted-by-admin", "audio=(boolean)false, video=(boolean)true");
  tokens_await_warning (camera, "muted");
  check_nothing_comes (&picture, &made);
  fail_unless (!is_muted (camera));

  gst_element_set_state (camera, GST_STATE_READY);
  room_join (camera);
  tokens_await_warning (camera, "muted");
  last = call_get_picture (&picture);
  DO (admin, "mute-member", "cam", NERTC_MEDIA_VIDEO, FALSE);
  room_await_text (camera, "muted-by-admin", "video=(boolean)false");
  nertc_await (call_get_picture (&picture) > last + 5);
  room_pipeline_free (camera);
  room_pipeline_free (admin);
  call_check_pictures (&picture);
  call_unwatch (&picture);
}
GST_END_TEST

/* How many there are */

static guint
get_count (GstElement *pipeline)
{
  g_autoptr (GstElement) roomsignal = media_get (pipeline, "room");
  guint members;

  g_object_get (roomsignal, "member-count", &members, NULL);
  return members;
}

GST_START_TEST (test_count)
{
  GstElement *admin = join ("admin", ADMIN_GRANTS, "");
  GstElement *hall = tokens_make_member ("hall", NERTC_MEMBER_ROLE_HOST, MEMBER_GRANTS, "");
  g_autoptr (GstElement) roomsignal = media_get (hall, "room");
  GstElement *bob;

  g_object_set (roomsignal, "user-updates", FALSE, NULL);
  fail_unless_equals_int (get_count (hall), 0);
  room_join (hall);
  nertc_await (get_count (hall) == 2 && get_count (admin) == 2);
  bob = join ("bob", MEMBER_GRANTS, "");
  nertc_await (get_count (admin) == 3);
  room_pipeline_free (bob);
  nertc_await (get_count (admin) == 2);
  bob = join ("bob", MEMBER_GRANTS, "");
  media_await_text (hall, "member-count", "members=(uint)3");
  room_pipeline_free (bob);
  room_pipeline_free (hall);
  room_pipeline_free (admin);
}
GST_END_TEST

GST_START_TEST (test_set_role)
{
  GstElement *admin = join ("admin", ADMIN_GRANTS, "");
  GstElement *bob = join ("bob", MEMBER_GRANTS, "");

  DO (admin, "set-role", "bob", NERTC_MEMBER_ROLE_AUDIENCE);
  room_await_text (bob, "role-changed", "role=(NertcMemberRole)audience");
  room_pipeline_free (bob);
  room_pipeline_free (admin);
}
GST_END_TEST

/* What an application must not ask for is refused, and nothing else happens. */
GST_START_TEST (test_nonsense)
{
  GstElement *admin = join ("admin", ADMIN_GRANTS, "");
  g_autofree char *long_text = g_strnfill (300 * 1024, 't');

  DO (admin, "kick", "\xff", NULL);
  media_await_text (admin, "moderated", "done=(boolean)false");
  DO (admin, "kick", NULL, NULL);
  media_await_text (admin, "moderated", "done=(boolean)false");
  DO (admin, "kick", "admin", long_text);
  media_await_text (admin, "moderated", "done=(boolean)false");
  DO (admin, "mute-member", "admin", NERTC_MEDIA_NONE, TRUE);
  media_await_text (admin, "moderated",
                    "action=(string)mute-member, uid=(string)admin, "
                    "done=(boolean)false");
  DO (admin, "set-role", "admin", 99);
  media_await_text (admin, "moderated",
                    "action=(string)set-role, uid=(string)admin, "
                    "done=(boolean)false");
  room_pipeline_free (admin);
}
GST_END_TEST

static Suite *
moderation_suite (void)
{
  Suite *suite = suite_create ("moderation");
  TCase *tcase = tcase_create ("moderation");

  tcase_set_timeout (tcase, 0); /* whatever waits has a watchdog of its own */
  tcase_add_checked_fixture (tcase, tokens_set_up, tokens_tear_down);
  tcase_add_test (tcase, test_kick);
  tcase_add_test (tcase, test_ban);
  tcase_add_test (tcase, test_close);
  tcase_add_test (tcase, test_without_the_grant);
  tcase_add_test (tcase, test_mute);
  tcase_add_test (tcase, test_count);
  tcase_add_test (tcase, test_set_role);
  tcase_add_test (tcase, test_nonsense);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (moderation)
