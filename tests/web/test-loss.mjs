// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls of the browser's SDK that lose their server, their path to it, their token or their place.
import assert from 'node:assert/strict';

import { inBrowser, inEachBrowser } from './fixture.mjs';
import { Proxy, mint, writeKeyFile } from './unit/members.mjs';

const EVENTS = [
  'connection-state-change',
  'peer-online',
  'peer-leave',
  'peer-updated',
  'stream-added',
  'stream-removed',
  'stream-subscribed',
  'uid-duplicate',
  'channel-closed',
  'token-will-expire',
  'permkey-timeout',
];

/** In a page: joins, shows whoever is there, and publishes. Leaves globalThis.call. */
async function join({ origin, server = origin, options, publish = true, names }) {
  const { NERTC } = await import(`${origin}/nertc.js`);
  const client = NERTC.createClient({ server });
  const events = [];
  const heard = (name, event = {}) => {
    const { stream, reason, curState, expiresIn, userName, mediaType } = event;
    const uid = stream ? stream.getId() : event.uid;
    events.push({ name, uid, reason, curState, expiresIn, userName, mediaType });
  };
  for (const name of names) client.on(name, (event) => heard(name, event));
  client.on('stream-added', ({ stream }) => client.subscribe(stream));
  client.on('stream-subscribed', ({ stream }) => stream.play('remote'));
  client.on('stream-removed', ({ stream, mediaType }) => stream.stop(mediaType));
  globalThis.call = { NERTC, client, events };
  try {
    await client.join({ channelName: 'loss', ...options });
  } catch ({ code, name, message }) {
    return { code, name, message };
  }
  if (!publish) return null;
  const stream = NERTC.createStream({ uid: options.uid, audio: true, video: true, client });
  await stream.init();
  await client.publish(stream);
  globalThis.call.stream = stream;
  return null;
}

const enter = (page, server, options = {}, more = {}) =>
  page.run(join, { origin: server.origin, options, names: EVENTS, ...more });

/** The events of a page that fit, from @since on. */
const events = (page, fields, since = 0) =>
  page.run(
    (wanted, from) =>
      call.events
        .slice(from)
        .filter((event) => Object.entries(wanted).every(([key, value]) => event[key] === value)),
    fields,
    since,
  );

const untilEvent = (page, fields, since = 0) =>
  page.until(
    `the event ${JSON.stringify(fields)}`,
    (wanted, from) =>
      call.events
        .slice(from)
        .find((event) => Object.entries(wanted).every(([key, value]) => event[key] === value)),
    fields,
    since,
  );

const mark = (page) => page.run(() => call.events.length);

const connections = (page) => page.run(() => probe.allConnections().length);

/** Ten pictures of the other end at each, from now on. */
async function seeEachOther(page, member) {
  const since = member.mark();
  await page.untilPicture('#remote video', 2);
  const counters = new Set();
  for (let from = since; counters.size < 10; from = member.mark()) {
    const { counter } = await member.waitEvent('picture', { sender: 1 }, { since: from });
    counters.add(counter);
  }
}

/** What browsers say on the console of a WebSocket that ends, and nobody can keep them from it. */
const LOST = /WebSocket|establish a connection|was interrupted/;

/* Longer than the path may be silent, shorter than the server waits for pongs, ms */
const FROZEN = 9000;

const MEMBER = ['--channel=loss', '--uid=7', '--code=2', '--size=320x240'];

inEachBrowser('goes on when the server is restarted', async (scene) => {
  const server = await scene.server();
  const member = scene.member(server, ...MEMBER);
  const page = await scene.page({ probe: { code: 1, width: 320, height: 240 } });
  page.allowErrors(LOST);
  assert.equal(await enter(page, server, { uid: 1 }), null);
  await seeEachOther(page, member);
  const before = await connections(page);
  const since = [await mark(page), member.mark()];

  await server.kill();
  await untilEvent(page, { name: 'connection-state-change', curState: 'CONNECTING' }, since[0]);
  await seeEachOther(page, member);
  await scene.server([], { port: server.port });
  await untilEvent(page, { name: 'connection-state-change', curState: 'CONNECTED' }, since[0]);
  // The server brings them together again: what one says of itself the other hears.
  await page.until('the member is there', () => call.client.getMembers().length === 1);
  await page.run(() => call.client.updateUser({ userName: 'Back' }));
  await member.waitMessage('member-updated', { uid: '1' }, { since: since[1] });
  await seeEachOther(page, member);
  assert.equal(await connections(page), before, 'the transports of before');
  for (const name of ['peer-leave', 'stream-removed', 'stream-added', 'peer-online'])
    assert.deepEqual(await events(page, { name }, since[0]), []);
  assert.deepEqual(
    member.events('message', since[1]).filter(({ name }) => /^(member|stream)-left/.test(name)),
    [],
  );
});

