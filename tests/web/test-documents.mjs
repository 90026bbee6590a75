// SPDX-License-Identifier: LGPL-2.1-or-later
// What the documents show of the browser runs as it stands, on a page of another origin than the
// server's; and so does a page made for NERTC, with its script tag changed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import { blocks, pageOf, unmarked } from './document-blocks.mjs';
import { inBrowser, inEachBrowser } from './fixture.mjs';
import { SOURCE } from './processes.mjs';
import { Site } from './site.mjs';

const FROM = ['agora', 'trtc', 'zego'];
const FILES = ['README.md', 'docs/browser.md', ...FROM.map((name) => `docs/from-${name}.md`)];

test('all code of the documents is run', () => {
  for (const file of FILES) assert.equal(unmarked(file), 0, file);
});

/** A server, a site of an application, and a member in the room of what is tested. */
async function setUp(scene, channel) {
  const server = await scene.server();
  const site = await Site.start();
  scene.later(() => site.close());
  const member = scene.member(server, `--channel=${channel}`, '--uid=42', '--code=2', '--tone=800');
  await member.waitMessage('state-changed', { new: 'connected' });
  return { server, site, member };
}

/** The page and the member see each other; ends with neither. */
async function untilBothSee(page, member, since) {
  await page.untilPicture('#them video', 2);
  await page.untilPicture('#me video', 1);
  await member.waitEvent('picture', { sender: 1 }, { since });
}

/** One starts the call and ends it, as often as that: the member sees all of it. */
async function call(page, member, times = 1) {
  for (let round = 0; round < times; round += 1) {
    const since = member.mark();
    await page.puppet.click('#start');
    const joined = await member.waitMessage('member-joined', {}, { since });
    await untilBothSee(page, member, since);
    await page.puppet.click('#end');
    const { reason } = await member.waitMessage('member-left', { uid: joined.uid }, { since });
    assert.equal(reason, 'left');
    await page.until('the devices are closed', () => globalThis.probe.liveTracks() === 0);
  }
}

inBrowser('the page of docs/browser.md is a call', async (scene) => {
  const { server, site, member } = await setUp(scene, 'standup');
  const [{ text }] = blocks('docs/browser.md', server.origin).filter(({ kind }) => kind === 'page');
  const page = await scene.page();
  await page.goto(site.add('call.html', text));
  await call(page, member, 2);
});

inBrowser('the program of README.md shows everybody', async (scene) => {
  const { server, site } = await setUp(scene, 'standup');
  const [{ text }] = blocks('README.md', server.origin);
  const page = await scene.page();
  await page.goto(site.add('readme.html', pageOf(text)));
  await page.untilPicture('#them video', 2);
});

for (const name of FROM)
  inBrowser(`the program of docs/from-${name}.md is a call`, async (scene) => {
    const channel = name === 'trtc' ? '8888' : 'standup';
    const { server, site, member } = await setUp(scene, channel);
    const [{ kind, text }] = blocks(`docs/from-${name}.md`, server.origin);
    assert.equal(kind, 'program');
    const page = await scene.page();
    await page.goto(site.add(`${name}.html`, pageOf(text)));
    await call(page, member);
  });

/** A module that has each block of lines as a function, and what they need around them. */
function moduleOf(found, origin) {
  const functions = found.map(({ name, text }) => `async ${name}() {\n${text}\n}`);
  return `import NERTC from '${origin}/nertc.js';
const client = NERTC.createClient();
globalThis.documents = { client, ${functions.join(',\n')} };`;
}

inBrowser('the lines of docs/browser.md do what they say', async (scene) => {
  const { server, site, member } = await setUp(scene, 'standup');
  const lines = blocks('docs/browser.md', server.origin).filter(({ kind }) => kind === 'lines');
  const page = await scene.page();
  await page.goto(site.add('lines.html', pageOf(moduleOf(lines, server.origin))));
  const ran = [];
  const run = (name) => {
    ran.push(name);
    return page.run((word) => globalThis.documents[word](), name);
  };
  await run('devices');
  await run('room');
  await run('autoplay');
  await run('others');
  await page.run(() => globalThis.documents.client.join({ channelName: 'standup' }));
  await page.untilPicture('#them video', 2);
  await run('messages');
  await page.untilSaid(/^not in the room: .*eve/);
  const since = member.mark();
  await run('own');
  await member.waitMessage('stream-removed', { reason: 'unpublished' }, { since });
  await run('statistics');
  await page.run(() => globalThis.documents.client.destroy());
  assert.deepEqual(ran.sort(), lines.map(({ name }) => name).sort());
});

inEachBrowser('a page made for NERTC runs with its script tag changed', async (scene) => {
  const { server, site, member } = await setUp(scene, '1392');
  const theirs = fs.readFileSync(
    path.join(SOURCE, 'tests/web/pages/as-nertc-teaches.html'),
    'utf8',
  );
  const tag = '<script src="NIM_Web_NERTC.js">';
  assert.equal(theirs.split(tag).length, 2);
  const page = await scene.page();
  const ours = theirs.replace(tag, `<script type="module" src="${server.origin}/nertc.js">`);
  await page.goto(site.add('nertc.html', ours));
  const since = member.mark();
  await page.puppet.click('#startCall');
  await page.untilPicture('#remote video', 2);
  await page.untilPicture('#local video', 1);
  await member.waitMessage('stream-added', { uid: '163' }, { since });
  await member.waitEvent('picture', { sender: 1 }, { since });
  await page.until('it has published', 'log.includes("published")');
  const lines = [
    'joined',
    'peer-online number 42',
    'stream-added 42 audio',
    'stream-added 42 video',
    'subscribe',
    'stream-subscribed 42 audio',
    'stream-subscribed 42 video',
  ];
  const all = lines.map((line) => `log.includes(${JSON.stringify(line)})`).join(' && ');
  await page.until(`all of ${lines}`, all);
  await page.puppet.click('#finishCall');
  await member.waitMessage('member-left', { uid: '163', reason: 'left' }, { since });
  await page.until('it has left', 'log.includes("left")');
  await page.until('the devices are closed', 'globalThis.probe.liveTracks() === 0');
});
