/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

/* What a room publishes, subscribes and is told of, against a server that the test plays. */

#define BOTH (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO)

static void
test_events (Fixture *self, gconstpointer data)
{
  fixture_join (self, "");
  fake_server_event (self->server, "member.joined",
                     "'uid':'bob','userName':'Bob','userData':'','role':'host'");
  fake_server_event (self->server, "member.updated",
                     "'uid':'bob','userName':'Rob','userData':'1','role':'host'");
  fake_server_event (self->server, "stream.added", "'uid':'bob'," B1);
  fake_server_event (self->server, "stream.updated",
                     "'uid':'bob','streamId':'b1','source':'camera','audio':true,'video':true,"
                     "'audioMuted':false,'videoMuted':true");
  g_assert_cmpstr (nertc_member_get_user_data (nertc_room_get_member (self->room, "bob")), ==, "1");
  g_assert_cmpint (nertc_stream_get_media (nertc_room_get_stream (self->room, "b1")), ==, BOTH);
  fake_server_event (self->server, "stream.updated",
                     "'uid':'bob','streamId':'b1','source':'camera','audio':true,'video':false,"
                     "'audioMuted':false,'videoMuted':true");
  g_assert_cmpint (nertc_stream_get_media (nertc_room_get_stream (self->room, "b1")), ==,
                   NERTC_MEDIA_AUDIO);
  fake_server_event (self->server, "stream.removed",
                     "'uid':'bob','streamId':'b1','reason':'unpublished'");
  fake_server_event (self->server, "stream.removed",
                     "'uid':'bob','streamId':'b1','reason':'unpublished'");
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'kicked'");
  fixture_check_log (self, "joined bob\n"
                           "updated bob Rob\n"
                           "added b1\n"
                           "muted b1 2\n"
                           "muted b1 2\n"
                           "removed b1 unpublished\n"
                           "left bob kicked\n");
}

static void
test_member_takes_streams_along (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  fake_server_event (self->server, "member.left", "'uid':'bob','reason':'timeout'");
  fixture_check_log (self, "removed b1 timeout\nleft bob timeout\n");
}

/* Without user updates nobody would ever go, so nobody comes. */
static void
test_without_user_updates (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) members = NULL;

  g_object_set (self->room, "user-updates", FALSE, NULL);
  fixture_join (self, BOB);
  fake_server_event (self->server, "stream.added", "'uid':'bob'," B1);
  fixture_check_log (self, "added b1\n");
  members = nertc_room_get_members (self->room);
  g_assert_cmpuint (members->len, ==, 0);
}

static void
test_publish (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  nertc_room_publish_async (self->room, NULL, NERTC_SOURCE_SCREEN, NERTC_MEDIA_VIDEO,
                            NERTC_MEDIA_VIDEO, NULL, on_publish, &publish);
  params = fake_server_expect (self->server, "stream.publish");
  g_assert_false (json_object_has_member (params, "streamId"));
  g_assert_cmpstr (json_object_get_string_member (params, "source"), ==, "screen");
  g_assert_false (json_object_get_boolean_member (params, "audio"));
  g_assert_true (json_object_get_boolean_member (params, "video"));
  g_assert_false (json_object_get_boolean_member (params, "audioMuted"));
  g_assert_true (json_object_get_boolean_member (params, "videoMuted"));
  fake_server_reply (self->server, "{'streamId':'made-by-the-server'}");
  outcome_wait (&publish);
  g_assert_cmpstr (publish.text, ==, "made-by-the-server");
}

static void
check_publish_fails (Fixture *self, const char *stream_id, NertcMedia media, NertcError code)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");

  nertc_room_publish_async (self->room, stream_id, NERTC_SOURCE_CAMERA, media, NERTC_MEDIA_NONE,
                            NULL, on_publish, &publish);
  outcome_wait (&publish);
  g_assert_error (publish.error, NERTC_ERROR, code);
}

