/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keep-alive.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Libsoup keeps a connection for the next request only as long as it listens itself, which it does
 * not do here (see acceptor.c). So it listens where nobody ever comes: at one end of a pair of
 * sockets, whose other end is kept by it, too.
 */

#define OTHER_END "nertc-server-other-end"

static void
close_end (gpointer data)
{
  close (GPOINTER_TO_INT (data));
}

/* Lets @soup keep connections that it was given, until soup_server_disconnect(). */
gboolean
srv_keep_alive_allow (SoupServer *soup, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), "socketpair: %s",
                 g_strerror (errno));
    return FALSE;
  }
  g_object_set_data_full (G_OBJECT (soup), OTHER_END, GINT_TO_POINTER (ends[1]), close_end);
  socket = g_socket_new_from_fd (ends[0], error);
  if (!socket) {
    close (ends[0]);
    return FALSE;
  }
  return soup_server_listen_socket (soup, socket, 0, error);
}
