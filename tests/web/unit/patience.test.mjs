// SPDX-License-Identifier: LGPL-2.1-or-later
// How long a room waits, and what it makes of a server that says anything: by a clock that is turned.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock, joinResult, makeSockets } from './fake-server.mjs';
import { Member } from './members.mjs';

const STREAM = { streamId: 's', source: 'camera', audio: true, video: true };
const MUTED = { audioMuted: false, videoMuted: false };
const BOB = { uid: 'bob', userName: '', userData: '', role: 'host' };

class Bench {
  clock = new FakeClock();
  /** @type {import('./fake-server.mjs').FakeSocket[]} */
  sockets;

  constructor(options = {}) {
    const { sockets, WebSocket } = makeSockets();
    this.sockets = sockets;
    this.member = new Member('ws://server', { WebSocket, clock: this.clock, ...options });
    this.room = this.member.room;
  }

  get socket() {
    return this.sockets.at(-1);
  }

  static async joined(result = {}, params = {}) {
    const bench = new Bench();
    const joining = bench.room.join({ channel: 'standup', uid: 'alice', ...params });
    bench.socket.open();
    bench.socket.answer('room.join', joinResult(result));
    await joining;
    return bench;
  }

  /** The next connection of the room, which is tried within so many milliseconds. */
  async next(within = 100) {
    const before = this.sockets.length;
    await this.clock.turn(within);
    assert.equal(this.sockets.length, before + 1, 'it tried again');
    this.socket.open();
    return this.socket;
  }

  /** Lost, and not to be resumed. */
  async lostSession(within = 100) {
    this.socket.lose();
    const socket = await this.next(within);
    socket.refuse('room.resume', 1023);
    return socket;
  }
}

describe('a join', () => {
  test('is given up after 10 s', async () => {
    const { room, clock, member } = new Bench();
    const joining = assert.rejects(room.join({ channel: 'a' }), { name: 'timeout' });
    await clock.turn(9999);
    assert.equal(room.state, 'joining');
    await clock.turn(1);
    await joining;
    assert.deepEqual([room.state, room.reason], ['closed', 'timeout']);
    assert.deepEqual(member.names('closed'), []);
  });

  test('needs a server that speaks the protocol', async () => {
    const bench = new Bench();
    const joining = bench.room.join({ channel: 'a' });
    bench.socket.protocol = '';
    bench.socket.open();
    await assert.rejects(joining, { name: 'connection-lost', message: /nertc\.v1/ });
    assert.equal(bench.socket.closed, 4002);
  });

  test('whose answer breaks the protocol fails', async () => {
    const bench = new Bench();
    const joining = bench.room.join({ channel: 'a' });
    bench.socket.open();
    bench.socket.answer('room.join', { uid: 'alice' });
    await assert.rejects(joining, { name: 'connection-lost', message: /‘epoch’ is missing/ });
  });

  test('takes the events right behind its answer', async () => {
    const bench = new Bench();
    const joining = bench.room.join({ channel: 'a' });
    bench.socket.open();
    bench.socket.answer('room.join', joinResult());
    bench.socket.event('member.joined', 1, BOB);
    const { members } = await joining;
    assert.deepEqual(
      members.map(({ uid }) => uid),
      ['bob'],
    );
  });

  test('may be left by whoever hears of it', async () => {
    const bench = new Bench();
    bench.room.on('member-joined', () => bench.room.leave());
    const joining = bench.room.join({ channel: 'a' });
    bench.socket.open();
    const members = ['bob', 'carol'].map((uid) => ({ ...BOB, uid, streams: [] }));
    bench.socket.answer('room.join', joinResult({ members }));
    await assert.rejects(joining, { name: 'ABORTED' });
    assert.deepEqual(bench.member.names('member-joined'), ['member-joined']);
    bench.socket.answer('room.leave');
    assert.equal(bench.socket.closed, 1000);
  });
});

