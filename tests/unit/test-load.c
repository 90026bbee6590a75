/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pure parts of nertc-load: frames, marks and messages, durations. */

#include "nertc-load-figures.h"
#include "nertc-load-frame.h"
#include "nertc-load-message.h"

#include <string.h>

#define BYTES(text) (const guint8 *) text, sizeof text - 1

static void
test_frame_written (void)
{
  guint8 frame[70000];
  guint8 payload[65536] = { 0 };
  guint32 mask;

  memcpy (&mask, "\1\2\3\4", sizeof mask);
  g_assert_cmpuint (load_frame_write (frame, LOAD_OPCODE_TEXT, mask, "hello", 5), ==, 11);
  g_assert_cmpmem (frame, 11, "\x81\x85\1\2\3\4igohn", 11);
  g_assert_cmpuint (load_frame_write (frame, LOAD_OPCODE_TEXT, mask, payload, 126), ==, 134);
  g_assert_cmpmem (frame, 4, "\x81\xfe\0\x7e", 4);
  g_assert_cmpuint (load_frame_write (frame, LOAD_OPCODE_TEXT, mask, payload, 65536), ==, 65550);
  g_assert_cmpmem (frame, 10, "\x81\xff\0\0\0\0\0\1\0\0", 10);
}

static LoadFrameStatus
read_frame (const guint8 *data, gsize size)
{
  LoadFrame frame;

  return load_frame_read (&frame, data, size);
}

static void
test_frame_read (void)
{
  LoadFrame frame;

  g_assert_cmpint (load_frame_read (&frame, BYTES ("\x81\5hello, and more")), ==,
                   LOAD_FRAME_COMPLETE);
  g_assert_true (frame.fin);
  g_assert_cmpint (frame.opcode, ==, LOAD_OPCODE_TEXT);
  g_assert_cmpuint (frame.header_length, ==, 2);
  g_assert_cmpuint (frame.length, ==, 5);
  g_assert_cmpint (read_frame (BYTES ("\x81\5hell")), ==, LOAD_FRAME_INCOMPLETE);
  g_assert_cmpint (read_frame (BYTES ("\x81\x7e\0")), ==, LOAD_FRAME_INCOMPLETE);
  g_assert_cmpint (read_frame (BYTES ("\x81\x85\1\2\3\4hello")), ==, LOAD_FRAME_INVALID);
  g_assert_cmpint (read_frame (BYTES ("\xc1\5hello")), ==, LOAD_FRAME_INVALID);
  g_assert_cmpint (read_frame (BYTES ("\x82\5hello")), ==, LOAD_FRAME_INVALID);
  g_assert_cmpint (read_frame (BYTES ("\x81\x7f\0\0\0\1\0\0\0\0")), ==, LOAD_FRAME_INVALID);
}

/* The same is read of what nertc-server writes and of what another server might. */
static void
check_message (const char *params, LoadHeardKind kind, const char *method, gint64 sent,
               guint64 dropped)
{
  g_autofree char *compact =
      g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":{%s,\"epoch\":\"e\","
                       "\"seq\":7}}",
                       method, params);
  g_autofree char *loose =
      g_strdup_printf ("{ \"method\": \"%s\", \"params\": {\"seq\": 7, \"epoch\": \"e\", %s}, "
                       "\"jsonrpc\": \"2.0\"}",
                       method, params);
  const char *texts[] = { compact, loose };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    LoadHeard heard;

    g_assert_true (load_message_read (&heard, texts[i], strlen (texts[i])));
    g_assert_cmpint (heard.kind, ==, kind);
    g_assert_cmpint (heard.seq, ==, 7);
    g_assert_cmpint (heard.sent, ==, sent);
    g_assert_cmpuint (heard.index, ==, sent ? 12 : 0);
    g_assert_cmpuint (heard.dropped, ==, dropped);
  }
}

static void
test_events (void)
{
  g_autofree char *mark = load_message_make_mark (3000000, 12);
  g_autofree char *joined = g_strdup_printf (
      "\"uid\":\"a\",\"userName\":\"\",\"userData\":\"%s\",\"role\":\"host\"", mark);
  g_autofree char *updated = g_strdup_printf ("\"extraInfo\":\"%s0000\"", mark);

  g_assert_cmpstr (mark, ==, "nertc-load:3000000:12:");
  check_message (joined, LOAD_HEARD_JOINED, "member.joined", 3000000, 0);
  check_message (updated, LOAD_HEARD_MESSAGE, "room.updated", 3000000, 0);
  check_message ("\"extraInfo\":\"nertc-load:9\"", LOAD_HEARD_MESSAGE, "room.updated", 0, 0);
  check_message ("\"uid\":\"a\",\"reason\":\"left\"", LOAD_HEARD_OTHER, "member.left", 0, 0);
}

static void
test_answers (void)
{
  static const char result[] = "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}";
  static const char error[] =
      "{\"jsonrpc\":\"2.0\",\"id\":6,\"error\":{\"code\":1006,\"message\":\"Full\"}}";
  static const char closed[] = "{\"jsonrpc\":\"2.0\",\"method\":\"room.closed\",\"params\":{"
                               "\"reason\":\"rate\",\"epoch\":\"e\",\"seq\":2}}";
  LoadHeard heard;

  g_assert_true (load_message_read (&heard, result, strlen (result)));
  g_assert_cmpint (heard.kind, ==, LOAD_HEARD_RESULT);
  g_assert_cmpint (heard.id, ==, 5);
  g_assert_true (load_message_read (&heard, error, strlen (error)));
  g_assert_cmpint (heard.kind, ==, LOAD_HEARD_ERROR);
  g_assert_cmpint (heard.id, ==, 6);
  g_assert_cmpstr (heard.error, ==, "error 1006");
  g_assert_cmpstr (heard.example, ==, "Full");
  g_assert_true (load_message_read (&heard, closed, strlen (closed)));
  g_assert_cmpint (heard.kind, ==, LOAD_HEARD_CLOSED);
  g_assert_cmpint (heard.seq, ==, 2);
  g_assert_cmpstr (heard.error, ==, "room closed: rate");
  for (gsize i = 0; i < strlen (closed); i++)
    g_assert_false (load_message_read (&heard, closed, i));
}

static void
assert_near (gint64 value, gint64 expected)
{
  g_assert_cmpint (value, >=, expected * 97 / 100);
  g_assert_cmpint (value, <=, expected * 103 / 100 + 1);
}

static void
test_durations (void)
{
  g_autofree LoadHistogram *times = g_new0 (LoadHistogram, 1);

  g_assert_cmpint (load_histogram_get (times, 0.5), ==, 0);
  for (gint64 us = 1; us <= 1000; us++)
    load_histogram_add (times, us * us);
  assert_near (load_histogram_get (times, 0), 1);
  assert_near (load_histogram_get (times, 0.05), 2500);
  assert_near (load_histogram_get (times, 0.5), 250000);
  assert_near (load_histogram_get (times, 0.99), 980100);
  g_assert_cmpint (load_histogram_get (times, 1), <=, 1000000);
  load_histogram_add (times, G_MAXINT64);
  load_histogram_add (times, -1);
  g_assert_cmpint (times->max, ==, G_MAXINT64);
  g_assert_cmpint (load_histogram_get (times, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/frame/written", test_frame_written);
  g_test_add_func ("/load/frame/read", test_frame_read);
  g_test_add_func ("/load/message/events", test_events);
  g_test_add_func ("/load/message/answers", test_answers);
  g_test_add_func ("/load/durations", test_durations);
  return g_test_run ();
}
