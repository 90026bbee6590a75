// SPDX-License-Identifier: LGPL-2.1-or-later
// After the call: why it ended, and the way back.

import { clock } from './clock.js';
import { byId, setText } from './dom.js';
import { hasWords, onLanguage, t } from './i18n.js';

export class Ended {
  #reason = 'left';
  #seconds = 0;
  #words = '';
  #view = byId('ended');

  /** @param {{onRejoin: () => void, onBack: () => void}} actions */
  constructor({ onRejoin, onBack }) {
    byId('rejoin').addEventListener('click', () => onRejoin());
    byId('back').addEventListener('click', () => onBack());
    onLanguage(() => this.#render());
  }

  open(reason, seconds, words) {
    this.#reason = hasWords(`ended.${reason}`) ? reason : 'failed';
    this.#seconds = seconds;
    this.#words = words;
    this.#view.hidden = false;
    this.busy(false);
    this.#render();
    // A page whose title has the focus is read out from its top.
    byId('ended-title').focus();
  }

  close() {
    this.#view.hidden = true;
  }

  busy(on) {
    byId('rejoin').setAttribute('aria-busy', String(on));
  }

  #render() {
    if (this.#view.hidden) return;
    setText(byId('ended-title'), t(`ended.${this.#reason}`));
    setText(byId('ended-text'), t(`ended.${this.#reason}.text`));
    byId('ended-said').hidden = !this.#words;
    setText(byId('ended-said'), t('ended.said', { text: this.#words }));
    setText(byId('ended-duration'), t('ended.duration', { time: clock(this.#seconds) }));
  }
}
