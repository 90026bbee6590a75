// SPDX-License-Identifier: LGPL-2.1-or-later
// How long something took, to be read.

/** Seconds as 4:07 or 1:04:07 */
export function clock(seconds) {
  const parts = [Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const hours = Math.floor(seconds / 3600);
  const two = (number) => String(number).padStart(2, '0');
  if (hours) return `${hours}:${two(parts[0])}:${two(parts[1])}`;
  return `${parts[0]}:${two(parts[1])}`;
}
