// SPDX-License-Identifier: LGPL-2.1-or-later
import { realClock } from './clock.js';
import { GRADE_DOWN, GRADE_UNKNOWN, gradeOf, medianGrade } from './quality.js';
import { readReport, receivedPath, sentPath } from './statistics.js';

/* ms; every second tick looks at what is suspicious, every fourth one at everything */
const TICK = 500;
/* From here on somebody speaks */
const SPEECH_LEVEL = 0.02;
/* Another one has to be so much louder to be the one who speaks. */
const LOUDER = 1.25;

/** @typedef {import('./transport.js').Transport} Transport */

/**
 * @typedef {object} MonitorOwner
 * @property {() => Transport[]} senders
 * @property {() => Transport[]} receivers
 * @property {() => {uid: string | number, level: number}[]} levels of those who can be heard
 * @property {(up: number, down: number) => void} graded
 * @property {(name: string, payload: any) => void} notify
 */

/**
 * Looks at all connections every two seconds by one getStats() each, for figures, grades and silence,
 * and listens who speaks.
 */
export class Monitor {
  #owner;
  #clock;
  #timer;
  #ticks = 0;
  /** @type {Map<Transport, {now?: import('./statistics.js').Look, before?: import('./statistics.js').Look}>} */
  #looks = new Map();
  /** @type {string | number | null} */
  #speaker = null;
  #graded = false;

  /** @param {MonitorOwner} owner */
  constructor(owner, clock = realClock) {
    this.#owner = owner;
    this.#clock = clock;
  }

  start() {
    this.#timer ??= setInterval(() => this.#tick(), TICK);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#looks.clear();
    this.#speaker = null;
    this.#graded = false;
  }

  /** @param {Transport | null | undefined} transport */
  looksOf(transport) {
    return (transport && this.#looks.get(transport)) ?? {};
  }

  /**
   * For whoever wants figures before there are any.
   * @param {Transport[]} transports
   */
  async need(transports) {
    const missing = transports.filter((transport) => !this.#looks.get(transport)?.now);
    await Promise.all(missing.map((transport) => this.#look(transport)));
  }

  #tick() {
    this.#ticks += 1;
    this.#listen(this.#ticks % 2 === 0);
    if (this.#ticks % 4 === 0) this.#lookAtAll();
    else if (this.#ticks % 2 === 0) this.#lookAtSuspicious();
  }

  #transports() {
    return [...this.#owner.senders(), ...this.#owner.receivers()];
  }

  async #lookAtAll() {
    const transports = this.#transports();
    for (const transport of [...this.#looks.keys()])
      if (!transports.includes(transport)) this.#looks.delete(transport);
    await Promise.all(transports.map((transport) => this.#look(transport)));
    if (this.#timer !== undefined) this.#grade();
  }

  #lookAtSuspicious() {
    for (const transport of this.#transports())
      if (transport.suspicious || transport.lost) this.#look(transport);
  }

  async #look(transport) {
    const report = await transport.getStats();
    if (!report || transport.closed) return;
    const look = readReport(report, this.#clock.now());
    const before = this.#looks.get(transport)?.now;
    this.#looks.set(transport, { now: look, before });
    transport.look(look.heard, look.sent > (before?.sent ?? 0));
  }

  #grade() {
    const up = this.#owner.senders().map((transport) => this.#gradeOf(transport, sentPath));
    const down = this.#owner.receivers().map((transport) => this.#gradeOf(transport, receivedPath));
    const grades = [medianGrade(up), medianGrade(down)];
    const known = grades.some((grade) => grade !== GRADE_UNKNOWN);
    /* 0 for both once when that ends */
    if (known || this.#graded) this.#owner.graded(grades[0], grades[1]);
    this.#graded = known;
  }

  #gradeOf(transport, read) {
    if (transport.lost) return GRADE_DOWN;
    const { now, before } = this.looksOf(transport);
    if (!now || !transport.connected) return GRADE_UNKNOWN;
    const { loss, roundTrip } = read(now, before);
    return gradeOf(loss, roundTrip);
  }

  #listen(tellLevels) {
    const levels = this.#owner
      .levels()
      .map(({ uid, level }) => ({ uid, level: Math.round(100 * level) }))
      .sort((a, b) => b.level - a.level);
    if (tellLevels && levels.length > 0) this.#owner.notify('volume-indicator', levels);
    const [loudest] = levels;
    if (!loudest || loudest.level < 100 * SPEECH_LEVEL || loudest.uid === this.#speaker) return;
    const present = levels.find(({ uid }) => uid === this.#speaker);
    if (present && loudest.level < LOUDER * present.level) return;
    this.#speaker = loudest.uid;
    this.#owner.notify('active-speaker', { uid: loudest.uid });
  }
}
