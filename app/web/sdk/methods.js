// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * The messages of the room protocol `nertc.v1`: each with its fields, their types and their bounds.
 * The same table is in C (signaling-client/protocol/nertc-method.c), in the JSON schema and in
 * docs/protocol.md; the messages in tests/data/messages test them all.
 *
 * @typedef {object} Field
 * @property {'string' | 'name' | 'choice' | 'integer' | 'boolean' | 'object' | 'array'} type
 * @property {boolean} required
 * @property {number} [min] of an integer
 * @property {number} [max] of an integer, or the code points of a text, or the items of an array
 * @property {RegExp} [pattern] of a name
 * @property {'channel' | 'uid' | 'streamId'} [kind] of a name
 * @property {readonly string[]} [choices]
 * @property {Fields} [fields] of an object, or of each item
 * @property {number} [itemMax] the code points of each item that is a text
 *
 * @typedef {Record<string, Field>} Fields
 *
 * @typedef {object} Method
 * @property {string} name
 * @property {'client' | 'server'} sender
 * @property {'request' | 'notification'} kind
 * @property {Fields} params
 * @property {Fields} [result] of a request
 */

const TEXT_MAX = 1024;
const USER_NAME_MAX = 128;
const ID_MAX = 64;

/** @param {number} max @returns {Field} */
const text = (max) => ({ type: 'string', required: true, max });
/** @param {number} min @param {number} max @returns {Field} */
const integer = (min, max) => ({ type: 'integer', required: true, min, max });
/** @param {readonly string[]} choices @returns {Field} */
const choice = (...choices) => ({ type: 'choice', required: true, choices });
/** @param {number} max @param {Fields} fields @returns {Field} */
const objects = (max, fields) => ({ type: 'array', required: true, max, fields });
/** @param {number} max @param {number} itemMax @returns {Field} */
const texts = (max, itemMax) => ({ type: 'array', required: true, max, itemMax });
/** @param {Field} field @returns {Field} */
const optional = (field) => ({ ...field, required: false });

/** @type {Field} */
const boolean = { type: 'boolean', required: true };
/** @type {Field} */
const channel = {
  type: 'name',
  kind: 'channel',
  required: true,
  pattern: /^[a-zA-Z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~,]{1,64}$/,
};
/** @type {Field} */
const uid = { type: 'name', kind: 'uid', required: true, pattern: /^[ -~]{1,64}$/ };
/** @type {Field} */
const streamId = { type: 'name', kind: 'streamId', required: true, pattern: /^[!-~]{1,64}$/ };

const transportId = text(ID_MAX);
const epoch = text(ID_MAX);
const sessionSecret = text(ID_MAX);
const counter = integer(0, Number.MAX_SAFE_INTEGER);
const pingInterval = integer(1, 3600);
const grants = texts(8, TEXT_MAX);
const role = choice('host', 'audience');
const reason = choice(
  'left',
  'unpublished',
  'timeout',
  'kicked',
  'banned',
  'replaced',
  'expired',
  'closed',
  'shutdown',
  'slow-reader',
  'rate',
  'lost',
  'refused',
  'failed',
  'succeeded',
  'unsubscribed',
);

/** @type {Fields} */
const stream = {
  streamId,
  source: choice('camera', 'screen', 'custom'),
  audio: boolean,
  video: boolean,
  audioMuted: boolean,
  videoMuted: boolean,
};
/** @type {Fields} */
const member = { uid, userName: text(USER_NAME_MAX), userData: text(TEXT_MAX), role };
/** @type {Fields} */
const quality = { up: integer(0, 6), down: integer(0, 6) };
/** @type {Fields} */
const description = { transportId, type: choice('offer', 'answer'), sdp: text(65536) };
/** @type {Fields} */
const candidate = { transportId, sdpMLineIndex: integer(0, 255), candidate: text(TEXT_MAX) };
/** @type {Fields} */
const wanted = { audio: boolean, video: boolean };

