// SPDX-License-Identifier: LGPL-2.1-or-later
import { Timers, realClock } from './clock.js';

/* No connection by then: the path has failed. */
const CONNECT_TIMEOUT = 10_000;
/* Neither RTP nor RTCP for so long: the other end is gone. RTCP comes every second or so. */
const SILENCE_TIMEOUT = 6_000;
/* Looks without anything new before it counts as silence: a page may have been frozen meanwhile. */
const SILENT_LOOKS_MIN = 3;

/**
 * @typedef {object} PathOwner
 * @property {() => void} connected the first time
 * @property {(code: string, message: string) => void} failed it never was
 * @property {(code: string, message: string) => void} lost it was, and may come back
 * @property {() => void} recovered
 */

/** Whether there is a path to the other end: found in time, lost, and there again. */
export class Path {
  connected = false;
  lost = false;
  #pc;
  #owner;
  #clock;
  #timers;
  #wantsRelay;
  #hasRelay = false;
  #heardAt = NaN;
  #heard = '';
  /* Whether anything of media has come, RTP or RTCP; before that the other end may have none to send. */
  #begun = false;
  #silentLooks = 0;

  /**
   * @param {RTCPeerConnection} pc
   * @param {boolean} wantsRelay whether a TURN server was named
   * @param {PathOwner} owner
   */
  constructor(pc, wantsRelay, owner, clock = realClock) {
    this.#pc = pc;
    this.#owner = owner;
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#wantsRelay = wantsRelay;
    this.#timers.start('connect', CONNECT_TIMEOUT, () => this.#giveUp('within 10 s'));
    pc.addEventListener('connectionstatechange', this.#onState);
  }

  /** @param {string} candidate of this end */
  noteCandidate(candidate) {
    if (/ typ relay/.test(candidate)) this.#hasRelay = true;
  }

  /**
   * How long it may take beside a lost one.
   * @param {number} ms
   */
  limitPatience(ms) {
    if (!this.connected)
      this.#timers.start('patience', ms, () => this.#giveUp('in the time that it has'));
  }

  /**
   * To be called now and then with what the browser has counted.
   * @param {string} heard another text whenever something has arrived
   * @param {boolean} due whether there should be something, even if nothing has come yet
   */
  look(heard, due) {
    if (!this.connected) return;
    if (heard !== this.#heard || !(due || this.#begun)) this.#noteArrival(heard);
    else this.#silentLooks += 1;
    if (
      !this.lost &&
      this.#silentLooks >= SILENT_LOOKS_MIN &&
      this.#clock.now() - this.#heardAt >= SILENCE_TIMEOUT
    )
      this.#lose('silence', 'Nothing arrived from the other end for 6 s');
  }

  /** Whether the last look heard nothing new, so that the next one should be soon. */
  get suspicious() {
    return this.#silentLooks > 0;
  }

  stop() {
    this.#timers.stopAll();
    this.#pc.removeEventListener('connectionstatechange', this.#onState);
  }

  #noteArrival(heard) {
    const news = this.#heard !== '' && heard !== this.#heard;
    this.#begun ||= news;
    this.#heard = heard;
    this.#heardAt = this.#clock.now();
    this.#silentLooks = 0;
    if (this.lost && news) this.#recover();
  }

  #recover() {
    this.lost = false;
    this.#owner.recovered();
  }

  #lose(code, message) {
    if (this.lost) return;
    this.lost = true;
    this.#owner.lost(code, message);
  }

  #onState = () => {
    const state = this.#pc.connectionState;
    if (state === 'connected' && !this.connected) {
      this.connected = true;
      this.#timers.stopAll();
      this.#owner.connected();
    } else if (state === 'failed' && this.connected) {
      this.#lose('ice', 'ICE has lost the path to the other end');
    } else if (state === 'failed') {
      this.#giveUp('at all');
    }
  };

  #giveUp(when) {
    const state = this.#pc.iceConnectionState;
    this.#timers.stopAll();
    if (state === 'connected' || state === 'completed')
      this.#owner.failed('dtls', `There is a path, but no DTLS handshake on it ${when}`);
    else if (this.#wantsRelay && !this.#hasRelay)
      this.#owner.failed('turn', `No TURN server gave an address, and no path was found ${when}`);
    else this.#owner.failed('ice', `No path was found ${when}; ICE is ${state}`);
  }
}
