// SPDX-License-Identifier: LGPL-2.1-or-later
// The page that the server has at /, as people use it.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { PATIENCE, inBrowser, inEachBrowser } from './fixture.mjs';

/* Many steps, one after the other */
const SLOW = { limit: 8 * PATIENCE };
const MARKUP = '<img src=x onerror=alert(1)><b>Bob</b>';

const SECRET = '0123456789abcdef0123456789abcdef';

function keyFile() {
  const file = path.join(os.tmpdir(), 'page-keys.conf');
  fs.writeFileSync(file, `[app demo]\nsecrets=${SECRET}\n`, { mode: 0o600 });
  return file;
}

/** RFC 7519, signed as RFC 7518, section 3.2, says */
function makeToken(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

const address = (server, words = {}) => `${server.origin}/?${new URLSearchParams(words)}`;

const isShown = (selector) => {
  const element = document.querySelector(selector);
  return Boolean(element) && element.getClientRects().length > 0;
};

const shown = (page, selector) => page.until(`${selector} in sight`, isShown, selector);

const hidden = (page, selector) =>
  page.until(
    `${selector} out of sight`,
    (text) => {
      const element = document.querySelector(text);
      return !element || element.getClientRects().length === 0;
    },
    selector,
  );

const text = (page, selector) =>
  page.run((wanted) => document.querySelector(wanted).textContent, selector);

/** As a mouse would: only what is in sight. */
async function click(page, selector) {
  await shown(page, selector);
  await page.run((wanted) => document.querySelector(wanted).click(), selector);
}

const pressed = (page, selector, on) =>
  page.until(
    `${selector} ${on ? 'pressed' : 'not pressed'}`,
    (wanted, value) => document.querySelector(wanted).getAttribute('aria-pressed') === value,
    selector,
    String(on),
  );

async function type(page, selector, words) {
  await page.run(
    (wanted, value) => {
      const input = document.querySelector(wanted);
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    selector,
    words,
  );
}

/** A page of its own that has joined by a link and one click */
async function joined(scene, server, words, options) {
  const page = await scene.page(options);
  await page.goto(address(server, words));
  await shown(page, '#lobby');
  await click(page, '#join');
  await shown(page, '#call');
  return page;
}

inEachBrowser(
  'joins by the form and by a link; what one does the other one sees',
  async (scene) => {
    const server = await scene.server();
    const ada = await scene.page({ name: 'Ada', probe: { code: 2 } });
    await ada.goto(server.origin);
    await shown(ada, '#lobby');
    await ada.untilPicture('#preview-picture video', 2, { count: 2 });
    await type(ada, '#room', 'standup');
    await type(ada, '#name', 'Ada');
    await click(ada, '#join');
    await shown(ada, '#alone');
    assert.equal(new URL(ada.puppet.url()).searchParams.get('room'), 'standup');

    const bob = await joined(
      scene,
      server,
      { room: 'standup', name: MARKUP },
      { name: 'Bob', probe: { code: 3 } },
    );
    await ada.untilPicture('.tile:not(.own) video', 3, { count: 3 });
    await bob.untilPicture('.tile:not(.own) video', 2, { count: 3 });
    await hidden(ada, '#alone');
    assert.equal(await text(ada, '.tile:not(.own) .tile-name'), MARKUP);
    assert.equal(await ada.run(() => document.querySelectorAll('main img, main b').length), 0);

    await pressed(ada, '#tool-mic', true);
    await click(ada, '#tool-mic');
    await pressed(ada, '#tool-mic', false);
    await shown(bob, '.tile.muted:not(.own)');
    await click(ada, '#tool-camera');
    await pressed(ada, '#tool-camera', false);
    await hidden(bob, '.tile:not(.own) video');
    await click(ada, '#tool-camera');
    await bob.untilPicture('.tile:not(.own) video', 2, { count: 3 });

    await click(ada, '#tool-screen');
    await pressed(ada, '#tool-screen', true);
    await bob.untilPicture('.tile.screen video', 9, { count: 2 });
    await pressed(bob, '.tile.screen .pin', true);
    await click(ada, '#tool-screen');
    await hidden(bob, '.tile.screen');

    await click(ada, '#tool-publish');
    await pressed(ada, '#tool-publish', false);
    await hidden(bob, '.tile:not(.own) video');
    await click(ada, '#tool-publish');
    await bob.untilPicture('.tile:not(.own) video', 2, { count: 3 });

    await click(ada, '#tool-leave');
    await shown(ada, '#ended');
    await shown(bob, '#alone');
    assert.equal(await ada.run(() => globalThis.probe.liveTracks()), 0);
    await click(ada, '#rejoin');
    await bob.untilPicture('.tile:not(.own) video', 2, { count: 3 });
  },
);

inBrowser(
  'a key does what its button does, but not while one writes',
  async (scene) => {
    const server = await scene.server();
    const page = await joined(scene, server, { room: 'keys' });
    await page.puppet.keyboard.press('m');
    await pressed(page, '#tool-mic', false);
    await page.puppet.keyboard.press('v');
    await pressed(page, '#tool-camera', false);
    await click(page, '#tool-members');
    await shown(page, '#member-list .member');
    assert.equal(await page.run(() => document.activeElement.id), 'panel-title');
    await page.puppet.keyboard.press('Escape');
    await hidden(page, '#panel');
    await page.puppet.keyboard.press('m');
    await pressed(page, '#tool-mic', true);
    await page.until('words for who hears the page', () =>
      document.querySelector('#live').textContent.includes('Microphone on'),
    );
  },
  SLOW,
);

inBrowser('tells in plain words why it cannot join', async (scene) => {
  const strict = await scene.server(['--auth=token', `--config=${keyFile()}`]);
  const page = await scene.page();
  await page.goto(`${address(strict, { room: 'a' })}#token=none`);
  await shown(page, '#lobby');
  assert.ok(!page.puppet.url().includes('none'), page.puppet.url());
  assert.equal(await page.run(() => document.querySelector('#token').value), 'none');
  await click(page, '#join');
  await shown(page, '#join-problem');
  assert.match(await text(page, '#join-problem'), /token is not valid/);
  await type(page, '#token', '');
  await click(page, '#join');
  await page.until('what else is wrong', () =>
    document.querySelector('#join-problem').textContent.includes('asks for a token'),
  );
  assert.equal(await page.run(() => document.activeElement.id), 'token');

  const open = await scene.server();
  await joined(scene, open, { room: 'a', uid: '7' });
  await page.goto(address(open, { room: 'a', uid: '7' }));
  await click(page, '#join');
  await shown(page, '#join-problem');
  assert.match(await text(page, '#join-problem'), /Somebody in the room has this user ID/);
});

inBrowser('tells why a call is over: the same user joins elsewhere', async (scene) => {
  const server = await scene.server(['--auth=token', `--config=${keyFile()}`]);
  const token = makeToken({ appKey: 'demo', sub: '7', exp: Math.floor(Date.now() / 1000) + 3600 });
  const enter = async (name) => {
    const page = await scene.page({ name });
    await page.goto(`${address(server, { room: 'a' })}#token=${token}`);
    await click(page, '#join');
    await shown(page, '#call');
    return page;
  };
  const first = await enter('first');
  const second = await enter('second');
  await shown(first, '#ended');
  assert.match(await text(first, '#ended-title'), /joined somewhere else/);
  assert.equal(await first.run(() => document.activeElement.id), 'ended-title');
  assert.equal(await first.run(() => globalThis.probe.liveTracks()), 0);
  await shown(second, '#alone');
});

/** Writes into the chat, as one does: by the keyboard. */
async function write(page, words) {
  await page.until('the field', () => document.activeElement?.className === 'chat-field');
  await page.puppet.keyboard.type(words);
  await page.puppet.keyboard.press('Enter');
}

const reads = (page, words) =>
  page.until(
    `‘${words}’ in the chat`,
    (text) => [...document.querySelectorAll('.said-text')].some((p) => p.textContent === text),
    words,
  );

inBrowser(
  'members write to each other; an administrator mutes, removes, bans, and ends the call',
  async (scene) => {
    const server = await scene.server(['--auth=token', `--config=${keyFile()}`]);
    const enter = async (name, uid, grants) => {
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const token = makeToken({ appKey: 'demo', sub: uid, exp, grants });
      const page = await scene.page({ name });
      await page.goto(`${address(server, { room: 'a', name })}#token=${token}`);
      await click(page, '#join');
      await shown(page, '#call');
      return page;
    };
    const usual = ['publish', 'subscribe', 'message'];
    const ada = await enter('Ada', '1', [...usual, 'admin']);
    const bob = await enter('Bob', '2', usual);

    await click(bob, '#tool-chat');
    await write(bob, MARKUP);
    await shown(ada, '#chat-unread');
    await click(ada, '#tool-chat');
    await reads(ada, MARKUP);
    await hidden(ada, '#chat-unread');
    assert.equal(await ada.run(() => document.querySelectorAll('.said img, .said b').length), 0);
    await write(ada, '你好');
    await reads(bob, '你好');

    await click(bob, '#tool-members');
    await shown(bob, '.call-in');
    assert.equal(await bob.run(() => document.querySelectorAll('.measures').length), 0);
    await click(ada, '#tool-members');
    await click(ada, '.measures-more');
    await click(ada, '.measures > button');
    await pressed(ada, '.measures > button', true);
    await pressed(bob, '#tool-mic', false);
    await shown(bob, '.tile.own.muted');
    await bob.puppet.keyboard.press('m');
    await pressed(bob, '#tool-mic', false);
    assert.deepEqual(await barriers(ada, 'an administrator’s members'), []);

    await click(ada, '.measures > .danger');
    await shown(bob, '#ended');
    assert.match(await text(bob, '#ended-title'), /removed/);
    await click(bob, '#rejoin');
    await shown(bob, '#call');
    await click(ada, '.measures-more');
    await click(ada, '.measures-ban > button');
    await shown(bob, '#ended');
    assert.match(await text(bob, '#ended-text'), /for some time/);
    await click(bob, '#rejoin');
    await shown(bob, '#join-problem');
    assert.match(await text(bob, '#join-problem'), /may not enter this room for now/);

    await click(ada, '.closing > button');
    await click(ada, '.closing > .danger');
    await shown(ada, '#ended');
    assert.match(await text(ada, '#ended-title'), /room was closed/);
  },
  SLOW,
);

inBrowser(
  'one waits to be called, and a member calls: an invitation becomes a call',
  async (scene) => {
    const server = await scene.server();
    const bob = await scene.page({ name: 'Bob', probe: { code: 3 } });
    await bob.goto(address(server, { uid: 'bob', name: 'Bob' }));
    await click(bob, '#open-waiting');
    await shown(bob, '.waiting-state');
    const ada = await joined(scene, server, { room: 'a', name: 'Ada' }, { name: 'Ada' });
    const call = async (uid) => {
      await type(ada, '#invite-uid', uid);
      await click(ada, '.call-in button');
    };
    await click(ada, '#tool-members');
    await shown(ada, '#invite-uid');
    await call('nobody');
    await shown(ada, '.call-in .field-error');

    await call('bob');
    await shown(bob, '.incoming');
    assert.match(await text(bob, '.incoming'), /Ada calls you/);
    assert.deepEqual(await barriers(bob, 'a call that comes in'), []);
    await shown(ada, '.call-out.ringing');
    await click(bob, '.incoming .secondary');
    await shown(ada, '.call-out.rejected');
    await call('bob');
    await click(bob, '.incoming .primary');
    await shown(ada, '.call-out.accepted');
    await ada.untilPicture('.tile:not(.own) video', 3, { count: 2 });

    await call('bob');
    await shown(ada, '.call-out.busy');
    await click(bob, '#tool-leave');
    await click(bob, '#back');
    await shown(bob, '.waiting-state');
    await call('bob');
    await shown(bob, '.incoming');
    await click(ada, '.call-out.ringing > button');
    await hidden(bob, '.incoming');
    await click(bob, '#waiting .secondary');
    await hidden(bob, '#waiting');
    await call('bob');
    await shown(ada, '.call-in .field-error');
  },
  { ...SLOW, kind: 'firefox' },
);

inBrowser('tells which device fails, and joins without it', async (scene) => {
  const server = await scene.server();
  const page = await scene.page();
  const first = await page.puppet.evaluateOnNewDocument(() => {
    globalThis.probe.deny = 'NotAllowedError';
  });
  await page.goto(address(server, { room: 'a' }));
  await shown(page, '#lobby-problem');
  assert.match(await text(page, '#lobby-problem'), /may not use your camera or microphone/);
  await pressed(page, '#preview-camera', false);
  await page.puppet.removeScriptToEvaluateOnNewDocument(first.identifier);
  await click(page, '#join');
  await shown(page, '#call');
  await pressed(page, '#tool-mic', false);
  await page.run(() => {
    globalThis.probe.deny = '';
  });
  await click(page, '#tool-camera');
  await pressed(page, '#tool-camera', true);
  await pressed(page, '#tool-publish', true);
});

inBrowser('sends what the browser allows after the join', async (scene) => {
  const server = await scene.server();
  const member = scene.member(server, '--channel=a', '--uid=7', '--no-video', '--no-audio');
  const page = await scene.page({ probe: { code: 4 } });
  await page.puppet.evaluateOnNewDocument(() => {
    const ask = navigator.mediaDevices.getUserMedia;
    const answered = new Promise((resolve) => {
      globalThis.allow = resolve;
    });
    navigator.mediaDevices.getUserMedia = async (...words) => {
      await answered;
      return ask.apply(navigator.mediaDevices, words);
    };
  });
  await page.goto(address(server, { room: 'a' }));
  await click(page, '#join');
  await shown(page, '#call');
  await pressed(page, '#tool-publish', false);
  await page.run(() => globalThis.allow());
  await pressed(page, '#tool-camera', true);
  await pressed(page, '#tool-publish', true);
  await member.waitEvent('picture', { sender: 4 });
});

inBrowser('audio only: the voice is heard and seen, and no picture comes', async (scene) => {
  const server = await scene.server();
  scene.member(server, '--channel=a', '--uid=7', '--receive=');
  const page = await scene.page();
  await page.goto(address(server, { room: 'a' }));
  await shown(page, '#lobby');
  await page.run(() => document.querySelector('#audio-only').click());
  await click(page, '#join');
  await page.until(
    'a ring around who speaks',
    () => Number(document.querySelector('.tile:not(.own) .ring')?.style.opacity) > 0.3,
  );
  assert.equal(await page.run(() => document.querySelectorAll('.tile video').length), 0);
  assert.ok(await page.run(() => document.querySelector('#tool-camera').disabled));
});

inBrowser('plays sound by a click where the browser wants one', async (scene) => {
  const server = await scene.server();
  scene.member(server, '--channel=a', '--uid=7', '--no-video', '--receive=');
  const page = await scene.page();
  // As a browser does; that of a test takes every word of the test for a click.
  await page.puppet.evaluateOnNewDocument(() => {
    const { play } = HTMLMediaElement.prototype;
    let allowed = false;
    addEventListener('pointerdown', () => (allowed = true), true);
    HTMLMediaElement.prototype.play = function () {
      if (allowed || this.muted) return play.call(this);
      return Promise.reject(new DOMException('by the test', 'NotAllowedError'));
    };
  });
  await page.goto(address(server, { room: 'a' }));
  await shown(page, '#lobby');
  await click(page, '#join');
  await shown(page, '#banner-sound');
  await page.puppet.click('#resume-sound');
  await hidden(page, '#banner-sound');
});

inBrowser('tells that the server is away, and that it is back', async (scene) => {
  const server = await scene.server();
  const page = await joined(scene, server, { room: 'a' });
  page.allowErrors(/WebSocket|ERR_CONNECTION/);
  await server.kill();
  await shown(page, '#banner-connection');
  await scene.server([], { port: server.port });
  await hidden(page, '#banner-connection');
  await shown(page, '#alone');
});

inBrowser('speaks two languages', async (scene) => {
  const server = await scene.server();
  const page = await scene.page();
  await page.goto(server.origin);
  await shown(page, '#lobby');
  await page.run(() => {
    const select = document.querySelector('#lobby select[data-language]');
    select.value = 'zh-CN';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await page.until('Chinese', () => document.documentElement.lang === 'zh-CN');
  assert.equal(await text(page, '#join-label'), '加入');
  await page.puppet.reload();
  await page.until('Chinese again', () => document.documentElement.lang === 'zh-CN');
});

inBrowser('tests the connection', async (scene) => {
  const server = await scene.server();
  const page = await scene.page();
  await page.goto(server.origin);
  await click(page, '#open-test');
  await page.until('the end of the test', () => !document.querySelector('#test-run').disabled);
  const states = await page.run(() =>
    [...document.querySelectorAll('.test-step')].map(({ dataset }) => dataset.state),
  );
  assert.deepEqual(states, ['good', 'good', 'good', 'good', 'good']);
});

/** What hinders somebody in what is in sight now */
async function barriers(page, where) {
  // Colours that are on their way say nothing about those that they end in.
  await page.run(() => document.getAnimations().forEach((each) => each.finish()));
  const found = await page.findBarriers();
  return found.map((line) => `${where}: ${line}`);
}

const look = (scheme) => [
  { name: 'prefers-color-scheme', value: scheme },
  { name: 'prefers-reduced-motion', value: 'reduce' },
];

for (const scheme of ['light', 'dark'])
  inBrowser(
    `hinders nobody: axe-core finds nothing in any view (${scheme})`,
    async (scene) => {
      const server = await scene.server();
      const member = scene.member(server, '--channel=a', '--uid=7', '--receive=');
      const page = await scene.page();
      const found = [];
      const check = async (where) => found.push(...(await barriers(page, where)));
      await page.puppet.emulateMediaFeatures(look(scheme));
      await page.goto(server.origin);
      await shown(page, '#lobby');
      await page.run(() =>
        document.querySelectorAll('details').forEach((each) => (each.open = true)),
      );
      await click(page, '#join');
      await shown(page, '#room-error');
      await check('lobby');
      await click(page, '#open-test');
      await page.until('the test', () => !document.querySelector('#test-run').disabled);
      await check('connection test');
      await click(page, '#test-close');
      await type(page, '#room', 'a');
      await type(page, '#name', 'Ada');
      await click(page, '#join');
      await shown(page, '.tile:not(.own) video');
      await check('call');
      for (const panel of ['chat', 'members', 'statistics', 'settings']) {
        await click(page, `#tool-${panel}`);
        const late = { chat: '.chat-field', members: '.call-in', statistics: '.figures' }[panel];
        if (late) await shown(page, late);
        await check(panel);
      }
      await page.puppet.setViewport({ width: 360, height: 640 });
      await click(page, '#panel-close');
      await click(page, '#tool-more');
      await check('call on a phone');
      await click(page, '#tool-leave');
      await shown(page, '#ended');
      await check('ended');
      assert.deepEqual(found, []);
      await member.end();
    },
    SLOW,
  );

inBrowser('is small: all that the page loads for a call is at most 100 KB', async (scene) => {
  const server = await scene.server();
  const page = await joined(scene, server, { room: 'a' });
  const sizes = await page.run(async () => {
    await import('/page/locale/zh-CN.js');
    const entries = [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ];
    return entries.map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]);
  });
  const paths = sizes.map(([path]) => path);
  assert.ok(!paths.includes('/page/chat.js'), 'loaded only when it is opened');
  for (const path of ['/', '/nertc.js', '/page/main.js', '/page/base.css', '/sdk/client.js'])
    assert.ok(paths.includes(path), `${path} in ${paths}`);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(total > 30_000 && total <= 100 * 1024, `${total} bytes: ${sizes}`);
  assert.ok(sizes.every(([path]) => path.startsWith('/')));
});
