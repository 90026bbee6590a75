// SPDX-License-Identifier: LGPL-2.1-or-later

const FIRST_MS = 100;
const BASE_MS = 400;
/* A server that restarts is to be found again within five seconds. */
const EARLY_CAP_MS = 2000;
const EARLY_MS = 60000;
const CAP_MS = 5000;

/**
 * How long to wait before a try to connect again.
 * @param {number} attempt 0 is the first try after a loss
 * @param {number} elapsedMs since the loss
 * @param {number} random 0 to 1, so that the members of a room do not come all at once
 * @returns {number} milliseconds: at most 100 for the first try, then from at most 400 on doubling
 *   up to 2000 within the first minute and 5000 later, half of it at random
 */
export function backoffDelay(attempt, elapsedMs, random) {
  if (attempt === 0) return Math.floor(random * FIRST_MS);
  const cap = elapsedMs < EARLY_MS ? EARLY_CAP_MS : CAP_MS;
  const longest = Math.min(cap, BASE_MS * 2 ** Math.min(attempt - 1, 8));
  return Math.floor((longest / 2) * (1 + random));
}
