// SPDX-License-Identifier: LGPL-2.1-or-later
// What the browser remembers between calls: name, language, devices. Never a token.

const key = 'nertc';

function read() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

export function recall(name, otherwise) {
  return read()[name] ?? otherwise;
}

export function remember(name, value) {
  try {
    localStorage.setItem(key, JSON.stringify({ ...read(), [name]: value }));
  } catch {
    // Private windows may have no storage; then the page forgets.
  }
}
