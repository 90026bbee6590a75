/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstnertctransport.h"

struct _GstNertcTransport {
  GObject parent_instance;

  NertcTransport *signalling;
  RtcPeer *peer;
  GstNertcTransportCallbacks callbacks;
  GObject *owner; /* kept by the peer */
  gboolean closed;
  char *problem;       /* (nullable): the last one that was reported */
  const char *failure; /* (nullable): what kind of one, if it was at this end */
};

G_DEFINE_TYPE (GstNertcTransport, gst_nertc_transport, G_TYPE_OBJECT)

static const NertcFailure failures[] = {
  [RTC_FAILURE_ICE] = NERTC_FAILURE_ICE,
  [RTC_FAILURE_DTLS] = NERTC_FAILURE_DTLS,
  [RTC_FAILURE_CERTIFICATE] = NERTC_FAILURE_CERTIFICATE,
  [RTC_FAILURE_DESCRIPTION] = NERTC_FAILURE_DESCRIPTION,
  [RTC_FAILURE_SILENCE] = NERTC_FAILURE_SILENCE,
  [RTC_FAILURE_MEDIA] = NERTC_FAILURE_MEDIA,
  [RTC_FAILURE_CODEC] = NERTC_FAILURE_CODEC,
  [RTC_FAILURE_TURN] = NERTC_FAILURE_TURN,
};

/* From the peer to the room */

static void
on_peer_description (RtcPeer *peer, GstWebRTCSDPType type, const char *sdp, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  nertc_transport_send_description (self->signalling,
                                    type == GST_WEBRTC_SDP_TYPE_OFFER
                                        ? NERTC_DESCRIPTION_TYPE_OFFER
                                        : NERTC_DESCRIPTION_TYPE_ANSWER,
                                    sdp);
}

static void
on_peer_candidate (RtcPeer *peer, guint sdp_m_line_index, const char *candidate, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  nertc_transport_send_candidate (self->signalling, sdp_m_line_index, candidate);
}

static void
on_peer_connected (RtcPeer *peer, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  if (!self->closed && self->callbacks.connected)
    self->callbacks.connected (self, self->owner);
}

static void
end (GstNertcTransport *self)
{
  G_GNUC_UNUSED g_autoptr (GstNertcTransport) alive = g_object_ref (self);

  if (self->closed)
    return;
  self->callbacks.ended (self, self->owner);
  gst_nertc_transport_close (self);
}

/* A path that was there may be there again, sooner than a new one is found. */
static gboolean
may_recover (RtcPeer *peer, RtcFailure failure)
{
  return rtc_peer_is_connected (peer) &&
         (failure == RTC_FAILURE_SILENCE || failure == RTC_FAILURE_ICE);
}

static const char *
get_nick (NertcFailure failure)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (NERTC_TYPE_FAILURE);

  return g_enum_get_value (klass, (int) failure)->value_nick;
}

static void
on_peer_failed (RtcPeer *peer, RtcFailure failure, const char *message, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  g_free (self->problem);
  self->problem = g_strdup (message);
  self->failure = get_nick (failures[failure]);
  nertc_transport_report_failed (self->signalling, failures[failure], message);
  if (!may_recover (peer, failure))
    end (self);
  else if (!self->closed && self->callbacks.lost)
    self->callbacks.lost (self, self->owner);
}

static void
on_peer_recovered (RtcPeer *peer, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  if (nertc_transport_get_role (self->signalling) == NERTC_ROLE_SENDER)
    nertc_transport_report_recovered (self->signalling);
  if (!self->closed && self->callbacks.recovered)
    self->callbacks.recovered (self, self->owner);
}

static void
on_peer_key_frame_requested (RtcPeer *peer, RtcMedia media, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  if (!self->closed)
    self->callbacks.key_frame_requested (self, media, self->owner);
}

static void
on_peer_received (RtcPeer *peer, RtcMedia media, GstSample *sample, gpointer user_data)
{
  GstNertcTransport *self = user_data;

  self->callbacks.received (self, media, sample, self->owner);
}

static const RtcPeerCallbacks peer_callbacks = {
  .description = on_peer_description,
  .candidate = on_peer_candidate,
  .connected = on_peer_connected,
  .failed = on_peer_failed,
  .recovered = on_peer_recovered,
  .key_frame_requested = on_peer_key_frame_requested,
  .received = on_peer_received,
};

