// SPDX-License-Identifier: LGPL-2.1-or-later
// Reports what node:test finds as flat TAP: one point for each case, so that meson counts them all.
// What node itself prints nests cases, and meson reads the outermost points only.

/** Why node leaves out what a pattern on the command line does not choose */
const NOT_CHOSEN = 'test name does not match pattern';

/** No '#', which would begin a directive. */
const nameOf = (names) => names.join(' › ').replace(/#/g, ' ');

function explain(error) {
  const cause = error?.cause ?? error;
  const text = cause?.stack ?? String(cause);
  return text.split('\n').map((line) => `#   ${line}\n`);
}

/** Whether an event is of a case, or of a group that failed by itself (a hook, a time limit). */
function isPoint(event, hasCases) {
  const type = event.data.details?.error?.failureType;
  return hasCases || event.data.details?.type === 'suite'
    ? event.type === 'test:fail' && type !== 'subtestsFailed'
    : true;
}

class Points {
  #names = [];
  #deepest = 0;
  #count = 0;

  start({ name, nesting }) {
    this.#names.length = nesting;
    this.#names[nesting] = name;
  }

  *end(event) {
    const { data, type } = event;
    if (data.skip === NOT_CHOSEN) return;
    const hasCases = this.#deepest > data.nesting;
    this.#deepest = data.nesting;
    if (!isPoint(event, hasCases)) return;
    this.#count += 1;
    const good = type === 'test:pass';
    const names = [...this.#names.slice(0, data.nesting), data.name];
    const skip = data.skip === undefined || data.skip === false ? '' : ` # SKIP ${data.skip}`;
    yield `${good ? 'ok' : 'not ok'} ${this.#count} ${nameOf(names)}${skip}\n`;
    const time = Math.round(data.details?.duration_ms ?? 0);
    yield `# ${time} ms\n`;
    if (!good) yield* explain(data.details.error);
  }

  *plan() {
    yield `1..${this.#count}\n`;
  }
}

export default async function* report(source) {
  const points = new Points();
  for await (const event of source) {
    if (event.type === 'test:start') points.start(event.data);
    else if (event.type === 'test:pass' || event.type === 'test:fail') yield* points.end(event);
    else if (event.type === 'test:diagnostic' && event.data.nesting > 0)
      yield `# ${event.data.message}\n`;
  }
  yield* points.plan();
}
