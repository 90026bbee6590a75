// SPDX-License-Identifier: LGPL-2.1-or-later
import { prepareCodecs } from './codecs.js';
import { Transport } from './transport.js';

/** @typedef {import('./transport.js').Kind} Kind */

/** @type {Kind[]} in the order of an offer */
const KINDS = ['audio', 'video'];

/** How the halves of a stream on the wire are called by applications. */
export const MEDIA_TYPES = Object.freeze({
  camera: Object.freeze({ audio: 'audio', video: 'video' }),
  screen: Object.freeze({ audio: 'audioSlave', video: 'screen' }),
});

/**
 * One stream of ours in the room, camera or screen, and its connections to those who want it. Each
 * consumer has its own, which are fed with the same tracks.
 */
export class Publication {
  /** @type {Transport[]} */
  transports = [];
  /** What the room has been told */
  told = { audio: false, video: false, audioMuted: false, videoMuted: false };
  #signalling;
  #codec;
  #group = new MediaStream();

  /**
   * @param {string} streamId
   * @param {'camera' | 'screen'} source
   * @param {import('./local-stream.js').LocalStream} stream
   * @param {import('./transport.js').Signalling} signalling
   * @param {string | undefined} codec of the pictures
   */
  constructor(streamId, source, stream, signalling, codec) {
    this.streamId = streamId;
    this.source = source;
    this.stream = stream;
    this.#signalling = signalling;
    this.#codec = codec;
  }

  /** What there is to be told now, of what is to be published. */
  describe(published) {
    const types = MEDIA_TYPES[this.source];
    const has = (kind) => published(types[kind]) && this.stream.hasMedia(types[kind]);
    const muted = (kind) => has(kind) && this.stream.isMuted(types[kind]);
    return {
      audio: has('audio'),
      video: has('video'),
      audioMuted: muted('audio'),
      videoMuted: muted('video'),
    };
  }

  /**
   * Serves one more consumer.
   * @param {any} open the event transport.open
   */
  serve(open) {
    const transport = new Transport(open, this.#signalling, {
      ended: () => this.#forget(transport),
    });
    this.transports.push(transport);
    transport.offer(
      KINDS.filter((kind) => this.told[kind]).map((kind) => this.#give(transport, kind)),
    );
  }

  /**
   * @param {string} transportId
   * @param {{audio: boolean, video: boolean}} wanted
   * @returns {boolean} whether it is there
   */
  takeWanted(transportId, wanted) {
    const transport = this.find(transportId);
    if (!transport) return false;
    transport.wanted = { audio: wanted.audio, video: wanted.video };
    this.#feed(transport);
    return true;
  }

  find(transportId) {
    return this.transports.find(({ id }) => id === transportId);
  }

  /** After a track, or what is muted, has changed */
  refresh() {
    for (const transport of this.transports) this.#feed(transport);
  }

  refreshBitrates() {
    for (const transport of this.transports)
      for (const kind of transport.senders.keys())
        transport.setMaxBitrate(kind, this.#bitrate(kind));
  }

  close() {
    for (const transport of this.transports.splice(0)) transport.close();
  }

  #forget(transport) {
    this.transports = this.transports.filter((other) => other !== transport);
  }

  #give(transport, kind) {
    return {
      kind,
      track: this.#trackFor(transport, kind),
      group: this.#group,
      maxBitrate: this.#bitrate(kind),
      prepare: (transceiver) => prepareCodecs(transceiver, kind, this.#codec),
    };
  }

  #feed(transport) {
    for (const kind of transport.senders.keys())
      transport.send(kind, this.#trackFor(transport, kind));
  }

  /* Muted sound is silence, which the track has by itself; muted pictures are not sent. */
  #trackFor(transport, kind) {
    const type = MEDIA_TYPES[this.source][kind];
    const silent = !transport.wanted[kind] || (kind === 'video' && this.stream.isMuted(type));
    return silent || !this.told[kind] ? null : this.stream.getSentTrack(type);
  }

  #bitrate(kind) {
    return this.stream.getMaxBitrate(MEDIA_TYPES[this.source][kind]);
  }
}
