/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rtc-peer-private.h"

#include "rtc-fingerprint.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

G_DEFINE_TYPE (RtcPeer, rtc_peer, G_TYPE_OBJECT)

/* Calls on the context */

/* It does not keep the peer: nobody may run the context any more, which the peer keeps. */
typedef struct {
  GWeakRef peer;
  RtcPeerFunc func;
  gpointer data;
  GDestroyNotify destroy;
} PeerCall;

static gboolean
run_call (gpointer user_data)
{
  PeerCall *call = user_data;
  g_autoptr (RtcPeer) peer = g_weak_ref_get (&call->peer);

  if (peer && !g_atomic_int_get (&peer->closed))
    call->func (peer, call->data);
  return G_SOURCE_REMOVE;
}

static void
free_call (gpointer user_data)
{
  PeerCall *call = user_data;

  if (call->destroy)
    call->destroy (call->data);
  g_weak_ref_clear (&call->peer);
  g_free (call);
}

/* Runs @func on the context, unless the peer is closed by then: the one way out of webrtcbin. */
void
rtc_peer_post (RtcPeer *self, RtcPeerFunc func, gpointer data, GDestroyNotify destroy)
{
  PeerCall *call = g_new0 (PeerCall, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_weak_ref_init (&call->peer, self);
  call->func = func;
  call->data = data;
  call->destroy = destroy;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_call, call, free_call);
  g_source_attach (source, self->context);
}

void
rtc_peer_fail (RtcPeer *self, RtcFailure failure, const char *message)
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

  rtc_peer_fail (self, failure->failure, failure->message);
}

void
rtc_peer_post_failure (RtcPeer *self, RtcFailure kind, const char *message)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->failure = kind;
  failure->message = g_strdup (message);
  rtc_peer_post (self, take_failure, failure, free_failure);
}

/* Gates: open while connected to the right peer and wanted */

static void
update_gate (RtcPeer *self, RtcMedia media)
{
  gboolean open = self->connected && self->sending[media];

  if (!self->outgoing[media])
    return;
  rtc_outgoing_set_open (self->outgoing[media], open);
  g_atomic_int_set (&self->open[media], open);
}

/* Returns: (transfer full) (nullable): all tracks share one */
static GObject *
get_dtls_transport (RtcPeer *self)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GObject) end = NULL;
  GObject *transport = NULL;

  g_signal_emit_by_name (self->webrtc, "get-transceiver", 0, &transceiver);
  if (transceiver)
    g_object_get (transceiver, self->is_sender ? "sender" : "receiver", &end, NULL);
  if (end)
    g_object_get (end, "transport", &transport, NULL);
  return transport;
}

static char *
get_remote_certificate (RtcPeer *self)
{
  g_autoptr (GObject) transport = get_dtls_transport (self);
  char *pem = NULL;

  if (transport)
    g_object_get (transport, "remote-certificate", &pem, NULL);
  return pem;
}

