/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room-fixture.h"

#define BOTH (NERTC_MEDIA_AUDIO | NERTC_MEDIA_VIDEO)

static void
test_opened (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;
  const char *ice_servers[] = { "stun://stun.test:3478", NULL };

  fixture_join (self, BOB_SINGS);
  transport = fixture_open_transport (self, "t1", "receiver", "b1");
  g_assert_cmpstr (nertc_transport_get_id (transport), ==, "t1");
  g_assert_cmpstr (nertc_transport_get_stream_id (transport), ==, "b1");
  g_assert_cmpstr (nertc_transport_get_uid (transport), ==, "bob");
  g_assert_cmpint (nertc_transport_get_role (transport), ==, NERTC_ROLE_RECEIVER);
  g_assert_cmpint (nertc_transport_get_media (transport), ==, BOTH);
  g_assert_cmpint (nertc_transport_get_wanted (transport), ==, NERTC_MEDIA_VIDEO);
  g_assert_cmpstrv (nertc_transport_get_ice_servers (transport), ice_servers);
  g_assert_true (nertc_transport_is_open (transport));
}

/* Its tracks are those of the publication. */
static void
test_sender (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;

  fixture_join (self, "");
  fixture_publish (self, "a1");
  transport = fixture_open_transport (self, "t1", "sender", "a1");
  g_assert_cmpint (nertc_transport_get_role (transport), ==, NERTC_ROLE_SENDER);
  g_assert_cmpint (nertc_transport_get_media (transport), ==, BOTH);
  g_assert_cmpstr (nertc_transport_get_uid (transport), ==, "alice");
}

static void
test_events (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  fixture_open_transport (self, "t1", "receiver", "b1");
  fake_server_event (self->server, "transport.description",
                     "'transportId':'t1','type':'offer','sdp':'v=0'");
  fake_server_event (self->server, "transport.candidate",
                     "'transportId':'t1','sdpMLineIndex':1,'candidate':'candidate:1'");
  fake_server_event (self->server, "transport.candidate",
                     "'transportId':'t1','sdpMLineIndex':0,'candidate':''");
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t1','audio':true,'video':false");
  fake_server_event (self->server, "transport.update",
                     "'transportId':'t1','audio':true,'video':false");
  fake_server_event (self->server, "transport.close", "'transportId':'t1','reason':'unsubscribed'");
  fixture_check_log (self, "description t1 offer v=0\n"
                           "candidate t1 1 candidate:1\n"
                           "candidate t1 0 \n"
                           "wanted t1 1\n"
                           "closed t1 unsubscribed\n");
}

/* What is late for a transport is no mistake of anybody. */
static void
test_unknown (Fixture *self, gconstpointer data)
{
  fixture_join (self, BOB_SINGS);
  fake_server_event (self->server, "transport.description",
                     "'transportId':'t9','type':'answer','sdp':'v=0'");
  fake_server_event (self->server, "transport.close", "'transportId':'t9','reason':'failed'");
  fixture_check_log (self, "");
}

static void
test_sends (Fixture *self, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (2000, 'x');
  g_autoptr (JsonObject) description = NULL;
  g_autoptr (JsonObject) candidate = NULL;
  g_autoptr (JsonObject) playing = NULL;
  g_autoptr (JsonObject) failed = NULL;
  NertcTransport *transport;

  fixture_join (self, BOB_SINGS);
  transport = fixture_open_transport (self, "t1", "receiver", "b1");
  nertc_transport_send_description (transport, NERTC_DESCRIPTION_TYPE_ANSWER, "v=0\r\n");
  description = fake_server_expect (self->server, "transport.description");
  g_assert_cmpstr (json_object_get_string_member (description, "transportId"), ==, "t1");
  g_assert_cmpstr (json_object_get_string_member (description, "type"), ==, "answer");
  g_assert_cmpstr (json_object_get_string_member (description, "sdp"), ==, "v=0\r\n");
  nertc_transport_send_candidate (transport, 2, "");
  candidate = fake_server_expect (self->server, "transport.candidate");
  g_assert_cmpint (json_object_get_int_member (candidate, "sdpMLineIndex"), ==, 2);
  nertc_transport_report_playing (transport);
  nertc_transport_report_playing (transport);
  playing = fake_server_expect (self->server, "transport.playing");
  nertc_transport_report_failed (transport, NERTC_FAILURE_SILENCE, long_text);
  nertc_transport_report_failed (transport, NERTC_FAILURE_ICE, NULL);
  failed = fake_server_expect (self->server, "transport.failed");
  g_assert_cmpstr (json_object_get_string_member (failed, "code"), ==, "silence");
  fake_server_expect_nothing (self->server);
  g_assert_true (nertc_transport_is_open (transport));
}

