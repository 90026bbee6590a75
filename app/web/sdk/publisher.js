// SPDX-License-Identifier: LGPL-2.1-or-later
import { aborted, wrongState } from './media-errors.js';
import { MEDIA_TYPES, Publication } from './publication.js';
import { ALL_TYPES } from './stream.js';

/** @typedef {import('./local-stream.js').LocalStream} LocalStream */
/** @typedef {import('./stream.js').MediaType} MediaType */
/** @typedef {'camera' | 'screen'} Half */

/**
 * @typedef {object} Entry a stream of which something is published
 * @property {LocalStream} stream
 * @property {boolean} all whatever it opens is published, too
 * @property {Map<MediaType, boolean>} named what was said of one type
 * @property {Partial<Record<Half, Publication>>} publications
 * @property {Promise<void>} last one step after the other
 */

/** @type {Half[]} */
const HALVES = ['camera', 'screen'];
const FLAGS = ['audio', 'video', 'audioMuted', 'videoMuted'];

/* An id nobody can guess: 128 bits */
function makeStreamId(half) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `${half}-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * What this page sends into the room. The room is told what is open of what is to be published; when
 * that changes while it is being told, it is told again.
 */
export class Publisher {
  #room;
  #codec;
  /** @type {Map<LocalStream, Entry>} */
  #entries = new Map();
  #closed = false;

  /**
   * @param {import('./room.js').Room} room
   * @param {string} [codec] of the pictures
   */
  constructor(room, codec) {
    this.#room = room;
    this.#codec = codec;
  }

  get transports() {
    return this.#publications().flatMap(({ transports }) => transports);
  }

  /** @returns {{stream: LocalStream, publication: Publication, half: Half}[]} */
  get all() {
    return [...this.#entries.values()].flatMap(({ stream, publications }) =>
      HALVES.flatMap((half) => {
        const publication = publications[half];
        return publication ? [{ stream, publication, half }] : [];
      }),
    );
  }

  /**
   * @param {LocalStream} stream
   * @param {MediaType} [type]
   */
  async publish(stream, type) {
    if (!(type ? [type] : ALL_TYPES).some((each) => stream.hasMedia(each)))
      throw wrongState(`There is no ${type ?? 'media'} to publish; await init() or open() first`);
    const entry = this.#entries.get(stream) ?? this.#add(stream);
    if (type) entry.named.set(type, true);
    else {
      entry.all = true;
      entry.named.clear();
    }
    try {
      await this.#bring(entry);
    } catch (error) {
      if (Object.keys(entry.publications).length === 0) this.#remove(entry);
      throw error;
    }
  }

  /**
   * @param {LocalStream} stream
   * @param {MediaType} [type]
   */
  async unpublish(stream, type) {
    const entry = this.#entries.get(stream);
    if (!entry) throw wrongState('The stream is not published');
    if (type) entry.named.set(type, false);
    else {
      entry.all = false;
      entry.named.clear();
    }
    await this.#bring(entry);
    if (Object.keys(entry.publications).length === 0) this.#remove(entry);
  }

  /** What is to be published, for adopt() of a publisher in another room */
  get wishes() {
    return [...this.#entries.values()].map(({ stream, all, named }) => ({ stream, all, named }));
  }

  /** @param {{stream: LocalStream, all: boolean, named: Map<MediaType, boolean>}} wish */
  async adopt({ stream, all, named }) {
    if (stream.destroyed) return;
    await this.#bring(Object.assign(this.#add(stream), { all, named }));
  }

  /** @param {any} open the event transport.open */
  serve(open) {
    this.#find(open.streamId)?.serve(open);
  }

  /** @param {string} streamId */
  liveTransports(streamId) {
    const transports = this.#find(streamId)?.transports ?? [];
    return transports.filter(({ connected }) => connected).map(({ id }) => id);
  }

  /** @param {string} transportId */
  takeWanted(transportId, wanted) {
    return this.#publications().some((publication) => publication.takeWanted(transportId, wanted));
  }

  /**
   * The server took a stream.
   * @param {string} streamId
   * @param {boolean} final whether it may come back by itself
   * @returns {{stream: LocalStream, types: MediaType[]} | null}
   */
  takeLost(streamId, final) {
    const found = this.all.find(({ publication }) => publication.streamId === streamId);
    if (!found) return null;
    const { stream, publication, half } = found;
    const entry = this.#entries.get(stream);
    publication.close();
    if (final && entry) delete entry.publications[half];
    if (final && entry && Object.keys(entry.publications).length === 0) this.#remove(entry);
    const types = MEDIA_TYPES[half];
    return {
      stream,
      types: /** @type {any} */ (
        ['audio', 'video'].filter((kind) => publication.told[kind]).map((kind) => types[kind])
      ),
    };
  }

  /** The room is over. */
  close() {
    this.#closed = true;
    for (const entry of [...this.#entries.values()]) this.#remove(entry);
  }

  #publications() {
    return this.all.map(({ publication }) => publication);
  }

  #find(streamId) {
    return this.#publications().find((publication) => publication.streamId === streamId);
  }

  #add(stream) {
    if (stream.publishedBy) throw wrongState('The stream is published by another client already');
    /** @type {Entry} */
    const entry = {
      stream,
      all: false,
      named: new Map(),
      publications: {},
      last: Promise.resolve(),
    };
    this.#entries.set(stream, entry);
    const refresh = () => this.#each(entry, (publication) => publication.refresh());
    stream.publishedBy = {
      tracksChanged: () => this.#bring(entry),
      muteChanged: () => {
        refresh();
        return this.#bring(entry);
      },
      trackReplaced: refresh,
      bitrateChanged: () => this.#each(entry, (publication) => publication.refreshBitrates()),
    };
    return entry;
  }

  #remove(entry) {
    this.#each(entry, (publication) => publication.close());
    entry.publications = {};
    entry.stream.publishedBy = null;
    this.#entries.delete(entry.stream);
  }

  #each(entry, action) {
    for (const publication of Object.values(entry.publications)) action(publication);
  }

  #bring(entry) {
    const step = entry.last.then(async () => {
      for (const half of HALVES) await this.#bringHalf(entry, half);
    });
    entry.last = step.catch(() => {});
    return step;
  }

  async #bringHalf(entry, half) {
    if (this.#closed) throw aborted('The room was left meanwhile');
    const publication = entry.publications[half];
    const published = (type) => entry.named.get(type) ?? entry.all;
    const target = publication ?? this.#make(entry, half);
    const wanted = target.describe(published);
    if (!wanted.audio && !wanted.video) {
      if (publication) await this.#withdraw(entry, half, publication);
    } else if (!publication) {
      await this.#announce(entry, half, target, wanted);
    } else {
      await this.#update(publication, wanted);
    }
  }

  #make(entry, half) {
    return new Publication(makeStreamId(half), half, entry.stream, this.#room, this.#codec);
  }

  /* A transport may be opened before the answer is here. */
  async #announce(entry, half, publication, wanted) {
    const another = this.all.some((other) => other.half === half);
    entry.publications[half] = publication;
    publication.told = wanted;
    try {
      const source = another && half === 'camera' ? 'custom' : half;
      await this.#room.publish({ streamId: publication.streamId, source, ...wanted });
    } catch (error) {
      publication.close();
      if (entry.publications[half] === publication) delete entry.publications[half];
      throw error;
    }
  }

  async #withdraw(entry, half, publication) {
    delete entry.publications[half];
    publication.close();
    await this.#room.unpublish(publication.streamId);
  }

  async #update(publication, wanted) {
    const changed = FLAGS.filter((flag) => wanted[flag] !== publication.told[flag]);
    publication.told = wanted;
    publication.refresh();
    if (changed.length === 0) return;
    const changes = Object.fromEntries(changed.map((flag) => [flag, wanted[flag]]));
    await this.#room.updateStream(publication.streamId, changes);
  }
}
