/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-socket.h"

#include "nertc-load-frame.h"
#include "nertc-message.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Several of the largest messages at once */
#define BUFFER_SIZE (512 * 1024)
#define EVENTS_MAX 512
#define RESPONSE_MAX 8192
#define CLOSE_NORMAL 1000
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* section 1.3 */

struct _LoadPoller {
  const LoadTarget *target;
  const LoadSocketCallbacks *callbacks;
  int epoll;
  guint8 *buffer;
};

/* What epoll waits for follows from the state. */
static void
watch (LoadSocket *self)
{
  guint32 wanted = self->output && self->output->len ? EPOLLIN | EPOLLOUT : EPOLLIN;
  struct epoll_event event = { .data.ptr = self };

  if (self->state == LOAD_SOCKET_CONNECTING)
    wanted = load_stream_wants_write (&self->stream) ? EPOLLOUT : EPOLLIN;
  if (wanted == self->watched)
    return;
  event.events = wanted;
  epoll_ctl (self->poller->epoll, self->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
             load_stream_get_fd (&self->stream), &event);
  self->watched = wanted;
}

static void
drop (LoadSocket *self)
{
  load_stream_close (&self->stream);
  g_clear_pointer (&self->accept, g_free);
  g_clear_pointer (&self->input, g_byte_array_unref);
  g_clear_pointer (&self->message, g_byte_array_unref);
  g_clear_pointer (&self->output, g_byte_array_unref);
  self->watched = 0;
  self->state = LOAD_SOCKET_CLOSED;
}

/* @why: (nullable) */
static void
end (LoadSocket *self, guint code, const char *why)
{
  if (self->state == LOAD_SOCKET_CLOSED)
    return;
  drop (self);
  self->poller->callbacks->closed (self, code, why);
}

static void
end_by_errno (LoadSocket *self, gssize result)
{
  const char *problem = self->stream.problem;

  if (result == 0)
    end (self, 0,
         self->state == LOAD_SOCKET_CLOSING ? NULL : "the connection was closed by the server");
  else
    end (self, 0, problem ? problem : g_strerror ((int) -result));
}

/* Output */

static void
flush (LoadSocket *self)
{
  while (self->output && self->output->len > 0) {
    gssize written = load_stream_write (&self->stream, self->output->data, self->output->len);

    if (written == -EAGAIN)
      break;
    if (written < 0) {
      end_by_errno (self, written);
      return;
    }
    g_byte_array_remove_range (self->output, 0, (guint) written);
  }
  if (self->output && self->output->len == 0)
    g_clear_pointer (&self->output, g_byte_array_unref);
  watch (self);
}

/* What fails here is told when it is read. */
static void
put (LoadSocket *self, const void *data, gsize length)
{
  gssize written = self->output ? -EAGAIN : load_stream_write (&self->stream, data, length);

  if (written == (gssize) length)
    return;
  if (!self->output)
    self->output = g_byte_array_new ();
  written = MAX (written, 0);
  g_byte_array_append (self->output, (const guint8 *) data + written, (guint) (length - written));
  watch (self);
}

static void
send_frame (LoadSocket *self, LoadOpcode opcode, const void *payload, gsize length)
{
  guint8 small[2048];
  g_autofree guint8 *large = NULL;
  guint8 *frame = small;

  if (length + LOAD_FRAME_HEADER_MAX > sizeof small)
    frame = large = g_malloc (length + LOAD_FRAME_HEADER_MAX);
  put (self, frame, load_frame_write (frame, opcode, g_random_int (), payload, length));
}

/* The handshake, section 4.1 */

static void
send_request (LoadSocket *self)
{
  const LoadTarget *target = self->poller->target;
  guint32 nonce[4] = { g_random_int (), g_random_int (), g_random_int (), g_random_int () };
  g_autofree char *key = g_base64_encode ((const guchar *) nonce, sizeof nonce);
  g_autofree char *proof = g_strconcat (key, GUID, NULL);
  g_autofree char *request = g_strdup_printf (
      "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Protocol: " NERTC_SUBPROTOCOL "\r\n\r\n",
      target->path, target->authority, key);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (sum, (const guchar *) proof, -1);
  g_checksum_get_digest (sum, digest, &length);
  self->accept = g_base64_encode (digest, length);
  self->state = LOAD_SOCKET_UPGRADING;
  put (self, request, strlen (request));
  watch (self);
}

