/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-outgoing.h"

#include "rtc-delay.h"
#include "rtc-gate.h"
#include "rtc-meter.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video-event.h>

/*
 * More than this waiting to be sent is an overflow: drop to the next key frame. Few frames may be
 * far apart, after a pause.
 */
#define QUEUE_MAX (GST_SECOND)
#define QUEUE_MIN_FRAMES 5

struct _RtcOutgoing {
  const RtcCodec *codec;
  GstElement *appsrc;
  GstElement *payloader;
  RtcGate *gate;
  RtcMeter meter;       /* of what the gate lets through */
  int n_frames;         /* atomic: of those, so far */
  GstCaps *caps;        /* of the latest frame; on the pushing thread only, as the next */
  gboolean passed_over; /* frames of another codec came since */
  RtcKeyFrameRequest request;
  gpointer user_data;
};

/* A consumer's PLI and FIR (RFC 4585, RFC 5104) come up the payloader as force-key-unit. */
static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcOutgoing *self = user_data;

  if (!gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    return GST_PAD_PROBE_OK;
  self->request (self->codec->media, self->user_data);
  return GST_PAD_PROBE_DROP;
}

static gboolean
make_elements (RtcOutgoing *self, GError **error)
{
  self->appsrc = rtc_element_make ("appsrc", "format=time is-live=true max-bytes=0", error);
  if (!self->appsrc)
    return FALSE;
  gst_object_ref_sink (self->appsrc);
  self->payloader =
      rtc_element_make (self->codec->payloader.factory, self->codec->payloader.options, error);
  if (!self->payloader)
    return FALSE;
  gst_object_ref_sink (self->payloader);
  g_object_set (self->payloader, "pt", self->codec->payload_type, NULL);
  return TRUE;
}

/*
 * @bin: the pipeline of the peer, which gets the elements
 * @request: called on a streaming thread when the consumer needs a key frame
 *
 * Returns: (nullable): the track, with its gate closed
 */
RtcOutgoing *
rtc_outgoing_new (const RtcCodec *codec, GstBin *bin, RtcKeyFrameRequest request,
                  gpointer user_data, GError **error)
{
  RtcOutgoing *self = g_new0 (RtcOutgoing, 1);
  g_autoptr (GstPad) pad = NULL;

  self->codec = codec;
  self->gate = rtc_gate_new ();
  rtc_meter_init (&self->meter);
  self->request = request;
  self->user_data = user_data;
  if (!make_elements (self, error)) {
    rtc_outgoing_free (self);
    return NULL;
  }
  gst_bin_add_many (bin, self->appsrc, self->payloader, NULL);
  gst_element_link (self->appsrc, self->payloader);
  pad = gst_element_get_static_pad (self->appsrc, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, self, NULL);
  return self;
}

/* The pipeline has to be in NULL, so that no streaming thread comes by. */
void
rtc_outgoing_free (RtcOutgoing *self)
{
  g_clear_object (&self->appsrc);
  g_clear_object (&self->payloader);
  gst_clear_caps (&self->caps);
  rtc_gate_free (self->gate);
  rtc_meter_clear (&self->meter);
  g_free (self);
}

/* @offset: of the RTP timestamps, which without it begin anywhere. Before anything is sent. */
void
rtc_outgoing_set_timestamp_offset (RtcOutgoing *self, guint32 offset)
{
  g_object_set (self->payloader, "timestamp-offset", offset, NULL);
}

/* Returns: the SSRC of the RTP packets from now on. Before anything is sent. */
guint32
rtc_outgoing_choose_ssrc (RtcOutgoing *self)
{
  guint32 ssrc = g_random_int ();

  g_object_set (self->payloader, "ssrc", ssrc, NULL);
  return ssrc;
}

const RtcCodec *
rtc_outgoing_get_codec (RtcOutgoing *self)
{
  return self->codec;
}

/* Returns: (transfer full): where the RTP packets come out */
GstPad *
rtc_outgoing_get_src_pad (RtcOutgoing *self)
{
  return gst_element_get_static_pad (self->payloader, "src");
}

/* An opened track begins with a key frame, which it requests. */
void
rtc_outgoing_set_open (RtcOutgoing *self, gboolean open)
{
  if (!open) {
    rtc_gate_close (self->gate, self);
    return;
  }
  rtc_gate_open (self->gate, self);
  self->request (self->codec->media, self->user_data);
}

static guint32
get_ssrc (RtcOutgoing *self)
{
  g_autoptr (GstStructure) stats = NULL;
  guint ssrc = 0;

  g_object_get (self->payloader, "stats", &stats, NULL);
  if (stats)
    gst_structure_get_uint (stats, "ssrc", &ssrc);
  return ssrc;
}

/* @stats: (out): what was sent here, and what the other end reports of it; any thread */
void
rtc_outgoing_get_stats (RtcOutgoing *self, RtcReports *reports, RtcTrackStats *stats)
{
  rtc_track_stats_init (stats, self->codec);
  rtc_meter_read (&self->meter, stats);
  rtc_reports_read_sent (reports, get_ssrc (self), self->codec->clock_rate, rtc_ntp_now (), stats);
}

/* Returns: how many frames were sent so far; it may begin anew at 0. Any thread */
guint
rtc_outgoing_count (RtcOutgoing *self)
{
  return (guint) g_atomic_int_get (&self->n_frames);
}

/*
 * Returns: whether they are of this codec. A publisher that has changed the codec gives frames of
 * both until the transports with the old one end.
 */
static gboolean
take_caps (RtcOutgoing *self, GstCaps *caps)
{
  if (self->caps == caps && !self->passed_over)
    return TRUE;
  if (rtc_codec_find_encoded (caps) != self->codec) {
    self->passed_over = TRUE;
    return FALSE;
  }
  if (self->passed_over)
    rtc_gate_require_key_frame (self->gate); /* it may be another encoder */
  self->passed_over = FALSE;
  gst_caps_replace (&self->caps, caps);
  gst_app_src_set_caps (GST_APP_SRC (self->appsrc), caps);
  return TRUE;
}

static gboolean
is_full (RtcOutgoing *self)
{
  GstAppSrc *appsrc = GST_APP_SRC (self->appsrc);

  return gst_app_src_get_current_level_buffers (appsrc) > QUEUE_MIN_FRAMES &&
         gst_app_src_get_current_level_time (appsrc) > QUEUE_MAX;
}

/*
 * @buffer: (transfer none): an encoded frame of @caps; its timestamp is a time of the clock
 *
 * What is not of the codec is dropped.
 */
void
rtc_outgoing_push (RtcOutgoing *self, GstBuffer *buffer, GstCaps *caps)
{
  GstClockTime now = g_get_monotonic_time () * GST_USECOND;

  if (!take_caps (self, caps))
    return;
  if (is_full (self)) {
    rtc_gate_require_key_frame (self->gate);
    return;
  }
  gst_buffer_ref (buffer);
  switch (rtc_gate_filter (self->gate, self, &buffer, now)) {
    case RTC_GATE_SWITCH:
    case RTC_GATE_PASS:
      rtc_meter_count (&self->meter, buffer, caps);
      g_atomic_int_inc (&self->n_frames);
      rtc_delay_log_time (self->appsrc, self->codec->media, RTC_HOP_GATE, GST_BUFFER_PTS (buffer));
      gst_app_src_push_buffer (GST_APP_SRC (self->appsrc), buffer);
      return;
    case RTC_GATE_REQUEST:
      self->request (self->codec->media, self->user_data);
      break;
    case RTC_GATE_DROP:
      break;
  }
  gst_buffer_unref (buffer);
}
