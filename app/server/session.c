/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "session.h"

#include "message-log.h"
#include "metrics.h"
#include "random-id.h"
#include "websocket-frame.h"

#include <string.h>

/* What a session takes beside its log, roughly: no end of quiet ones is bounded, too. */
#define BASE_SIZE 4096

/* An epoch of 22 characters, a number of up to 20, and what is around them */
#define TAIL_MAX 80

struct _SrvSession {
  SrvMember *member;
  SrvPeer *peer; /* (nullable): away */
  SrvSessionLimits limits;
  SrvSessionExpired expired;
  gpointer user_data;

  char *epoch;
  gint64 seq;
  gboolean user_updates;
  guint transports; /* open at its end */

  SrvMessageLog *log;
  guint64 acknowledged; /* of those ever sent */
  guint64 received;
  guint64 log_offset; /* the count of the log less that of the peer */
  GSource *grace;     /* (nullable): while it is away */
  gsize kept_away;    /* its part of limits.away */
  NertcCloseReason ended;
};

SrvSession *
srv_session_new (SrvMember *member, gboolean user_updates, const SrvSessionLimits *limits,
                 SrvSessionExpired expired, gpointer user_data)
{
  SrvSession *self = g_new0 (SrvSession, 1);

  self->member = srv_member_ref (member);
  self->limits = *limits;
  self->expired = expired;
  self->user_data = user_data;
  self->epoch = srv_random_id ();
  self->user_updates = user_updates;
  self->log = srv_message_log_new (limits->log);
  srv_member_set_owner (member, self);
  return self;
}

/* Returns: the bytes that it takes, roughly */
gsize
srv_session_get_size (SrvSession *self)
{
  return BASE_SIZE + srv_message_log_get_size (self->log);
}

/* Returns: whether that much may be kept while it is away */
static gboolean
count_kept (SrvSession *self)
{
  gsize size = self->grace ? srv_session_get_size (self) : 0;

  srv_away_change (self->limits.away, self->kept_away, size);
  self->kept_away = size;
  return !srv_away_is_too_much (self->limits.away, size);
}

static void
clear_grace (SrvSession *self)
{
  if (self->grace)
    g_source_destroy (self->grace);
  g_clear_pointer (&self->grace, g_source_unref);
  count_kept (self);
}

/* Its peer stays connected, and is nobody's. */
static void
let_go (SrvSession *self)
{
  if (self->peer)
    srv_session_abandon_peer (self);
  clear_grace (self);
  srv_member_set_owner (self->member, NULL);
}

void
srv_session_free (SrvSession *self)
{
  if (!self->ended)
    let_go (self);
  srv_member_unref (self->member);
  srv_message_log_free (self->log);
  g_free (self->epoch);
  g_free (self);
}

SrvMember *
srv_session_get_member (SrvSession *self)
{
  return self->member;
}

/* Returns: (nullable): %NULL while it is away */
SrvPeer *
srv_session_get_peer (SrvSession *self)
{
  return self->peer;
}

const char *
srv_session_get_epoch (SrvSession *self)
{
  return self->epoch;
}

gboolean
srv_session_wants_user_updates (SrvSession *self)
{
  return self->user_updates;
}

/* With a connection, and without */

/* @count: how many messages of the session come before the next one that @peer is sent */
static void
attach (SrvSession *self, SrvPeer *peer, guint64 count)
{
  g_assert (!self->peer && !srv_peer_get_session (peer));

  self->peer = peer;
  self->log_offset = count - srv_peer_count_sent (peer);
  srv_peer_set_session (peer, self);
}

/* The session is new, and from here on both ends count. */
void
srv_session_attach (SrvSession *self, SrvPeer *peer)
{
  attach (self, peer, 0);
}

/* Its peer hears nothing more from it. */
void
srv_session_abandon_peer (SrvSession *self)
{
  srv_peer_set_session (self->peer, NULL);
  self->peer = NULL;
}

static gboolean
on_grace_ends (gpointer user_data)
{
  SrvSession *self = user_data;

  self->expired (self, self->user_data);
  return G_SOURCE_REMOVE;
}

