// SPDX-License-Identifier: LGPL-2.1-or-later
import { watchDevices } from './devices.js';
import { Emitter } from './emitter.js';
import { ErrorCode, NertcError } from './errors.js';
import { LocalStream } from './local-stream.js';
import { aborted, invalidArgument, wrongState } from './media-errors.js';
import { Membership } from './membership.js';
import { RemoteStream } from './remote-stream.js';
import { checkType } from './stream.js';
import { toWire } from './uids.js';

/** @typedef {import('./stream.js').MediaType} MediaType */

const CONNECTED = ['joined', 'reconnecting'];
const TEXT_BYTES_MAX = 1024;

const needUid = (uid) => toWire(uid, 'uid') ?? '';

function needLocal(stream) {
  if (!(stream instanceof LocalStream))
    throw invalidArgument('This needs a stream of NERTC.createStream()');
}

function needRemote(stream) {
  if (!(stream instanceof RemoteStream))
    throw invalidArgument('This needs a stream of another member, as ‘stream-added’ tells it');
}

/** A page's place in one room at a time; what it calls and hears is in nertc.d.ts. */
export class Client extends Emitter {
  #options;
  /** @type {Membership | null} from join() to the end of it */
  #membership = null;
  /** @type {Promise<void> | null} the last leave() that is under way */
  #leaving = null;
  /** @type {Set<LocalStream>} that tell of their devices by this client */
  #streams = new Set();
  /** @type {'host' | 'audience'} what the application wants to be */
  #role = 'host';
  #destroyed = false;
  #stopWatching;
  /** @type {() => void} */
  #forget;

  /**
   * @param {{appkey?: string, debug?: unknown, server: string, codec?: string}} options
   * @param {() => void} forget called when it is destroyed
   */
  constructor(options, forget) {
    super();
    this.#options = options;
    this.#forget = forget;
    this.#stopWatching = watchDevices((devices) => this.emit('device-changed', { devices }));
  }

  /* Membership */

  /** @param {any} options see JoinOptions in nertc.d.ts */
  join(options) {
    return this.#enter(options, false);
  }

  /** @param {any} options see ListenOptions in nertc.d.ts */
  listen(options) {
    return this.#enter(options, true);
  }

  /** @param {any} options what differs from those of join() */
  async switchChannel(options) {
    const { options: before, uid, publisher } = this.#needMembership();
    const { wishes } = publisher;
    await this.leave();
    await this.join({ ...before, uid, ...Object(options) });
    const membership = this.#needMembership();
    for (const wish of wishes) await membership.publisher.adopt(wish);
  }

