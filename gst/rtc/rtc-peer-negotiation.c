/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Offer, answer and candidates (RFC 8829), with webrtcbin's promises. */

#include "rtc-peer-private.h"

#include "rtc-extmap.h"
#include "rtc-fingerprint.h"
#include "rtc-level.h"

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

  rtc_candidates_add (&self->local_candidates, candidate->candidate);
  self->callbacks.candidate (self, candidate->sdp_m_line_index, candidate->candidate,
                             self->user_data);
  if (!*candidate->candidate)
    rtc_peer_take_gathered (self);
}

static void
post_candidate (RtcPeer *self, guint sdp_m_line_index, const char *text)
{
  Candidate *candidate = g_new0 (Candidate, 1);

  candidate->sdp_m_line_index = sdp_m_line_index;
  candidate->candidate = g_strdup (text);
  rtc_peer_post (self, take_candidate, candidate, free_candidate);
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

/*
 * Promises. A webrtcbin that is stopped amidst its work loses an inner bin with all its sockets,
 * and forgets its promises, each of which keeps the peer. So the work is waited for.
 */

/* The first of a process makes an RSA key, for which a busy machine takes its time. */
#define PROMISE_TIMEOUT (30 * G_TIME_SPAN_SECOND)

/* Returns: (transfer none): whose @func has to call release_promise() */
static GstPromise *
make_promise (RtcPeer *self, GstPromiseChangeFunc func)
{
  GstPromise *promise =
      gst_promise_new_with_change_func (func, g_object_ref (self), g_object_unref);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->promises, promise);
  g_mutex_unlock (&self->lock);
  return promise;
}

static void
release_promise (RtcPeer *self, GstPromise *promise)
{
  gboolean found;

  g_mutex_lock (&self->lock);
  found = g_ptr_array_remove_fast (self->promises, promise);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  if (found)
    gst_promise_unref (promise);
}

/* On a thread of its own, after rtc_peer_close() and before webrtcbin is stopped. */
void
rtc_peer_await_promises (RtcPeer *self)
{
  gint64 deadline = g_get_monotonic_time () + PROMISE_TIMEOUT;

  g_mutex_lock (&self->lock);
  while (self->promises->len > 0 && g_cond_wait_until (&self->cond, &self->lock, deadline))
    ;
  g_mutex_unlock (&self->lock);
}

/* Afterwards: whatever was not kept */
void
rtc_peer_interrupt_promises (RtcPeer *self)
{
  g_autoptr (GPtrArray) promises = NULL;

  g_mutex_lock (&self->lock);
  promises = g_steal_pointer (&self->promises);
  self->promises = g_ptr_array_new ();
  g_mutex_unlock (&self->lock);
  g_ptr_array_foreach (promises, (GFunc) (void *) gst_promise_interrupt, NULL);
  g_ptr_array_foreach (promises, (GFunc) (void *) gst_promise_unref, NULL);
}

/* Returns: whether the promise was kept and is of use; if not, the peer is closed or has failed. */
static gboolean
check_promise (RtcPeer *self, GstPromise *promise, const char *what)
{
  const GstStructure *reply;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED || g_atomic_int_get (&self->closed))
    return FALSE;
  reply = gst_promise_get_reply (promise);
  if (!reply || !gst_structure_has_field (reply, "error"))
    return TRUE;
  gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  message = g_strdup_printf ("%s failed: %s", what, error ? error->message : "unknown");
  rtc_peer_post_failure (self, RTC_FAILURE_DESCRIPTION, message);
  return FALSE;
}

static void
on_local_description_set (GstPromise *promise, gpointer user_data)
{
  check_promise (user_data, promise, "Setting the local description");
  release_promise (user_data, promise);
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
    rtc_peer_post_failure (self, RTC_FAILURE_DESCRIPTION, "No description could be made");
    return;
  }
  /*
   * Both are done on other threads later, so in this order neither an answer can overtake the local
   * description nor a candidate the posted one.
   */
  set = make_promise (self, on_local_description_set);
  g_signal_emit_by_name (self->webrtc, "set-local-description", description, set);
  rtc_peer_post (self, take_description, gst_webrtc_session_description_copy (description),
                 (GDestroyNotify) gst_webrtc_session_description_free);
  gst_webrtc_session_description_free (description);
}

static void
on_offer_created (GstPromise *promise, gpointer user_data)
{
  if (check_promise (user_data, promise, "Making the offer"))
    use_created_description (user_data, promise, "offer");
  release_promise (user_data, promise);
}

static void
on_answer_created (GstPromise *promise, gpointer user_data)
{
  if (check_promise (user_data, promise, "Making the answer"))
    use_created_description (user_data, promise, "answer");
  release_promise (user_data, promise);
}

static void
on_remote_description_set (GstPromise *promise, gpointer user_data)
{
  RtcPeer *self = user_data;
  GstPromise *answer;

  if (check_promise (self, promise, "Applying the remote description") && !self->is_sender) {
    answer = make_promise (self, on_answer_created);
    g_signal_emit_by_name (self->webrtc, "create-answer", NULL, answer);
  }
  release_promise (self, promise);
}

void
rtc_peer_create_offer (RtcPeer *self)
{
  GstPromise *promise = make_promise (self, on_offer_created);

  g_signal_emit_by_name (self->webrtc, "create-offer", NULL, promise);
}

