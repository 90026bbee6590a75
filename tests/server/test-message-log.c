/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message-log.h"

#include <string.h>

/* What is kept to be sent again. */

/* Bytes of a frame before its payload */
#define HEAD 2

static void
append (SrvMessageLog *log, const char *text, gboolean fits)
{
  g_autoptr (SrvFrame) message = srv_frame_new (SRV_OPCODE_TEXT, text, strlen (text));

  g_assert_true (srv_message_log_append (log, message) == fits);
}

static void
add_text (SrvFrame *message, gpointer text)
{
  char payload[100];
  gsize size = srv_frame_copy (message, HEAD, payload, sizeof payload);

  g_string_append_len (text, payload, (gssize) size);
}

static void
check_replay (SrvMessageLog *log, guint64 count, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (srv_message_log_reaches (log, count));
  srv_message_log_replay (log, count, add_text, text);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_replay (void)
{
  g_autoptr (SrvMessageLog) log = srv_message_log_new (100);

  check_replay (log, 0, "");
  append (log, "one", TRUE);
  append (log, "two", TRUE);
  append (log, "three", TRUE);
  g_assert_cmpuint (srv_message_log_get_count (log), ==, 3);
  g_assert_cmpuint (srv_message_log_get_size (log), ==, 11 + 3 * HEAD);
  check_replay (log, 0, "onetwothree");
  check_replay (log, 2, "three");
  check_replay (log, 3, "");
  g_assert_false (srv_message_log_reaches (log, 4));
  g_assert_false (srv_message_log_reaches (log, G_MAXUINT64));
  /* It is kept: the next connection may be lost as well. */
  check_replay (log, 0, "onetwothree");
}

static void
test_trim (void)
{
  g_autoptr (SrvMessageLog) log = srv_message_log_new (100);

  append (log, "one", TRUE);
  append (log, "two", TRUE);
  srv_message_log_trim (log, 1);
  g_assert_false (srv_message_log_reaches (log, 0));
  check_replay (log, 1, "two");
  /* What was known before changes nothing, and nobody can have what was not sent. */
  srv_message_log_trim (log, 0);
  check_replay (log, 1, "two");
  srv_message_log_trim (log, 7);
  g_assert_cmpuint (srv_message_log_get_size (log), ==, 0);
  append (log, "three", TRUE);
  check_replay (log, 2, "three");
}

static void
test_limit (void)
{
  g_autoptr (SrvMessageLog) log = srv_message_log_new (10 + 2 * HEAD);

  append (log, "12345", TRUE);
  append (log, "67890", TRUE);
  append (log, "a", FALSE);
  g_assert_cmpuint (srv_message_log_get_size (log), ==, 6 + 2 * HEAD);
  g_assert_false (srv_message_log_reaches (log, 0));
  check_replay (log, 1, "67890a");
  append (log, "0123456789", FALSE);
  check_replay (log, 3, "0123456789");
  /* There is space again when it has arrived. */
  srv_message_log_trim (log, 4);
  append (log, "1234567890", TRUE);
  check_replay (log, 4, "1234567890");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-log/replay", test_replay);
  g_test_add_func ("/message-log/trim", test_trim);
  g_test_add_func ("/message-log/limit", test_limit);
  return g_test_run ();
}
