/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Janus says, as it should and as it should not; and the ids of its transports. */

#include "janus-id.h"
#include "janus-message.h"

#include <string.h>

static SrvJanusMessage *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SrvJanusMessage *message = srv_janus_message_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return message;
}

static void
test_kinds (void)
{
  static const struct {
    const char *name;
    SrvJanusKind kind;
  } rows[] = {
    { "ack", SRV_JANUS_ACK },
    { "success", SRV_JANUS_SUCCESS },
    { "error", SRV_JANUS_ERROR },
    { "event", SRV_JANUS_EVENT },
    { "server_info", SRV_JANUS_SERVER_INFO },
    { "webrtcup", SRV_JANUS_WEBRTCUP },
    { "media", SRV_JANUS_MEDIA },
    { "hangup", SRV_JANUS_HANGUP },
    { "detached", SRV_JANUS_DETACHED },
    { "timeout", SRV_JANUS_TIMEOUT },
    { "slowlink", SRV_JANUS_SLOWLINK },
    { "trickle", SRV_JANUS_UNKNOWN },
    { "", SRV_JANUS_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("{\"janus\":\"%s\"}", rows[i].name);
    g_autoptr (SrvJanusMessage) message = parse (text);

    g_assert_cmpint (message->kind, ==, rows[i].kind);
  }
}

static void
test_success (void)
{
  g_autoptr (SrvJanusMessage) message =
      parse ("{\"janus\":\"success\",\"session_id\":9007199254740991,\"transaction\":\"7\","
             "\"data\":{\"id\":12}}");

  g_assert_cmpint (message->session, ==, SRV_JANUS_ID_MAX);
  g_assert_cmpint (message->id, ==, 12);
  g_assert_cmpstr (message->transaction, ==, "7");
  g_assert_null (message->sdp);
}

static void
test_event (void)
{
  g_autoptr (SrvJanusMessage) message =
      parse ("{\"janus\":\"event\",\"sender\":5,\"plugindata\":{\"plugin\":\"p\",\"data\":"
             "{\"videoroom\":\"attached\",\"room\":6,\"streams\":[]}},"
             "\"jsep\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}}");

  g_assert_cmpint (message->sender, ==, 5);
  g_assert_cmpstr (message->event, ==, "attached");
  g_assert_cmpint (message->room, ==, 6);
  g_assert_cmpstr (message->sdp_type, ==, "offer");
  g_assert_cmpstr (message->sdp, ==, "v=0\r\n");
}

/* Of Janus itself, and of its plugin, which tells it as an event. */
static void
test_errors (void)
{
  g_autoptr (SrvJanusMessage) core =
      parse ("{\"janus\":\"error\",\"error\":{\"code\":458,\"reason\":\"No such session\"}}");
  g_autoptr (SrvJanusMessage) plugin =
      parse ("{\"janus\":\"event\",\"plugindata\":{\"data\":{\"videoroom\":\"event\","
             "\"error_code\":428,\"error\":\"No such feed\"}}}");
  g_autoptr (SrvJanusMessage) sync =
      parse ("{\"janus\":\"success\",\"plugindata\":{\"data\":{\"error_code\":427}}}");

  g_assert_cmpint (core->kind, ==, SRV_JANUS_ERROR);
  g_assert_cmpint (core->code, ==, 458);
  g_assert_cmpstr (core->reason, ==, "No such session");
  g_assert_cmpint (plugin->kind, ==, SRV_JANUS_ERROR);
  g_assert_cmpstr (plugin->reason, ==, "No such feed");
  g_assert_cmpint (sync->kind, ==, SRV_JANUS_ERROR);
  g_assert_null (sync->reason);
}

static void
test_media (void)
{
  g_autoptr (SrvJanusMessage) media =
      parse ("{\"janus\":\"media\",\"sender\":5,\"type\":\"video\",\"receiving\":true}");
  g_autoptr (SrvJanusMessage) hangup = parse ("{\"janus\":\"hangup\",\"reason\":\"ICE failed\"}");
  g_autoptr (SrvJanusMessage) info =
      parse ("{\"janus\":\"server_info\",\"version_string\":\"1.1.2\",\"full-trickle\":true,"
             "\"reclaim-session-timeout\":60}");

  g_assert_cmpstr (media->media, ==, "video");
  g_assert_true (media->receiving);
  g_assert_cmpstr (hangup->reason, ==, "ICE failed");
  g_assert_cmpstr (info->version, ==, "1.1.2");
  g_assert_cmpint (info->reclaim, ==, 60);
  g_assert_true (info->full_trickle);
}

static void
assert_refused (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (srv_janus_message_parse (text, length, &error));
  g_assert_nonnull (error);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "null",
    "[]",
    "{\"janus\":\"ack\"",
    "{\"janus\":\"ack\"} {}",
    "{\"janus\":\"ack\",\"transaction\":7}",
    "{\"janus\":\"ack\",\"session_id\":\"7\"}",
    "{\"janus\":\"ack\",\"session_id\":-1}",
    "{\"janus\":\"ack\",\"session_id\":9007199254740992}",
    "{\"janus\":\"ack\",\"session_id\":1.5}",
    "{\"janus\":\"success\",\"data\":{\"id\":[]}}",
    "{\"janus\":\"event\",\"jsep\":{\"sdp\":null}}",
    "{\"janus\":\"media\",\"receiving\":\"yes\"}",
    "{\"janus\":\"media\",\"type\":\"\\u0000\"}",
  };
  g_autofree char *large = g_strnfill (SRV_JANUS_MESSAGE_MAX + 1, ' ');
  g_autofree char *word = g_strnfill (70000, 'a');
  g_autofree char *sdp = g_strdup_printf ("{\"janus\":\"event\",\"jsep\":{\"sdp\":\"%s\"}}", word);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], strlen (texts[i]));
  memcpy (large, "{}", 2);
  assert_refused (large, strlen (large));
  assert_refused (sdp, strlen (sdp));
}

