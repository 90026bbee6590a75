/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "passed-on.h"

/*
 * srv_is_passed_on:
 *
 * Whether a proxy is between, as far as it says so.
 *
 * A proxy may put the requests of several people into one connection. Should it ever see another
 * end of a request than is seen here, one of them would get what the next one asked for (RFC 9112,
 * section 11.2): so such a connection has one answer only.
 */
gboolean
srv_is_passed_on (SoupServerMessage *message)
{
  static const char *const signs[] = { "Via", "Forwarded", "X-Forwarded-For", "X-Real-IP" };
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++) {
    if (soup_message_headers_get_list (headers, signs[i]))
      return TRUE;
  }
  return FALSE;
}
