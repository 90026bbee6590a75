// SPDX-License-Identifier: LGPL-2.1-or-later
// The SDK's room at the real server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Server } from '../processes.mjs';
import { Member, mint, writeKeyFile } from './members.mjs';

const CAMERA = { streamId: 'alice-camera', source: 'camera', audio: true, video: true };

describe('a room', () => {
  let server;

  before(async () => {
    server = await Server.start(['--uid-policy=refuse']);
  });
  after(() => server.end());

  const join = (channel, uid, more = {}) => Member.join(server.url, { channel, uid, ...more });

  test('is joined, talks, and is left', async () => {
    const alice = await join('talk', 'alice', { userName: '<b>Alice</b>' });
    assert.deepEqual(
      [alice.result.uid, alice.result.role, alice.result.grants, alice.result.extraInfo],
      ['alice', 'host', ['publish', 'subscribe', 'message'], ''],
    );
    assert.equal(await alice.room.publish(CAMERA), 'alice-camera');

    const bob = await join('talk', 'bob');
    assert.deepEqual(bob.names(), [
      'state-changed',
      'state-changed',
      'member-joined',
      'stream-added',
    ]);
    const known = bob.room.members.get('alice');
    assert.equal(known.userName, '<b>Alice</b>');
    assert.equal(known.streams.get('alice-camera').audio, true);

    await bob.room.subscribe('alice-camera', { audio: true, video: false });
    const at = await alice.waitFor('transport-open');
    const open = await bob.waitFor('transport-open');
    const { transportId, role, uid, streamId, audio, video, iceServers } = open;
    assert.deepEqual(
      [role, uid, streamId, audio, video, iceServers],
      ['receiver', 'alice', 'alice-camera', true, false, []],
    );
    assert.deepEqual([at.role, at.transportId], ['sender', transportId]);

    alice.room.sendDescription(transportId, 'offer', 'v=0\r\n');
    alice.room.sendCandidate(transportId, 0, '');
    assert.equal((await bob.waitFor('transport-description')).sdp, 'v=0\r\n');
    assert.equal((await bob.waitFor('transport-candidate')).sdpMLineIndex, 0);
    bob.room.sendDescription(transportId, 'answer', 'v=0\r\nanswer\r\n');
    assert.equal((await alice.waitFor('transport-description')).type, 'answer');
    bob.room.sendPlaying(transportId);

    await bob.room.subscribe('alice-camera', { audio: true, video: true });
    assert.equal((await alice.waitFor('transport-update')).video, true);
    await alice.room.updateStream('alice-camera', { audioMuted: true });
    await bob.waitFor('stream-updated');
    assert.equal(known.streams.get('alice-camera').audioMuted, true);

    assert.equal(bob.room.knowsTransport(transportId), true);
    bob.room.sendFailed(transportId, 'media', 'x'.repeat(5000));
    assert.equal((await alice.waitFor('transport-close')).reason, 'failed');
    await bob.waitFor('transport-close');
    assert.equal(bob.room.knowsTransport(transportId), false);

    await bob.room.unsubscribe('alice-camera');
    await alice.room.unpublish('alice-camera');
    assert.equal((await bob.waitFor('stream-removed')).reason, 'unpublished');
    await bob.room.leave();
    assert.deepEqual([bob.room.state, bob.room.reason], ['closed', 'left']);
    assert.equal((await alice.waitFor('member-left')).reason, 'left');
    assert.deepEqual(bob.names('closed'), []);
    await alice.room.leave();
  });

  test('carries messages, and says whether a command arrived', async () => {
    const alice = await join('messages', 'alice');
    const bob = await join('messages', 'bob', { userUpdates: false });
    assert.equal(bob.room.memberCount, 2);
    const send = (kind, text, to) => alice.room.ask('message.send', { kind, text, to });
    const { messageId } = await send('broadcast', '你好');
    const heard = await bob.waitFor('message-received', { messageId });
    assert.deepEqual([heard.uid, heard.kind, heard.text], ['alice', 'broadcast', '你好']);
    assert.ok(Math.abs(heard.time - Date.now()) < 60_000);
    const command = await send('command', 'on', ['bob', 'eve']);
    assert.deepEqual(command.missing, ['eve']);
    const { uid, delivered } = await alice.waitFor('message-delivered', {
      messageId: command.messageId,
    });
    assert.deepEqual([uid, delivered], ['bob', true]);
    await assert.rejects(send('broadcast', '中'.repeat(342)), { name: 'message-too-large' });
    await assert.rejects(Promise.all(Array.from({ length: 12 }, () => send('broadcast', 'x'))), {
      name: 'rate-exceeded',
    });
    await Promise.all([alice.room.leave(), bob.room.leave()]);
  });

  test('invites somebody who is in no room', async () => {
    const alice = await join('inviting', 'alice', { userName: 'Alice' });
    const bob = await Member.join(server.url, { listen: true, channel: undefined, uid: 'bob' });
    const { inviteId, channel } = await alice.room.ask('invite.send', {
      uid: 'bob',
      text: 'Lunch?',
    });
    const { userName, text } = await bob.waitFor('invite-received', { inviteId, channel });
    assert.deepEqual([userName, text], ['Alice', 'Lunch?']);
    bob.room.sendRinging(inviteId);
    await alice.waitFor('invite-updated', { inviteId, uid: 'bob', state: 'ringing' });
    assert.deepEqual(await bob.room.ask('invite.accept', { inviteId }), { channel });
    await alice.waitFor('invite-updated', { inviteId, state: 'accepted' });
    await assert.rejects(bob.room.ask('invite.accept', { inviteId }), { name: 'invite-not-found' });
    await bob.room.leave();
    await assert.rejects(alice.room.ask('invite.send', { uid: 'bob' }), { name: 'uid-offline' });
    await alice.room.leave();
  });

  test('lets the server choose names, and takes numbers', async () => {
    const alice = await join(7, '');
    const bob = await join('7', 4711);
    assert.match(alice.result.uid, /^\d+$/);
    assert.equal(bob.result.uid, '4711');
    assert.deepEqual(
      bob.result.members.map(({ uid }) => uid),
      [alice.result.uid],
    );
    const id = await alice.room.publish({ audio: true });
    assert.equal((await bob.waitFor('stream-added')).stream.streamId, id);
    await Promise.all([alice.room.leave(), bob.room.leave()]);
  });

  test('shares names and a text', async () => {
    const alice = await join('shared', 'alice');
    const bob = await join('shared', 'bob');
    await alice.room.updateMember({ userData: '{"hand": true}' });
    assert.equal((await bob.waitFor('member-updated')).userData, '{"hand": true}');
    await alice.room.updateRoom({ extraInfo: 'Agenda' });
    assert.equal((await bob.waitFor('room-updated')).extraInfo, 'Agenda');
    await alice.waitFor('room-updated');
    assert.equal(alice.room.extraInfo, 'Agenda');
    const carol = await join('shared', 'carol');
    assert.equal(carol.result.extraInfo, 'Agenda');
    assert.equal(carol.room.members.get('alice').userData, '{"hand": true}');
    alice.room.sendQuality(1, 2);
    assert.deepEqual(await bob.waitFor('quality'), [{ uid: 'alice', up: 1, down: 2 }]);
    await Promise.all([alice, bob, carol].map(({ room }) => room.leave()));
  });

  test('tells of streams only, where nothing else is wanted', async () => {
    const alice = await join('quiet', 'alice', { userUpdates: false });
    const bob = await join('quiet', 'bob');
    await bob.room.publish({ ...CAMERA, streamId: 'quiet' });
    await alice.waitFor('stream-added');
    await bob.room.leave();
    await alice.waitFor('stream-removed');
    assert.deepEqual(alice.names('member-joined', 'member-left'), []);
    await alice.room.leave();
  });

  test('is joined and left twenty times', async () => {
    const alice = await join('again', 'alice');
    const bob = new Member(server.url);
    for (let i = 0; i < 20; i += 1) {
      await bob.room.join({ channel: 'again', uid: 'bob' });
      await bob.room.leave();
    }
    await alice.room.publish({ ...CAMERA, streamId: 'again' });
    const last = await join('again', 'last');
    assert.deepEqual(last.names('member-joined'), ['member-joined']);
    await alice.waitFor('member-joined', { uid: 'last' });
    assert.equal(alice.payloads('member-left').length, 20);
    await Promise.all([alice.room.leave(), last.room.leave()]);
  });

  test('refuses what is wrong, with the names of the protocol', async () => {
    const alice = await join('errors', 'alice');
    const bob = new Member(server.url);
    const twice = bob.room.join({ channel: 'errors', uid: 'alice' });
    await assert.rejects(twice, { code: 1005, name: 'uid-taken', message: /‘alice’/ });
    assert.deepEqual([bob.room.state, bob.room.reason], ['closed', 'refused']);
    for (const [params, name] of [
      [{ channel: 'a"b' }, 'room-name-invalid'],
      [{ channel: '' }, 'room-name-invalid'],
      [{ channel: 'errors', uid: 'é' }, 'uid-invalid'],
      [{ channel: 'errors', token: 'secret' }, 'token-malformed'],
    ])
      await assert.rejects(bob.room.join(params), { name });
    assert.deepEqual(bob.names('closed'), []);

    await assert.rejects(alice.room.join({ channel: 'errors' }), { name: 'wrong-state' });
    await assert.rejects(alice.room.publish({}), { name: 'invalid-params' });
    await assert.rejects(alice.room.publish({ streamId: 'a b', audio: true }), {
      name: 'stream-id-invalid',
    });
    await assert.rejects(alice.room.subscribe('none', { audio: true }), {
      name: 'stream-not-found',
    });
    await assert.rejects(alice.room.unpublish('none'), { name: 'stream-not-found' });
    await assert.rejects(alice.room.setRole('bob', 'audience'), { name: 'grant-missing' });
    await alice.room.publish({ ...CAMERA, streamId: 'twice' });
    await assert.rejects(alice.room.publish({ ...CAMERA, streamId: 'twice' }), {
      name: 'stream-id-taken',
    });
    await alice.room.leave();
    await assert.rejects(alice.room.publish(CAMERA), { name: 'not-joined' });
    await alice.room.leave();
  });

  test('ends what waits when it is left', async () => {
    const alice = await join('leaving', 'alice');
    const publishing = alice.room.publish({ ...CAMERA, streamId: 'leaving' });
    const left = alice.room.leave();
    await assert.rejects(publishing, { name: 'ABORTED' });
    await alice.room.join({ channel: 'leaving', uid: 'alice' });
    await left;
    assert.equal(alice.room.state, 'joined');
    await alice.room.leave();
    const joining = alice.room.join({ channel: 'leaving' });
    await alice.room.leave();
    await assert.rejects(joining, { name: 'ABORTED' });
    assert.deepEqual(alice.names('closed', 'stream-lost'), []);
  });

  test('cannot be joined where no server is', async () => {
    const nobody = new Member('ws://127.0.0.1:9');
    await assert.rejects(nobody.room.join({ channel: 'a' }), { name: 'server-unreachable' });
    assert.equal(nobody.room.reason, 'lost');
    const nowhere = new Member('nowhere');
    await assert.rejects(nowhere.room.join({ channel: 'a' }), { name: 'invalid-params' });
    assert.equal(nowhere.room.state, 'idle');
  });
});

