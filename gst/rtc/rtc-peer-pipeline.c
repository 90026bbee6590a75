/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pipeline of a peer: how it is built, and what it tells. */

#include "rtc-peer-private.h"

#include "rtc-addresses.h"
#include "rtc-extmap.h"
#include "rtc-level.h"

#include <gst/rtp/rtp.h>

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

#define RTCP_MIN_INTERVAL (1 * GST_SECOND)

/*
 * Of what a twentieth is for RTCP. The session's own estimate begins with 64 kbit/s, of which there
 * may be feedback (RFC 4585, section 3.5.2) twice a second: what is asked for again would come too
 * late. Reports keep their interval.
 *
 * Of receivers only: with so much the first report goes out while the sources come into being.
 * rtpsession 1.22 lets go of its lock in the midst of the first report of a source that sends, to
 * ask for the clock rate, and complains when another source has come meanwhile.
 */
#define SESSION_BANDWIDTH 5000000.0

/* How often the other end hears when its packets came, by which it finds the bandwidth: an RTCP
 * packet of its own for each frame would cost more than it tells. */
#define FEEDBACK_INTERVAL (100 * GST_MSECOND)

/* What webrtcbin and its inside tell */

static void
on_connection_state (GstElement *webrtc, GParamSpec *pspec, gpointer user_data)
{
  RtcPeer *self = user_data;
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtc, "connection-state", &state, NULL);
  GST_DEBUG_OBJECT (self, "connection state %d", state);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    rtc_peer_post (self, rtc_peer_take_connected, NULL, NULL);
  else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED)
    rtc_peer_post (self, rtc_peer_take_connection_failed, NULL, NULL);
}

/* RFC 7983, section 7: neither STUN nor DTLS */
static gboolean
is_rtp (const guint8 header[2])
{
  return header[0] >= 128 && header[0] <= 191;
}

/* RFC 3550, section 6.1: what comes regularly begins with a report; RFC 3711: in the clear */
static gboolean
is_report (const guint8 header[2])
{
  return header[1] == GST_RTCP_TYPE_SR || header[1] == GST_RTCP_TYPE_RR;
}

static GstPadProbeReturn
on_arrival (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST
                          ? gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0)
                          : GST_PAD_PROBE_INFO_BUFFER (info);
  guint8 header[2] = { 0 };

  gst_buffer_extract (buffer, 0, header, sizeof header);
  if (is_rtp (header))
    rtc_peer_note_arrival (user_data, is_report (header));
  return GST_PAD_PROBE_OK;
}

static void
set_feedback_options (GstElement *rtpsession)
{
  g_autoptr (GObject) session = NULL;

  g_object_set (rtpsession, "bandwidth", SESSION_BANDWIDTH, NULL);
  g_object_get (rtpsession, "internal-session", &session, NULL);
  if (session)
    g_object_set (session, "twcc-feedback-interval", FEEDBACK_INTERVAL, NULL);
}

static void
on_deep_element_added (GstBin *bin, GstBin *sub_bin, GstElement *element, gpointer user_data)
{
  RtcPeer *self = user_data;
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory ? GST_OBJECT_NAME (factory) : "";

  if (g_str_equal (name, "rtpsession")) {
    g_object_set (element, "rtcp-min-interval", RTCP_MIN_INTERVAL, NULL);
    if (!self->is_sender)
      set_feedback_options (element);
    rtc_reports_watch (self->reports, element);
  } else if (g_str_equal (name, "rtpjitterbuffer")) {
    /* Else the first packet waits for the whole latency: something older might be under way. */
    g_object_set (element, "faststart-min-packets", 1, "rtx-next-seqnum", FALSE, NULL);
    rtc_reports_watch_arrivals (self->reports, element);
  } else if (g_str_equal (name, "dtlsenc") || g_str_equal (name, "dtlsdec")) {
    rtc_dtls_add (self->dtls, element);
  } else if (g_str_equal (name, "nicesrc")) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_arrival,
                       user_data, NULL);
  }
}

static void
on_received (RtcMedia media, GstSample *sample, gpointer user_data)
{
  RtcPeer *self = user_data;

  if (!g_atomic_int_get (&self->closed) && g_atomic_int_get (&self->connected))
    self->callbacks.received (self, media, sample, self->user_data);
}

static void
drain (RtcPeer *self, GstPad *pad)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (sink, "sink");

  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, sink_pad);
}

