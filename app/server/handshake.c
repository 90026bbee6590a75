/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "handshake.h"

#include "nertc-message.h"

#include <string.h>

static const char *
get_header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (message), name);
}

static gboolean
refuse (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text,
                                    strlen (text));
  return FALSE;
}

/* A browser says which page opened the WebSocket (RFC 6455, section 4.1): without this check, any
 * page of the web that is looked at on this machine could join a call that is meant for it alone.
 */
static gboolean
is_local_origin (const char *origin)
{
  g_autoptr (GUri) uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) address = NULL;

  if (!uri || !g_uri_get_host (uri))
    return FALSE;
  if (g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (g_uri_get_host (uri));
  return address && g_inet_address_get_is_loopback (address);
}

/*
 * srv_handshake_respond:
 * @any_origin: whether pages from other machines may open a WebSocket
 *
 * Answers a request for a WebSocket. A refusal says what is missing.
 *
 * Returns: whether it becomes one, once the response is written
 */
gboolean
srv_handshake_respond (SoupServerMessage *message, const char *path, gboolean any_origin)
{
  char *protocols[] = { (char *) NERTC_SUBPROTOCOL, NULL };
  const char *origin = get_header (message, "Origin");

  /* libsoup calls for whatever begins with the path. */
  if (!g_str_equal (path, NERTC_PATH))
    return refuse (message, SOUP_STATUS_NOT_FOUND, "There is only " NERTC_PATH " here.\n");
  if (origin && !any_origin && !is_local_origin (origin))
    return refuse (message, SOUP_STATUS_FORBIDDEN,
                   "Pages of other machines may join with the server option --auth=open only.\n");
  if (!get_header (message, "Sec-WebSocket-Protocol") ||
      !soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL))
    return refuse (message, SOUP_STATUS_BAD_REQUEST,
                   "This is a room server: open a WebSocket with the subprotocol "
                   "“" NERTC_SUBPROTOCOL "”.\n");
  return TRUE;
}

/* No request needs one; to read it to its end could take for ever. */
gboolean
srv_handshake_has_body (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
         soup_message_headers_get_content_length (headers) > 0;
}
