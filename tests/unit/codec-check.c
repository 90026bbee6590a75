/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lets other programs ask the codec. A line of standard input is `client TEXT`, `server TEXT`, or
 * `METHOD TEXT` for the answer to a request; each is answered by a line with an error code, 0 for a
 * valid message.
 */
#include "nertc-message.h"

#include <stdio.h>
#include <string.h>

static int
check (const char *who, const char *text)
{
  NertcSender sender = g_str_equal (who, "client") ? NERTC_SENDER_CLIENT : NERTC_SENDER_SERVER;
  const NertcMethod *method = nertc_method_find (who, NERTC_SENDER_CLIENT);
  g_autoptr (GError) error = NULL;
  g_autoptr (NertcMessage) message = NULL;
  gint64 id;

  message = nertc_message_decode (text, strlen (text), sender, &id, &error);
  if (message && method && message->kind == NERTC_MESSAGE_RESULT)
    nertc_method_check_result (method, message->body, &error);
  return error ? error->code : 0;
}

int
main (void)
{
  g_autofree char *line = NULL;
  gsize size = 0;
  gssize length;

  while ((length = getline (&line, &size, stdin)) > 0) {
    char *space = strchr (line, ' ');

    g_assert (space && line[length - 1] == '\n');
    *space = '\0';
    line[length - 1] = '\0';
    printf ("%d\n", check (line, space + 1));
    fflush (stdout);
  }
  return 0;
}
