/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Listens on a TCP port, in the thread-default main context. */
typedef struct _SrvAcceptor SrvAcceptor;

typedef void (*SrvAccepted) (GSocketConnection *connection, gpointer user_data);

SrvAcceptor *srv_acceptor_new (const char *bind, guint port, SrvAccepted accepted,
                               gpointer user_data, GError **error);
void srv_acceptor_free (SrvAcceptor *self);

guint srv_acceptor_get_port (SrvAcceptor *self);

G_END_DECLS
