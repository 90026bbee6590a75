/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether there is a path to the other end: found in time, lost, and there again. */

#include "rtc-peer-private.h"

GST_DEBUG_CATEGORY_EXTERN (rtc_debug);
#define GST_CAT_DEFAULT rtc_debug

/* No connection by then: the path has failed. */
#define CONNECT_TIMEOUT (10 * G_TIME_SPAN_SECOND)
#define CHECK_INTERVAL (500 * G_TIME_SPAN_MILLISECOND)
/* Who was not run for so long cannot tell how long nothing came. */
#define FREEZE_MIN (1 * G_TIME_SPAN_SECOND)

/* Finding one */

static gboolean
has_path (RtcPeer *self)
{
  GstWebRTCICEConnectionState state;

  g_object_get (self->webrtc, "ice-connection-state", &state, NULL);
  return state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED ||
         state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED;
}

/* Returns: (transfer full): what there was to try */
static char *
describe_attempt (RtcPeer *self)
{
  g_autofree char *local = rtc_candidates_describe (&self->local_candidates);
  g_autofree char *remote = rtc_candidates_describe (&self->remote_candidates);
  g_autoptr (GEnumClass) states = g_type_class_ref (GST_TYPE_WEBRTC_ICE_CONNECTION_STATE);
  GstWebRTCICEConnectionState state;

  g_object_get (self->webrtc, "ice-connection-state", &state, NULL);
  return g_strdup_printf ("ICE is “%s”, with %s of this end and %s of the other; ICE servers: %s",
                          g_enum_get_value (states, state)->value_nick, local, remote,
                          self->ice_servers ? self->ice_servers : "none");
}

static const char *
get_advice (RtcPeer *self)
{
  if (!self->remote_fingerprints)
    return "The other end has sent no description: is it running";
  if (rtc_candidates_count (&self->local_candidates) == 0)
    return "Is the network up, “port-range” wide enough, and is there a TURN server if only relays "
           "are allowed";
  return "Is a firewall between the two? A TURN server (nertc-server --turn) leads around it";
}

/* RFC 8656, section 3: an allocation gives the relayed address, which ICE tells as a candidate. */
static gboolean
lacks_relay (RtcPeer *self)
{
  return self->turn_servers && self->local_candidates.counts[RTC_CANDIDATE_RELAY] == 0;
}

static void
give_up (RtcPeer *self, const char *when)
{
  g_autofree char *attempt = describe_attempt (self);
  g_autofree char *message = NULL;

  if (has_path (self)) {
    message = g_strdup_printf ("There is a path to the peer, but the DTLS handshake on it %s; %s",
                               when, attempt);
    rtc_peer_fail (self, RTC_FAILURE_DTLS, message);
  } else if (lacks_relay (self)) {
    message = g_strdup_printf (
        "No TURN server has given an address: %s; it does not answer, or it refuses name and "
        "password. See whether it runs, can be reached from here, and has the secret that the room "
        "server has. Finding a path to the peer without it %s; %s",
        self->turn_servers, when, attempt);
    rtc_peer_fail (self, RTC_FAILURE_TURN, message);
  } else {
    message =
        g_strdup_printf ("Finding a path to the peer %s; %s. %s", when, attempt, get_advice (self));
    rtc_peer_fail (self, RTC_FAILURE_ICE, message);
  }
}

/* Returns: whether there is still time */
static gboolean
check_attempt (RtcPeer *self, gint64 now)
{
  if (now - self->started_at >= CONNECT_TIMEOUT) {
    give_up (self, "did not succeed within 10 s");
    return FALSE;
  }
  if (self->patience > 0 && self->described_at > 0 && now - self->described_at >= self->patience &&
      !has_path (self)) {
    give_up (self, "takes too long to wait for beside a lost one");
    return FALSE;
  }
  return TRUE;
}

/* @patience: how long the ends, once described, may look for a path, in ms; 0: for 10 s */
void
rtc_peer_set_patience (RtcPeer *self, guint patience)
{
  self->patience = patience * G_TIME_SPAN_MILLISECOND;
}

/* Losing it */

static void
lose (RtcPeer *self, RtcFailure failure, const char *message)
{
  if (!g_atomic_int_compare_and_exchange (&self->lost, FALSE, TRUE))
    return;
  rtc_peer_fail (self, failure, message);
}

/* Returns: when something arrived, or would have if this process had been run; 0: never */
static gint64
get_heard_at (RtcPeer *self)
{
  gint64 last_arrival = rtc_silence_get_last_arrival (&self->silence);

  return last_arrival == 0 ? 0 : MAX (last_arrival, self->heard_at);
}