static void
test_publish_invalid (Fixture *self, gconstpointer data)
{
  check_publish_fails (self, "a1", BOTH, NERTC_ERROR_WRONG_STATE);
  fixture_join (self, "");
  check_publish_fails (self, "a 1", BOTH, NERTC_ERROR_STREAM_ID_INVALID);
  check_publish_fails (self, "a1", NERTC_MEDIA_NONE, NERTC_ERROR_INVALID_PARAMS);
  fake_server_expect_nothing (self->server);
  fixture_publish (self, "a1");
  check_publish_fails (self, "a1", BOTH, NERTC_ERROR_STREAM_ID_TAKEN);
  fake_server_expect_nothing (self->server);
}

/* A refused publication is forgotten: its name can be tried again. */
static void
test_publish_refused (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_publish, &publish);
  params = fake_server_expect (self->server, "stream.publish");
  fake_server_reply_error (self->server, NERTC_ERROR_STREAM_ID_TAKEN);
  outcome_wait (&publish);
  g_assert_error (publish.error, NERTC_ERROR, NERTC_ERROR_STREAM_ID_TAKEN);
  fixture_publish (self, "a1");
}

static void
test_publish_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) named = OUTCOME (self, "named");
  g_auto (Outcome) unnamed = OUTCOME (self, "unnamed");
  JsonObject *params;

  fixture_join (self, "");
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE,
                            cancellable, on_publish, &named);
  nertc_room_publish_async (self->room, NULL, NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE,
                            cancellable, on_publish, &unnamed);
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  g_cancellable_cancel (cancellable);
  outcome_wait (&named);
  outcome_wait (&unnamed);
  g_assert_error (named.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (unnamed.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_server_reply (self->server, "{'streamId':'x7'}");
  for (guint i = 0; i < 2; i++) {
    const char *ids[] = { "a1", "x7" };

    params = fake_server_expect (self->server, "stream.unpublish");
    g_assert_cmpstr (json_object_get_string_member (params, "streamId"), ==, ids[i]);
    json_object_unref (params);
  }
  /* Neither is published again. */
  fixture_lose (self);
  fixture_rejoin (self, "");
  fake_server_expect_nothing (self->server);
}

static void
test_set_muted (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) mute = OUTCOME (self, "mute");
  g_auto (Outcome) unknown = OUTCOME (self, "unknown");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  fixture_publish (self, "a1");
  nertc_room_set_muted_async (self->room, "a1", NERTC_MEDIA_AUDIO, NULL, on_set_muted, &mute);
  params = fake_server_expect (self->server, "stream.update");
  g_assert_cmpstr (json_object_get_string_member (params, "streamId"), ==, "a1");
  g_assert_true (json_object_get_boolean_member (params, "audioMuted"));
  g_assert_false (json_object_get_boolean_member (params, "videoMuted"));
  fake_server_reply (self->server, "{}");
  outcome_wait (&mute);
  g_assert_no_error (mute.error);
  nertc_room_set_muted_async (self->room, "a2", NERTC_MEDIA_AUDIO, NULL, on_set_muted, &unknown);
  outcome_wait (&unknown);
  g_assert_error (unknown.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
}

static void
check_update_fails (Fixture *self, const char *stream_id, NertcMedia media, NertcError code)
{
  g_auto (Outcome) update = OUTCOME (self, "update");

  nertc_room_update_stream_async (self->room, stream_id, media, FALSE, NULL, on_update_stream,
                                  &update);
  outcome_wait (&update);
  g_assert_error (update.error, NERTC_ERROR, code);
}

static void
test_update_stream (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) tracks = OUTCOME (self, "tracks");
  g_auto (Outcome) codec = OUTCOME (self, "codec");
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;

  check_update_fails (self, "a1", BOTH, NERTC_ERROR_WRONG_STATE);
  fixture_join (self, "");
  check_update_fails (self, "a1", BOTH, NERTC_ERROR_STREAM_NOT_FOUND);
  fixture_publish (self, "a1");
  check_update_fails (self, "a1", NERTC_MEDIA_NONE, NERTC_ERROR_INVALID_PARAMS);
  nertc_room_update_stream_async (self->room, "a1", NERTC_MEDIA_AUDIO, FALSE, NULL,
                                  on_update_stream, &tracks);
  first = fake_server_expect (self->server, "stream.update");
  g_assert_cmpstr (json_object_get_string_member (first, "streamId"), ==, "a1");
  g_assert_true (json_object_get_boolean_member (first, "audio"));
  g_assert_false (json_object_get_boolean_member (first, "video"));
  g_assert_false (json_object_has_member (first, "renew"));
  g_assert_false (json_object_has_member (first, "audioMuted"));
  fake_server_reply (self->server, "{}");
  outcome_wait (&tracks);
  g_assert_no_error (tracks.error);
  nertc_room_update_stream_async (self->room, "a1", BOTH, TRUE, NULL, on_update_stream, &codec);
  second = fake_server_expect (self->server, "stream.update");
  g_assert_true (json_object_get_boolean_member (second, "video"));
  g_assert_true (json_object_get_boolean_member (second, "renew"));
  fake_server_reply (self->server, "{}");
  outcome_wait (&codec);
  g_assert_no_error (codec.error);
}

