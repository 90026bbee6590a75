// SPDX-License-Identifier: LGPL-2.1-or-later

export const GRADE_UNKNOWN = 0;
export const GRADE_DOWN = 6;

/* docs/protocol.md, member.quality: loss in per cent, round trip in ms; the worst first */
const limits = [
  { grade: 5, loss: 50, roundTrip: 500 },
  { grade: 4, loss: 30, roundTrip: 350 },
  { grade: 3, loss: 20, roundTrip: 200 },
  { grade: 2, loss: 10, roundTrip: 100 },
];

/**
 * @param {number} loss per cent; NaN: not known
 * @param {number} roundTrip ms; NaN: not known
 * @returns {number} 0 to 5
 */
export function gradeOf(loss, roundTrip) {
  if (Number.isNaN(loss) && Number.isNaN(roundTrip)) return GRADE_UNKNOWN;
  return limits.find((limit) => loss > limit.loss || roundTrip > limit.roundTrip)?.grade ?? 1;
}

/**
 * The one in the middle, the better of two; those that are not known do not count.
 * @param {number[]} grades
 */
export function medianGrade(grades) {
  const known = grades.filter((grade) => grade !== GRADE_UNKNOWN).sort((a, b) => a - b);
  return known.length === 0 ? GRADE_UNKNOWN : known[Math.floor((known.length - 1) / 2)];
}
