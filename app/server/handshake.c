/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handshake.h"

#include "nertc-message.h"
#include "origin.h"
#include "refusal.h"

static const char *
get_header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (message), name);
}

static gboolean
refuse (SoupServerMessage *message, guint status, const char *text)
{
  srv_refuse (message, status, text);
  return FALSE;
}

/*
 * A browser says which page opened the WebSocket: without this check, any page of the web that is
 * looked at could join a call with the rights of the one who looks at it. A page of the same host
 * is one of this server, unless the name is worth nothing: that of a page on the web may lead to
 * the browser's own machine, and only a certificate would tell (DNS rebinding).
 */
static gboolean
is_allowed_origin (SoupServerMessage *message, gboolean is_tls, const char *const *origins)
{
  GSocketAddress *local = soup_server_message_get_local_address (message);
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local));
  gboolean host_counts = is_tls || !g_inet_address_get_is_loopback (address);

  return srv_origin_is_allowed (get_header (message, "Origin"),
                                host_counts ? get_header (message, "Host") : NULL, origins);
}

/*
 * srv_handshake_respond:
 * @is_tls: whether the client has seen a certificate
 * @origins: (nullable): of pages from elsewhere that may open a WebSocket
 *
 * Answers a request for a WebSocket. A refusal says what is missing.
 *
 * Returns: whether it becomes one, once the response is written
 */
gboolean
srv_handshake_respond (SoupServerMessage *message, const char *path, gboolean is_tls,
                       const char *const *origins)
{
  char *protocols[] = { (char *) NERTC_SUBPROTOCOL, NULL };

  /* libsoup calls for whatever begins with the path. */
  if (!g_str_equal (path, NERTC_PATH))
    return refuse (message, SOUP_STATUS_NOT_FOUND, "There is only " NERTC_PATH " here.\n");
  if (!is_allowed_origin (message, is_tls, origins))
    return refuse (message, SOUP_STATUS_FORBIDDEN,
                   "Pages of this origin may not join here; the server option "
                   "--allow-origin=ORIGIN lets them.\n");
  if (!get_header (message, "Sec-WebSocket-Protocol") ||
      !soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL))
    return refuse (message, SOUP_STATUS_BAD_REQUEST,
                   "This is a room server: open a WebSocket with the subprotocol "
                   "“" NERTC_SUBPROTOCOL "”.\n");
  return TRUE;
}

/* No request needs one; to read it to its end could take for ever, and where it ends is a matter on
 * which a proxy may think otherwise (RFC 9112, section 11.2). */
gboolean
srv_handshake_has_body (SoupServerMessage *message)
{
  const char *length = get_header (message, "Content-Length");

  return get_header (message, "Transfer-Encoding") || (length && !g_str_equal (length, "0"));
}