/* A path may be lost and come back any number of times. */
static void
test_lost_and_back (Fixture *self, gconstpointer data)
{
  NertcTransport *receiver, *sender;

  fixture_join (self, BOB_SINGS);
  receiver = fixture_open_transport (self, "t1", "receiver", "b1");
  sender = fixture_open_transport (self, "t2", "sender", "a1");
  nertc_transport_report_playing (receiver);
  json_object_unref (fake_server_expect (self->server, "transport.playing"));
  for (guint i = 0; i < 2; i++) {
    nertc_transport_report_failed (receiver, NERTC_FAILURE_SILENCE, NULL);
    nertc_transport_report_failed (receiver, NERTC_FAILURE_SILENCE, NULL);
    json_object_unref (fake_server_expect (self->server, "transport.failed"));
    nertc_transport_report_playing (receiver);
    nertc_transport_report_playing (receiver);
    json_object_unref (fake_server_expect (self->server, "transport.playing"));
    nertc_transport_report_failed (sender, NERTC_FAILURE_SILENCE, NULL);
    nertc_transport_report_failed (sender, NERTC_FAILURE_SILENCE, NULL);
    json_object_unref (fake_server_expect (self->server, "transport.failed"));
    nertc_transport_report_recovered (sender);
    nertc_transport_report_recovered (sender);
    json_object_unref (fake_server_expect (self->server, "transport.playing"));
  }
  fake_server_expect_nothing (self->server);
}

static void
test_sends_nothing_when_closed (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;

  fixture_join (self, BOB_SINGS);
  transport = fixture_open_transport (self, "t1", "receiver", "b1");
  fake_server_event (self->server, "transport.close", "'transportId':'t1','reason':'failed'");
  nertc_transport_send_description (transport, NERTC_DESCRIPTION_TYPE_ANSWER, "v=0");
  nertc_transport_send_candidate (transport, 0, "");
  nertc_transport_report_playing (transport);
  nertc_transport_report_failed (transport, NERTC_FAILURE_ICE, NULL);
  fake_server_expect_nothing (self->server);
  fixture_check_log (self, "closed t1 failed\n");
}

/* The media goes on without the server; a successor ends it at the receiver. */
static void
test_succeeded_after_loss (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) playing = NULL;
  NertcTransport *old, *new;

  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  old = fixture_open_transport (self, "t1", "receiver", "b1");
  fixture_lose (self);
  g_assert_true (nertc_transport_is_open (old));
  nertc_transport_send_candidate (old, 0, "");
  json_object_unref (fixture_expect_join (self));
  g_assert_false (nertc_transport_is_open (old));
  nertc_transport_send_candidate (old, 0, "");
  fake_server_admit (self->server, "alice", BOB_SINGS);
  json_object_unref (fake_server_expect (self->server, "stream.subscribe"));
  fake_server_reply (self->server, "{}");
  fixture_check_log (self, "state connected none\n");
  new = fixture_open_transport (self, "t3", "receiver", "b1");
  nertc_transport_report_playing (new);
  playing = fake_server_expect (self->server, "transport.playing");
  g_assert_cmpstr (json_object_get_string_member (playing, "transportId"), ==, "t3");
  fixture_check_log (self, "closed t1 succeeded\n");
  g_assert_true (nertc_transport_is_open (new));
}

static void
test_failed_after_loss (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;

  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  transport = fixture_open_transport (self, "t1", "sender", "a1");
  fixture_lose (self);
  json_object_unref (fixture_expect_join (self));
  nertc_transport_report_failed (transport, NERTC_FAILURE_SILENCE, "6 s");
  nertc_transport_report_failed (transport, NERTC_FAILURE_SILENCE, "6 s");
  g_assert_cmpstr (self->log->str, ==, "");
  fixture_wait_for_log (self, "closed t1 failed");
  fixture_check_log (self, "closed t1 failed\n");
}

/* Nobody is left who would tell what becomes of it. */
static void
test_failed_before_loss (Fixture *self, gconstpointer data)
{
  NertcTransport *transport;

  fixture_join (self, BOB_SINGS);
  fixture_publish (self, "a1");
  transport = fixture_open_transport (self, "t1", "sender", "a1");
  fixture_open_transport (self, "t2", "sender", "a1");
  nertc_transport_report_failed (transport, NERTC_FAILURE_SILENCE, "6 s");
  json_object_unref (fake_server_expect (self->server, "transport.failed"));
  fixture_lose (self);
  json_object_unref (fixture_expect_join (self));
  fixture_wait_for_log (self, "closed t1 failed");
  fixture_check_log (self, "closed t1 failed\n");
}

static void
test_stream_gone_after_loss (Fixture *self, gconstpointer data)
{
  fixture_shorten (self, &self->timing.settle);
  fixture_join (self, BOB_SINGS);
  fixture_subscribe (self, "b1");
  fixture_open_transport (self, "t1", "receiver", "b1");
  fixture_lose (self);
  fixture_rejoin (self, BOB);
  fixture_wait_for_log (self, "closed t1 timeout");
  fixture_check_log (self, "state connected none\nremoved b1 timeout\nclosed t1 timeout\n");
}

#define ADD(name, test) \
  g_test_add ("/room/transports/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("opened", test_opened);
  ADD ("sender", test_sender);
  ADD ("events", test_events);
  ADD ("unknown", test_unknown);
  ADD ("sends", test_sends);
  ADD ("lost-and-back", test_lost_and_back);
  ADD ("sends-nothing-when-closed", test_sends_nothing_when_closed);
  ADD ("succeeded-after-loss", test_succeeded_after_loss);
  ADD ("failed-after-loss", test_failed_after_loss);
  ADD ("failed-before-loss", test_failed_before_loss);
  ADD ("stream-gone-after-loss", test_stream_gone_after_loss);
  return g_test_run ();
}
