// SPDX-License-Identifier: LGPL-2.1-or-later
// One page of a browser under test: what it says, and waiting for what it shows.
import axe from 'axe-core';

import { install } from './probe.mjs';
import { PATIENCE } from './processes.mjs';

const STEP = 50;
// As text, so that no policy of the page keeps it off; its value is of no use here.
const AXE = `${axe.source}; undefined`;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A tone as probe.sound() tells it, clear enough and within 20 Hz. */
const hears = (sound, hz, share) =>
  sound?.tones.some((tone) => Math.abs(tone.hz - hz) < 20 && tone.share >= share) ?? false;

export class Page {
  #allowed = [];
  #said = [];
  #faults = [];
  #open = true;

  /** @param {import('puppeteer-core').Page} page @param {string} kind @param {string} name */
  constructor(page, kind, name) {
    /** That of puppeteer */
    this.puppet = page;
    this.kind = kind;
    this.name = name;
    page.on('console', (message) => this.#hear(message.type(), message.text()));
    page.on('pageerror', (error) => this.#hear('error', `uncaught ${error?.stack ?? error}`));
  }

  static async open(context, kind, { name = 'page', probe = {} } = {}) {
    const page = new Page(await context.newPage(), kind, name);
    await page.puppet.evaluateOnNewDocument(install, probe);
    return page;
  }

  #hear(type, text) {
    this.#said.push(`${type}: ${text}`);
    if (type === 'error') this.#faults.push(text);
  }

  /** Errors on the console that fit are no fault of the test's page. */
  allowErrors(...patterns) {
    this.#allowed.push(...patterns);
  }

  async goto(url) {
    await this.puppet.goto(url, { waitUntil: 'load', timeout: 2 * PATIENCE });
    return this;
  }

  /** What a function of the page gives, or its promise. It sees nothing of the test but @words. */
  run(body, ...words) {
    return this.puppet.evaluate(body, ...words);
  }

  /**
   * Waits until a function of the page gives something true. Returns it.
   * @param {string} what is missed otherwise
   */
  async until(what, body, ...words) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = await this.run(body, ...words);
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE} ms. ${this.tell()}`);
      await pause(STEP);
    }
  }

  /** Waits for a line on the console. */
  async untilSaid(pattern) {
    await this.#poll(
      () => `${pattern} on the console`,
      () => this.#said.some((line) => pattern.test(line.replace(/^\w+: /, ''))),
    );
  }

  /** Waits for @count different pictures of the sender in a <video>. Returns the last. */
  async untilPicture(selector, sender, { count = 10 } = {}) {
    const seen = new Set();
    let last;
    await this.#poll(
      () => `pictures of ${sender} in ${selector}, ${seen.size} so far, last ${brief(last)}`,
      async () => {
        last = await this.picture(selector);
        if (last?.sender === sender) seen.add(last.counter);
        return seen.size >= count;
      },
    );
    return last;
  }

  /** What the first <video> that fits shows now. */
  picture(selector) {
    return this.run((text) => globalThis.probe.picture(document.querySelector(text)), selector);
  }

  /**
   * Waits for a tone.
   * @param {string | [Function, ...unknown[]]} source an element that plays, or a function of the
   *   page that gives a MediaStream, and its words
   */
  async untilTone(source, hz, { share = 0.8 } = {}) {
    let last;
    await this.#poll(
      () => `a tone of ${hz} Hz, last ${brief(last)}`,
      async () => hears((last = await this.sound(source)), hz, share),
    );
    return last;
  }

  /** Waits until nothing is heard. */
  async untilSilence(source) {
    let last;
    await this.#poll(
      () => `silence, last ${brief(last)}`,
      async () => (last = await this.sound(source)) && last.level < 0.005,
    );
  }

  async sound(source) {
    if (typeof source === 'string')
      return this.run((text) => globalThis.probe.sound(document.querySelector(text)), source);
    const handle = await this.puppet.evaluateHandle(...source);
    try {
      return await this.run((stream) => globalThis.probe.sound(stream), handle);
    } finally {
      await handle.dispose();
    }
  }

  async #poll(what, fits) {
    const end = Date.now() + PATIENCE;
    while (!(await fits())) {
      if (Date.now() > end) throw new Error(`${what()}: not within ${PATIENCE} ms. ${this.tell()}`);
      await pause(STEP);
    }
  }

  /** What axe-core finds wrong in what is shown now, as sentences: to be nothing. */
  async findBarriers() {
    await this.puppet.evaluate(AXE);
    const { violations } = await this.run(() => globalThis.axe.run());
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, html }) => `${id}: ${help}: ${target} ${html.slice(0, 200)}`),
    );
  }

  /** What it said, and its name. */
  tell() {
    return `${this.name} (${this.kind}):\n  ${this.#said.slice(-30).join('\n  ')}`;
  }

  /** What must not be in a page: errors on the console that nobody expects, and what the
   * Content-Security-Policy had to keep off. */
  async complaints() {
    const allowed = (text) => this.#allowed.some((pattern) => pattern.test(text));
    const violations = this.#open
      ? await this.run(() => globalThis.probe?.violations ?? []).catch(() => [])
      : [];
    return [...this.#faults.filter((text) => !allowed(text)), ...violations];
  }

  async close() {
    if (!this.#open) return;
    this.#open = false;
    await this.puppet.close();
  }
}

function brief(value) {
  return JSON.stringify(value ?? null);
}