void
rtc_peer_take_connected (RtcPeer *self, gpointer unused)
{
  g_autofree char *pem = NULL;

  if (self->connected)
    return;
  pem = get_remote_certificate (self);
  if (!self->remote_fingerprints ||
      !rtc_fingerprints_match ((const char *const *) self->remote_fingerprints, pem)) {
    rtc_peer_fail (self, RTC_FAILURE_CERTIFICATE,
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
  return rtc_peer_build (self, config, error) ? g_steal_pointer (&self) : NULL;
}

/* A sender makes its offer; a receiver waits for one. */
void
rtc_peer_start (RtcPeer *self)
{
  rtc_peer_start_watch (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (self->is_sender)
    rtc_peer_create_offer (self);
}

static void
disconnect_from (const GValue *item, gpointer ice_transport)
{
  g_signal_handlers_disconnect_by_data (ice_transport, g_value_get_object (item));
}

/*
 * webrtcbin 1.22: when the ICE transport tells of a new state after the receiving bin has stopped,
 * that blocks its pad once more, which keeps the bin, its sockets and the agent for ever.
 */
static void
silence_ice (RtcPeer *self)
{
  g_autoptr (GObject) dtls_transport = get_dtls_transport (self);
  g_autoptr (GObject) ice_transport = NULL;
  GstIterator *elements;

  if (!dtls_transport)
    return;
  g_object_get (dtls_transport, "transport", &ice_transport, NULL);
  elements = gst_bin_iterate_elements (GST_BIN (self->webrtc));
  while (ice_transport &&
         gst_iterator_foreach (elements, disconnect_from, ice_transport) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
}

static void
shut_down (GstElement *pipeline, gpointer user_data)
{
  RtcPeer *self = user_data;

  rtc_peer_await_promises (self);
  silence_ice (self);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  rtc_peer_interrupt_promises (self);
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
  rtc_peer_stop_watch (self);
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

/* Whether what is pushed of this track is sent now; any thread */
gboolean
rtc_peer_takes (RtcPeer *self, RtcMedia media)
{
  return g_atomic_int_get (&self->open[media]) && !g_atomic_int_get (&self->closed);
}

/* Returns: (nullable): what is sent of this track, as it was negotiated; any thread */
const RtcCodec *
rtc_peer_get_codec (RtcPeer *self, RtcMedia media)
{
  return self->outgoing[media] ? rtc_outgoing_get_codec (self->outgoing[media]) : NULL;
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
  g_autoptr (GPtrArray) incoming = NULL;

  g_mutex_lock (&self->lock);
  incoming = g_ptr_array_copy (self->incoming, NULL, NULL);
  g_mutex_unlock (&self->lock);
  g_ptr_array_set_free_func (incoming, NULL); /* they live as long as the peer */
  for (guint i = 0; i < incoming->len; i++) {
    if (rtc_incoming_get_media (g_ptr_array_index (incoming, i)) == RTC_MEDIA_VIDEO)
      rtc_incoming_request_key_frame (g_ptr_array_index (incoming, i));
  }
}

/* Must be called with lock; they live as long as the peer. Returns: (nullable) */
static RtcIncoming *
find_incoming (RtcPeer *self, RtcMedia media)
{
  for (guint i = 0; i < self->incoming->len; i++) {
    if (rtc_incoming_get_media (g_ptr_array_index (self->incoming, i)) == media)
      return g_ptr_array_index (self->incoming, i);
  }
  return NULL;
}

static RtcIncoming *
get_incoming (RtcPeer *self, RtcMedia media)
{
  RtcIncoming *incoming;

  g_mutex_lock (&self->lock);
  incoming = find_incoming (self, media);
  g_mutex_unlock (&self->lock);
  return incoming;
}

/* @stats: (out): of one track, as far as this connection knows them; any thread */
void
rtc_peer_get_stats (RtcPeer *self, RtcMedia media, RtcTrackStats *stats)
{
  RtcIncoming *incoming = get_incoming (self, media);

  if (self->outgoing[media])
    rtc_outgoing_get_stats (self->outgoing[media], self->reports, stats);
  else if (incoming)
    rtc_incoming_get_stats (incoming, stats);
  else
    rtc_track_stats_init (stats, NULL);
}

/* Returns: how loud the speech is that arrives, dBov, or RTC_LEVEL_UNKNOWN; any thread */
double
rtc_peer_get_voice (RtcPeer *self)
{
  RtcIncoming *incoming = get_incoming (self, RTC_MEDIA_AUDIO);

  return incoming ? rtc_incoming_get_voice (incoming) : RTC_LEVEL_UNKNOWN;
}

/*
 * Keeps @object until the connection with all its elements is gone, which is some time after the
 * last thread of the peer has ended. A program that ends before would have OpenSSL cleaned up while
 * a DTLS connection is being freed.
 */
void
rtc_peer_keep (RtcPeer *self, GObject *object)
{
  rtc_dtls_keep (self->dtls, object);
}

static void
rtc_peer_dispose (GObject *object)
{
  RtcPeer *self = RTC_PEER (object);

  rtc_peer_stop_watch (self);
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
  g_clear_pointer (&self->promises, g_ptr_array_unref);
  g_clear_pointer (&self->reports, rtc_reports_unref);
  g_clear_object (&self->webrtc);
  g_clear_object (&self->pipeline);
  g_clear_pointer (&self->remote_fingerprints, g_strfreev);
  gst_clear_caps (&self->extensions);
  g_clear_pointer (&self->ice_servers, g_free);
  g_clear_pointer (&self->turn_servers, g_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->user_data);
  g_cond_clear (&self->cond);
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
  g_cond_init (&self->cond);
  self->reports = rtc_reports_new ();
  self->incoming = g_ptr_array_new_with_free_func ((GDestroyNotify) rtc_incoming_free);
  self->promises = g_ptr_array_new ();
}
