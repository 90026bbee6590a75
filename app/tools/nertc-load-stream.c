/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nertc-load-stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

int
load_stream_get_fd (LoadStream *self)
{
  return self->fd - 1;
}

static void
start_tls (LoadStream *self, const LoadTarget *target)
{
  gnutls_init (&self->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (self->tls);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, target->credentials);
  if (!g_hostname_is_ip_address (target->host))
    gnutls_server_name_set (self->tls, GNUTLS_NAME_DNS, target->host, strlen (target->host));
  gnutls_session_set_verify_cert (self->tls, target->host, 0);
  gnutls_transport_set_int (self->tls, load_stream_get_fd (self));
}

/* Returns: %FALSE with errno set */
gboolean
load_stream_connect (LoadStream *self, const LoadTarget *target)
{
  int on = 1;
  int fd = socket (target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return FALSE;
  self->fd = fd + 1;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect (fd, (const struct sockaddr *) &target->address, target->address_length) < 0 &&
      errno != EINPROGRESS) {
    load_stream_close (self);
    return FALSE;
  }
  if (target->tls)
    start_tls (self, target);
  return TRUE;
}

static gssize
from_tls (LoadStream *self, gssize result)
{
  if (result >= 0)
    return result;
  if (!gnutls_error_is_fatal ((int) result))
    return -EAGAIN;
  if (result == GNUTLS_E_PREMATURE_TERMINATION)
    return 0;
  self->problem = gnutls_strerror ((int) result);
  return -EPROTO;
}

/* When it can be written to for the first time, and again after -EAGAIN. */
gssize
load_stream_finish_connect (LoadStream *self)
{
  int problem = 0;
  socklen_t length = sizeof problem;

  getsockopt (load_stream_get_fd (self), SOL_SOCKET, SO_ERROR, &problem, &length);
  if (problem)
    return -problem;
  self->connected = TRUE;
  return self->tls ? from_tls (self, gnutls_handshake (self->tls)) : 0;
}

/* Returns: 0 for its end */
gssize
load_stream_read (LoadStream *self, void *data, gsize size)
{
  gssize got;

  if (self->tls)
    return from_tls (self, gnutls_record_recv (self->tls, data, size));
  got = recv (load_stream_get_fd (self), data, size, 0);
  return got < 0 ? -errno : got;
}

gssize
load_stream_write (LoadStream *self, const void *data, gsize size)
{
  gssize written;

  if (self->tls)
    return from_tls (self, gnutls_record_send (self->tls, data, size));
  written = send (load_stream_get_fd (self), data, size, MSG_NOSIGNAL);
  return written < 0 ? -errno : written;
}

/* Whether there is something to read that the descriptor does not tell of. */
gboolean
load_stream_has_more (LoadStream *self)
{
  return self->tls && gnutls_record_check_pending (self->tls) > 0;
}

/* Whether what came to -EAGAIN waits for writing. */
gboolean
load_stream_wants_write (LoadStream *self)
{
  return !self->tls || !self->connected || gnutls_record_get_direction (self->tls) == 1;
}

void
load_stream_close (LoadStream *self)
{
  if (self->tls)
    gnutls_deinit (self->tls);
  if (self->fd)
    close (load_stream_get_fd (self));
  *self = (LoadStream){ 0 };
}
