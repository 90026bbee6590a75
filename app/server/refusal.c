/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refusal.h"

#include <string.h>

/* Answers with a sentence, and closes the connection. */
void
srv_refuse (SoupServerMessage *message, guint status, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text,
                                    strlen (text));
}
