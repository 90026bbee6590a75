/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the connection of two peers ends, or does not begin. */
#include "rtc-pair.h"
#include "rtc.h"

#include <string.h>

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

/* Changes @pattern into @replacement everywhere. */
static char *
replace (const char *sdp, const char *pattern, const char *replacement)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  char *changed = g_regex_replace (regex, sdp, -1, 0, replacement, 0, NULL);

  g_assert_cmpstr (changed, !=, sdp);
  return changed;
}

/* Certificates */

/* The hash of nothing: a well-formed one that no certificate has. */
#define OTHER_FINGERPRINT \
  "a=fingerprint:sha-256 E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:" \
  "4C:A4:95:99:1B:78:52:B8:55"

static char *
change_fingerprint (const char *sdp)
{
  return replace (sdp, "a=fingerprint:[^\r\n]*", OTHER_FINGERPRINT);
}

static char *
change_first_fingerprint (const char *sdp)
{
  const char *second = strstr (strstr (sdp, "a=fingerprint:") + 1, "a=fingerprint:");
  g_autofree char *head = g_strndup (sdp, second - sdp);
  g_autofree char *changed = change_fingerprint (head);

  return g_strconcat (changed, second, NULL);
}

static char *
change_hash (const char *sdp)
{
  return replace (sdp, "a=fingerprint:sha-256", "a=fingerprint:sha-3000");
}

static void
test_certificate_of_sender (gconstpointer edit)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  pair->edit_offer = (RtcPairEdit) edit;
  rtc_pair_start (pair);
  rtc_pair_feed (pair, TRUE);
  rtc_pair_send (pair, AUDIO, TRUE);
  rtc_pair_send (pair, VIDEO, TRUE);
  nertc_await (pair->receiver->failures > 0);
  g_assert_cmpint (pair->receiver->failure, ==, RTC_FAILURE_CERTIFICATE);

  /* The sender, who knows of nothing, sends; it does not get through. */
  nertc_await (pair->sender->connected);
  nertc_await (pair->sent[AUDIO]->len > 15);
  g_assert_false (pair->receiver->connected);
  g_assert_false (rtc_peer_is_connected (pair->receiver->peer));
  g_assert_cmpuint (rtc_pair_end_count (pair->receiver, AUDIO), ==, 0);
  g_assert_cmpuint (rtc_pair_end_count (pair->receiver, VIDEO), ==, 0);
  g_assert_cmpuint (pair->receiver->failures, ==, 1);
}

static void
test_certificate_of_receiver (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  pair->edit_answer = change_fingerprint;
  rtc_pair_start (pair);
  rtc_pair_feed (pair, TRUE);
  rtc_pair_send (pair, AUDIO, TRUE);
  rtc_pair_send (pair, VIDEO, TRUE);
  nertc_await (pair->sender->failures > 0 && pair->receiver->connected);
  g_assert_cmpint (pair->sender->failure, ==, RTC_FAILURE_CERTIFICATE);
  nertc_await (pair->sent[AUDIO]->len > 15);
  g_assert_false (pair->sender->connected);
  g_assert_cmpuint (rtc_pair_end_count (pair->receiver, AUDIO), ==, 0);
  g_assert_cmpuint (rtc_pair_end_count (pair->receiver, VIDEO), ==, 0);
}

/* Descriptions */

static char *
make_nonsense (const char *sdp)
{
  return g_strdup ("Never mind.");
}

static char *
make_nothing (const char *sdp)
{
  return g_strdup ("");
}

static char *
change_codec (const char *sdp)
{
  return replace (sdp, "VP8/90000", "XYZ/90000");
}

static void
test_bad_offer (gconstpointer edit)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  pair->edit_offer = (RtcPairEdit) edit;
  rtc_pair_start (pair);
  nertc_await (pair->receiver->failures > 0);
  g_assert_cmpint (pair->receiver->failure, ==, RTC_FAILURE_DESCRIPTION);
}

static void
test_bad_answer (gconstpointer edit)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  pair->edit_answer = (RtcPairEdit) edit;
  rtc_pair_start (pair);
  nertc_await (pair->sender->failures > 0);
  g_assert_cmpint (pair->sender->failure, ==, RTC_FAILURE_DESCRIPTION);
}

/* What is not known here is said, and the rest goes on. */
static void
test_unknown_codec (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  pair->edit_offer = change_codec;
  rtc_pair_start (pair);
  nertc_await (pair->sender->connected);
  rtc_pair_feed (pair, TRUE);
  rtc_pair_send (pair, VIDEO, TRUE);
  nertc_await (pair->receiver->failures > 0);
  g_assert_cmpint (pair->receiver->failure, ==, RTC_FAILURE_CODEC);
}

static void
test_descriptions_out_of_turn (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  rtc_pair_start (pair);
  rtc_peer_set_remote_description (pair->receiver->peer, GST_WEBRTC_SDP_TYPE_ANSWER, "nonsense");
  rtc_peer_set_remote_description (pair->sender->peer, GST_WEBRTC_SDP_TYPE_OFFER, "nonsense");
  nertc_await (pair->sender->connected && pair->receiver->connected);
  rtc_peer_set_remote_description (pair->receiver->peer, GST_WEBRTC_SDP_TYPE_OFFER, "nonsense");
  rtc_peer_set_remote_description (pair->sender->peer, GST_WEBRTC_SDP_TYPE_ANSWER, "nonsense");
  g_assert_cmpuint (pair->receiver->failures, ==, 0);
  g_assert_cmpuint (pair->sender->failures, ==, 0);
}

