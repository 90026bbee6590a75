// SPDX-License-Identifier: LGPL-2.1-or-later
// nertc.d.ts: what the guides teach compiles, mistakes do not, and everything it names is there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';

const WEB = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const APP = path.resolve(WEB, '..', '..', 'app', 'web');
const DEFINITIONS = path.join(APP, 'nertc.d.ts');

/** What tsc complains about in a folder with a tsconfig.json. */
async function complaints(folder) {
  const tsc = path.join(WEB, 'node_modules', 'typescript', 'bin', 'tsc');
  const words = [tsc, '--project', folder, '--pretty', 'false'];
  return promisify(execFile)(process.execPath, words).then(
    () => [],
    ({ stdout, message }) => (stdout || message).split('\n').filter(Boolean),
  );
}

test('what the guides teach compiles, mistakes do not', async () => {
  assert.deepEqual(await complaints(path.join(WEB, 'types')), []);
});

test('the check sees a mistake', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'types-'));
  try {
    const config = { extends: path.join(WEB, 'types', 'tsconfig.json'), include: ['*.ts'] };
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const text = `import NERTC from '${APP}/nertc.js';\nNERTC.createClients();\n`;
    fs.writeFileSync(path.join(folder, 'mistake.ts'), text);
    const [first, ...others] = await complaints(folder);
    assert.match(first, /mistake\.ts\(2,7\).*createClients/);
    assert.deepEqual(others, []);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

/** Interface → its members' names, with those that it extends, as nertc.d.ts has them. */
function interfaces() {
  const source = ts.createSourceFile(
    DEFINITIONS,
    fs.readFileSync(DEFINITIONS, 'utf8'),
    ts.ScriptTarget.ES2022,
  );
  const found = new Map();
  for (const node of source.statements.filter(ts.isInterfaceDeclaration)) {
    const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types);
    const names = node.members.map(({ name }) => name.text);
    for (const base of bases) names.push(...found.get(base.expression.text));
    found.set(node.name.text, names);
  }
  return found;
}

test('nertc.d.ts is read as it is meant', () => {
  const found = interfaces();
  assert.ok(found.get('Client').includes('join'));
  assert.ok(found.get('LocalStream').includes('play'), 'inherited from Stream');
  assert.ok(found.get('ClientEvents').includes('stream-added'));
});

/** The interfaces of nertc.d.ts and the classes that are behind them. */
async function classes() {
  const { Client } = await import(`${APP}/sdk/client.js`);
  const { LocalStream } = await import(`${APP}/sdk/local-stream.js`);
  const { RemoteStream } = await import(`${APP}/sdk/remote-stream.js`);
  return { Client, LocalStream, RemoteStream };
}

/** The methods and accessors of a class and of those that it extends. */
function methodsOf({ prototype }) {
  const found = new Set();
  for (let each = prototype; each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const name of Object.getOwnPropertyNames(each)) found.add(name);
  found.delete('constructor');
  return found;
}

const FIELDS = ['streamId'];
/** What parts of the SDK say to each other through a Client. */
const INTERNAL = ['adopt', 'emit'];

test('what nertc.d.ts names is there', async () => {
  const described = interfaces();
  const { default: NERTC } = await import(`${APP}/nertc.js`);
  assert.deepEqual(Object.keys(NERTC).sort(), [...described.get('NertcStatic')].sort());
  for (const [name, real] of Object.entries(await classes())) {
    const methods = methodsOf(real);
    const wanted = described.get(name).filter((method) => !FIELDS.includes(method));
    assert.deepEqual(
      wanted.filter((method) => !methods.has(method)),
      [],
      `${name} lacks them`,
    );
  }
});

test('nertc.d.ts names all that a client can do', async () => {
  const described = new Set([...interfaces().get('Client'), ...INTERNAL]);
  const methods = [...methodsOf((await classes()).Client)];
  assert.deepEqual(
    methods.filter((method) => !described.has(method)),
    [],
  );
});

/** What a part of the SDK tells applications. */
const TOLD = /(?:#owner\.notify|\bnotify|this\.emit)\(\s*'([\w-]+)'/g;
/** Those whose events are not of the application: the room's. */
const OWN_EVENTS = /^(room|session|socket|connection|emitter|roster|intents|extra-info)\.js$/;

test('the events are those of nertc.d.ts', () => {
  const folder = path.join(APP, 'sdk');
  const files = fs.readdirSync(folder).filter((name) => !OWN_EVENTS.test(name));
  const text = files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n');
  const told = new Set([...text.matchAll(TOLD)].map(([, name]) => name));
  const described = interfaces().get('ClientEvents');
  assert.ok(told.has('stream-added'));
  assert.deepEqual(
    [...told].filter((name) => !described.includes(name)),
    [],
    'not described',
  );
  // Some names are made: ‘un’ before that of the opposite.
  const literal = (name) => text.includes(`'${name}'`) || text.includes(`'${name.slice(2)}'`);
  assert.deepEqual(
    described.filter((name) => !literal(name)),
    [],
    'never told',
  );
});