/* From the room to the peer */

static void
on_description (NertcTransport *signalling, NertcDescriptionType type, const char *sdp,
                GstNertcTransport *self)
{
  rtc_peer_set_remote_description (
      self->peer,
      type == NERTC_DESCRIPTION_TYPE_OFFER ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER,
      sdp);
}

static void
on_candidate (NertcTransport *signalling, guint sdp_m_line_index, const char *candidate,
              GstNertcTransport *self)
{
  rtc_peer_add_candidate (self->peer, sdp_m_line_index, candidate);
}

static void
on_wanted (NertcTransport *signalling, GParamSpec *pspec, GstNertcTransport *self)
{
  if (self->callbacks.wanted_changed)
    self->callbacks.wanted_changed (self, self->owner);
}

static void
on_closed (NertcTransport *signalling, NertcCloseReason reason, GstNertcTransport *self)
{
  if (reason == NERTC_CLOSE_REASON_FAILED && !self->problem)
    self->problem = g_strdup ("The other end of the connection reports that it has failed.");
  end (self);
}

static void
connect_signalling (GstNertcTransport *self)
{
  g_signal_connect_object (self->signalling, "description", G_CALLBACK (on_description), self, 0);
  g_signal_connect_object (self->signalling, "candidate", G_CALLBACK (on_candidate), self, 0);
  g_signal_connect_object (self->signalling, "notify::wanted", G_CALLBACK (on_wanted), self, 0);
  g_signal_connect_object (self->signalling, "closed", G_CALLBACK (on_closed), self, 0);
}

/*
 * gst_nertc_transport_new:
 * @config: what to send; its ICE servers are set here
 * @owner: gets the callbacks; kept until all of the connection is gone
 *
 * Returns: (transfer full): a transport to be started, or %NULL and an error
 */
GstNertcTransport *
gst_nertc_transport_new (NertcTransport *signalling, RtcPeerConfig *config,
                         const GstNertcTransportCallbacks *callbacks, GObject *owner,
                         GError **error)
{
  g_autoptr (GstNertcTransport) self = g_object_new (GST_TYPE_NERTC_TRANSPORT, NULL);

  self->signalling = g_object_ref (signalling);
  self->callbacks = *callbacks;
  self->owner = owner;
  config->ice_servers = nertc_transport_get_ice_servers (signalling);
  self->peer = rtc_peer_new (config, &peer_callbacks, G_OBJECT (g_object_ref (self)), error);
  if (!self->peer)
    return NULL;
  rtc_peer_keep (self->peer, owner);
  connect_signalling (self);
  return g_steal_pointer (&self);
}

void
gst_nertc_transport_start (GstNertcTransport *self)
{
  rtc_peer_start (self->peer);
}

/* No callback comes any more, but for one that is just finishing on a streaming thread. */
void
gst_nertc_transport_close (GstNertcTransport *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_signal_handlers_disconnect_by_data (self->signalling, self);
  rtc_peer_close (self->peer);
}

/* Returns: (nullable): what was last wrong with it, in words */
const char *
gst_nertc_transport_get_problem (GstNertcTransport *self)
{
  return self->problem;
}

/* Returns: (nullable): the nick of the #NertcFailure that was, at this end */
const char *
gst_nertc_transport_get_failure (GstNertcTransport *self)
{
  return self->failure;
}

NertcTransport *
gst_nertc_transport_get_signalling (GstNertcTransport *self)
{
  return self->signalling;
}

RtcPeer *
gst_nertc_transport_get_peer (GstNertcTransport *self)
{
  return self->peer;
}

static void
gst_nertc_transport_finalize (GObject *object)
{
  GstNertcTransport *self = GST_NERTC_TRANSPORT (object);

  g_clear_object (&self->peer);
  g_clear_object (&self->signalling);
  g_clear_pointer (&self->problem, g_free);
  G_OBJECT_CLASS (gst_nertc_transport_parent_class)->finalize (object);
}

static void
gst_nertc_transport_class_init (GstNertcTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_nertc_transport_finalize;
}

static void
gst_nertc_transport_init (GstNertcTransport *self)
{
}
