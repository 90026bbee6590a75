/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transports from end to end: two members over real WebSockets, as publisher and consumer. */

#include "nertc-test-server.h"
#include "test-client.h"

typedef struct {
  NertcTestServer *server;
  TestClient *publisher; /* of "s" */
  TestClient *consumer;  /* has subscribed to it */
  char *transport;
} Fixture;

/* Both are told of the same transport, each of its part. */
static void
expect_open (Fixture *self)
{
  g_autoptr (JsonObject) at_publisher = test_client_expect (self->publisher, "transport.open");
  g_autoptr (JsonObject) at_consumer = test_client_expect (self->consumer, "transport.open");
  JsonObject *both[] = { at_publisher, at_consumer };

  g_assert_cmpstr (test_json_text (at_publisher, "role"), ==, "sender");
  g_assert_cmpstr (test_json_text (at_consumer, "role"), ==, "receiver");
  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    JsonArray *servers = json_object_get_array_member (both[i], "iceServers");

    g_assert_cmpstr (test_json_text (both[i], "transportId"), ==,
                     test_json_text (at_publisher, "transportId"));
    g_assert_cmpstr (test_json_text (both[i], "uid"), ==, "publisher");
    g_assert_cmpstr (test_json_text (both[i], "streamId"), ==, "s");
    g_assert_cmpuint (json_array_get_length (servers), ==, 1);
  }
  g_assert_cmpstr (self->transport, !=, test_json_text (at_publisher, "transportId"));
  g_free (self->transport);
  self->transport = g_strdup (test_json_text (at_publisher, "transportId"));
}

static void
expect_close_at (Fixture *self, TestClient *client, const char *reason)
{
  g_autoptr (JsonObject) event = test_client_expect (client, "transport.close");

  g_assert_cmpstr (test_json_text (event, "transportId"), ==, self->transport);
  g_assert_cmpstr (test_json_text (event, "reason"), ==, reason);
}

static void
expect_close (Fixture *self, const char *reason)
{
  expect_close_at (self, self->publisher, reason);
  expect_close_at (self, self->consumer, reason);
}

static void
expect_event (TestClient *client, const char *method)
{
  g_autoptr (JsonObject) event = test_client_expect (client, method);

  g_assert_nonnull (event);
}

static void
call (TestClient *client, const char *method, const char *params)
{
  g_autoptr (JsonObject) result = test_client_call (client, method, "%s", params);

  g_assert_nonnull (result);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const options[] = { "--ice-server=stun:127.0.0.1:3478", "--grace=0", NULL };
  const char *uri;

  self->server = nertc_test_server_new_with_options (options);
  uri = nertc_test_server_get_uri (self->server);
  self->publisher = test_client_new_joined (uri, "room", "publisher");
  call (self->publisher, "stream.publish",
        "{'streamId': 's', 'source': 'camera', 'audio': true, 'video': true}");
  self->consumer = test_client_new_joined (uri, "room", "consumer");
  expect_event (self->publisher, "member.joined");
  call (self->consumer, "stream.subscribe", "{'streamId': 's', 'audio': true, 'video': true}");
  expect_open (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_client_free (self->publisher);
  test_client_free (self->consumer);
  nertc_test_server_free (self->server);
  g_free (self->transport);
}

static void
describe (Fixture *self, TestClient *from, const char *type, const char *sdp)
{
  test_client_notify (from, "transport.description",
                      "{'transportId': '%s', 'type': '%s', 'sdp': '%s'}", self->transport, type,
                      sdp);
}

static void
expect_description (Fixture *self, TestClient *at, const char *type, const char *sdp)
{
  g_autoptr (JsonObject) event = test_client_expect (at, "transport.description");

  g_assert_cmpstr (test_json_text (event, "transportId"), ==, self->transport);
  g_assert_cmpstr (test_json_text (event, "type"), ==, type);
  g_assert_cmpstr (test_json_text (event, "sdp"), ==, sdp);
}

static void
report (Fixture *self, TestClient *from, const char *what)
{
  g_autofree char *method = g_strconcat ("transport.", what, NULL);

  test_client_notify (from, method, "{'transportId': '%s', 'code': 'ice'}", self->transport);
}

static void
test_relay (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) candidate = NULL;

  describe (self, self->publisher, "offer", "v=0 offer");
  expect_description (self, self->consumer, "offer", "v=0 offer");
  describe (self, self->consumer, "answer", "v=0 answer");
  expect_description (self, self->publisher, "answer", "v=0 answer");
  test_client_notify (self->consumer, "transport.candidate",
                      "{'transportId': '%s', 'sdpMLineIndex': 1, 'candidate': 'c'}",
                      self->transport);
  candidate = test_client_expect (self->publisher, "transport.candidate");
  g_assert_cmpint (json_object_get_int_member (candidate, "sdpMLineIndex"), ==, 1);
  g_assert_cmpstr (test_json_text (candidate, "candidate"), ==, "c");
  test_client_expect_nothing (self->consumer);
}

