/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-arrival.h"
#include "rtc-level.h"
#include "rtc-playout.h"
#include "rtc-reports.h"

#include <gst/rtp/rtp.h>

/* What two ends tell each other by RTCP, and what packets tell that arrive. */

#define AUDIO 0x1111
#define VIDEO 0x2222
#define RECEIVER 0x3333
#define NOW (G_GUINT64_CONSTANT (4000000000) * GST_SECOND) /* NTP */

/* 16.16, as reports have it */
static guint32
to_short (GstClockTime ntp_time)
{
  return (guint32) gst_util_uint64_scale (ntp_time, 65536, GST_SECOND);
}

static guint64
to_long (GstClockTime ntp_time)
{
  return gst_util_uint64_scale (ntp_time, G_GUINT64_CONSTANT (1) << 32, GST_SECOND);
}

static GstBuffer *
make_sender_report (guint32 ssrc, GstClockTime ntp_time, guint32 rtp_time)
{
  GstBuffer *buffer = gst_rtcp_buffer_new (1200);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  g_assert_true (gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp));
  g_assert_true (gst_rtcp_buffer_add_packet (&rtcp, GST_RTCP_TYPE_SR, &packet));
  gst_rtcp_packet_sr_set_sender_info (&packet, ssrc, to_long (ntp_time), rtp_time, 0, 0);
  gst_rtcp_buffer_unmap (&rtcp);
  return buffer;
}

typedef struct {
  guint32 ssrc;
  gint32 lost;
  guint32 seqnum;
  guint32 lsr;
  guint32 dlsr;
} Block;

static GstBuffer *
make_receiver_report (const Block *blocks, guint n_blocks)
{
  GstBuffer *buffer = gst_rtcp_buffer_new (1200);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  g_assert_true (gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp));
  g_assert_true (gst_rtcp_buffer_add_packet (&rtcp, GST_RTCP_TYPE_RR, &packet));
  gst_rtcp_packet_rr_set_ssrc (&packet, RECEIVER);
  for (guint i = 0; i < n_blocks; i++)
    gst_rtcp_packet_add_rb (&packet, blocks[i].ssrc, 0, blocks[i].lost, blocks[i].seqnum, 960,
                            blocks[i].lsr, blocks[i].dlsr);
  gst_rtcp_buffer_unmap (&rtcp);
  return buffer;
}

static void
take_blocks (RtcReports *reports, const Block *blocks, guint n_blocks, GstClockTime ntp_now)
{
  g_autoptr (GstBuffer) report = make_receiver_report (blocks, n_blocks);

  rtc_reports_take (reports, report, ntp_now);
}

/* Each track has figures of its own, though one packet tells of both. */
static void
test_sent (void)
{
  g_autoptr (RtcReports) reports = rtc_reports_new ();
  GstClockTime sent_at = NOW - 250 * GST_MSECOND;
  const Block first[] = { { AUDIO, 0, 1000, 0, 0 }, { VIDEO, 0, 65530, 0, 0 } };
  const Block second[] = {
    { AUDIO, 5, 1100, to_short (sent_at), to_short (100 * GST_MSECOND) },
    { VIDEO, 40, 65536 + 14, to_short (sent_at), to_short (50 * GST_MSECOND) },
  };
  RtcTrackStats audio, video, before, nobody;

  rtc_track_stats_init (&audio, NULL);
  rtc_track_stats_init (&nobody, NULL);
  video = audio;
  take_blocks (reports, first, 2, NOW);
  rtc_reports_read_sent (reports, AUDIO, 48000, NOW, &audio);
  g_assert_cmpfloat (audio.rtt, <, 0);
  before = audio;
  take_blocks (reports, second, 2, NOW);
  rtc_reports_read_sent (reports, AUDIO, 48000, NOW, &audio);
  rtc_reports_read_sent (reports, VIDEO, 90000, NOW, &video);
  rtc_reports_read_sent (reports, 0x4444, 90000, NOW, &nobody);
  g_assert_cmpfloat_with_epsilon (rtc_track_stats_get_loss (&audio, &before), 5, 0.01);
  g_assert_cmpfloat_with_epsilon (audio.rtt, 150, 0.1);
  g_assert_cmpfloat_with_epsilon (audio.jitter, 20, 0.01);
  g_assert_cmpuint (video.expected, ==, 21);
  g_assert_cmpint (video.lost, ==, 40);
  g_assert_cmpfloat_with_epsilon (video.rtt, 200, 0.1);
  g_assert_cmpuint (nobody.expected, ==, 0);
  /* When no more reports come nothing is known of now. */
  rtc_track_stats_init (&audio, NULL);
  rtc_reports_read_sent (reports, AUDIO, 48000, NOW + 6 * GST_SECOND, &audio);
  g_assert_cmpuint (audio.expected, ==, 101);
  g_assert_cmpfloat (audio.rtt, <, 0);
  g_assert_cmpfloat (audio.jitter, <, 0);
}

