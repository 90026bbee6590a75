// SPDX-License-Identifier: LGPL-2.1-or-later
import { AutoplayError, invalidArgument, wrongState } from './media-errors.js';
import { AudioPlayer, VideoPlayer, findView, takePicture } from './render.js';

/** @typedef {'audio' | 'video' | 'screen' | 'audioSlave'} MediaType */

export const AUDIO_TYPES = Object.freeze(/** @type {MediaType[]} */ (['audio', 'audioSlave']));
export const VIDEO_TYPES = Object.freeze(/** @type {MediaType[]} */ (['video', 'screen']));
export const ALL_TYPES = Object.freeze([...AUDIO_TYPES, ...VIDEO_TYPES]);

/* ms */
const START_PATIENCE = 1000;

/** @param {MediaType} type */
export const isAudio = (type) => AUDIO_TYPES.includes(type);

/** @param {any} type */
export function checkType(type, types = ALL_TYPES) {
  if (types.includes(type)) return;
  throw invalidArgument(`The media type ${type} is none of ${types.join(', ')}`);
}

/* Those that are named true; when none is, all that are not named false. */
function chooseTypes(options, types) {
  const named = types.filter((type) => options[type] === true);
  return named.length > 0 ? named : types.filter((type) => options[type] !== false);
}

/** What a member sends: what is the same for one's own and for another's. */
export class Stream {
  /** Tells the application, by the client. @type {(name: string, payload: any) => void} */
  notify = () => {};
  /** @type {Map<MediaType, MediaStream>} the same as long as the stream lives */
  #media = new Map();
  /** @type {Map<MediaType, AudioPlayer | VideoPlayer>} */
  #players = new Map();
  /** @type {Map<MediaType, import('./render.js').RenderMode>} */
  #modes = new Map();
  /** @type {Set<MediaType>} that wait for a click */
  #blocked = new Set();

  hasAudio() {
    return this.hasMedia('audio');
  }

  hasAudioSlave() {
    return this.hasMedia('audioSlave');
  }

  hasVideo() {
    return this.hasMedia('video');
  }

  hasScreen() {
    return this.hasMedia('screen');
  }

  /** @param {MediaType} type */
  hasMedia(type) {
    return this.getTrack(type) !== null;
  }

  /**
   * What is shown or heard at this end.
   * @param {MediaType} type
   * @returns {MediaStreamTrack | null}
   */
  getTrack(type) {
    return this.#media.get(type)?.getTracks()[0] ?? null;
  }

  getAudioTrack(type = 'audio') {
    checkType(type, AUDIO_TYPES);
    return this.getTrack(/** @type {MediaType} */ (type));
  }

  getVideoTrack(type = 'video') {
    checkType(type, VIDEO_TYPES);
    return this.getTrack(/** @type {MediaType} */ (type));
  }

  /** @param {MediaType} type */
  getMediaStream(type) {
    checkType(type);
    return this.getTrack(type) ? this.#mediaOf(type) : null;
  }

  /** Those that play() is about; one's own sound is none of them. */
  get playable() {
    return ALL_TYPES;
  }

  /**
   * @param {HTMLElement | string | null} [view]
   * @param {Partial<Record<MediaType | 'muted', boolean>>} [options]
   */
  async play(view, options = {}) {
    const element = findView(view);
    const types = chooseTypes(options, this.playable).filter((type) =>
      isAudio(type) ? !options.muted : element !== null,
    );
    await Promise.all(types.map((type) => this.#play(type, element)));
  }

  /** @param {MediaType} [type] */
  stop(type) {
    if (type !== undefined) checkType(type);
    for (const each of type ? [type] : ALL_TYPES) {
      this.#players.get(each)?.stop();
      this.#players.delete(each);
      this.#blocked.delete(each);
    }
  }

  /** @param {MediaType} [type] */
  async isPlaying(type) {
    if (type !== undefined) checkType(type);
    return (type ? [type] : ALL_TYPES).some(
      (each) => this.getTrack(each) !== null && Boolean(this.#players.get(each)?.playing),
    );
  }

  async resume() {
    const blocked = [...this.#blocked];
    this.#blocked.clear();
    await Promise.all(blocked.map((type) => this.#start(type)));
    const [still] = this.#blocked;
    if (still) throw new AutoplayError(this, still);
  }

  /** @param {{mediaType?: MediaType}} [options] */
  async takeSnapshot({ mediaType } = {}) {
    if (mediaType !== undefined) checkType(mediaType, VIDEO_TYPES);
    const type = mediaType ?? (this.hasMedia('video') ? 'video' : 'screen');
    const track = this.getTrack(type);
    if (!track) throw wrongState(`There is no picture: no ${mediaType ?? 'video'} comes now`);
    return takePicture(track);
  }

  /** @param {MediaType} type */
  getPlayer(type) {
    return this.#players.get(type) ?? null;
  }

  /** A player has been made. @param {MediaType} _type */
  playerMade(_type) {}

  /** @param {MediaType} type */
  getMode(type) {
    return this.#modes.get(type) ?? {};
  }

  setRenderMode(mode, type) {
    if (type !== undefined) checkType(type, VIDEO_TYPES);
    for (const each of type ? [type] : VIDEO_TYPES) {
      this.#modes.set(each, { ...Object(mode) });
      const player = this.#players.get(each);
      if (player instanceof VideoPlayer) player.setMode(this.getMode(each));
    }
  }

  /**
   * Another track takes the place of what there was; players go on with it.
   * @param {MediaType} type
   * @param {MediaStreamTrack | null} track
   */
  setTrack(type, track) {
    const media = this.#mediaOf(type);
    const old = media.getTracks().filter((other) => other !== track);
    /* Firefox shows a track that is added only if it shows none then. */
    for (const other of old) media.removeTrack(other);
    if (track) media.addTrack(track);
    const player = this.#players.get(type);
    if (!player) return;
    if (player instanceof VideoPlayer) player.hidden = track === null;
    if (track) this.#start(type);
  }

  #mediaOf(type) {
    let media = this.#media.get(type);
    if (!media) {
      media = new MediaStream();
      this.#media.set(type, media);
    }
    return media;
  }

  async #play(type, view) {
    const old = this.#players.get(type);
    if (old instanceof VideoPlayer) old.moveTo(view);
    if (!old) {
      const media = this.#mediaOf(type);
      const player = isAudio(type)
        ? new AudioPlayer(media, view)
        : new VideoPlayer(media, view, this.getMode(type));
      if (player instanceof VideoPlayer) player.hidden = !this.getTrack(type);
      this.#players.set(type, player);
      this.playerMade(type);
    }
    if (!this.getTrack(type)) return;
    /* A track that nothing comes of (a muted camera) plays as soon as something does. */
    await Promise.race([
      this.#start(type),
      new Promise((done) => setTimeout(done, START_PATIENCE)),
    ]);
  }

  async #start(type) {
    const player = this.#players.get(type);
    if (!player || (await player.play()) || this.#players.get(type) !== player) return;
    if (this.#blocked.has(type)) return;
    this.#blocked.add(type);
    this.notify('notAllowedError', new AutoplayError(this, type));
  }
}
