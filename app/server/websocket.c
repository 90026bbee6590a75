/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "websocket.h"
#include "metrics.h"
#include "source.h"

/*
 * One WebSocket at the server's end (RFC 6455), on a stream that has done the HTTP handshake.
 *
 * SoupWebsocketConnection is not used for it, as one client could stop the server (measured with
 * libsoup 3.2.3): it reads as long as there is something to read, so a flood of pings or of
 * fragments holds the main loop; it joins fragments without bound (1 GB in 5 s); and it queues
 * without bound what a peer does not read, and does not tell how much that is. Here a turn of the
 * main loop reads at most READ_MAX bytes, a message has its limit across fragments, pings that
 * come together get one pong, and every unsent byte is counted.
 */

#include <string.h>

#define READ_MAX 8192
#define CLOSE_TIMEOUT_MS 2000

/* Pieces that are written together, of a third as many frames */
#define VECTORS_MAX 192

/* RFC 8446, section 5.1 */
#define RECORD_MAX 16384

/* How many pings are remembered: more than may be unanswered. */
#define PINGS 8

typedef enum {
  STATE_OPEN,
  STATE_CLOSING, /* our close frame is sent or queued */
  STATE_CLOSED,
} State;

struct _SrvWebSocket {
  GIOStream *stream;
  SrvWebSocketLimits limits;
  const SrvWebSocketCallbacks *callbacks;
  gpointer user_data;

  State state;
  gboolean deaf;      /* the peer broke the framing: what else it sends means nothing */
  gboolean overflown; /* the callback was or will be called */
  gboolean close_received;
  SrvCloseCode peer_code;

  GByteArray *incoming; /* (nullable): not yet a whole frame */
  GByteArray *message;  /* (nullable): the fragments so far */

  GQueue outgoing; /* of SrvFrame */
  gsize head_sent; /* bytes of the first one */
  gsize unsent;

  GBytes *pong; /* (nullable): the payload to answer */
  guint32 pings_sent;
  guint32 pings_answered;
  guint unanswered;            /* pings since the last pong, but for probes */
  guint64 pinged_after[PINGS]; /* by the number of the ping: the messages before it */
  guint64 sent;                /* messages */
  guint64 written;             /* those of them that are out */
  guint64 timed;               /* the number of the one whose way out is timed; 0: none is */
  gint64 cause;                /* when what brought it about was read */

  SrvPollWatch *watch;   /* (nullable): of the socket below the stream, or else … */
  GSource *input_source; /* … these two wait for it */
  GSource *output_source;
  gboolean blocked; /* the network takes no more for now */
  gboolean layered; /* more may be there to read than the socket tells of */
  gboolean is_tls;  /* … always */
  gboolean read_on; /* at the end of the turn */

  GSource *close_source;
  GSource *report_source;
};

