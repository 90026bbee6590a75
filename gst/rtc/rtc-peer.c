/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-peer.h"

#include "rtc-fingerprint.h"
#include "rtc-incoming.h"
#include "rtc-outgoing.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* No connection by then: the path has failed. */
#define CONNECT_TIMEOUT (10 * G_TIME_SPAN_SECOND)
/* Neither RTP nor RTCP for so long: the peer is gone. RTCP comes every second, see below. */
#define SILENCE_TIMEOUT (6 * G_TIME_SPAN_SECOND)
#define RTCP_MIN_INTERVAL (1 * GST_SECOND)
#define CHECK_INTERVAL_MS 500

struct _RtcPeer {
  GObject parent_instance;

  /* Set once, before anything runs */
  GMainContext *context;
  RtcPeerCallbacks callbacks;
  GObject *user_data;
  GstElement *pipeline;
  GstElement *webrtc;
  RtcOutgoing *outgoing[RTC_N_MEDIA];
  gboolean is_sender;

  /* On the context only */
  GSource *watch;
  GStrv remote_fingerprints;
  gint64 started_at;
  gboolean sending[RTC_N_MEDIA];

  /* Any thread */
  int closed;
  int connected;
  gint64 last_arrival; /* µs; written by a streaming thread */

  GMutex lock;
  GPtrArray *incoming; /* of RtcIncoming; protected by lock */
};

G_DEFINE_TYPE (RtcPeer, rtc_peer, G_TYPE_OBJECT)

/* Calls on the context */

typedef void (*PeerFunc) (RtcPeer *self, gpointer data);

typedef struct {
  RtcPeer *peer;
  PeerFunc func;
  gpointer data;
  GDestroyNotify destroy;
} PeerCall;

static gboolean
run_call (gpointer user_data)
{
  PeerCall *call = user_data;

  if (!g_atomic_int_get (&call->peer->closed))
    call->func (call->peer, call->data);
  return G_SOURCE_REMOVE;
}

static void
free_call (gpointer user_data)
{
  PeerCall *call = user_data;

  if (call->destroy)
    call->destroy (call->data);
  g_object_unref (call->peer);
  g_free (call);
}

/* Runs @func on the context, unless the peer is closed by then: the one way out of webrtcbin. */
static void
post (RtcPeer *self, PeerFunc func, gpointer data, GDestroyNotify destroy)
{
  PeerCall *call = g_new0 (PeerCall, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  call->peer = g_object_ref (self);
  call->func = func;
  call->data = data;
  call->destroy = destroy;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_call, call, free_call);
  g_source_attach (source, self->context);
}

static void
fail (RtcPeer *self, RtcFailure failure, const char *message)
{
  GST_WARNING_OBJECT (self, "%s", message);
  if (!g_atomic_int_get (&self->closed))
    self->callbacks.failed (self, failure, message, self->user_data);
}

typedef struct {
  RtcFailure failure;
  char *message;
} Failure;

static void
free_failure (gpointer data)
{
  Failure *failure = data;

  g_free (failure->message);
  g_free (failure);
}

static void
take_failure (RtcPeer *self, gpointer data)
{
  Failure *failure = data;

  fail (self, failure->failure, failure->message);
}

static void
post_failure (RtcPeer *self, RtcFailure kind, const char *message)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->failure = kind;
  failure->message = g_strdup (message);
  post (self, take_failure, failure, free_failure);
}

/* Gates: open while connected to the right peer and wanted */

static void
update_gate (RtcPeer *self, RtcMedia media)
{
  if (self->outgoing[media])
    rtc_outgoing_set_open (self->outgoing[media], self->connected && self->sending[media]);
}

static char *
get_remote_certificate (RtcPeer *self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GObject) end = NULL;
  g_autoptr (GObject) transport = NULL;
  char *pem = NULL;

  g_signal_emit_by_name (self->webrtc, "get-transceiver", 0, &transceiver);
  if (transceiver)
    g_object_get (transceiver, self->is_sender ? "sender" : "receiver", &end, NULL);
  if (end)
    g_object_get (end, "transport", &transport, NULL);
  if (transport)
    g_object_get (transport, "remote-certificate", &pem, NULL);
  return pem;
}