inBrowser('goes on between two pages when the server is restarted', async (scene) => {
  const server = await scene.server();
  const pages = [];
  for (const code of [1, 2]) {
    const page = await scene.page({ probe: { code, width: 320, height: 240 } });
    page.allowErrors(LOST);
    assert.equal(await enter(page, server, { uid: code }), null);
    pages.push(page);
  }
  const seeAll = () =>
    Promise.all(pages.map((page, i) => page.untilPicture('#remote video', 2 - i)));
  await seeAll();
  const before = await Promise.all(pages.map(connections));
  const since = await Promise.all(pages.map(mark));
  await server.kill();
  const told = (curState) =>
    Promise.all(
      pages.map((page, i) =>
        untilEvent(page, { name: 'connection-state-change', curState }, since[i]),
      ),
    );
  await told('CONNECTING');
  await seeAll();
  await scene.server([], { port: server.port });
  await told('CONNECTED');
  await pages[0].run(() => call.client.updateUser({ userName: 'Back' }));
  await untilEvent(pages[1], { name: 'peer-updated', userName: 'Back' }, since[1]);
  await seeAll();
  assert.deepEqual(await Promise.all(pages.map(connections)), before, 'the transports of before');
  for (const [i, page] of pages.entries())
    for (const name of ['peer-leave', 'stream-removed', 'stream-added', 'peer-online'])
      assert.deepEqual(await events(page, { name }, since[i]), []);
});

inBrowser('sees a member again that was frozen', async (scene) => {
  const server = await scene.server();
  const member = scene.member(server, ...MEMBER);
  const page = await scene.page({ probe: { code: 1, width: 320, height: 240 } });
  assert.equal(await enter(page, server, { uid: 1 }), null);
  await seeEachOther(page, member);
  member.signal('SIGSTOP');
  try {
    await new Promise((resolve) => setTimeout(resolve, FROZEN));
  } finally {
    member.signal('SIGCONT');
  }
  await seeEachOther(page, member);
  assert.deepEqual(await events(page, { name: 'peer-leave' }), []);
});

inBrowser('goes on when its path to the server is cut, or falls silent', async (scene) => {
  const server = await scene.server(['--ping-interval=1']);
  const proxy = await Proxy.start(server.port);
  scene.later(() => proxy.close());
  const member = scene.member(server, ...MEMBER);
  const page = await scene.page({ probe: { code: 1, width: 320, height: 240 } });
  page.allowErrors(LOST);
  assert.equal(await enter(page, server, { uid: 1 }, { server: proxy.url }), null);
  await seeEachOther(page, member);
  const before = await connections(page);
  for (const lose of [() => proxy.cut(), () => proxy.stall()]) {
    const since = await mark(page);
    lose();
    await untilEvent(page, { name: 'connection-state-change', curState: 'CONNECTING' }, since);
    await untilEvent(page, { name: 'connection-state-change', curState: 'CONNECTED' }, since);
    await seeEachOther(page, member);
  }
  assert.equal(await connections(page), before);
  assert.deepEqual(await events(page, { name: 'peer-leave' }), []);
  assert.deepEqual(
    member.events('message').filter(({ name }) => name === 'member-left'),
    [],
  );
});

inEachBrowser('comes back after it was away for too long', async (scene) => {
  const server = await scene.server(['--grace=1']);
  const proxy = await Proxy.start(server.port);
  scene.later(() => proxy.close());
  const member = scene.member(server, ...MEMBER);
  const page = await scene.page({ probe: { code: 1, width: 320, height: 240 } });
  page.allowErrors(LOST);
  assert.equal(await enter(page, server, { uid: 1 }, { server: proxy.url }), null);
  await seeEachOther(page, member);
  const since = [await mark(page), member.mark()];
  proxy.refuse();
  const left = await member.waitMessage('member-left', { uid: '1' }, { since: since[1] });
  assert.equal(left.reason, 'timeout');
  proxy.admit();
  await untilEvent(page, { name: 'connection-state-change', curState: 'CONNECTED' }, since[0]);
  await member.waitMessage('member-joined', { uid: '1' }, { since: since[1] });
  await seeEachOther(page, member);
});

inEachBrowser('is gone for the others as soon as the page is', async (scene) => {
  const server = await scene.server();
  const member = scene.member(server, ...MEMBER);
  const page = await scene.page({ probe: { code: 1, width: 320, height: 240 } });
  page.allowErrors(LOST);
  for (const go of [() => page.goto('about:blank'), () => page.close()]) {
    const since = member.mark();
    await page.goto(scene.origin);
    assert.equal(await enter(page, server, { uid: 1 }), null);
    await member.waitEvent('picture', { sender: 1 }, { since });
    await go();
    const left = await member.waitMessage('member-left', { uid: '1' }, { since });
    assert.equal(left.reason, 'left');
  }
});