static GSource *
attach (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_callback (source, callback, user_data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* What ends the peer is reported from the main loop, so that no caller finds itself gone; before
 * anything else happens there. */
static gboolean
on_report (gpointer user_data)
{
  SrvWebSocket *self = user_data;

  srv_source_clear (&self->report_source);
  if (self->state == STATE_CLOSED)
    self->callbacks->closed (self, self->peer_code, self->user_data);
  else
    self->callbacks->overflow (self, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
report (SrvWebSocket *self)
{
  if (self->report_source)
    return;
  self->report_source = attach (g_idle_source_new (), on_report, self);
  g_source_set_priority (self->report_source, G_PRIORITY_HIGH);
}

static void
finish (SrvWebSocket *self)
{
  if (self->state == STATE_CLOSED)
    return;
  self->state = STATE_CLOSED;
  srv_source_clear (&self->input_source);
  srv_source_clear (&self->output_source);
  srv_source_clear (&self->close_source);
  g_clear_pointer (&self->watch, srv_poll_watch_free);
  g_io_stream_close (self->stream, NULL, NULL);
  report (self);
}

/* Output */

/* What is sent in one turn of the main loop goes out together at its end: to hundreds of members,
 * each write costs more than what is written. */

static gboolean on_writable (GObject *stream, gpointer user_data);

static void
enqueue (SrvWebSocket *self, SrvFrame *frame, gint position)
{
  self->unsent += srv_frame_get_size (frame);
  g_queue_push_nth (&self->outgoing, frame, position);
}

static gboolean
is_message (const SrvFrame *frame)
{
  return srv_frame_get_opcode (frame) == SRV_OPCODE_TEXT;
}

/* One message at a time is timed: of those that wait behind each other, the first one. */
static void
begin_timing (SrvWebSocket *self)
{
  if (self->timed)
    return;
  self->timed = self->sent;
  self->cause = srv_metrics_get_cause ();
}

static void
count_written (SrvWebSocket *self)
{
  srv_metrics.messages_sent++;
  if (++self->written != self->timed)
    return;
  srv_metrics_observe_event (self->cause);
  self->timed = 0;
}

/* So many bytes of the queue are out. */
static void
drop_written (SrvWebSocket *self, gsize written)
{
  self->unsent -= written;
  self->head_sent += written;
  srv_metrics.bytes_sent += (guint64) written;
  while (!g_queue_is_empty (&self->outgoing)) {
    SrvFrame *head = g_queue_peek_head (&self->outgoing);
    gsize size = srv_frame_get_size (head);

    if (self->head_sent < size)
      break;
    self->head_sent -= size;
    if (is_message (head))
      count_written (self);
    srv_frame_unref (g_queue_pop_head (&self->outgoing));
  }
}

/* Returns: how many there are */
static guint
fill_vectors (SrvWebSocket *self, GOutputVector *vectors)
{
  gsize offset = self->head_sent;
  guint count = 0;

  for (GList *l = self->outgoing.head; l && count + SRV_FRAME_PARTS <= VECTORS_MAX; l = l->next) {
    SrvFramePart parts[SRV_FRAME_PARTS];
    guint parts_count = srv_frame_get_parts (l->data, offset, parts);

    for (guint i = 0; i < parts_count; i++)
      vectors[count++] = (GOutputVector){ parts[i].data, parts[i].size };
    offset = 0;
  }
  return count;
}

/* Returns: the bytes written, or -1 */
static gssize
write_vectors (SrvWebSocket *self, GPollableOutputStream *output, GError **error)
{
  GOutputVector vectors[VECTORS_MAX];
  guint count = fill_vectors (self, vectors);
  gsize written = 0;
  GPollableReturn result =
      g_pollable_output_stream_writev_nonblocking (output, vectors, count, &written, NULL, error);

  return result == G_POLLABLE_RETURN_OK ? (gssize) written : -1;
}

/* TLS makes a record of each write, and may keep it: so one frame at a time, in one piece. */
static gssize
write_record (SrvWebSocket *self, GPollableOutputStream *output, GError **error)
{
  guint8 record[RECORD_MAX];
  gsize size =
      srv_frame_copy (g_queue_peek_head (&self->outgoing), self->head_sent, record, sizeof record);
  gssize written = g_pollable_output_stream_write_nonblocking (output, record, size, NULL, error);

  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    g_clear_error (error);
  return written;
}

/* Returns: whether the network may take more; an error is no WOULD_BLOCK */
static gboolean
write_some (SrvWebSocket *self, GPollableOutputStream *output, GError **error)
{
  gssize written =
      self->is_tls ? write_record (self, output, error) : write_vectors (self, output, error);

  if (written >= 0)
    drop_written (self, (gsize) written);
  return written >= 0;
}

static void
wait_for_output (SrvWebSocket *self, gboolean wait)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);

  if (wait == self->blocked)
    return;
  self->blocked = wait;
  if (self->watch)
    srv_poll_watch_set_events (self->watch, SRV_POLL_READABLE | (wait ? SRV_POLL_WRITABLE : 0));
  else if (wait)
    self->output_source =
        attach (g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL),
                G_SOURCE_FUNC (on_writable), self);
  else
    srv_source_clear (&self->output_source);
}

static void
write_queue (SrvWebSocket *self)
{
  GPollableOutputStream *output =
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));
  g_autoptr (GError) error = NULL;

  while (!g_queue_is_empty (&self->outgoing) && write_some (self, output, &error))
    ;
  if (error)
    finish (self);
  else if (!g_queue_is_empty (&self->outgoing))
    wait_for_output (self, TRUE);
  else if (self->close_received)
    finish (self);
  else
    wait_for_output (self, FALSE);
}

/* Without waiting for the end of the turn */
static void
write_now (SrvWebSocket *self)
{
  if (self->state != STATE_CLOSED && !self->blocked && !g_queue_is_empty (&self->outgoing))
    write_queue (self);
}

static void
write_soon (SrvWebSocket *self)
{
  if (self->watch && !self->blocked)
    srv_poll_watch_later (self->watch);
  else
    write_now (self);
}

