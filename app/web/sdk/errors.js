// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * What can go wrong. Codes up to 1999 are those of the room protocol, and a server sends them; from
 * 2000 on they are found here and never sent. The first ones of them are those of the C library.
 */
export const ErrorCode = Object.freeze({
  PARSE: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL: -32603,
  NOT_JOINED: 1001,
  ALREADY_JOINED: 1002,
  ROOM_NAME_INVALID: 1003,
  UID_INVALID: 1004,
  UID_TAKEN: 1005,
  ROOM_FULL: 1006,
  TOO_MANY_ROOMS: 1007,
  TOO_MANY_STREAMS: 1008,
  STREAM_ID_INVALID: 1009,
  STREAM_ID_TAKEN: 1010,
  STREAM_NOT_FOUND: 1011,
  MESSAGE_TOO_LARGE: 1012,
  RATE_EXCEEDED: 1013,
  APP_KEY_UNKNOWN: 1014,
  TOKEN_REQUIRED: 1015,
  TOKEN_MALFORMED: 1016,
  TOKEN_SIGNATURE: 1017,
  TOKEN_EXPIRED: 1018,
  TOKEN_NOT_YET_VALID: 1019,
  TOKEN_OTHER_ROOM: 1020,
  TOKEN_OTHER_UID: 1021,
  GRANT_MISSING: 1022,
  SESSION_GONE: 1023,
  MEMBER_NOT_FOUND: 1024,
  BANNED: 1025,
  UID_OFFLINE: 1026,
  INVITE_NOT_FOUND: 1027,
  SERVER_UNREACHABLE: 2001,
  TIMEOUT: 2002,
  CONNECTION_LOST: 2003,
  ROOM_CLOSED: 2004,
  WRONG_STATE: 2005,
  /* Of the browser */
  NOT_SUPPORT: 2101,
  INVALID_ARGUMENT: 2102,
  ABORTED: 2103,
  MEDIA_NOT_ALLOWED: 2111,
  MEDIA_NOT_FOUND: 2112,
  MEDIA_NOT_READABLE: 2113,
  MEDIA_OVERCONSTRAINED: 2114,
  MEDIA_SECURITY: 2115,
  MEDIA_ABORT: 2116,
  AUTOPLAY: 41030,
});

/** Those that are not called after their constant @type {Map<number, string>} */
const names = new Map([
  [ErrorCode.NOT_SUPPORT, 'NOT_SUPPORT'],
  [ErrorCode.INVALID_ARGUMENT, 'INVALID_ARGUMENT'],
  [ErrorCode.ABORTED, 'ABORTED'],
  [ErrorCode.MEDIA_NOT_ALLOWED, 'NotAllowedError'],
  [ErrorCode.MEDIA_NOT_FOUND, 'NotFoundError'],
  [ErrorCode.MEDIA_NOT_READABLE, 'NotReadableError'],
  [ErrorCode.MEDIA_OVERCONSTRAINED, 'OverconstrainedError'],
  [ErrorCode.MEDIA_SECURITY, 'SecurityError'],
  [ErrorCode.MEDIA_ABORT, 'AbortError'],
  [ErrorCode.AUTOPLAY, 'notAllowedError'],
]);

for (const [constant, code] of Object.entries(ErrorCode))
  if (!names.has(code)) names.set(code, constant.toLowerCase().replaceAll('_', '-'));

/** An error of the SDK: `code` is for programs, `name` its word, `message` for people. */
export class NertcError extends Error {
  /** @type {string | undefined} what somebody else had to say about it */
  said;

  /**
   * @param {number} code one of ErrorCode; any other has the name of an internal error
   * @param {string} message what went wrong, with which value, and what to do
   */
  constructor(code, message) {
    super(message);
    this.name = names.get(code) ?? 'internal';
    this.code = code;
  }

  /** The same as `code`. */
  getCode() {
    return this.code;
  }
}

/**
 * Whether it is the connection that failed, and not the request.
 * @param {unknown} error
 */
export function isLoss(error) {
  return error instanceof NertcError && error.code === ErrorCode.CONNECTION_LOST;
}
