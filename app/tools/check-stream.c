/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-stream.h"

#include "check-wait.h"

/* Returns: (transfer full) (element-type GInetAddress): those of a name, or one as it stands; freed
 * by g_resolver_free_addresses() */
GList *
check_resolve (const char *host, guint limit_ms, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GError *problem = NULL;
  GList *addresses;
  CheckWait wait;

  check_wait_init (&wait, limit_ms);
  g_resolver_lookup_by_name_async (resolver, host, wait.cancellable, check_wait_take, &wait);
  addresses = g_resolver_lookup_by_name_finish (resolver, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return addresses;
}

/* Returns: (transfer full) (nullable): a connection by TCP, or by UDP for datagrams */
GIOStream *
check_connect (GInetAddress *address, guint16 port, GSocketType type, guint limit_ms,
               GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (address, port);
  GSocketConnection *connection;
  GError *problem = NULL;
  CheckWait wait;

  g_socket_client_set_socket_type (client, type);
  g_socket_client_set_enable_proxy (client, FALSE);
  check_wait_init (&wait, limit_ms);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (socket_address), wait.cancellable,
                                 check_wait_take, &wait);
  connection = g_socket_client_connect_finish (client, check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return connection ? G_IO_STREAM (connection) : NULL;
}

/*
 * check_start_tls:
 * @host: who the certificate is to be for
 * @ca_file: (nullable): PEM; of those who are trusted, and nobody else
 *
 * Returns: (transfer full) (nullable): what speaks TLS on @stream
 */
GIOStream *
check_start_tls (GIOStream *stream, const char *host, const char *ca_file, guint limit_ms,
                 GError **error)
{
  g_autoptr (GSocketConnectable) identity = g_network_address_new (host, 0);
  g_autofree char *path = ca_file ? g_canonicalize_filename (ca_file, NULL) : NULL;
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (stream, identity, error);
  g_autoptr (GTlsDatabase) database = NULL;
  GError *problem = NULL;
  CheckWait wait;

  if (!tls)
    return NULL;
  if (path) {
    database = g_tls_file_database_new (path, error);
    if (!database)
      return NULL;
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), database);
  }
  check_wait_init (&wait, limit_ms);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, wait.cancellable,
                                    check_wait_take, &wait);
  g_tls_connection_handshake_finish (G_TLS_CONNECTION (tls), check_wait_run (&wait), &problem);
  check_wait_clear (&wait, &problem);
  if (!problem)
    return g_steal_pointer (&tls);
  g_propagate_error (error, problem);
  return NULL;
}
