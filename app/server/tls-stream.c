/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tls-stream.h"

/*
 * GTlsServerConnection is not used for it: that of glib-networking 2.74 needs a thread of GTask's
 * pool for each handshake, also when it is asked not to block. With 200 clients that connected and
 * said nothing, the next one got no handshake for more than 8 s (measured).
 */

#include <errno.h>
#include <string.h>

/* RFC 8996: nothing below TLS 1.2. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct _SrvTlsStream {
  GIOStream parent;

  GSocketConnection *connection;
  GSocket *socket; /* of the connection */
  SrvTlsCredentials *credentials;
  gnutls_session_t session;
  gboolean established;
  GInputStream *input;
  GOutputStream *output;
};

G_DEFINE_FINAL_TYPE (SrvTlsStream, srv_tls_stream, G_TYPE_IO_STREAM)

/* GnuTLS on a GSocket */

static gssize
set_errno (SrvTlsStream *self, const GError *error)
{
  gboolean blocks = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  gnutls_transport_set_errno (self->session, blocks ? EAGAIN : EIO);
  return -1;
}

static gssize
pull (gnutls_transport_ptr_t user_data, void *data, size_t size)
{
  SrvTlsStream *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize result = g_socket_receive_with_blocking (self->socket, data, size, FALSE, NULL, &error);

  return result < 0 ? set_errno (self, error) : result;
}

static gssize
push (gnutls_transport_ptr_t user_data, const void *data, size_t size)
{
  SrvTlsStream *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize result = g_socket_send_with_blocking (self->socket, data, size, FALSE, NULL, &error);

  return result < 0 ? set_errno (self, error) : result;
}

/* Never called, since pull never blocks; GnuTLS would select() on a descriptor otherwise. */
static int
pull_timeout (gnutls_transport_ptr_t user_data, unsigned int ms)
{
  return 1;
}

/* Returns: -1, as streams do */
static gssize
fail (int result, GError **error)
{
  switch (result) {
    case GNUTLS_E_AGAIN:
    case GNUTLS_E_INTERRUPTED:
    case GNUTLS_E_WARNING_ALERT_RECEIVED:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "TLS waits for the network");
      break;
    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "TLS: %s", gnutls_strerror (result));
      break;
  }
  return -1;
}

/* @self: (nullable): %NULL for an end that has outlived it */
static gboolean
establish (SrvTlsStream *self, GError **error)
{
  int result;

  if (!self) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The TLS connection is closed");
    return FALSE;
  }
  if (self->established)
    return TRUE;
  result = gnutls_handshake (self->session);
  self->established = result == GNUTLS_E_SUCCESS;
  if (self->established)
    return TRUE;
  if (gnutls_error_is_fatal (result))
    gnutls_alert_send_appropriate (self->session, result);
  fail (result, error);
  return FALSE;
}

static gssize
receive (SrvTlsStream *self, void *data, gsize size, GError **error)
{
  gssize result;

  if (!establish (self, error))
    return -1;
  result = gnutls_record_recv (self->session, data, size);
  /* As TCP ends. RFC 8446, section 6.1, would have a close_notify before; who needs to know whether
   * all has come has the WebSocket's close frame. */
  if (result == GNUTLS_E_PREMATURE_TERMINATION)
    return 0;
  return result < 0 ? fail ((int) result, error) : result;
}

static gssize
send_record (SrvTlsStream *self, const void *data, gsize size, GError **error)
{
  gssize result;

  if (!establish (self, error))
    return -1;
  result = gnutls_record_send (self->session, data, size);
  return result < 0 ? fail ((int) result, error) : result;
}

/* Waiting: for the socket, or not at all if GnuTLS has decrypted more than was taken */

typedef struct {
  GSource parent;
  SrvTlsStream *stream;
} Wait;

static gboolean
wait_is_over (GSource *source)
{
  return gnutls_record_check_pending (((Wait *) source)->stream->session) > 0;
}

static gboolean
wait_prepare (GSource *source, gint *timeout)
{
  *timeout = -1;
  return wait_is_over (source);
}

