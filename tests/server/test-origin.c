/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which pages may join. */

#include "origin.h"

static void
test_allowed (void)
{
  static const char *const rules[] = { "https://app.example.org", NULL };
  static const struct {
    const char *origin;
    const char *host;
    gboolean allowed;
  } rows[] = {
    { NULL, "example.org", TRUE },
    { NULL, NULL, TRUE },
    { "https://example.org", "example.org", TRUE },
    { "https://Example.org", "example.ORG", TRUE },
    { "https://example.org:8980", "example.org:8980", TRUE },
    { "https://[fd77::1]:8980", "[fd77::1]:8980", TRUE },
    { "https://example.org", "example.org:8980", FALSE },
    { "https://example.org:1", "example.org:8980", FALSE },
    { "https://example.org", NULL, FALSE },
    { "https://example.org", "", FALSE },
    { "https://evil.org/://example.org", "example.org", FALSE },
    { "https://evil.org", "example.org", FALSE },
    { "https://user@example.org", "user@example.org", FALSE },
    { "example.org", "example.org", FALSE },
    { "null", "null", FALSE },
    { "", "", FALSE },
    { "http://", "", FALSE },
    { "file:///", "", FALSE },
    { "http://localhost:3000", "example.org", TRUE },
    { "http://127.0.0.1", NULL, TRUE },
    { "http://[::1]:5", NULL, TRUE },
    { "http://localhost.evil.org", NULL, FALSE },
    { "http://127.0.0.1.evil.org", NULL, FALSE },
    { "https://app.example.org", NULL, TRUE },
    { "http://app.example.org", NULL, FALSE },
    { "https://app.example.org:8443", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s from %s", rows[i].origin, rows[i].host);
    g_assert_cmpint (srv_origin_is_allowed (rows[i].origin, rows[i].host, rules), ==,
                     rows[i].allowed);
  }
}

static void
test_any (void)
{
  static const char *const rules[] = { "https://example.org", "*", NULL };

  g_assert_true (srv_origin_is_allowed ("null", NULL, rules));
  g_assert_true (srv_origin_is_allowed ("https://evil.org", NULL, rules));
  g_assert_false (srv_origin_is_allowed ("https://evil.org", NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/origin/allowed", test_allowed);
  g_test_add_func ("/origin/any", test_any);
  return g_test_run ();
}
