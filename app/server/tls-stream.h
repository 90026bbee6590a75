/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

G_BEGIN_DECLS

typedef struct {
  gnutls_certificate_credentials_t certificate;
} SrvTlsCredentials;

SrvTlsCredentials *srv_tls_credentials_ref (SrvTlsCredentials *self);
void srv_tls_credentials_unref (SrvTlsCredentials *self);

/*
 * The server's end of TLS on a TCP connection. The handshake is part of the first reads and
 * writes; nothing ever blocks. What a write that would have blocked was given has to be given to
 * the next one again.
 */
#define SRV_TYPE_TLS_STREAM (srv_tls_stream_get_type ())
G_DECLARE_FINAL_TYPE (SrvTlsStream, srv_tls_stream, SRV, TLS_STREAM, GIOStream)

GIOStream *srv_tls_stream_new (GSocketConnection *connection, SrvTlsCredentials *credentials);

G_END_DECLS