static gboolean
wait_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return G_SOURCE_CONTINUE; /* The source that it is the child of has the callback. */
}

static void
wait_finalize (GSource *source)
{
  g_object_unref (((Wait *) source)->stream);
}

static GSourceFuncs wait_funcs = {
  .prepare = wait_prepare,
  .check = wait_is_over,
  .dispatch = wait_dispatch,
  .finalize = wait_finalize,
};

static void
add_child (GSource *source, GSource *child)
{
  g_source_add_child_source (source, child);
  g_source_unref (child);
}

static GSource *
create_socket_source (SrvTlsStream *self, GIOCondition condition)
{
  GSource *source;

  if (!self->established)
    condition = gnutls_record_get_direction (self->session) == 0 ? G_IO_IN : G_IO_OUT;
  source = g_socket_create_source (self->socket, condition, NULL);
  g_source_set_dummy_callback (source);
  return source;
}

/* @end: the input or output stream, for whose callback the source is */
static GSource *
create_source (SrvTlsStream *self, gpointer end, GIOCondition condition, GCancellable *cancellable)
{
  GSource *source = g_pollable_source_new_full (end, NULL, cancellable);

  if (condition == G_IO_IN) {
    GSource *wait = g_source_new (&wait_funcs, sizeof (Wait));

    ((Wait *) wait)->stream = g_object_ref (self);
    add_child (wait, create_socket_source (self, condition));
    add_child (source, wait);
  } else {
    add_child (source, create_socket_source (self, condition));
  }
  return source;
}

/* Input */

#define SRV_TYPE_TLS_INPUT (srv_tls_input_get_type ())
G_DECLARE_FINAL_TYPE (SrvTlsInput, srv_tls_input, SRV, TLS_INPUT, GInputStream)

struct _SrvTlsInput {
  GInputStream parent;
  SrvTlsStream *stream; /* (nullable): which it belongs to, as long as that lives */
};

static void srv_tls_input_init_pollable (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SrvTlsInput, srv_tls_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      srv_tls_input_init_pollable))

static gssize
input_read (GPollableInputStream *input, void *data, gsize size, GError **error)
{
  return receive (SRV_TLS_INPUT (input)->stream, data, size, error);
}

static gssize
input_read_class (GInputStream *input, void *data, gsize size, GCancellable *cancellable,
                  GError **error)
{
  return receive (SRV_TLS_INPUT (input)->stream, data, size, error);
}

static gboolean
input_is_readable (GPollableInputStream *input)
{
  SrvTlsStream *self = SRV_TLS_INPUT (input)->stream;

  return gnutls_record_check_pending (self->session) > 0 ||
         g_socket_condition_check (self->socket, G_IO_IN);
}

static GSource *
input_create_source (GPollableInputStream *input, GCancellable *cancellable)
{
  return create_source (SRV_TLS_INPUT (input)->stream, input, G_IO_IN, cancellable);
}

static void
srv_tls_input_init_pollable (GPollableInputStreamInterface *iface)
{
  iface->read_nonblocking = input_read;
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
}

static void
srv_tls_input_class_init (SrvTlsInputClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = input_read_class;
}

static void
srv_tls_input_init (SrvTlsInput *self)
{
}

/* Output */

#define SRV_TYPE_TLS_OUTPUT (srv_tls_output_get_type ())
G_DECLARE_FINAL_TYPE (SrvTlsOutput, srv_tls_output, SRV, TLS_OUTPUT, GOutputStream)

struct _SrvTlsOutput {
  GOutputStream parent;
  SrvTlsStream *stream; /* (nullable): which it belongs to, as long as that lives */
};

static void srv_tls_output_init_pollable (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SrvTlsOutput, srv_tls_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      srv_tls_output_init_pollable))

static gssize
output_write (GPollableOutputStream *output, const void *data, gsize size, GError **error)
{
  return send_record (SRV_TLS_OUTPUT (output)->stream, data, size, error);
}