describe('what is written for those who debug', () => {
  test('has no secrets', async () => {
    const written = [];
    const bench = new Bench({ debug: (...words) => written.push(words.join(' ')) });
    const joining = bench.room.join({ channel: 'a', uid: 'alice', token: 'eyJ.secret-2.c' });
    bench.socket.open();
    bench.socket.answer('room.join', joinResult());
    await joining;
    bench.socket.lose();
    (await bench.next()).refuse('room.resume', 1023);
    assert.match(written.join(), /"method":"room\.join".*"token":"…"/);
    assert.doesNotMatch(written.join(), /secret-/);
  });
});

describe('a leave', () => {
  test('waits a second at most', async () => {
    const { room, clock, socket } = await Bench.joined();
    const left = room.leave();
    assert.equal(room.state, 'closed');
    await clock.turn(999);
    assert.equal(socket.closed, null);
    await clock.turn(1);
    await left;
    assert.equal(socket.closed, 1000);
  });
});

describe('a connection', () => {
  test('is asked for a sign of life, and dead after two that do not come', async () => {
    const { room, clock, socket } = await Bench.joined();
    await clock.turn(5000);
    socket.answer('room.ping');
    await clock.turn(14999 - 5000);
    assert.equal(room.state, 'joined');
    await clock.turn(5001);
    assert.equal(room.state, 'reconnecting');
    assert.equal(socket.closed, 4000);
  });

  test('lives as long as anything comes', async () => {
    const { room, clock, socket } = await Bench.joined();
    for (let seq = 1; seq < 10; seq += 1) {
      await clock.turn(8000);
      socket.event('weather.changed', seq);
    }
    assert.equal(room.state, 'joined');
  });

  test('of a page that slept gets the time to say something', async () => {
    const { room, clock, socket } = await Bench.joined();
    await clock.sleep(3600000);
    socket.event('weather.changed', 1);
    await clock.turn(9000);
    assert.equal(room.state, 'joined');
  });

  test('is asked when more than 32 messages wait for a sign', async () => {
    const { room, socket } = await Bench.joined();
    for (let i = 0; i < 32; i += 1) room.sendQuality(1, 1);
    assert.ok(!socket.sent.some(({ method }) => method === 'room.ping'));
    for (let i = 0; i < 32; i += 1) room.sendQuality(1, 1);
    assert.equal(socket.sent.filter(({ method }) => method === 'room.ping').length, 1);
  });

  for (const [about, breaks] of [
    ['an event is missing', (socket) => socket.event('weather.changed', 2)],
    [
      'an event comes twice',
      (socket) => {
        socket.event('weather.changed', 1);
        socket.event('weather.changed', 1);
      },
    ],
    ['an event is of another epoch', (socket) => socket.event('weather.changed', 1, {}, 'x')],
    ['a message is not JSON', (socket) => socket.tell('{')],
    ['a field is missing', (socket) => socket.event('member.left', 1, { uid: 'bob' })],
    ['it asks', (socket) => socket.tell({ jsonrpc: '2.0', id: 1, method: 'room.ping' })],
    ['it sends binary', (socket) => socket.onmessage({ data: new ArrayBuffer(1) })],
  ])
    test(`is dropped when ${about}, and the room joined afresh`, async () => {
      const bench = await Bench.joined();
      const broken = bench.socket;
      breaks(broken);
      assert.equal(broken.closed, 4002);
      assert.equal(bench.room.state, 'reconnecting');
      const socket = await bench.next();
      const { params } = socket.request('room.join');
      assert.deepEqual([params.uid, params.sessionSecret], ['alice', 'secret-1']);
    });

  test('that was abandoned is not heard any more', async () => {
    const bench = await Bench.joined();
    const old = bench.socket;
    await bench.clock.turn(15000);
    const socket = await bench.next();
    old.event('member.joined', 1, BOB);
    assert.equal(bench.room.members.size, 0);
    assert.equal(socket.request('room.resume').params.received, 0);
  });
});