/* RFC 6455, section 5.5.3: of several pings the last one may be the only one that is answered. */
static void
answer_ping (SrvWebSocket *self)
{
  gsize size;
  gconstpointer data;

  if (!self->pong || self->blocked || self->state != STATE_OPEN)
    return;
  data = g_bytes_get_data (self->pong, &size);
  enqueue (self, srv_frame_new (SRV_OPCODE_PONG, data, size), -1);
  g_clear_pointer (&self->pong, g_bytes_unref);
  write_soon (self);
}

static void
handle_writable (SrvWebSocket *self)
{
  write_queue (self);
  answer_ping (self);
}

static gboolean
on_writable (GObject *stream, gpointer user_data)
{
  SrvWebSocket *self = user_data;

  wait_for_output (self, FALSE);
  handle_writable (self);
  return G_SOURCE_REMOVE;
}

static void
send_frame (SrvWebSocket *self, SrvFrame *frame)
{
  enqueue (self, frame, -1);
  write_soon (self);
  if (self->unsent > self->limits.unsent)
    write_now (self);
  if (self->unsent > self->limits.unsent && !self->overflown && self->state == STATE_OPEN) {
    self->overflown = TRUE;
    report (self);
  }
}

static gboolean
on_close_timeout (gpointer user_data)
{
  finish (user_data);
  return G_SOURCE_REMOVE;
}

/* The stream stays open until the peer has closed too: closed with input unread, TCP would reset
 * it, and what we sent last could get lost. */
static void
begin_close (SrvWebSocket *self, gconstpointer payload, gsize length)
{
  self->state = STATE_CLOSING;
  self->close_source = attach (g_timeout_source_new (CLOSE_TIMEOUT_MS), on_close_timeout, self);
  send_frame (self, srv_frame_new (SRV_OPCODE_CLOSE, payload, length));
}

/* Input */

/* The peer does not speak the protocol. */
static void
fail (SrvWebSocket *self, SrvCloseCode code, const char *text)
{
  self->deaf = TRUE;
  if (self->state == STATE_OPEN)
    self->callbacks->broken (self, self->user_data);
  srv_web_socket_close (self, code, text);
}

static void
handle_close (SrvWebSocket *self, const guint8 *payload, gsize length)
{
  SrvCloseCode code = srv_close_code_parse (payload, length);

  if (code == SRV_CLOSE_NONE) {
    fail (self, SRV_CLOSE_PROTOCOL_ERROR, "bad close frame");
    return;
  }
  self->close_received = TRUE;
  self->peer_code = code;
  if (self->state == STATE_OPEN)
    begin_close (self, payload, MIN (length, 2));
  else if (g_queue_is_empty (&self->outgoing))
    finish (self);
}

/* A pong answers its ping and all before it (section 5.5.3); one that was not asked for counts
 * nothing. */
static void
handle_pong (SrvWebSocket *self, const guint8 *payload, gsize length)
{
  guint32 answered;

  if (length != sizeof answered)
    return;
  memcpy (&answered, payload, sizeof answered);
  if (answered == self->pings_answered ||
      answered - self->pings_answered > self->pings_sent - self->pings_answered)
    return;
  self->pings_answered = answered;
  self->unanswered = 0;
  if (self->pings_sent - answered < PINGS)
    self->callbacks->arrived (self, self->pinged_after[answered % PINGS], self->user_data);
}

static void
handle_control (SrvWebSocket *self, SrvOpcode opcode, const guint8 *payload, gsize length)
{
  switch (opcode) {
    case SRV_OPCODE_CLOSE:
      handle_close (self, payload, length);
      break;
    case SRV_OPCODE_PING:
      g_clear_pointer (&self->pong, g_bytes_unref);
      self->pong = g_bytes_new (payload, length);
      break;
    default:
      handle_pong (self, payload, length);
      break;
  }
}

static void
deliver (SrvWebSocket *self, const guint8 *text, gsize length)
{
  self->callbacks->message (self, (const char *) text, length, self->user_data);
}

static void
handle_data (SrvWebSocket *self, const SrvFrameHeader *header, const guint8 *payload)
{
  gboolean first = header->opcode != SRV_OPCODE_CONTINUATION;
  GByteArray *message;

  if (header->opcode == SRV_OPCODE_BINARY) {
    fail (self, SRV_CLOSE_UNSUPPORTED, "only text");
    return;
  }
  if (first == (self->message != NULL)) {
    fail (self, SRV_CLOSE_PROTOCOL_ERROR, "fragments out of order");
    return;
  }
  if (first && header->fin) {
    deliver (self, payload, header->length);
    return;
  }
  if (first)
    self->message = g_byte_array_new ();
  g_byte_array_append (self->message, payload, header->length);
  if (!header->fin)
    return;
  message = g_steal_pointer (&self->message);
  deliver (self, message->data, message->len);
  g_byte_array_unref (message);
}

