// SPDX-License-Identifier: LGPL-2.1-or-later
// docs/example-client.js: small, and yet a whole client of the protocol.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { endLoudspeaker, launch } from './browsers.mjs';
import { Member, PATIENCE, Server, SOURCE } from './processes.mjs';
import { Site } from './site.mjs';

const SIZE_MAX = 5 * 1024;
const DOCS = path.join(SOURCE, 'docs');

/** Resolves when the page shows pictures of these widths that move. */
function showsMoving(page, widths) {
  return page.waitForFunction(
    (expected) => {
      const videos = [...document.querySelectorAll('video')];
      const moving = videos.filter(({ currentTime, paused }) => currentTime > 0.5 && !paused);
      return moving.map(({ videoWidth }) => videoWidth).join() === expected;
    },
    { timeout: PATIENCE },
    widths.join(),
  );
}

test('is small', () => {
  const files = ['example-client.html', 'example-client.js'];
  const size = files.reduce((sum, name) => sum + fs.statSync(path.join(DOCS, name)).size, 0);
  assert.ok(size <= SIZE_MAX, `${size} bytes`);
});

after(endLoudspeaker);

describe('the example client', () => {
  let server, site, member;

  before(async () => {
    site = await Site.start(DOCS);
    server = await Server.start();
    member = new Member(server, ['--channel=standup', '--uid=gst', '--size=320x240']);
  });
  after(async () => {
    await Promise.all([member?.end(), server?.end()]);
    site?.close();
  });

  for (const kind of ['chromium', 'firefox'])
    test(`publishes, shows everybody, leaves, and comes again (${kind})`, async () => {
      const browser = await launch(kind);
      try {
        const errors = [];
        const page = await browser.newPage();
        page.on('pageerror', (error) => errors.push(String(error)));
        await page.goto(`${site.origin}/example-client.html`);
        await page.$eval('[name=server]', (input, url) => (input.value = url), server.url);
        for (let round = 0; round < 2; round += 1) {
          const since = member.mark();
          await page.click('button');
          const { uid } = await member.waitMessage('stream-subscribed', {}, { since });
          await member.waitEvent('picture', { sender: null }, { since });
          await showsMoving(page, [640, 320]);
          await page.click('[name=leave]');
          const left = await member.waitMessage('member-left', { uid }, { since });
          assert.equal(left.reason, 'left');
          assert.equal(await page.$eval('output', ({ value }) => value), 'Left');
        }
        await page.$eval('[name=room]', (input) => (input.value = 'ä'));
        await page.click('button');
        await page.waitForFunction(() => /room name/.test(document.querySelector('output').value));
        assert.deepEqual(errors, []);
      } finally {
        await browser.close();
      }
    });
});
