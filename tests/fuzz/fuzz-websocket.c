/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The server's end of a WebSocket: the same bytes mean the same, in whatever pieces they come. */

#include "fuzz.h"
#include "websocket.h"

#include <string.h>

#define MESSAGE_MAX 300
#define PIECE_MAX 7

typedef struct {
  GString *log;
  gboolean closed;
} Listener;

static void
on_message (SrvWebSocket *socket, const char *text, gsize length, gpointer user_data)
{
  Listener *self = user_data;
  g_autoptr (SrvFrame) answer = srv_frame_new (SRV_OPCODE_TEXT, "yes", 3);

  g_assert_cmpuint (length, <=, MESSAGE_MAX);
  g_string_append_printf (self->log, "message %" G_GSIZE_FORMAT ":", length);
  g_string_append_len (self->log, text, length);
  srv_web_socket_send (socket, answer);
}

static void
on_too_big (SrvWebSocket *socket, gpointer user_data)
{
  Listener *self = user_data;

  g_string_append (self->log, "too big");
}

static void
on_broken (SrvWebSocket *socket, gpointer user_data)
{
  Listener *self = user_data;

  g_string_append (self->log, "broken");
}

static void
on_arrived (SrvWebSocket *socket, guint64 messages, gpointer user_data)
{
  g_assert_cmpuint (messages, <=, srv_web_socket_count_sent (socket));
}

static void
on_overflow (SrvWebSocket *socket, gpointer user_data)
{
  srv_web_socket_close (socket, SRV_CLOSE_POLICY, "slow");
}

static void
on_closed (SrvWebSocket *socket, SrvCloseCode code, gpointer user_data)
{
  Listener *self = user_data;

  g_assert_false (self->closed);
  self->closed = TRUE;
  g_string_append_printf (self->log, "closed %d", code);
}

static const SrvWebSocketCallbacks callbacks = {
  .message = on_message,
  .too_big = on_too_big,
  .broken = on_broken,
  .arrived = on_arrived,
  .overflow = on_overflow,
  .closed = on_closed,
};

/* What is written has to be frames. */
static void
drain (FuzzStream *stream)
{
  FuzzFrame frame;

  while (fuzz_stream_take_frame (stream, &frame)) {
    if (frame.opcode == SRV_OPCODE_TEXT)
      g_assert_cmpmem (frame.payload, frame.size, "yes", 3);
    else
      g_assert_cmpuint (frame.size, <=, SRV_CONTROL_MAX);
  }
}

/* Returns: (transfer full): what the owner of the WebSocket heard */
static char *
listen_to (FuzzBytes bytes, gboolean in_pieces)
{
  SrvWebSocketLimits limits = { .message = MESSAGE_MAX, .unsent = 4096 };
  g_autoptr (FuzzStream) stream = fuzz_stream_new ();
  Listener listener = { g_string_new (NULL), FALSE };
  SrvWebSocket *socket = srv_web_socket_new (G_IO_STREAM (stream), &limits, &callbacks, &listener);
  guint piece = 0;

  while (bytes.size > 0) {
    gsize size;
    const guint8 *data =
        fuzz_bytes_take_many (&bytes, in_pieces ? 1 + piece++ % PIECE_MAX : bytes.size, &size);

    fuzz_stream_put (stream, data, size);
    fuzz_settle ();
    drain (stream);
  }
  srv_web_socket_ping (socket);
  fuzz_stream_end (stream);
  fuzz_settle ();
  g_assert_true (listener.closed);
  srv_web_socket_free (socket);
  return g_string_free (listener.log, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzBytes bytes = { data, size };
  g_autofree char *whole = listen_to (bytes, FALSE);
  g_autofree char *pieces = listen_to (bytes, TRUE);

  g_assert_cmpstr (whole, ==, pieces);
  return 0;
}
