// SPDX-License-Identifier: LGPL-2.1-or-later
// The page as people on other machines open it: by https.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { inEachBrowser } from './fixture.mjs';

/** A certificate that signs itself, which the browsers are told to take. */
function certificate() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tls-'));
  const [key, chain] = ['key.pem', 'chain.pem'].map((name) => path.join(folder, name));
  const words =
    'req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 -subj /CN=localhost ' +
    '-addext subjectAltName=IP:127.0.0.1,DNS:localhost';
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', chain], { stdio: 'pipe' });
  return [`--tls-certificate=${chain}`, `--tls-key=${key}`];
}

async function join(scene, server, code) {
  const page = await scene.page({ probe: { code } });
  await page.goto(`${server.origin}/?room=tls`);
  await page.until('the preview', () => document.querySelector('#preview video')?.videoWidth);
  await page.run(() => document.querySelector('#join').click());
  return page;
}

inEachBrowser('calls by the page, over https', async (scene) => {
  const server = await scene.server(certificate());
  assert.match(server.origin, /^https:/);
  const one = await join(scene, server, 3);
  const other = await join(scene, server, 6);
  for (const [page, sender] of [
    [one, 6],
    [other, 3],
  ])
    await page.until(
      `pictures of ${sender}`,
      (wanted) =>
        [...document.querySelectorAll('video')].some(
          (video) => probe.picture(video)?.sender === wanted,
        ),
      sender,
    );
});