static void
handle_frame (SrvWebSocket *self, const SrvFrameHeader *header, guint8 *payload)
{
  srv_frame_unmask (header, payload);
  if (header->opcode >= SRV_OPCODE_CLOSE)
    handle_control (self, header->opcode, payload, header->length);
  else if (self->state == STATE_OPEN)
    handle_data (self, header, payload);
}

/* Returns: whether the message that the frame belongs to is within its limit */
static gboolean
check_size (SrvWebSocket *self, const SrvFrameHeader *header)
{
  gsize so_far = self->message ? self->message->len : 0;

  if (header->opcode >= SRV_OPCODE_CLOSE || header->length <= self->limits.message - so_far)
    return TRUE;
  if (self->state == STATE_OPEN)
    self->callbacks->too_big (self, self->user_data);
  fail (self, SRV_CLOSE_TOO_BIG, "message too large");
  return FALSE;
}

/* Returns: the bytes used up, 0 if there is no whole frame */
static gsize
take_frame (SrvWebSocket *self, guint8 *data, gsize size)
{
  SrvFrameHeader header;

  switch (srv_frame_header_parse (&header, data, size)) {
    case SRV_FRAME_INCOMPLETE:
      return 0;
    case SRV_FRAME_INVALID:
      fail (self, SRV_CLOSE_PROTOCOL_ERROR, "bad frame");
      return 0;
    case SRV_FRAME_COMPLETE:
      break;
  }
  if (!check_size (self, &header) || size - header.header_length < header.length)
    return 0;
  handle_frame (self, &header, data + header.header_length);
  return header.header_length + header.length;
}

static void
take_input (SrvWebSocket *self, const guint8 *data, gsize size)
{
  gsize used = 0;

  /* Not kept either: what the peer is to read first may take it a while. */
  if (self->deaf || self->close_received)
    return;
  if (!self->incoming)
    self->incoming = g_byte_array_new ();
  g_byte_array_append (self->incoming, data, size);

  while (!self->deaf && !self->close_received && self->state != STATE_CLOSED) {
    gsize step = take_frame (self, self->incoming->data + used, self->incoming->len - used);

    if (step == 0)
      break;
    used += step;
  }
  /* An idle peer costs no buffer. */
  if (used == self->incoming->len || self->deaf || self->close_received)
    g_clear_pointer (&self->incoming, g_byte_array_unref);
  else
    g_byte_array_remove_range (self->incoming, 0, used);
  answer_ping (self);
}

/* Returns: whether there may be more right now */
static gboolean
read_some (SrvWebSocket *self)
{
  GInputStream *stream = g_io_stream_get_input_stream (self->stream);
  g_autoptr (GError) error = NULL;
  guint8 data[READ_MAX];
  gssize size = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), data,
                                                          sizeof data, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (size <= 0) {
    finish (self);
    return FALSE;
  }
  srv_metrics.bytes_received += (guint64) size;
  take_input (self, data, size);
  return self->state != STATE_CLOSED;
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  SrvWebSocket *self = user_data;

  read_some (self);
  return self->input_source ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Layers above the socket may have read more of it than they gave: TLS a record, HTTP what came
 * right behind the request. */
static void
read_through_layers (SrvWebSocket *self)
{
  gboolean more = read_some (self);

  if (!more && !self->is_tls)
    self->layered = FALSE;
  self->read_on = more && self->layered;
  if (self->read_on)
    srv_poll_watch_later (self->watch);
}

static void
on_poll (SrvPollEvents events, gpointer user_data)
{
  SrvWebSocket *self = user_data;

  if (events & SRV_POLL_WRITABLE && self->blocked)
    handle_writable (self);
  if (self->watch && (events & SRV_POLL_READABLE || self->read_on))
    read_through_layers (self);
  if (events & SRV_POLL_LATER)
    write_now (self);
}

/* Public functions */

/*
 * srv_web_socket_new:
 * @stream: pollable; the 101 response is written
 * @callbacks: static
 *
 * Returns: (transfer full): a WebSocket that works in the thread-default main context
 */
