/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What libsoup reads requests from and writes answers to: the stream of a connection, but for its
 * end between two requests. Libsoup 3.2 never lets go of a connection that ends there ("do not leak
 * idle connections closed by the client", 3.3.0), so it is told of one byte more, which begins a
 * request that never comes. And it is told of no more of a head than a request needs.
 */
#define SRV_TYPE_REQUEST_STREAM (srv_request_stream_get_type ())
G_DECLARE_FINAL_TYPE (SrvRequestStream, srv_request_stream, SRV, REQUEST_STREAM, GIOStream)

GIOStream *srv_request_stream_new (GIOStream *base);
void srv_request_stream_end_head (SrvRequestStream *self);
void srv_request_stream_set_idle (SrvRequestStream *self);

G_END_DECLS