static void
continue_connecting (LoadSocket *self)
{
  gssize result = load_stream_finish_connect (&self->stream);

  if (result == 0)
    send_request (self);
  else if (result == -EAGAIN)
    watch (self);
  else
    end_by_errno (self, result);
}

/* Returns: (nullable): the value of a header, without spaces around it */
static char *
get_header (char **lines, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 1; lines[i]; i++) {
    if (g_ascii_strncasecmp (lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strstrip (g_strdup (lines[i] + length + 1));
  }
  return NULL;
}

static void
check_response (LoadSocket *self, const char *response)
{
  g_auto (GStrv) lines = g_strsplit (response, "\r\n", -1);
  g_autofree char *accept = get_header (lines, "Sec-WebSocket-Accept");
  g_autofree char *protocol = get_header (lines, "Sec-WebSocket-Protocol");

  if (!g_str_has_prefix (lines[0], "HTTP/1.1 101 ")) {
    end (self, 0, lines[0]);
    return;
  }
  if (g_strcmp0 (accept, self->accept) != 0 || g_strcmp0 (protocol, NERTC_SUBPROTOCOL) != 0) {
    end (self, 0, "the server speaks another protocol than " NERTC_SUBPROTOCOL);
    return;
  }
  self->state = LOAD_SOCKET_OPEN;
  self->poller->callbacks->opened (self);
}

/* Returns: the bytes used up */
static gsize
take_response (LoadSocket *self, const guint8 *data, gsize size)
{
  const guint8 *blank = memmem (data, size, "\r\n\r\n", 4);
  g_autofree char *response = NULL;

  if (!blank) {
    if (size > RESPONSE_MAX)
      end (self, 0, "the server does not speak HTTP");
    return 0;
  }
  response = g_strndup ((const char *) data, blank - data);
  check_response (self, response);
  return (gsize) (blank + 4 - data);
}

/* Frames */

static void
take_close (LoadSocket *self, const guint8 *payload, gsize length)
{
  guint code = length >= 2 ? (guint) payload[0] << 8 | payload[1] : CLOSE_NORMAL;

  if (self->state == LOAD_SOCKET_OPEN)
    send_frame (self, LOAD_OPCODE_CLOSE, payload, MIN (length, 2));
  end (self, code, NULL);
}

static void
deliver (LoadSocket *self, const guint8 *payload, gsize length)
{
  if (self->state == LOAD_SOCKET_OPEN)
    self->poller->callbacks->message (self, (const char *) payload, length);
}

static void
take_data (LoadSocket *self, const LoadFrame *frame, const guint8 *payload)
{
  g_autoptr (GByteArray) message = NULL;

  if (frame->fin && frame->opcode == LOAD_OPCODE_TEXT) {
    deliver (self, payload, frame->length);
    return;
  }
  if (!self->message)
    self->message = g_byte_array_new ();
  g_byte_array_append (self->message, payload, (guint) frame->length);
  if (self->message->len > LOAD_FRAME_MAX) {
    end (self, 0, "the server sent a message that is too large");
  } else if (frame->fin) {
    message = g_steal_pointer (&self->message);
    deliver (self, message->data, message->len);
  }
}

/* Returns: the bytes used up, 0 if there is no whole frame */
static gsize
take_frame (LoadSocket *self, const guint8 *data, gsize size)
{
  LoadFrame frame;
  LoadFrameStatus status = load_frame_read (&frame, data, size);
  const guint8 *payload;

  if (status == LOAD_FRAME_INVALID)
    end (self, 0, "the server sent a bad frame");
  if (status != LOAD_FRAME_COMPLETE)
    return 0;
  payload = data + frame.header_length;
  if (frame.opcode == LOAD_OPCODE_CLOSE)
    take_close (self, payload, frame.length);
  else if (frame.opcode == LOAD_OPCODE_PING)
    send_frame (self, LOAD_OPCODE_PONG, payload, frame.length);
  else if (frame.opcode != LOAD_OPCODE_PONG)
    take_data (self, &frame, payload);
  return frame.header_length + frame.length;
}

static gsize
take_all (LoadSocket *self, const guint8 *data, gsize size)
{
  gsize used = 0;
  gsize step;

  do {
    step = self->state == LOAD_SOCKET_UPGRADING ? take_response (self, data + used, size - used)
                                                : take_frame (self, data + used, size - used);
    used += step;
  } while (step > 0 && used < size && self->state != LOAD_SOCKET_CLOSED);
  return used;
}

/* What is there at once is taken where it lies; only what is left of it is copied. */
static void
take_input (LoadSocket *self, const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) before = g_steal_pointer (&self->input);
  gsize used;

  if (before) {
    g_byte_array_append (before, data, (guint) size);
    data = before->data;
    size = before->len;
  }
  used = take_all (self, data, size);
  if (used == size || self->state == LOAD_SOCKET_CLOSED)
    return;
  self->input = g_byte_array_new ();
  g_byte_array_append (self->input, data + used, (guint) (size - used));
}

