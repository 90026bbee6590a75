/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer.h"

#include "random-id.h"
#include "token-bucket.h"
#include "websocket.h"

#include <string.h>

/* Pings that may be unanswered when the next one is due. */
#define UNANSWERED_MAX 2

/* Messages beyond the burst that a peer may send for a transport that was opened at its end: a
 * description, its candidates, and that it plays. */
#define TRANSPORT_MESSAGES 16

struct _SrvPeer {
  SrvWebSocket *socket;
  SrvPeerLimits limits;
  const SrvPeerCallbacks *callbacks;
  gpointer user_data;

  SrvTokenBucket messages; /* what is taken */
  SrvTokenBucket refusals; /* what is answered with an error; after that the peer has to go */
  gboolean offended;

  SrvMember *member; /* (nullable): its session */
  char *epoch;
  gint64 seq;
  gboolean user_updates;
  guint transports; /* open at its end */
};

static void
offend (SrvPeer *self, NertcCloseReason reason)
{
  if (self->offended)
    return;
  self->offended = TRUE;
  self->callbacks->offence (self, reason, self->user_data);
}

static void
refuse (SrvPeer *self, gint64 id, gint64 now)
{
  g_autoptr (GError) error = NULL;

  if (!srv_token_bucket_take (&self->refusals, now)) {
    offend (self, NERTC_CLOSE_REASON_RATE);
    return;
  }
  g_set_error (&error, NERTC_ERROR, NERTC_ERROR_RATE_EXCEEDED,
               "Too many messages; send at most %u in a second", self->limits.message_rate);
  srv_peer_send_error (self, id, error);
}

static void
on_message (SrvWebSocket *socket, const char *text, gsize length, gpointer user_data)
{
  SrvPeer *self = user_data;
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_monotonic_time ();
  gint64 id;

  message = nertc_message_decode (text, length, NERTC_SENDER_CLIENT, &id, &error);
  if (!srv_token_bucket_take (&self->messages, now))
    refuse (self, id, now);
  else if (!message)
    srv_peer_send_error (self, id, error);
  else if (message->method)
    self->callbacks->message (self, message, self->user_data);
  /* A response to nothing: the server asks no questions. */
}

static void
on_too_big (SrvWebSocket *socket, gpointer user_data)
{
  g_autoptr (GError) error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_MESSAGE_TOO_LARGE,
                   "The message is too large; send at most %d bytes", NERTC_MESSAGE_MAX);

  srv_peer_send_error (user_data, NERTC_NO_ID, error);
}

static void
on_overflow (SrvWebSocket *socket, gpointer user_data)
{
  offend (user_data, NERTC_CLOSE_REASON_SLOW_READER);
}

/* What was closed on purpose is a leave: that an empty close frame is one as well is for browsers,
 * whose close () sends it. Everything else is a loss. */
static NertcCloseReason
reason_of (SrvCloseCode code)
{
  switch (code) {
    case SRV_CLOSE_NORMAL:
    case SRV_CLOSE_GOING_AWAY:
    case SRV_CLOSE_NO_STATUS:
      return NERTC_CLOSE_REASON_LEFT;
    default:
      return NERTC_CLOSE_REASON_TIMEOUT;
  }
}

static void
on_closed (SrvWebSocket *socket, SrvCloseCode code, gpointer user_data)
{
  SrvPeer *self = user_data;

  self->callbacks->gone (self, reason_of (code), self->user_data);
}

static const SrvWebSocketCallbacks socket_callbacks = {
  .message = on_message,
  .too_big = on_too_big,
  .overflow = on_overflow,
  .closed = on_closed,
};

SrvPeer *
srv_peer_new (GIOStream *stream, const SrvPeerLimits *limits, const SrvPeerCallbacks *callbacks,
              gpointer user_data)
{
  SrvPeer *self = g_new0 (SrvPeer, 1);
  SrvWebSocketLimits socket_limits = { .message = NERTC_MESSAGE_MAX, .unsent = limits->queue };
  gint64 now = g_get_monotonic_time ();

  self->limits = *limits;
  self->callbacks = callbacks;
  self->user_data = user_data;
  srv_token_bucket_init (&self->messages, limits->message_rate, limits->message_burst, now);
  srv_token_bucket_init (&self->refusals, 1, limits->message_rate, now);
  self->socket = srv_web_socket_new (stream, &socket_limits, &socket_callbacks, self);
  return self;
}

/* A session must have ended. */
void
srv_peer_free (SrvPeer *self)
{
  g_assert (!self->member);

  srv_web_socket_free (self->socket);
  g_free (self->epoch);
  g_free (self);
}

