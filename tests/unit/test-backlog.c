/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backlog.h"

static void
append (const char *text, gpointer data)
{
  g_string_append (data, text);
}

static void
check (NertcBacklog *backlog, const char *expected)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  nertc_backlog_foreach (backlog, append, texts);
  g_assert_cmpstr (texts->str, ==, expected);
  g_assert_cmpuint (nertc_backlog_get_length (backlog), ==, strlen (expected));
}

static void
test_numbers (void)
{
  g_autoptr (NertcBacklog) backlog = nertc_backlog_new ();

  g_assert_cmpint (nertc_backlog_add (backlog, "a"), ==, 1);
  g_assert_cmpint (nertc_backlog_add (backlog, "b"), ==, 2);
  g_assert_cmpint (nertc_backlog_add (backlog, "c"), ==, 3);
  check (backlog, "abc");
  g_assert_true (nertc_backlog_trim (backlog, 2));
  check (backlog, "c");
  g_assert_cmpint (nertc_backlog_add (backlog, "d"), ==, 4);
  g_assert_true (nertc_backlog_trim (backlog, 4));
  check (backlog, "");
}

static void
test_impossible (void)
{
  g_autoptr (NertcBacklog) backlog = nertc_backlog_new ();

  g_assert_true (nertc_backlog_trim (backlog, 0));
  g_assert_false (nertc_backlog_trim (backlog, 1));
  nertc_backlog_add (backlog, "a");
  nertc_backlog_add (backlog, "b");
  nertc_backlog_trim (backlog, 1);
  g_assert_false (nertc_backlog_trim (backlog, 0));
  g_assert_false (nertc_backlog_trim (backlog, 3));
  g_assert_false (nertc_backlog_trim (backlog, -1));
  check (backlog, "b");
}

static void
test_many (void)
{
  g_autoptr (NertcBacklog) backlog = nertc_backlog_new ();

  for (guint i = 0; i < NERTC_BACKLOG_MAX; i++)
    nertc_backlog_add (backlog, "x");
  g_assert_true (nertc_backlog_is_whole (backlog));
  g_assert_cmpint (nertc_backlog_add (backlog, "x"), ==, NERTC_BACKLOG_MAX + 1);
  g_assert_cmpint (nertc_backlog_add (backlog, "x"), ==, NERTC_BACKLOG_MAX + 2);
  g_assert_false (nertc_backlog_is_whole (backlog));
  g_assert_cmpuint (nertc_backlog_get_length (backlog), ==, NERTC_BACKLOG_MAX);

  /* What is missing has been handled after all. */
  g_assert_true (nertc_backlog_trim (backlog, 1));
  g_assert_false (nertc_backlog_is_whole (backlog));
  g_assert_true (nertc_backlog_trim (backlog, 2));
  g_assert_true (nertc_backlog_is_whole (backlog));
  g_assert_cmpuint (nertc_backlog_get_length (backlog), ==, NERTC_BACKLOG_MAX);
  g_assert_true (nertc_backlog_trim (backlog, NERTC_BACKLOG_MAX + 2));
  check (backlog, "");
}

static void
test_large (void)
{
  g_autoptr (NertcBacklog) backlog = nertc_backlog_new ();
  g_autofree char *half = g_strnfill (NERTC_BACKLOG_SIZE_MAX / 2, 'x');

  nertc_backlog_add (backlog, half);
  nertc_backlog_add (backlog, half);
  nertc_backlog_trim (backlog, 1);
  nertc_backlog_add (backlog, half);
  g_assert_true (nertc_backlog_is_whole (backlog));
  nertc_backlog_add (backlog, "x");
  g_assert_false (nertc_backlog_is_whole (backlog));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backlog/numbers", test_numbers);
  g_test_add_func ("/backlog/impossible", test_impossible);
  g_test_add_func ("/backlog/many", test_many);
  g_test_add_func ("/backlog/large", test_large);
  return g_test_run ();
}
