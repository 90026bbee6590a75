// SPDX-License-Identifier: LGPL-2.1-or-later
import { isLoss } from './errors.js';

/**
 * The text that all members share. What was set here and the server has not heard of is sent after
 * the next join; so is what was set here last when a server that was restarted knows nothing.
 */
export class ExtraInfo {
  value = '';
  #owner;
  /** @type {string | null} what was set here, as long as nobody else has set it since */
  #ours = null;
  /** @type {{resolve: () => void, reject: (error: Error) => void}[]} who wait until it is sent */
  #waiters = [];
  #inFlight = 0;

  /**
   * @param {{call: (method: string, params: object,
   *   reply: import('./connection.js').Reply) => void, hasSession: () => boolean,
   *   changed: (extraInfo: string) => void}} owner
   */
  constructor(owner) {
    this.#owner = owner;
  }

  /** Another room */
  reset() {
    this.value = '';
    this.#ours = null;
  }

  /**
   * @param {string} extraInfo
   * @returns {Promise<void>} when the server has it
   */
  set(extraInfo) {
    this.#ours = extraInfo;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve: () => resolve(undefined), reject });
      if (this.#owner.hasSession()) this.#send();
    });
  }

  /** @param {string} extraInfo that the server tells now */
  take(extraInfo) {
    if (this.#inFlight === 0 && extraInfo !== this.#ours) this.#ours = null;
    if (extraInfo === this.value) return;
    this.value = extraInfo;
    this.#owner.changed(extraInfo);
  }

  /**
   * @param {string} extraInfo of the result of room.join
   * @param {boolean} again after a loss
   * @returns {() => void} tells of it, and sends what the server does not have
   */
  takeSnapshot(extraInfo, again) {
    if (this.#waiters.length > 0 || (again && extraInfo === '' && this.#ours))
      return () => this.#send();
    const changed = extraInfo !== this.value;
    this.value = extraInfo;
    return () => changed && this.#owner.changed(extraInfo);
  }

  /** @param {Error} error for those who wait */
  drop(error) {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  #send() {
    const waiters = this.#waiters.splice(0);
    this.#inFlight += 1;
    this.#owner.call('room.update', { extraInfo: this.#ours ?? '' }, (result, error) => {
      this.#inFlight -= 1;
      if (error && isLoss(error)) this.#waiters.push(...waiters);
      else for (const waiter of waiters) error ? waiter.reject(error) : waiter.resolve();
    });
  }
}