inBrowser('tells what is wrong with a token', async (scene) => {
  const server = await scene.server(['--auth=token', `--config=${writeKeyFile()}`]);
  const page = await scene.page();
  for (const [token, name] of [
    [undefined, 'token-required'],
    ['secret', 'token-malformed'],
    [mint({}, 'another-secret-of-32-characters!!'), 'token-signature'],
    [mint({ exp: 1 }), 'token-expired'],
    [mint({ room: 'another' }), 'token-other-room'],
    [mint({ sub: '2' }), 'token-other-uid'],
    [mint({ appKey: 'nobody' }), 'app-key-unknown'],
  ]) {
    const error = await enter(page, server, { uid: 1, token }, { publish: false });
    assert.equal(error?.name, name);
    assert.ok(error.code >= 1014 && error.code <= 1021);
    assert.ok(!token || !error.message.includes(token), 'a token is told to nobody');
    assert.equal(await page.run(() => call.client.getConnectionState()), 'DISCONNECTED');
  }
  const exp = Math.floor(Date.now() / 1000) + 25;
  assert.equal(await enter(page, server, { uid: 1, token: mint({ exp }) }), null);
  const { expiresIn } = await untilEvent(page, { name: 'token-will-expire' });
  assert.ok(expiresIn <= 25);
  await page.run((token) => call.client.renewToken(token), mint({ sub: '1' }));
  assert.equal(await page.run(() => call.client.getConnectionState()), 'CONNECTED');
  const soon = Math.floor(Date.now() / 1000) + 4;
  await page.run((token) => call.client.renewToken(token), mint({ exp: soon }));
  await untilEvent(page, { name: 'permkey-timeout' });
  assert.equal(await page.run(() => call.client.getConnectionState()), 'DISCONNECTED');
});

inBrowser('keeps a second tab with its uid out, without a token', async (scene) => {
  const server = await scene.server();
  const [first, second] = [
    await scene.page({ probe: { code: 1, width: 320, height: 240 } }),
    await scene.page({ probe: { code: 3, width: 320, height: 240 } }),
  ];
  const member = scene.member(server, ...MEMBER);
  assert.equal(await enter(first, server, { uid: 1 }), null);
  await seeEachOther(first, member);
  const error = await enter(second, server, { uid: 1 });
  assert.equal(error?.name, 'uid-taken');
  assert.match(error.message, /‘1’/);
  await seeEachOther(first, member);
  assert.equal(await first.run(() => call.client.getConnectionState()), 'CONNECTED');
});

inBrowser('makes room for a second tab with its uid and a token', async (scene) => {
  const server = await scene.server([`--config=${writeKeyFile()}`]);
  const [first, second, other] = [await scene.page(), await scene.page(), await scene.page()];
  const token = mint({ sub: '1' });
  const watching = { publish: false };
  assert.equal(await enter(other, server, { uid: 2, token: mint({ sub: '2' }) }, watching), null);
  assert.equal(await enter(first, server, { uid: 1, token }), null);
  await untilEvent(other, { name: 'stream-subscribed', uid: 1, mediaType: 'video' });
  const since = await mark(other);
  assert.equal(await enter(second, server, { uid: 1, token }), null);
  await untilEvent(first, { name: 'uid-duplicate' });
  assert.equal((await untilEvent(first, { name: 'channel-closed' })).reason, 'replaced');
  assert.equal(await first.run(() => call.client.getConnectionState()), 'DISCONNECTED');
  assert.equal(await first.run(() => probe.openConnections()), 0);
  assert.equal((await untilEvent(other, { name: 'peer-leave', uid: 1 }, since)).reason, 'replaced');
  await untilEvent(other, { name: 'stream-subscribed', uid: 1, mediaType: 'video' }, since);
  assert.equal(await second.run(() => call.client.getConnectionState()), 'CONNECTED');
});

inBrowser('hands names on as they are', async (scene) => {
  const server = await scene.server();
  const userName = '<img src=x onerror=alert(1)>&amp;"\'';
  const [first, second] = [await scene.page(), await scene.page()];
  const watching = { publish: false };
  assert.equal(await enter(first, server, { uid: 1, userName }, watching), null);
  assert.equal(await enter(second, server, { uid: 2 }, watching), null);
  assert.equal((await untilEvent(second, { name: 'peer-online', uid: 1 })).userName, userName);
  const members = await second.run(() => call.client.getMembers());
  assert.equal(members.length, 1);
  assert.equal(members[0].userName, userName);
});
