/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-reports.h"

#include "rtc-delay.h"

#include <gst/rtp/rtp.h>

/* RFC 5905: NTP counts from 1900, Unix from 1970. */
#define NTP_OFFSET (G_GUINT64_CONSTANT (2208988800) * GST_SECOND)

/* Reports come every second: an older one tells nothing of how it is now. */
#define REPORT_VALIDITY (5 * GST_SECOND)

/* Feedback about packets goes out ten times a second, too: there a report need not go along. */
#define ADD_INTERVAL (250 * GST_MSECOND)

/* A connection has two tracks, and what is sent again of them; an end that invents more is not
 * listened to. */
#define SOURCES_MAX 6

/* What may be in the jitter buffer: the latest arrivals, for the log of delays only */
#define N_RECENT 64

typedef struct {
  guint32 rtp_time;
  GstClockTime ntp_time;
} Recent;

/* RFC 3550, appendix A.1 and A.3 */
typedef struct {
  gboolean started;
  guint32 first_seqnum; /* extended by the cycles, as the next */
  guint32 last_seqnum;
  guint64 received;
  guint64 reported_expected; /* at the last report, as the next */
  guint64 reported_received;
  Recent recent[N_RECENT];
  guint n_recent; /* ever */
} Arrivals;

typedef struct {
  guint32 ssrc;
  Arrivals arrivals;  /* of what comes from the other end */
  gboolean has_block; /* the other end reports about it */
  guint32 first_seqnum;
  guint32 last_seqnum;
  gint32 lost;
  guint32 jitter;           /* in units of the clock rate */
  double rtt;               /* ms; < 0: unknown */
  GstClockTime reported_at; /* NTP */
  gboolean has_capture;
  GstClockTime ntp_time; /* when what has rtp_time was captured */
  guint32 rtp_time;
  guint32 lsr;             /* the middle of that NTP time */
  GstClockTime sr_arrival; /* when that came, NTP */
} Source;

struct _RtcReports {
  GMutex lock;
  Source sources[SOURCES_MAX]; /* protected by lock, as the next */
  guint n_sources;
  GstClockTime added_at; /* NTP; 0: never */
  GWeakRef session;
};

RtcReports *
rtc_reports_new (void)
{
  RtcReports *self = g_atomic_rc_box_new0 (RtcReports);

  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->session, NULL);
  return self;
}

static void
clear (gpointer data)
{
  RtcReports *self = data;

  g_weak_ref_clear (&self->session);
  g_mutex_clear (&self->lock);
}

