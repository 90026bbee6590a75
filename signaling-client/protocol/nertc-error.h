/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#if defined(__GNUC__)
#define NERTC_API __attribute__ ((visibility ("default"))) extern
#else
#define NERTC_API extern
#endif

/**
 * NERTC_ERROR:
 *
 * Error domain of the room: the protocol, the client library and the server.
 */
#define NERTC_ERROR (nertc_error_quark ())

/**
 * NertcError:
 * @NERTC_ERROR_PARSE: the text is not JSON (JSON-RPC 2.0, section 5.1)
 * @NERTC_ERROR_INVALID_REQUEST: the JSON is not a request, notification or response
 * @NERTC_ERROR_METHOD_NOT_FOUND: the other side does not know the method
 * @NERTC_ERROR_INVALID_PARAMS: a field is missing, of the wrong type or out of its bounds
 * @NERTC_ERROR_INTERNAL: the other side failed in a way it could not foresee
 * @NERTC_ERROR_NOT_JOINED: the request needs a joined room
 * @NERTC_ERROR_ALREADY_JOINED: this connection has joined a room
 * @NERTC_ERROR_ROOM_NAME_INVALID: the room name has a byte that room names may not have, or a bad
 * length
 * @NERTC_ERROR_UID_INVALID: the uid has a byte that uids may not have, or a bad length
 * @NERTC_ERROR_UID_TAKEN: another member of the room has this uid
 * @NERTC_ERROR_ROOM_FULL: the room has as many members as the server lets in
 * @NERTC_ERROR_TOO_MANY_ROOMS: the server has as many rooms as it may have
 * @NERTC_ERROR_TOO_MANY_STREAMS: the member publishes, or subscribes, as many streams as it may
 * @NERTC_ERROR_STREAM_ID_INVALID: the stream id has a byte that it may not have, or a bad length
 * @NERTC_ERROR_STREAM_ID_TAKEN: the stream id is in use under this app key
 * @NERTC_ERROR_STREAM_NOT_FOUND: there is no such stream (any more)
 * @NERTC_ERROR_MESSAGE_TOO_LARGE: the message is larger than 256 KiB, or its text than 1 KiB
 * @NERTC_ERROR_RATE_EXCEEDED: more messages in a second than the server takes
 * @NERTC_ERROR_APP_KEY_UNKNOWN: the server has no such app key
 * @NERTC_ERROR_TOKEN_REQUIRED: the server lets nobody in without a token
 * @NERTC_ERROR_TOKEN_MALFORMED: the token is none that the server could have been given
 * @NERTC_ERROR_TOKEN_SIGNATURE: the token was not signed with a secret of its app key
 * @NERTC_ERROR_TOKEN_EXPIRED: the token's time is over
 * @NERTC_ERROR_TOKEN_NOT_YET_VALID: the token's time has not come
 * @NERTC_ERROR_TOKEN_OTHER_ROOM: the token is for another room, or for another app key
 * @NERTC_ERROR_TOKEN_OTHER_UID: the token is for another uid
 * @NERTC_ERROR_GRANT_MISSING: the member may not do this; the token has to grant it
 * @NERTC_ERROR_SESSION_GONE: there is no session to come back to, or not without a gap
 * @NERTC_ERROR_MEMBER_NOT_FOUND: the room has no such member
 * @NERTC_ERROR_BANNED: an administrator keeps this uid out of the room, for a time
 * @NERTC_ERROR_UID_OFFLINE: nobody with this uid is connected to the server
 * @NERTC_ERROR_INVITE_NOT_FOUND: there is no such invitation (any more)
 * @NERTC_ERROR_SERVER_UNREACHABLE: no connection to the server could be made
 * @NERTC_ERROR_TIMEOUT: no answer in time
 * @NERTC_ERROR_CONNECTION_LOST: the connection to the server ended before the answer
 * @NERTC_ERROR_ROOM_CLOSED: the server ended the membership; the close reason tells why
 * @NERTC_ERROR_WRONG_STATE: the call is not possible in the present state
 * @NERTC_ERROR_CERTIFICATE: the server's certificate is not to be trusted, or cannot be checked
 *
 * What can go wrong with a room. The values are the codes on the wire; those from 2000 on are
 * found by the client itself and never sent.
 */
