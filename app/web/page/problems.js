// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors in plain words: which sentence fits, and which advice. Pure.

const byName = {
  'server-unreachable': 'unreachable',
  'connection-lost': 'unreachable',
  timeout: 'timeout',
  'token-required': 'tokenRequired',
  'token-malformed': 'tokenBad',
  'token-signature': 'tokenBad',
  'token-expired': 'tokenExpired',
  'token-not-yet-valid': 'tokenEarly',
  'token-other-room': 'tokenRoom',
  'token-other-uid': 'tokenUid',
  'app-key-unknown': 'appKey',
  'room-full': 'roomFull',
  'too-many-rooms': 'serverFull',
  'uid-taken': 'uidTaken',
  'room-name-invalid': 'roomName',
  'uid-invalid': 'uidName',
  'grant-missing': 'grant',
  'too-many-streams': 'streams',
  'rate-exceeded': 'busy',
  'message-too-large': 'tooLarge',
  banned: 'banned',
  'uid-offline': 'offline',
  'invite-not-found': 'inviteOver',
};

const byDevice = {
  NotAllowedError: 'permission',
  SecurityError: 'permission',
  NotReadableError: 'inUse',
  AbortError: 'device',
  OverconstrainedError: 'device',
};

const missing = { audio: 'noMicrophone', video: 'noCamera' };

function keyOf(error, { device, secure }) {
  const name = error?.name ?? '';
  if (name === 'NOT_SUPPORT') return secure ? 'support' : 'https';
  if (device === 'screen' && name === 'NotAllowedError') return 'shareCancelled';
  if (name === 'NotFoundError') return missing[device] ?? 'noDevice';
  return byName[name] ?? byDevice[name] ?? 'unknown';
}

/**
 * @param {{name?: string, message?: string}} error what a call of the SDK rejected with
 * @param {{device?: string, secure?: boolean}} [context] which device was wanted; whether the page's
 *   address is a secure one
 * @returns {{title: string, advice: string, values: {message: string}, field: string}} keys of the
 *   words, and the field of the form that wants another look
 */
export function problemOf(error, { device = '', secure = globalThis.isSecureContext } = {}) {
  const key = keyOf(error, { device, secure });
  return {
    title: `problem.${key}`,
    advice: `problem.${key}.do`,
    values: { message: error?.message ?? String(error) },
    field: fieldOf[key] ?? '',
  };
}

const fieldOf = {
  tokenRequired: 'token',
  tokenBad: 'token',
  tokenExpired: 'token',
  tokenEarly: 'token',
  tokenRoom: 'token',
  tokenUid: 'uid',
  appKey: 'appkey',
  uidTaken: 'uid',
  uidName: 'uid',
  roomName: 'room',
};