void
rtc_reports_unref (RtcReports *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* Returns: the time that reports are in, ns since 1900; right as far as the system's clock is */
GstClockTime
rtc_ntp_now (void)
{
  return (GstClockTime) g_get_real_time () * GST_USECOND + NTP_OFFSET;
}

/* Must be called with lock. Returns: (nullable): %NULL if there are too many */
static Source *
find_source (RtcReports *self, guint32 ssrc, gboolean add)
{
  for (guint i = 0; i < self->n_sources; i++) {
    if (self->sources[i].ssrc == ssrc)
      return &self->sources[i];
  }
  if (!add || self->n_sources == SOURCES_MAX)
    return NULL;
  self->sources[self->n_sources] = (Source){ .ssrc = ssrc, .rtt = -1 };
  return &self->sources[self->n_sources++];
}

/*
 * RFC 3550, section 6.4.1: "Let SSRC_r denote the receiver issuing this receiver report. Source
 * SSRC_n can compute the round-trip propagation delay to SSRC_r by recording the time A when this
 * reception report block is received. It calculates the total round-trip time A-LSR using the last
 * SR timestamp (LSR) field, and then subtracting this field to leave the round-trip propagation
 * delay as (A - LSR - DLSR)."
 */
static double
compute_rtt (GstClockTime ntp_now, guint32 lsr, guint32 dlsr)
{
  guint32 now = (guint32) gst_util_uint64_scale (ntp_now, 65536, GST_SECOND);
  gint32 rtt = (gint32) (now - lsr - dlsr);

  return lsr == 0 ? -1 : MAX (rtt, 0) * 1000.0 / 65536;
}

static void
take_block (RtcReports *self, GstRTCPPacket *packet, guint index, GstClockTime ntp_now)
{
  guint32 ssrc, seqnum, jitter, lsr, dlsr;
  guint8 fraction_lost;
  gint32 lost;
  Source *source;

  gst_rtcp_packet_get_rb (packet, index, &ssrc, &fraction_lost, &lost, &seqnum, &jitter, &lsr,
                          &dlsr);
  g_mutex_lock (&self->lock);
  source = find_source (self, ssrc, TRUE);
  if (source) {
    if (!source->has_block)
      source->first_seqnum = seqnum;
    source->has_block = TRUE;
    source->last_seqnum = seqnum;
    source->lost = lost;
    source->jitter = jitter;
    source->rtt = compute_rtt (ntp_now, lsr, dlsr);
    source->reported_at = ntp_now;
  }
  g_mutex_unlock (&self->lock);
}

static void
take_sender_info (RtcReports *self, GstRTCPPacket *packet, GstClockTime ntp_now)
{
  guint32 ssrc, rtp_time;
  guint64 ntp_time;
  Source *source;

  gst_rtcp_packet_sr_get_sender_info (packet, &ssrc, &ntp_time, &rtp_time, NULL, NULL);
  g_mutex_lock (&self->lock);
  source = find_source (self, ssrc, TRUE);
  if (source) {
    source->has_capture = TRUE;
    source->ntp_time = gst_util_uint64_scale (ntp_time, GST_SECOND, G_GUINT64_CONSTANT (1) << 32);
    source->rtp_time = rtp_time;
    source->lsr = (guint32) (ntp_time >> 16);
    source->sr_arrival = ntp_now;
  }
  g_mutex_unlock (&self->lock);
}

static void
take_packet (RtcReports *self, GstRTCPPacket *packet, GstClockTime ntp_now)
{
  GstRTCPType type = gst_rtcp_packet_get_type (packet);

  if (type != GST_RTCP_TYPE_SR && type != GST_RTCP_TYPE_RR)
    return;
  if (type == GST_RTCP_TYPE_SR)
    take_sender_info (self, packet, ntp_now);
  for (guint i = 0; i < gst_rtcp_packet_get_rb_count (packet); i++)
    take_block (self, packet, i, ntp_now);
}

/* @ntp_now: when it arrived, see rtc_ntp_now() */
void
rtc_reports_take (RtcReports *self, GstBuffer *buffer, GstClockTime ntp_now)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  gboolean more;

  if (gst_buffer_get_size (buffer) < 4 || !gst_rtcp_buffer_validate_reduced (buffer) ||
      !gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return;
  for (more = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); more;
       more = gst_rtcp_packet_move_to_next (&packet))
    take_packet (self, &packet, ntp_now);
  gst_rtcp_buffer_unmap (&rtcp);
}

static double
find_jitter (const GstStructure *stats, guint32 wanted)
{
  const GValue *value = gst_structure_get_value (stats, "source-stats");
  GValueArray *sources = value ? g_value_get_boxed (value) : NULL;

  for (guint i = 0; sources && i < sources->n_values; i++) {
    const GstStructure *source = g_value_get_boxed (&sources->values[i]);
    guint ssrc = 0, jitter = 0;

    gst_structure_get (source, "ssrc", G_TYPE_UINT, &ssrc, "jitter", G_TYPE_UINT, &jitter, NULL);
    if (ssrc == wanted)
      return jitter;
  }
  return -1;
}

/* Asks the session, without lock. Returns: in units of the clock rate; < 0: unknown */
static double
get_jitter (RtcReports *self, guint32 ssrc)
{
  g_autoptr (GObject) session = g_weak_ref_get (&self->session);
  g_autoptr (GstStructure) stats = NULL;

  if (session)
    g_object_get (session, "stats", &stats, NULL);
  return stats ? find_jitter (stats, ssrc) : -1;
}

/* What arrives */

/* A packet that is late by more than half of the cycle is taken for one ahead: there is no other.
 */
