/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The steps to a server: its address, a connection, TLS. Each waits, for @limit_ms at most. */

GList *check_resolve (const char *host, guint limit_ms, GError **error);
GIOStream *check_connect (GInetAddress *address, guint16 port, GSocketType type, guint limit_ms,
                          GError **error);
GIOStream *check_start_tls (GIOStream *stream, const char *host, const char *ca_file,
                            guint limit_ms, GError **error);

G_END_DECLS
