// SPDX-License-Identifier: LGPL-2.1-or-later
import { realClock } from './clock.js';
import { Emitter } from './emitter.js';
import { ErrorCode, NertcError, isLoss } from './errors.js';
import { ExtraInfo } from './extra-info.js';
import { Intents } from './intents.js';
import { watchPage } from './page-life.js';
import { Roster } from './roster.js';
import { Session } from './session.js';
import { roomAddress } from './socket.js';
import { cutText, encodeNotification, encodeRequest } from './wire.js';

const GRANTS = ['publish', 'subscribe', 'message', 'admin'];
const FAILURE_TEXT_MAX = 1024;
/* Events that say nothing about the room itself */
const PASSED_ON = ['message', 'invite'];

/* RFC 7515, section 7.1: three parts of base64url with points between */
const TOKEN_FORM = /^[\w-]+\.[\w-]*\.[\w-]*$/;

const nothing = () => {};

/* The id of a member or a room may be a number, which is written as everybody writes it. */
const toName = (value) => (value === undefined || value === null ? '' : String(value));

/* What lets its holder in is told to nobody, also where somebody looks for mistakes. */
const hideSecrets = (word) =>
  typeof word === 'string'
    ? word.replace(/("(?:token|sessionSecret|credential)":)"(?:[^"\\]|\\.)*"/g, '$1"…"')
    : word;

/** @param {unknown} debug */
function debugWriter(debug) {
  if (!debug) return nothing;
  const write = typeof debug === 'function' ? debug : console.debug.bind(console, 'nertc');
  return (...words) => write(...words.map(hideSecrets));
}

/* What is no token, such as a secret, is not sent to anybody. */
function checkToken(given) {
  const token = toName(given).trim();
  if (token === '' || (token.length <= 4096 && TOKEN_FORM.test(token))) return token;
  throw new NertcError(
    ErrorCode.TOKEN_MALFORMED,
    'What was given is no token, which is three parts of letters, digits, ‘-’ and ‘_’ with points ' +
      'between, at most 4096 characters; give what nertc-token mint prints',
  );
}

/**
 * @typedef {object} JoinOptions
 * @property {string | number} [channel]
 * @property {boolean} [listen] to be in no room, and only be there to be invited
 * @property {string | number | null} [uid] none: the server chooses one
 * @property {string} [appKey]
 * @property {string} [userName]
 * @property {string} [userData]
 * @property {boolean} [userUpdates] false: nothing is told about members coming and going
 * @property {string | null} [token]
 *
 * @typedef {{audio?: boolean, video?: boolean}} Wanted
 *
 * @typedef {object} Published
 * @property {string} [streamId] absent: the server makes one
 * @property {'camera' | 'screen' | 'custom'} [source]
 * @property {boolean} [audio]
 * @property {boolean} [video]
 * @property {boolean} [audioMuted]
 * @property {boolean} [videoMuted]
 */

/**
 * A member's end of a room: who is there, what they publish, and the messages of the transports. It
 * knows nothing of media. It outlives losses of its connection and restarts of the server.
 *
 * At a join first `state-changed` tells that it is joined, then `member-joined` of everybody who is
 * there already, then `stream-added` of all of their streams, then the promise of join() resolves.
 * After a restart of the server what is the same again is not told.
 *
 * Events: `state-changed` {state, previous, reason, willReconnect}, `closed` {reason, message, error}
 * (the message of who ended it, or of the error; an end that nobody asked for), `session-lost` (transports of before are not known to the server any
 * more; their media goes on), `member-joined`, `member-updated` (a member), `member-left` {uid,
 * reason}, `stream-added`, `stream-updated` {uid, stream}, `stream-removed` {uid, streamId, reason},
 * `stream-lost` {streamId, reason, error} (one's own), `room-updated` {extraInfo}, `role-changed` {role,
 * grants}, `muted` {audio, video} (oneself, by an administrator), `member-count` {members},
 * `token-will-expire` {expiresIn}, `token-renewed`, `quality` [{uid, up, down}]; `message-received`,
 * `message-delivered`, `invite-received`, `invite-updated` with the fields of docs/protocol.md; and
 * `transport-open`, `transport-description`, `transport-candidate`, `transport-update`,
 * `transport-close` with the fields of docs/protocol.md. A `transport-update` for a transport that is
 * known no more is to be answered by sendFailed(id, 'media').
 */