static void
count_arrival (Arrivals *arrivals, guint16 seqnum)
{
  gint16 step = (gint16) (seqnum - (guint16) arrivals->last_seqnum);

  arrivals->received++;
  if (!arrivals->started)
    arrivals->first_seqnum = arrivals->last_seqnum = seqnum;
  else if (step > 0)
    arrivals->last_seqnum += (guint16) step;
  arrivals->started = TRUE;
}

static guint64
get_expected (const Arrivals *arrivals)
{
  return arrivals->started
             ? (guint64) (guint32) (arrivals->last_seqnum - arrivals->first_seqnum) + 1
             : 0;
}

static void
note_arrival (Arrivals *arrivals, guint32 rtp_time)
{
  Recent recent = { rtp_time, rtc_ntp_now () };

  arrivals->recent[arrivals->n_recent++ % N_RECENT] = recent;
}

/* @buffer: RTP from the other end, before anything waits for it. What was sent again does not
 * count: it tells nothing of the path, and RTCP tells of the first time, too. */
void
rtc_reports_take_arrival (RtcReports *self, GstBuffer *buffer)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  Source *source;

  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_RTP_BUFFER_FLAG_RETRANSMISSION) ||
      !gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return;
  g_mutex_lock (&self->lock);
  source = find_source (self, gst_rtp_buffer_get_ssrc (&rtp), TRUE);
  if (source)
    count_arrival (&source->arrivals, gst_rtp_buffer_get_seq (&rtp));
  if (source && rtc_delay_is_wanted ())
    note_arrival (&source->arrivals, gst_rtp_buffer_get_timestamp (&rtp));
  g_mutex_unlock (&self->lock);
  gst_rtp_buffer_unmap (&rtp);
}

static gboolean
take_arrival_of_list (GstBuffer **buffer, guint index, gpointer self)
{
  rtc_reports_take_arrival (self, *buffer);
  return TRUE;
}

static GstPadProbeReturn
on_arrival (GstPad *pad, GstPadProbeInfo *info, gpointer self)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), take_arrival_of_list, self);
  else
    rtc_reports_take_arrival (self, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

void
rtc_reports_watch_arrivals (RtcReports *self, GstElement *rtpjitterbuffer)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (rtpjitterbuffer, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_arrival,
                     g_atomic_rc_box_acquire (self), (GDestroyNotify) rtc_reports_unref);
}

/* Reports that go along with requests */

typedef struct {
  guint32 ssrc;
  guint8 fraction_lost;
  gint32 lost;
  guint32 seqnum;
  guint32 lsr;
  guint32 dlsr;
} Block;

/* RFC 3550, appendix A.3 */
static guint8
compute_fraction (guint64 expected, guint64 received)
{
  return expected == 0 || received >= expected ? 0
                                               : (guint8) (((expected - received) << 8) / expected);
}

/* Must be called with lock. */
static Block
make_block (Source *source, GstClockTime ntp_now)
{
  Arrivals *arrivals = &source->arrivals;
  guint64 expected = get_expected (arrivals);
  Block block = {
    .ssrc = source->ssrc,
    .fraction_lost = compute_fraction (expected - arrivals->reported_expected,
                                       arrivals->received - arrivals->reported_received),
    .lost = (gint32) CLAMP ((gint64) (expected - arrivals->received), -0x800000, 0x7fffff),
    .seqnum = arrivals->last_seqnum,
  };

  arrivals->reported_expected = expected;
  arrivals->reported_received = arrivals->received;
  if (source->has_capture && ntp_now > source->sr_arrival) {
    block.lsr = source->lsr;
    block.dlsr = (guint32) gst_util_uint64_scale (ntp_now - source->sr_arrival, 65536, GST_SECOND);
  }
  return block;
}

/*
 * @asked: of what a new picture is asked for, which comes first; 0: of none
 *
 * Returns: how many there are; 0 also if there were some just before, and nothing is asked for
 */
