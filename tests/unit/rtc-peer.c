/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media between two peers. */
#include "rtc-pair.h"
#include "rtc.h"

#define AUDIO RTC_MEDIA_AUDIO
#define VIDEO RTC_MEDIA_VIDEO

static void
await_frames (RtcPair *pair, RtcMedia media, guint count)
{
  guint wanted = rtc_pair_end_count (pair->receiver, media) + count;

  nertc_await (rtc_pair_end_count (pair->receiver, media) >= wanted);
}

static RtcPairFrame
get_sent (RtcPair *pair, RtcMedia media, guint32 number)
{
  g_assert_cmpuint (number, <, pair->sent[media]->len);
  return g_array_index (pair->sent[media], RtcPairFrame, number);
}

static RtcPairFrame
get_latest (RtcPair *pair, RtcMedia media)
{
  return rtc_pair_end_get (pair->receiver, media, rtc_pair_end_count (pair->receiver, media) - 1);
}

/* Returns: how much later than captured the latest frame is stamped at the receiver, in ms */
static gint64
get_shift (RtcPair *pair, RtcMedia media)
{
  RtcPairFrame frame = get_latest (pair, media);

  return ((gint64) frame.pts - (gint64) get_sent (pair, media, frame.number).pts) /
         (gint64) GST_MSECOND;
}

static void
assert_no_failures (RtcPair *pair)
{
  g_assert_cmpstr (pair->sender->message, ==, NULL);
  g_assert_cmpstr (pair->receiver->message, ==, NULL);
}

/* The RTP timestamp follows from the capture time, so it is the same over any connection. */
static void
assert_rtp_time (RtcPair *pair, RtcMedia media, RtcPairFrame frame)
{
  guint64 ticks = gst_util_uint64_scale_int (get_sent (pair, media, frame.number).pts,
                                             media == AUDIO ? 48000 : 90000, GST_SECOND);

  g_assert_cmpuint (frame.rtp_time, ==, (guint32) (RTC_PAIR_TIMESTAMP_OFFSET + ticks));
}

/* Every frame from the first on, a key frame, in order and with rising timestamps */
static void
assert_frames (RtcPair *pair, RtcMedia media)
{
  guint count = rtc_pair_end_count (pair->receiver, media);
  RtcPairFrame last = rtc_pair_end_get (pair->receiver, media, 0);

  g_assert_true (last.is_key_frame);
  for (guint i = 1; i < count; i++) {
    RtcPairFrame frame = rtc_pair_end_get (pair->receiver, media, i);

    g_assert_cmpuint (frame.number, ==, last.number + 1);
    g_assert_cmpint (frame.is_key_frame, ==, get_sent (pair, media, frame.number).is_key_frame);
    g_assert_cmpuint (frame.pts, >, last.pts);
    assert_rtp_time (pair, media, frame);
    last = frame;
  }
}

/* A machine that is busy may be late for a moment. */
static gboolean
is_near (RtcPair *pair, RtcMedia media)
{
  return get_shift (pair, media) > -20 && get_shift (pair, media) < 60;
}

static gboolean
is_in_sync (RtcPair *pair)
{
  return rtc_pair_end_count (pair->receiver, AUDIO) > 0 &&
         rtc_pair_end_count (pair->receiver, VIDEO) > 0 &&
         ABS (get_shift (pair, AUDIO) - get_shift (pair, VIDEO)) <= 40;
}

static void
test_media (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  rtc_pair_play (pair);
  await_frames (pair, AUDIO, 50);
  assert_frames (pair, AUDIO);
  assert_frames (pair, VIDEO);
  nertc_await (is_near (pair, AUDIO) && is_near (pair, VIDEO));
  nertc_await (is_in_sync (pair));
  assert_no_failures (pair);
}

static void
test_one_track (gconstpointer data)
{
  RtcMedia media = GPOINTER_TO_UINT (data);
  g_autoptr (RtcPair) pair = rtc_pair_new (media == AUDIO, media == VIDEO);

  rtc_pair_connect (pair);
  rtc_pair_send (pair, AUDIO, TRUE);
  rtc_pair_send (pair, VIDEO, TRUE);
  rtc_pair_feed (pair, TRUE);
  await_frames (pair, media, 10);
  assert_frames (pair, media);
  g_assert_cmpuint (rtc_pair_end_count (pair->receiver, media == AUDIO ? VIDEO : AUDIO), ==, 0);
  assert_no_failures (pair);
}