/** @type {Record<string, {params: Fields, result: Fields}>} */
const requests = {
  'room.join': {
    params: {
      channel,
      uid: optional(uid),
      appKey: optional(text(64)),
      userName: optional(text(USER_NAME_MAX)),
      userData: optional(text(TEXT_MAX)),
      userUpdates: optional(boolean),
      sessionSecret: optional(sessionSecret),
      token: optional(text(4096)),
    },
    result: {
      uid,
      epoch,
      sessionSecret,
      pingInterval,
      role,
      grants,
      grace: integer(0, 3600),
      room: { type: 'object', required: true, fields: { extraInfo: text(TEXT_MAX) } },
      members: objects(100000, { ...member, streams: objects(64, stream) }),
    },
  },
  'room.resume': {
    params: { sessionSecret, epoch, received: counter },
    result: { received: counter, pingInterval },
  },
  'room.ping': { params: {}, result: {} },
  'room.leave': { params: {}, result: {} },
  'room.update': { params: { extraInfo: text(TEXT_MAX) }, result: {} },
  'room.renewToken': { params: { token: text(4096) }, result: {} },
  'member.update': {
    params: { userName: optional(text(USER_NAME_MAX)), userData: optional(text(TEXT_MAX)) },
    result: {},
  },
  'member.setRole': { params: { uid, role }, result: {} },
  'stream.publish': {
    params: {
      ...stream,
      streamId: optional(streamId),
      audioMuted: optional(boolean),
      videoMuted: optional(boolean),
      transports: optional(texts(1000, ID_MAX)),
    },
    result: { streamId },
  },
  'stream.update': {
    params: {
      streamId,
      audio: optional(boolean),
      video: optional(boolean),
      renew: optional(boolean),
      audioMuted: optional(boolean),
      videoMuted: optional(boolean),
    },
    result: {},
  },
  'stream.unpublish': { params: { streamId }, result: {} },
  'stream.subscribe': {
    params: { streamId, ...wanted, transports: optional(texts(8, ID_MAX)) },
    result: {},
  },
  'stream.unsubscribe': { params: { streamId }, result: {} },
};

/** @type {Record<string, Fields>} */
const notifications = {
  'transport.description': description,
  'transport.candidate': candidate,
  'transport.failed': {
    transportId,
    code: choice('ice', 'dtls', 'certificate', 'description', 'silence', 'media', 'codec', 'turn'),
    message: optional(text(TEXT_MAX)),
  },
  'transport.playing': { transportId },
  'member.quality': quality,
};

/** @type {Record<string, Fields>} */
const events = {
  'room.updated': { extraInfo: text(TEXT_MAX) },
  'room.quality': { members: objects(1000, { uid, ...quality }) },
  'room.role': { role, grants },
  'room.tokenWillExpire': { expiresIn: integer(0, 86400) },
  'room.closed': { reason, message: optional(text(TEXT_MAX)) },
  'member.joined': member,
  'member.updated': member,
  'member.left': { uid, reason },
  'stream.added': { uid, ...stream },
  'stream.updated': { uid, ...stream },
  'stream.removed': { uid, streamId, reason },
  'transport.open': {
    transportId,
    role: choice('sender', 'receiver'),
    uid,
    streamId,
    ...wanted,
    iceServers: objects(16, {
      urls: texts(8, TEXT_MAX),
      username: optional(text(512)),
      credential: optional(text(512)),
    }),
  },
  'transport.description': description,
  'transport.candidate': candidate,
  'transport.update': { transportId, ...wanted },
  'transport.close': { transportId, reason },
};

/** What every event has, also one that the table does not name. @type {Fields} */
export const eventFields = { epoch, seq: integer(1, Number.MAX_SAFE_INTEGER) };

/** @type {Record<'client' | 'server', Map<string, Method>>} */
const methods = { client: new Map(), server: new Map() };

for (const [name, { params, result }] of Object.entries(requests))
  methods.client.set(name, { name, sender: 'client', kind: 'request', params, result });
for (const [name, params] of Object.entries(notifications))
  methods.client.set(name, { name, sender: 'client', kind: 'notification', params });
for (const [name, fields] of Object.entries(events)) {
  const params = { ...fields, ...eventFields };
  methods.server.set(name, { name, sender: 'server', kind: 'notification', params });
}

/**
 * @param {string} name
 * @param {'client' | 'server'} sender who sends it
 * @returns {Method | undefined}
 */
export function findMethod(name, sender) {
  return methods[sender].get(name);
}

/** @returns {Method[]} */
export function listMethods() {
  return [...methods.client.values(), ...methods.server.values()];
}
