/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "nertc-load-target.h"

G_BEGIN_DECLS

/* TCP, with TLS if the target has it, that never blocks. What returns gssize returns -EAGAIN for
 * later, another negative errno for an error. All zero is a closed one. */
typedef struct {
  int fd; /* one more than the descriptor */
  gnutls_session_t tls;
  gboolean connected;  /* TCP is */
  const char *problem; /* (nullable): what a negative errno does not say */
} LoadStream;

gboolean load_stream_connect (LoadStream *self, const LoadTarget *target);
gssize load_stream_finish_connect (LoadStream *self);
gssize load_stream_read (LoadStream *self, void *data, gsize size);
gssize load_stream_write (LoadStream *self, const void *data, gsize size);
gboolean load_stream_has_more (LoadStream *self);
gboolean load_stream_wants_write (LoadStream *self);
int load_stream_get_fd (LoadStream *self);
void load_stream_close (LoadStream *self);

G_END_DECLS
