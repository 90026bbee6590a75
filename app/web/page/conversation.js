// SPDX-License-Identifier: LGPL-2.1-or-later
// What the members have written since one has joined, and how much of it is new. No view.

const most = 500;

/**
 * @typedef {object} Entry
 * @property {boolean} own
 * @property {string} kind
 * @property {string} name of who wrote it, as it was then
 * @property {unknown} uid
 * @property {string} text
 * @property {number} time
 * @property {number} missed how many before it were passed over
 */

/** Fires `entry` with an Entry. */
export class Conversation extends EventTarget {
  /** @type {Entry[]} */
  entries = [];
  unread = 0;
  /** Whether somebody looks at it */
  watched = false;
  #client;

  /** @param {any} client @param {(uid: unknown) => string} nameOf */
  constructor(client, nameOf) {
    super();
    this.#client = client;
    client.on('message-received', ({ kind, uid, text, time, dropped = 0 }) => {
      // Commands are for programs.
      if (kind === 'command') return;
      if (!this.watched) this.unread += 1;
      this.#add({ own: false, kind, name: nameOf(uid), uid, text, time, missed: dropped });
    });
  }

  get allowed() {
    return this.#client.getGrants().includes('message');
  }

  watch(on) {
    this.watched = on;
    this.unread = 0;
  }

  async send(text) {
    await this.#client.sendMessage(text);
    this.#add({
      own: true,
      kind: 'broadcast',
      name: '',
      uid: null,
      text,
      time: Date.now(),
      missed: 0,
    });
  }

  #add(entry) {
    this.entries.push(entry);
    if (this.entries.length > most) this.entries.shift();
    this.dispatchEvent(new CustomEvent('entry', { detail: entry }));
  }
}