static void
test_unpublish (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) unpublish = OUTCOME (self, "unpublish");
  g_auto (Outcome) again = OUTCOME (self, "again");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  fixture_publish (self, "a1");
  nertc_room_unpublish_async (self->room, "a1", NULL, on_unpublish, &unpublish);
  params = fake_server_expect (self->server, "stream.unpublish");
  g_assert_cmpstr (json_object_get_string_member (params, "streamId"), ==, "a1");
  fake_server_reply (self->server, "{}");
  outcome_wait (&unpublish);
  g_assert_no_error (unpublish.error);
  nertc_room_unpublish_async (self->room, "a1", NULL, on_unpublish, &again);
  outcome_wait (&again);
  g_assert_error (again.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
  fixture_lose (self);
  fixture_rejoin (self, "");
  fake_server_expect_nothing (self->server);
}

static void
test_subscribe (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) subscribe = OUTCOME (self, "subscribe");
  g_auto (Outcome) more = OUTCOME (self, "more");
  g_auto (Outcome) unknown = OUTCOME (self, "unknown");
  g_autoptr (JsonObject) first = NULL;
  g_autoptr (JsonObject) second = NULL;
  g_autoptr (JsonObject) third = NULL;

  fixture_join (self, BOB_SINGS);
  nertc_room_subscribe_async (self->room, "b1", NERTC_MEDIA_AUDIO, NULL, on_subscribe, &subscribe);
  first = fake_server_expect (self->server, "stream.subscribe");
  g_assert_true (json_object_get_boolean_member (first, "audio"));
  g_assert_false (json_object_get_boolean_member (first, "video"));
  fake_server_reply (self->server, "{}");
  nertc_room_subscribe_async (self->room, "b1", BOTH, NULL, on_subscribe, &more);
  second = fake_server_expect (self->server, "stream.subscribe");
  g_assert_true (json_object_get_boolean_member (second, "video"));
  fake_server_reply (self->server, "{}");
  outcome_wait (&more);
  g_assert_true (subscribe.done);
  g_assert_no_error (subscribe.error);
  nertc_room_subscribe_async (self->room, "b2", BOTH, NULL, on_subscribe, &unknown);
  third = fake_server_expect (self->server, "stream.subscribe");
  fake_server_reply_error (self->server, NERTC_ERROR_STREAM_NOT_FOUND);
  outcome_wait (&unknown);
  g_assert_error (unknown.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
}

static void
test_unsubscribe (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) unsubscribe = OUTCOME (self, "unsubscribe");
  g_auto (Outcome) again = OUTCOME (self, "again");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  nertc_room_unsubscribe_async (self->room, "b1", NULL, on_unsubscribe, &unsubscribe);
  params = fake_server_expect (self->server, "stream.unsubscribe");
  fake_server_reply (self->server, "{}");
  outcome_wait (&unsubscribe);
  g_assert_no_error (unsubscribe.error);
  nertc_room_unsubscribe_async (self->room, "b1", NULL, on_unsubscribe, &again);
  outcome_wait (&again);
  g_assert_error (again.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
}

