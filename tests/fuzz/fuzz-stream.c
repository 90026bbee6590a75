/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <string.h>

#define OPCODE 0x0f
#define FIN 0x80
#define MASKED 0x80
#define KEY_SIZE 4

/* One direction. Of the sources that wait for it only the last counts: users have one at a time. */
typedef struct {
  GByteArray *bytes;
  gsize space; /* of the direction that the user writes */
  gboolean ended;
  GSource *source;
} Pipe;

static gboolean
is_writable (const Pipe *self)
{
  return self->bytes->len < self->space || self->ended;
}

static gboolean
is_readable (const Pipe *self)
{
  return self->bytes->len > 0 || self->ended;
}

static void
update (Pipe *self, gboolean ready)
{
  if (self->source && !g_source_is_destroyed (self->source))
    g_source_set_ready_time (self->source, ready ? 0 : -1);
}

/* A source holds its stream. */
static void
unwatch (Pipe *self)
{
  g_clear_pointer (&self->source, g_source_unref);
}

static GSource *
watch (Pipe *self, gpointer stream, gboolean ready)
{
  unwatch (self);
  self->source = g_pollable_source_new (stream);
  update (self, ready);
  return g_source_ref (self->source);
}

static gssize
would_block (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not now");
  return -1;
}

/* The end that the code under test reads */

#define FUZZ_TYPE_INPUT (fuzz_input_get_type ())
G_DECLARE_FINAL_TYPE (FuzzInput, fuzz_input, FUZZ, INPUT, GInputStream)

struct _FuzzInput {
  GInputStream parent;
  Pipe pipe;
};

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  return is_readable (&FUZZ_INPUT (stream)->pipe);
}

static GSource *
input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  return watch (&FUZZ_INPUT (stream)->pipe, stream, input_is_readable (stream));
}

static gssize
input_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
            GError **error)
{
  Pipe *pipe = &FUZZ_INPUT (stream)->pipe;
  gsize size = MIN (count, pipe->bytes->len);

  if (!is_readable (pipe))
    return would_block (error);
  if (size > 0)
    memcpy (buffer, pipe->bytes->data, size);
  g_byte_array_remove_range (pipe->bytes, 0, size);
  update (pipe, is_readable (pipe));
  return size;
}

static gboolean
input_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  unwatch (&FUZZ_INPUT (stream)->pipe);
  return TRUE;
}

static void
input_iface_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzInput, fuzz_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      input_iface_init))

static void
fuzz_input_finalize (GObject *object)
{
  g_byte_array_unref (FUZZ_INPUT (object)->pipe.bytes);
  G_OBJECT_CLASS (fuzz_input_parent_class)->finalize (object);
}

static void
fuzz_input_class_init (FuzzInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fuzz_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = input_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = input_close;
}

static void
fuzz_input_init (FuzzInput *self)
{
  self->pipe.bytes = g_byte_array_new ();
}

/* The end that the code under test writes */

#define FUZZ_TYPE_OUTPUT (fuzz_output_get_type ())
G_DECLARE_FINAL_TYPE (FuzzOutput, fuzz_output, FUZZ, OUTPUT, GOutputStream)

struct _FuzzOutput {
  GOutputStream parent;
  Pipe pipe;
};

static gboolean
output_is_writable (GPollableOutputStream *stream)
{
  return is_writable (&FUZZ_OUTPUT (stream)->pipe);
}

static GSource *
output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  return watch (&FUZZ_OUTPUT (stream)->pipe, stream, output_is_writable (stream));
}

static gssize
output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable,
              GError **error)
{
  Pipe *pipe = &FUZZ_OUTPUT (stream)->pipe;
  gsize size;

  if (pipe->ended) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "Nobody reads");
    return -1;
  }
  if (!is_writable (pipe))
    return would_block (error);
  size = MIN (count, pipe->space - pipe->bytes->len);
  g_byte_array_append (pipe->bytes, buffer, size);
  update (pipe, is_writable (pipe));
  return size;
}

static gboolean
output_close (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  unwatch (&FUZZ_OUTPUT (stream)->pipe);
  return TRUE;
}

static void
output_iface_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = output_is_writable;
  iface->create_source = output_create_source;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzOutput, fuzz_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      output_iface_init))

static void
fuzz_output_finalize (GObject *object)
{
  g_byte_array_unref (FUZZ_OUTPUT (object)->pipe.bytes);
  G_OBJECT_CLASS (fuzz_output_parent_class)->finalize (object);
}

