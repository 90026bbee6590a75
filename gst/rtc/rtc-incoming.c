/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-incoming.h"

#include "rtc-bitstream.h"
#include "rtc-playout.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video-event.h>

/* RTP timestamps are remembered for so many frames that are still in the depayloader or parser. */
#define N_STAMPS 16

typedef struct {
  GstClockTime pts;
  guint32 rtp_time;
} Stamp;

struct _RtcIncoming {
  const RtcCodec *codec;
  GPtrArray *elements; /* in the order of the flow */
  GstElement *appsink;
  RtcArrival arrival;
  RtcReceived received;
  gpointer user_data;

  /* On the streaming thread only */
  Stamp stamps[N_STAMPS];
  guint n_stamps; /* so far */
};

/* RFC 3550, section 5.1: all packets of a frame have one timestamp; the jitter buffer agrees. */
static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcIncoming *self = user_data;
  GstBuffer *packet = GST_PAD_PROBE_INFO_BUFFER (info);
  Stamp *last = &self->stamps[(self->n_stamps + N_STAMPS - 1) % N_STAMPS];
  Stamp stamp = { .pts = GST_BUFFER_PTS (packet) };

  rtc_arrival_take_packet (&self->arrival, packet, g_get_monotonic_time ());
  rtc_arrival_log_delay (&self->arrival, pad, packet);
  if (!GST_BUFFER_PTS_IS_VALID (packet) || (self->n_stamps > 0 && last->pts == stamp.pts) ||
      gst_buffer_extract (packet, 4, &stamp.rtp_time, 4) != 4)
    return GST_PAD_PROBE_OK;
  stamp.rtp_time = GUINT32_FROM_BE (stamp.rtp_time);
  self->stamps[self->n_stamps++ % N_STAMPS] = stamp;
  return GST_PAD_PROBE_OK;
}

static guint64
find_rtp_time (RtcIncoming *self, GstClockTime pts)
{
  for (guint i = 0; i < MIN (self->n_stamps, N_STAMPS); i++) {
    const Stamp *stamp = &self->stamps[(self->n_stamps - 1 - i) % N_STAMPS];

    if (stamp->pts == pts)
      return stamp->rtp_time;
  }
  return GST_BUFFER_OFFSET_NONE;
}

static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcIncoming *self = user_data;
  GstBuffer *frame = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstClockTime captured;

  if (rtc_arrival_get_capture (&self->arrival, GST_BUFFER_PTS (frame), &captured))
    frame = rtc_stamp_capture (frame, captured);
  if (rtc_bitstream_inspect (self->codec, frame) == RTC_FRAME_DELTA)
    GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
  GST_BUFFER_OFFSET (frame) = find_rtp_time (self, GST_BUFFER_PTS (frame));
  GST_PAD_PROBE_INFO_DATA (info) = frame;
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
on_new_sample (GstAppSink *appsink, gpointer user_data)
{
  RtcIncoming *self = user_data;
  GstSample *sample = gst_app_sink_pull_sample (appsink);

  if (sample) {
    self->received (self->codec->media, sample, self->user_data);
    gst_sample_unref (sample);
  }
  return GST_FLOW_OK;
}

/* Adds an element behind the others. */
static GstElement *
append (RtcIncoming *self, GstBin *bin, const char *factory, const char *options, GError **error)
{
  GstElement *element = rtc_element_make (factory, options, error);

  if (!element)
    return NULL;
  gst_bin_add (bin, element);
  if (self->elements->len > 0)
    gst_element_link (g_ptr_array_index (self->elements, self->elements->len - 1), element);
  g_ptr_array_add (self->elements, gst_object_ref (element));
  return element;
}

