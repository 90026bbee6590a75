// SPDX-License-Identifier: LGPL-2.1-or-later
// What is not needed to join a call is loaded when it is wanted first: so the page is there sooner.

import { needLaterWords } from './i18n.js';

/** @type {Promise<void> | null} */
let styled = null;

function needStyle() {
  styled ??= new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = 'page/later.css';
    link.onload = () => resolve();
    link.onerror = () => reject(new TypeError('later.css'));
    document.head.append(link);
  });
  return styled;
}

/**
 * @template Part
 * @param {Promise<Part>} importing
 * @returns {Promise<Part>} with its words, and its looks
 */
export async function later(importing) {
  const [part] = await Promise.all([importing, needLaterWords(), needStyle()]);
  return part;
}
