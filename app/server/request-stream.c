/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request-stream.h"

/* Libsoup takes 64 KiB, with which a request can keep it busy. Browsers send less than 2 KiB, but
 * for cookies of the same host. */
#define HEAD_MAX (24 * 1024)

typedef enum {
  STAGE_HEAD,
  STAGE_REST, /* of a request, or what the connection has become */
  STAGE_IDLE, /* a request has been answered, and the next one has not begun */
} Stage;

/* Input */

#define SRV_TYPE_REQUEST_INPUT (srv_request_input_get_type ())
G_DECLARE_FINAL_TYPE (SrvRequestInput, srv_request_input, SRV, REQUEST_INPUT, GInputStream)

struct _SrvRequestInput {
  GInputStream parent;
  GPollableInputStream *base;
  Stage stage;
  gsize head; /* bytes that were read of it */
};

static void srv_request_input_init_pollable (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SrvRequestInput, srv_request_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      srv_request_input_init_pollable))

static gssize
input_read_nonblocking (GPollableInputStream *input, void *data, gsize size, GError **error)
{
  SrvRequestInput *self = SRV_REQUEST_INPUT (input);
  g_autoptr (GError) local_error = NULL;
  gssize result =
      g_pollable_input_stream_read_nonblocking (self->base, data, size, NULL, &local_error);
  gboolean ended =
      result <= 0 && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  if (ended && self->stage == STAGE_IDLE && size > 0) {
    self->stage = STAGE_HEAD;
    *(char *) data = 'X';
    return 1;
  }
  if (result > 0 && self->stage != STAGE_REST) {
    self->stage = STAGE_HEAD;
    self->head += (gsize) result;
  }
  if (self->stage == STAGE_HEAD && self->head > HEAD_MAX) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The head is too large");
    return -1;
  }
  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return result;
}

/* Libsoup's server asks without blocking only. */
static gssize
input_read (GInputStream *input, void *data, gsize size, GCancellable *cancellable, GError **error)
{
  return input_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), data, size, error);
}

static gboolean
input_is_readable (GPollableInputStream *input)
{
  return g_pollable_input_stream_is_readable (SRV_REQUEST_INPUT (input)->base);
}

static GSource *
input_create_source (GPollableInputStream *input, GCancellable *cancellable)
{
  g_autoptr (GSource) source =
      g_pollable_input_stream_create_source (SRV_REQUEST_INPUT (input)->base, NULL);

  return g_pollable_source_new_full (input, source, cancellable);
}

static void
srv_request_input_init_pollable (GPollableInputStreamInterface *iface)
{
  iface->read_nonblocking = input_read_nonblocking;
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
}

static void
srv_request_input_finalize (GObject *object)
{
  g_object_unref (SRV_REQUEST_INPUT (object)->base);

  G_OBJECT_CLASS (srv_request_input_parent_class)->finalize (object);
}

static void
srv_request_input_class_init (SrvRequestInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = srv_request_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = input_read;
}

static void
srv_request_input_init (SrvRequestInput *self)
{
}

/* Both directions */

struct _SrvRequestStream {
  GIOStream parent;
  GIOStream *base;
  SrvRequestInput *input;
};

G_DEFINE_FINAL_TYPE (SrvRequestStream, srv_request_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (SRV_REQUEST_STREAM (stream)->input);
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (SRV_REQUEST_STREAM (stream)->base);
}

static gboolean
close_stream (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (SRV_REQUEST_STREAM (stream)->base, cancellable, error);
}

static void
srv_request_stream_finalize (GObject *object)
{
  SrvRequestStream *self = SRV_REQUEST_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->base);

  G_OBJECT_CLASS (srv_request_stream_parent_class)->finalize (object);
}

static void
srv_request_stream_class_init (SrvRequestStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = srv_request_stream_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (klass)->get_output_stream = get_output_stream;
  G_IO_STREAM_CLASS (klass)->close_fn = close_stream;
}

static void
srv_request_stream_init (SrvRequestStream *self)
{
}

/* @base: pollable, and closed with it
 *
 * Returns: (transfer full) */
GIOStream *
srv_request_stream_new (GIOStream *base)
{
  SrvRequestStream *self = g_object_new (SRV_TYPE_REQUEST_STREAM, NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (SRV_TYPE_REQUEST_INPUT, NULL);
  self->input->base = g_object_ref (G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (base)));
  return G_IO_STREAM (self);
}

/* What is read from now on is no head of a request. */
void
srv_request_stream_end_head (SrvRequestStream *self)
{
  self->input->stage = STAGE_REST;
}

/* A request has been answered: the head of another one may follow. */
void
srv_request_stream_set_idle (SrvRequestStream *self)
{
  self->input->stage = STAGE_IDLE;
  self->input->head = 0;
}
