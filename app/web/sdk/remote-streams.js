// SPDX-License-Identifier: LGPL-2.1-or-later
import { MEDIA_TYPES } from './publication.js';
import { RemoteStream } from './remote-stream.js';

const MUTE_EVENTS = Object.freeze({
  audio: 'mute-audio',
  video: 'mute-video',
  screen: 'mute-screen',
  audioSlave: 'mute-audio-slave',
});

/** @typedef {'audio' | 'video'} Kind */

/** @type {Kind[]} */
const KINDS = ['audio', 'video'];

/**
 * @typedef {object} Entry a stream of the room
 * @property {RemoteStream} stream what stands for it
 * @property {'camera' | 'screen'} half
 * @property {Record<string, boolean>} told to the application
 */

/** @returns {'camera' | 'screen'} */
const halfOf = ({ source }) => (source === 'screen' ? 'screen' : 'camera');

/**
 * The streams of the other members, as applications know them: one object for each member, with camera
 * and screen; what a member sends beside that has an object of its own.
 */
export class RemoteStreams {
  /** @type {Map<string, RemoteStream>} by uid: the one of camera and screen */
  #main = new Map();
  /** @type {Map<string, Entry>} by stream id */
  #entries = new Map();
  #toUid;
  #notify;

  /**
   * @param {(uid: string) => string | number} toUid as the application knows it
   * @param {(name: string, payload: any) => void} notify
   */
  constructor(toUid, notify) {
    this.#toUid = toUid;
    this.#notify = notify;
  }

  /** @returns {RemoteStream[]} */
  get all() {
    return [...new Set([...this.#entries.values()].map(({ stream }) => stream))];
  }

  /** @param {RemoteStream} stream */
  has(stream) {
    return [...this.#entries.values()].some((entry) => entry.stream === stream);
  }

  /** @param {{uid: string, stream: import('./roster.js').StreamInfo}} added */
  add({ uid, stream: info }) {
    const half = halfOf(info);
    const stream = this.#streamFor(uid, half, info.streamId);
    stream.halves[half] = info;
    const told = { audio: false, video: false, audioMuted: false, videoMuted: false };
    const entry = { stream, half, told };
    this.#entries.set(info.streamId, entry);
    this.#tell(entry, info);
  }

  /** @param {{stream: import('./roster.js').StreamInfo}} updated */
  update({ stream: info }) {
    const entry = this.#entries.get(info.streamId);
    if (entry) this.#tell(entry, info);
  }

  /** @param {{streamId: string, reason: string}} removed */
  remove({ streamId, reason }) {
    const entry = this.#entries.get(streamId);
    if (!entry) return;
    this.#entries.delete(streamId);
    delete entry.stream.halves[entry.half];
    const kinds = KINDS.filter((kind) => entry.told[kind]);
    for (const kind of kinds) entry.stream.stop(this.#typeOf(entry, kind));
    for (const kind of kinds) this.#tellRemoved(entry, kind, reason);
  }

  /** @param {string} uid */
  forgetMember(uid) {
    this.#main.get(uid)?.end();
    this.#main.delete(uid);
  }

  clear() {
    for (const stream of this.all) stream.end();
    this.#main.clear();
    this.#entries.clear();
  }

  #streamFor(uid, half, streamId) {
    let main = this.#main.get(uid);
    if (!main) {
      main = this.#make(uid);
      this.#main.set(uid, main);
    }
    return main.halves[half] ? this.#make(uid, streamId) : main;
  }

  #make(uid, streamId) {
    const stream = new RemoteStream(this.#toUid(uid), streamId);
    stream.notify = this.#notify;
    return stream;
  }

  #typeOf(entry, kind) {
    return MEDIA_TYPES[entry.half][kind];
  }

  /* What is another than the application was told of. */
  #tell(entry, info) {
    const before = entry.told;
    const { audio, video, audioMuted, videoMuted } = info;
    entry.told = { audio, video, audioMuted: audio && audioMuted, videoMuted: video && videoMuted };
    for (const kind of KINDS) {
      if (before[kind] && !info[kind]) {
        entry.stream.stop(this.#typeOf(entry, kind));
        this.#tellRemoved(entry, kind, 'unpublished');
      }
      if (!before[kind] && info[kind])
        this.#notify('stream-added', {
          stream: entry.stream,
          mediaType: this.#typeOf(entry, kind),
        });
    }
    for (const kind of KINDS) this.#tellMuted(entry, kind, before);
  }

  #tellMuted(entry, kind, before) {
    const flag = `${kind}Muted`;
    if (before[flag] === entry.told[flag] || !entry.told[kind]) return;
    const name = MUTE_EVENTS[this.#typeOf(entry, kind)];
    this.#notify(entry.told[flag] ? name : `un${name}`, { uid: entry.stream.getId() });
  }

  #tellRemoved(entry, kind, reason) {
    const mediaType = this.#typeOf(entry, kind);
    this.#notify('stream-removed', { stream: entry.stream, mediaType, reason });
  }
}
