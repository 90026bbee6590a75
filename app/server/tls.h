/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the server shows to TLS clients: a certificate with its chain, and the private key. */
typedef struct _SrvTls SrvTls;

SrvTls *srv_tls_new (const char *certificate_file, const char *key_file, GError **error);
void srv_tls_free (SrvTls *self);

gboolean srv_tls_reload (SrvTls *self, GError **error);
GIOStream *srv_tls_wrap (SrvTls *self, GSocketConnection *connection);

G_END_DECLS
