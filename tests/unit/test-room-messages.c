/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backlog.h"
#include "room-fixture.h"

#include <string.h>

/* Messages among members, against a server that the test plays. */

typedef struct {
  gboolean done;
  char *id;
  char **missing;
  GError *error;
} Sending;

static void
sending_clear (Sending *self)
{
  g_free (self->id);
  g_strfreev (self->missing);
  g_clear_error (&self->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sending, sending_clear)

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Sending *self = data;

  g_assert_false (self->done);
  self->id =
      nertc_room_send_message_finish (NERTC_ROOM (source), result, &self->missing, &self->error);
  g_assert_true (!self->id == !!self->error);
  g_assert_true (!self->id == !self->missing);
  self->done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Sending *) data)->done;
}

static void
say (Fixture *self, NertcMessageType type, const char *text, const char *to, Sending *sending)
{
  const char *uids[] = { to, NULL };

  nertc_room_send_message_async (self->room, type, text, to ? uids : NULL, NULL, on_sent, sending);
}

static void
check_fields (JsonObject *params, const char *kind, const char *text)
{
  g_assert_cmpstr (json_object_get_string_member (params, "kind"), ==, kind);
  g_assert_cmpstr (json_object_get_string_member (params, "text"), ==, text);
}

static void
test_broadcast (Fixture *self, gconstpointer data)
{
  g_auto (Sending) sending = { 0 };
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB);
  say (self, NERTC_MESSAGE_TYPE_BROADCAST, "Hello", NULL, &sending);
  params = fake_server_expect (self->server, "message.send");
  check_fields (params, "broadcast", "Hello");
  g_assert_false (json_object_has_member (params, "to"));
  fake_server_reply (self->server, "{'messageId':'m1'}");
  fake_wait (is_done, &sending);
  g_assert_cmpstr (sending.id, ==, "m1");
  g_assert_cmpuint (g_strv_length (sending.missing), ==, 0);
}

static void
test_command (Fixture *self, gconstpointer data)
{
  const char *to[] = { "bob", "eve", NULL };
  g_auto (Sending) sending = { 0 };
  g_autoptr (JsonObject) params = NULL;
  JsonArray *uids;

  fixture_join (self, BOB);
  nertc_room_send_message_async (self->room, NERTC_MESSAGE_TYPE_COMMAND, "on", to, NULL, on_sent,
                                 &sending);
  params = fake_server_expect (self->server, "message.send");
  check_fields (params, "command", "on");
  uids = json_object_get_array_member (params, "to");
  g_assert_cmpuint (json_array_get_length (uids), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (uids, 1), ==, "eve");
  fake_server_reply (self->server, "{'messageId':'m2','missing':['eve']}");
  fake_wait (is_done, &sending);
  g_assert_cmpstr (sending.id, ==, "m2");
  g_assert_true (
      g_strv_equal ((const char *const *) sending.missing, (const char *const[]){ "eve", NULL }));
}

static void
test_server_refuses (Fixture *self, gconstpointer data)
{
  g_auto (Sending) sending = { 0 };

  fixture_join (self, "");
  say (self, NERTC_MESSAGE_TYPE_BARRAGE, "!", NULL, &sending);
  json_object_unref (fake_server_expect (self->server, "message.send"));
  fake_server_reply_error (self->server, NERTC_ERROR_RATE_EXCEEDED);
  fake_wait (is_done, &sending);
  g_assert_error (sending.error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED);
}

static void
check_refused (Fixture *self, NertcError code, NertcMessageType type, const char *text,
               const char *to)
{
  g_auto (Sending) sending = { 0 };

  say (self, type, text, to, &sending);
  fake_wait (is_done, &sending);
  g_assert_error (sending.error, NERTC_ERROR, (int) code);
  g_assert_nonnull (
      strstr (sending.error->message, code == NERTC_ERROR_WRONG_STATE ? "joined" : " "));
}

