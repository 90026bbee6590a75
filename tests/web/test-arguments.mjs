// SPDX-License-Identifier: LGPL-2.1-or-later
// What the SDK's calls do with what they were not made for: each says so by a NertcError, and the call
// goes on.
import assert from 'node:assert/strict';

import { inBrowser } from './fixture.mjs';

/** In the page: what each of @calls gives, or the name of its error. */
async function tryAll(origin, kind) {
  const { default: NERTC } = await import(`${origin}/nertc.js`);
  const answers = {};
  const attempt = async (what, call) => {
    try {
      const value = await call();
      answers[what] = value === undefined ? 'fine' : value;
    } catch (error) {
      answers[what] = error instanceof NERTC.NertcError ? error.name : `no NertcError: ${error}`;
    }
  };
  const client = NERTC.createClient();
  const joinAndLeave = async (options, of = client) => {
    await of.join(options);
    const uid = of.getUid();
    await of.leave();
    return typeof uid;
  };
  const kinds = {
    async room() {
      for (const [what, options] of Object.entries({ null: null, text: 'x', number: 5 }))
        await attempt(`createClient(${what})`, () => void NERTC.createClient(options).destroy());
      for (const [what, channelName] of Object.entries({
        nothing: undefined,
        empty: '',
        long: 'x'.repeat(65),
        umlaut: 'ä',
        'an object': {},
        'a fraction': 1.5,
        'a number': 7,
      }))
        await attempt(`join ${what}`, () => joinAndLeave({ channelName }));
      for (const [what, uid] of Object.entries({
        nothing: undefined,
        null: null,
        empty: '',
        0: 0,
        7: 7,
        '-1': -1,
        umlaut: 'ä',
        'an object': {},
      }))
        await attempt(`uid ${what}`, () => joinAndLeave({ channelName: 'a', uid }));
      await attempt('join()', () => client.join());
      await attempt('token empty', () => joinAndLeave({ channelName: 'a', token: '' }));
      await attempt('token wrong', () => joinAndLeave({ channelName: 'a', token: 'x' }));
      await attempt('userName 7', () => joinAndLeave({ channelName: 'a', userName: 7 }));
      const elsewhere = (server) => NERTC.createClient({ server });
      await attempt('server wrong', () => joinAndLeave({ channelName: 'a' }, elsewhere('nowhere')));
      await attempt('publish before', () => client.publish(NERTC.createStream({ client })));
      await attempt('role', () => client.setClientRole('boss'));
      const both = [client.join({ channelName: 'a' }), client.join({ channelName: 'a' })];
      await attempt('the second join', () => both[1]);
      await attempt('the first', () => both[0]);
      await attempt('joined once', () => client.getConnectionState());
      await attempt('publish nothing', () => client.publish());
      await attempt('subscribe nothing', () => client.subscribe({}));
      await attempt('grant', () => client.setMemberRole('x', 'audience'));
      await attempt('destroy what is none', () => NERTC.destroy({}));
    },
    async streams() {
      await attempt('createStream()', () => void NERTC.createStream());
      await attempt('client', () => void NERTC.createStream({ client: {} }));
      await attempt('source', () => NERTC.createStream({ videoSource: {} }).init());
      const stream = NERTC.createStream({ client, audio: true, video: true });
      await attempt('open', () => stream.open({ type: 'picture' }));
      await attempt('switchDevice', () => stream.switchDevice('screen', 'x'));
      await attempt('snapshot before', () => stream.takeSnapshot());
      await stream.init();
      await stream.init();
      await attempt('play nowhere', () => stream.play('nowhere'));
      await attempt('play in what is none', () => stream.play({}));
      await attempt('volume', () => stream.setCaptureVolume(101));
      await attempt('profile', () => stream.setVideoProfile({ resolution: 9 }));
      await attempt('tracks', () => globalThis.probe.liveTracks());
      stream.destroy();
      await attempt('destroyed', () => stream.init());
      await attempt('tracks after', () => globalThis.probe.liveTracks());
    },
  };
  await kinds[kind]();
  await NERTC.destroy();
  return answers;
}

inBrowser('names of rooms and members, and what needs a room', async (scene) => {
  const server = await scene.server();
  const page = await scene.page();
  assert.deepEqual(await page.run(tryAll, server.origin, 'room'), {
    'createClient(null)': 'fine',
    'createClient(text)': 'INVALID_ARGUMENT',
    'createClient(number)': 'INVALID_ARGUMENT',
    'join nothing': 'room-name-invalid',
    'join empty': 'room-name-invalid',
    'join long': 'room-name-invalid',
    'join umlaut': 'room-name-invalid',
    'join an object': 'INVALID_ARGUMENT',
    'join a fraction': 'INVALID_ARGUMENT',
    'join a number': 'string',
    'uid nothing': 'string',
    'uid null': 'string',
    'uid empty': 'string',
    'uid 0': 'number',
    'uid 7': 'number',
    'uid -1': 'INVALID_ARGUMENT',
    'uid umlaut': 'uid-invalid',
    'uid an object': 'INVALID_ARGUMENT',
    'join()': 'room-name-invalid',
    'token empty': 'string',
    'token wrong': 'token-malformed',
    'userName 7': 'invalid-params',
    'server wrong': 'invalid-params',
    'publish before': 'not-joined',
    role: 'INVALID_ARGUMENT',
    'the second join': 'already-joined',
    'the first': 'fine',
    'joined once': 'CONNECTED',
    'publish nothing': 'INVALID_ARGUMENT',
    'subscribe nothing': 'INVALID_ARGUMENT',
    grant: 'grant-missing',
    'destroy what is none': 'INVALID_ARGUMENT',
  });
});

inBrowser('streams and devices', async (scene) => {
  const server = await scene.server();
  const page = await scene.page();
  assert.deepEqual(await page.run(tryAll, server.origin, 'streams'), {
    'createStream()': 'INVALID_ARGUMENT',
    client: 'INVALID_ARGUMENT',
    source: 'INVALID_ARGUMENT',
    open: 'INVALID_ARGUMENT',
    switchDevice: 'INVALID_ARGUMENT',
    'snapshot before': 'wrong-state',
    'play nowhere': 'INVALID_ARGUMENT',
    'play in what is none': 'INVALID_ARGUMENT',
    volume: 'INVALID_ARGUMENT',
    profile: 'INVALID_ARGUMENT',
    tracks: 2,
    destroyed: 'ABORTED',
    'tracks after': 0,
  });
});