static void
take_connected (RtcPeer *self, gpointer unused)
{
  g_autofree char *pem = NULL;

  if (self->connected)
    return;
  pem = get_remote_certificate (self);
  if (!self->remote_fingerprints ||
      !rtc_fingerprints_match ((const char *const *) self->remote_fingerprints, pem)) {
    fail (self, RTC_FAILURE_CERTIFICATE,
          "The peer's certificate is not the one that its description announced");
    return;
  }
  GST_INFO_OBJECT (self, "connected after %" G_GINT64_FORMAT " ms",
                   (g_get_monotonic_time () - self->started_at) / 1000);
  g_atomic_int_set (&self->connected, TRUE);
  for (guint i = 0; i < RTC_N_MEDIA; i++)
    update_gate (self, i);
  self->callbacks.connected (self, self->user_data);
}

/* Negotiation */

typedef struct {
  guint sdp_m_line_index;
  char *candidate;
} Candidate;

static void
free_candidate (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->candidate);
  g_free (candidate);
}

static void
take_candidate (RtcPeer *self, gpointer data)
{
  Candidate *candidate = data;

  self->callbacks.candidate (self, candidate->sdp_m_line_index, candidate->candidate,
                             self->user_data);
}

static void
post_candidate (RtcPeer *self, guint sdp_m_line_index, const char *text)
{
  Candidate *candidate = g_new0 (Candidate, 1);

  candidate->sdp_m_line_index = sdp_m_line_index;
  candidate->candidate = g_strdup (text);
  post (self, take_candidate, candidate, free_candidate);
}

static void
on_ice_candidate (GstElement *webrtc, guint sdp_m_line_index, const char *candidate,
                  gpointer user_data)
{
  post_candidate (user_data, sdp_m_line_index, candidate);
}

static void
on_ice_gathering_state (GstElement *webrtc, GParamSpec *pspec, gpointer user_data)
{
  GstWebRTCICEGatheringState state;

  g_object_get (webrtc, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    post_candidate (user_data, 0, "");
}

static void
take_description (RtcPeer *self, gpointer data)
{
  GstWebRTCSessionDescription *description = data;
  g_autofree char *sdp = gst_sdp_message_as_text (description->sdp);

  self->callbacks.description (self, description->type, sdp, self->user_data);
}

/* Returns: whether the promise was kept; if not, the peer has failed. */
static gboolean
check_promise (RtcPeer *self, GstPromise *promise, const char *what)
{
  const GstStructure *reply;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED)
    return FALSE;
  reply = gst_promise_get_reply (promise);
  if (!reply || !gst_structure_has_field (reply, "error"))
    return TRUE;
  gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  message = g_strdup_printf ("%s failed: %s", what, error ? error->message : "unknown");
  post_failure (self, RTC_FAILURE_DESCRIPTION, message);
  return FALSE;
}

static void
on_local_description_set (GstPromise *promise, gpointer user_data)
{
  check_promise (user_data, promise, "Setting the local description");
  gst_promise_unref (promise);
}

