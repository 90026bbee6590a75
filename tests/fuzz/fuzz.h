/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What libFuzzer calls: once, and then with one input after the other. */
int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Bytes of an input, one after the other; zeros when there are no more. */
typedef struct {
  const guint8 *data;
  gsize size;
} FuzzBytes;

guint8 fuzz_bytes_take (FuzzBytes *self);
const guint8 *fuzz_bytes_take_many (FuzzBytes *self, gsize wanted, gsize *size);

/* Carries out what the default main context has to do now; does not wait for timers. */
void fuzz_settle (void);

/*
 * A connection without a network: a pollable GIOStream whose other end is here. It takes bytes as
 * long as it has space.
 */
#define FUZZ_TYPE_STREAM (fuzz_stream_get_type ())
G_DECLARE_FINAL_TYPE (FuzzStream, fuzz_stream, FUZZ, STREAM, GIOStream)

FuzzStream *fuzz_stream_new (void);
void fuzz_stream_put (FuzzStream *self, gconstpointer data, gsize size);
void fuzz_stream_put_frame (FuzzStream *self, guint8 opcode, gconstpointer payload, gsize size);
void fuzz_stream_end (FuzzStream *self);
void fuzz_stream_set_space (FuzzStream *self, gsize space);

/* A frame that a WebSocket server wrote */
typedef struct {
  guint8 opcode;
  const guint8 *payload;
  gsize size;
} FuzzFrame;

gboolean fuzz_stream_take_frame (FuzzStream *self, FuzzFrame *frame);

G_END_DECLS
