/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-target.h"

#include <string.h>

#define DEFAULT_PORT 8980
#define TIMEOUT_S 5

static gboolean
refuse_uri (const char *uri, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "server is ‘%s’; use ws://HOST:PORT/room, or wss:// where it speaks TLS", uri);
  return FALSE;
}

static gboolean
parse (LoadTarget *self, guint16 *port, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : "";

  self->tls = g_str_equal (scheme, "wss");
  if ((!self->tls && !g_str_equal (scheme, "ws")) || !g_uri_get_host (uri) ||
      !*g_uri_get_host (uri))
    return refuse_uri (self->uri, error);
  self->host = g_strdup (g_uri_get_host (uri));
  self->path = g_strdup (*g_uri_get_path (uri) ? g_uri_get_path (uri) : "/room");
  *port = g_uri_get_port (uri) > 0 ? (guint16) g_uri_get_port (uri) : DEFAULT_PORT;
  self->authority =
      g_strdup_printf (strchr (self->host, ':') ? "[%s]:%u" : "%s:%u", self->host, *port);
  return TRUE;
}

/* Whether somebody listens there: what thousands will do is tried once. */
static gboolean
try_address (LoadTarget *self, GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (!socket)
    return FALSE;
  g_socket_set_timeout (socket, TIMEOUT_S);
  if (!g_socket_connect (socket, address, NULL, error))
    return FALSE;
  g_socket_close (socket, NULL);
  self->address_length = (socklen_t) g_socket_address_get_native_size (address);
  return g_socket_address_to_native (address, &self->address, sizeof self->address, error);
}

static gboolean
find_address (LoadTarget *self, guint16 port, GError **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_new (self->host, port);
  g_autoptr (GSocketAddressEnumerator) addresses = g_socket_connectable_enumerate (connectable);
  g_autoptr (GError) problem = NULL;
  gboolean found = FALSE;

  while (!found) {
    g_autoptr (GError) next_problem = NULL;
    g_autoptr (GSocketAddress) address =
        g_socket_address_enumerator_next (addresses, NULL, &next_problem);

    if (address)
      found = try_address (self, address, &next_problem);
    else if (!next_problem)
      break;
    if (!problem)
      problem = g_steal_pointer (&next_problem);
    if (!address)
      break;
  }
  if (!found)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE,
                 "Nobody answers at %s: %s; start nertc-server there, or name another server by "
                 "--server",
                 self->uri, problem ? problem->message : "the name has no address");
  return found;
}

/* @ca_file: (nullable): whom to trust instead of those whom the system trusts */
static gboolean
load_credentials (LoadTarget *self, const char *ca_file, GError **error)
{
  int status;

  gnutls_certificate_allocate_credentials (&self->credentials);
  status = ca_file ? gnutls_certificate_set_x509_trust_file (self->credentials, ca_file,
                                                             GNUTLS_X509_FMT_PEM)
                   : gnutls_certificate_set_x509_system_trust (self->credentials);
  if (status > 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "There is no certificate to trust in %s: %s; name a PEM file by --tls-ca-file",
               ca_file ? ca_file : "what the system has",
               status < 0 ? gnutls_strerror (status) : "it is empty");
  return FALSE;
}

/* Waits for an answer of the server, for some seconds at most. */
LoadTarget *
load_target_new (const char *uri, const char *ca_file, GError **error)
{
  g_autoptr (LoadTarget) self = g_new0 (LoadTarget, 1);
  guint16 port;

  self->uri = g_strdup (uri);
  if (!parse (self, &port, error) || !find_address (self, port, error))
    return NULL;
  if (self->tls && !load_credentials (self, ca_file, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
load_target_free (LoadTarget *self)
{
  g_free (self->uri);
  g_free (self->host);
  g_free (self->authority);
  g_free (self->path);
  if (self->credentials)
    gnutls_certificate_free_credentials (self->credentials);
  g_free (self);
}
