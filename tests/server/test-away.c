/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "away.h"

static void
test_nobody (void)
{
  SrvAway away = { .limit = 100 };

  g_assert_false (srv_away_is_too_much (&away, 0));
}

/* Whoever has more than a share of the limit goes, as soon as it is reached. */
static void
test_shares (void)
{
  SrvAway away = { .limit = 100 };

  srv_away_change (&away, 0, 90);
  srv_away_change (&away, 0, 10);
  g_assert_false (srv_away_is_too_much (&away, 90));
  srv_away_change (&away, 10, 20);
  g_assert_true (srv_away_is_too_much (&away, 90));
  g_assert_false (srv_away_is_too_much (&away, 20));

  srv_away_change (&away, 90, 0);
  srv_away_change (&away, 20, 100);
  g_assert_cmpuint (away.count, ==, 1);
  g_assert_false (srv_away_is_too_much (&away, 100));
  srv_away_change (&away, 100, 101);
  g_assert_true (srv_away_is_too_much (&away, 101));
  srv_away_change (&away, 101, 0);
  g_assert_cmpuint (away.count, ==, 0);
  g_assert_cmpuint (away.size, ==, 0);
}

/* However little each of them has. */
static void
test_too_many (void)
{
  SrvAway away = { .limit = 100 };

  for (guint i = 0; i < 25; i++)
    srv_away_change (&away, 0, 4);
  g_assert_false (srv_away_is_too_much (&away, 4));
  srv_away_change (&away, 0, 4);
  g_assert_true (srv_away_is_too_much (&away, 4));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/away/nobody", test_nobody);
  g_test_add_func ("/away/shares", test_shares);
  g_test_add_func ("/away/too-many", test_too_many);

  return g_test_run ();
}
