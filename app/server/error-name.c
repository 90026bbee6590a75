/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "error-name.h"

/* A number that is not here, which there should not be, counts as the first one. */
static const struct {
  int code;
  const char *name;
} names[] = {
  { NERTC_ERROR_INTERNAL, "internal" },
  { NERTC_ERROR_PARSE, "parse" },
  { NERTC_ERROR_INVALID_REQUEST, "invalid-request" },
  { NERTC_ERROR_METHOD_NOT_FOUND, "method-not-found" },
  { NERTC_ERROR_INVALID_PARAMS, "invalid-params" },
  { NERTC_ERROR_NOT_JOINED, "not-joined" },
  { NERTC_ERROR_ALREADY_JOINED, "already-joined" },
  { NERTC_ERROR_ROOM_NAME_INVALID, "room-name-invalid" },
  { NERTC_ERROR_UID_INVALID, "uid-invalid" },
  { NERTC_ERROR_UID_TAKEN, "uid-taken" },
  { NERTC_ERROR_ROOM_FULL, "room-full" },
  { NERTC_ERROR_TOO_MANY_ROOMS, "too-many-rooms" },
  { NERTC_ERROR_TOO_MANY_STREAMS, "too-many-streams" },
  { NERTC_ERROR_STREAM_ID_INVALID, "stream-id-invalid" },
  { NERTC_ERROR_STREAM_ID_TAKEN, "stream-id-taken" },
  { NERTC_ERROR_STREAM_NOT_FOUND, "stream-not-found" },
  { NERTC_ERROR_MESSAGE_TOO_LARGE, "message-too-large" },
  { NERTC_ERROR_RATE_EXCEEDED, "rate-exceeded" },
  { NERTC_ERROR_APP_KEY_UNKNOWN, "app-key-unknown" },
  { NERTC_ERROR_TOKEN_REQUIRED, "token-required" },
  { NERTC_ERROR_TOKEN_MALFORMED, "token-malformed" },
  { NERTC_ERROR_TOKEN_SIGNATURE, "token-signature" },
  { NERTC_ERROR_TOKEN_EXPIRED, "token-expired" },
  { NERTC_ERROR_TOKEN_NOT_YET_VALID, "token-not-yet-valid" },
  { NERTC_ERROR_TOKEN_OTHER_ROOM, "token-other-room" },
  { NERTC_ERROR_TOKEN_OTHER_UID, "token-other-uid" },
  { NERTC_ERROR_GRANT_MISSING, "grant-missing" },
  { NERTC_ERROR_SESSION_GONE, "session-gone" },
  { NERTC_ERROR_MEMBER_NOT_FOUND, "member-not-found" },
  { NERTC_ERROR_BANNED, "banned" },
  { NERTC_ERROR_UID_OFFLINE, "uid-offline" },
  { NERTC_ERROR_INVITE_NOT_FOUND, "invite-not-found" },
};

guint
srv_error_names_count (void)
{
  return G_N_ELEMENTS (names);
}

/* Returns: from 0 to srv_error_names_count () - 1 */
guint
srv_error_name_index (int code)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (names[i].code == code)
      return i;
  }
  return 0;
}

int
srv_error_name_code (guint index)
{
  return names[index].code;
}

const char *
srv_error_name_at (guint index)
{
  return names[index].name;
}

const char *
srv_error_name (int code)
{
  return names[srv_error_name_index (code)].name;
}