/* Publications first, each as it was last; then the subscriptions whose streams are there. */
static void
test_restored (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) mute = OUTCOME (self, "mute");
  g_auto (Outcome) update = OUTCOME (self, "update");
  g_autoptr (JsonObject) publish = NULL;
  g_autoptr (JsonObject) subscribe = NULL;

  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  fixture_subscribe (self, "b1");
  fixture_lose (self);
  nertc_room_set_muted_async (self->room, "a1", NERTC_MEDIA_VIDEO, NULL, on_set_muted, &mute);
  nertc_room_update_stream_async (self->room, "a1", BOTH, FALSE, NULL, on_update_stream, &update);
  fixture_rejoin (self, BOB_SINGS);
  g_assert_no_error (mute.error);
  g_assert_no_error (update.error);
  publish = fake_server_expect (self->server, "stream.publish");
  g_assert_cmpstr (json_object_get_string_member (publish, "streamId"), ==, "a1");
  g_assert_cmpstr (json_object_get_string_member (publish, "source"), ==, "screen");
  g_assert_true (json_object_get_boolean_member (publish, "audio"));
  g_assert_true (json_object_get_boolean_member (publish, "video"));
  g_assert_false (json_object_get_boolean_member (publish, "audioMuted"));
  g_assert_true (json_object_get_boolean_member (publish, "videoMuted"));
  fake_server_reply (self->server, "{'streamId':'a1'}");
  subscribe = fake_server_expect (self->server, "stream.subscribe");
  g_assert_cmpstr (json_object_get_string_member (subscribe, "streamId"), ==, "b1");
  g_assert_true (json_object_get_boolean_member (subscribe, "video"));
  g_assert_false (json_object_get_boolean_member (subscribe, "audio"));
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "state connected none\nmute: done\nupdate: done\n");
}

static void
test_restored_when_the_stream_comes (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  fixture_lose (self);
  fixture_rejoin (self, "");
  fake_server_expect_nothing (self->server);
  fake_server_event (self->server, "member.joined",
                     "'uid':'bob','userName':'Bob','userData':'','role':'host'");
  fake_server_event (self->server, "stream.added", "'uid':'bob'," B1);
  params = fake_server_expect (self->server, "stream.subscribe");
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "state connected none\n");
}

static void
test_restoring_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, "");
  fixture_publish (self, "a1");
  fixture_lose (self);
  fixture_rejoin (self, "");
  params = fake_server_expect (self->server, "stream.publish");
  fake_server_reply_error (self->server, NERTC_ERROR_STREAM_ID_TAKEN);
  fixture_check_log (self, "state connected none\nfailed a1 1010\n");
  fixture_publish (self, "a1");
}

/* The stream went between the snapshot and the request; its removal tells the application. */
static void
test_restoring_is_too_late (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  params = fake_server_expect (self->server, "stream.subscribe");
  fake_server_event (self->server, "stream.removed",
                     "'uid':'bob','streamId':'b1','reason':'unpublished'");
  fake_server_reply_error (self->server, NERTC_ERROR_STREAM_NOT_FOUND);
  fixture_check_log (self, "state connected none\nremoved b1 unpublished\n");
}

/* What waits for an answer when the connection is lost goes on waiting. */
static void
test_pending_when_lost (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_auto (Outcome) subscribe = OUTCOME (self, "subscribe");
  g_auto (Outcome) more = OUTCOME (self, "more");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB_SINGS);
  nertc_room_publish_async (self->room, NULL, NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_publish, &publish);
  nertc_room_subscribe_async (self->room, "b1", NERTC_MEDIA_AUDIO, NULL, on_subscribe, &subscribe);
  nertc_room_subscribe_async (self->room, "b1", BOTH, NULL, on_subscribe, &more);
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  fake_server_reply (self->server, "{'streamId':'x9'}");
  params = fake_server_expect (self->server, "stream.subscribe");
  g_assert_true (json_object_get_boolean_member (params, "video"));
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "state connected none\npublish: done\nsubscribe: done\nmore: done\n");
  g_assert_cmpstr (publish.text, ==, "x9");
  fake_server_expect_nothing (self->server);
}

