// SPDX-License-Identifier: LGPL-2.1-or-later
// The dialog of the connection test.

import { runTest, steps } from './connection-test.js';
import { byId, icon, make, setText } from './dom.js';
import { t } from './i18n.js';

const icons = { good: 'check', doubtful: 'warn', bad: 'close', running: 'wait', waiting: 'wait' };

class TestView {
  #dialog = byId('test');
  #running = false;
  #options = { appKey: '' };

  constructor() {
    byId('test-close').addEventListener('click', () => this.#dialog.close());
    byId('test-run').addEventListener('click', () => this.#run());
  }

  /** @param {{appKey: string}} options */
  open(options) {
    this.#options = options;
    this.#dialog.showModal();
    this.#run();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    byId('test-run').disabled = true;
    byId('test-steps').replaceChildren(...steps.map((step) => this.#line(step, 'waiting')));
    setText(byId('test-sum'), t('test.running'));
    const state = await runTest(this.#options, (step, outcome) => this.#report(step, outcome));
    setText(byId('test-sum'), t(`test.${state}`));
    byId('test-run').disabled = false;
    this.#running = false;
  }

  #report(step, outcome) {
    const line = byId('test-steps').children[steps.indexOf(step)];
    line?.replaceWith(this.#line(step, outcome?.state ?? 'running', outcome));
  }

  #line(step, state, outcome = null) {
    const sign = icon(icons[state]);
    if (state === 'running') sign.classList.add('spin', 'on');
    const line = make(
      'li',
      { className: 'test-step' },
      sign,
      make('span', { text: t(`test.${step}`), className: 'test-name' }),
      make('span', {
        text: outcome ? t(outcome.key, outcome.values) : '',
        className: 'test-says',
      }),
    );
    line.dataset.state = state;
    return line;
  }
}

const view = new TestView();

/** @param {{appKey: string}} options */
export function openTest(options) {
  view.open(options);
}