static gssize
output_write_class (GOutputStream *output, const void *data, gsize size, GCancellable *cancellable,
                    GError **error)
{
  return send_record (SRV_TLS_OUTPUT (output)->stream, data, size, error);
}

static gboolean
output_is_writable (GPollableOutputStream *output)
{
  return g_socket_condition_check (SRV_TLS_OUTPUT (output)->stream->socket, G_IO_OUT);
}

static GSource *
output_create_source (GPollableOutputStream *output, GCancellable *cancellable)
{
  return create_source (SRV_TLS_OUTPUT (output)->stream, output, G_IO_OUT, cancellable);
}

static void
srv_tls_output_init_pollable (GPollableOutputStreamInterface *iface)
{
  iface->write_nonblocking = output_write;
  iface->is_writable = output_is_writable;
  iface->create_source = output_create_source;
}

static void
srv_tls_output_class_init (SrvTlsOutputClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = output_write_class;
}

static void
srv_tls_output_init (SrvTlsOutput *self)
{
}

/* Object */

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return SRV_TLS_STREAM (stream)->input;
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return SRV_TLS_STREAM (stream)->output;
}

/* A slow reader does not get a close_notify, for which nobody waits. */
static gboolean
close_stream (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  SrvTlsStream *self = SRV_TLS_STREAM (stream);

  if (self->established)
    gnutls_bye (self->session, GNUTLS_SHUT_WR);
  return g_io_stream_close (G_IO_STREAM (self->connection), cancellable, error);
}

static void
srv_tls_stream_dispose (GObject *object)
{
  SrvTlsStream *self = SRV_TLS_STREAM (object);

  /* It closes the stream first. */
  G_OBJECT_CLASS (srv_tls_stream_parent_class)->dispose (object);
  if (self->input)
    SRV_TLS_INPUT (self->input)->stream = NULL;
  if (self->output)
    SRV_TLS_OUTPUT (self->output)->stream = NULL;
  g_clear_object (&self->input);
  g_clear_object (&self->output);
}

static void
srv_tls_stream_finalize (GObject *object)
{
  SrvTlsStream *self = SRV_TLS_STREAM (object);

  gnutls_deinit (self->session);
  srv_tls_credentials_unref (self->credentials);
  g_object_unref (self->connection);

  G_OBJECT_CLASS (srv_tls_stream_parent_class)->finalize (object);
}

static void
srv_tls_stream_class_init (SrvTlsStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = srv_tls_stream_dispose;
  G_OBJECT_CLASS (klass)->finalize = srv_tls_stream_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (klass)->get_output_stream = get_output_stream;
  G_IO_STREAM_CLASS (klass)->close_fn = close_stream;
}

static void
srv_tls_stream_init (SrvTlsStream *self)
{
  self->input = g_object_new (SRV_TYPE_TLS_INPUT, NULL);
  self->output = g_object_new (SRV_TYPE_TLS_OUTPUT, NULL);
  SRV_TLS_INPUT (self->input)->stream = self;
  SRV_TLS_OUTPUT (self->output)->stream = self;
}

static void
set_up_session (SrvTlsStream *self)
{
  gnutls_datum_t http = { (guchar *) "http/1.1", strlen ("http/1.1") };

  gnutls_init (&self->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_priority_set_direct (self->session, PRIORITIES, NULL);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, self->credentials->certificate);
  gnutls_alpn_set_protocols (self->session, &http, 1, 0);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_pull_function (self->session, pull);
  gnutls_transport_set_push_function (self->session, push);
  gnutls_transport_set_pull_timeout_function (self->session, pull_timeout);
}

/* Returns: (transfer full): a pollable stream that closes @connection with itself */
GIOStream *
srv_tls_stream_new (GSocketConnection *connection, SrvTlsCredentials *credentials)
{
  SrvTlsStream *self = g_object_new (SRV_TYPE_TLS_STREAM, NULL);

  self->connection = g_object_ref (connection);
  self->socket = g_socket_connection_get_socket (connection);
  self->credentials = srv_tls_credentials_ref (credentials);
  set_up_session (self);
  return G_IO_STREAM (self);
}
