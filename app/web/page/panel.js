// SPDX-License-Identifier: LGPL-2.1-or-later
// Beside the tiles: one of chat, members, statistics, settings, or nothing.

import { makeDeviceFields, refreshDevices } from './device-fields.js';
import { byId, clone, setAttribute, setPressed, setText } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { later } from './later.js';
import { hue, initials, wordsOf } from './tiles.js';

const pages = ['chat', 'members', 'statistics', 'settings'];

/**
 * What fills a page, or is more than what is there at first
 * @type {Record<string, () => Promise<{open: (call: any, root: HTMLElement) => Part}>>}
 */
const parts = {
  chat: () => later(import('./chat.js')),
  members: () => later(import('./people.js')),
  statistics: () => later(import('./statistics.js')),
};

/**
 * @typedef {object} Part of a page that is open
 * @property {() => void} close
 * @property {() => void} [focus] where one goes on
 * @property {(members: any[], lineOf: (key: string) => Element | undefined) => void} [render]
 */

export class Panel {
  #open = null;
  #opener = null;
  #lines = new Map();
  #members = [];
  /** @type {Part | null} */
  #part = null;
  #call = null;

  /** @param {(kind: string, deviceId: string) => void} onChooseDevice */
  constructor(onChooseDevice) {
    makeDeviceFields(byId('panel-settings').querySelector('[data-devices]'), onChooseDevice);
    byId('panel-close').addEventListener('click', () => this.close());
    onLanguage(() => this.#showTitle());
  }

  open(call) {
    this.#call = call;
    this.#show(null);
  }

  /** The call is over. */
  end() {
    this.#show(null);
    this.#call = null;
  }

  toggle(page) {
    const next = this.#open === page ? null : page;
    if (next) this.#opener = document.activeElement;
    this.#show(next);
    if (next) byId('panel-title').focus();
    else this.#goBack();
  }

  close() {
    if (!this.#open) return;
    this.#show(null);
    this.#goBack();
  }

  /** @param {ReturnType<typeof import('./tiles.js').membersOf>} members */
  render(members) {
    this.#members = members;
    const list = byId('member-list');
    const keys = new Set(members.map(({ key }) => key));
    for (const [key, line] of this.#lines) {
      if (keys.has(key)) continue;
      line.remove();
      this.#lines.delete(key);
    }
    members.forEach((member, index) => {
      const line = this.#lines.get(member.key) ?? clone('member-template');
      this.#lines.set(member.key, line);
      fillLine(line, member);
      if (list.children[index] !== line) list.insertBefore(line, list.children[index] ?? null);
    });
    this.#part?.render?.(members, (key) => this.#lines.get(key));
  }

  #show(page) {
    this.#open = page;
    byId('panel').hidden = page === null;
    for (const name of pages) {
      byId(`panel-${name}`).hidden = name !== page;
      setPressed(byId(`tool-${name}`), name === page);
    }
    this.#showTitle();
    this.#part?.close();
    this.#part = null;
    if (page === 'settings') refreshDevices();
    else if (page) this.#openPart(page, this.#call);
  }

  async #openPart(page, call) {
    try {
      const { open } = await parts[page]();
      if (this.#open !== page || this.#call !== call || this.#part) return;
      this.#part = open(call, byId(`panel-${page}`));
      this.render(this.#members);
      if (document.activeElement === byId('panel-title')) this.#part.focus?.();
    } catch (error) {
      call.report(error);
    }
  }

  /** The focus goes where it came from; on a phone that button is in a menu that is closed. */
  #goBack() {
    const there = this.#opener?.getClientRects().length > 0;
    (there ? this.#opener : byId('tool-more')).focus();
  }

  #showTitle() {
    if (this.#open) setText(byId('panel-title'), t(`${this.#open}.title`));
  }
}

function fillLine(line, member) {
  const find = (selector) => line.querySelector(selector);
  const avatar = find('.avatar');
  setText(avatar, initials(member.name));
  setAttribute(avatar, 'class', `avatar small hue-${hue(member.name)}`);
  setText(find('.member-name'), member.label);
  setText(find('.member-note'), member.note);
  setText(find('.member-words'), wordsOf(member));
  line.classList.toggle('muted', member.muted);
  line.classList.toggle('dark', member.dark);
  line.classList.toggle('shares', member.shares);
  const bars = find('.bars');
  setAttribute(bars, 'data-grade', member.grade);
  setAttribute(bars, 'aria-label', t(`quality.${member.grade}`));
  setAttribute(bars, 'title', t(`quality.${member.grade}`));
}