/* Returns: (transfer full) (nullable): what is in front of @pad of an rtpbin */
static GstElement *
find_jitter_buffer (GstPad *pad)
{
  g_autoptr (GstPad) current = gst_object_ref (pad);

  while (GST_IS_GHOST_PAD (current)) {
    GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (current));

    gst_object_unref (current);
    current = target;
  }
  while (current) {
    g_autoptr (GstElement) element = gst_pad_get_parent_element (current);
    g_autoptr (GstPad) sink_pad = element ? gst_element_get_static_pad (element, "sink") : NULL;
    GstElementFactory *factory = element ? gst_element_get_factory (element) : NULL;

    if (factory && g_str_equal (GST_OBJECT_NAME (factory), "rtpjitterbuffer"))
      return g_steal_pointer (&element);
    gst_object_unref (current);
    current = sink_pad ? gst_pad_get_peer (sink_pad) : NULL;
  }
  return NULL;
}

/* webrtcbin 1.22 gives all jitter buffers of a connection the setting of one of its tracks. */
static void
set_retransmission (RtcPeer *self, GstPad *pad, RtcMedia media)
{
  g_autoptr (GstElement) jitter_buffer = find_jitter_buffer (pad);

  if (jitter_buffer)
    g_object_set (jitter_buffer, "do-retransmission", media == RTC_MEDIA_VIDEO && self->asks_again,
                  NULL);
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, gpointer user_data)
{
  RtcPeer *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const RtcCodec *codec = caps ? rtc_codec_find_rtp (caps) : NULL;
  g_autoptr (GError) error = NULL;
  RtcIncoming *incoming = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  GST_DEBUG_OBJECT (self, "pad %s has %" GST_PTR_FORMAT, GST_PAD_NAME (pad), caps);
  if (codec)
    incoming = rtc_incoming_new (codec, GST_BIN (self->pipeline), pad, self->reports, on_received,
                                 self, &error);
  if (!incoming) {
    g_autofree char *message = error ? g_strdup (error->message)
                                     : g_strdup ("The peer sends a codec that is not known here");

    drain (self, pad);
    rtc_peer_post_failure (self, RTC_FAILURE_CODEC, message);
    return;
  }
  set_retransmission (self, pad, codec->media);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->incoming, incoming);
  g_mutex_unlock (&self->lock);
}

static void
take_latency (RtcPeer *self, gpointer data)
{
  gst_bin_recalculate_latency (GST_BIN (self->pipeline));
}

static GstBusSyncReply
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  g_autoptr (RtcPeer) self = g_weak_ref_get (user_data);
  g_autoptr (GError) error = NULL;

  if (self && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autofree char *text = NULL;

    gst_message_parse_error (message, &error, NULL);
    text = g_strdup_printf ("%s: %s", GST_OBJECT_NAME (GST_MESSAGE_SRC (message)), error->message);
    rtc_peer_post_failure (self, RTC_FAILURE_MEDIA, text);
  } else if (self && GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY) {
    /* Not here: the thread that tells may be changing an element's state, and the latency is told
     * to every element under that element's state lock. Two such threads block each other. */
    rtc_peer_post (self, take_latency, NULL, NULL);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* Construction */

static void
set_ice_servers (RtcPeer *self, const char *const *servers)
{
  gboolean added;

  self->ice_servers = rtc_ice_servers_describe (servers, "");
  self->turn_servers = rtc_ice_servers_describe (servers, "turn");
  for (guint i = 0; servers && servers[i]; i++) {
    if (g_str_has_prefix (servers[i], "stun"))
      g_object_set (self->webrtc, "stun-server", servers[i], NULL);
    else
      g_signal_emit_by_name (self->webrtc, "add-turn-server", servers[i], &added);
  }
}

/*
 * libnice waits 20 ms between checks and looks for UPnP gateways; neither is of use here. It sends
 * a check after 0, 0.5, 1.5 and 3.5 s, and gives it up after 4.5 s. With one more that would be
 * 9.5 s, and where there is one way only, as between two NATs, it takes that one when all others
 * have been given up. A pair that was selected is kept however long it is silent: with checks as
 * keepalives libnice would give it up for good after 25 s.
 */
static void
set_agent_options (GObject *agent)
{
  g_object_set (agent, "upnp", FALSE, "stun-pacing-timer", 1, "keepalive-conncheck", FALSE,
                "stun-max-retransmissions", 4, NULL);
}

/* libnice leaves the loopback interface out, even where nothing else is. */
static void
add_loopback (GObject *ice)
{
  g_auto (GStrv) addresses = rtc_addresses_of_loopback_alone ();
  gboolean added;

  for (guint i = 0; addresses[i]; i++)
    g_signal_emit_by_name (ice, "add-local-ip-address", addresses[i], &added);
}

static void
set_ice_options (RtcPeer *self, const RtcRoutes *routes)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  if (!ice)
    return;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "ice-tcp"))
    g_object_set (ice, "ice-tcp", FALSE, NULL);
  /* In this order: each is refused that is on the wrong side of the other. */
  if (routes->min_port > 0)
    g_object_set (ice, "max-rtp-port", routes->max_port, "min-rtp-port", routes->min_port, NULL);
  add_loopback (ice);
  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent"))
    return;
  g_object_get (ice, "agent", &agent, NULL);
  if (agent)
    set_agent_options (agent);
}

