// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells what happens: to screen readers by the live region, to eyes by a notice that goes away.

import { byId, make } from './dom.js';

const shownFor = 5000;
const most = 4;

function addFor(parent, element) {
  parent.append(element);
  while (parent.childElementCount > most) parent.firstElementChild.remove();
  setTimeout(() => element.remove(), shownFor);
}

/** Only for screen readers: what eyes see by a button that changes */
export function say(text) {
  addFor(byId('live'), make('p', { text }));
}

/** For all */
export function announce(text) {
  say(text);
  addFor(byId('toasts'), make('p', { text, className: 'toast' }));
}