describe('coming back', () => {
  test('is tried at once, then less and less often', async () => {
    const bench = await Bench.joined();
    await bench.clock.turn(10000 - 1);
    bench.socket.lose();
    for (const delay of [100, 400, 800, 1600, 2000, 2000]) {
      const before = bench.sockets.length;
      await bench.clock.turn(delay - 1);
      assert.equal(bench.sockets.length, before);
      await bench.clock.turn(1);
      assert.equal(bench.sockets.length, before + 1);
      bench.socket.lose();
    }
  });

  test('waits no longer when the browser has a network again', async () => {
    const page = Object.assign(new EventTarget(), { document: {} });
    const bench = new Bench({ page });
    const joining = bench.room.join({ channel: 'a', uid: 'alice' });
    bench.socket.open();
    bench.socket.answer('room.join', joinResult());
    await joining;
    bench.socket.lose();
    for (let i = 0; i < 6; i += 1) {
      await bench.clock.turn(2000);
      bench.socket.lose();
    }
    const before = bench.sockets.length;
    page.dispatchEvent(new Event('online'));
    assert.equal(bench.sockets.length, before + 1);
  });

  test('is not begun again by a page of which nobody is in a room', async () => {
    const page = Object.assign(new EventTarget(), { document: {} });
    const bench = new Bench({ page });
    bench.room.once('state-changed', () => bench.room.leave());
    await assert.rejects(bench.room.join({ channel: 'a' }), { name: 'ABORTED' });
    page.dispatchEvent(new Event('pagehide'));
    const joining = bench.room.join({ channel: 'a', uid: 'alice' });
    bench.socket.open();
    bench.socket.answer('room.join', joinResult());
    await joining;
    bench.socket.lose();
    await bench.next();
  });

  test('one try takes 5 s at most', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    await bench.next();
    await bench.clock.turn(4999);
    assert.equal(bench.socket.closed, null);
    await bench.clock.turn(1);
    assert.equal(bench.socket.closed, 4000);
  });

  test('is given up after five minutes', async () => {
    const bench = await Bench.joined();
    const publishing = bench.room.publish(STREAM);
    const gone = assert.rejects(publishing, { name: 'connection-lost' });
    bench.socket.lose();
    await bench.clock.turn(299000);
    assert.equal(bench.room.state, 'reconnecting');
    await bench.clock.turn(1000);
    await gone;
    assert.deepEqual([bench.room.state, bench.room.reason], ['closed', 'timeout']);
    assert.equal(bench.member.payloads('closed')[0].reason, 'timeout');
  });

  test('is not given up by a computer that slept before it has tried', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    await bench.next();
    await bench.clock.sleep(3600000);
    assert.equal(bench.room.state, 'reconnecting');
    await bench.clock.turn(3000);
    bench.socket.open();
    bench.socket.refuse('room.resume', 1023);
    bench.socket.answer('room.join', joinResult({ epoch: 'epoch-2' }));
    assert.equal(bench.room.state, 'joined');
  });

  test('resumes: what was not handled is sent again, with the same ids', async () => {
    const bench = await Bench.joined();
    bench.room.sendQuality(1, 1);
    const publishing = bench.room.publish(STREAM);
    const { id } = bench.socket.request('stream.publish');
    bench.socket.event('member.joined', 1, BOB);
    bench.socket.lose();
    bench.room.updateMember({ userName: 'Alice' });
    const socket = await bench.next();
    const { params } = socket.request('room.resume');
    assert.deepEqual(params, { sessionSecret: 'secret-1', epoch: 'epoch-1', received: 1 });
    socket.answer('room.resume', { received: 1, pingInterval: 5 });
    assert.deepEqual(
      socket.sent.slice(1).map(({ method }) => method),
      ['stream.publish', 'member.update'],
    );
    assert.equal(socket.request('stream.publish').id, id);
    assert.equal(bench.room.state, 'joined');
    socket.answer('stream.publish', { streamId: 's' });
    assert.equal(await publishing, 's');
    socket.event('member.left', 2, { uid: 'bob', reason: 'left' });
    assert.deepEqual(bench.member.names('member-left', 'session-lost'), ['member-left']);
  });

  test('hears that it was put out meanwhile, and does not come again', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    const socket = await bench.next();
    socket.answer('room.resume', { received: 0, pingInterval: 5 });
    socket.event('room.closed', 1, { reason: 'kicked', message: 'Be nice' });
    assert.deepEqual([bench.room.state, bench.room.reason], ['closed', 'kicked']);
    await bench.clock.turn(10000);
    assert.equal(bench.socket, socket);
  });

  test('joins afresh when the server says to have handled what was not sent', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    const socket = await bench.next();
    socket.answer('room.resume', { received: 1, pingInterval: 5 });
    assert.ok(socket.request('room.join'));
  });

  test('joins afresh when more is to be sent than is kept', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    for (let i = 0; i < 257; i += 1) bench.room.updateMember({ userName: `Alice ${i}` });
    const socket = await bench.next();
    assert.equal(socket.sent[0].method, 'room.join');
  });

  for (const code of [1005, 1006, 1007, 1013, -32603])
    test(`${code} may pass`, async () => {
      const bench = await Bench.joined();
      let socket = await bench.lostSession();
      for (let i = 0; i < 10; i += 1) {
        socket.refuse('room.join', code);
        assert.equal(bench.room.state, 'reconnecting');
        socket = await bench.next(2000);
      }
    });

  test('a uid that is taken is waited for a minute', async () => {
    const bench = await Bench.joined();
    let socket = await bench.lostSession();
    for (let time = 0; time < 60000; time += 2000) {
      socket.refuse('room.join', 1005);
      socket = await bench.next(2000);
    }
    socket.refuse('room.join', 1005);
    assert.deepEqual([bench.room.state, bench.room.reason], ['closed', 'refused']);
  });

  for (const [code, reason] of [
    [1003, 'refused'],
    [1015, 'refused'],
    [1018, 'expired'],
    [1023, 'refused'],
  ])
    test(`${code} is final`, async () => {
      const bench = await Bench.joined();
      const socket = await bench.lostSession();
      socket.refuse('room.join', code);
      assert.deepEqual([bench.room.state, bench.room.reason], ['closed', reason]);
      assert.equal(bench.member.payloads('closed')[0].reason, reason);
    });

  test('keeps who is missing for ten seconds', async () => {
    const bench = await Bench.joined({ members: [{ ...BOB, streams: [{ ...STREAM, ...MUTED }] }] });
    const subscribing = bench.room.subscribe('s', { audio: true, video: true });
    bench.socket.answer('stream.subscribe');
    await subscribing;
    const socket = await bench.lostSession();
    socket.answer('room.join', joinResult({ epoch: 'epoch-2' }));
    await bench.clock.turn(9999);
    assert.deepEqual(bench.member.names('member-left', 'stream-removed'), []);
    assert.ok(!socket.sent.some(({ method }) => method === 'stream.subscribe'));
    await bench.clock.turn(1);
    assert.deepEqual(bench.member.names('member-left', 'stream-removed'), [
      'stream-removed',
      'member-left',
    ]);
  });

  test('subscribes again when the stream is there, and names what lives', async () => {
    const bench = await Bench.joined({ members: [{ ...BOB, streams: [{ ...STREAM, ...MUTED }] }] });
    bench.room.liveTransports = (streamId, role) => [`${streamId}-${role}`];
    const subscribing = bench.room.subscribe('s', { audio: true, video: true });
    bench.socket.answer('stream.subscribe');
    await subscribing;
    const socket = await bench.lostSession();
    socket.answer('room.join', joinResult({ epoch: 'epoch-2' }));
    socket.event('member.joined', 1, BOB, 'epoch-2');
    socket.event('stream.added', 2, { uid: 'bob', ...STREAM, ...MUTED }, 'epoch-2');
    assert.deepEqual(socket.request('stream.subscribe').params, {
      streamId: 's',
      audio: true,
      video: true,
      transports: ['s-receiver'],
    });
    assert.deepEqual(bench.member.names('member-left', 'stream-removed'), []);
  });

  test('names no transport that the server knows', async () => {
    const bench = await Bench.joined({ members: [{ ...BOB, streams: [{ ...STREAM, ...MUTED }] }] });
    bench.room.liveTransports = () => ['t'];
    bench.socket.event('transport.open', 1, {
      transportId: 't',
      role: 'receiver',
      uid: 'bob',
      streamId: 's',
      audio: true,
      video: true,
      iceServers: [],
    });
    const subscribing = bench.room.subscribe('s', { audio: true });
    assert.equal(bench.socket.request('stream.subscribe').params.transports, undefined);
    bench.socket.answer('stream.subscribe');
    await subscribing;
    bench.room.sendPlaying('t');
    bench.room.sendPlaying('unknown');
    assert.equal(bench.socket.sent.filter(({ method }) => /playing/.test(method)).length, 1);
  });

  test('publishes again what the server took from who was away', async () => {
    const bench = await Bench.joined();
    const publishing = bench.room.publish(STREAM);
    bench.socket.answer('stream.publish', { streamId: 's' });
    await publishing;
    const sent = bench.socket.sent.length;
    bench.socket.event('stream.removed', 1, { uid: 'alice', streamId: 's', reason: 'timeout' });
    assert.equal(bench.socket.sent[sent].method, 'stream.publish');
    assert.deepEqual(bench.member.names('stream-lost'), []);
  });

  test('tells what was taken back meanwhile to nobody', async () => {
    const bench = await Bench.joined();
    const publishing = bench.room.publish({ ...STREAM, streamId: undefined });
    bench.socket.answer('stream.publish', { streamId: 's' });
    assert.equal(await publishing, 's');
    const socket = await bench.lostSession();
    await bench.room.unpublish('s');
    socket.answer('room.join', joinResult({ epoch: 'epoch-2' }));
    assert.ok(!socket.sent.some(({ method }) => method.startsWith('stream.')));
  });

  test('keeps the token that was given meanwhile for the next join', async () => {
    const bench = await Bench.joined({}, { token: 'a.b.c' });
    const socket = await bench.lostSession();
    await bench.room.renewToken('d.e.f');
    socket.answer('room.join', joinResult({ epoch: 'epoch-2' }));
    assert.equal(socket.request('room.join').params.token, 'a.b.c');
    assert.equal(socket.request('room.renewToken').params.token, 'd.e.f');
    socket.answer('room.renewToken');
    const next = await bench.lostSession(400);
    assert.equal(next.request('room.join').params.token, 'd.e.f');
  });
});

describe('being closed', () => {
  const REASONS = {
    kicked: 'closed',
    banned: 'closed',
    replaced: 'closed',
    expired: 'closed',
    closed: 'closed',
    'slow-reader': 'closed',
    rate: 'closed',
    shutdown: 'reconnecting',
    timeout: 'reconnecting',
    lost: 'reconnecting',
  };
  for (const [reason, state] of Object.entries(REASONS))
    test(`with reason ${reason}`, async () => {
      const bench = await Bench.joined();
      bench.socket.event('room.closed', 1, { reason, message: 'Be nice' });
      assert.deepEqual([bench.room.state, bench.room.reason], [state, reason]);
      const told = bench.member.payloads('closed');
      assert.equal(told.length, state === 'closed' ? 1 : 0);
      if (state === 'closed') assert.match(told[0].message, /Be nice/);
      const before = bench.sockets.length;
      await bench.clock.turn(1000);
      assert.equal(bench.sockets.length > before, state === 'reconnecting');
    });
});
