// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages, what administrators do, invitations and another room, as an application calls them.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';

import { joinResult, makeSockets } from './fake-server.mjs';

const { WebSocket: before } = globalThis;
let sockets;
let client;

after(() => {
  globalThis.WebSocket = before;
});
beforeEach(async () => {
  const made = makeSockets();
  sockets = made.sockets;
  globalThis.WebSocket = /** @type {any} */ (made.WebSocket);
  const { Client } = await import('../../../app/web/sdk/client.js');
  client = new Client({ server: 'ws://server' }, () => {});
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Answers the join that was begun just now. */
async function enter(joining, result = {}, method = 'room.join') {
  await settle();
  const socket = sockets.at(-1);
  socket.open();
  socket.answer(method, joinResult(result));
  await joining;
  return socket;
}

const join = (options = {}, result = {}) =>
  enter(client.join({ channelName: 'a', uid: 1, ...options }), { uid: '1', ...result });

/** Those of a name, as the application has heard them */
function hear(name) {
  const heard = [];
  client.on(name, (event) => heard.push(event));
  return heard;
}

/** What a call has sent, answered by @result */
async function asked(socket, call, method, result = {}) {
  await settle();
  const { params } = socket.request(method);
  socket.answer(method, result);
  return [params, await call];
}

async function left() {
  const leaving = client.destroy();
  const socket = sockets.at(-1);
  if (socket.closed === null) socket.answer('room.leave');
  await leaving;
}

test('a message is sent to all, a command to those who are named', async () => {
  const socket = await join();
  const [params, told] = await asked(socket, client.sendMessage('你好'), 'message.send', {
    messageId: 'm1',
  });
  assert.deepEqual(params, { kind: 'broadcast', text: '你好' });
  assert.deepEqual(told, { messageId: 'm1', missing: [] });
  const command = client.sendMessage('on', { kind: 'command', to: [2, 'bob'] });
  const [named, answer] = await asked(socket, command, 'message.send', {
    messageId: 'm2',
    missing: ['2'],
  });
  assert.deepEqual(named, { kind: 'command', text: 'on', to: ['2', 'bob'] });
  assert.deepEqual(answer.missing, [2], 'in the form of the application');
  await left();
});

test('messages and whether they arrived are told', async () => {
  const socket = await join();
  const received = hear('message-received');
  const delivered = hear('message-delivered');
  const message = { messageId: 'm1', uid: '2', kind: 'barrage', text: '<b>', time: 7, dropped: 3 };
  socket.event('message.received', 1, message);
  socket.event('message.delivered', 2, { messageId: 'm1', uid: '2', delivered: false });
  assert.deepEqual(received, [{ ...message, uid: 2 }]);
  assert.deepEqual(delivered, [{ messageId: 'm1', uid: 2, delivered: false }]);
  await left();
});

test('what is too large or too much is refused by an error with a name', async () => {
  const socket = await join();
  await assert.rejects(client.sendMessage('中'.repeat(342)), { name: 'message-too-large' });
  assert.ok(!socket.sent.some(({ method }) => method === 'message.send'));
  const sending = client.sendMessage('中'.repeat(341));
  await settle();
  socket.refuse('message.send', 1013);
  await assert.rejects(sending, { name: 'rate-exceeded' });
  await assert.rejects(client.sendMessage('on', { kind: /** @type {any} */ ('loud') }), {
    name: 'invalid-params',
  });
  await left();
  await assert.rejects(client.sendMessage('late'), { name: 'wrong-state' });
});

test('nothing is kept for later while the connection is lost', async () => {
  const socket = await join();
  socket.event('room.closed', 1, { reason: 'shutdown' });
  await assert.rejects(client.sendMessage('on'), { name: 'connection-lost' });
  await assert.rejects(client.kickMember(2), { name: 'connection-lost' });
  await left();
});

test('an administrator removes, bans, mutes, and closes the room', async () => {
  const socket = await join({}, { grants: ['admin'] });
  for (const [call, method, params] of [
    [client.kickMember(2, 'Be nice'), 'member.kick', { uid: '2', message: 'Be nice' }],
    [client.banMember('bob', 600), 'member.ban', { uid: 'bob', seconds: 600 }],
    [client.unbanMember('bob'), 'member.unban', { uid: 'bob' }],
    [client.muteMember(2, { audio: true }), 'member.mute', { uid: '2', audio: true }],
    [client.setMemberRole(2, 'audience'), 'member.setRole', { uid: '2', role: 'audience' }],
    [client.closeRoom(), 'room.close', {}],
  ])
    assert.deepEqual(await asked(socket, call, method), [params, undefined], method);
  await assert.rejects(client.banMember(2, 0), { name: 'invalid-params' });
  await assert.rejects(client.kickMember({}), { name: 'INVALID_ARGUMENT' });
  await left();
});

test('a member knows what an administrator has muted, of itself and of others', async () => {
  const told = hear('muted-by-admin');
  const bob = { uid: '2', userName: '', userData: '', role: 'host', streams: [] };
  const socket = await join({}, { audioMuted: true, members: [bob] });
  assert.deepEqual(told, [{ audio: true, video: false }]);
  assert.deepEqual(client.getMutedByAdmin(), { audio: true, video: false });
  assert.equal(client.getMembers()[0].audioMuted, false);
  const updated = hear('peer-updated');
  socket.event('member.updated', 1, { ...bob, videoMuted: true });
  assert.deepEqual([updated[0].audioMuted, updated[0].videoMuted], [false, true]);
  socket.event('room.muted', 2, { audio: false, video: false });
  assert.deepEqual(told.at(-1), { audio: false, video: false });
  await left();
});

for (const reason of ['kicked', 'banned', 'closed'])
  test(`out by an administrator: ${reason}`, async () => {
    const banned = hear('client-banned');
    const closed = hear('channel-closed');
    const errors = hear('error');
    const socket = await join();
    socket.event('room.closed', 1, { reason, message: 'Be nice' });
    const [event] = reason === 'closed' ? closed : banned;
    assert.equal(event.reason, reason);
    assert.match(event.message, /Be nice/);
    assert.deepEqual([banned.length + closed.length, errors.length], [1, 0]);
    assert.equal(client.getConnectionState(), 'DISCONNECTED');
    await client.destroy();
  });

test('who is banned is not let in', async () => {
  const joining = client.join({ channelName: 'a' });
  await settle();
  sockets.at(-1).open();
  sockets.at(-1).refuse('room.join', 1025);
  await assert.rejects(joining, { name: 'banned', code: 1025 });
  await client.destroy();
});

test('members are counted, by the server for who hears nothing of them', async () => {
  const counts = hear('member-count');
  const room = { extraInfo: '', memberCount: 400 };
  const socket = await join({ userUpdates: false }, { room });
  assert.equal(client.getMemberCount(), 400);
  socket.event('room.memberCount', 1, { members: 412 });
  assert.deepEqual([counts, client.getMemberCount()], [[{ count: 412 }], 412]);
  await left();
  assert.equal(client.getMemberCount(), 0);
});

test('one who listens is in no room, and rings', async () => {
  const socket = await enter(client.listen({ uid: 'bob' }), { uid: 'bob' }, 'invite.listen');
  assert.deepEqual(socket.request('invite.listen').params, { uid: 'bob' });
  assert.deepEqual([client.getConnectionState(), client.getUid()], ['CONNECTED', 'bob']);
  await assert.rejects(client.sendMessage('hello'), { name: 'not-joined' });
  await assert.rejects(client.join({ channelName: 'a' }), { name: 'already-joined' });
  const ringing = () => socket.sent.filter(({ method }) => method === 'invite.ringing').length;
  const invite = { inviteId: 'i1', uid: '1', userName: 'Ada', text: 'Lunch?', timeout: 60 };
  socket.event('invite.received', 1, { ...invite, channel: 'b' });
  assert.equal(ringing(), 0, 'nobody listens');
  const received = hear('invite-received');
  socket.event('invite.received', 2, { ...invite, channel: 'b' });
  assert.deepEqual([received, ringing()], [[{ ...invite, channelName: 'b' }], 1]);
  const accepting = client.acceptInvite('i1');
  const [, accepted] = await asked(socket, accepting, 'invite.accept', { channel: 'b' });
  assert.deepEqual(accepted, { channelName: 'b' });
  const [rejected] = await asked(
    socket,
    client.rejectInvite('i2', { busy: true }),
    'invite.reject',
  );
  assert.deepEqual(rejected, { inviteId: 'i2', busy: true });
  await left();
});

test('one invites into one’s own room, or from nowhere into a new one', async () => {
  const socket = await join({ channelName: 'standup' });
  const result = { inviteId: 'i1', channel: 'standup' };
  const [params, sent] = await asked(socket, client.invite(2), 'invite.send', result);
  assert.deepEqual(params, { uid: '2', channel: 'standup' });
  assert.deepEqual(sent, { inviteId: 'i1', channelName: 'standup' });
  const updates = hear('invite-updated');
  socket.event('invite.updated', 1, { inviteId: 'i1', uid: '2', state: 'ringing' });
  assert.deepEqual(updates, [{ inviteId: 'i1', uid: 2, state: 'ringing' }]);
  await asked(socket, client.cancelInvite('i1'), 'invite.cancel');
  const calling = client.invite(3);
  await settle();
  socket.refuse('invite.send', 1026);
  await assert.rejects(calling, { name: 'uid-offline' });
  await client.leave();

  const listening = await enter(client.listen({ uid: 1 }), { uid: '1' }, 'invite.listen');
  const options = { text: 'Lunch?', timeout: 5 };
  const made = { inviteId: 'i2', channel: 'call-x' };
  const [from] = await asked(listening, client.invite('bob', options), 'invite.send', made);
  assert.deepEqual(from, { uid: 'bob', ...options });
  await left();
});

test('another room: the same member, with what differs', async () => {
  const states = hear('connection-state-change');
  const first = await join({ uid: undefined, userName: 'Ada' }, { uid: 'made' });
  const switching = client.switchChannel({ channelName: 'b', token: 'a.b.c' });
  first.answer('room.leave');
  const second = await enter(switching, { uid: 'made', epoch: 'epoch-2' });
  assert.deepEqual(second.request('room.join').params, {
    channel: 'b',
    uid: 'made',
    userName: 'Ada',
    userUpdates: true,
    token: 'a.b.c',
  });
  assert.equal(client.getChannelInfo().channelName, 'b');
  assert.deepEqual(
    states.map(({ curState }) => curState),
    ['CONNECTING', 'CONNECTED', 'DISCONNECTING', 'DISCONNECTED', 'CONNECTING', 'CONNECTED'],
  );
  await left();
});
