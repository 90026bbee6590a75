// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures of the page in its states, to be looked at: ./dev screenshots. No test.
import fs from 'node:fs';
import path from 'node:path';

import { inBrowser } from './fixture.mjs';
import { BUILD } from './processes.mjs';

const FOLDER = path.join(BUILD, 'screenshots');
const SIZES = { phone: { width: 360, height: 640 }, desk: { width: 1280, height: 720 } };
const NAMES = ['Ada', '李小龙', 'robot', 'Grace', 'Zoë', 'Kitchen', 'Noor', 'Olu'];
const PATTERNS = ['smpte', 'ball', 'circular', 'zone-plate', 'pinwheel', 'spokes', 'gradient'];

fs.mkdirSync(FOLDER, { recursive: true });

function memberLine(server, number) {
  const picture =
    `videotestsrc is-live=true pattern=${PATTERNS[number % PATTERNS.length]} ! ` +
    'video/x-raw,width=320,height=180,framerate=10/1 ! vp8enc deadline=1 ! nertcsink name=me';
  const sound = 'audiotestsrc is-live=true volume=0.1 ! opusenc ! me.';
  return `roomsignal server=${server.url} channel=standup uid=${1001 + number}
    user-name=${NAMES[number]} ${picture} ${sound}`;
}

const click = (page, selector) =>
  page.run((wanted) => document.querySelector(wanted).click(), selector);

/** Each picture in both sizes, light and dark */
async function shoot(page, name) {
  for (const [size, viewport] of Object.entries(SIZES))
    for (const scheme of ['light', 'dark']) {
      await page.puppet.setViewport(viewport);
      await page.puppet.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      await page.run(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
      await page.puppet.screenshot({ path: path.join(FOLDER, `${name}-${size}-${scheme}.png`) });
    }
}

async function walk(scene, language, members) {
  const server = await scene.server();
  for (let number = 0; number < members - 1; number += 1) scene.launch(memberLine(server, number));
  const page = await scene.page({ probe: { camera: false } });
  const name = (view) => `${language}-${members}-${view}`;
  await page.puppet.evaluateOnNewDocument((tag) => {
    localStorage.nertc = JSON.stringify({ language: tag, name: 'Sam' });
  }, language);
  await page.goto(`${server.origin}/?room=standup`);
  await page.until('a picture', () => document.querySelector('#preview video')?.videoWidth);
  await shoot(page, name('lobby'));
  await click(page, '#join');
  await page.until(
    'all pictures',
    (count) =>
      [...document.querySelectorAll('.tile video')].filter((v) => v.videoWidth).length === count,
    members,
  );
  await shoot(page, name('call'));
  for (const panel of ['chat', 'members', 'statistics', 'settings']) {
    await click(page, `#tool-${panel}`);
    await shoot(page, name(panel));
  }
  await click(page, '#panel-close');
  await click(page, '#tool-leave');
  await shoot(page, name('ended'));
}

for (const language of ['en', 'zh-CN'])
  for (const members of language === 'en' ? [1, 2, 4, 9] : [2])
    inBrowser(`${language}, ${members} members`, (scene) => walk(scene, language, members), {
      limit: 240_000,
    });