static guint
make_blocks (RtcReports *self, Block *blocks, guint32 asked, GstClockTime ntp_now)
{
  gboolean due;
  guint n = 0;

  g_mutex_lock (&self->lock);
  due = asked != 0 || self->added_at == 0 || ntp_now >= self->added_at + ADD_INTERVAL;
  for (guint i = 0; due && i < self->n_sources; i++) {
    if (!self->sources[i].arrivals.started)
      continue;
    blocks[n] = make_block (&self->sources[i], ntp_now);
    if (blocks[n].ssrc == asked) {
      Block block = blocks[0];

      blocks[0] = blocks[n];
      blocks[n] = block;
    }
    n += 1;
  }
  if (n > 0)
    self->added_at = ntp_now;
  g_mutex_unlock (&self->lock);
  return n;
}

/* Returns: whether this is a receiver's packet, and tells nothing of what was received */
static gboolean
is_empty_report (GstRTCPBuffer *rtcp, guint32 *ssrc)
{
  GstRTCPPacket packet;

  if (!gst_rtcp_buffer_get_first_packet (rtcp, &packet) ||
      gst_rtcp_packet_get_type (&packet) != GST_RTCP_TYPE_RR ||
      gst_rtcp_packet_get_rb_count (&packet) > 0)
    return FALSE;
  *ssrc = gst_rtcp_packet_rr_get_ssrc (&packet);
  return TRUE;
}

/*
 * Janus 1.1 takes all of a compound packet for feedback to the track that the first report block in
 * it is about, and drops a request for a picture that seems to be one to a sound.
 *
 * Returns: what a picture loss indication (RFC 4585, section 6.3.1) is about; 0: there is none
 */
static guint32
find_asked (GstRTCPBuffer *rtcp)
{
  GstRTCPPacket packet;
  gboolean more = gst_rtcp_buffer_get_first_packet (rtcp, &packet);

  for (; more; more = gst_rtcp_packet_move_to_next (&packet)) {
    if (gst_rtcp_packet_get_type (&packet) == GST_RTCP_TYPE_PSFB &&
        gst_rtcp_packet_fb_get_type (&packet) == GST_RTCP_PSFB_TYPE_PLI)
      return gst_rtcp_packet_fb_get_media_ssrc (&packet);
  }
  return 0;
}

static gboolean
add_report (RtcReports *self, GstRTCPBuffer *rtcp, guint32 ssrc, GstClockTime ntp_now)
{
  Block blocks[SOURCES_MAX];
  guint n_blocks = make_blocks (self, blocks, find_asked (rtcp), ntp_now);
  GstRTCPPacket packet;

  if (n_blocks == 0 || !gst_rtcp_buffer_add_packet (rtcp, GST_RTCP_TYPE_RR, &packet))
    return FALSE;
  gst_rtcp_packet_rr_set_ssrc (&packet, ssrc);
  for (guint i = 0; i < n_blocks; i++) {
    const Block *block = &blocks[i];
    double jitter = get_jitter (self, block->ssrc);

    gst_rtcp_packet_add_rb (&packet, block->ssrc, block->fraction_lost, block->lost, block->seqnum,
                            (guint32) MAX (jitter, 0), block->lsr, block->dlsr);
  }
  return TRUE;
}

/*
 * rtc_reports_add:
 * @buffer: RTCP that is about to be sent; writable
 * @ntp_now: see rtc_ntp_now()
 *
 * Adds what was received to a request that leaves it out. Returns: whether it did
 */
gboolean
rtc_reports_add (RtcReports *self, GstBuffer *buffer, GstClockTime ntp_now)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  gboolean added;
  guint32 ssrc;

  if (!gst_rtcp_buffer_map (buffer, GST_MAP_READWRITE, &rtcp))
    return FALSE;
  added = is_empty_report (&rtcp, &ssrc) && add_report (self, &rtcp, ssrc, ntp_now);
  gst_rtcp_buffer_unmap (&rtcp);
  return added;
}

/* The session */

static gboolean
on_sending_rtcp (GObject *session, GstBuffer *buffer, gboolean is_early, gpointer user_data)
{
  return is_early && rtc_reports_add (user_data, buffer, rtc_ntp_now ());
}