  async #enter(options, listening) {
    this.#checkAlive();
    if (this.#membership)
      throw new NertcError(
        ErrorCode.ALREADY_JOINED,
        'This client is in a room, or on its way into one; leave() first',
      );
    const owner = {
      notify: (name, payload) => this.emit(name, payload),
      ended: () => {
        if (this.#membership === membership) this.#membership = null;
      },
    };
    const membership = new Membership(this.#options, Object(options), owner, listening);
    this.#membership = membership;
    try {
      /* The server has to hear that the uid is free again first. */
      await this.#leaving;
      if (this.#membership !== membership) throw aborted('The room was left before it was joined');
      await membership.join();
    } catch (error) {
      if (this.#membership === membership) this.#membership = null;
      membership.close();
      throw error;
    }
    if (this.#membership !== membership) throw aborted('The room was left before it was joined');
  }

  async leave() {
    const membership = this.#membership;
    this.#membership = null;
    if (!membership) return;
    const leaving = membership.leave();
    this.#leaving = leaving;
    await leaving;
    if (this.#leaving === leaving) this.#leaving = null;
  }

  async destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#forget();
    this.#stopWatching();
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
    await this.leave();
  }

  /* Streams */

  /**
   * The stream tells of its devices by this client.
   * @param {LocalStream} stream
   */
  adopt(stream) {
    this.#checkAlive();
    this.#streams.add(stream);
    stream.notify = (name, payload) => this.emit(name, payload);
    stream.uidSource = () => this.getUid();
  }

  /**
   * @param {LocalStream} stream
   * @param {MediaType} [mediaType]
   */
  async publish(stream, mediaType) {
    needLocal(stream);
    if (mediaType !== undefined && mediaType !== null) checkType(mediaType);
    const { publisher } = this.#needMembership();
    if (this.#role === 'audience')
      throw new NertcError(
        ErrorCode.GRANT_MISSING,
        'An audience publishes nothing; setClientRole()',
      );
    if (!this.#streams.has(stream)) this.adopt(stream);
    await publisher.publish(stream, mediaType ?? undefined);
  }

  /**
   * @param {LocalStream} [stream] absent: all
   * @param {MediaType} [mediaType]
   */
  async unpublish(stream, mediaType) {
    if (stream !== undefined) needLocal(stream);
    if (mediaType !== undefined && mediaType !== null) checkType(mediaType);
    const { publisher } = this.#needMembership();
    const streams = stream ? [stream] : [...new Set(publisher.all.map((entry) => entry.stream))];
    await Promise.all(streams.map((each) => publisher.unpublish(each, mediaType ?? undefined)));
  }

  /** @param {RemoteStream} stream */
  async subscribe(stream) {
    needRemote(stream);
    const { subscriber } = this.#needStream(stream);
    await subscriber.subscribe(stream);
  }

  /**
   * @param {RemoteStream} stream
   * @param {MediaType} [mediaType]
   */
  async unsubscribe(stream, mediaType) {
    needRemote(stream);
    const { subscriber } = this.#needStream(stream);
    if (mediaType === undefined || mediaType === null) {
      await subscriber.unsubscribe(stream);
      return;
    }
    checkType(mediaType);
    stream.setSubscribeConfig({ [mediaType]: false });
    await subscriber.subscribe(stream);
  }

  /**
   * Until small pictures exist it is the high one, whichever is asked for.
   * @param {RemoteStream} stream
   * @param {number} highOrLow
   */
  async setRemoteVideoStreamType(stream, highOrLow) {
    needRemote(stream);
    if (highOrLow !== 0 && highOrLow !== 1)
      throw invalidArgument('Which one must be STREAM_TYPE.HIGH or STREAM_TYPE.LOW');
    this.#needStream(stream);
  }

  async resume() {
    const streams = [...this.#streams, ...this.getRemoteStreams()];
    await Promise.all(streams.map((stream) => stream.resume()));
  }

  /* What there is */

  getConnectionState() {
    return this.#membership?.connectionState ?? (this.#leaving ? 'DISCONNECTING' : 'DISCONNECTED');
  }

  getUid() {
    return this.#membership?.uid ?? null;
  }

  getChannelInfo() {
    const { channelName, token } = this.#membership?.options ?? {};
    const extraInfo = this.#membership?.room.extraInfo ?? '';
    return { channelName: channelName ?? '', uid: this.getUid(), token, extraInfo };
  }

  getMembers() {
    return this.#membership?.members ?? [];
  }

  /** With oneself */
  getMemberCount() {
    return this.#isIn() ? (this.#membership?.memberCount ?? 0) : 0;
  }

  /** What an administrator has muted of oneself */
  getMutedByAdmin() {
    return { ...(this.#membership?.room.muted ?? { audio: false, video: false }) };
  }

  getRole() {
    return this.#isIn() ? this.#membership?.room.role : this.#role;
  }

  getGrants() {
    return this.#isIn() ? [...(this.#membership?.room.grants ?? [])] : [];
  }

  getRemoteStreams() {
    return this.#membership?.remotes.all ?? [];
  }

  getLocalStreams() {
    return [...this.#streams].filter((stream) => !stream.destroyed);
  }

  /* What the members share */

  /** @param {'host' | 'audience'} role */
  async setClientRole(role) {
    if (role !== 'host' && role !== 'audience')
      throw invalidArgument(`The role ${role} is neither host nor audience`);
    const { room } = this.#membership ?? {};
    if (room && this.#isIn() && room.grants.includes('admin'))
      await this.setMemberRole(room.uid, role);
    else if (room && this.#isIn() && role === 'host' && room.role === 'audience')
      throw new NertcError(
        ErrorCode.GRANT_MISSING,
        'An audience becomes a host by an administrator, or by renewToken() with another token',
      );
    else if (role === 'audience' && this.#isIn()) await this.unpublish();
    this.#role = role;
  }

  /**
   * @param {string | number} uid
   * @param {'host' | 'audience'} role
   */
  async setMemberRole(uid, role) {
    await this.#ask('member.setRole', { uid: needUid(uid), role });
  }

  /* What administrators do */

  /**
   * @param {string | number} uid
   * @param {string} [message]
   */
  async kickMember(uid, message) {
    await this.#ask('member.kick', { uid: needUid(uid), message });
  }

  /**
   * @param {string | number} uid who need not be there
   * @param {number} seconds
   * @param {string} [message]
   */
  async banMember(uid, seconds, message) {
    await this.#ask('member.ban', { uid: needUid(uid), seconds, message });
  }

  /** @param {string | number} uid */
  async unbanMember(uid) {
    await this.#ask('member.unban', { uid: needUid(uid) });
  }

  /**
   * @param {string | number} uid
   * @param {{audio?: boolean, video?: boolean}} what absent: as it is
   */
  async muteMember(uid, { audio, video }) {
    await this.#ask('member.mute', { uid: needUid(uid), audio, video });
  }

  /** @param {string} [message] */
  async closeRoom(message) {
    await this.#ask('room.close', { message });
  }

  /* Messages */

  /**
   * @param {string} text
   * @param {{kind?: 'broadcast' | 'barrage' | 'command', to?: (string | number)[]}} [options]
   * @returns {Promise<{messageId: string, missing: (string | number)[]}>}
   */
  async sendMessage(text, { kind = 'broadcast', to } = {}) {
    const size = new TextEncoder().encode(text).length;
    if (size > TEXT_BYTES_MAX)
      throw new NertcError(
        ErrorCode.MESSAGE_TOO_LARGE,
        `The text has ${size} bytes in UTF-8; send at most ${TEXT_BYTES_MAX} at once`,
      );
    const membership = this.#needMembership();
    const params = { kind, text, to: to?.map(needUid) };
    const { messageId, missing = [] } = await this.#ask('message.send', params);
    return { messageId, missing: missing.map((uid) => membership.toUid(uid)) };
  }

  /* Invitations */

  /**
   * @param {string | number} uid
   * @param {{channelName?: string | number, text?: string, timeout?: number}} [options]
   * @returns {Promise<{inviteId: string, channelName: string}>}
   */
  async invite(uid, { channelName, text, timeout } = {}) {
    const own = this.#membership?.options.channelName;
    const named = toWire(channelName ?? own, 'channelName');
    const params = { uid: needUid(uid), channel: named, text, timeout };
    const { inviteId, channel } = await this.#ask('invite.send', params, true);
    return { inviteId, channelName: channel };
  }

  /**
   * @param {string} inviteId
   * @returns {Promise<{channelName: string}>}
   */
  async acceptInvite(inviteId) {
    const { channel } = await this.#ask('invite.accept', { inviteId }, true);
    return { channelName: channel };
  }

  /**
   * @param {string} inviteId
   * @param {{busy?: boolean}} [options]
   */
  async rejectInvite(inviteId, { busy } = {}) {
    await this.#ask('invite.reject', { inviteId, busy }, true);
  }

  /** @param {string} inviteId */
  async cancelInvite(inviteId) {
    await this.#ask('invite.cancel', { inviteId }, true);
  }

  /** @param {{userName?: string, userData?: string}} user */
  async updateUser(user) {
    await this.#needMembership().room.updateMember(Object(user));
  }

  /** @param {string} extraInfo */
  async setExtraInfo(extraInfo) {
    await this.#needMembership().room.updateRoom({ extraInfo });
  }

  /** @param {string} token */
  async renewToken(token) {
    await this.#needMembership().room.renewToken(token);
  }

  /** @param {string} token */
  updatePermKey(token) {
    return this.renewToken(token);
  }

  /* Figures */

  async getTransportStats() {
    return this.#needMembership().figures.getTransport();
  }

  async getSessionStats() {
    return this.#needMembership().figures.getSession();
  }

  async getLocalAudioStats() {
    return this.#needMembership().figures.getLocal('audio');
  }

  /** @param {MediaType} [mediaType] */
  async getLocalVideoStats(mediaType) {
    return this.#needMembership().figures.getLocal('video', mediaType);
  }

  /** @param {MediaType} [mediaType] */
  async getRemoteAudioStats(mediaType = 'audio') {
    return this.#needMembership().figures.getRemote(mediaType);
  }

  /** @param {MediaType} [mediaType] */
  async getRemoteVideoStats(mediaType = 'video') {
    return this.#needMembership().figures.getRemote(mediaType);
  }

  #checkAlive() {
    if (this.#destroyed) throw wrongState('The client was destroyed; createClient() makes another');
  }

  #isConnected() {
    return CONNECTED.includes(this.#membership?.room.state ?? '');
  }

  #isIn() {
    return this.#isConnected() && !this.#membership?.listening;
  }

  /* The server's answer to what the room as such has nothing to do with */
  async #ask(method, params, orListening = false) {
    return (await this.#needMembership(orListening).room.ask(method, params)) ?? {};
  }

  #needMembership(orListening = false) {
    this.#checkAlive();
    const fits = orListening ? this.#isConnected() : this.#isIn();
    if (this.#membership && fits) return this.#membership;
    throw new NertcError(ErrorCode.NOT_JOINED, 'The client is in no room; await join() first');
  }

  #needStream(stream) {
    const membership = this.#needMembership();
    if (membership.remotes.has(stream)) return membership;
    throw new NertcError(
      ErrorCode.STREAM_NOT_FOUND,
      `The member ${stream.getId()} sends nothing of this stream any more`,
    );
  }
}