/* A report that says it was held back for longer than it can have been is no time travel. */
static void
test_round_trip_is_never_negative (void)
{
  g_autoptr (RtcReports) reports = rtc_reports_new ();
  const Block block = { AUDIO, 0, 1, to_short (NOW - GST_SECOND), to_short (2 * GST_SECOND) };
  RtcTrackStats stats;

  rtc_track_stats_init (&stats, NULL);
  take_blocks (reports, &block, 1, NOW);
  rtc_reports_read_sent (reports, AUDIO, 48000, NOW, &stats);
  g_assert_cmpfloat (stats.rtt, ==, 0);
}

static void
test_too_many_sources (void)
{
  g_autoptr (RtcReports) reports = rtc_reports_new ();
  RtcTrackStats stats;

  for (guint i = 0; i < 100; i++) {
    const Block block = { i, 0, 1, 0, 0 };

    take_blocks (reports, &block, 1, NOW);
  }
  rtc_track_stats_init (&stats, NULL);
  rtc_reports_read_sent (reports, 0, 48000, NOW, &stats);
  g_assert_cmpuint (stats.expected, ==, 1);
  rtc_track_stats_init (&stats, NULL);
  rtc_reports_read_sent (reports, 99, 48000, NOW, &stats);
  g_assert_cmpuint (stats.expected, ==, 0);
}

/* Neither noise nor half a packet does any harm. */
static void
test_noise (void)
{
  g_autoptr (RtcReports) reports = rtc_reports_new ();
  const Block block = { AUDIO, 0, 1, 0, 0 };
  g_autoptr (GstBuffer) report = make_receiver_report (&block, 1);
  gsize size = gst_buffer_get_size (report);

  for (gsize i = 0; i < size; i++) {
    g_autoptr (GstBuffer) cut = gst_buffer_copy_region (report, GST_BUFFER_COPY_DEEP, 0, i);

    rtc_reports_take (reports, cut, NOW);
    rtc_reports_take_arrival (reports, cut);
  }
}

static GstBuffer *
make_packet (guint32 ssrc, guint16 seqnum, guint32 rtp_time, int level)
{
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (10, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint8 data = (guint8) (0x80 | level);

  g_assert_true (gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp));
  gst_rtp_buffer_set_ssrc (&rtp, ssrc);
  gst_rtp_buffer_set_seq (&rtp, seqnum);
  gst_rtp_buffer_set_timestamp (&rtp, rtp_time);
  if (level >= 0)
    g_assert_true (gst_rtp_buffer_add_extension_onebyte_header (&rtp, 3, &data, 1));
  gst_rtp_buffer_unmap (&rtp);
  return buffer;
}

static void
arrive (RtcReports *reports, guint16 seqnum)
{
  g_autoptr (GstBuffer) packet = make_packet (VIDEO, seqnum, 0, -1);

  rtc_reports_take_arrival (reports, packet);
}

static void
arrive_again (RtcReports *reports, guint16 seqnum)
{
  g_autoptr (GstBuffer) packet = make_packet (VIDEO, seqnum, 0, -1);

  GST_BUFFER_FLAG_SET (packet, GST_RTP_BUFFER_FLAG_RETRANSMISSION);
  rtc_reports_take_arrival (reports, packet);
}