describe('tokens', () => {
  let server;

  before(async () => {
    server = await Server.start(['--auth=token', `--config=${writeKeyFile()}`]);
  });
  after(() => server.end());

  const join = (params) => Member.join(server.url, { channel: 'tokens', ...params });

  for (const [about, token, name] of [
    ['none', undefined, 'token-required'],
    ['another secret', () => mint({}, 'another-secret-of-32-characters!!'), 'token-signature'],
    ['expired', () => mint({ exp: 1 }), 'token-expired'],
    ['not yet', () => mint({ nbf: Math.floor(Date.now() / 1000) + 600 }), 'token-not-yet-valid'],
    ['another room', () => mint({ room: 'other' }), 'token-other-room'],
    ['another uid', () => mint({ sub: 'mallory' }), 'token-other-uid'],
    ['another app', () => mint({ appKey: 'nobody' }), 'app-key-unknown'],
  ])
    test(`with ${about} nobody gets in`, () =>
      assert.rejects(join({ uid: 'alice', token: token?.() }), { name }));

  test('say who somebody is', async () => {
    const alice = await join({ token: mint({ sub: 'alice', role: 'audience' }) });
    assert.deepEqual([alice.result.uid, alice.result.role], ['alice', 'audience']);
    await assert.rejects(alice.room.publish(CAMERA), { name: 'grant-missing' });
    await alice.room.leave();
  });

  test('are renewed, with other rights', async () => {
    const soon = Math.floor(Date.now() / 1000) + 25;
    const alice = await join({ uid: 'alice', token: mint({ exp: soon }) });
    assert.ok((await alice.waitFor('token-will-expire')).expiresIn <= 25);
    await assert.rejects(alice.room.renewToken('nonsense'), { name: 'token-malformed' });
    await assert.rejects(alice.room.renewToken(mint({ sub: 'bob' })), { name: 'token-other-uid' });
    await alice.room.renewToken(mint({ grants: ['subscribe'] }));
    assert.deepEqual((await alice.waitFor('role-changed')).grants, ['subscribe']);
    assert.deepEqual(alice.room.grants, ['subscribe']);
    assert.deepEqual(alice.names('token-renewed'), ['token-renewed']);
    await alice.room.leave();
  });

  test('that end, end the membership', async () => {
    const exp = Math.floor(Date.now() / 1000) + 4;
    const alice = await join({ uid: 'alice', token: mint({ exp }) });
    const closed = await alice.waitFor('closed');
    assert.equal(closed.reason, 'expired');
    assert.deepEqual([alice.room.state, alice.room.reason], ['closed', 'expired']);
  });

  test('let a second login replace the first, which stays out', async () => {
    const first = await join({ uid: 'alice', token: mint({ sub: 'alice' }) });
    const second = await join({ uid: 'alice', token: mint({ sub: 'alice' }) });
    assert.equal((await first.waitFor('closed')).reason, 'replaced');
    assert.equal(first.room.state, 'closed');
    assert.equal(second.room.state, 'joined');
    await second.room.leave();
  });

  test('change roles, and what was published comes back', async () => {
    const admin = await join({ uid: 'admin', token: mint({ grants: ['admin', 'subscribe'] }) });
    const alice = await join({ uid: 'alice', token: mint() });
    await alice.room.publish(CAMERA);
    await admin.waitFor('stream-added');
    await admin.room.setRole('alice', 'audience');
    assert.equal((await alice.waitFor('stream-lost')).reason, 'unpublished');
    assert.equal((await alice.waitFor('role-changed')).role, 'audience');
    await admin.waitFor('stream-removed');
    const since = admin.mark();
    await admin.room.setRole('alice', 'host');
    assert.equal((await admin.waitFor('stream-added', {}, since)).stream.streamId, 'alice-camera');
    await assert.rejects(admin.room.setRole('nobody', 'host'), { name: 'member-not-found' });
    await Promise.all([admin.room.leave(), alice.room.leave()]);
  });

  test('administrators mute, remove and ban; others may not', async () => {
    const admin = await join({ uid: 'admin', token: mint({ grants: ['admin', 'subscribe'] }) });
    const alice = await join({ uid: 'alice', token: mint() });
    const mute = (member, audio) => member.room.ask('member.mute', { uid: 'alice', audio });
    await assert.rejects(mute(alice, false), { name: 'grant-missing' });
    await alice.room.publish(CAMERA);
    await admin.room.subscribe((await admin.waitFor('stream-added')).stream.streamId, {
      audio: true,
      video: true,
    });
    await alice.waitFor('transport-open', { audio: true });
    await mute(admin, true);
    assert.deepEqual(await alice.waitFor('muted'), { audio: true, video: false });
    await alice.waitFor('transport-update', { audio: false, video: true });
    await admin.waitFor('member-updated', { audioMuted: true });
    await admin.room.ask('member.kick', { uid: 'alice', message: 'Be nice' });
    const { reason, message } = await alice.waitFor('closed');
    assert.deepEqual([reason, message], ['kicked', 'Be nice']);

    const again = await join({ uid: 'alice', token: mint() });
    assert.deepEqual(again.room.muted, { audio: true, video: false }, 'as long as the room lasts');
    await admin.room.ask('member.ban', { uid: 'alice', seconds: 600 });
    assert.equal((await again.waitFor('closed')).reason, 'banned');
    await assert.rejects(join({ uid: 'alice', token: mint() }), { name: 'banned' });
    await admin.room.ask('member.unban', { uid: 'alice' });
    const last = await join({ uid: 'alice', token: mint() });
    await admin.room.ask('room.close', {}).catch(() => {});
    assert.equal((await last.waitFor('closed')).reason, 'closed');
    assert.equal((await admin.waitFor('closed')).reason, 'closed');
  });
});
