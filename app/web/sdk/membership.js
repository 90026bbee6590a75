// SPDX-License-Identifier: LGPL-2.1-or-later
import { Figures } from './figures.js';
import { Monitor } from './monitor.js';
import { Publisher } from './publisher.js';
import { RemoteStreams } from './remote-streams.js';
import { Room } from './room.js';
import { Subscriber } from './subscriber.js';
import { fromWire, toWire } from './uids.js';

/** The states of applications, by those of the room. */
const CONNECTION_STATES = Object.freeze({
  idle: 'DISCONNECTED',
  joining: 'CONNECTING',
  joined: 'CONNECTED',
  reconnecting: 'CONNECTING',
  closed: 'DISCONNECTED',
});

/* Ends that have a name of their own beside `channel-closed` */
const END_EVENTS = Object.freeze({
  kicked: 'client-banned',
  banned: 'client-banned',
  replaced: 'uid-duplicate',
  expired: 'permkey-timeout',
});

/**
 * @typedef {object} MembershipOwner
 * @property {(name: string, payload: any) => unknown} notify whether somebody listened
 * @property {() => void} ended the server ended it
 */

/**
 * One stay in one room, or one time of waiting for invitations in none: what the room tells, in the words of
 * applications, and what belongs to it.
 */
export class Membership {
  #owner;
  #numeric;
  #joinedAt = 0;
  #monitor;
  #over = false;
  #leaving = false;

