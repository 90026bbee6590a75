/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Janus says, and descriptions on their way to it. What is taken of the one keeps to its
 * bounds; what is left of the other is again a description that goes to Janus. */

#include "fuzz.h"
#include "janus-id.h"
#include "janus-message.h"
#include "janus-sdp.h"

#include <string.h>

static void
check_id (gint64 id)
{
  g_assert_true (id >= 0 && id <= SRV_JANUS_ID_MAX);
}

static void
check_message (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SrvJanusMessage) message = srv_janus_message_parse (text, size, &error);

  g_assert_true ((message == NULL) == (error != NULL));
  if (!message)
    return;
  check_id (message->session);
  check_id (message->sender);
  check_id (message->id);
  check_id (message->room);
  g_assert_true (!message->sdp || strlen (message->sdp) <= 65536);
  g_assert_true (!message->reason || g_utf8_validate (message->reason, -1, NULL));
}

static void
check_description (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *trimmed = srv_janus_sdp_trim (text, &error);
  g_autofree char *again = trimmed ? srv_janus_sdp_trim (trimmed, NULL) : NULL;
  g_autofree char *stripped = srv_janus_sdp_clean (text);

  g_assert_true ((trimmed == NULL) == (error != NULL));
  g_assert_true (!trimmed || (again && strlen (again) <= strlen (trimmed)));
  g_assert_null (strstr (stripped, "\na=rtcp-fb:96 ccm fir\r\n"));
}

static void
check_transport_id (const char *text)
{
  SrvJanusId id;
  g_autofree char *back = NULL;

  if (!srv_janus_id_parse (&id, text))
    return;
  back = srv_janus_id_to_text (&id);
  g_assert_cmpstr (back, ==, text);
}

/* The first byte tells what the rest is. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data + 1, size - 1) : NULL;

  if (!text)
    return 0;
  if (data[0] == 'm')
    check_message ((const char *) data + 1, size - 1);
  else if (data[0] == 'i')
    check_transport_id (text);
  else if (g_utf8_validate (text, -1, NULL))
    check_description (text);
  return 0;
}
