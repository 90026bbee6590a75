// SPDX-License-Identifier: LGPL-2.1-or-later
// The SDK's room at the real server, whose connection is lost, and which is restarted.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Server } from '../processes.mjs';
import { Member, Proxy } from './members.mjs';

const CAMERA = { streamId: 'alice-camera', source: 'camera', audio: true, video: true };

/** The part of a window that a room looks at. */
class Page extends EventTarget {
  document = {};

  fire(name, fields = {}) {
    this.dispatchEvent(Object.assign(new Event(name), fields));
  }
}

describe('a connection that is lost', () => {
  let server;
  let proxy;

  before(async () => {
    server = await Server.start(['--ping-interval=1', '--message-rate=2000']);
    proxy = await Proxy.start(server.port);
  });
  after(async () => {
    proxy.close();
    await server.end();
  });

  const pair = async (channel, page) => ({
    alice: await Member.join(proxy.url, { channel, uid: 'alice' }, { page }),
    bob: await Member.join(server.url, { channel, uid: 'bob' }),
  });

  test('costs no message, and nobody notices', async () => {
    const { alice, bob } = await pair('burst');
    await alice.room.publish({ ...CAMERA, streamId: 'burst' });
    await bob.room.subscribe('burst', { audio: true, video: true });
    const { transportId } = await alice.waitFor('transport-open');
    await bob.waitFor('transport-open');
    const requests = [];
    for (let i = 0; i < 120; i += 1) {
      requests.push(alice.room.updateMember({ userData: String(i) }));
      requests.push(bob.room.updateMember({ userData: String(i) }));
      alice.room.sendCandidate(transportId, 0, `candidate:${i}`);
      bob.room.sendCandidate(transportId, 0, `candidate:${i}`);
      if (i % 20 === 10) proxy.cut();
      await bob.waitFor('transport-candidate', { candidate: `candidate:${i}` });
    }
    await Promise.all(requests);
    const numbers = [...Array(120).keys()].map(String);
    for (const member of [alice, bob]) {
      await member.waitFor('member-updated', { userData: '119' });
      await member.waitFor('transport-candidate', { candidate: 'candidate:119' });
      assert.deepEqual(
        member.payloads('member-updated').map(({ userData }) => userData),
        numbers,
      );
      assert.deepEqual(
        member.payloads('transport-candidate').map(({ candidate }) => candidate),
        numbers.map((number) => `candidate:${number}`),
      );
      assert.deepEqual(member.names('member-left', 'session-lost', 'transport-close'), []);
    }
    const states = alice.payloads('state-changed').slice(2);
    assert.ok(states.length >= 2, 'the connection was lost');
    assert.deepEqual(states[0], {
      state: 'reconnecting',
      previous: 'joined',
      reason: 'lost',
      willReconnect: true,
    });
    assert.equal(alice.room.state, 'joined');
    await Promise.all([alice.room.leave(), bob.room.leave()]);
  });

  test('is found out when nothing comes any more', async () => {
    const { alice, bob } = await pair('silent');
    const since = alice.mark();
    const before = proxy.connections;
    proxy.stall();
    await alice.waitForState('reconnecting', since);
    await alice.waitForState('joined', since);
    assert.equal(proxy.connections, before + 1);
    assert.deepEqual(alice.names('session-lost'), []);
    assert.deepEqual(bob.names('member-left'), []);
    await Promise.all([alice.room.leave(), bob.room.leave()]);
  });

  test('by a page that goes: the others see it at once, and when it is back', async () => {
    const page = new Page();
    const { alice, bob } = await pair('page', page);
    await alice.room.publish({ ...CAMERA, streamId: 'page' });
    page.fire('pagehide', { persisted: true });
    assert.equal(alice.room.state, 'reconnecting');
    assert.equal((await bob.waitFor('member-left')).reason, 'left');
    const since = bob.mark();
    page.fire('pageshow', { persisted: true });
    await bob.waitFor('member-joined', { uid: 'alice' }, since);
    await bob.waitFor('stream-added', {}, since);
    await Promise.all([alice.room.leave(), bob.room.leave()]);
    page.fire('pagehide', { persisted: false });
    assert.equal(alice.room.state, 'closed');
  });
});

describe('a server that is restarted', () => {
  let server;

  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  const join = (channel, uid, options = {}) => Member.join(server.url, { channel, uid }, options);

  const restart = async (end) => {
    const { port } = server;
    await end();
    server = await Server.start([], { port });
  };

  test('finds all as it was, and transports live on', async () => {
    const alice = await join('restart', 'alice');
    const bob = await join('restart', 'bob');
    const live = [];
    for (const { room } of [alice, bob]) room.liveTransports = () => [...live];
    await alice.room.updateRoom({ extraInfo: 'Agenda' });
    await alice.room.publish(CAMERA);
    await bob.waitFor('stream-added');
    await bob.room.subscribe('alice-camera', { audio: true, video: true });
    live.push((await bob.waitFor('transport-open')).transportId);
    await alice.waitFor('transport-open');
    const since = [alice.mark(), bob.mark()];

    await restart(() => server.kill());
    await bob.waitFor('session-lost', {}, since[1]);
    await bob.room.updateMember({ userName: 'Bob' });
    await Promise.all([
      alice.waitFor('transport-update', { transportId: live[0] }, since[0]),
      bob.waitFor('transport-update', { transportId: live[0] }, since[1]),
      alice.waitFor('member-updated', { userName: 'Bob' }, since[0]),
    ]);
    const told = [...alice.events.slice(since[0]), ...bob.events.slice(since[1])];
    const names = new Set(told.map(({ name }) => name));
    for (const name of ['member-left', 'member-joined', 'stream-removed', 'stream-added'])
      assert.ok(!names.has(name), `${name} was told`);
    assert.ok(!names.has('transport-open') && !names.has('transport-close'));
    assert.equal(alice.room.knowsTransport(live[0]), true);
    const carol = await join('restart', 'carol');
    assert.equal(carol.result.extraInfo, 'Agenda');
    await Promise.all([alice, bob, carol].map(({ room }) => room.leave()));
  });

  test('is told of who does not come back', async () => {
    const alice = await join('missing', 'alice', { timing: { settle: 600 } });
    const bob = await join('missing', 'bob');
    await bob.room.publish({ ...CAMERA, streamId: 'gone' });
    await alice.room.subscribe('gone', { audio: true, video: true });
    const since = alice.mark();
    await restart(async () => {
      await server.kill();
      await bob.room.leave();
    });
    assert.equal((await alice.waitFor('stream-removed', {}, since)).reason, 'timeout');
    assert.equal((await alice.waitFor('member-left', {}, since)).reason, 'timeout');
    assert.equal(alice.room.members.size, 0);
    await assert.rejects(alice.room.unsubscribe('gone'), { name: 'stream-not-found' });
    await alice.room.leave();
  });

  test('says so, and its members come back', async () => {
    const alice = await join('shutdown', '');
    const since = alice.mark();
    const publishing = [];
    alice.room.once('session-lost', () => publishing.push(alice.room.publish(CAMERA)));
    await restart(() => server.end());
    assert.equal((await alice.waitForState('reconnecting', since)).reason, 'shutdown');
    await alice.waitForState('joined', since);
    assert.equal(alice.room.uid, alice.result.uid);
    assert.deepEqual(await Promise.all(publishing), ['alice-camera']);
    await alice.room.leave();
  });
});
