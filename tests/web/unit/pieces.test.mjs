// SPDX-License-Identifier: LGPL-2.1-or-later
// The pieces of a room that need no connection.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BACKLOG_MAX, BACKLOG_SIZE_MAX, Backlog } from '../../../app/web/sdk/backlog.js';
import { backoffDelay } from '../../../app/web/sdk/backoff.js';
import { Emitter } from '../../../app/web/sdk/emitter.js';
import { ErrorCode, NertcError } from '../../../app/web/sdk/errors.js';
import { Roster } from '../../../app/web/sdk/roster.js';
import { nextState, stateEvents, states } from '../../../app/web/sdk/session-state.js';
import { roomAddress } from '../../../app/web/sdk/socket.js';

describe('states', () => {
  const legal = {
    idle: { join: 'joining' },
    joining: { joined: 'joined', refused: 'closed', leave: 'closed' },
    joined: { lost: 'reconnecting', closed: 'closed', leave: 'closed' },
    reconnecting: { joined: 'joined', resumed: 'joined', gaveUp: 'closed', leave: 'closed' },
    closed: { join: 'joining' },
  };
  for (const state of states)
    for (const event of stateEvents)
      test(`${state}, ${event}`, () => {
        const next = legal[state][event];
        if (next) assert.equal(nextState(state, event), next);
        else assert.throws(() => nextState(state, event), { name: 'wrong-state' });
      });
});

describe('backlog', () => {
  test('keeps what is not known to be handled', () => {
    const backlog = new Backlog();
    assert.deepEqual([backlog.add('a'), backlog.add('b'), backlog.add('c')], [1, 2, 3]);
    assert.equal(backlog.trim(2), true);
    assert.deepEqual(backlog.texts, ['c']);
    assert.equal(backlog.trim(1), false);
    assert.equal(backlog.trim(4), false);
    assert.equal(backlog.trim(2), true);
  });

  test('is not whole when there was more than is kept', () => {
    const backlog = new Backlog();
    for (let i = 0; i <= BACKLOG_MAX; i += 1) backlog.add('a');
    assert.equal(backlog.length, BACKLOG_MAX);
    assert.equal(backlog.whole, false);
    assert.equal(backlog.trim(1), true);
    assert.equal(backlog.whole, true);
  });

  test('is bounded in size', () => {
    const backlog = new Backlog();
    backlog.add('a'.repeat(BACKLOG_SIZE_MAX));
    assert.equal(backlog.whole, true);
    backlog.add('b');
    assert.equal(backlog.whole, false);
    assert.deepEqual(backlog.texts, ['b']);
  });
});

describe('back-off', () => {
  test('begins almost at once, doubles, and ends at 2 s, later at 5 s', () => {
    const longest = [0, 1, 2, 3, 4, 5].map((attempt) => backoffDelay(attempt, 1000, 1));
    assert.deepEqual(longest, [100, 400, 800, 1600, 2000, 2000]);
    assert.equal(backoffDelay(9, 60000, 1), 5000);
    assert.equal(backoffDelay(1000, 60000, 1), 5000);
  });

  test('is at least half of it, at random', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((attempt) => backoffDelay(attempt, 0, 0)),
      [0, 200, 400, 800],
    );
  });
});

describe('addresses', () => {
  for (const [server, address] of [
    ['ws://127.0.0.1:8980/room', 'ws://127.0.0.1:8980/room'],
    ['ws://127.0.0.1:8980', 'ws://127.0.0.1:8980/room'],
    ['http://localhost:8980/', 'ws://localhost:8980/room'],
    ['https://example.org', 'wss://example.org/room'],
    ['wss://[::1]:8980/behind/proxy', 'wss://[::1]:8980/behind/proxy'],
  ])
    test(server, () => assert.equal(roomAddress(server), address));

  for (const server of ['', 'example.org', 'ftp://example.org', '/room', undefined, 'ws://'])
    test(`‘${server}’ is none`, () =>
      assert.throws(() => roomAddress(server), { code: ErrorCode.INVALID_PARAMS }));
});

describe('errors', () => {
  test('have the names of the protocol', () => {
    for (const [code, name] of [
      [1005, 'uid-taken'],
      [-32700, 'parse'],
      [1022, 'grant-missing'],
      [2003, 'connection-lost'],
      [2101, 'NOT_SUPPORT'],
      [1999, 'internal'],
    ]) {
      const error = new NertcError(Number(code), 'why');
      assert.deepEqual([error.name, error.getCode(), error.message], [name, code, 'why']);
      assert.ok(error instanceof Error);
    }
  });
});