/* Returns: (transfer full) (nullable): the parser takes anything for SDP, even without a medium */
static GstSDPMessage *
parse_sdp (const char *sdp)
{
  GstSDPMessage *message = NULL;

  if (*sdp && gst_sdp_message_new_from_text (sdp, &message) == GST_SDP_OK &&
      gst_sdp_message_medias_len (message) > 0)
    return message;
  g_clear_pointer (&message, gst_sdp_message_free);
  return NULL;
}

/* Returns: (nullable): the first one of @media */
static const GstSDPMedia *
find_section (const GstSDPMessage *sdp, const char *media)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const GstSDPMedia *section = gst_sdp_message_get_media (sdp, i);

    if (g_str_equal (gst_sdp_media_get_media (section), media))
      return section;
  }
  return NULL;
}

/* RFC 4585, section 4.2: `PT nack`, without a parameter */
static gboolean
has_nack (const GstSDPMedia *section)
{
  const char *feedback;

  for (guint i = 0; (feedback = gst_sdp_media_get_attribute_val_n (section, "rtcp-fb", i)); i++) {
    if (g_str_has_suffix (feedback, " nack"))
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full): of one medium, those that are of use here */
static GstCaps *
collect_extensions_of (const GstSDPMessage *sdp, const char *media)
{
  GstCaps *caps = gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, media, NULL);

  rtc_extmap_set (caps, rtc_extmap_find (sdp, media, RTC_LEVEL_URI));
  rtc_extmap_set (caps, rtc_extmap_find (sdp, media, RTC_TRANSPORT_WIDE_URI));
  return caps;
}

static GstCaps *
collect_extensions (const GstSDPMessage *offer)
{
  GstCaps *caps = collect_extensions_of (offer, "audio");

  gst_caps_append (caps, collect_extensions_of (offer, "video"));
  return caps;
}

static void
look_at_sections (RtcPeer *self, const GstSDPMessage *sdp)
{
  const GstSDPMedia *video = find_section (sdp, "video");

  self->has_video = video != NULL;
  self->asks_again = video && has_nack (video);
  if (!self->is_sender)
    self->extensions = collect_extensions (sdp);
}

/*
 * RFC 8842, section 5.3: who answers chooses who begins the DTLS handshake. webrtcbin would, and
 * often before a media server is ready for it: what comes before the end of its own checks of ICE
 * is lost on that, and sent again after a second (RFC 6347, section 4.2.4.1). So the end that
 * offers begins; webrtcbin as a DTLS server is ready early.
 */
static void
let_the_offerer_begin (GstSDPMessage *offer)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (offer); i++) {
    GstSDPMedia *section = (GstSDPMedia *) gst_sdp_message_get_media (offer, i);

    for (guint j = 0; j < gst_sdp_media_attributes_len (section); j++) {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (section, j);
      GstSDPAttribute active = { 0 };

      if (!g_str_equal (attribute->key, "setup") || g_strcmp0 (attribute->value, "actpass") != 0)
        continue;
      gst_sdp_attribute_set (&active, "setup", "active");
      gst_sdp_media_replace_attribute (section, j, &active); /* takes the texts */
    }
  }
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
  GstSDPMessage *message;
  GstWebRTCSessionDescription *description;
  GstPromise *promise;

  if (self->remote_fingerprints || type != expected || g_atomic_int_get (&self->closed))
    return;
  message = parse_sdp (sdp);
  if (!message) {
    rtc_peer_fail (self, RTC_FAILURE_DESCRIPTION, "The remote description is not SDP with media");
    return;
  }
  self->remote_fingerprints = rtc_fingerprints_from_sdp (message);
  look_at_sections (self, message);
  if (type == GST_WEBRTC_SDP_TYPE_OFFER)
    let_the_offerer_begin (message);
  self->described_at = g_get_monotonic_time ();
  description = gst_webrtc_session_description_new (type, message);
  promise = make_promise (self, on_remote_description_set);
  g_signal_emit_by_name (self->webrtc, "set-remote-description", description, promise);
  gst_webrtc_session_description_free (description);
}

/* @candidate: "" is the end of candidates, of which webrtcbin 1.22 wants to hear nothing */
void
rtc_peer_add_candidate (RtcPeer *self, guint sdp_m_line_index, const char *candidate)
{
  if (!*candidate || g_atomic_int_get (&self->closed))
    return;
  rtc_candidates_add (&self->remote_candidates, candidate);
  g_signal_emit_by_name (self->webrtc, "add-ice-candidate", sdp_m_line_index, candidate);
}

/*
 * An answer of webrtcbin has those header extensions only that the transceiver was told, and asks
 * for packets again (RFC 4585, section 6.2.1; RFC 4588) only if it was told so. Its lock is held:
 * nothing but this may be done here.
 */
static void
on_new_transceiver (GstElement *webrtc, GstWebRTCRTPTransceiver *transceiver, gpointer user_data)
{
  RtcPeer *self = user_data;

  if (self->extensions)
    g_object_set (transceiver, "codec-preferences", self->extensions, "do-nack", self->asks_again,
                  NULL);
}

void
rtc_peer_watch_candidates (RtcPeer *self)
{
  g_signal_connect_object (self->webrtc, "on-new-transceiver", G_CALLBACK (on_new_transceiver),
                           self, 0);
  g_signal_connect_object (self->webrtc, "on-ice-candidate", G_CALLBACK (on_ice_candidate), self,
                           0);
  g_signal_connect_object (self->webrtc, "notify::ice-gathering-state",
                           G_CALLBACK (on_ice_gathering_state), self, 0);
}
