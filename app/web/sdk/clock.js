// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * Time and chance, so that tests can turn them.
 * @typedef {object} Clock
 * @property {() => number} now milliseconds, rising
 * @property {() => number} random 0 to 1
 * @property {(callback: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

/** @type {Clock} */
export const realClock = {
  now: () => performance.now(),
  random: () => Math.random(),
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

/** Timers by name: one that is started again does not fire as it was. */
export class Timers {
  #clock;
  /** @type {Map<string, any>} */
  #running = new Map();

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * @param {string} name
   * @param {number} ms
   * @param {() => void} callback
   */
  start(name, ms, callback) {
    this.stop(name);
    const timer = this.#clock.setTimeout(() => {
      this.#running.delete(name);
      callback();
    }, ms);
    this.#running.set(name, timer);
  }

  /** @param {string} name */
  stop(name) {
    if (!this.#running.has(name)) return;
    this.#clock.clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  /** @param {string} name */
  isRunning(name) {
    return this.#running.has(name);
  }

  stopAll() {
    for (const name of [...this.#running.keys()]) this.stop(name);
  }
}