static void
test_changes_pending_when_lost (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) mute = OUTCOME (self, "mute");
  g_auto (Outcome) unpublish = OUTCOME (self, "unpublish");
  g_auto (Outcome) unsubscribe = OUTCOME (self, "unsubscribe");
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  fixture_publish (self, "a2");
  fixture_subscribe (self, "b1");
  nertc_room_set_muted_async (self->room, "a1", NERTC_MEDIA_AUDIO, NULL, on_set_muted, &mute);
  nertc_room_unpublish_async (self->room, "a2", NULL, on_unpublish, &unpublish);
  nertc_room_unsubscribe_async (self->room, "b1", NULL, on_unsubscribe, &unsubscribe);
  fixture_lose (self);
  fixture_rejoin (self, BOB_SINGS);
  outcome_wait (&mute);
  outcome_wait (&unpublish);
  outcome_wait (&unsubscribe);
  g_assert_no_error (mute.error);
  g_assert_no_error (unpublish.error);
  g_assert_no_error (unsubscribe.error);
  params = fake_server_expect (self->server, "stream.publish");
  g_assert_cmpstr (json_object_get_string_member (params, "streamId"), ==, "a1");
  g_assert_true (json_object_get_boolean_member (params, "audioMuted"));
  fake_server_expect_nothing (self->server);
}

static void
test_asked_while_reconnecting (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_auto (Outcome) subscribe = OUTCOME (self, "subscribe");
  g_auto (Outcome) gone = OUTCOME (self, "gone");
  g_auto (Outcome) unknown = OUTCOME (self, "unknown");

  fixture_shorten (self, &self->timing.settle);
  fixture_join (self, BOB_SINGS
                ",{'uid':'eve','userName':'','userData':'','role':'host','streams':[{'streamId':"
                "'e1','source':'custom','audio':true,'video':false,'audioMuted':"
                "false,'videoMuted':false}]}");
  fixture_lose (self);
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_publish, &publish);
  nertc_room_subscribe_async (self->room, "b1", BOTH, NULL, on_subscribe, &subscribe);
  nertc_room_subscribe_async (self->room, "e1", BOTH, NULL, on_subscribe, &gone);
  nertc_room_subscribe_async (self->room, "z1", BOTH, NULL, on_subscribe, &unknown);
  outcome_wait (&unknown);
  g_assert_error (unknown.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
  fixture_rejoin (self, BOB_SINGS);
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  fake_server_reply (self->server, "{'streamId':'a1'}");
  json_object_unref (fake_server_expect (self->server, "stream.subscribe"));
  fake_server_reply (self->server, "{}");
  outcome_wait (&gone);
  g_assert_no_error (publish.error);
  g_assert_no_error (subscribe.error);
  g_assert_error (gone.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
}

static void
test_taken_back_while_reconnecting (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) unpublish = OUTCOME (self, "unpublish");
  g_auto (Outcome) unsubscribe = OUTCOME (self, "unsubscribe");

  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  fixture_subscribe (self, "b1");
  fixture_open_transport (self, "t1", "sender", "a1");
  fixture_open_transport (self, "t2", "receiver", "b1");
  fixture_lose (self);
  nertc_room_unpublish_async (self->room, "a1", NULL, on_unpublish, &unpublish);
  nertc_room_unsubscribe_async (self->room, "b1", NULL, on_unsubscribe, &unsubscribe);
  g_assert_cmpstr (self->log->str, ==, "");
  fixture_rejoin (self, BOB_SINGS);
  outcome_wait (&unpublish);
  outcome_wait (&unsubscribe);
  g_assert_no_error (unpublish.error);
  g_assert_no_error (unsubscribe.error);
  fixture_wait_for_log (self, "closed t1 unpublished");
  fixture_wait_for_log (self, "closed t2 unsubscribed");
  fake_server_expect_nothing (self->server);
}