/* What was received goes along with a request, and the other end understands it. */
static void
test_added_report (void)
{
  g_autoptr (RtcReports) receiver = rtc_reports_new (), sender = rtc_reports_new ();
  g_autoptr (GstBuffer) sender_report = make_sender_report (VIDEO, NOW, 0);
  g_autoptr (GstBuffer) request = make_receiver_report (NULL, 0);
  g_autoptr (GstBuffer) another = make_receiver_report (NULL, 0);
  GstClockTime sent_at = NOW + 300 * GST_MSECOND;
  RtcTrackStats stats;

  g_assert_false (rtc_reports_add (receiver, request, NOW));
  for (guint i = 0; i < 20; i++) {
    if (i % 4 != 3)
      arrive (receiver, (guint16) (65530 + i));
  }
  arrive_again (receiver, 65533); /* one of the lost ones: it was lost all the same */
  rtc_reports_take (receiver, sender_report, NOW + 20 * GST_MSECOND);
  g_assert_true (rtc_reports_add (receiver, request, sent_at));
  g_assert_false (rtc_reports_add (receiver, another, sent_at + 10 * GST_MSECOND));
  g_assert_true (rtc_reports_add (receiver, another, sent_at + GST_SECOND));
  rtc_reports_take (sender, request, sent_at + 20 * GST_MSECOND);
  rtc_track_stats_init (&stats, NULL);
  rtc_reports_read_sent (sender, VIDEO, 90000, sent_at, &stats);
  g_assert_cmpint (stats.lost, ==, 4);
  g_assert_cmpfloat_with_epsilon (stats.rtt, 40, 0.1);
  rtc_reports_read_received (receiver, VIDEO, 90000, &stats);
  g_assert_cmpuint (stats.expected, ==, 19);
  g_assert_cmpint (stats.lost, ==, 4);
  /* One that tells something already, and one of a sender, stay as they are. */
  g_assert_false (rtc_reports_add (receiver, sender_report, sent_at));
  g_assert_true (gst_rtcp_buffer_validate (request));
}

static void
arrive_at (RtcReports *reports, guint32 ssrc)
{
  g_autoptr (GstBuffer) packet = make_packet (ssrc, 1, 0, -1);

  rtc_reports_take_arrival (reports, packet);
}

static GstBuffer *
make_request (guint32 ssrc)
{
  GstBuffer *buffer = make_receiver_report (NULL, 0);
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;

  g_assert_true (gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp));
  g_assert_true (gst_rtcp_buffer_add_packet (&rtcp, GST_RTCP_TYPE_PSFB, &packet));
  gst_rtcp_packet_fb_set_type (&packet, GST_RTCP_PSFB_TYPE_PLI);
  gst_rtcp_packet_fb_set_sender_ssrc (&packet, RECEIVER);
  gst_rtcp_packet_fb_set_media_ssrc (&packet, ssrc);
  gst_rtcp_buffer_unmap (&rtcp);
  return buffer;
}

/* Returns: what the first report block is about */
static guint32
read_first_block (GstBuffer *buffer)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  guint32 ssrc = 0;

  g_assert_true (gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp));
  g_assert_true (gst_rtcp_buffer_get_first_packet (&rtcp, &packet));
  do {
    if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_RR &&
        gst_rtcp_packet_get_rb_count (&packet) > 0)
      gst_rtcp_packet_get_rb (&packet, 0, &ssrc, NULL, NULL, NULL, NULL, NULL, NULL);
  } while (ssrc == 0 && gst_rtcp_packet_move_to_next (&packet));
  gst_rtcp_buffer_unmap (&rtcp);
  return ssrc;
}

/* Who takes the first block for what all of the packet is about does not miss what is asked for,
 * however soon it is asked for again. */