export class Room extends Emitter {
  /**
   * Which transports carry a stream now, the oldest first; set by whoever has them. Those that the
   * server does not know are named to it, so that they live on.
   * @type {(streamId: string, role: 'sender' | 'receiver') => string[]}
   */
  liveTransports = () => [];

  uid = '';
  /** @type {'host' | 'audience'} */
  role = 'audience';
  /** @type {string[]} */
  grants = [];
  /** By an administrator */
  muted = { audio: false, video: false };
  /** Those who are in the room, as the server has told last */
  memberCount = 0;

  #server;
  #session;
  #intents;
  #roster = new Roster(true);
  #extraInfo;
  #joinMethod = 'room.join';
  /** @type {Record<string, any>} */
  #me = {};
  /* What of it the last join told */
  #toldMe = this.#me;
  /* Ids that the server of this session has told of */
  #known = new Set();
  #stopWatching = nothing;
  #page;

  /**
   * @param {{server: string, debug?: unknown, WebSocket?: any, clock?: import('./clock.js').Clock,
   *   timing?: Partial<import('./session.js').Timing>, page?: any}} options `server`:
   *   `ws(s)://HOST:PORT/room`, or `http(s)://HOST:PORT`; the others are for tests
   */
  constructor({ server, debug, WebSocket, clock = realClock, timing, page = globalThis }) {
    super();
    this.#server = server;
    this.#page = page;
    this.#session = new Session(this.#sessionOwner(), {
      clock,
      timing,
      WebSocket: WebSocket ?? globalThis.WebSocket,
      debug: debugWriter(debug),
    });
    this.#intents = new Intents({
      call: (method, params, reply) => this.#session.call(method, params, reply),
      hasSession: () => this.#session.hasSession,
      isPresent: (streamId) => this.#roster.hasPresent(streamId),
      liveTransports: (streamId, kind) => this.#nameLive(streamId, kind),
      failed: (streamId, error) => this.emit('stream-lost', { streamId, reason: 'refused', error }),
    });
    this.#extraInfo = new ExtraInfo({
      call: (method, params, reply) => this.#session.call(method, params, reply),
      hasSession: () => this.#session.hasSession,
      changed: (extraInfo) => this.emit('room-updated', { extraInfo }),
    });
  }

  get state() {
    return this.#session.state;
  }

  /** Why the state is what it is. */
  get reason() {
    return this.#session.reason;
  }

  /** The name of the session; null between two. */
  get epoch() {
    return this.#session.epoch;
  }

  /** The other members by uid. */
  get members() {
    return this.#roster.members;
  }

  get extraInfo() {
    return this.#extraInfo.value;
  }

  /* Membership */

  /**
   * @param {JoinOptions} options
   * @returns {Promise<{uid: string, role: string, grants: string[], extraInfo: string,
   *   members: import('./roster.js').MemberInfo[]}>}
   */
  async join(options) {
    const method = options.listen ? 'invite.listen' : 'room.join';
    const me = {
      channel: options.listen ? undefined : toName(options.channel),
      uid: toName(options.uid) || undefined,
      appKey: options.appKey || undefined,
      userName: options.userName || undefined,
      userData: options.userData || undefined,
      userUpdates: options.userUpdates ?? true,
      token: checkToken(options.token) || undefined,
    };
    const url = roomAddress(this.#server);
    encodeRequest(method, 1, me); /* names what is wrong with it */
    await this.#session.join(url, () => {
      this.#joinMethod = method;
      this.#me = me;
      this.#roster = new Roster(me.userUpdates);
      this.#extraInfo.reset();
      this.#watchPage();
    });
    const { uid, role, grants, extraInfo } = this;
    return { uid, role, grants, extraInfo, members: [...this.members.values()] };
  }

  /**
   * Leaves the room, or ends the try to join it.
   * @returns {Promise<void>} when the server knows, or after a second
   */
  leave() {
    return this.#session.leave();
  }

  /**
   * Gives the server a token that counts longer; it is used by later joins, too.
   * @param {string} token
   */
  async renewToken(token) {
    this.#needRoom();
    const given = checkToken(token);
    if (!given) throw new NertcError(ErrorCode.TOKEN_REQUIRED, 'There is no token to renew with');
    /* A loss tells nothing: the next join sends the token. */
    if (this.#session.hasSession) await this.#tell('room.renewToken', { token: given });
    this.#me.token = given;
    this.emit('token-renewed', {});
  }

  /**
   * @param {string | number} uid a member, or this one
   * @param {'host' | 'audience'} role
   */
  async setRole(uid, role) {
    await this.ask('member.setRole', { uid: toName(uid), role });
  }

  /**
   * A request that is of use now only: a message, what an administrator does, an invitation.
   * @param {string} method
   * @param {Record<string, any>} params
   */
  async ask(method, params) {
    this.#needRoom();
    if (this.#session.hasSession) return this.#request(method, params);
    throw new NertcError(
      ErrorCode.CONNECTION_LOST,
      'The connection to the room server is lost for now; try again when it is back',
    );
  }

  /** @param {string} inviteId */
  sendRinging(inviteId) {
    this.#session.notify('invite.ringing', { inviteId });
  }

  /** @param {{userName?: string, userData?: string}} changes */
  async updateMember({ userName, userData }) {
    this.#needRoom();
    encodeRequest('member.update', 1, { userName, userData });
    Object.assign(this.#me, userName === undefined ? {} : { userName });
    Object.assign(this.#me, userData === undefined ? {} : { userData });
    /* Each join tells of the member. */
    if (this.#session.hasSession) await this.#tell('member.update', { userName, userData });
  }

  /** @param {{extraInfo: string}} changes what all members share */
  async updateRoom({ extraInfo }) {
    this.#needRoom();
    encodeRequest('room.update', 1, { extraInfo });
    await this.#extraInfo.set(extraInfo);
  }

  /* Streams */

  /**
   * Tells the others of a stream. It outlives losses: the room publishes it again.
   * @param {Published} options
   * @returns {Promise<string>} the stream id in force
   */
  async publish({ streamId, source = 'camera', audio, video, audioMuted, videoMuted }) {
    this.#needRoom();
    const media = {
      source,
      audio: Boolean(audio),
      video: Boolean(video),
      audioMuted: Boolean(audioMuted),
      videoMuted: Boolean(videoMuted),
    };
    const id = streamId || undefined;
    this.#checkTracks(media);
    encodeRequest('stream.publish', 1, { streamId: id, ...media });
    if (id && this.#intents.find('publish', id))
      throw new NertcError(
        ErrorCode.STREAM_ID_TAKEN,
        `The stream ‘${id}’ is published here already; choose another stream id`,
      );
    const intent = this.#intents.add('publish', id, media);
    return this.#intents.request(intent, this.#session.hasSession);
  }

  /**
   * Changes tracks or what is muted. It switches nothing by itself.
   * @param {string} streamId
   * @param {Published & {renew?: boolean}} changes `renew`: descriptions have to be made anew
   */
  async updateStream(streamId, { audio, video, audioMuted, videoMuted, renew }) {
    const intent = this.#needIntent('publish', streamId);
    const changes = Object.fromEntries(
      Object.entries({ audio, video, audioMuted, videoMuted }).filter(([, is]) => is !== undefined),
    );
    this.#checkTracks({ ...intent.media, ...changes });
    const params = { streamId, ...changes, ...(renew ? { renew } : {}) };
    encodeRequest('stream.update', 1, params);
    Object.assign(intent.media, changes);
    if (this.#intents.isOnServer(intent)) await this.#tell('stream.update', params);
  }

  /** @param {string} streamId */
  unpublish(streamId) {
    return this.#takeBack('publish', streamId, 'stream.unpublish');
  }

  /**
   * Asks for a stream of another member, or for other tracks of it. It outlives losses.
   * @param {string} streamId
   * @param {Wanted} wanted both false: nothing is sent but the transport stays
   */
  async subscribe(streamId, { audio = false, video = false }) {
    this.#needRoom();
    encodeRequest('stream.subscribe', 1, { streamId, audio, video });
    const there = this.#roster.find(streamId) !== undefined;
    if (this.state === 'reconnecting' && !there)
      throw new NertcError(ErrorCode.STREAM_NOT_FOUND, `There is no stream ‘${streamId}’`);
    const intent =
      this.#intents.find('subscribe', streamId) ?? this.#intents.add('subscribe', streamId, {});
    intent.media = { audio, video };
    const missing = there && !this.#roster.hasPresent(streamId);
    await this.#intents.request(intent, this.#session.hasSession && !missing);
  }

  /** @param {string} streamId */
  unsubscribe(streamId) {
    return this.#takeBack('subscribe', streamId, 'stream.unsubscribe');
  }

  /* Transports */

  /**
   * Whether the server of this session knows a transport. One that it does not know is of an earlier
   * session: it goes on until it fails, or until its successor plays.
   * @param {string} transportId
   */
  knowsTransport(transportId) {
    return this.#known.has(transportId);
  }

  /**
   * @param {string} transportId
   * @param {'offer' | 'answer'} type
   * @param {string} sdp
   */
  sendDescription(transportId, type, sdp) {
    this.#notifyOf(transportId, 'transport.description', { type, sdp });
  }

  /**
   * @param {string} transportId
   * @param {number} sdpMLineIndex
   * @param {string} candidate empty: no more will follow
   */
  sendCandidate(transportId, sdpMLineIndex, candidate) {
    this.#notifyOf(transportId, 'transport.candidate', { sdpMLineIndex, candidate });
  }

  /** @param {string} transportId */
  sendPlaying(transportId) {
    this.#notifyOf(transportId, 'transport.playing', {});
  }

  /**
   * @param {string} transportId
   * @param {string} code
   * @param {string} [message] for a log
   */
  sendFailed(transportId, code, message = '') {
    const text = cutText(message, FAILURE_TEXT_MAX) || undefined;
    this.#session.notify('transport.failed', { transportId, code, message: text });
  }

  /**
   * @param {number} up 0 to 6
   * @param {number} down 0 to 6
   */
  sendQuality(up, down) {
    if (this.state === 'joined') this.#session.notify('member.quality', { up, down });
  }

  /* A transport of an earlier session has nobody to talk to. */
  #notifyOf(transportId, method, params) {
    if (this.#known.has(transportId)) this.#session.notify(method, { transportId, ...params });
    else encodeNotification(method, { transportId, ...params });
  }

  #nameLive(streamId, kind) {
    const role = kind === 'publish' ? 'sender' : 'receiver';
    return this.liveTransports(streamId, role).filter((id) => !this.#known.has(id));
  }

  /* Requests */

  #request(method, params) {
    return new Promise((resolve, reject) => {
      this.#session.call(method, params, (result, error) =>
        error ? reject(error) : resolve(result),
      );
    });
  }

  /* When the session ends first, there is nothing left to be changed: the next join tells. */
  async #tell(method, params) {
    try {
      await this.#request(method, params);
    } catch (error) {
      if (!isLoss(error)) throw error;
    }
  }

  #needRoom() {
    if (this.state === 'reconnecting' || this.state === 'joined') return;
    throw new NertcError(
      ErrorCode.NOT_JOINED,
      `This needs a room that has been joined; this one is ${this.state}`,
    );
  }

  #needIntent(kind, streamId) {
    this.#needRoom();
    const intent = this.#intents.find(kind, streamId);
    if (intent && streamId) return intent;
    throw new NertcError(
      ErrorCode.STREAM_NOT_FOUND,
      `The stream ‘${streamId}’ is not ${kind === 'publish' ? 'published' : 'subscribed'} here`,
    );
  }

  /** @param {Record<string, any>} media */
  #checkTracks({ audio, video }) {
    if (audio || video) return;
    throw new NertcError(ErrorCode.INVALID_PARAMS, 'A stream needs an audio or a video track');
  }

  async #takeBack(kind, streamId, method) {
    const intent = this.#needIntent(kind, streamId);
    const onServer = this.#intents.isOnServer(intent);
    const told = onServer ? this.#tell(method, { streamId }) : undefined;
    this.#intents.drop(
      intent,
      new NertcError(ErrorCode.ABORTED, `The stream ‘${streamId}’ was taken back`),
    );
    await told;
  }

  /* The session */

  /** @returns {import('./session.js').SessionOwner} */
  #sessionOwner() {
    return {
      joinRequest: () => {
        this.#toldMe = { ...this.#me };
        return [this.#joinMethod, this.#toldMe];
      },
      takeJoinResult: (result) => this.#takeJoinResult(result),
      takeEvent: (name, params) => this.#takeEvent(name, params),
      stateChanged: (state, previous, reason) =>
        this.emit('state-changed', {
          state,
          previous,
          reason,
          willReconnect: state === 'reconnecting',
        }),
      sessionLost: () => this.#onSessionLost(),
      settled: () => this.#roster.settled,
      settle: () => this.#tellChanges(this.#roster.settle()),
      ended: (reason, error, asked) => this.#onEnded(reason, error, asked),
    };
  }

  #takeJoinResult(result) {
    const again = this.state === 'reconnecting';
    this.uid = result.uid;
    this.#me.uid = result.uid;
    const roleChange = this.#takeRights(result);
    this.memberCount = result.room.memberCount ?? result.members.length + 1;
    const { audioMuted: audio = false, videoMuted: video = false } = result;
    const changes = this.#roster.applySnapshot(result.members);
    const extraInfoStep = this.#extraInfo.takeSnapshot(result.room.extraInfo, again);
    return [
      () => again && roleChange(),
      () => this.#takeMuted({ audio, video }),
      () => this.#tellMeanwhile(),
      extraInfoStep,
      () => this.#tellChanges(changes),
      () => this.#intents.restore(),
    ];
  }

  #watchPage() {
    this.#stopWatching = watchPage(
      {
        hidden: () => this.#session.pageHidden(),
        shown: () => this.#session.pageShown(),
        online: () => this.#session.networkCame(),
      },
      this.#page,
    );
  }

  /* What was set while the join was under way. Nobody waits for it. */
  #tellMeanwhile() {
    const { userName, userData, token } = this.#me;
    const quietly = (promise) => promise.catch(nothing);
    if (userName !== this.#toldMe.userName || userData !== this.#toldMe.userData)
      quietly(this.#tell('member.update', { userName, userData }));
    if (token !== this.#toldMe.token) quietly(this.#tell('room.renewToken', { token }));
  }

  /* Returns: tells of it, if there is anything to tell */
  #takeRights({ role, grants }) {
    const known = GRANTS.filter((grant) => grants.includes(grant));
    const changed = role !== this.role || known.join() !== this.grants.join();
    this.role = role;
    this.grants = known;
    return changed ? () => this.emit('role-changed', { role, grants: [...known] }) : nothing;
  }

  #onSessionLost() {
    this.#known.clear();
    this.#intents.unsettle();
    this.emit('session-lost', {});
  }

  #onEnded(reason, error, asked) {
    this.#stopWatching();
    this.#stopWatching = nothing;
    this.#known.clear();
    this.#roster = new Roster(true);
    this.grants = [];
    this.#intents.dropAll(error);
    this.#extraInfo.drop(error);
    if (!asked) this.emit('closed', { reason, message: error.said ?? error.message, error });
  }

  /* A listener may leave the room. */
  #tellChanges(changes) {
    const { generation } = this.#session;
    for (const [name, payload] of changes) {
      if (this.#session.generation !== generation) return;
      if (name === 'stream-removed') this.#intents.forgetSubscription(payload.streamId);
      this.emit(name, payload);
    }
  }

  #takeEvent(name, params) {
    const [family] = name.split('.');
    if (family === 'transport') this.#takeTransportEvent(name, params);
    else if (PASSED_ON.includes(family)) this.emit(name.replace('.', '-'), params);
    else this.#eventTakers[name]?.(params);
  }

  #takeTransportEvent(name, params) {
    const { transportId } = params;
    if (name === 'transport.open' && this.#known.has(transportId)) return;
    if (name === 'transport.close') this.#known.delete(transportId);
    else if (name === 'transport.open' || name === 'transport.update') this.#known.add(transportId);
    this.emit(name.replace('.', '-'), params);
  }

  /** @type {Record<string, (params: any) => void>} */
  #eventTakers = {
    'room.updated': ({ extraInfo }) => this.#extraInfo.take(extraInfo),
    'room.quality': ({ members }) => this.emit('quality', members),
    'room.role': (params) => this.#takeNewRights(params),
    'room.muted': (muted) => this.#takeMuted(muted),
    'room.memberCount': ({ members }) => {
      this.memberCount = members;
      this.emit('member-count', { members });
    },
    'room.tokenWillExpire': ({ expiresIn }) => this.emit('token-will-expire', { expiresIn }),
    'room.closed': ({ reason, message }) => this.#session.takeClosed(reason, message),
    'member.joined': (params) => this.#tellChanges(this.#roster.putMember(params)),
    'member.updated': (params) => this.#tellChanges(this.#roster.putMember(params)),
    'member.left': ({ uid, reason }) => this.#tellChanges(this.#roster.removeMember(uid, reason)),
    'stream.added': (params) => this.#takeStreamAdded(params),
    'stream.updated': (params) => this.#tellChanges(this.#roster.putStream(params.uid, params)),
    'stream.removed': (params) => this.#takeStreamRemoved(params),
  };

  /* By an administrator */
  #takeMuted({ audio, video }) {
    if (audio === this.muted.audio && video === this.muted.video) return;
    this.muted = { audio, video };
    this.emit('muted', { audio, video });
  }

  #takeStreamAdded(params) {
    const { generation } = this.#session;
    this.#tellChanges(this.#roster.putStream(params.uid, params));
    if (this.#session.generation === generation) this.#intents.restoreSubscription(params.streamId);
  }

  /* One's own is told of when the server has taken it. */
  #takeStreamRemoved({ uid, streamId, reason }) {
    if (uid !== this.uid) this.#tellChanges(this.#roster.removeStream(streamId, reason));
    else if (this.#intents.losePublication(streamId, reason))
      this.emit('stream-lost', {
        streamId,
        reason,
        error: new NertcError(
          ErrorCode.GRANT_MISSING,
          `The stream ‘${streamId}’ is published no more, since this member may not publish now; it ` +
            'comes back when an administrator makes it a host, or with another token',
        ),
      });
  }

  /*
   * What the server does not let through any more it has ended; what it lets through again is wanted
   * still.
   */
  #takeNewRights(params) {
    const { generation } = this.#session;
    if (!params.grants.includes('subscribe')) this.#intents.unsettle('subscribe');
    this.#takeRights(params)();
    if (this.#session.generation !== generation || this.state !== 'joined') return;
    this.#intents.restore({
      publish: this.role === 'host' && this.grants.includes('publish'),
      subscribe: this.grants.includes('subscribe'),
    });
  }
}