static void
note_sending (RtcPeer *self, gint64 now)
{
  guint n_sent = 0;

  for (guint i = 0; i < RTC_N_MEDIA; i++)
    n_sent += self->outgoing[i] ? rtc_outgoing_count (self->outgoing[i]) : 0;
  if (n_sent == self->n_sent)
    self->sends_since = 0;
  else if (self->sends_since == 0)
    self->sends_since = now;
  self->n_sent = n_sent;
}

/*
 * RTCP begins with the first packet of media only, and of a media server in both directions: there
 * is nothing to hear before something is sent. Who receives cannot tell whether anything is.
 */
static void
check_silence (RtcPeer *self, gint64 now)
{
  gint64 last_arrival = get_heard_at (self);
  gint64 due_since = last_arrival == 0 ? self->sends_since : last_arrival;
  gint64 timeout = rtc_silence_get_timeout (&self->silence, self->has_video);
  g_autofree char *message = NULL;

  if (due_since == 0 || now - due_since < timeout)
    return;
  message = g_strdup_printf ("Nothing arrived from the peer for %" G_GINT64_FORMAT " s",
                             timeout / G_TIME_SPAN_SECOND);
  lose (self, RTC_FAILURE_SILENCE, message);
}

static void
take_recovered (RtcPeer *self, gpointer unused)
{
  GST_INFO_OBJECT (self, "the path is there again");
  if (self->callbacks.recovered)
    self->callbacks.recovered (self, self->user_data);
}

/* Of RTP or RTCP; @is_report: it is a sender's or a receiver's report. On a streaming thread. */
void
rtc_peer_note_arrival (RtcPeer *self, gboolean is_report)
{
  rtc_silence_note (&self->silence, g_get_monotonic_time (), is_report);
  if (g_atomic_int_get (&self->lost) &&
      g_atomic_int_compare_and_exchange (&self->lost, TRUE, FALSE))
    rtc_peer_post (self, take_recovered, NULL, NULL);
}

/* Returns: whether it was connected, and has not recovered yet */
gboolean
rtc_peer_is_lost (RtcPeer *self)
{
  return g_atomic_int_get (&self->lost);
}

/* What webrtcbin says, on the context. It looks no more for what it found once and lost. */
void
rtc_peer_take_connection_failed (RtcPeer *self, gpointer unused)
{
  if (self->connected)
    lose (self, RTC_FAILURE_ICE, "ICE has lost the path to the peer");
  else if (self->watch)
    give_up (self, "failed");
  if (!self->connected)
    rtc_peer_stop_watch (self);
}

/* All candidates of this end are there. Without any there is nothing to wait for. */
void
rtc_peer_take_gathered (RtcPeer *self)
{
  if (!self->relay_only || !self->watch || rtc_candidates_count (&self->local_candidates) > 0)
    return;
  rtc_peer_stop_watch (self);
  give_up (self, "cannot begin");
}

/* Looking after it */

/* A process that was stopped, or a machine that slept, has got nothing meanwhile. */
static void
forgive_freeze (RtcPeer *self, gint64 now)
{
  gint64 frozen = now - self->last_check - CHECK_INTERVAL;

  self->last_check = now;
  if (frozen < FREEZE_MIN)
    return;
  GST_INFO_OBJECT (self, "this process was not run for %" G_GINT64_FORMAT " ms", frozen / 1000);
  self->heard_at = get_heard_at (self) + frozen;
  if (self->sends_since > 0)
    self->sends_since += frozen;
  self->started_at += frozen;
  if (self->described_at > 0)
    self->described_at += frozen;
}

static gboolean
on_check (gpointer user_data)
{
  RtcPeer *self = user_data;
  gint64 now = g_get_monotonic_time ();

  forgive_freeze (self, now);
  note_sending (self, now);
  if (self->connected)
    check_silence (self, now);
  else
    return check_attempt (self, now) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
  return G_SOURCE_CONTINUE;
}

void
rtc_peer_start_watch (RtcPeer *self)
{
  self->started_at = self->last_check = g_get_monotonic_time ();
  self->watch = g_timeout_source_new (CHECK_INTERVAL / G_TIME_SPAN_MILLISECOND);
  g_source_set_callback (self->watch, on_check, self, NULL);
  g_source_attach (self->watch, self->context);
}

void
rtc_peer_stop_watch (RtcPeer *self)
{
  if (self->watch)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
}