static void
fuzz_output_class_init (FuzzOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fuzz_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = output_write;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = output_close;
}

static void
fuzz_output_init (FuzzOutput *self)
{
  self->pipe.bytes = g_byte_array_new ();
  self->pipe.space = G_MAXUINT32;
}

/* Both */

struct _FuzzStream {
  GIOStream parent;
  FuzzInput *input;
  FuzzOutput *output;
  gsize taken; /* of what was written: the last frame */
};

G_DEFINE_FINAL_TYPE (FuzzStream, fuzz_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (FUZZ_STREAM (stream)->input);
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (FUZZ_STREAM (stream)->output);
}

static void
fuzz_stream_finalize (GObject *object)
{
  FuzzStream *self = FUZZ_STREAM (object);

  /* The parent closes them. */
  G_OBJECT_CLASS (fuzz_stream_parent_class)->finalize (object);
  g_object_unref (self->input);
  g_object_unref (self->output);
}

static void
fuzz_stream_class_init (FuzzStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fuzz_stream_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (klass)->get_output_stream = get_output_stream;
}

static void
fuzz_stream_init (FuzzStream *self)
{
  self->input = g_object_new (FUZZ_TYPE_INPUT, NULL);
  self->output = g_object_new (FUZZ_TYPE_OUTPUT, NULL);
}

FuzzStream *
fuzz_stream_new (void)
{
  return g_object_new (FUZZ_TYPE_STREAM, NULL);
}

/* Bytes for the code under test to read */
void
fuzz_stream_put (FuzzStream *self, gconstpointer data, gsize size)
{
  Pipe *pipe = &self->input->pipe;

  if (pipe->ended)
    return;
  g_byte_array_append (pipe->bytes, data, size);
  update (pipe, is_readable (pipe));
}

/* A frame as a client makes it (RFC 6455, section 5.2): a key of zeros masks nothing. */
void
fuzz_stream_put_frame (FuzzStream *self, guint8 opcode, gconstpointer payload, gsize size)
{
  guint8 head[10] = { FIN | opcode };
  guint length_bytes = size < 126 ? 0 : size <= G_MAXUINT16 ? 2 : 8;
  static const guint8 key[KEY_SIZE];

  head[1] = MASKED | (length_bytes == 0 ? (guint8) size : length_bytes == 2 ? 126 : 127);
  for (guint i = 0; i < length_bytes; i++)
    head[2 + i] = (guint8) ((guint64) size >> (8 * (length_bytes - 1 - i)));
  fuzz_stream_put (self, head, 2 + length_bytes);
  fuzz_stream_put (self, key, sizeof key);
  fuzz_stream_put (self, payload, size);
}

/* The other end is gone: what it sent before can still be read. */
void
fuzz_stream_end (FuzzStream *self)
{
  self->input->pipe.ended = TRUE;
  self->output->pipe.ended = TRUE;
  update (&self->input->pipe, TRUE);
  update (&self->output->pipe, TRUE);
}

/* How many bytes it takes before somebody reads them */
void
fuzz_stream_set_space (FuzzStream *self, gsize space)
{
  Pipe *pipe = &self->output->pipe;

  pipe->space = space;
  update (pipe, is_writable (pipe));
}

/*
 * Returns: whether there was a whole frame; what is wrong with it ends the program. The payload is
 *   there until the next call.
 */
gboolean
fuzz_stream_take_frame (FuzzStream *self, FuzzFrame *frame)
{
  Pipe *pipe = &self->output->pipe;
  const guint8 *data;
  guint head;

  if (self->taken > 0)
    g_byte_array_remove_range (pipe->bytes, 0, self->taken);
  self->taken = 0;
  data = pipe->bytes->data;
  if (pipe->bytes->len < 2)
    return FALSE;
  g_assert ((data[0] & ~OPCODE) == FIN);
  g_assert (!(data[1] & MASKED));
  frame->size = data[1];
  head = data[1] == 126 ? 4 : data[1] == 127 ? 10 : 2;
  if (pipe->bytes->len < head)
    return FALSE;
  for (guint i = 2; i < head; i++)
    frame->size = (i == 2 ? 0 : frame->size << 8) | data[i];
  if (pipe->bytes->len - head < frame->size)
    return FALSE;
  frame->opcode = data[0] & OPCODE;
  frame->payload = data + head;
  self->taken = head + frame->size;
  update (pipe, is_writable (pipe));
  return TRUE;
}
