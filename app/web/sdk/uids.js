// SPDX-License-Identifier: LGPL-2.1-or-later
import { invalidArgument } from './media-errors.js';

const CANONICAL = /^(0|[1-9][0-9]*)$/;

/**
 * A room or member as the wire has it: text. Numbers are those that JavaScript can count to.
 * @param {unknown} name
 * @param {string} what for the error
 * @returns {string | undefined} undefined: none was given
 */
export function toWire(name, what) {
  if (name === undefined || name === null || name === '') return undefined;
  if (typeof name === 'string') return name;
  if (typeof name === 'number' && Number.isSafeInteger(name) && name >= 0) return String(name);
  throw invalidArgument(`The ${what} must be text or a whole number from 0 to 2^53 - 1`);
}

/**
 * @param {string} uid
 * @param {boolean} numeric whether the application uses numbers
 * @returns {string | number}
 */
export function fromWire(uid, numeric) {
  const number = numeric && CANONICAL.test(uid) ? Number(uid) : NaN;
  return Number.isSafeInteger(number) ? number : uid;
}
