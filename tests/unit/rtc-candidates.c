/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-candidates.h"

static void
assert_described (const char *const *candidates, const char *expected)
{
  RtcCandidates counts = { 0 };
  g_autofree char *text = NULL;

  for (guint i = 0; candidates[i]; i++)
    rtc_candidates_add (&counts, candidates[i]);
  text = rtc_candidates_describe (&counts);
  g_assert_cmpstr (text, ==, expected);
}

#define HOST "candidate:1 1 UDP 2015363327 10.0.0.1 9 typ host"
#define RELAY "candidate:3 1 UDP 16777215 203.0.113.9 9 typ relay raddr 10.0.0.1 rport 9"

static void
test_candidates (void)
{
  const char *none[] = { NULL };
  const char *one[] = { HOST, NULL };
  const char *several[] = { RELAY, HOST, HOST, "candidate:2 1 UDP 1 fd00::1 9 typ srflx", NULL };

  assert_described (none, "no candidates");
  assert_described (one, "1 candidate (1 host)");
  assert_described (several, "4 candidates (2 host, 1 srflx, 1 relay)");
}

static void
test_no_candidates (void)
{
  const char *nonsense[] = { "", "candidate", "typ", "a typ", "a typ nowhere", "typhost", NULL };

  assert_described (nonsense, "no candidates");
}

static void
assert_servers (const char *const *servers, const char *scheme, const char *expected)
{
  g_autofree char *text = rtc_ice_servers_describe (servers, scheme);

  g_assert_cmpstr (text, ==, expected);
}

/* These go into messages and logs. */
static void
test_servers_without_passwords (void)
{
  const char *none[] = { NULL };
  const char *several[] = { "stun://stun.example.org:3478", "turn://1:a:secret@turn.example.org",
                            "nonsense", NULL };

  assert_servers (NULL, "", NULL);
  assert_servers (none, "", NULL);
  assert_servers (several, "turn", "turn://turn.example.org");
  assert_servers (several, "turns", NULL);
  assert_servers (several, "", "stun://stun.example.org:3478, turn://turn.example.org, nonsense");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtc-candidates/candidates", test_candidates);
  g_test_add_func ("/rtc-candidates/no-candidates", test_no_candidates);
  g_test_add_func ("/rtc-candidates/servers-without-passwords", test_servers_without_passwords);
  return g_test_run ();
}
