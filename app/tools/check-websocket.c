/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check-websocket.h"

#include "check-wait.h"
#include "nertc-message.h"

#include <libsoup/soup.h>
#include <string.h>

#define HEAD_MAX 8192

/* The answer to any key is known; that of RFC 6455, section 1.3, is as good as another. */
#define REQUEST \
  "GET %s HTTP/1.1\r\nHost: %s%s%s%s\r\n" \
  "Connection: Upgrade\r\nUpgrade: websocket\r\n" \
  "Sec-WebSocket-Version: 13\r\n" \
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
  "Sec-WebSocket-Protocol: " NERTC_SUBPROTOCOL "\r\n\r\n"

static gboolean
send_text (GIOStream *stream, const char *text, guint limit_ms, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (stream);
  GError *problem = NULL;
  CheckWait wait;

  check_wait_init (&wait, limit_ms);
  g_output_stream_write_all_async (output, text, strlen (text), G_PRIORITY_DEFAULT,
                                   wait.cancellable, check_wait_take, &wait);
  g_output_stream_write_all_finish (output, check_wait_run (&wait), NULL, &problem);
  check_wait_clear (&wait, &problem);
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

/* Reads up to the end of the head of an HTTP answer; it is short. */
static char *
read_head (GIOStream *stream, guint limit_ms, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (stream);
  g_autofree char *head = g_malloc0 (HEAD_MAX + 1);
  gsize length = 0;

  while (length < HEAD_MAX && !strstr (head, "\r\n\r\n")) {
    GError *problem = NULL;
    CheckWait wait;
    gssize got;

    check_wait_init (&wait, limit_ms);
    g_input_stream_read_async (input, head + length, HEAD_MAX - length, G_PRIORITY_DEFAULT,
                               wait.cancellable, check_wait_take, &wait);
    got = g_input_stream_read_finish (input, check_wait_run (&wait), &problem);
    check_wait_clear (&wait, &problem);
    if (problem) {
      g_propagate_error (error, problem);
      return NULL;
    }
    if (got == 0)
      break;
    length += (gsize) got;
  }
  return g_steal_pointer (&head);
}

static gboolean
check_head (const char *head, GError **error)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  const char *end = strstr (head, "\r\n\r\n");
  guint status = 0;

  if (!end ||
      !soup_headers_parse_response (head, (int) (end - head) + 2, headers, NULL, &status, NULL))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it does not speak HTTP");
  else if (status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it answered HTTP %u", status);
  else if (g_strcmp0 (soup_message_headers_get_one (headers, "Sec-WebSocket-Protocol"),
                      NERTC_SUBPROTOCOL) != 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "it does not speak " NERTC_SUBPROTOCOL);
  else
    return TRUE;
  return FALSE;
}

/* Whether what is at the other end of @stream is a room server: it takes a WebSocket (RFC 6455,
 * section 4) with the subprotocol. */
gboolean
check_open_websocket (GIOStream *stream, GUri *uri, guint limit_ms, GError **error)
{
  const char *path = *g_uri_get_path (uri) ? g_uri_get_path (uri) : NERTC_PATH;
  const char *host = g_uri_get_host (uri);
  gboolean is_ipv6 = strchr (host, ':') != NULL;
  g_autofree char *port =
      g_uri_get_port (uri) > 0 ? g_strdup_printf (":%d", g_uri_get_port (uri)) : g_strdup ("");
  g_autofree char *request =
      g_strdup_printf (REQUEST, path, is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
  g_autofree char *head = NULL;

  if (!send_text (stream, request, limit_ms, error))
    return FALSE;
  head = read_head (stream, limit_ms, error);
  return head && check_head (head, error);
}
