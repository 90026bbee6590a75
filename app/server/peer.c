/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer.h"

#include "metrics.h"
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

  SrvTokenBucket messages;   /* what is taken */
  SrvTokenBucket transports; /* what is taken of their messages on top of that */
  SrvTokenBucket refusals;   /* what is answered with an error; after that the peer has to go */
  gboolean offended;
  gsize unsent_before; /* the snapshot that is being sent */

  SrvSession *session; /* (nullable) (transfer none) */
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
  self->callbacks->refused (self, id, error, self->user_data);
}

/* What transports allow is for them alone: whoever subscribes and unsubscribes all the time would
 * know no limit otherwise. */
static gboolean
is_within_rate (SrvPeer *self, const NertcMessage *message, gint64 now)
{
  gboolean is_of_transport =
      message && message->method && g_str_has_prefix (message->method->name, "transport.");

  return (is_of_transport && srv_token_bucket_take (&self->transports, now)) ||
         srv_token_bucket_take (&self->messages, now);
}

static void
on_message (SrvWebSocket *socket, const char *text, gsize length, gpointer user_data)
{
  SrvPeer *self = user_data;
  g_autoptr (NertcMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_monotonic_time ();
  gint64 id;

  srv_metrics.messages_received++;
  srv_metrics.cause = now;
  message = nertc_message_decode (text, length, NERTC_SENDER_CLIENT, &id, &error);
  if (!is_within_rate (self, message, now))
    refuse (self, id, now);
  else if (!message)
    self->callbacks->refused (self, id, error, self->user_data);
  else
    self->callbacks->message (self, message, self->user_data);
  srv_metrics.cause = 0;
}

static void
on_too_big (SrvWebSocket *socket, gpointer user_data)
{
  SrvPeer *self = user_data;
  g_autoptr (GError) error =
      g_error_new (NERTC_ERROR, NERTC_ERROR_MESSAGE_TOO_LARGE,
                   "The message is too large; send at most %d bytes", NERTC_MESSAGE_MAX);

  self->callbacks->refused (self, NERTC_NO_ID, error, self->user_data);
}

static void
on_broken (SrvWebSocket *socket, gpointer user_data)
{
  SrvPeer *self = user_data;

  self->callbacks->broken (self, self->user_data);
}

static void
on_arrived (SrvWebSocket *socket, guint64 messages, gpointer user_data)
{
  SrvPeer *self = user_data;

  self->callbacks->arrived (self, messages, self->user_data);
}

static void
on_overflow (SrvWebSocket *socket, gpointer user_data)
{
  srv_metrics.drops[SRV_DROP_SLOW_READER]++;
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
  .broken = on_broken,
  .arrived = on_arrived,
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
  srv_token_bucket_init (&self->transports, 0, 0, now);
  srv_token_bucket_init (&self->refusals, 1, limits->message_rate, now);
  self->socket = srv_web_socket_new (stream, &socket_limits, &socket_callbacks, self);
  return self;
}

/* It must be without a session. */
void
srv_peer_free (SrvPeer *self)
{
  g_assert (!self->session);

  srv_web_socket_free (self->socket);
  g_free (self);
}

/* As for srv_web_socket_poll_with() */
void
srv_peer_poll_with (SrvPeer *self, SrvPollSet *set, int fd, gboolean is_tls)
{
  srv_web_socket_poll_with (self->socket, set, fd, is_tls);
}

/* The session's business: srv_session_attach () and those beside it. */
void
srv_peer_set_session (SrvPeer *self, SrvSession *session)
{
  self->session = session;
}

/* Returns: (nullable): %NULL before the join, and when it has ended or goes on elsewhere */
SrvSession *
srv_peer_get_session (SrvPeer *self)
{
  return self->session;
}

/* What @count transports, of @total at its end, make this peer say comes on top of its rate. */
void
srv_peer_grant_transports (SrvPeer *self, guint count, guint total)
{
  srv_token_bucket_grant (&self->transports, TRANSPORT_MESSAGES * count,
                          TRANSPORT_MESSAGES * total);
}

/* What is sent between these two is the snapshot of a room, or what was missed: much of it is no
 * sign of a slow reader. Two of them, of which none is read, are. */
void
srv_peer_begin_snapshot (SrvPeer *self)
{
  self->unsent_before = srv_web_socket_get_unsent (self->socket);
  srv_web_socket_set_unsent_limit (self->socket, G_MAXSIZE);
}

void
srv_peer_end_snapshot (SrvPeer *self)
{
  gsize unsent = srv_web_socket_get_unsent (self->socket);

  srv_web_socket_set_unsent_limit (
      self->socket,
      self->limits.queue + (unsent > self->unsent_before ? unsent - self->unsent_before : 0));
}

/* Sending */

/* Of no session, as those below. @text: one message */
void
srv_peer_send_text (SrvPeer *self, const char *text)
{
  g_autoptr (SrvFrame) frame = srv_frame_new (SRV_OPCODE_TEXT, text, strlen (text));

  srv_peer_send (self, frame);
}

/* @frame: one message, as a text frame */
void
srv_peer_send (SrvPeer *self, SrvFrame *frame)
{
  srv_web_socket_send (self->socket, frame);
}

/* Of no session: as for srv_peer_send_error () */
void
srv_peer_send_result (SrvPeer *self, gint64 id, JsonObject *result)
{
  g_autofree char *text = nertc_message_encode_result (id, result);

  srv_peer_send_text (self, text);
}

void
srv_peer_send_error (SrvPeer *self, gint64 id, const GError *error)
{
  g_autofree char *text = nertc_message_encode_error (id, error);

  srv_peer_send_text (self, text);
}

/* What was sent so far need not wait for what else this turn brings. */
void
srv_peer_flush (SrvPeer *self)
{
  srv_web_socket_flush (self->socket);
}

/* Returns: how many messages it was sent */
guint64
srv_peer_count_sent (SrvPeer *self)
{
  return srv_web_socket_count_sent (self->socket);
}

/* Returns: the bytes that the network has not taken yet */
gsize
srv_peer_get_unsent (SrvPeer *self)
{
  return srv_web_socket_get_unsent (self->socket);
}

/* Asks how many of them have arrived. */
void
srv_peer_probe (SrvPeer *self)
{
  srv_web_socket_probe (self->socket);
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
