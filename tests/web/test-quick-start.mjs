// SPDX-License-Identifier: LGPL-2.1-or-later
// The server's quick start, at /quick-start/.
import assert from 'node:assert/strict';

import { inBrowser, inEachBrowser } from './fixture.mjs';

const PATH = '/quick-start/';

async function open(scene, server) {
  const page = await scene.page();
  return page.goto(server.origin + PATH);
}

const says = (page, text) =>
  page.until(
    `it says ${text}`,
    (word) => document.querySelector('output').value.includes(word),
    text,
  );

inEachBrowser('is a call', async (scene) => {
  const server = await scene.server();
  const page = await open(scene, server);
  await page.puppet.type('[name=uid]', '<b>alice</b>');
  await page.puppet.click('[name=start]');
  await says(page, 'In the room as <b>alice</b>');
  const member = scene.member(server, '--channel=standup', '--uid=<i>bob</i>', '--code=2');
  await page.untilPicture('#remote-views video', 2);
  await page.untilPicture('#local-view video', 1);
  await member.waitEvent('picture', { sender: 1 });
  assert.equal(
    await page.run(() => document.querySelector('figcaption').textContent),
    '<i>bob</i>',
  );
  await page.puppet.click('[name=end]');
  await member.waitMessage('member-left', { uid: '<b>alice</b>', reason: 'left' });
  await says(page, 'The call has ended');
  await page.until('nothing is open', () => globalThis.probe.liveTracks() === 0);
  assert.equal(await page.run(() => document.querySelectorAll('video').length), 0);
});

inBrowser('says what is wrong, and goes on', async (scene) => {
  const server = await scene.server();
  const page = await open(scene, server);
  await page.puppet.type('[name=token]', 'nonsense');
  await page.puppet.click('[name=start]');
  await says(page, 'token');
  await page.puppet.click('[name=end]');
  await page.run(() => {
    document.querySelector('[name=token]').value = '';
    globalThis.probe.deny = 'NotFoundError';
  });
  await page.puppet.click('[name=start]');
  await says(page, 'Media access: NotFoundError');
  const member = scene.member(server, '--channel=standup', '--uid=bob', '--code=2');
  await page.untilPicture('#remote-views video', 2);
  member.say('leave');
  await page.until('the view is gone', () => !document.querySelector('#remote-views figure'));
});