static void
test_request_is_about_the_first_block (void)
{
  const guint32 tracks[][2] = { { AUDIO, VIDEO }, { VIDEO, AUDIO } };

  for (guint i = 0; i < G_N_ELEMENTS (tracks); i++) {
    g_autoptr (RtcReports) receiver = rtc_reports_new ();

    arrive_at (receiver, tracks[i][0]);
    arrive_at (receiver, tracks[i][1]);
    for (guint j = 0; j < 2; j++) {
      g_autoptr (GstBuffer) request = make_request (VIDEO);

      g_assert_true (rtc_reports_add (receiver, request, NOW + j * GST_MSECOND));
      g_assert_cmphex (read_first_block (request), ==, VIDEO);
      g_assert_true (gst_rtcp_buffer_validate (request));
    }
  }
}

static void
test_late_packets (void)
{
  g_autoptr (RtcReports) reports = rtc_reports_new ();
  RtcTrackStats stats;

  arrive (reports, 65535);
  arrive (reports, 2);
  arrive (reports, 0);
  rtc_track_stats_init (&stats, NULL);
  rtc_reports_read_received (reports, VIDEO, 90000, &stats);
  g_assert_cmpuint (stats.expected, ==, 4);
  g_assert_cmpint (stats.lost, ==, 1);
  arrive (reports, 1);
  rtc_reports_read_received (reports, VIDEO, 90000, &stats);
  g_assert_cmpint (stats.lost, ==, 0);
}

/* Arrivals of a track */

typedef struct {
  RtcReports *reports;
  RtcArrival arrival;
  gint64 now;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("application/x-rtp, extmap-3 = (string) " RTC_LEVEL_URI);

  self->reports = rtc_reports_new ();
  rtc_arrival_init (&self->arrival, rtc_codec_get_default (RTC_MEDIA_AUDIO), self->reports);
  rtc_arrival_take_caps (&self->arrival, caps);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  rtc_arrival_clear (&self->arrival);
  rtc_reports_unref (self->reports);
}

static void
take (Fixture *self, guint16 seqnum, guint32 rtp_time, int level)
{
  g_autoptr (GstBuffer) packet = make_packet (AUDIO, seqnum, rtp_time, level);

  GST_BUFFER_PTS (packet) = gst_util_uint64_scale (rtp_time, GST_SECOND, 48000);
  rtc_arrival_take_packet (&self->arrival, packet, self->now);
}

static double
get_level (Fixture *self)
{
  RtcTrackStats stats;

  rtc_track_stats_init (&stats, NULL);
  rtc_arrival_read (&self->arrival, &stats);
  return stats.level;
}

static void
test_level (Fixture *self, gconstpointer data)
{
  g_assert_cmpfloat (get_level (self), ==, RTC_LEVEL_UNKNOWN);
  take (self, 1, 960, -1);
  g_assert_cmpfloat (get_level (self), ==, RTC_LEVEL_UNKNOWN);
  g_assert_cmpfloat (rtc_arrival_get_voice (&self->arrival, 0), ==, RTC_LEVEL_UNKNOWN);
  take (self, 2, 1920, 20);
  g_assert_cmpfloat (get_level (self), ==, -20);
  take (self, 3, 2880, 127);
  g_assert_cmpfloat (get_level (self), ==, -127);
}

/* A voice is there at once, and fades away, also when nothing comes any more. */
static void
test_voice (Fixture *self, gconstpointer data)
{
  self->now = G_TIME_SPAN_HOUR;
  take (self, 1, 960, 20);
  g_assert_cmpfloat (rtc_arrival_get_voice (&self->arrival, self->now), ==, -20);
  self->now += 100 * G_TIME_SPAN_MILLISECOND;
  take (self, 2, 1920, 60);
  g_assert_cmpfloat_with_epsilon (rtc_arrival_get_voice (&self->arrival, self->now), -25, 0.01);
  take (self, 3, 2880, 22);
  g_assert_cmpfloat (rtc_arrival_get_voice (&self->arrival, self->now), ==, -22);
  self->now += G_TIME_SPAN_MINUTE;
  g_assert_cmpfloat (rtc_arrival_get_voice (&self->arrival, self->now), ==, -127);
}