static void
test_pending_when_left (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");
  g_auto (Outcome) mute = OUTCOME (self, "mute");
  g_auto (Outcome) subscribe = OUTCOME (self, "subscribe");
  g_auto (Outcome) leave = OUTCOME (self, "leave");

  fixture_shorten (self, &self->timing.leave);
  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  nertc_room_publish_async (self->room, NULL, NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_publish, &publish);
  nertc_room_set_muted_async (self->room, "a1", BOTH, NULL, on_set_muted, &mute);
  nertc_room_subscribe_async (self->room, "b1", BOTH, NULL, on_subscribe, &subscribe);
  nertc_room_leave_async (self->room, NULL, on_leave, &leave);
  outcome_wait (&leave);
  g_assert_error (publish.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (mute.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (subscribe.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_join (self, BOB_SINGS);
  fake_server_expect_nothing (self->server);
}

static void
test_pending_when_closed (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) publish = OUTCOME (self, "publish");

  fixture_join (self, BOB_SINGS);
  nertc_room_publish_async (self->room, "a1", NERTC_SOURCE_CAMERA, BOTH, NERTC_MEDIA_NONE, NULL,
                            on_publish, &publish);
  fake_server_event (self->server, "room.closed", "'reason':'kicked'");
  outcome_wait (&publish);
  g_assert_error (publish.error, NERTC_ERROR, NERTC_ERROR_ROOM_CLOSED);
}

/* Nobody holds a room for a request that nobody waits for. */
static void
test_gone_while_restoring (Fixture *self, gconstpointer data)
{
  fixture_join (self, "");
  fixture_publish (self, "a1");
  fixture_lose (self);
  fixture_rejoin (self, "");
  json_object_unref (fake_server_expect (self->server, "stream.publish"));
  g_assert_finalize_object (self->room);
  g_assert_cmpuint (fake_server_expect_closed (self->server), ==, NERTC_CLOSE_CODE_NORMAL);
  self->room = nertc_room_new (NULL, NULL);
}

static void
test_removed_ends_subscription (Fixture *self, gconstpointer data)
{
  g_auto (Outcome) unsubscribe = OUTCOME (self, "unsubscribe");

  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  fake_server_event (self->server, "stream.removed",
                     "'uid':'bob','streamId':'b1','reason':'unpublished'");
  fake_server_event (self->server, "stream.added", "'uid':'bob'," B1);
  fake_server_expect_nothing (self->server);
  nertc_room_unsubscribe_async (self->room, "b1", NULL, on_unsubscribe, &unsubscribe);
  outcome_wait (&unsubscribe);
  g_assert_error (unsubscribe.error, NERTC_ERROR, NERTC_ERROR_STREAM_NOT_FOUND);
}

#define ADD(name, test) \
  g_test_add ("/room/streams/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("events", test_events);
  ADD ("member-takes-streams-along", test_member_takes_streams_along);
  ADD ("without-user-updates", test_without_user_updates);
  ADD ("publish", test_publish);
  ADD ("publish-invalid", test_publish_invalid);
  ADD ("publish-refused", test_publish_refused);
  ADD ("publish-cancelled", test_publish_cancelled);
  ADD ("set-muted", test_set_muted);
  ADD ("update-stream", test_update_stream);
  ADD ("unpublish", test_unpublish);
  ADD ("subscribe", test_subscribe);
  ADD ("unsubscribe", test_unsubscribe);
  ADD ("restored", test_restored);
  ADD ("restored-when-the-stream-comes", test_restored_when_the_stream_comes);
  ADD ("restoring-is-refused", test_restoring_is_refused);
  ADD ("restoring-is-too-late", test_restoring_is_too_late);
  ADD ("pending-when-lost", test_pending_when_lost);
  ADD ("changes-pending-when-lost", test_changes_pending_when_lost);
  ADD ("asked-while-reconnecting", test_asked_while_reconnecting);
  ADD ("taken-back-while-reconnecting", test_taken_back_while_reconnecting);
  ADD ("pending-when-left", test_pending_when_left);
  ADD ("pending-when-closed", test_pending_when_closed);
  ADD ("gone-while-restoring", test_gone_while_restoring);
  ADD ("removed-ends-subscription", test_removed_ends_subscription);
  return g_test_run ();
}
