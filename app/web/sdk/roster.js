// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * @typedef {object} StreamInfo
 * @property {string} streamId
 * @property {'camera' | 'screen' | 'custom'} source
 * @property {boolean} audio whether it has an audio track
 * @property {boolean} video
 * @property {boolean} audioMuted
 * @property {boolean} videoMuted
 *
 * @typedef {object} MemberInfo
 * @property {string} uid
 * @property {string} userName
 * @property {string} userData
 * @property {'host' | 'audience'} role
 * @property {boolean} [audioMuted] by an administrator
 * @property {boolean} [videoMuted]
 * @property {Map<string, StreamInfo>} streams by streamId
 *
 * @typedef {[name: string, payload: any]} Change an event for the application
 */

const memberFields = ['userName', 'userData', 'role', 'audioMuted', 'videoMuted'];
const streamFields = ['source', 'audio', 'video', 'audioMuted', 'videoMuted'];

/* Returns: whether anything is another now */
function assign(target, source, names) {
  const changed = names.some((name) => target[name] !== source[name]);
  for (const name of names) target[name] = source[name];
  return changed;
}

const pick = (object, names) => Object.fromEntries(names.map((name) => [name, object[name]]));

/**
 * Who is in the room, and what they publish. Every method tells what has changed by events.
 *
 * After a restart of the server the members come back one by one. So those who were there before a
 * new snapshot and are not in it are only missing, until they are there again or given up.
 */
export class Roster {
  /** @type {Map<string, MemberInfo>} in the order of their coming */
  members = new Map();
  #withMembers;
  /** @type {Set<MemberInfo | StreamInfo>} */
  #missing = new Set();

  /** @param {boolean} withMembers whether members are told of, or only their streams */
  constructor(withMembers) {
    this.#withMembers = withMembers;
  }

  get settled() {
    return this.#missing.size === 0;
  }

  /**
   * @param {string} streamId
   * @returns {{member: MemberInfo, stream: StreamInfo} | undefined}
   */
  find(streamId) {
    for (const member of this.members.values()) {
      const stream = member.streams.get(streamId);
      if (stream) return { member, stream };
    }
    return undefined;
  }

  /**
   * Whether the server has it at present.
   * @param {string} streamId
   */
  hasPresent(streamId) {
    const found = this.find(streamId);
    return found !== undefined && !this.#missing.has(found.stream);
  }

  /**
   * Somebody new, or known, or missing until now.
   * @returns {Change[]}
   */
  putMember(told) {
    if (!this.#withMembers) return [];
    const known = this.members.get(told.uid);
    if (!known) {
      const member = { uid: told.uid, ...pick(told, memberFields), streams: new Map() };
      this.members.set(told.uid, /** @type {MemberInfo} */ (member));
      return [['member-joined', member]];
    }
    this.#missing.delete(known);
    return assign(known, told, memberFields) ? [['member-updated', known]] : [];
  }

  /**
   * Takes along what is left of the member's streams.
   * @returns {Change[]}
   */
  removeMember(uid, reason) {
    const member = this.members.get(uid);
    if (!member) return [];
    /** @type {Change[]} */
    const changes = [...member.streams.keys()].flatMap((id) =>
      this.#dropStream(member, id, reason),
    );
    if (this.members.delete(uid) && this.#withMembers)
      changes.push(['member-left', { uid, reason }]);
    this.#missing.delete(member);
    return changes;
  }

  /**
   * A stream that is new, known, or missing until now; another one by its name takes its place.
   * @returns {Change[]}
   */
  putStream(uid, told) {
    const found = this.find(told.streamId);
    if (!found) return this.#addStream(uid, told);
    const { member, stream } = found;
    if (member.uid !== uid || stream.source !== told.source)
      return [
        ...this.#dropStream(member, told.streamId, 'unpublished'),
        ...this.#addStream(uid, told),
      ];
    this.#missing.delete(stream);
    return assign(stream, told, streamFields) ? [['stream-updated', { uid, stream }]] : [];
  }

  /** @returns {Change[]} */
  removeStream(streamId, reason) {
    const found = this.find(streamId);
    return found ? this.#dropStream(found.member, streamId, reason) : [];
  }

  /**
   * The members of the answer to room.join; they come first in the changes, then the streams.
   * @returns {Change[]}
   */
  applySnapshot(members) {
    for (const member of this.members.values()) {
      if (this.#withMembers) this.#missing.add(member);
      for (const stream of member.streams.values()) this.#missing.add(stream);
    }
    return [
      ...members.flatMap((member) => this.putMember(member)),
      ...members.flatMap(({ uid, streams }) =>
        streams.flatMap((stream) => this.putStream(uid, stream)),
      ),
    ];
  }

  /**
   * Gives up whoever has not come back.
   * @returns {Change[]}
   */
  settle() {
    /** @type {Change[]} */
    const changes = [];
    for (const member of [...this.members.values()]) {
      for (const stream of [...member.streams.values()])
        if (this.#missing.has(stream))
          changes.push(...this.#dropStream(member, stream.streamId, 'timeout'));
      if (this.#missing.has(member)) changes.push(...this.removeMember(member.uid, 'timeout'));
    }
    return changes;
  }

  /** @returns {Change[]} */
  #addStream(uid, told) {
    const stream = /** @type {StreamInfo} */ ({
      streamId: told.streamId,
      ...pick(told, streamFields),
    });
    this.#memberOf(uid).streams.set(stream.streamId, stream);
    return [['stream-added', { uid, stream }]];
  }

  /* Without user updates nobody tells of members; then their streams stand for them. */
  #memberOf(uid) {
    let member = this.members.get(uid);
    if (!member) {
      member = { uid, userName: '', userData: '', role: 'host', streams: new Map() };
      this.members.set(uid, member);
    }
    return member;
  }

  /** @returns {Change[]} */
  #dropStream(member, streamId, reason) {
    this.#missing.delete(/** @type {StreamInfo} */ (member.streams.get(streamId)));
    member.streams.delete(streamId);
    if (!this.#withMembers && member.streams.size === 0) this.members.delete(member.uid);
    return [['stream-removed', { uid: member.uid, streamId, reason }]];
  }
}
