// SPDX-License-Identifier: LGPL-2.1-or-later

/* A server lets a member send more than these at once. */
export const BACKLOG_MAX = 256;
export const BACKLOG_SIZE_MAX = 4 * 1024 * 1024;

/**
 * What was sent in a session and is not known to be handled by the server, oldest first, so that it
 * can be sent again on the next connection. Messages are numbered from 1, as XEP-0198 counts
 * stanzas.
 */
export class Backlog {
  /** @type {string[]} */
  #texts = [];
  #size = 0;
  /* How many messages came before the first one kept */
  #forgotten = 0;
  /* Fewer, if there was more to keep than is allowed */
  #handled = 0;

  get length() {
    return this.#texts.length;
  }

  /** Whether all is there that may have to be sent again. */
  get whole() {
    return this.#forgotten <= this.#handled;
  }

  /** What is kept, oldest first. */
  get texts() {
    return [...this.#texts];
  }

  /**
   * @param {string} text
   * @returns {number} the number of the message
   */
  add(text) {
    this.#texts.push(text);
    this.#size += text.length;
    while (this.#texts.length > BACKLOG_MAX || this.#size > BACKLOG_SIZE_MAX) this.#forgetFirst();
    return this.#forgotten + this.#texts.length;
  }

  /**
   * The other end has handled the first messages.
   * @param {number} handled how many
   * @returns {boolean} whether that can be: neither more than were sent nor fewer than it said before
   */
  trim(handled) {
    if (handled < this.#handled || handled > this.#forgotten + this.#texts.length) return false;
    this.#handled = handled;
    while (this.#forgotten < handled) this.#forgetFirst();
    return true;
  }

  #forgetFirst() {
    this.#size -= this.#texts.shift()?.length ?? 0;
    this.#forgotten += 1;
  }
}
