// SPDX-License-Identifier: LGPL-2.1-or-later
import { Timers, realClock } from './clock.js';
import { Transport } from './transport.js';

/* So long may a track take to change over when another one has. */
const PATIENCE = 1_000;
/* So long may a successor look for a path while the older one waits for its own to come back. */
const SUCCESSOR_PATIENCE = 2_000;
/* Transports say within 10 s what is wrong. */
const PLAY_TIMEOUT = 12_000;

/** @typedef {import('./transport.js').Kind} Kind */

/** @type {Kind[]} */
const KINDS = ['audio', 'video'];

/**
 * @typedef {object} SubscriptionOwner
 * @property {(kind: Kind, receiver: RTCRtpReceiver | null) => void} track what plays is another now
 * @property {(kind: Kind) => void} subscribed it can be played
 * @property {(problem: string) => void} timedOut nothing has come
 * @property {(transportId: string) => boolean} isKnown whether the server knows it
 */

/**
 * A stream of another member that is wanted, and the connections on which it comes: one as a rule,
 * and its successor beside it until that has media, track by track (make before break).
 */
export class Subscription {
  /** @type {Transport[]} the oldest first */
  transports = [];
  wanted = { audio: false, video: false };
  /** @type {Partial<Record<Kind, Transport>>} where what is played comes from */
  #current = {};
  /** @type {Transport | null} the one that was reported last */
  #playing = null;
  /** @type {Set<Kind>} */
  #subscribed = new Set();
  #info;
  #signalling;
  #owner;
  #timers;

  /**
   * @param {import('./roster.js').StreamInfo} info kept up to date by the room
   * @param {import('./transport.js').Signalling} signalling
   * @param {SubscriptionOwner} owner
   */
  constructor(info, signalling, owner, clock = realClock) {
    this.#info = info;
    this.#signalling = signalling;
    this.#owner = owner;
    this.#timers = new Timers(clock);
    this.#awaitPlaying();
  }

  get streamId() {
    return this.#info.streamId;
  }

  get playing() {
    return this.#playing;
  }

  /** @param {{audio: boolean, video: boolean}} wanted by the application */
  want(wanted) {
    const before = this.wanted;
    this.wanted = wanted;
    for (const kind of KINDS)
      if (wanted[kind] !== before[kind]) {
        this.#subscribed.delete(kind);
        this.#tellTrack(kind);
      }
    this.#check();
  }

