/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The figures of a real connection, against what is known of it. */

#include "rtc-pair.h"
#include "rtc-peer-private.h"
#include "rtc.h"

#include <gst/rtp/rtp.h>

#define DROP_EVERY 4 /* packets */

typedef struct {
  RtcPair *pair;
  guint packets[128]; /* by payload type; on the thread that sends them */
} Fixture;

/*
 * The header of SRTP is that of RTP (RFC 3711, section 3.1); what is between 64 and 95 would be
 * RTCP (RFC 5761, section 4). Returns: the payload type; -1: it is no RTP
 */
static int
get_payload_type (GstBuffer *buffer)
{
  guint8 header[2] = { 0 };

  gst_buffer_extract (buffer, 0, header, 2);
  header[1] &= 0x7f;
  return header[0] >> 6 == 2 && (header[1] < 64 || header[1] > 95) ? header[1] : -1;
}

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *self = user_data;

  int type = get_payload_type (GST_PAD_PROBE_INFO_BUFFER (info));

  if (type < 0 || self->packets[type]++ % DROP_EVERY != 1)
    return GST_PAD_PROBE_OK;
  return GST_PAD_PROBE_DROP;
}

/* Where packets leave for the network, as they will be on it */
static void
lose_packets (Fixture *self)
{
  GstBin *bin = GST_BIN (self->pair->sender->peer->pipeline);
  GstIterator *sinks = gst_bin_iterate_all_by_element_factory_name (bin, "nicesink");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GstPad) pad = NULL;

  g_assert_cmpint (gst_iterator_next (sinks, &value), ==, GST_ITERATOR_OK);
  pad = gst_element_get_static_pad (g_value_get_object (&value), "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, self, NULL);
  gst_iterator_free (sinks);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->pair = rtc_pair_new (TRUE, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  rtc_pair_free (self->pair);
}

static RtcTrackStats
get_stats (RtcPairEnd *end, RtcMedia media)
{
  RtcTrackStats stats;

  rtc_peer_get_stats (end->peer, media, &stats);
  return stats;
}

static gboolean
has_packets (RtcPairEnd *end, guint64 count)
{
  return get_stats (end, RTC_MEDIA_AUDIO).expected >= count &&
         get_stats (end, RTC_MEDIA_VIDEO).expected >= count;
}

static void
test_good_path (Fixture *self, gconstpointer data)
{
  RtcTrackStats video, audio, received;

  g_assert_null (get_stats (self->pair->receiver, RTC_MEDIA_VIDEO).codec);
  rtc_pair_play (self->pair);
  nertc_await (has_packets (self->pair->receiver, 40));
  nertc_await (has_packets (self->pair->sender, 20));

  video = get_stats (self->pair->sender, RTC_MEDIA_VIDEO);
  audio = get_stats (self->pair->sender, RTC_MEDIA_AUDIO);
  received = get_stats (self->pair->receiver, RTC_MEDIA_VIDEO);
  g_assert_cmpstr (video.codec->name, ==, "VP8");
  g_assert_cmpint (video.width, ==, 160);
  g_assert_cmpint (video.height, ==, 120);
  g_assert_cmpuint (video.key_frames, >=, 1);
  g_assert_cmpuint (video.frames, >=, 20);
  g_assert_cmpuint (video.frames, <=, self->pair->sent[RTC_MEDIA_VIDEO]->len);
  g_assert_cmpuint (audio.bytes, >=, audio.frames * 5);
  g_assert_cmpfloat (video.rtt, >=, 0);
  g_assert_cmpfloat (video.rtt, <, 5000);
  g_assert_cmpfloat (video.jitter, >=, 0);
  g_assert_cmpfloat (received.jitter, >=, 0);
  g_assert_cmpfloat (received.rtt, <, 0);
  g_assert_cmpint (received.lost, ==, 0);
}

static char *
offer_no_repair (const char *sdp)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=rtcp-fb:\\d+ nack\r\n", 0, 0, NULL);

  return g_regex_replace (regex, sdp, -1, 0, "", 0, NULL);
}

/* The publisher hears of the loss while key frames are asked for all the time. */
static void
test_bad_path (Fixture *self, gconstpointer data)
{
  RtcTrackStats nothing;

  rtc_track_stats_init (&nothing, NULL);
  self->pair->edit_offer = offer_no_repair;
  rtc_pair_play (self->pair);
  lose_packets (self);
  nertc_await (has_packets (self->pair->sender, 100));
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    RtcTrackStats sent = get_stats (self->pair->sender, i);
    RtcTrackStats received = get_stats (self->pair->receiver, i);

    /* The first packets, before anything was dropped, are among them. */
    g_assert_cmpfloat (rtc_track_stats_get_loss (&sent, &nothing), >, 10);
    g_assert_cmpfloat (rtc_track_stats_get_loss (&sent, &nothing), <, 30);
    g_assert_cmpfloat (rtc_track_stats_get_loss (&received, &nothing), >, 10);
    g_assert_cmpfloat (rtc_track_stats_get_loss (&received, &nothing), <, 30);
    g_assert_cmpfloat (sent.rtt, >=, 0);
  }
  g_assert_cmpuint (get_stats (self->pair->sender, RTC_MEDIA_VIDEO).key_frames, >, 2);
  g_assert_cmpuint (get_stats (self->pair->receiver, RTC_MEDIA_AUDIO).conceal_ms, >, 0);
}

int
main (int argc, char *argv[])
{
  int status;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  rtc_init ();
  g_test_add ("/peer-stats/good-path", Fixture, NULL, set_up, test_good_path, tear_down);
  g_test_add ("/peer-stats/bad-path", Fixture, NULL, set_up, test_bad_path, tear_down);
  status = g_test_run ();
  gst_deinit (); /* no thread is left that a leak checker could meet */
  return status;
}