static void
on_receiving_rtcp (GObject *session, GstBuffer *buffer, gpointer user_data)
{
  rtc_reports_take (user_data, buffer, rtc_ntp_now ());
}

static void
release (gpointer self, GClosure *closure)
{
  rtc_reports_unref (self);
}

/* @rtpsession: whose RTCP is of interest */
void
rtc_reports_watch (RtcReports *self, GstElement *rtpsession)
{
  g_autoptr (GObject) session = NULL;

  g_object_get (rtpsession, "internal-session", &session, NULL);
  if (!session)
    return;
  g_weak_ref_set (&self->session, session);
  g_signal_connect_data (session, "on-receiving-rtcp", G_CALLBACK (on_receiving_rtcp),
                         g_atomic_rc_box_acquire (self), release, 0);
  g_signal_connect_data (session, "on-sending-rtcp", G_CALLBACK (on_sending_rtcp),
                         g_atomic_rc_box_acquire (self), release, 0);
}

/* @stats: gets what the other end reports of what is sent as @ssrc; @ntp_now: see rtc_ntp_now() */
void
rtc_reports_read_sent (RtcReports *self, guint32 ssrc, guint clock_rate, GstClockTime ntp_now,
                       RtcTrackStats *stats)
{
  Source *source;

  g_mutex_lock (&self->lock);
  source = find_source (self, ssrc, FALSE);
  if (source && source->has_block) {
    stats->expected = (guint64) (guint32) (source->last_seqnum - source->first_seqnum) + 1;
    stats->lost = source->lost;
  }
  if (source && source->has_block && ntp_now < source->reported_at + REPORT_VALIDITY) {
    stats->jitter = source->jitter * 1000.0 / clock_rate;
    stats->rtt = source->rtt;
  }
  g_mutex_unlock (&self->lock);
}

/* @stats: gets what arrived as @ssrc; asks the session: not for every packet */
void
rtc_reports_read_received (RtcReports *self, guint32 ssrc, guint clock_rate, RtcTrackStats *stats)
{
  double jitter = get_jitter (self, ssrc);
  Source *source;

  if (jitter >= 0)
    stats->jitter = jitter * 1000 / clock_rate;
  g_mutex_lock (&self->lock);
  source = find_source (self, ssrc, FALSE);
  if (source) {
    stats->expected = get_expected (&source->arrivals);
    stats->lost = (gint64) (stats->expected - source->arrivals.received);
  }
  g_mutex_unlock (&self->lock);
}

/*
 * rtc_reports_get_capture:
 * @rtp_time: of a packet of @ssrc
 * @ntp_time: (out): when the sender captured it, by its clock
 *
 * Returns: whether the sender has told yet
 */
gboolean
rtc_reports_get_capture (RtcReports *self, guint32 ssrc, guint clock_rate, guint32 rtp_time,
                         GstClockTime *ntp_time)
{
  Source *source;
  gboolean known;

  g_mutex_lock (&self->lock);
  source = find_source (self, ssrc, FALSE);
  known = source && source->has_capture;
  if (known) {
    gint64 ticks = (gint32) (rtp_time - source->rtp_time);

    *ntp_time = source->ntp_time + (GstClockTime) (ticks * (gint64) GST_SECOND / clock_rate);
  }
  g_mutex_unlock (&self->lock);
  return known;
}

/* Returns: whether it is known when the latest packet of that time arrived, see rtc-delay.h */
gboolean
rtc_reports_get_arrival (RtcReports *self, guint32 ssrc, guint32 rtp_time, GstClockTime *ntp_time)
{
  gboolean found = FALSE;
  Source *source;

  g_mutex_lock (&self->lock);
  source = find_source (self, ssrc, FALSE);
  for (guint i = 0; source && !found && i < MIN (source->arrivals.n_recent, N_RECENT); i++) {
    guint index = (source->arrivals.n_recent - 1 - i) % N_RECENT;

    found = source->arrivals.recent[index].rtp_time == rtp_time;
    if (found)
      *ntp_time = source->arrivals.recent[index].ntp_time;
  }
  g_mutex_unlock (&self->lock);
  return found;
}