  /** @param {any} open the event transport.open */
  receive(open) {
    const transport = new Transport(open, this.#signalling, {
      connected: () => this.#onConnected(transport),
      media: (_, kind) => this.#onMedia(transport, kind),
      lost: () => this.#onLost(transport),
      recovered: () => this.#onRecovered(),
      ended: () => this.#onEnded(transport),
      awaits: () => this.#awaitsMedia(transport),
    });
    this.transports.push(transport);
    if (this.transports.some(({ lost }) => lost)) transport.limitPatience(SUCCESSOR_PATIENCE);
  }

  find(transportId) {
    return this.transports.find(({ id }) => id === transportId);
  }

  takeWanted(transportId, wanted) {
    const transport = this.find(transportId);
    if (!transport) return false;
    transport.wanted = { audio: wanted.audio, video: wanted.video };
    this.#check();
    return true;
  }

  /** The stream has other tracks, or is muted otherwise. */
  refresh() {
    for (const kind of KINDS)
      if (!this.#info[kind]) {
        this.#subscribed.delete(kind);
        delete this.#current[kind];
        this.#tellTrack(kind);
      }
    this.#check();
  }

  close() {
    this.#timers.stopAll();
    for (const transport of this.transports.splice(0)) transport.close();
  }

  /* Where nothing plays yet, whatever comes is good. */
  #onConnected(transport) {
    for (const kind of transport.receivers.keys())
      if (!this.#isServed(kind)) this.#switch(kind, transport);
    this.#check();
  }

  #onMedia(transport, kind) {
    const current = this.#current[kind];
    const newer = !current || this.#isNewer(transport, current);
    if (transport.usable && (newer || !current?.usable)) this.#switch(kind, transport);
    this.#check();
  }

  #onLost(transport) {
    if (this.#playing === transport) {
      this.#playing = null;
      this.#timers.stop('patience');
      this.#awaitPlaying();
    }
    for (const other of this.transports)
      if (other !== transport) other.limitPatience(SUCCESSOR_PATIENCE);
    this.#useWhatCame();
  }

  #onRecovered() {
    this.#useWhatCame();
    this.#check();
  }

  #onEnded(transport) {
    this.transports = this.transports.filter((other) => other !== transport);
    for (const [kind, current] of Object.entries(this.#current))
      if (current === transport) delete this.#current[/** @type {Kind} */ (kind)];
    if (this.#playing === transport) {
      this.#playing = null;
      this.#awaitPlaying();
    }
    this.#timers.stop('patience');
    this.#useWhatCame();
    this.#check();
  }

  #isServed(kind) {
    const current = this.#current[kind];
    return current !== undefined && !current.closed;
  }

  #isNewer(transport, other) {
    return this.transports.indexOf(transport) > this.transports.indexOf(other);
  }

  /* Whatever has media now goes before what has none. */
  #useWhatCame() {
    for (const transport of [...this.transports].reverse())
      for (const kind of transport.came)
        if (transport.usable && !this.#current[kind]?.usable) this.#switch(kind, transport);
  }

  #switch(kind, transport) {
    if (!transport.receivers.has(kind) || this.#current[kind] === transport) return;
    this.#current[kind] = transport;
    this.#tellTrack(kind);
  }

  #tellTrack(kind) {
    const receiver = this.wanted[kind] && this.#current[kind]?.receivers.get(kind);
    this.#owner.track(kind, receiver || null);
  }

  #tellSubscribed() {
    for (const kind of KINDS)
      if (this.#current[kind]?.connected && this.wanted[kind] && !this.#subscribed.has(kind)) {
        this.#subscribed.add(kind);
        this.#owner.subscribed(kind);
      }
  }

  /* As the publisher knows it: what is not muted, and what it was told is wanted. */
  #awaitsMedia(transport) {
    return [...transport.receivers.keys()].some(
      (kind) => transport.wanted[kind] && this.#info[kind] && !this.#info[`${kind}Muted`],
    );
  }

  /*
   * The tracks that have to come before a transport counts as playing. Beside another one that is
   * all of them: what has not changed over yet would be cut.
   */
  #awaited(transport) {
    const awaited = [...transport.receivers.keys()].filter(
      (kind) => this.wanted[kind] && this.#info[kind] && !this.#info[`${kind}Muted`],
    );
    const beside = Object.values(this.#current).some((current) => current !== transport);
    return !beside && awaited.includes('video') ? ['video'] : awaited;
  }

  #isReady(transport) {
    return (
      transport.usable &&
      this.#awaited(transport).every(
        (kind) => this.#current[kind] === transport && transport.came.has(kind),
      )
    );
  }

  /* The newest that is ready; an older one only while none plays. */
  #check() {
    this.#tellSubscribed();
    for (const transport of [...this.transports].reverse()) {
      if (transport === this.#playing) break;
      if (this.#isReady(transport)) {
        this.#takePlaying(transport);
        return;
      }
    }
    const newest = this.transports.at(-1);
    if (newest && newest !== this.#playing && newest.usable && this.transports.length > 1)
      this.#startPatience(newest);
  }

  #startPatience(newest) {
    const begun = [...newest.came].some((kind) => this.#current[kind] === newest);
    if (!begun || this.#timers.isRunning('patience')) return;
    this.#timers.start('patience', PATIENCE, () => {
      const last = this.transports.at(-1);
      if (last?.usable) this.#takePlaying(last);
    });
  }

  #takePlaying(transport) {
    this.#timers.stopAll();
    this.#playing = transport;
    transport.reportPlaying();
    this.#endOrphans(transport);
  }

  /* Those of an earlier session, of which the server knows nothing, end with their successor. */
  #endOrphans(successor) {
    for (const transport of [...this.transports])
      if (transport !== successor && !this.#owner.isKnown(transport.id)) {
        for (const kind of transport.receivers.keys())
          if (this.#current[kind] === transport) this.#switch(kind, successor);
        transport.end();
      }
  }

  #awaitPlaying() {
    this.#timers.start('play', PLAY_TIMEOUT, () => {
      const problem = this.transports.length > 0 ? 'no media has come' : 'there is no connection';
      this.#owner.timedOut(problem);
    });
  }
}