/* On webrtcbin's thread, in the reply to create-offer or create-answer. */
static void
use_created_description (RtcPeer *self, GstPromise *promise, const char *name)
{
  GstWebRTCSessionDescription *description = NULL;
  GstPromise *set;

  gst_structure_get (gst_promise_get_reply (promise), name, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  if (!description) {
    post_failure (self, RTC_FAILURE_DESCRIPTION, "No description could be made");
    return;
  }
  /* Posted first: no candidate may overtake the description it belongs to. */
  post (self, take_description, gst_webrtc_session_description_copy (description),
        (GDestroyNotify) gst_webrtc_session_description_free);
  set = gst_promise_new_with_change_func (on_local_description_set, g_object_ref (self),
                                          g_object_unref);
  g_signal_emit_by_name (self->webrtc, "set-local-description", description, set);
  gst_webrtc_session_description_free (description);
}

static void
on_offer_created (GstPromise *promise, gpointer user_data)
{
  if (check_promise (user_data, promise, "Making the offer"))
    use_created_description (user_data, promise, "offer");
  gst_promise_unref (promise);
}

static void
on_answer_created (GstPromise *promise, gpointer user_data)
{
  if (check_promise (user_data, promise, "Making the answer"))
    use_created_description (user_data, promise, "answer");
  gst_promise_unref (promise);
}

static void
on_remote_description_set (GstPromise *promise, gpointer user_data)
{
  RtcPeer *self = user_data;
  GstPromise *answer;

  if (check_promise (self, promise, "Applying the remote description") && !self->is_sender) {
    answer =
        gst_promise_new_with_change_func (on_answer_created, g_object_ref (self), g_object_unref);
    g_signal_emit_by_name (self->webrtc, "create-answer", NULL, answer);
  }
  gst_promise_unref (promise);
}

static void
create_offer (RtcPeer *self)
{
  GstPromise *promise =
      gst_promise_new_with_change_func (on_offer_created, g_object_ref (self), g_object_unref);

  g_signal_emit_by_name (self->webrtc, "create-offer", NULL, promise);
}

/*
 * rtc_peer_set_remote_description:
 * @type: an offer if this end receives, an answer if it sends
 *
 * A description that cannot be used ends in the failed callback.
 */
void
rtc_peer_set_remote_description (RtcPeer *self, GstWebRTCSDPType type, const char *sdp)
{
  GstWebRTCSDPType expected =
      self->is_sender ? GST_WEBRTC_SDP_TYPE_ANSWER : GST_WEBRTC_SDP_TYPE_OFFER;
  GstSDPMessage *message = NULL;
  GstWebRTCSessionDescription *description;
  GstPromise *promise;

  if (self->remote_fingerprints || type != expected)
    return;
  if (gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK) {
    fail (self, RTC_FAILURE_DESCRIPTION, "The remote description is not SDP");
    return;
  }
  self->remote_fingerprints = rtc_fingerprints_from_sdp (message);
  description = gst_webrtc_session_description_new (type, message);
  promise = gst_promise_new_with_change_func (on_remote_description_set, g_object_ref (self),
                                              g_object_unref);
  g_signal_emit_by_name (self->webrtc, "set-remote-description", description, promise);
  gst_webrtc_session_description_free (description);
}

/* @candidate: "" is the end of candidates, of which webrtcbin 1.22 wants to hear nothing */
void
rtc_peer_add_candidate (RtcPeer *self, guint sdp_m_line_index, const char *candidate)
{
  if (*candidate)
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate", sdp_m_line_index, candidate);
}

/* What webrtcbin and its inside tell */

static void
on_connection_state (GstElement *webrtc, GParamSpec *pspec, gpointer user_data)
{
  RtcPeer *self = user_data;
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtc, "connection-state", &state, NULL);
  GST_DEBUG_OBJECT (self, "connection state %d", state);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    post (self, take_connected, NULL, NULL);
  else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED)
    post_failure (self, RTC_FAILURE_ICE, "The path to the peer failed");
}

static GstPadProbeReturn
on_arrival (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RtcPeer *self = user_data;

  __atomic_store_n (&self->last_arrival, g_get_monotonic_time (), __ATOMIC_RELAXED);
  return GST_PAD_PROBE_OK;
}

