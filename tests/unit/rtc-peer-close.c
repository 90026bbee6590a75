/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A peer can be closed at any time and leaves nothing behind. */
#include "rtc-pair.h"
#include "rtc-peer-private.h"
#include "rtc.h"

/* More rounds of the main context than a connection takes */
#define MOMENTS 60
#define CYCLES 50

typedef struct {
  guint threads;
  guint fds;
} Count;

static Count
count (void)
{
  return (Count){ nertc_count_entries ("task"), nertc_count_entries ("fd") };
}

static gboolean
is_back (Count before)
{
  Count now = count ();

  return now.threads <= before.threads && now.fds <= before.fds;
}

/* What is made once for the process is made here. */
static Count
warm_up (void)
{
  for (guint i = 0; i < 2; i++) {
    RtcPair *pair = rtc_pair_new (TRUE, TRUE);

    rtc_pair_play (pair);
    rtc_pair_free (pair);
  }
  /* GStreamer's threads for asynchronous calls stay for a moment. */
  nertc_await (nertc_count_entries ("fd") < 20 && nertc_count_entries ("task") < 10);
  return count ();
}

static void
test_before_the_start (void)
{
  rtc_pair_free (rtc_pair_new (TRUE, TRUE));
  rtc_pair_free (rtc_pair_new (FALSE, TRUE));
}

static void
test_without_closing (void)
{
  RtcPeerConfig config = { .context = g_main_context_default () };
  RtcPeerCallbacks callbacks = { NULL };
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GObject *user_data = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GError) error = NULL;
  RtcPeer *peer;

  config.clock = clock;
  g_object_add_weak_pointer (user_data, (gpointer *) &user_data);
  peer = rtc_peer_new (&config, &callbacks, user_data, &error);
  g_assert_no_error (error);
  g_object_unref (peer);
  g_assert_null (user_data);
}

static void
on_gone (gpointer data, GObject *where)
{
  g_atomic_int_set ((int *) data, TRUE);
}

static void
on_kept_gone (gpointer data, GObject *where)
{
  g_assert_true (g_atomic_int_get ((int *) data));
}

/* What is kept is let go when the connection is gone, not before. */
static void
test_keep (void)
{
  RtcPair *pair = rtc_pair_new (TRUE, TRUE);
  GObject *kept = g_object_new (G_TYPE_OBJECT, NULL);
  int webrtc_gone = FALSE;
  int kept_gone = FALSE;

  g_object_weak_ref (G_OBJECT (pair->sender->peer->webrtc), on_gone, &webrtc_gone);
  g_object_weak_ref (kept, on_kept_gone, &webrtc_gone);
  g_object_weak_ref (kept, on_gone, &kept_gone);
  rtc_peer_keep (pair->sender->peer, kept);
  g_object_unref (kept);
  rtc_pair_play (pair);
  rtc_pair_free (pair);
  nertc_await (g_atomic_int_get (&kept_gone));
}

static void
test_twice (void)
{
  RtcPair *pair = rtc_pair_new (TRUE, TRUE);

  rtc_pair_play (pair);
  rtc_peer_close (pair->sender->peer);
  rtc_peer_close (pair->sender->peer);
  rtc_pair_free (pair);
}

/* What comes too late does no harm. */
static void
test_used_afterwards (void)
{
  RtcPair *pair = rtc_pair_new (TRUE, TRUE);
  g_autofree char *answer = NULL;

  rtc_pair_play (pair);
  answer = g_strdup (pair->receiver->description);
  rtc_peer_close (pair->sender->peer);
  rtc_peer_close (pair->receiver->peer);
  rtc_peer_set_remote_description (pair->sender->peer, GST_WEBRTC_SDP_TYPE_ANSWER, answer);
  rtc_peer_add_candidate (pair->receiver->peer, 0, "candidate:1 1 UDP 1 127.0.0.1 9 typ host");
  rtc_peer_request_key_frame (pair->receiver->peer);
  rtc_pair_send (pair, RTC_MEDIA_VIDEO, FALSE);
  rtc_pair_send (pair, RTC_MEDIA_VIDEO, TRUE);
  rtc_peer_set_clock (pair->sender->peer, pair->clock);
  nertc_await (pair->sent[RTC_MEDIA_AUDIO]->len > 20);
  rtc_pair_free (pair);
}

/* After each number of rounds of the main context: from right after the start to playing */
static void
test_at_any_moment (void)
{
  Count before = warm_up ();

  for (guint moment = 0; moment < MOMENTS; moment++) {
    RtcPair *pair = rtc_pair_new (TRUE, TRUE);

    rtc_pair_start (pair);
    rtc_pair_send (pair, RTC_MEDIA_AUDIO, TRUE);
    rtc_pair_send (pair, RTC_MEDIA_VIDEO, TRUE);
    if (moment > MOMENTS / 2)
      rtc_pair_feed (pair, TRUE);
    for (guint i = 0; i < moment; i++)
      nertc_await_turn (g_get_monotonic_time (), 1, "", __FILE__, __LINE__);
    rtc_pair_free (pair);
  }
  nertc_await (is_back (before));
}

static void
test_again_and_again (void)
{
  Count before = warm_up ();

  for (guint i = 0; i < CYCLES; i++) {
    RtcPair *pair = rtc_pair_new (TRUE, TRUE);

    rtc_pair_play (pair);
    rtc_pair_free (pair);
  }
  nertc_await (is_back (before));
}

static void
remove_feature (const char *factory, gboolean remove)
{
  static GstPluginFeature *feature;

  if (remove) {
    feature = gst_registry_find_feature (gst_registry_get (), factory, GST_TYPE_ELEMENT_FACTORY);
    gst_registry_remove_feature (gst_registry_get (), feature);
  } else {
    gst_registry_add_feature (gst_registry_get (), feature);
    g_clear_object (&feature);
  }
}

static void
test_missing_element (gconstpointer factory)
{
  RtcPeerConfig config = {
    .context = g_main_context_default (),
    .codecs = { rtc_codec_get_default (RTC_MEDIA_AUDIO), rtc_codec_get_default (RTC_MEDIA_VIDEO) },
  };
  RtcPeerCallbacks callbacks = { NULL };
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GObject *user_data = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GError) error = NULL;
  RtcPeer *peer;

  config.clock = clock;
  g_object_add_weak_pointer (user_data, (gpointer *) &user_data);
  remove_feature (factory, TRUE);
  peer = rtc_peer_new (&config, &callbacks, user_data, &error);
  remove_feature (factory, FALSE);
  g_assert_null (peer);
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
  g_assert_nonnull (g_strrstr (error->message, factory));
  g_assert_null (user_data);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  rtc_init ();
  g_test_add_func ("/rtc-peer-close/before-the-start", test_before_the_start);
  g_test_add_func ("/rtc-peer-close/without-closing", test_without_closing);
  g_test_add_func ("/rtc-peer-close/keep", test_keep);
  g_test_add_func ("/rtc-peer-close/twice", test_twice);
  g_test_add_func ("/rtc-peer-close/used-afterwards", test_used_afterwards);
  g_test_add_func ("/rtc-peer-close/at-any-moment", test_at_any_moment);
  g_test_add_func ("/rtc-peer-close/again-and-again", test_again_and_again);
  g_test_add_data_func ("/rtc-peer-close/missing-webrtcbin", "webrtcbin", test_missing_element);
  g_test_add_data_func ("/rtc-peer-close/missing-payloader", "rtpvp8pay", test_missing_element);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
