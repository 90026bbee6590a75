// SPDX-License-Identifier: LGPL-2.1-or-later

/** @type {AudioContext | null} one for all, while somebody needs it */
let shared = null;
let users = 0;

function acquire() {
  users += 1;
  shared ??= new AudioContext();
  /* A page that captures may run it without a click; otherwise it waits for the first one. */
  if (shared.state === 'suspended') shared.resume().catch(() => {});
  return shared;
}

function release() {
  users -= 1;
  if (users > 0) return;
  shared?.close().catch(() => {});
  shared = null;
}

/** How loud a track is. */
export class LevelMeter {
  #context = acquire();
  #source;
  #analyser;
  #samples;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
  }

  /** @returns {number} 0 to 1 */
  get level() {
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => {});
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0);
    return Math.min(1, Math.sqrt((2 * power) / this.#samples.length));
  }

  stop() {
    this.#source.disconnect();
    release();
  }
}

/** Makes a track louder or quieter. */
export class Gain {
  #context = acquire();
  #source;
  #gain;
  #target;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#gain = this.#context.createGain();
    this.#target = this.#context.createMediaStreamDestination();
    this.#source.connect(this.#gain).connect(this.#target);
  }

  /** @returns {MediaStreamTrack} what comes out */
  get track() {
    return this.#target.stream.getAudioTracks()[0];
  }

  /** @param {number} factor 1: as it comes */
  set factor(factor) {
    this.#gain.gain.value = factor;
  }

  stop() {
    this.#source.disconnect();
    this.track.stop();
    release();
  }
}
