// SPDX-License-Identifier: LGPL-2.1-or-later
// Where tiles go in a stage of some size. Pure: numbers in, rectangles out.

/** @typedef {{x: number, y: number, width: number, height: number}} Rect */

const gap = 12;
const smallest = 132;
const clamp = (low, value, high) => Math.min(Math.max(value, low), high);

/** The shapes that a tile may take: wide ones in a wide stage, upright ones on a phone, too */
function shapes({ count, width, height }) {
  if (count === 1 && width < height) return [1 / 2, 16 / 9];
  return width > height ? [4 / 3, 16 / 9] : [3 / 4, 16 / 9];
}

function sizeFor(columns, { count, width, height }) {
  const rows = Math.ceil(count / columns);
  const cellWidth = (width - gap * (columns - 1)) / columns;
  const cellHeight = (height - gap * (rows - 1)) / rows;
  if (cellWidth <= 0 || cellHeight <= 0) return { columns, rows, width: 0, height: 0 };
  const [low, high] = shapes({ count, width, height });
  const shape = clamp(low, cellWidth / cellHeight, high);
  const tileWidth = Math.min(cellWidth, cellHeight * shape);
  return { columns, rows, width: tileWidth, height: tileWidth / shape };
}

/** The number of columns that gives the largest tiles; many tiles are scrolled, not shrunk */
function bestSize(stage) {
  let best = sizeFor(1, stage);
  for (let columns = 2; columns <= stage.count; columns++) {
    const size = sizeFor(columns, stage);
    if (size.width * size.height > best.width * best.height) best = size;
  }
  return best.width >= Math.min(smallest, stage.width) ? best : scrolledSize(stage);
}

function scrolledSize({ count, width }) {
  const columns = Math.max(1, Math.floor((width + gap) / (smallest + gap)));
  const tileWidth = (width - gap * (columns - 1)) / columns;
  const rows = Math.ceil(count / columns);
  return { columns, rows, width: tileWidth, height: (tileWidth * 3) / 4 };
}

/**
 * All tiles alike, the last row centred.
 * @returns {{rects: Rect[], height: number}} height: of all rows, more than the stage's if to be scrolled
 */
export function grid({ count, width, height }) {
  if (count === 0) return { rects: [], height };
  const size = bestSize({ count, width, height });
  const total = size.rows * size.height + (size.rows - 1) * gap;
  const top = Math.max(0, (height - total) / 2);
  const rects = [];
  for (let index = 0; index < count; index++) {
    const row = Math.floor(index / size.columns);
    const inRow = Math.min(size.columns, count - row * size.columns);
    const rowWidth = inRow * size.width + (inRow - 1) * gap;
    rects.push({
      x: (width - rowWidth) / 2 + (index % size.columns) * (size.width + gap),
      y: top + row * (size.height + gap),
      width: size.width,
      height: size.height,
    });
  }
  return { rects, height: Math.max(total, height) };
}

/** One other, and oneself in the corner of that picture: rects are [other, own]. */
export function pair({ width, height }) {
  const shape = clamp(4 / 3, width / height, 16 / 9);
  const largeWidth = Math.min(width, height * shape);
  const large = {
    x: (width - largeWidth) / 2,
    y: (height - largeWidth / shape) / 2,
    width: largeWidth,
    height: largeWidth / shape,
  };
  const own = clamp(112, largeWidth * 0.21, 420);
  const inset = clamp(10, largeWidth * 0.016, 28);
  return {
    rects: [
      large,
      {
        x: large.x + large.width - own - inset,
        y: large.y + large.height - (own * 9) / 16 - inset,
        width: own,
        height: (own * 9) / 16,
      },
    ],
    height,
  };
}

/** Tiles of the strip beside or below the large one; null for what has no room */
function strip(count, area, { columns, rows }) {
  const width = (area.width - gap * (columns - 1)) / columns;
  const height = Math.min((area.height - gap * (rows - 1)) / rows, (width * 3) / 4);
  const used = Math.min(count, columns * rows);
  const usedRows = Math.ceil(used / columns);
  const usedColumns = Math.min(columns, used);
  const top = area.y + (area.height - usedRows * height - (usedRows - 1) * gap) / 2;
  const left = area.x + (area.width - usedColumns * width - (usedColumns - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    if (index >= used) return null;
    const x = left + (index % columns) * (width + gap);
    const y = top + Math.floor(index / columns) * (height + gap);
    return { x, y, width, height };
  });
}

/**
 * The first tile large, the others in a strip beside it (wide stage) or below it (tall stage).
 * @returns {{rects: (Rect | null)[], height: number}}
 */
export function focus({ count, width, height }) {
  if (count === 1) return { rects: [{ x: 0, y: 0, width, height }], height };
  const others = count - 1;
  if (width > height * 1.1) {
    const side = clamp(140, width * 0.19, 460);
    const columns = others > Math.floor((height + gap) / ((side * 9) / 16 + gap)) ? 2 : 1;
    const tile = (side - gap * (columns - 1)) / columns;
    const rows = Math.max(1, Math.floor((height + gap) / ((tile * 9) / 16 + gap)));
    const area = { x: width - side, y: 0, width: side, height };
    const fitted = { columns, rows: Math.min(rows, Math.ceil(others / columns)) };
    const large = { x: 0, y: 0, width: width - side - gap, height };
    return { rects: [large, ...strip(others, area, fitted)], height };
  }
  const columns = clamp(1, Math.min(others, Math.floor((width + gap) / (84 + gap))), 8);
  const rows = Math.min(2, Math.ceil(others / columns));
  const tile = Math.min(((width - gap * (columns - 1)) / columns) * 0.75, height * 0.2);
  const below = rows * tile + (rows - 1) * gap;
  const area = { x: 0, y: height - below, width, height: below };
  const large = { x: 0, y: 0, width, height: height - below - gap };
  return { rects: [large, ...strip(others, area, { columns, rows })], height };
}

/**
 * The layout that fits: focus when something is to be large, the pair for a call of two in a wide
 * stage, the grid otherwise.
 * @param {{count: number, width: number, height: number, large: boolean, two: boolean}} stage
 */
export function layoutFor({ count, width, height, large, two }) {
  if (large) return { kind: 'focus', ...focus({ count, width, height }) };
  if (two && width > height * 1.15) return { kind: 'pair', ...pair({ width, height }) };
  return { kind: 'grid', ...grid({ count, width, height }) };
}