/* Sessions */

void
srv_peer_begin_session (SrvPeer *self, SrvMember *member, gboolean user_updates)
{
  g_assert (!self->member);

  self->member = srv_member_ref (member);
  srv_member_set_owner (member, self);
  g_free (self->epoch);
  self->epoch = srv_random_id ();
  self->seq = 0;
  self->user_updates = user_updates;
}

static void
send_room_closed (SrvPeer *self, NertcCloseReason reason)
{
  g_autoptr (JsonObject) params = json_object_new ();

  json_object_set_string_member (params, "reason", nertc_close_reason_to_string (reason));
  srv_peer_send_event (self, "room.closed", params);
}

/* A peer that left by request stays connected and may join again; any other is told, and closed. */
void
srv_peer_end_session (SrvPeer *self, NertcCloseReason reason)
{
  if (!self->member)
    return;
  if (reason != NERTC_CLOSE_REASON_LEFT) {
    send_room_closed (self, reason);
    srv_peer_close (self, reason, nertc_close_reason_to_string (reason));
  }
  srv_member_set_owner (self->member, NULL);
  g_clear_pointer (&self->member, srv_member_unref);
  self->transports = 0;
}

/* Returns: (nullable): %NULL without a session */
SrvMember *
srv_peer_get_member (SrvPeer *self)
{
  return self->member;
}

const char *
srv_peer_get_epoch (SrvPeer *self)
{
  return self->epoch;
}

gboolean
srv_peer_wants_user_updates (SrvPeer *self)
{
  return self->user_updates;
}

/* The server asked for what a new transport makes this peer say: it comes on top of its rate. */
void
srv_peer_add_transports (SrvPeer *self, int change)
{
  self->transports = (guint) MAX (0, (int) self->transports + change);
  if (change > 0)
    srv_token_bucket_grant (&self->messages, TRANSPORT_MESSAGES,
                            self->limits.message_burst + TRANSPORT_MESSAGES * self->transports);
}

/* What is sent between these two is the snapshot of a room: a big one is no sign of a slow reader.
 */
void
srv_peer_begin_snapshot (SrvPeer *self)
{
  srv_web_socket_set_unsent_limit (self->socket, G_MAXSIZE);
}

void
srv_peer_end_snapshot (SrvPeer *self)
{
  srv_web_socket_set_unsent_limit (self->socket,
                                   self->limits.queue + srv_web_socket_get_unsent (self->socket));
}

/* Sending */

void
srv_peer_send_result (SrvPeer *self, gint64 id, JsonObject *result)
{
  g_autofree char *text = nertc_message_encode_result (id, result);

  srv_web_socket_send (self->socket, text);
}

void
srv_peer_send_error (SrvPeer *self, gint64 id, const GError *error)
{
  g_autofree char *text = nertc_message_encode_error (id, error);

  srv_web_socket_send (self->socket, text);
}

/* @params: gets the epoch and the sequence number */
void
srv_peer_send_event (SrvPeer *self, const char *method, JsonObject *params)
{
  g_autofree char *text = NULL;

  if (!self->member)
    return;
  json_object_set_string_member (params, "epoch", self->epoch);
  json_object_set_int_member (params, "seq", self->seq + 1);
  text = nertc_message_encode_notification (method, params);
  /* What came in just small enough can go out larger, when its bytes need escapes. */
  if (strlen (text) > NERTC_MESSAGE_MAX) {
    g_info ("%s to ‘%s’ is larger than a message may be: left out", method, self->member->uid);
    return;
  }
  self->seq++;
  srv_web_socket_send (self->socket, text);
}

/* Keeping it alive, ending it */

/* To be called once per ping interval. */
void
srv_peer_check_alive (SrvPeer *self)
{
  if (srv_web_socket_ping (self->socket) > UNANSWERED_MAX)
    srv_web_socket_abort (self->socket);
}

/* RFC 6455, section 7.4.1: 1001 is "a server going down", 1008 a policy. */
void
srv_peer_close (SrvPeer *self, NertcCloseReason reason, const char *text)
{
  srv_web_socket_close (
      self->socket, reason == NERTC_CLOSE_REASON_SHUTDOWN ? SRV_CLOSE_GOING_AWAY : SRV_CLOSE_POLICY,
      text);
}

/* Cuts the connection, as a lost network would. */
void
srv_peer_abort (SrvPeer *self)
{
  srv_web_socket_abort (self->socket);
}