SrvWebSocket *
srv_web_socket_new (GIOStream *stream, const SrvWebSocketLimits *limits,
                    const SrvWebSocketCallbacks *callbacks, gpointer user_data)
{
  SrvWebSocket *self = g_new0 (SrvWebSocket, 1);
  GInputStream *input = g_io_stream_get_input_stream (stream);

  self->stream = g_object_ref (stream);
  self->limits = *limits;
  self->callbacks = callbacks;
  self->user_data = user_data;
  g_queue_init (&self->outgoing);
  self->input_source =
      attach (g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL),
              G_SOURCE_FUNC (on_readable), self);
  return self;
}

/*
 * srv_web_socket_poll_with:
 * @fd: the socket below the stream, which the stream closes
 * @is_tls: whether TLS is between them
 *
 * Right after the beginning: waits by @set, and no longer by sources of the stream.
 */
void
srv_web_socket_poll_with (SrvWebSocket *self, SrvPollSet *set, int fd, gboolean is_tls)
{
  g_return_if_fail (self->state == STATE_OPEN && !self->watch && !self->blocked);

  srv_source_clear (&self->input_source);
  self->watch = srv_poll_watch_new (set, fd, on_poll, self);
  self->is_tls = is_tls;
  self->layered = TRUE;
  self->read_on = TRUE;
  srv_poll_watch_set_events (self->watch, SRV_POLL_READABLE);
  srv_poll_watch_later (self->watch);
}

/* Nothing is called any more. */
void
srv_web_socket_free (SrvWebSocket *self)
{
  write_now (self);
  finish (self);
  srv_source_clear (&self->report_source);
  g_queue_clear_full (&self->outgoing, (GDestroyNotify) srv_frame_unref);
  g_clear_pointer (&self->incoming, g_byte_array_unref);
  g_clear_pointer (&self->message, g_byte_array_unref);
  g_clear_pointer (&self->pong, g_bytes_unref);
  g_object_unref (self->stream);
  g_free (self);
}

/* @frame: (transfer none): one message, as a text frame. Sends nothing once the WebSocket closes.
 */
void
srv_web_socket_send (SrvWebSocket *self, SrvFrame *frame)
{
  self->sent++;
  if (self->state != STATE_OPEN)
    return;
  begin_timing (self);
  send_frame (self, srv_frame_ref (frame));
}

/* Writes what the network takes, without waiting for the end of the turn. */
void
srv_web_socket_flush (SrvWebSocket *self)
{
  write_now (self);
}

/* Returns: how many messages it was given to send */
guint64
srv_web_socket_count_sent (SrvWebSocket *self)
{
  return self->sent;
}

/* A ping goes past the messages that wait: but for the first, of which TLS may have a part already.
 */
static void
send_ping (SrvWebSocket *self)
{
  guint32 number = ++self->pings_sent;
  SrvFrame *head;

  write_now (self);
  head = g_queue_peek_head (&self->outgoing);
  self->pinged_after[number % PINGS] = self->written + (head && is_message (head));
  enqueue (self, srv_frame_new (SRV_OPCODE_PING, &number, sizeof number), head ? 1 : 0);
  write_soon (self);
}

/* Sends a ping. Returns: how many were sent since the last pong, this one included */
guint
srv_web_socket_ping (SrvWebSocket *self)
{
  if (self->state != STATE_OPEN)
    return 0;
  send_ping (self);
  return ++self->unanswered;
}

/* Asks what has arrived, unless it is asked already; whether the peer lives is no matter of it. */
void
srv_web_socket_probe (SrvWebSocket *self)
{
  if (self->state == STATE_OPEN && self->pings_sent == self->pings_answered)
    send_ping (self);
}

/* Closes once everything is written, or when the peer takes too long. @text: up to 123 bytes */
void
srv_web_socket_close (SrvWebSocket *self, SrvCloseCode code, const char *text)
{
  guint8 payload[SRV_CONTROL_MAX];
  gsize length = MIN (strlen (text), sizeof payload - 2);

  if (self->state != STATE_OPEN)
    return;
  payload[0] = (guint8) (code >> 8);
  payload[1] = (guint8) code;
  memcpy (payload + 2, text, length);
  begin_close (self, payload, length + 2);
}

/* Ends the connection at once, as a lost network would. */
void
srv_web_socket_abort (SrvWebSocket *self)
{
  write_now (self);
  finish (self);
}

/* Returns: the bytes that the network has not taken, though it was asked to */
gsize
srv_web_socket_get_unsent (SrvWebSocket *self)
{
  write_now (self);
  return self->unsent;
}

void
srv_web_socket_set_unsent_limit (SrvWebSocket *self, gsize limit)
{
  self->limits.unsent = limit;
}
