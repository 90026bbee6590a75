// SPDX-License-Identifier: LGPL-2.1-or-later
// The page's words in the user's language.

import * as en from './locale/en.js';

const locales = {
  en: {
    name: en.name,
    load: async () => en,
    loadLater: () => import('./locale/en-later.js'),
  },
  'zh-CN': {
    name: '简体中文',
    load: () => import('./locale/zh-CN.js'),
    loadLater: () => import('./locale/zh-CN-later.js'),
  },
};

let language = 'en';
/** @type {Record<string, string>} */
let words = en.words;
let withLater = false;
let plurals = new Intl.PluralRules('en');
const listeners = new Set();

/** The first of the wanted languages that there is; English where there is none */
export function choose(wanted) {
  for (const tag of wanted) {
    const low = tag.toLowerCase();
    if (low.startsWith('zh')) return 'zh-CN';
    if (low.startsWith('en')) return 'en';
  }
  return 'en';
}

export function currentLanguage() {
  return language;
}

export function languages() {
  return Object.entries(locales).map(([tag, { name }]) => ({ tag, name }));
}

export async function setLanguage(tag) {
  const known = tag in locales ? tag : 'en';
  words = await load(known);
  language = known;
  plurals = new Intl.PluralRules(known);
  document.documentElement.lang = known;
  translate(document);
  for (const listener of listeners) listener();
}

async function load(tag) {
  const parts = [locales[tag].load(), ...(withLater ? [locales[tag].loadLater()] : [])];
  return Object.assign({}, ...(await Promise.all(parts)).map((part) => part.words));
}

/** Loads the words of what is not there at first. */
export async function needLaterWords() {
  if (withLater) return;
  withLater = true;
  words = await load(language);
  translate(document);
}

/** Called when the language has changed, for words that were put together by a view */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** The words of a key, with `{name}` filled in from values */
export function t(key, values = {}) {
  const text = words[key] ?? en.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** The plural form of the key for n */
export function tn(key, n, values = {}) {
  const form = plurals.select(n) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}`, { n, ...values });
}

export function hasWords(key) {
  return key in en.words;
}

/** Fills in what the markup names by data-t, data-t-label, data-t-title and data-t-placeholder. */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    element.setAttribute('aria-label', t(element.dataset.tLabel));
  }
  for (const element of root.querySelectorAll('[data-t-title]')) {
    element.title = t(element.dataset.tTitle);
  }
  for (const element of root.querySelectorAll('[data-t-placeholder]')) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
}