/* Lost packets have to be made up, pauses not. */
static void
test_concealment (Fixture *self, gconstpointer data)
{
  RtcTrackStats stats;

  rtc_track_stats_init (&stats, NULL);
  take (self, 1, 960, -1);
  take (self, 2, 2 * 960, -1);
  take (self, 3, 50 * 960, -1);
  rtc_arrival_read (&self->arrival, &stats);
  g_assert_cmpuint (stats.conceal_ms, ==, 0);
  take (self, 6, 53 * 960, -1);
  rtc_arrival_read (&self->arrival, &stats);
  g_assert_cmpuint (stats.conceal_ms, ==, 40);
  take (self, 8, 500 * 960, -1);
  rtc_arrival_read (&self->arrival, &stats);
  g_assert_cmpuint (stats.conceal_ms, ==, 60);
}

/* From the sender's report to the delay of what leaves */
static void
test_delay (Fixture *self, gconstpointer data)
{
  g_autoptr (GstBuffer) report = make_sender_report (AUDIO, NOW, 48000);
  g_autoptr (GstBuffer) frame = gst_buffer_new ();
  g_autoptr (GstCaps) caps = rtc_codec_get_encoded_caps (rtc_codec_get_default (RTC_MEDIA_AUDIO));
  GstClockTime captured;
  RtcPlayout playout;
  RtcTrackStats stats;

  take (self, 1, 48000 + 4800, -1);
  g_assert_false (rtc_arrival_get_capture (&self->arrival, GST_SECOND, &captured));
  rtc_reports_take (self->reports, report, NOW);
  take (self, 2, 48000 + 9600, -1);
  GST_BUFFER_PTS (frame) = GST_SECOND + 200 * GST_MSECOND;
  g_assert_true (rtc_arrival_get_capture (&self->arrival, GST_BUFFER_PTS (frame), &captured));
  g_assert_cmpuint (captured, ==, NOW + 200 * GST_MSECOND);

  rtc_playout_init (&playout);
  rtc_track_stats_init (&stats, NULL);
  frame = rtc_stamp_capture (frame, captured);
  rtc_playout_take_frame (&playout, frame, caps, 1);
  rtc_playout_read (&playout, &stats);
  g_assert_cmpfloat (stats.delay, <, 0);
  rtc_playout_leave (&playout, GST_BUFFER_PTS (frame), captured + 75 * GST_MSECOND);
  rtc_playout_read (&playout, &stats);
  g_assert_cmpfloat_with_epsilon (stats.delay, 75, 0.001);
  g_assert_cmpstr (stats.codec->name, ==, "OPUS");
  g_assert_cmpuint (stats.frames, ==, 1);
  /* Clocks that are apart */
  rtc_playout_reset (&playout);
  rtc_playout_take_frame (&playout, frame, caps, 1);
  rtc_playout_leave (&playout, GST_BUFFER_PTS (frame), captured - GST_SECOND);
  rtc_playout_read (&playout, &stats);
  g_assert_cmpfloat (stats.delay, ==, 0);
  rtc_playout_clear (&playout);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reports/sent", test_sent);
  g_test_add_func ("/reports/round-trip-is-never-negative", test_round_trip_is_never_negative);
  g_test_add_func ("/reports/too-many-sources", test_too_many_sources);
  g_test_add_func ("/reports/noise", test_noise);
  g_test_add_func ("/reports/added-report", test_added_report);
  g_test_add_func ("/reports/request-is-about-the-first-block",
                   test_request_is_about_the_first_block);
  g_test_add_func ("/reports/late-packets", test_late_packets);
  g_test_add ("/arrival/level", Fixture, NULL, set_up, test_level, tear_down);
  g_test_add ("/arrival/voice", Fixture, NULL, set_up, test_voice, tear_down);
  g_test_add ("/arrival/concealment", Fixture, NULL, set_up, test_concealment, tear_down);
  g_test_add ("/arrival/delay", Fixture, NULL, set_up, test_delay, tear_down);
  return g_test_run ();
}