static void
set_rtp_options (RtcPeer *self)
{
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (self->webrtc), "rtpbin");

  /* Sender reports tell when a frame was captured, not when it was sent: lip sync needs that. */
  if (rtpbin)
    g_object_set (rtpbin, "rtcp-sync-send-time", FALSE, NULL);
}

static gboolean
make_webrtc (RtcPeer *self, const RtcPeerConfig *config, GError **error)
{
  g_signal_connect_object (self->pipeline, "deep-element-added", G_CALLBACK (on_deep_element_added),
                           self, 0);
  self->webrtc = rtc_element_make ("webrtcbin", "bundle-policy=max-bundle", error);
  if (!self->webrtc)
    return FALSE;
  gst_object_ref_sink (self->webrtc);
  self->relay_only = config->routes.relay_only;
  self->dtls = rtc_dtls_new ();
  g_object_set_data_full (G_OBJECT (self->webrtc), "rtc-dtls", self->dtls, rtc_dtls_end);
  g_object_set (self->webrtc, "latency", config->latency, "ice-transport-policy",
                config->routes.relay_only ? GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY
                                          : GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
                NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->webrtc);
  set_ice_options (self, &config->routes);
  set_ice_servers (self, config->ice_servers);
  set_rtp_options (self);
  rtc_peer_watch_candidates (self);
  g_signal_connect_object (self->webrtc, "notify::connection-state",
                           G_CALLBACK (on_connection_state), self, 0);
  g_signal_connect_object (self->webrtc, "pad-added", G_CALLBACK (on_pad_added), self, 0);
  return TRUE;
}

static void
take_key_frame_request (RtcPeer *self, gpointer data)
{
  self->callbacks.key_frame_requested (self, GPOINTER_TO_UINT (data), self->user_data);
}

static void
on_key_frame_requested (RtcMedia media, gpointer user_data)
{
  rtc_peer_post (user_data, take_key_frame_request, GUINT_TO_POINTER (media), NULL);
}

static void
link_track (RtcPeer *self, RtcOutgoing *outgoing, const RtcCodec *codec)
{
  g_autoptr (GstPad) src_pad = rtc_outgoing_get_src_pad (outgoing);
  g_autoptr (GstPad) sink_pad = gst_element_request_pad_simple (self->webrtc, "sink_%u");
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) caps = rtc_codec_get_rtp_caps (codec);

  if (codec->media == RTC_MEDIA_AUDIO)
    rtc_extmap_set (caps, RTC_LEVEL_EXTMAP);
  rtc_extmap_set (caps, RTC_TRANSPORT_WIDE_EXTMAP);
  /* The offer names the source, the one of what is sent again, and what belongs together (RFC
   * 5576); sound is not sent again: it would come too late, and browsers refuse such an offer. */
  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, rtc_outgoing_choose_ssrc (outgoing), NULL);
  g_object_get (sink_pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
                "codec-preferences", caps, "do-nack", codec->media == RTC_MEDIA_VIDEO, NULL);
  gst_pad_link (src_pad, sink_pad);
}

static gboolean
make_tracks (RtcPeer *self, const RtcPeerConfig *config, GError **error)
{
  for (guint i = 0; i < RTC_N_MEDIA; i++) {
    if (!config->codecs[i])
      continue;
    self->is_sender = TRUE;
    self->outgoing[i] = rtc_outgoing_new (config->codecs[i], GST_BIN (self->pipeline),
                                          on_key_frame_requested, self, error);
    if (!self->outgoing[i])
      return FALSE;
    if (config->timestamp_offsets[i] != 0)
      rtc_outgoing_set_timestamp_offset (self->outgoing[i], config->timestamp_offsets[i]);
    link_track (self, self->outgoing[i], config->codecs[i]);
  }
  return TRUE;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
watch_bus (RtcPeer *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  gst_bus_set_sync_handler (bus, on_bus_message, weak, free_weak_ref);
}

gboolean
rtc_peer_build (RtcPeer *self, const RtcPeerConfig *config, GError **error)
{
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), config->clock);
  gst_element_set_base_time (self->pipeline, 0);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  watch_bus (self);
  return make_webrtc (self, config, error) && make_tracks (self, config, error);
}