  /**
   * @param {{appkey?: string, debug?: unknown, server: string, codec?: string}} clientOptions
   * @param {any} options see JoinOptions in nertc.d.ts
   * @param {MembershipOwner} owner
   * @param {boolean} [listening] for invitations, in no room
   */
  constructor(clientOptions, options, owner, listening = false) {
    const notify = (name, payload) => this.#notify(name, payload);
    this.options = options;
    this.listening = listening;
    this.#owner = owner;
    this.#numeric = typeof options.uid === 'number';
    this.room = new Room({ server: clientOptions.server, debug: clientOptions.debug });
    this.publisher = new Publisher(this.room, clientOptions.codec);
    this.subscriber = new Subscriber(this.room, notify);
    this.remotes = new RemoteStreams((uid) => this.toUid(uid), notify);
    this.#monitor = new Monitor({
      senders: () => this.publisher.transports,
      receivers: () => this.subscriber.transports,
      levels: () => this.#listen(),
      graded: (up, down) => this.room.sendQuality(up, down),
      notify,
    });
    this.figures = new Figures(this, this.#monitor);
    this.room.liveTransports = (streamId, role) =>
      (role === 'sender' ? this.publisher : this.subscriber).liveTransports(streamId);
    this.#followRoom();
    this.#followTransports();
    this.#appkey = clientOptions.appkey;
  }

  #appkey;

  get uid() {
    return this.#joinedAt ? this.toUid(this.room.uid) : null;
  }

  get members() {
    return [...this.room.members.values()].map((member) => this.#describe(member));
  }

  /** With oneself */
  get memberCount() {
    const { userUpdates = true } = this.options;
    return userUpdates ? this.room.members.size + 1 : this.room.memberCount;
  }

  get connectionState() {
    return this.#leaving ? 'DISCONNECTING' : CONNECTION_STATES[this.room.state];
  }

  /** Seconds since the room was joined */
  get duration() {
    return this.#joinedAt ? (performance.now() - this.#joinedAt) / 1000 : 0;
  }

  async join() {
    const { channelName, uid, token, userName, userData, userUpdates } = this.options;
    await this.room.join({
      listen: this.listening,
      channel: toWire(channelName, 'channelName') ?? '',
      /* 0 is nobody's: as NERTC has it, the server chooses a number then. */
      uid: toWire(uid === 0 ? undefined : uid, 'uid'),
      appKey: this.#appkey,
      token,
      userName,
      userData,
      userUpdates,
    });
  }

  async leave() {
    const before = this.connectionState;
    this.#leaving = true;
    if (before !== 'DISCONNECTED') this.#tellState(before, 'DISCONNECTING', false, 'left');
    this.close();
    await this.room.leave().catch(() => {});
    if (before !== 'DISCONNECTED')
      this.#owner.notify('connection-state-change', {
        prevState: 'DISCONNECTING',
        curState: 'DISCONNECTED',
        reconnect: false,
        reason: 'left',
      });
  }

  /** Nothing of it is left, and nothing is told any more. */
  close() {
    if (this.#over) return;
    this.#over = true;
    this.#monitor.stop();
    this.publisher.close();
    this.subscriber.close();
    this.remotes.clear();
  }

  /** @param {string} uid of the wire */
  toUid(uid) {
    return fromWire(uid, this.#numeric);
  }

  #describe({ uid, userName, userData, role, audioMuted = false, videoMuted = false }) {
    return { uid: this.toUid(uid), userName, userData, role, audioMuted, videoMuted };
  }

  #notify(name, payload) {
    return !this.#over && this.#owner.notify(name, payload);
  }

  /* The same event in the application's form of uids */
  #passOn(name, payload) {
    return this.#notify(name, { ...payload, uid: this.toUid(payload.uid) });
  }

  #tellState(prevState, curState, reconnect, reason) {
    if (prevState === curState) return;
    this.#notify('connection-state-change', { prevState, curState, reconnect, reason });
  }

  #followRoom() {
    const { room, remotes, subscriber } = this;
    room.on('state-changed', (change) => this.#onState(change));
    room.on('closed', (end) => this.#onClosed(end));
    room.on('member-joined', (member) => this.#notify('peer-online', this.#describe(member)));
    room.on('member-updated', (member) => this.#notify('peer-updated', this.#describe(member)));
    room.on('member-left', ({ uid, reason }) => {
      remotes.forgetMember(uid);
      this.#notify('peer-leave', { uid: this.toUid(uid), reason });
    });
    room.on('stream-added', (added) => remotes.add(added));
    room.on('stream-updated', (updated) => {
      remotes.update(updated);
      subscriber.refresh(updated.stream.streamId);
    });
    room.on('stream-removed', (removed) => {
      subscriber.drop(removed.streamId);
      remotes.remove(removed);
    });
    room.on('stream-lost', (lost) => this.#onStreamLost(lost));
    room.on('room-updated', (change) => this.#notify('extra-info-changed', change));
    room.on('role-changed', (change) => this.#notify('client-role-changed', change));
    room.on('token-will-expire', (warning) => {
      this.#notify('token-will-expire', warning);
      this.#notify('permkey-will-expire', warning);
    });
    room.on('quality', (grades) => this.#onQuality(grades));
    room.on('muted', (muted) => this.#notify('muted-by-admin', muted));
    room.on('member-count', ({ members }) => this.#notify('member-count', { count: members }));
    room.on('message-received', (message) => this.#passOn('message-received', message));
    room.on('message-delivered', (message) => this.#passOn('message-delivered', message));
    room.on('invite-updated', (change) => this.#passOn('invite-updated', change));
    room.on('invite-received', ({ channel, ...invite }) => {
      /* Where nobody listens nothing rings. */
      if (this.#passOn('invite-received', { ...invite, channelName: channel }))
        room.sendRinging(invite.inviteId);
    });
  }

  #followTransports() {
    const { room, publisher, subscriber } = this;
    const find = (transportId) =>
      [...publisher.transports, ...subscriber.transports].find(({ id }) => id === transportId);
    room.on('transport-open', (open) =>
      open.role === 'sender' ? publisher.serve(open) : subscriber.receive(open),
    );
    room.on('transport-description', ({ transportId, type, sdp }) =>
      find(transportId)?.takeDescription(type, sdp),
    );
    room.on('transport-candidate', ({ transportId, sdpMLineIndex, candidate }) =>
      find(transportId)?.takeCandidate(sdpMLineIndex, candidate),
    );
    room.on('transport-update', ({ transportId, audio, video }) => {
      const wanted = { audio, video };
      if (publisher.takeWanted(transportId, wanted) || subscriber.takeWanted(transportId, wanted))
        return;
      /* It ended while nobody could be told. */
      room.sendFailed(transportId, 'media', 'The transport is not there any more');
    });
    room.on('transport-close', ({ transportId }) => find(transportId)?.end());
  }

  #onState({ state, previous, reason, willReconnect }) {
    if (state === 'joined') {
      this.#joinedAt ||= performance.now();
      if (!this.listening) this.#monitor.start();
    }
    if (this.#leaving) return;
    const reconnect = willReconnect || previous === 'reconnecting';
    this.#tellState(CONNECTION_STATES[previous], CONNECTION_STATES[state], reconnect, reason);
  }

  #onClosed({ reason, message, error }) {
    const joined = this.#joinedAt > 0;
    const notify = this.#owner.notify;
    this.close();
    this.#owner.ended();
    if (!joined) return;
    const name = END_EVENTS[reason];
    if (name) notify(name, { uid: this.uid, reason, message });
    if (name !== 'client-banned') notify('channel-closed', { reason, message });
    if (error && !name && reason !== 'closed') notify('error', error);
  }

  #onStreamLost({ streamId, reason }) {
    const lost = this.publisher.takeLost(streamId, reason === 'refused');
    for (const mediaType of lost?.types ?? [])
      this.#notify('stream-unpublished', { stream: lost?.stream, mediaType, reason });
  }

  #onQuality(grades) {
    this.#notify(
      'network-quality',
      grades.map(({ uid, up, down }) => ({
        uid: this.toUid(uid),
        uplinkNetworkQuality: up,
        downlinkNetworkQuality: down,
      })),
    );
  }

  #listen() {
    const heard = this.remotes.all
      .filter((stream) => stream.getAudioTrack())
      .map((stream) => ({ uid: stream.getId(), level: stream.getAudioLevel() }));
    const own = this.publisher.all
      .filter(({ stream, half }) => half === 'camera' && stream.hasAudio())
      .map(({ stream }) => ({ uid: this.uid, level: stream.getAudioLevel() }));
    return [...heard, ...own];
  }
}