typedef enum {
  NERTC_ERROR_PARSE = -32700,
  NERTC_ERROR_INVALID_REQUEST = -32600,
  NERTC_ERROR_METHOD_NOT_FOUND = -32601,
  NERTC_ERROR_INVALID_PARAMS = -32602,
  NERTC_ERROR_INTERNAL = -32603,
  NERTC_ERROR_NOT_JOINED = 1001,
  NERTC_ERROR_ALREADY_JOINED = 1002,
  NERTC_ERROR_ROOM_NAME_INVALID = 1003,
  NERTC_ERROR_UID_INVALID = 1004,
  NERTC_ERROR_UID_TAKEN = 1005,
  NERTC_ERROR_ROOM_FULL = 1006,
  NERTC_ERROR_TOO_MANY_ROOMS = 1007,
  NERTC_ERROR_TOO_MANY_STREAMS = 1008,
  NERTC_ERROR_STREAM_ID_INVALID = 1009,
  NERTC_ERROR_STREAM_ID_TAKEN = 1010,
  NERTC_ERROR_STREAM_NOT_FOUND = 1011,
  NERTC_ERROR_MESSAGE_TOO_LARGE = 1012,
  NERTC_ERROR_RATE_EXCEEDED = 1013,
  NERTC_ERROR_APP_KEY_UNKNOWN = 1014,
  NERTC_ERROR_TOKEN_REQUIRED = 1015,
  NERTC_ERROR_TOKEN_MALFORMED = 1016,
  NERTC_ERROR_TOKEN_SIGNATURE = 1017,
  NERTC_ERROR_TOKEN_EXPIRED = 1018,
  NERTC_ERROR_TOKEN_NOT_YET_VALID = 1019,
  NERTC_ERROR_TOKEN_OTHER_ROOM = 1020,
  NERTC_ERROR_TOKEN_OTHER_UID = 1021,
  NERTC_ERROR_GRANT_MISSING = 1022,
  NERTC_ERROR_SESSION_GONE = 1023,
  NERTC_ERROR_MEMBER_NOT_FOUND = 1024,
  NERTC_ERROR_BANNED = 1025,
  NERTC_ERROR_UID_OFFLINE = 1026,
  NERTC_ERROR_INVITE_NOT_FOUND = 1027,
  NERTC_ERROR_SERVER_UNREACHABLE = 2001,
  NERTC_ERROR_TIMEOUT = 2002,
  NERTC_ERROR_CONNECTION_LOST = 2003,
  NERTC_ERROR_ROOM_CLOSED = 2004,
  NERTC_ERROR_WRONG_STATE = 2005,
  NERTC_ERROR_CERTIFICATE = 2006,
} NertcError;

/**
 * NertcCloseReason:
 * @NERTC_CLOSE_REASON_NONE: nothing ended
 * @NERTC_CLOSE_REASON_LEFT: the member left of its own will
 * @NERTC_CLOSE_REASON_UNPUBLISHED: the publisher took the stream back
 * @NERTC_CLOSE_REASON_TIMEOUT: the member's connection was lost and did not come back
 * @NERTC_CLOSE_REASON_KICKED: an admin removed the member
 * @NERTC_CLOSE_REASON_BANNED: an admin removed the member for a time
 * @NERTC_CLOSE_REASON_REPLACED: a second login with the same uid took the place
 * @NERTC_CLOSE_REASON_EXPIRED: the member's token expired
 * @NERTC_CLOSE_REASON_CLOSED: the room was closed
 * @NERTC_CLOSE_REASON_SHUTDOWN: the server shuts down; clients come back when it is there again
 * @NERTC_CLOSE_REASON_SLOW_READER: the member read its messages too slowly
 * @NERTC_CLOSE_REASON_RATE: the member went on sending too fast
 * @NERTC_CLOSE_REASON_LOST: the connection to the server was lost
 * @NERTC_CLOSE_REASON_REFUSED: the server refused the join
 * @NERTC_CLOSE_REASON_FAILED: the media path failed
 * @NERTC_CLOSE_REASON_SUCCEEDED: a newer transport took over
 * @NERTC_CLOSE_REASON_UNSUBSCRIBED: the consumer does not want the stream any more
 *
 * Why a membership, a stream or a transport ended. The nick is the text on the wire.
 */
typedef enum {
  NERTC_CLOSE_REASON_NONE,
  NERTC_CLOSE_REASON_LEFT,
  NERTC_CLOSE_REASON_UNPUBLISHED,
  NERTC_CLOSE_REASON_TIMEOUT,
  NERTC_CLOSE_REASON_KICKED,
  NERTC_CLOSE_REASON_BANNED,
  NERTC_CLOSE_REASON_REPLACED,
  NERTC_CLOSE_REASON_EXPIRED,
  NERTC_CLOSE_REASON_CLOSED,
  NERTC_CLOSE_REASON_SHUTDOWN,
  NERTC_CLOSE_REASON_SLOW_READER,
  NERTC_CLOSE_REASON_RATE,
  NERTC_CLOSE_REASON_LOST,
  NERTC_CLOSE_REASON_REFUSED,
  NERTC_CLOSE_REASON_FAILED,
  NERTC_CLOSE_REASON_SUCCEEDED,
  NERTC_CLOSE_REASON_UNSUBSCRIBED,
} NertcCloseReason;

NERTC_API GQuark nertc_error_quark (void);

NERTC_API const char *nertc_close_reason_to_string (NertcCloseReason reason);
NERTC_API NertcCloseReason nertc_close_reason_from_string (const char *nick);

G_END_DECLS