/* What comes is told in full caps, and in the form that the engine handles. */
static gboolean
add_parser (RtcIncoming *self, GstBin *bin, GError **error)
{
  const RtcCodecElement *parser = &self->codec->parser;
  g_autoptr (GstCaps) caps = rtc_codec_get_frame_caps (self->codec);
  GstElement *filter;

  if (!parser->factory)
    return TRUE;
  if (!append (self, bin, parser->factory, parser->options, error))
    return FALSE;
  filter = append (self, bin, "capsfilter", NULL, error);
  if (filter)
    g_object_set (filter, "caps", caps, NULL);
  return filter != NULL;
}

static GstElement *
build (RtcIncoming *self, GstBin *bin, GError **error)
{
  const RtcCodecElement *depayloader = &self->codec->depayloader;
  GstElement *appsink;
  GstElement *first = append (self, bin, depayloader->factory, depayloader->options, error);

  if (!first || !add_parser (self, bin, error))
    return NULL;
  appsink = append (self, bin, "appsink", "sync=false async=false max-buffers=1", error);
  g_set_object (&self->appsink, appsink);
  return appsink ? first : NULL;
}

static void
start (RtcIncoming *self, GstElement *first, GstPad *src_pad)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (first, "sink");
  g_autoptr (GstPad) last_pad = gst_element_get_static_pad (self->appsink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (src_pad);

  if (caps)
    rtc_arrival_take_caps (&self->arrival, caps);
  gst_pad_add_probe (sink_pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, self, NULL);
  gst_pad_add_probe (last_pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, self, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (self->appsink), &callbacks, self, NULL);
  /* The last one first. Never the whole bin: webrtcbin's state is not ours to wait for here. */
  for (guint i = self->elements->len; i > 0; i--)
    gst_element_sync_state_with_parent (g_ptr_array_index (self->elements, i - 1));
  gst_pad_link (src_pad, sink_pad);
}

/*
 * @bin: the pipeline of the peer, which gets the elements
 * @src_pad: a pad of webrtcbin
 * @reports: what the sender tells
 * @received: called on a streaming thread with every frame; the sample is the caller's
 */
RtcIncoming *
rtc_incoming_new (const RtcCodec *codec, GstBin *bin, GstPad *src_pad, RtcReports *reports,
                  RtcReceived received, gpointer user_data, GError **error)
{
  RtcIncoming *self = g_new0 (RtcIncoming, 1);
  GstElement *first;

  self->codec = codec;
  self->elements = g_ptr_array_new_with_free_func (gst_object_unref);
  self->received = received;
  self->user_data = user_data;
  rtc_arrival_init (&self->arrival, codec, reports);
  first = build (self, bin, error);
  if (!first) {
    rtc_incoming_free (self);
    return NULL;
  }
  start (self, first, src_pad);
  return self;
}

/*
 * The pipeline has to be in NULL, so that no streaming thread comes by. A track that was added
 * while the pipeline went down may have missed that.
 */
void
rtc_incoming_free (RtcIncoming *self)
{
  for (guint i = 0; i < self->elements->len; i++)
    gst_element_set_state (g_ptr_array_index (self->elements, i), GST_STATE_NULL);
  g_clear_object (&self->appsink);
  rtc_arrival_clear (&self->arrival);
  g_ptr_array_unref (self->elements);
  g_free (self);
}

RtcMedia
rtc_incoming_get_media (RtcIncoming *self)
{
  return self->codec->media;
}

/* @stats: (out): of what arrived; any thread */
void
rtc_incoming_get_stats (RtcIncoming *self, RtcTrackStats *stats)
{
  rtc_track_stats_init (stats, self->codec);
  rtc_arrival_read (&self->arrival, stats);
}

/* Returns: how loud the speech is, dBov; RTC_LEVEL_UNKNOWN: the sender does not tell */
double
rtc_incoming_get_voice (RtcIncoming *self)
{
  return rtc_arrival_get_voice (&self->arrival, g_get_monotonic_time ());
}

/* Becomes a PLI (RFC 4585); a FIR, which not every media server answers, only with all-headers. */
void
rtc_incoming_request_key_frame (RtcIncoming *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->appsink, "sink");

  gst_pad_push_event (pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}