static void
on_deep_element_added (GstBin *bin, GstBin *sub_bin, GstElement *element, gpointer user_data)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory ? GST_OBJECT_NAME (factory) : "";

  if (g_str_equal (name, "rtpsession")) {
    g_object_set (element, "rtcp-min-interval", RTCP_MIN_INTERVAL, NULL);
  } else if (g_str_equal (name, "rtpjitterbuffer")) {
    /* Else the first packet waits for the whole latency: something older might be under way. */
    g_object_set (element, "faststart-min-packets", 1, NULL);
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
    incoming = rtc_incoming_new (codec, GST_BIN (self->pipeline), pad, on_received, self, &error);
  if (!incoming) {
    g_autofree char *message = error ? g_strdup (error->message)
                                     : g_strdup ("The peer sends a codec that is not known here");

    drain (self, pad);
    post_failure (self, RTC_FAILURE_CODEC, message);
    return;
  }
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->incoming, incoming);
  g_mutex_unlock (&self->lock);
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
    post_failure (self, RTC_FAILURE_MEDIA, text);
  } else if (self && GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY) {
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gboolean
on_check (gpointer user_data)
{
  RtcPeer *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (!self->connected) {
    if (now - self->started_at < CONNECT_TIMEOUT)
      return G_SOURCE_CONTINUE;
    fail (self, RTC_FAILURE_ICE, "No path to the peer was found within 10 s");
  } else {
    if (now - __atomic_load_n (&self->last_arrival, __ATOMIC_RELAXED) < SILENCE_TIMEOUT)
      return G_SOURCE_CONTINUE;
    fail (self, RTC_FAILURE_SILENCE, "Nothing arrived from the peer for 6 s");
  }
  return G_SOURCE_REMOVE;
}

/* Construction */

static void
set_ice_servers (RtcPeer *self, const char *const *servers)
{
  gboolean added;

  for (guint i = 0; servers && servers[i]; i++) {
    if (g_str_has_prefix (servers[i], "stun"))
      g_object_set (self->webrtc, "stun-server", servers[i], NULL);
    else
      g_signal_emit_by_name (self->webrtc, "add-turn-server", servers[i], &added);
  }
}

/* libnice waits 20 ms between checks and looks for UPnP gateways; neither is of use here. */
static void
set_ice_options (RtcPeer *self)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  if (!ice)
    return;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "ice-tcp"))
    g_object_set (ice, "ice-tcp", FALSE, NULL);
  if (!g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent"))
    return;
  g_object_get (ice, "agent", &agent, NULL);
  if (agent)
    g_object_set (agent, "upnp", FALSE, "stun-pacing-timer", 1, "keepalive-conncheck", TRUE, NULL);
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
  g_object_set (self->webrtc, "latency", config->latency, NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->webrtc);
  set_ice_options (self);
  set_ice_servers (self, config->ice_servers);
  set_rtp_options (self);
  g_signal_connect_object (self->webrtc, "on-ice-candidate", G_CALLBACK (on_ice_candidate), self,
                           0);
  g_signal_connect_object (self->webrtc, "notify::ice-gathering-state",
                           G_CALLBACK (on_ice_gathering_state), self, 0);
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
  post (user_data, take_key_frame_request, GUINT_TO_POINTER (media), NULL);
}

static void
link_track (RtcPeer *self, RtcOutgoing *outgoing, const RtcCodec *codec)
{
  g_autoptr (GstPad) src_pad = rtc_outgoing_get_src_pad (outgoing);
  g_autoptr (GstPad) sink_pad = gst_element_request_pad_simple (self->webrtc, "sink_%u");
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) caps = rtc_codec_get_rtp_caps (codec);

  g_object_get (sink_pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
                "codec-preferences", caps, NULL);
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

static gboolean
build (RtcPeer *self, const RtcPeerConfig *config, GError **error)
{
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), config->clock);
  gst_element_set_base_time (self->pipeline, 0);
  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  watch_bus (self);
  return make_webrtc (self, config, error) && make_tracks (self, config, error);
}

/*
 * rtc_peer_new:
 * @config: what to send; nothing: then this end receives
 * @callbacks: those that this end needs
 * @user_data: (transfer full): an object that is handed to the callbacks; its reference is dropped
 *   when the last thread of the peer has ended
 *
 * Returns: (transfer full): a peer to be started, or %NULL and an error that names what is missing
 */