/* Where an object should be there is something else: as if it was not there. */
static void
test_other_shapes (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"janus\":[1]}",
    "{\"janus\":\"success\",\"data\":7}",
    "{\"janus\":\"error\",\"error\":[]}",
    "{\"janus\":\"event\",\"plugindata\":{\"data\":null}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (SrvJanusMessage) message = parse (texts[i]);

    g_assert_cmpint (message->id, ==, 0);
    g_assert_null (message->event);
  }
}

static void
test_id (void)
{
  static const char *const others[] = {
    "",
    "0123456789012345678901",
    "000000000000000000000000000000000",
    "AAAAAAAAAAAAAAAAAAAAAAAA", /* no session */
    "________________________", /* more than 53 bits */
    "AAAAAAAAAAAAAAA+AAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAA=",
    "ÄÄÄÄÄÄÄÄÄÄÄÄ",
  };
  SrvJanusId id = { srv_janus_id_hash_node ("janus://example.org"), 1, SRV_JANUS_ID_MAX }, back;
  g_autofree char *text = srv_janus_id_to_text (&id);

  g_assert_cmpuint (strlen (text), ==, 24);
  g_assert_true (srv_janus_id_parse (&back, text));
  g_assert_cmpuint (back.node, ==, id.node);
  g_assert_cmpint (back.session, ==, id.session);
  g_assert_cmpint (back.handle, ==, id.handle);
  g_assert_cmpuint (id.node, !=, srv_janus_id_hash_node ("janus://example.net"));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (srv_janus_id_parse (&back, others[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/janus/message/kinds", test_kinds);
  g_test_add_func ("/janus/message/success", test_success);
  g_test_add_func ("/janus/message/event", test_event);
  g_test_add_func ("/janus/message/errors", test_errors);
  g_test_add_func ("/janus/message/media", test_media);
  g_test_add_func ("/janus/message/refused", test_refused);
  g_test_add_func ("/janus/message/other-shapes", test_other_shapes);
  g_test_add_func ("/janus/id", test_id);
  return g_test_run ();
}
