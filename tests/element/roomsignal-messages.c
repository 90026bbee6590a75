/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What members of a room say to each other by way of roomsignal. */
#include "roomsignal-fixture.h"

#include <string.h>

#define LINE "roomsignal name=signal channel=standup server=%s "

static void
say (GstElement *pipeline, const char *text, const char *kind, const char *to, GstPromise *promise)
{
  g_autoptr (GstElement) signal = gst_bin_get_by_name (GST_BIN (pipeline), "signal");
  const char *uids[] = { to, NULL };

  g_signal_emit_by_name (signal, "send-message", text, kind, to ? uids : NULL, promise);
}

static void
on_message (GstElement *signal, const char *uid, NertcMessageType type, const char *text,
            const char *message_id, gint64 time, guint dropped, gpointer user_data)
{
  char **said = user_data;

  fail_unless (*message_id && time > 0 && dropped == 0);
  fail_unless (g_atomic_pointer_compare_and_exchange (
      said, NULL, g_strdup_printf ("%s %d %s", uid, (int) type, text)));
}

/* Signal and bus message tell the same. */
GST_START_TEST (test_broadcast)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  g_autoptr (GstElement) signal = gst_bin_get_by_name (GST_BIN (other), "signal");
  char *said = NULL;

  g_signal_connect (signal, "message", G_CALLBACK (on_message), &said);
  room_join (pipeline);
  room_join (other);
  say (pipeline, "Hello", NULL, NULL, NULL);
  room_await_text (other, "message",
                   "uid=(string)one, kind=(NertcMessageType)broadcast, text=(string)Hello, "
                   "message-id=(string)");
  nertc_await (g_atomic_pointer_get (&said));
  fail_unless_equals_string (said, "one 0 Hello");

  say (other, "\xf0\x9f\x98\x80", "barrage", NULL, NULL);
  room_await_text (pipeline, "message", "uid=(string)two, kind=(NertcMessageType)barrage");
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
  g_free (said);
}
GST_END_TEST

GST_START_TEST (test_command)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  GstElement *other = room_pipeline_new (LINE "uid=two");
  g_autoptr (GstPromise) promise = gst_promise_new ();
  g_autofree char *expected = NULL;
  const GstStructure *reply;

  room_join (pipeline);
  room_join (other);
  say (pipeline, "lamp on", NULL, "two", promise);
  fail_unless (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED);
  reply = gst_promise_get_reply (promise);
  fail_unless (gst_structure_has_name (reply, "message-sent"));
  expected = g_strdup_printf ("message-id=(string)%s, uid=(string)two, delivered=(boolean)true",
                              gst_structure_get_string (reply, "message-id"));
  room_await_text (other, "message", "kind=(NertcMessageType)command, text=(string)\"lamp\\ on\"");
  room_await_text (pipeline, "message-delivered", expected);
  room_pipeline_free (other);
  room_pipeline_free (pipeline);
}
GST_END_TEST

static void
await_warning (GstElement *pipeline, NertcError code, const char *part)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
      bus, (GstClockTime) (20 * nertc_get_patience () * GST_SECOND), GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  int told;

  fail_unless (message != NULL, "no warning");
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (strstr (error->message, part) != NULL, "“%s” is not in “%s”", part, error->message);
  gst_message_parse_warning_details (message, &details);
  fail_unless (gst_structure_get_int (details, "code", &told));
  fail_unless_equals_int (told, code);
}

static void
expect_failure (GstElement *pipeline, NertcError code, const char *text, const char *kind,
                const char *to)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  g_autoptr (GError) error = NULL;

  say (pipeline, text, kind, to, promise);
  fail_unless (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED);
  fail_unless (
      gst_structure_get (gst_promise_get_reply (promise), "error", G_TYPE_ERROR, &error, NULL));
  fail_unless (g_error_matches (error, NERTC_ERROR, (int) code), "%s", error->message);
}

/* By the promise or, without one, by a warning. */
GST_START_TEST (test_errors)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  g_autofree char *long_text = g_strnfill (1025, 't');

  say (pipeline, "early", NULL, NULL, NULL);
  await_warning (pipeline, NERTC_ERROR_WRONG_STATE, "disconnected");
  expect_failure (pipeline, NERTC_ERROR_WRONG_STATE, "early", NULL, NULL);
  room_join (pipeline);
  say (pipeline, long_text, NULL, NULL, NULL);
  await_warning (pipeline, NERTC_ERROR_MESSAGE_TOO_LARGE, "1025 bytes");
  say (pipeline, "text", "shout", NULL, NULL);
  await_warning (pipeline, NERTC_ERROR_INVALID_PARAMS, "“shout”");
  say (pipeline, "text", "command", "nobody", NULL);
  await_warning (pipeline, NERTC_ERROR_MEMBER_NOT_FOUND, "“nobody”");
  expect_failure (pipeline, NERTC_ERROR_INVALID_PARAMS, "text", "shout", NULL);
  expect_failure (pipeline, NERTC_ERROR_INVALID_PARAMS, "text", "command", NULL);
  expect_failure (pipeline, NERTC_ERROR_INVALID_PARAMS, NULL, NULL, NULL);
  expect_failure (pipeline, NERTC_ERROR_UID_INVALID, "text", NULL, "\xc3\xa9");

  gst_element_set_state (pipeline, GST_STATE_READY);
  room_await_state (pipeline, "disconnected");
  say (pipeline, "late", NULL, NULL, NULL);
  await_warning (pipeline, NERTC_ERROR_WRONG_STATE, "disconnected");
  room_pipeline_free (pipeline);
}
GST_END_TEST

/* A promise that nobody waits for any more, and an element that goes meanwhile */
GST_START_TEST (test_gone)
{
  GstElement *pipeline = room_pipeline_new (LINE "uid=one");
  g_autoptr (GstPromise) interrupted = gst_promise_new ();
  g_autoptr (GstPromise) promise = gst_promise_new ();

  room_join (pipeline);
  gst_promise_interrupt (interrupted);
  say (pipeline, "Hello", NULL, NULL, interrupted);
  say (pipeline, "Hello", NULL, NULL, promise);
  say (pipeline, "Hello", NULL, NULL, NULL);
  room_pipeline_free (pipeline);
  fail_unless (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED);
  room_await_rooms (0);
}
GST_END_TEST

static Suite *
messages_suite (void)
{
  Suite *suite = suite_create ("roomsignal-messages");
  TCase *tcase = tcase_create ("messages");

  tcase_set_timeout (tcase, 60);
  tcase_add_checked_fixture (tcase, room_server_start, room_server_free);
  tcase_add_test (tcase, test_broadcast);
  tcase_add_test (tcase, test_command);
  tcase_add_test (tcase, test_errors);
  tcase_add_test (tcase, test_gone);
  suite_add_tcase (suite, tcase);
  return suite;
}

ROOM_TEST_MAIN (messages)