/* What cannot be sent is not even tried. */
static void
test_bounds (Fixture *self, gconstpointer data)
{
  g_autofree char *most = g_strnfill (1024, 't');
  g_autofree char *more = g_strnfill (1025, 't');
  g_autoptr (GString) text = g_string_new ("t");
  const char *crowd[102] = { NULL };
  g_auto (Sending) sending = { 0 }, crowded = { 0 };

  check_refused (self, NERTC_ERROR_WRONG_STATE, NERTC_MESSAGE_TYPE_BROADCAST, "early", NULL);
  fixture_join (self, BOB);
  for (guint i = 0; i < 512; i++)
    g_string_append (text, "\xc3\xa9");
  check_refused (self, NERTC_ERROR_MESSAGE_TOO_LARGE, NERTC_MESSAGE_TYPE_BROADCAST, more, NULL);
  check_refused (self, NERTC_ERROR_MESSAGE_TOO_LARGE, NERTC_MESSAGE_TYPE_BARRAGE, text->str, NULL);
  check_refused (self, NERTC_ERROR_INVALID_PARAMS, NERTC_MESSAGE_TYPE_BROADCAST, "\xff", NULL);
  check_refused (self, NERTC_ERROR_INVALID_PARAMS, NERTC_MESSAGE_TYPE_COMMAND, "on", NULL);
  check_refused (self, NERTC_ERROR_INVALID_PARAMS, NERTC_MESSAGE_TYPE_BARRAGE, "on", "bob");
  check_refused (self, NERTC_ERROR_UID_INVALID, NERTC_MESSAGE_TYPE_COMMAND, "on", "");
  for (guint i = 0; i < 101; i++)
    crowd[i] = "bob";
  nertc_room_send_message_async (self->room, NERTC_MESSAGE_TYPE_COMMAND, "on", crowd, NULL, on_sent,
                                 &crowded);
  fake_wait (is_done, &crowded);
  g_assert_error (crowded.error, NERTC_ERROR, NERTC_ERROR_INVALID_PARAMS);
  fake_server_expect_nothing (self->server);

  say (self, NERTC_MESSAGE_TYPE_BROADCAST, most, NULL, &sending);
  json_object_unref (fake_server_expect (self->server, "message.send"));
  fake_server_reply (self->server, "{'messageId':'m'}");
  fake_wait (is_done, &sending);
  g_assert_no_error (sending.error);
}

/* What is said while the connection is lost goes out when it is back. */
static void
test_while_away (Fixture *self, gconstpointer data)
{
  g_auto (Sending) sending = { 0 };
  g_autoptr (JsonObject) params = NULL;

  fixture_join (self, BOB);
  fixture_lose (self);
  say (self, NERTC_MESSAGE_TYPE_BROADCAST, "later", NULL, &sending);
  g_assert_false (sending.done);
  fixture_resume (self, 0, 0);
  params = fake_server_expect (self->server, "message.send");
  check_fields (params, "broadcast", "later");
  fake_server_reply (self->server, "{'messageId':'m'}");
  fake_wait (is_done, &sending);
  g_assert_no_error (sending.error);
}

/* Nobody knows whether it arrived. */
static void
test_session_is_gone (Fixture *self, gconstpointer data)
{
  g_auto (Sending) sending = { 0 };

  fixture_join (self, BOB);
  fixture_lose (self);
  say (self, NERTC_MESSAGE_TYPE_BROADCAST, "lost", NULL, &sending);
  fixture_rejoin (self, BOB);
  fake_wait (is_done, &sending);
  g_assert_error (sending.error, NERTC_ERROR, NERTC_ERROR_CONNECTION_LOST);
  fake_server_expect_nothing (self->server);
}

