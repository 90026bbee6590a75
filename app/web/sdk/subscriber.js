// SPDX-License-Identifier: LGPL-2.1-or-later
import { MEDIA_TYPES } from './publication.js';
import { Subscription } from './subscription.js';

/** @typedef {import('./remote-stream.js').RemoteStream} RemoteStream */
/** @typedef {import('./stream.js').MediaType} MediaType */
/** @typedef {'camera' | 'screen'} Half */

/**
 * @typedef {object} Entry
 * @property {Subscription} subscription
 * @property {RemoteStream} stream
 * @property {Half} half
 * @property {Promise<void>} asked
 */

/** @type {Half[]} */
const HALVES = ['camera', 'screen'];

/** What this page gets from the room. */
export class Subscriber {
  #room;
  #notify;
  /** @type {Map<string, Entry>} by stream id */
  #entries = new Map();

  /**
   * @param {import('./room.js').Room} room
   * @param {(name: string, payload: any) => void} notify
   */
  constructor(room, notify) {
    this.#room = room;
    this.#notify = notify;
  }

  get transports() {
    return this.all.flatMap(({ subscription }) => subscription.transports);
  }

  get all() {
    return [...this.#entries.values()];
  }

  /**
   * What its configuration says.
   * @param {RemoteStream} stream
   */
  async subscribe(stream) {
    await Promise.all(
      HALVES.map(async (half) => {
        const info = stream.halves[half];
        if (!info) return;
        const types = MEDIA_TYPES[half];
        const wanted = { audio: stream.config[types.audio], video: stream.config[types.video] };
        if (wanted.audio || wanted.video) await this.#ask(stream, half, info, wanted);
        else await this.#letGo(info.streamId);
      }),
    );
  }

  /** @param {RemoteStream} stream */
  async unsubscribe(stream) {
    await Promise.all(
      HALVES.map(async (half) => {
        const info = stream.halves[half];
        if (info) await this.#letGo(info.streamId);
      }),
    );
  }

  /** @param {any} open the event transport.open */
  receive(open) {
    this.#entries.get(open.streamId)?.subscription.receive(open);
  }

  /** @param {string} transportId */
  takeWanted(transportId, wanted) {
    return this.all.some(({ subscription }) => subscription.takeWanted(transportId, wanted));
  }

  /** @param {string} streamId */
  liveTransports(streamId) {
    const transports = this.#entries.get(streamId)?.subscription.transports ?? [];
    return transports.filter(({ connected }) => connected).map(({ id }) => id);
  }

  /** @param {string} streamId */
  refresh(streamId) {
    this.#entries.get(streamId)?.subscription.refresh();
  }

  /**
   * The stream is gone, or not wanted any more.
   * @param {string} streamId
   */
  drop(streamId) {
    const entry = this.#entries.get(streamId);
    if (!entry) return false;
    this.#entries.delete(streamId);
    entry.subscription.close();
    for (const type of Object.values(MEDIA_TYPES[entry.half]))
      entry.stream.setReceiver(/** @type {MediaType} */ (type), null);
    return true;
  }

  close() {
    for (const streamId of [...this.#entries.keys()]) this.drop(streamId);
  }

  async #ask(stream, half, info, wanted) {
    const { streamId } = info;
    const known = this.#entries.get(streamId);
    const entry = known ?? this.#add(stream, half, info);
    const { audio, video } = entry.subscription.wanted;
    if (!known || audio !== wanted.audio || video !== wanted.video) {
      entry.subscription.want(wanted);
      entry.asked = this.#room.subscribe(streamId, wanted);
    }
    try {
      await entry.asked;
    } catch (error) {
      if (!known && this.#entries.get(streamId) === entry) this.drop(streamId);
      throw error;
    }
  }

  async #letGo(streamId) {
    if (this.drop(streamId)) await this.#room.unsubscribe(streamId);
  }

  #add(stream, half, info) {
    const types = MEDIA_TYPES[half];
    const subscription = new Subscription(info, this.#room, {
      track: (kind, receiver) => stream.setReceiver(types[kind], receiver),
      subscribed: (kind) => this.#notify('stream-subscribed', { stream, mediaType: types[kind] }),
      timedOut: (problem) => this.#tellTimeout(stream, types, subscription, problem),
      isKnown: (transportId) => this.#room.knowsTransport(transportId),
    });
    /** @type {Entry} */
    const entry = { subscription, stream, half, asked: Promise.resolve() };
    this.#entries.set(info.streamId, entry);
    return entry;
  }

  #tellTimeout(stream, types, subscription, message) {
    for (const kind of ['audio', 'video'])
      if (subscription.wanted[kind] && stream.hasMedia(types[kind]) && !stream.isMuted(types[kind]))
        this.#notify('exception', {
          msg: `RECV_${kind.toUpperCase()}_TIMEOUT`,
          uid: stream.getId(),
          mediaType: types[kind],
          message,
        });
  }
}
