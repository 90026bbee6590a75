/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstroomerror.h"

#include <string.h>

/* What a user of the element can do about an error of the room. */
typedef struct {
  int code; /* a NertcError or a NertcCloseReason */
  GstResourceError resource;
  const char *remedy;
} Remedy;

static const Remedy error_remedies[] = {
  { NERTC_ERROR_SERVER_UNREACHABLE, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    "Start “nertc-server” there, or set “server” to where it runs." },
  { NERTC_ERROR_CONNECTION_LOST, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    "See whether “nertc-server” runs there and not something else." },
  { NERTC_ERROR_TIMEOUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    "See whether “nertc-server” runs there, or raise “join-timeout”." },
  { NERTC_ERROR_ROOM_NAME_INVALID, GST_RESOURCE_ERROR_SETTINGS, "Choose another “channel”." },
  { NERTC_ERROR_UID_INVALID, GST_RESOURCE_ERROR_SETTINGS, "Choose another “uid”." },
  { NERTC_ERROR_INVALID_PARAMS, GST_RESOURCE_ERROR_SETTINGS,
    "Mend the property that the message names." },
  { NERTC_ERROR_UID_TAKEN, GST_RESOURCE_ERROR_BUSY,
    "Choose another “uid”, or none, and the server assigns one." },
  { NERTC_ERROR_ROOM_FULL, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
    "Wait until somebody has left, or let the server take more members into a room." },
  { NERTC_ERROR_TOO_MANY_ROOMS, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
    "Join a room that is there already, or let the server have more rooms." },
  { NERTC_ERROR_ROOM_CLOSED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    "Ask whoever runs the server why it ended the membership." },
  { 0, GST_RESOURCE_ERROR_FAILED, "GST_DEBUG=roomsignal:6 and the server's log tell more." },
};

static const Remedy reason_remedies[] = {
  { NERTC_CLOSE_REASON_KICKED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    "An admin removed this member; joining again is allowed." },
  { NERTC_CLOSE_REASON_BANNED, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
    "An admin removed this member for a time; join again later." },
  { NERTC_CLOSE_REASON_REPLACED, GST_RESOURCE_ERROR_BUSY,
    "A second login with the same “uid” took the place; give every member a “uid” of its own." },
  { NERTC_CLOSE_REASON_CLOSED, GST_RESOURCE_ERROR_NOT_FOUND,
    "The room was closed for everybody; join again to open it anew." },
  { NERTC_CLOSE_REASON_SLOW_READER, GST_RESOURCE_ERROR_READ,
    "This member read its messages too slowly; see whether the machine is overloaded or a signal "
    "handler blocks." },
  { NERTC_CLOSE_REASON_RATE, GST_RESOURCE_ERROR_WRITE,
    "This member sent messages faster than the server takes them; send less often." },
  { NERTC_CLOSE_REASON_LOST, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    "The server could not be reached again within “reconnect-timeout”; see whether “nertc-server” "
    "runs and the network is up." },
  { NERTC_CLOSE_REASON_TIMEOUT, GST_RESOURCE_ERROR_OPEN_READ_WRITE,
    "The server could not be reached again within “reconnect-timeout”; see whether “nertc-server” "
    "runs and the network is up." },
  { 0 },
};

static const Remedy *
find_remedy (const Remedy *remedies, int code)
{
  while (remedies->code != 0 && remedies->code != code)
    remedies++;
  return remedies;
}

/* Why a membership ended says more than with which error. */
static const Remedy *
choose_remedy (const GstRoomEnd *end)
{
  const Remedy *remedy = end->joined ? find_remedy (reason_remedies, end->reason) : NULL;

  if (remedy && remedy->remedy)
    return remedy;
  return find_remedy (error_remedies, end->error->domain == NERTC_ERROR ? end->error->code : 0);
}

/*
 * Posts the error message for @end: what happened, with which room and server, and what to do. Its
 * details have the fields code (int, a NertcError) and reason (string).
 */
void
gst_room_error_post (GstElement *element, const GstRoomEnd *end)
{
  const Remedy *remedy = choose_remedy (end);
  gsize length = strlen (end->error->message);
  gboolean has_stop = g_str_has_suffix (end->error->message, ".");
  char *text = g_strdup_printf (
      "%s room “%s” at %s: %.*s. %s", end->joined ? "No longer in" : "Cannot join", end->channel,
      end->server, (int) (length - (has_stop ? 1 : 0)), end->error->message, remedy->remedy);

  gst_element_message_full_with_details (
      element, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR, remedy->resource, text, NULL, __FILE__,
      GST_FUNCTION, __LINE__,
      gst_structure_new ("nertc", "code", G_TYPE_INT, end->error->code, "reason", G_TYPE_STRING,
                         nertc_close_reason_to_string (end->reason), NULL));
}
