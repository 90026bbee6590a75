// SPDX-License-Identifier: LGPL-2.1-or-later
// What the documents show of JavaScript and HTML, each block with a comment in front of it that says
// how it is to be run: <!-- page: NAME -->, <!-- program: NAME -->, <!-- lines: NAME -->.
import fs from 'node:fs';
import path from 'node:path';

import { SOURCE } from './processes.mjs';

const BLOCK = /^<!-- (page|program|lines): ([\w-]+) -->\n```(?:html|js)\n(.*?)^```$/gms;
const CODE = /^```(?:html|js|javascript|ts)\n/gm;
/** Whoever reads the documents puts the address of a server of their own in their place. */
const PLACEHOLDERS = /https:\/\/calls\.example\.org|http:\/\/127\.0\.0\.1:8980/g;

function read(file) {
  return fs.readFileSync(path.join(SOURCE, file), 'utf8');
}

/**
 * The blocks of a document.
 * @param {string} file of the source tree
 * @param {string} origin of the server that takes the place of the one in the document
 */
export function blocks(file, origin) {
  return [...read(file).matchAll(BLOCK)].map(([, kind, name, text]) => ({
    kind,
    name,
    text: text.replace(PLACEHOLDERS, origin),
  }));
}

/** Blocks of code that nothing runs, as they have no comment in front of them. */
export function unmarked(file) {
  const text = read(file);
  return (text.match(CODE) ?? []).length - [...text.matchAll(BLOCK)].length;
}

/** The page in which a program of the documents runs. */
export function pageOf(program) {
  return `<!doctype html>
<meta charset="utf-8" />
<title>A program of the documents</title>
<link rel="icon" href="data:," />
<button id="start">Start</button>
<button id="end">End</button>
<div id="me"></div>
<div id="them"></div>
<script type="module">
${program}
</script>
`;
}
