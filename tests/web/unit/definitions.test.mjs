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
