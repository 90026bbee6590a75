/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths that are not there, not allowed, or not there for a while. */
#include "rtc-pair.h"
#include "rtc.h"

#include <string.h>

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

static void
assert_contains (const char *text, const char *part)
{
  if (!strstr (text, part))
    g_error ("“%s” is not in “%s”", part, text);
}

/* What takes its time: all at once. */

typedef struct {
  RtcPair *deadlocked; /* each waits for the other to begin the DTLS handshake */
  RtcPair *adrift;     /* no candidate arrives */
  RtcPair *impatient;  /* nor here, where the receiver does not wait for long */
  RtcPair *relayed;    /* neither may tell its own address, and there is no other */
  RtcPair *cut;        /* there is a path, and then for a while there is none */
  RtcPair *unheard;    /* nothing gets through once they are connected */
  RtcPair *idle;       /* nor is anything sent */
} Pairs;

/* RFC 8842: who is active begins. So both are passive. */
static char *
claim_to_be_active (const char *sdp)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=setup:[a-z]*", 0, 0, NULL);

  return g_regex_replace (regex, sdp, -1, 0, "a=setup:active", 0, NULL);
}

static void
start_pairs (Pairs *pairs)
{
  RtcRoutes relay_only = { .relay_only = TRUE };

  pairs->deadlocked = rtc_pair_new (TRUE, TRUE);
  pairs->deadlocked->edit_offer = pairs->deadlocked->edit_answer = claim_to_be_active;
  rtc_pair_start (pairs->deadlocked);
  pairs->adrift = rtc_pair_new (TRUE, TRUE);
  pairs->adrift->adrift = TRUE;
  rtc_pair_start (pairs->adrift);
  pairs->impatient = rtc_pair_new (TRUE, TRUE);
  rtc_peer_set_patience (pairs->impatient->receiver->peer, 1000);
  pairs->impatient->adrift = TRUE;
  rtc_pair_start (pairs->impatient);
  pairs->relayed = rtc_pair_new_with_routes (&relay_only);
  rtc_pair_start (pairs->relayed);
  pairs->cut = rtc_pair_new (TRUE, TRUE);
  rtc_pair_play (pairs->cut);
  rtc_pair_cut (pairs->cut, TRUE);
  pairs->unheard = rtc_pair_new (TRUE, TRUE);
  pairs->idle = rtc_pair_new (TRUE, TRUE);
  rtc_pair_connect (pairs->idle);
  rtc_pair_connect (pairs->unheard);
  rtc_pair_cut (pairs->unheard, TRUE);
  rtc_pair_feed (pairs->unheard, TRUE);
  rtc_pair_send (pairs->unheard, AUDIO, TRUE);
  rtc_pair_send (pairs->unheard, VIDEO, TRUE);
}

static void
free_pairs (Pairs *pairs)
{
  rtc_pair_free (pairs->deadlocked);
  rtc_pair_free (pairs->adrift);
  rtc_pair_free (pairs->impatient);
  rtc_pair_free (pairs->relayed);
  rtc_pair_free (pairs->cut);
  rtc_pair_free (pairs->unheard);
  rtc_pair_free (pairs->idle);
}

/* Both ends notice; both go on, and notice again when it is back. */
static void
check_cut (RtcPair *pair)
{
  guint so_far;

  nertc_await (pair->receiver->failures > 0 && pair->sender->failures > 0);
  g_assert_cmpint (pair->receiver->failure, ==, RTC_FAILURE_SILENCE);
  g_assert_cmpint (pair->sender->failure, ==, RTC_FAILURE_SILENCE);
  g_assert_cmpuint (pair->receiver->recoveries + pair->sender->recoveries, ==, 0);
  so_far = rtc_pair_end_count (pair->receiver, VIDEO);
  rtc_pair_cut (pair, FALSE);
  nertc_await (pair->receiver->recoveries > 0 && pair->sender->recoveries > 0);
  nertc_await (rtc_pair_end_count (pair->receiver, VIDEO) > so_far);
  g_assert_cmpuint (pair->receiver->failures + pair->sender->failures, ==, 2);
  g_assert_cmpuint (pair->receiver->recoveries + pair->sender->recoveries, ==, 2);
}

/* Who sends wants to hear something; who has heard nothing yet cannot tell whether it should. */
static void
check_unheard (Pairs *pairs)
{
  nertc_await (pairs->unheard->sender->failures > 0);
  g_assert_cmpint (pairs->unheard->sender->failure, ==, RTC_FAILURE_SILENCE);
  g_assert_cmpuint (pairs->unheard->receiver->failures, ==, 0);
  g_assert_cmpuint (pairs->idle->sender->failures + pairs->idle->receiver->failures, ==, 0);
}

static void
check_time_outs (Pairs *pairs)
{
  RtcPairEnd *adrift = pairs->adrift->receiver;
  RtcPairEnd *relayed = pairs->relayed->sender;

  nertc_await (adrift->failures > 0 && relayed->failures > 0);
  g_assert_cmpint (adrift->failure, ==, RTC_FAILURE_ICE);
  assert_contains (adrift->message, "did not succeed within 10 s");
  assert_contains (adrift->message, " host) of this end and no candidates of the other");
  assert_contains (adrift->message, "ICE servers: none");
  g_assert_cmpint (relayed->failure, ==, RTC_FAILURE_ICE);
  assert_contains (relayed->message, "with no candidates of this end and no candidates of");

  nertc_await (pairs->deadlocked->sender->failures > 0 &&
               pairs->deadlocked->receiver->failures > 0);
  g_assert_cmpint (pairs->deadlocked->sender->failure, ==, RTC_FAILURE_DTLS);
  g_assert_cmpint (pairs->deadlocked->receiver->failure, ==, RTC_FAILURE_DTLS);
  assert_contains (pairs->deadlocked->receiver->message, "DTLS handshake on it did not succeed");
}

static void
test_what_takes_time (void)
{
  Pairs pairs;

  start_pairs (&pairs);
  nertc_await (pairs.impatient->receiver->failures > 0);
  g_assert_cmpint (pairs.impatient->receiver->failure, ==, RTC_FAILURE_ICE);
  g_assert_cmpuint (pairs.adrift->receiver->failures, ==, 0);
  check_cut (pairs.cut);
  check_unheard (&pairs);
  check_time_outs (&pairs);
  free_pairs (&pairs);
}

/* Ports */

#define MIN_PORT 41000
#define MAX_PORT 41009

/* RFC 8839, section 5.1: the sixth word */
static guint64
get_port (const char *candidate)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", -1);

  return g_strv_length (words) > 5 ? g_ascii_strtoull (words[5], NULL, 10) : 0;
}

static void
assert_ports (RtcPairEnd *end)
{
  g_assert_cmpuint (end->candidates->len, >, 0);
  for (guint i = 0; i < end->candidates->len; i++) {
    guint64 port = get_port (g_ptr_array_index (end->candidates, i));

    g_assert_cmpuint (port, >=, MIN_PORT);
    g_assert_cmpuint (port, <=, MAX_PORT);
  }
}

static void
test_port_range (void)
{
  RtcRoutes routes = { .min_port = MIN_PORT, .max_port = MAX_PORT };
  g_autoptr (RtcPair) pair = rtc_pair_new_with_routes (&routes);

  rtc_pair_connect (pair);
  assert_ports (pair->sender);
  assert_ports (pair->receiver);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  g_test_add_func ("/rtc-peer-path/port-range", test_port_range);
  g_test_add_func ("/rtc-peer-path/what-takes-time", test_what_takes_time);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