/* More than can wait is refused, and what waits is not lost by it. */
static void
test_too_many_wait (Fixture *self, gconstpointer data)
{
  Sending sendings[NERTC_BACKLOG_MAX] = { 0 };
  guint sent = 0;

  fixture_join (self, BOB);
  fixture_lose (self);
  for (guint i = 0; i < NERTC_BACKLOG_MAX; i++)
    say (self, NERTC_MESSAGE_TYPE_COMMAND, "on", "bob", &sendings[i]);
  fake_wait (is_done, &sendings[NERTC_BACKLOG_MAX - 1]);
  while (!sendings[sent].done)
    sent++;
  g_assert_cmpuint (sent, >=, 200);
  fixture_resume (self, 0, 0);
  for (guint i = 0; i < sent; i++) {
    json_object_unref (fake_server_expect (self->server, "message.send"));
    fake_server_reply (self->server, "{'messageId':'m'}");
  }
  for (guint i = 0; i < NERTC_BACKLOG_MAX; i++) {
    fake_wait (is_done, &sendings[i]);
    if (i < sent)
      g_assert_no_error (sendings[i].error);
    else
      g_assert_error (sendings[i].error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED);
    sending_clear (&sendings[i]);
  }
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_auto (Sending) sending = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  fixture_join (self, BOB);
  nertc_room_send_message_async (self->room, NERTC_MESSAGE_TYPE_BROADCAST, "Hello", NULL,
                                 cancellable, on_sent, &sending);
  json_object_unref (fake_server_expect (self->server, "message.send"));
  g_cancellable_cancel (cancellable);
  fake_wait (is_done, &sending);
  g_assert_error (sending.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_server_reply (self->server, "{'messageId':'m'}");
  g_assert_cmpint (nertc_room_get_state (self->room), ==, NERTC_ROOM_STATE_CONNECTED);
}

/* What is heard */

static void
on_message (NertcRoom *room, const char *uid, NertcMessageType type, const char *text,
            const char *id, gint64 time, guint dropped, GString *heard)
{
  g_string_append_printf (heard, "%s %d %s %s %" G_GINT64_FORMAT " %u;", uid, type, text, id, time,
                          dropped);
}

static void
on_delivered (NertcRoom *room, const char *id, const char *uid, gboolean delivered, GString *heard)
{
  g_string_append_printf (heard, "%s %s %d;", id, uid, delivered);
}

static void
test_heard (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (self->room, "message", G_CALLBACK (on_message), heard);
  g_signal_connect (self->room, "message-delivered", G_CALLBACK (on_delivered), heard);
  fixture_join (self, BOB);
  fake_server_event (
      self->server, "message.received",
      "'messageId':'m1','uid':'bob','kind':'broadcast','text':'Hello','time':1763764800123");
  fake_server_event (self->server, "message.received",
                     "'messageId':'m2','uid':'bob','kind':'barrage','text':'','time':1,"
                     "'dropped':99999999999");
  fake_server_event (self->server, "message.received",
                     "'messageId':'m3','uid':'alice','kind':'command','text':'on','time':2");
  fake_server_event (self->server, "message.delivered",
                     "'messageId':'m3','uid':'alice','delivered':true");
  fake_server_event (self->server, "message.delivered",
                     "'messageId':'m3','uid':'bob','delivered':false");
  g_assert_cmpstr (heard->str, ==,
                   "bob 0 Hello m1 1763764800123 0;bob 1  m2 1 4294967295;alice 2 on m3 2 0;"
                   "m3 alice 1;m3 bob 0;");
}

#define ADD(name, test) \
  g_test_add ("/room/messages/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("broadcast", test_broadcast);
  ADD ("command", test_command);
  ADD ("server-refuses", test_server_refuses);
  ADD ("bounds", test_bounds);
  ADD ("while-away", test_while_away);
  ADD ("session-is-gone", test_session_is_gone);
  ADD ("too-many-wait", test_too_many_wait);
  ADD ("cancelled", test_cancelled);
  ADD ("heard", test_heard);
  return g_test_run ();
}