RtcPeer *
rtc_peer_new (const RtcPeerConfig *config, const RtcPeerCallbacks *callbacks, GObject *user_data,
              GError **error)
{
  g_autoptr (RtcPeer) self = g_object_new (RTC_TYPE_PEER, NULL);

  self->context = g_main_context_ref (config->context);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  return build (self, config, error) ? g_steal_pointer (&self) : NULL;
}

/* A sender makes its offer; a receiver waits for one. */
void
rtc_peer_start (RtcPeer *self)
{
  self->started_at = g_get_monotonic_time ();
  self->watch = g_timeout_source_new (CHECK_INTERVAL_MS);
  g_source_set_callback (self->watch, on_check, self, NULL);
  g_source_attach (self->watch, self->context);

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (self->is_sender)
    create_offer (self);
}

static void
shut_down (GstElement *pipeline, gpointer user_data)
{
  RtcPeer *self = user_data;

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_object (&self->user_data); /* which may own the peer */
}

/*
 * Ends the connection. The threads of the pipeline end on another thread; on the context no
 * callback comes any more, on a streaming thread one may just be finishing.
 */
void
rtc_peer_close (RtcPeer *self)
{
  if (!g_atomic_int_compare_and_exchange (&self->closed, FALSE, TRUE))
    return;
  if (self->watch) {
    g_source_destroy (self->watch);
    g_clear_pointer (&self->watch, g_source_unref);
  }
  g_signal_handlers_disconnect_by_data (self->webrtc, self);
  gst_element_call_async (self->pipeline, shut_down, g_object_ref (self), g_object_unref);
}

/* The clock of the application's pipeline has changed. */
void
rtc_peer_set_clock (RtcPeer *self, GstClock *clock)
{
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), clock);
  gst_element_set_clock (self->pipeline, clock);
}

gboolean
rtc_peer_is_connected (RtcPeer *self)
{
  return g_atomic_int_get (&self->connected);
}

/* Whether the consumer is sent this track. It begins with a key frame each time. */
void
rtc_peer_set_sending (RtcPeer *self, RtcMedia media, gboolean sending)
{
  if (self->sending[media] == sending)
    return;
  self->sending[media] = sending;
  update_gate (self, media);
}

/* @buffer: (transfer none): an encoded frame of @caps; one thread for each media */
void
rtc_peer_push (RtcPeer *self, RtcMedia media, GstBuffer *buffer, GstCaps *caps)
{
  if (self->outgoing[media] && !g_atomic_int_get (&self->closed))
    rtc_outgoing_push (self->outgoing[media], buffer, caps);
}

/* Asks the sender for a key frame; any thread */
void
rtc_peer_request_key_frame (RtcPeer *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->incoming->len; i++) {
    RtcIncoming *incoming = g_ptr_array_index (self->incoming, i);

    if (rtc_incoming_get_media (incoming) == RTC_MEDIA_VIDEO)
      rtc_incoming_request_key_frame (incoming);
  }
  g_mutex_unlock (&self->lock);
}

static void
rtc_peer_dispose (GObject *object)
{
  RtcPeer *self = RTC_PEER (object);

  if (self->watch)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  if (self->pipeline)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  G_OBJECT_CLASS (rtc_peer_parent_class)->dispose (object);
}

static void
rtc_peer_finalize (GObject *object)
{
  RtcPeer *self = RTC_PEER (object);

  for (guint i = 0; i < RTC_N_MEDIA; i++)
    g_clear_pointer (&self->outgoing[i], rtc_outgoing_free);
  g_clear_pointer (&self->incoming, g_ptr_array_unref);
  g_clear_object (&self->webrtc);
  g_clear_object (&self->pipeline);
  g_clear_pointer (&self->remote_fingerprints, g_strfreev);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->user_data);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (rtc_peer_parent_class)->finalize (object);
}

static void
rtc_peer_class_init (RtcPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = rtc_peer_dispose;
  G_OBJECT_CLASS (klass)->finalize = rtc_peer_finalize;
}

static void
rtc_peer_init (RtcPeer *self)
{
  g_mutex_init (&self->lock);
  self->incoming = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_incoming_free);
  self->last_arrival = g_get_monotonic_time ();
}