describe('emitter', () => {
  test('tells listeners in their order, and once those who asked for once', () => {
    const emitter = new Emitter();
    const heard = [];
    const second = (what) => heard.push(`b${what}`);
    emitter.once('x', (what) => heard.push(`a${what}`)).on('x', second);
    emitter.emit('x', 1);
    emitter.emit('x', 2);
    emitter.off('x', second);
    assert.equal(emitter.emit('x', 3), false);
    assert.deepEqual(heard, ['a1', 'b1', 'b2']);
  });

  test('goes on when a listener throws, and tells the page of it', (t) => {
    const emitter = new Emitter();
    const reported = [];
    const before = globalThis.reportError;
    globalThis.reportError = (error) => reported.push(error.message);
    t.after(() => (globalThis.reportError = before));
    let heard = false;
    emitter.on('x', () => {
      throw new Error('mine');
    });
    emitter.on('x', () => (heard = true));
    emitter.emit('x');
    assert.deepEqual([heard, reported], [true, ['mine']]);
  });
});

describe('roster', () => {
  const stream = (streamId, more = {}) => ({
    streamId,
    source: 'camera',
    audio: true,
    video: true,
    audioMuted: false,
    videoMuted: false,
    ...more,
  });
  const member = (uid, streams = [], more = {}) => ({
    uid,
    userName: '',
    userData: '',
    role: 'host',
    streams,
    ...more,
  });
  const names = (changes) => changes.map(([name]) => name);

  test('members come before streams', () => {
    const roster = new Roster(true);
    const changes = roster.applySnapshot([member('a', [stream('1')]), member('b')]);
    assert.deepEqual(names(changes), ['member-joined', 'member-joined', 'stream-added']);
    assert.deepEqual([...roster.members.keys()], ['a', 'b']);
  });

  test('who is missing in a new snapshot is kept until it is settled', () => {
    const roster = new Roster(true);
    roster.applySnapshot([member('a', [stream('1')]), member('b', [stream('2')])]);
    assert.deepEqual(roster.applySnapshot([member('b', [stream('2')])]), []);
    assert.equal(roster.settled, false);
    assert.equal(roster.hasPresent('1'), false);
    assert.deepEqual(roster.settle(), [
      ['stream-removed', { uid: 'a', streamId: '1', reason: 'timeout' }],
      ['member-left', { uid: 'a', reason: 'timeout' }],
    ]);
    assert.equal(roster.settled, true);
  });

  test('who comes back is not told of, but for what is another', () => {
    const roster = new Roster(true);
    roster.applySnapshot([member('a', [stream('1')])]);
    roster.applySnapshot([]);
    assert.deepEqual(roster.putMember(member('a')), []);
    assert.deepEqual(names(roster.putStream('a', stream('1', { videoMuted: true }))), [
      'stream-updated',
    ]);
    assert.equal(roster.settled, true);
    assert.deepEqual(names(roster.putMember(member('a', [], { role: 'audience' }))), [
      'member-updated',
    ]);
  });

  test('another stream by the same name takes its place', () => {
    const roster = new Roster(true);
    roster.applySnapshot([member('a', [stream('1')]), member('b')]);
    assert.deepEqual(names(roster.putStream('b', stream('1'))), ['stream-removed', 'stream-added']);
    assert.equal(roster.find('1').member.uid, 'b');
  });

  test('without user updates there are streams only', () => {
    const roster = new Roster(false);
    assert.deepEqual(names(roster.applySnapshot([member('a', [stream('1')]), member('b')])), [
      'stream-added',
    ]);
    assert.deepEqual(names(roster.removeStream('1', 'left')), ['stream-removed']);
    assert.equal(roster.members.size, 0);
  });

  test('a member takes along its streams', () => {
    const roster = new Roster(true);
    roster.applySnapshot([member('a', [stream('1'), stream('2')])]);
    assert.deepEqual(names(roster.removeMember('a', 'left')), [
      'stream-removed',
      'stream-removed',
      'member-left',
    ]);
    assert.deepEqual(roster.removeMember('a', 'left'), []);
  });
});
