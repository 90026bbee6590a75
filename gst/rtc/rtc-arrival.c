/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-arrival.h"

#include "rtc-delay.h"
#include "rtc-extmap.h"
#include "rtc-level.h"

#include <gst/rtp/rtp.h>

/* RFC 6716, section 2.1.4: the longest frame; a longer time between two packets is a pause. */
#define PACKET_MAX_MS 120
#define PACKET_MS 20

/* How fast a voice fades between two syllables, dB/s */
#define FADE 50.0

/* @reports: kept */
void
rtc_arrival_init (RtcArrival *self, const RtcCodec *codec, RtcReports *reports)
{
  *self = (RtcArrival){
    .media = codec->media,
    .clock_rate = codec->clock_rate,
    .reports = g_atomic_rc_box_acquire (reports),
    .packet_ticks = codec->clock_rate * PACKET_MS / 1000,
    .level = RTC_LEVEL_UNKNOWN,
    .voice = RTC_LEVEL_SILENCE,
  };
  g_mutex_init (&self->lock);
}

void
rtc_arrival_clear (RtcArrival *self)
{
  rtc_reports_unref (self->reports);
  g_mutex_clear (&self->lock);
}

/* @caps: of the packets that follow */
void
rtc_arrival_take_caps (RtcArrival *self, GstCaps *caps)
{
  guint level_id = rtc_extmap_find_id (caps, RTC_LEVEL_URI);

  g_mutex_lock (&self->lock);
  self->level_id = level_id;
  g_mutex_unlock (&self->lock);
}

/* Must be called with lock. */
static void
take_gap (RtcArrival *self, guint16 missing, guint32 ticks)
{
  guint32 lost = self->packet_ticks * missing;

  /* A pause of the sender, in which nothing is lost, may be part of it. */
  self->conceal_ticks += MIN (lost, ticks);
}

/* Must be called with lock. */
static void
take_seqnum (RtcArrival *self, guint16 seqnum, guint32 rtp_time)
{
  gint16 step = (gint16) (seqnum - self->seqnum);
  guint32 ticks = rtp_time - self->rtp_time;

  if (self->started && step <= 0)
    return;
  if (self->started && step > 1)
    take_gap (self, (guint16) (step - 1), ticks);
  else if (self->started && ticks > 0 && ticks <= self->clock_rate * PACKET_MAX_MS / 1000)
    self->packet_ticks = ticks;
  self->started = TRUE;
  self->seqnum = seqnum;
  self->rtp_time = rtp_time;
}

/* Must be called with lock. */
static double
get_voice (RtcArrival *self, gint64 now)
{
  double seconds = (double) (now - self->voice_time) / G_TIME_SPAN_SECOND;

  return MAX (self->voice - FADE * seconds, RTC_LEVEL_SILENCE);
}

/* Must be called with lock. RFC 6464, section 3: "The audio level […] is expressed in -dBov" */
static void
take_level (RtcArrival *self, GstRTPBuffer *rtp, gint64 now)
{
  gpointer data;
  guint size;

  if (self->level_id != 0 &&
      gst_rtp_buffer_get_extension_onebyte_header (rtp, (guint8) self->level_id, 0, &data, &size) &&
      size >= 1) {
    self->level = -(double) (*(guint8 *) data & 0x7f);
    if (self->level >= get_voice (self, now)) {
      self->voice = self->level;
      self->voice_time = now;
    }
  }
}

/* Must be called with lock. */
static void
take_time (RtcArrival *self, guint32 rtp_time, GstClockTime pts)
{
  GstClockTime ntp_time;

  if (!GST_CLOCK_TIME_IS_VALID (pts) ||
      !rtc_reports_get_capture (self->reports, self->ssrc, self->clock_rate, rtp_time, &ntp_time))
    return;
  self->offset = GST_CLOCK_DIFF (pts, ntp_time);
  self->has_offset = TRUE;
}

/* @packet: RTP, whose timestamp is a time of the clock; @now: µs of any clock that goes on */
void
rtc_arrival_take_packet (RtcArrival *self, GstBuffer *packet, gint64 now)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  if (!gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    return;
  g_mutex_lock (&self->lock);
  self->ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  take_seqnum (self, gst_rtp_buffer_get_seq (&rtp), gst_rtp_buffer_get_timestamp (&rtp));
  take_level (self, &rtp, now);
  take_time (self, gst_rtp_buffer_get_timestamp (&rtp), GST_BUFFER_PTS (packet));
  g_mutex_unlock (&self->lock);
  gst_rtp_buffer_unmap (&rtp);
}

/* @stats: gets what is known here; the rest stays */
void
rtc_arrival_read (RtcArrival *self, RtcTrackStats *stats)
{
  guint32 ssrc;

  g_mutex_lock (&self->lock);
  ssrc = self->ssrc;
  stats->level = self->level;
  if (self->media == RTC_MEDIA_AUDIO)
    stats->conceal_ms = self->conceal_ticks * 1000 / self->clock_rate;
  g_mutex_unlock (&self->lock);
  rtc_reports_read_received (self->reports, ssrc, self->clock_rate, stats);
}

/*
 * Returns: how loud the speech is, over the pauses between syllables, dBov; RTC_LEVEL_UNKNOWN: the
 *   sender does not tell
 */
double
rtc_arrival_get_voice (RtcArrival *self, gint64 now)
{
  double voice;

  g_mutex_lock (&self->lock);
  voice = self->level > 0 ? RTC_LEVEL_UNKNOWN : get_voice (self, now);
  g_mutex_unlock (&self->lock);
  return voice;
}

/* @pts: of a frame. Returns: whether it is known when it was captured */
gboolean
rtc_arrival_get_capture (RtcArrival *self, GstClockTime pts, GstClockTime *ntp_time)
{
  gboolean known;

  g_mutex_lock (&self->lock);
  known = self->has_offset && GST_CLOCK_TIME_IS_VALID (pts);
  if (known)
    *ntp_time = pts + (GstClockTime) self->offset;
  g_mutex_unlock (&self->lock);
  return known;
}

/* Of the last packet of a frame, which a marker tells of pictures (RFC 7741); of sound each is one
 */
static gboolean
is_last (RtcArrival *self, GstBuffer *packet, guint32 *ssrc, guint32 *rtp_time)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gboolean last;

  if (!gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    return FALSE;
  last = self->media == RTC_MEDIA_AUDIO || gst_rtp_buffer_get_marker (&rtp);
  *ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  *rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  return last;
}

/* @object: in whose name; @packet: as it leaves the jitter buffer */
void
rtc_arrival_log_delay (RtcArrival *self, gpointer object, GstBuffer *packet)
{
  GstClockTime captured, arrived;
  guint32 ssrc, rtp_time;

  if (!rtc_delay_is_wanted () || !is_last (self, packet, &ssrc, &rtp_time) ||
      !rtc_reports_get_capture (self->reports, ssrc, self->clock_rate, rtp_time, &captured))
    return;
  if (rtc_reports_get_arrival (self->reports, ssrc, rtp_time, &arrived))
    rtc_delay_log (object, self->media, RTC_HOP_NETWORK, GST_CLOCK_DIFF (captured, arrived));
  rtc_delay_log (object, self->media, RTC_HOP_JITTER, GST_CLOCK_DIFF (captured, rtc_ntp_now ()));
}
