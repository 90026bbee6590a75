// SPDX-License-Identifier: LGPL-2.1-or-later
import { watchDevices } from './devices.js';
import { Emitter } from './emitter.js';
import { ErrorCode, NertcError } from './errors.js';
import { LocalStream } from './local-stream.js';
import { aborted, invalidArgument, wrongState } from './media-errors.js';
import { Membership } from './membership.js';
import { RemoteStream } from './remote-stream.js';
import { checkType } from './stream.js';

/** @typedef {import('./stream.js').MediaType} MediaType */

const CONNECTED = ['joined', 'reconnecting'];

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
  async join(options) {
    this.#checkAlive();
    if (this.#membership)
      throw new NertcError(
        ErrorCode.ALREADY_JOINED,
        'This client is in a room, or on its way into one; leave() first',
      );
    const membership = new Membership(this.#options, Object(options), {
      notify: (name, payload) => this.emit(name, payload),
      ended: () => {
        if (this.#membership === membership) this.#membership = null;
      },
    });
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
    if (room && this.#isIn() && room.grants.includes('admin')) await room.setRole(room.uid, role);
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
    await this.#needMembership().room.setRole(uid, role);
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

  #isIn() {
    return CONNECTED.includes(this.#membership?.room.state ?? '');
  }

  #needMembership() {
    this.#checkAlive();
    if (this.#membership && this.#isIn()) return this.#membership;
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