static void
test_candidates_that_lead_nowhere (void)
{
  const char *candidates[] = {
    "",
    "candidate",
    "candidate:1 1 UDP 2015363327 127.0.0.1 9 typ host",
    "candidate:1 1 UDP 2015363327 256.0.0.1 99999 typ nowhere",
    "candidate:2 1 TCP 1015021823 127.0.0.1 9 typ host tcptype active",
  };
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  rtc_pair_start (pair);
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++) {
    rtc_peer_add_candidate (pair->receiver->peer, 0, candidates[i]);
    rtc_peer_add_candidate (pair->sender->peer, 0, candidates[i]);
    rtc_peer_add_candidate (pair->sender->peer, 77, candidates[i]);
  }
  nertc_await (pair->sender->connected && pair->receiver->connected);
  g_assert_cmpuint (pair->receiver->failures, ==, 0);
  g_assert_cmpuint (pair->sender->failures, ==, 0);
}

/* What takes its time: all at once. */

typedef struct {
  RtcPair *unanswered; /* whose offer is lost */
  RtcPair *uninvited;  /* which gets no offer */
  RtcPair *deserted;   /* whose sender is gone */
  RtcPair *unheard;    /* whose receiver is gone */
  RtcPair *idle;       /* which never has anything to say */
  RtcPair *muted;      /* which has nothing to say any more */
} Pairs;

static void
start_pairs (Pairs *pairs)
{
  pairs->unanswered = rtc_pair_new (TRUE, TRUE);
  pairs->uninvited = rtc_pair_new (TRUE, TRUE);
  pairs->deserted = rtc_pair_new (TRUE, TRUE);
  pairs->unheard = rtc_pair_new (TRUE, TRUE);
  pairs->idle = rtc_pair_new (TRUE, TRUE);
  pairs->muted = rtc_pair_new (TRUE, TRUE);

  pairs->unanswered->receiver->deaf = TRUE;
  rtc_pair_start (pairs->unanswered);
  rtc_pair_start (pairs->uninvited);
  rtc_peer_close (pairs->uninvited->sender->peer);
  rtc_pair_connect (pairs->idle);
  rtc_pair_play (pairs->muted);
  rtc_pair_send (pairs->muted, AUDIO, FALSE);
  rtc_pair_send (pairs->muted, VIDEO, FALSE);
  rtc_pair_play (pairs->deserted);
  rtc_peer_close (pairs->deserted->sender->peer);
  rtc_pair_play (pairs->unheard);
  rtc_peer_close (pairs->unheard->receiver->peer);
}

static void
free_pairs (Pairs *pairs)
{
  rtc_pair_free (pairs->unanswered);
  rtc_pair_free (pairs->uninvited);
  rtc_pair_free (pairs->deserted);
  rtc_pair_free (pairs->unheard);
  rtc_pair_free (pairs->idle);
  rtc_pair_free (pairs->muted);
}

static void
test_nobody_there (void)
{
  gint64 start = g_get_monotonic_time ();
  Pairs pairs;

  start_pairs (&pairs);
  nertc_await (pairs.deserted->receiver->failures > 0 && pairs.unheard->sender->failures > 0);
  g_assert_cmpint (pairs.deserted->receiver->failure, ==, RTC_FAILURE_SILENCE);
  g_assert_cmpint (pairs.unheard->sender->failure, ==, RTC_FAILURE_SILENCE);

  nertc_await (pairs.unanswered->sender->failures > 0 && pairs.uninvited->receiver->failures > 0);
  g_assert_cmpint (pairs.unanswered->sender->failure, ==, RTC_FAILURE_ICE);
  g_assert_cmpint (pairs.uninvited->receiver->failure, ==, RTC_FAILURE_ICE);

  /* RTCP alone keeps a connection. */
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (pairs.idle->sender->failures + pairs.idle->receiver->failures, ==, 0);
  g_assert_cmpuint (pairs.muted->sender->failures + pairs.muted->receiver->failures, ==, 0);
  g_assert_cmpuint (pairs.unanswered->sender->failures, ==, 1);
  free_pairs (&pairs);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  g_test_add_data_func ("/rtc-peer-end/certificate-of-sender", change_fingerprint,
                        test_certificate_of_sender);
  g_test_add_data_func ("/rtc-peer-end/unknown-hash-of-sender", change_hash,
                        test_certificate_of_sender);
  g_test_add_func ("/rtc-peer-end/certificate-of-receiver", test_certificate_of_receiver);
  g_test_add_data_func ("/rtc-peer-end/bad-offer", make_nonsense, test_bad_offer);
  g_test_add_data_func ("/rtc-peer-end/empty-offer", make_nothing, test_bad_offer);
  g_test_add_data_func ("/rtc-peer-end/two-certificates", change_first_fingerprint, test_bad_offer);
  g_test_add_data_func ("/rtc-peer-end/bad-answer", make_nonsense, test_bad_answer);
  g_test_add_data_func ("/rtc-peer-end/empty-answer", make_nothing, test_bad_answer);
  g_test_add_func ("/rtc-peer-end/unknown-codec", test_unknown_codec);
  g_test_add_func ("/rtc-peer-end/descriptions-out-of-turn", test_descriptions_out_of_turn);
  g_test_add_func ("/rtc-peer-end/candidates-that-lead-nowhere", test_candidates_that_lead_nowhere);
  g_test_add_func ("/rtc-peer-end/nobody-there", test_nobody_there);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