/* Not at once: whoever sends goes through the members of a room. */
static void
end_grace_soon (SrvSession *self)
{
  g_source_set_ready_time (self->grace, 0);
}

/* Returns: whether it goes on without its connection; if not it is to be ended */
gboolean
srv_session_detach (SrvSession *self)
{
  g_return_val_if_fail (self->peer != NULL, FALSE);

  if (self->limits.grace_ms == 0)
    return FALSE;
  srv_session_abandon_peer (self);
  self->grace = g_timeout_source_new (self->limits.grace_ms);
  g_source_set_callback (self->grace, on_grace_ends, self, NULL);
  g_source_attach (self->grace, g_main_context_get_thread_default ());
  if (!count_kept (self))
    end_grace_soon (self);
  return TRUE;
}

/* Returns: whether whoever brings @secret and has got @received messages may have it back; of one
 * that has ended: the rest of it, unless that was heard to the end */
gboolean
srv_session_can_resume (SrvSession *self, const char *secret, guint64 received)
{
  return srv_random_id_equal (secret, self->member->secret) &&
         srv_message_log_reaches (self->log, received) &&
         (!self->ended || received < srv_message_log_get_count (self->log));
}

static void
send_again (SrvFrame *frame, gpointer peer)
{
  srv_peer_send (peer, frame);
}

/* All that comes after the first @received messages */
static void
replay (SrvSession *self, SrvPeer *peer, guint64 received)
{
  srv_peer_begin_snapshot (peer);
  srv_message_log_replay (self->log, received, send_again, peer);
  srv_peer_end_snapshot (peer);
}

/* The first @count messages have arrived. */
static void
take_acknowledgement (SrvSession *self, guint64 count)
{
  self->acknowledged = MAX (self->acknowledged, count);
  srv_message_log_trim (self->log, count);
}

/* Takes the place of the peer it has, if that still looks alive, and sends what was missed. */
void
srv_session_resume (SrvSession *self, SrvPeer *peer, guint64 received)
{
  if (self->peer) {
    srv_peer_close (self->peer, NERTC_CLOSE_REASON_REPLACED, "resumed on another connection");
    srv_session_abandon_peer (self);
  }
  clear_grace (self);
  take_acknowledgement (self, received);
  attach (self, peer, received);
  srv_peer_grant_transports (peer, self->transports, self->transports);
  replay (self, peer, received);
}

/* The last word. A peer that left by request stays connected and may join again; any other is told,
 * and closed; for who is away it is kept. @message: (nullable): for people */
void
srv_session_say_closed (SrvSession *self, NertcCloseReason reason, const char *message)
{
  g_autoptr (JsonObject) params = json_object_new ();

  if (reason == NERTC_CLOSE_REASON_LEFT)
    return;
  json_object_set_string_member (params, "reason", nertc_close_reason_to_string (reason));
  if (message)
    json_object_set_string_member (params, "message", message);
  srv_session_send_event (self, "room.closed", params);
  if (self->peer)
    srv_peer_close (self->peer, reason, nertc_close_reason_to_string (reason));
}

/* Nothing is sent in it any more; what was is kept. */
void
srv_session_end (SrvSession *self, NertcCloseReason reason)
{
  let_go (self);
  self->ended = reason;
}

gboolean
srv_session_has_ended (SrvSession *self)
{
  return self->ended != NERTC_CLOSE_REASON_NONE;
}

/* Sends what was missed, the last word with it, and closes. @peer stays without a session. */
void
srv_session_tell_end (SrvSession *self, SrvPeer *peer, guint64 received)
{
  replay (self, peer, received);
  srv_peer_close (peer, self->ended, nertc_close_reason_to_string (self->ended));
}

/* Counting */

void
srv_session_count_received (SrvSession *self)
{
  self->received++;
}

guint64
srv_session_get_received (SrvSession *self)
{
  return self->received;
}

/* The first @messages that its peer was sent have arrived. */
void
srv_session_acknowledge (SrvSession *self, guint64 messages)
{
  guint64 count = messages + self->log_offset;

  /* Those that the peer was sent before it had the session make a number below zero. */
  if (count <= srv_message_log_get_count (self->log))
    take_acknowledgement (self, count);
}