/* A slow encoder: what belongs together comes out together as soon as RTCP has told. */
static void
test_lip_sync (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);
  guint in_sync = 0;

  pair->video_delay = 200 * GST_MSECOND;
  rtc_pair_play (pair);
  nertc_await (is_in_sync (pair));
  while (in_sync < 10) {
    await_frames (pair, VIDEO, 1);
    in_sync = is_in_sync (pair) ? in_sync + 1 : 0;
    g_assert_cmpuint (pair->sent[VIDEO]->len, <, 600);
  }
}

static void
test_nothing_is_sent_unasked (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  rtc_pair_feed (pair, TRUE);
  rtc_pair_connect (pair);
  nertc_await (pair->sent[VIDEO]->len > 10);
  rtc_pair_send (pair, AUDIO, TRUE);
  await_frames (pair, AUDIO, 10);
  g_assert_cmpuint (rtc_pair_end_count (pair->receiver, VIDEO), ==, 0);
  g_assert_cmpuint (pair->sender->requests, ==, 0);
}

static void
test_sending_off_and_on (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);
  guint off, requests, count;

  rtc_pair_play (pair);
  await_frames (pair, VIDEO, 5);

  off = pair->sent[VIDEO]->len;
  rtc_pair_send (pair, VIDEO, FALSE);
  await_frames (pair, AUDIO, 25); /* the sound goes on */
  g_assert_cmpuint (get_latest (pair, VIDEO).number, <, off);

  requests = pair->sender->requests;
  count = rtc_pair_end_count (pair->receiver, VIDEO);
  rtc_pair_send (pair, VIDEO, TRUE);
  await_frames (pair, VIDEO, 5);
  g_assert_cmpuint (pair->sender->requests, >, requests);
  g_assert_true (rtc_pair_end_get (pair->receiver, VIDEO, count).is_key_frame);
  g_assert_cmpuint (rtc_pair_end_get (pair->receiver, VIDEO, count).number, >=, off);
  assert_no_failures (pair);
}

static void
test_receiver_asks_for_a_key_frame (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);
  guint requests;

  rtc_pair_play (pair);
  await_frames (pair, VIDEO, 5);
  requests = pair->sender->requests;
  rtc_peer_request_key_frame (pair->receiver->peer);
  nertc_await (pair->sender->requests > requests);
  nertc_await (get_latest (pair, VIDEO).is_key_frame);
}

/* Nobody is asked for anything while there is nothing to be received. */
static void
test_key_frame_request_too_early (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);

  rtc_peer_request_key_frame (pair->receiver->peer);
  rtc_peer_request_key_frame (pair->sender->peer);
  rtc_pair_play (pair);
  assert_no_failures (pair);
}

/* Sound that stops and goes on, as that of a muted microphone. */
static void
test_pause (void)
{
  g_autoptr (RtcPair) pair = rtc_pair_new (TRUE, TRUE);
  guint count;

  rtc_pair_play (pair);
  rtc_pair_send (pair, AUDIO, FALSE);
  await_frames (pair, VIDEO, 30);
  count = rtc_pair_end_count (pair->receiver, AUDIO);
  rtc_pair_send (pair, AUDIO, TRUE);
  await_frames (pair, AUDIO, 10);
  g_assert_cmpuint (rtc_pair_end_get (pair->receiver, AUDIO, count).number, >,
                    rtc_pair_end_get (pair->receiver, AUDIO, count - 1).number + 20);
  nertc_await (is_near (pair, AUDIO));
  assert_no_failures (pair);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  g_test_add_func ("/rtc-peer/media", test_media);
  g_test_add_data_func ("/rtc-peer/audio-only", GUINT_TO_POINTER (AUDIO), test_one_track);
  g_test_add_data_func ("/rtc-peer/video-only", GUINT_TO_POINTER (VIDEO), test_one_track);
  g_test_add_func ("/rtc-peer/lip-sync", test_lip_sync);
  g_test_add_func ("/rtc-peer/nothing-is-sent-unasked", test_nothing_is_sent_unasked);
  g_test_add_func ("/rtc-peer/sending-off-and-on", test_sending_off_and_on);
  g_test_add_func ("/rtc-peer/receiver-asks-for-a-key-frame", test_receiver_asks_for_a_key_frame);
  g_test_add_func ("/rtc-peer/key-frame-request-too-early", test_key_frame_request_too_early);
  g_test_add_func ("/rtc-peer/pause", test_pause);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