static void
test_large_description (Fixture *self, gconstpointer data)
{
  g_autofree char *sdp = g_strnfill (65536, 'x');

  describe (self, self->publisher, "offer", sdp);
  expect_description (self, self->consumer, "offer", sdp);
}

/* 65536 characters that JSON writes as six bytes each are no message any more: nobody is thrown
 * out for what another one sends. */
static void
test_description_that_grows (Fixture *self, gconstpointer data)
{
  g_autofree char *sdp = g_strnfill (65536, '\x7f');
  g_autofree char *text =
      g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"method\":\"transport.description\",\"params\":"
                       "{\"transportId\":\"%s\",\"type\":\"offer\",\"sdp\":\"%s\"}}",
                       self->transport, sdp);

  test_client_send_text (self->publisher, text);
  describe (self, self->publisher, "offer", "next");
  expect_description (self, self->consumer, "offer", "next");
}

static void
test_wants_change (Fixture *self, gconstpointer data)
{
  TestClient *both[] = { self->publisher, self->consumer };

  call (self->consumer, "stream.subscribe", "{'streamId': 's', 'audio': true, 'video': false}");
  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    g_autoptr (JsonObject) event = test_client_expect (both[i], "transport.update");

    g_assert_cmpstr (test_json_text (event, "transportId"), ==, self->transport);
    g_assert_true (test_json_flag (event, "audio"));
    g_assert_false (test_json_flag (event, "video"));
    test_client_expect_nothing (both[i]);
  }
}

static void
test_failed_has_a_successor (Fixture *self, gconstpointer data)
{
  report (self, self->consumer, "failed");
  expect_close (self, "failed");
  expect_open (self);
  report (self, self->publisher, "failed");
  expect_close (self, "failed");
  expect_open (self);
  report (self, self->consumer, "playing");
  test_client_expect_nothing (self->consumer);
  test_client_expect_nothing (self->publisher);
}

static void
test_late_words_are_dropped (Fixture *self, gconstpointer data)
{
  call (self->consumer, "stream.unsubscribe", "{'streamId': 's'}");
  expect_close (self, "unsubscribed");
  describe (self, self->publisher, "offer", "late");
  report (self, self->publisher, "failed");
  report (self, self->consumer, "playing");
  test_client_expect_nothing (self->publisher);
  test_client_expect_nothing (self->consumer);
}

static void
test_unpublished (Fixture *self, gconstpointer data)
{
  call (self->publisher, "stream.unpublish", "{'streamId': 's'}");
  expect_close (self, "unpublished");
  expect_event (self->consumer, "stream.removed");
}

static void
test_publisher_leaves (Fixture *self, gconstpointer data)
{
  call (self->publisher, "room.leave", "{}");
  expect_close_at (self, self->consumer, "left");
  expect_event (self->consumer, "stream.removed");
  expect_event (self->consumer, "member.left");
}

static void
test_consumer_is_lost (Fixture *self, gconstpointer data)
{
  test_client_close (self->consumer, 4000);
  expect_close_at (self, self->publisher, "timeout");
  expect_event (self->publisher, "member.left");
}

/* The media goes on without the server: nobody hears that a transport was closed. */
static void
test_server_stops (Fixture *self, gconstpointer data)
{
  nertc_test_server_stop (self->server);
  test_client_expect_end (self->publisher, "shutdown", 1001);
  test_client_expect_end (self->consumer, "shutdown", 1001);
}

/* Other tracks: the next transport beside the one that plays, until it plays itself. */
static void
test_tracks_change (Fixture *self, gconstpointer data)
{
  g_autofree char *first = g_strdup (self->transport);
  g_autofree char *second = NULL;

  report (self, self->consumer, "playing");
  call (self->consumer, "stream.subscribe", "{'streamId': 's', 'audio': true, 'video': true}");
  call (self->publisher, "stream.update", "{'streamId': 's', 'video': false}");
  expect_event (self->consumer, "stream.updated");
  expect_open (self);
  second = g_strdup (self->transport);
  report (self, self->consumer, "playing");
  g_free (self->transport);
  self->transport = g_strdup (first);
  expect_close (self, "succeeded");
  call (self->publisher, "stream.unpublish", "{'streamId': 's'}");
  g_free (self->transport);
  self->transport = g_strdup (second);
  expect_close (self, "unpublished");
}

#define ADD(name, function) \
  g_test_add ("/transports/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("relay", test_relay);
  ADD ("large-description", test_large_description);
  ADD ("description-that-grows", test_description_that_grows);
  ADD ("wants-change", test_wants_change);
  ADD ("failed-has-a-successor", test_failed_has_a_successor);
  ADD ("late-words-are-dropped", test_late_words_are_dropped);
  ADD ("unpublished", test_unpublished);
  ADD ("publisher-leaves", test_publisher_leaves);
  ADD ("consumer-is-lost", test_consumer_is_lost);
  ADD ("server-stops", test_server_stops);
  ADD ("tracks-change", test_tracks_change);
  return g_test_run ();
}