/* Returns: how many of the messages that it was ever sent are known to have arrived */
guint64
srv_session_get_acknowledged (SrvSession *self)
{
  return self->acknowledged;
}

/* Returns: how many messages it was ever sent, whether they have arrived or wait for its return */
guint64
srv_session_count_sent (SrvSession *self)
{
  return srv_message_log_get_count (self->log);
}

/* Asks how many have arrived; the answer comes within a round trip. */
void
srv_session_probe (SrvSession *self)
{
  if (self->peer)
    srv_peer_probe (self->peer);
}

/* Returns: whether it is away, or reads so slowly that what may be left out should be */
gboolean
srv_session_is_behind (SrvSession *self)
{
  return !self->peer || srv_peer_get_unsent (self->peer) > self->limits.log / 8 ||
         srv_message_log_get_size (self->log) > self->limits.log / 4;
}

/* The server asked for what a new transport makes the client say: it comes on top of its rate. */
void
srv_session_add_transports (SrvSession *self, int change)
{
  self->transports = (guint) MAX (0, (int) self->transports + change);
  if (self->peer && change > 0)
    srv_peer_grant_transports (self->peer, change, self->transports);
}

/* Sending */

static void
send_frame (SrvSession *self, SrvFrame *frame)
{
  gboolean kept = srv_message_log_append (self->log, frame);

  if (!kept)
    srv_metrics.drops[SRV_DROP_NOT_KEPT]++;
  if (self->peer) {
    srv_peer_send (self->peer, frame);
    if (srv_message_log_get_size (self->log) > self->limits.log / 8)
      srv_peer_probe (self->peer);
  } else if (self->grace && (!count_kept (self) || !kept)) {
    end_grace_soon (self);
  }
}

static void
send_text (SrvSession *self, const char *text)
{
  g_autoptr (SrvFrame) frame = srv_frame_new (SRV_OPCODE_TEXT, text, strlen (text));

  send_frame (self, frame);
}

void
srv_session_send_result (SrvSession *self, gint64 id, JsonObject *result)
{
  g_autofree char *text = nertc_message_encode_result (id, result);

  send_text (self, text);
}

void
srv_session_send_error (SrvSession *self, gint64 id, const GError *error)
{
  g_autofree char *text = nertc_message_encode_error (id, error);

  send_text (self, text);
}

void
srv_session_send_event (SrvSession *self, const char *method, JsonObject *params)
{
  char *text = nertc_message_encode_notification (method, params);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  srv_session_send_numbered (self, bytes);
}

/* Returns: the length of what makes an event of a notification without its last brackets */
static gsize
write_tail (SrvSession *self, gboolean is_first, char *tail, gsize size)
{
  return (gsize) g_snprintf (tail, size, "%s\"epoch\":\"%s\",\"seq\":%" G_GINT64_FORMAT "}}",
                             is_first ? "" : ",", self->epoch, self->seq + 1);
}

/*
 * srv_session_send_numbered:
 * @text: a notification, the last member of which is an object, params
 *
 * Sends it as an event. What many are told is made a text once, and kept once for all of them: a
 * member could keep the server busy by what takes long to escape.
 */
void
srv_session_send_numbered (SrvSession *self, GBytes *text)
{
  gsize size;
  const char *data = g_bytes_get_data (text, &size);
  gsize length = size - strlen ("}}");
  char tail[TAIL_MAX];
  gsize tail_length = write_tail (self, data[length - 1] == '{', tail, sizeof tail);
  g_autoptr (SrvFrame) frame = NULL;

  /* What came in just small enough can go out larger, when its bytes need escapes. */
  if (length + tail_length > NERTC_MESSAGE_MAX) {
    g_info ("An event for ‘%s’ is larger than a message may be: left out", self->member->uid);
    return;
  }
  self->seq++;
  frame = srv_frame_new_shared (SRV_OPCODE_TEXT, text, length, tail, tail_length);
  send_frame (self, frame);
}
