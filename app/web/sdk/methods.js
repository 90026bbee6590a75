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
const ADDRESSEES_MAX = 100;
const INVITE_SECONDS_MAX = 600;

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
const muted = { audioMuted: optional(boolean), videoMuted: optional(boolean) };
/** @type {Fields} */
const member = { uid, userName: text(USER_NAME_MAX), userData: text(TEXT_MAX), role, ...muted };
/** @type {Fields} */
const quality = { up: integer(0, 6), down: integer(0, 6) };
/** @type {Fields} */
const description = { transportId, type: choice('offer', 'answer'), sdp: text(65536) };
/** @type {Fields} */
const candidate = { transportId, sdpMLineIndex: integer(0, 255), candidate: text(TEXT_MAX) };
/** @type {Fields} */
const wanted = { audio: boolean, video: boolean };

const memberCount = integer(1, 100000);
const messageId = text(ID_MAX);
const messageKind = choice('broadcast', 'barrage', 'command');
const uids = texts(ADDRESSEES_MAX, 64);
const inviteId = text(ID_MAX);
const inviteTimeout = integer(1, INVITE_SECONDS_MAX);
const explanation = { message: optional(text(TEXT_MAX)) };
/** @type {Fields} */
const joined = {
  uid,
  epoch,
  sessionSecret,
  pingInterval,
  role,
  grants,
  grace: integer(0, 3600),
  room: {
    type: 'object',
    required: true,
    fields: { extraInfo: text(TEXT_MAX), memberCount: optional(memberCount) },
  },
  members: objects(100000, { ...member, streams: objects(64, stream) }),
  ...muted,
};

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
    result: joined,
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
  'room.close': { params: explanation, result: {} },
  'member.setRole': { params: { uid, role }, result: {} },
  'member.mute': {
    params: { uid, audio: optional(boolean), video: optional(boolean) },
    result: {},
  },
  'member.kick': { params: { uid, ...explanation }, result: {} },
  'member.ban': { params: { uid, seconds: integer(1, 315360000), ...explanation }, result: {} },
  'member.unban': { params: { uid }, result: {} },
  'message.send': {
    params: { kind: messageKind, text: text(4096), to: optional(uids) },
    result: { messageId, missing: optional(uids) },
  },
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
  'invite.listen': {
    params: {
      uid,
      appKey: optional(text(64)),
      userName: optional(text(USER_NAME_MAX)),
      userData: optional(text(TEXT_MAX)),
      sessionSecret: optional(sessionSecret),
      token: optional(text(4096)),
    },
    result: joined,
  },
  'invite.send': {
    params: {
      uid,
      channel: optional(channel),
      text: optional(text(TEXT_MAX)),
      timeout: optional(inviteTimeout),
    },
    result: { inviteId, channel },
  },
  'invite.accept': { params: { inviteId }, result: { channel } },
  'invite.reject': { params: { inviteId, busy: optional(boolean) }, result: {} },
  'invite.cancel': { params: { inviteId }, result: {} },
};

/** @type {Record<string, Fields>} */
const notifications = {
  'invite.ringing': { inviteId },
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
  'room.memberCount': { members: memberCount },
  'room.quality': { members: objects(1000, { uid, ...quality }) },
  'room.role': { role, grants },
  'room.muted': wanted,
  'room.tokenWillExpire': { expiresIn: integer(0, 86400) },
  'room.closed': { reason, ...explanation },
  'member.joined': member,
  'member.updated': member,
  'member.left': { uid, reason },
  'stream.added': { uid, ...stream },
  'stream.updated': { uid, ...stream },
  'stream.removed': { uid, streamId, reason },
  'message.received': {
    messageId,
    uid,
    kind: messageKind,
    text: text(TEXT_MAX),
    time: counter,
    dropped: optional(counter),
  },
  'message.delivered': { messageId, uid, delivered: boolean },
  'invite.received': {
    inviteId,
    uid,
    userName: text(USER_NAME_MAX),
    channel,
    text: text(TEXT_MAX),
    timeout: inviteTimeout,
  },
  'invite.updated': {
    inviteId,
    uid,
    state: choice(
      'ringing',
      'accepted',
      'rejected',
      'busy',
      'cancelled',
      'timeout',
      'offline',
      'elsewhere',
    ),
  },
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