static void
read_input (LoadSocket *self)
{
  do {
    gssize got = load_stream_read (&self->stream, self->poller->buffer, BUFFER_SIZE);

    if (got == -EAGAIN)
      return;
    if (got <= 0) {
      end_by_errno (self, got);
      return;
    }
    take_input (self, self->poller->buffer, (gsize) got);
  } while (self->state != LOAD_SOCKET_CLOSED && load_stream_has_more (&self->stream));
}

static void
handle (LoadSocket *self, guint32 events)
{
  if (self->state == LOAD_SOCKET_CONNECTING) {
    continue_connecting (self);
    return;
  }
  if (self->state != LOAD_SOCKET_CLOSED && events & EPOLLOUT)
    flush (self);
  if (self->state != LOAD_SOCKET_CLOSED && events & ~(guint32) EPOLLOUT)
    read_input (self);
}

/* Public functions */

/* @callbacks: static */
LoadPoller *
load_poller_new (const LoadTarget *target, const LoadSocketCallbacks *callbacks)
{
  LoadPoller *self = g_new0 (LoadPoller, 1);

  self->target = target;
  self->callbacks = callbacks;
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->buffer = g_malloc (BUFFER_SIZE);
  return self;
}

void
load_poller_free (LoadPoller *self)
{
  close (self->epoll);
  g_free (self->buffer);
  g_free (self);
}

/* Handles what comes within @wait_ms, once. Returns early on a signal. */
void
load_poller_run (LoadPoller *self, int wait_ms)
{
  struct epoll_event events[EVENTS_MAX];
  int count = epoll_wait (self->epoll, events, EVENTS_MAX, wait_ms);

  for (int i = 0; i < count; i++)
    handle (events[i].data.ptr, events[i].events);
}

/* @self: closed, and at the same place in memory from now on */
void
load_socket_open (LoadSocket *self, LoadPoller *poller)
{
  g_return_if_fail (self->state == LOAD_SOCKET_CLOSED);

  self->poller = poller;
  self->state = LOAD_SOCKET_CONNECTING;
  if (load_stream_connect (&self->stream, poller->target))
    watch (self);
  else
    end (self, 0, g_strerror (errno));
}

/* One message, while it is open */
void
load_socket_send (LoadSocket *self, const char *text, gsize length)
{
  if (self->state == LOAD_SOCKET_OPEN)
    send_frame (self, LOAD_OPCODE_TEXT, text, length);
}

/* By a close frame; closed() follows when the server has answered. */
void
load_socket_close (LoadSocket *self)
{
  guint8 code[] = { CLOSE_NORMAL >> 8, CLOSE_NORMAL & 0xff };

  if (self->state != LOAD_SOCKET_OPEN)
    return;
  self->state = LOAD_SOCKET_CLOSING;
  send_frame (self, LOAD_OPCODE_CLOSE, code, sizeof code);
}

/* At once, and closed() is not called. */
void
load_socket_abort (LoadSocket *self)
{
  drop (self);
}
