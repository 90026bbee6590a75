// SPDX-License-Identifier: LGPL-2.1-or-later
import { invalidArgument } from './media-errors.js';

/**
 * @typedef {object} RenderMode
 * @property {number} [width] CSS pixels
 * @property {number} [height]
 * @property {boolean} [cut] fill and crop
 * @property {boolean} [mirror]
 */

/**
 * @param {any} view an element, its id, or null
 * @returns {HTMLElement | null}
 */
export function findView(view) {
  if (view === undefined || view === null) return null;
  const element = typeof view === 'string' ? document.getElementById(view) : view;
  if (element instanceof HTMLElement) return element;
  throw invalidArgument(
    typeof view === 'string'
      ? `There is no element ‘${view}’ to play in`
      : 'What is given to play in is no element',
  );
}

/* Not allowed is for the caller; a play() that the next step overtakes is nothing. */
async function start(element) {
  try {
    await element.play();
    return true;
  } catch (error) {
    return error.name !== 'NotAllowedError';
  }
}

/** Plays the sound of one media stream. */
export class AudioPlayer {
  #element = document.createElement('audio');

  /**
   * @param {MediaStream} media its tracks may change
   * @param {HTMLElement | null} view nothing is seen of it
   */
  constructor(media, view) {
    this.#element.srcObject = media;
    view?.append(this.#element);
  }

  get playing() {
    return !this.#element.paused;
  }

  /** @returns {Promise<boolean>} false: the browser wants a click first */
  play() {
    return start(this.#element);
  }

  set muted(muted) {
    this.#element.muted = muted;
  }

  /** 0 to 1 */
  set volume(volume) {
    this.#element.volume = volume;
  }

  /** @param {string} deviceId */
  async setOutput(deviceId) {
    await /** @type {any} */ (this.#element).setSinkId?.(deviceId);
  }

  stop() {
    this.#element.pause();
    this.#element.srcObject = null;
    this.#element.remove();
  }
}

/** Shows the pictures of one media stream in a view. They have no sound, so nothing forbids it. */
export class VideoPlayer {
  #box = document.createElement('div');
  #element = document.createElement('video');

  /**
   * @param {MediaStream} media its tracks may change
   * @param {HTMLElement} view
   * @param {RenderMode} mode
   */
  constructor(media, view, mode) {
    this.#box.className = 'nertc-video';
    Object.assign(this.#box.style, { position: 'relative', overflow: 'hidden' });
    Object.assign(this.#element.style, { display: 'block', width: '100%', height: '100%' });
    this.#element.muted = true;
    this.#element.autoplay = true;
    this.#element.playsInline = true;
    this.#element.srcObject = media;
    this.#box.append(this.#element);
    this.setMode(mode);
    this.moveTo(view);
  }

  get element() {
    return this.#element;
  }

  get playing() {
    return !this.#element.paused && this.#element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  }

  /** @param {HTMLElement} view */
  moveTo(view) {
    if (this.#box.parentElement !== view) view.append(this.#box);
  }

  /** @param {RenderMode} mode */
  setMode({ width, height, cut = false, mirror = false }) {
    this.#box.style.width = width ? `${width}px` : '100%';
    this.#box.style.height = height ? `${height}px` : '100%';
    this.#element.style.objectFit = cut ? 'cover' : 'contain';
    this.#element.style.transform = mirror ? 'scaleX(-1)' : '';
  }

  /** @param {boolean} hidden there is nothing to see */
  set hidden(hidden) {
    this.#box.hidden = hidden;
  }

  /** @returns {Promise<boolean>} see AudioPlayer */
  play() {
    return start(this.#element);
  }

  stop() {
    this.#element.pause();
    this.#element.srcObject = null;
    this.#box.remove();
  }
}

/**
 * A picture as it is now.
 * @param {MediaStreamTrack} track
 * @returns {Promise<Blob>} PNG
 */
export async function takePicture(track) {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) =>
        blob ? resolve(blob) : reject(invalidArgument('There is no picture')),
      ),
    );
  } finally {
    video.pause();
    video.srcObject = null;
  }
}
