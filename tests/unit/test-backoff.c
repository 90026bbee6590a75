/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-backoff.h"

static void
test_first_is_almost_at_once (void)
{
  g_assert_cmpuint (nertc_backoff_delay (0, 0, 0.0), ==, 0);
  g_assert_cmpuint (nertc_backoff_delay (0, 0, 1.0), ==, 100);
  g_assert_cmpuint (nertc_backoff_delay (0, G_MAXUINT, 1.0), ==, 100);
}

static void
test_grows (void)
{
  const guint longest[] = { 400, 800, 1600, 2000, 2000 };

  for (guint i = 0; i < G_N_ELEMENTS (longest); i++) {
    g_assert_cmpuint (nertc_backoff_delay (i + 1, 0, 0.0), ==, longest[i] / 2);
    g_assert_cmpuint (nertc_backoff_delay (i + 1, 0, 1.0), ==, longest[i]);
  }
}

static void
test_caps (void)
{
  g_assert_cmpuint (nertc_backoff_delay (50, 59999, 1.0), ==, 2000);
  g_assert_cmpuint (nertc_backoff_delay (50, 60000, 1.0), ==, 5000);
  g_assert_cmpuint (nertc_backoff_delay (G_MAXUINT, G_MAXUINT, 1.0), ==, 5000);
  g_assert_cmpuint (nertc_backoff_delay (2, 60000, 1.0), ==, 800);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/first-is-almost-at-once", test_first_is_almost_at_once);
  g_test_add_func ("/backoff/grows", test_grows);
  g_test_add_func ("/backoff/caps", test_caps);
  return g_test_run ();
}
