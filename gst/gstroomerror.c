/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomerror.h"

typedef struct {
  int code; /* a NertcError or a NertcCloseReason; the row with 0 is the last */
  GstResourceError resource;
  const char *remedy; /* of a close reason; what goes wrong with a join says itself what to do */
} Row;

static const Row errors[] = {
  { NERTC_ERROR_SERVER_UNREACHABLE, GST_RESOURCE_ERROR_OPEN_READ_WRITE },
  { NERTC_ERROR_CERTIFICATE, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_CONNECTION_LOST, GST_RESOURCE_ERROR_OPEN_READ_WRITE },
  { NERTC_ERROR_TIMEOUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE },
  { NERTC_ERROR_ROOM_NAME_INVALID, GST_RESOURCE_ERROR_SETTINGS },
  { NERTC_ERROR_UID_INVALID, GST_RESOURCE_ERROR_SETTINGS },
  { NERTC_ERROR_INVALID_PARAMS, GST_RESOURCE_ERROR_SETTINGS },
  { NERTC_ERROR_UID_TAKEN, GST_RESOURCE_ERROR_BUSY },
  { NERTC_ERROR_ROOM_FULL, GST_RESOURCE_ERROR_NO_SPACE_LEFT },
  { NERTC_ERROR_APP_KEY_UNKNOWN, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_REQUIRED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_MALFORMED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_SIGNATURE, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_EXPIRED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_NOT_YET_VALID, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_OTHER_ROOM, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOKEN_OTHER_UID, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_GRANT_MISSING, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_BANNED, GST_RESOURCE_ERROR_NOT_AUTHORIZED },
  { NERTC_ERROR_TOO_MANY_ROOMS, GST_RESOURCE_ERROR_NO_SPACE_LEFT },
  { 0, GST_RESOURCE_ERROR_FAILED },
};

static const Row reasons[] = {
  { NERTC_CLOSE_REASON_KICKED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    " An admin removed this member; it may join again." },
  { NERTC_CLOSE_REASON_BANNED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    " An admin removed this member for a time; join again later." },
  { NERTC_CLOSE_REASON_REPLACED, GST_RESOURCE_ERROR_BUSY,
    " A second login with the same uid took the place; give each member a uid of its own." },
  { NERTC_CLOSE_REASON_EXPIRED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    " The token ran out; next time write another one into the file of token-file before, or use "
    "the action renew-token." },
  { NERTC_CLOSE_REASON_CLOSED, GST_RESOURCE_ERROR_NOT_FOUND,
    " The room was closed for everybody; join again to open it anew." },
  { NERTC_CLOSE_REASON_SLOW_READER, GST_RESOURCE_ERROR_READ,
    " Messages were read too slowly; look for a signal handler that blocks, or a machine that is "
    "overloaded." },
  { NERTC_CLOSE_REASON_TIMEOUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    " See whether nertc-server runs and the network is up, or raise reconnect-timeout." },
  { NERTC_CLOSE_REASON_RATE, GST_RESOURCE_ERROR_WRITE,
    " Messages were sent too fast; change properties less often." },
  { 0 },
};

static const Row *
find_row (const Row *rows, int code)
{
  while (rows->code != 0 && rows->code != code)
    rows++;
  return rows;
}

/* Why a membership ended tells more than the error that came with it. */
static const Row *
choose_row (const GError *error, NertcCloseReason reason)
{
  const Row *row = find_row (reasons, (int) reason);

  if (row->code != 0)
    return row;
  return find_row (errors, error->domain == NERTC_ERROR ? error->code : 0);
}

/* Returns: (transfer full): a sentence for people */
static char *
describe (NertcRoom *room, const GError *error, NertcCloseReason reason)
{
  g_autofree char *channel = NULL;
  g_autofree char *server = NULL;
  const char *stop = g_str_has_suffix (error->message, ".") ? "" : ".";
  const char *remedy = choose_row (error, reason)->remedy;

  g_object_get (room, "channel", &channel, "server", &server, NULL);
  if (!channel || !*channel)
    return g_strdup_printf ("%s listening for invitations at %s: %s%s%s",
                            reason == NERTC_CLOSE_REASON_NONE ? "Not" : "No longer", server,
                            error->message, stop, remedy ? remedy : "");
  if (reason == NERTC_CLOSE_REASON_NONE)
    return g_strdup_printf ("Cannot join room “%s”: %s%s", channel, error->message, stop);
  return g_strdup_printf ("No longer in room “%s” at %s: %s%s%s", channel, server, error->message,
                          stop, remedy ? remedy : "");
}

/*
 * gst_room_error_post:
 * @room: which; in its own thread
 * @error: what happened
 * @reason: why a membership ended; %NERTC_CLOSE_REASON_NONE: it did not begin
 *
 * Posts an error message that says what to do. Its details have the fields code (int, that of
 * @error) and reason (string).
 */
void
gst_room_error_post (GstElement *element, NertcRoom *room, const GError *error,
                     NertcCloseReason reason)
{
  gst_element_message_full_with_details (
      element, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR, (int) choose_row (error, reason)->resource,
      describe (room, error, reason), NULL, __FILE__, GST_FUNCTION, __LINE__,
      gst_structure_new ("nertc", "code", G_TYPE_INT, error->code, "reason", G_TYPE_STRING,
                         nertc_close_reason_to_string (reason), NULL));
}
