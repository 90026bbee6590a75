// SPDX-License-Identifier: LGPL-2.1-or-later
// The API of nertc.js in browsers: what does not fit, devices that fail, codecs, and that nothing is
// left open.
import assert from 'node:assert/strict';

import { inBrowser, inEachBrowser } from './fixture.mjs';

/** Loads the SDK as a page elsewhere does, and collects what the client says. */
async function loadSdk(page, server) {
  await page.run(async (origin) => {
    const { default: NERTC } = await import(`${origin}/nertc.js`);
    globalThis.heard = [];
    globalThis.NERTC_IS_GLOBAL = globalThis.NERTC === NERTC;
    globalThis.makeClient = (options = {}) => {
      const client = NERTC.createClient({ appkey: '', ...options });
      const emit = client.emit.bind(client);
      client.emit = (name, payload) => {
        globalThis.heard.push({ name, payload });
        return emit(name, payload);
      };
      client.on('stream-added', ({ stream }) => client.subscribe(stream));
      client.on('stream-subscribed', ({ stream, mediaType }) =>
        stream.play('remote', { [mediaType]: true }),
      );
      return client;
    };
    /** The name and code of the error that a call ends with */
    globalThis.failure = async (call) => {
      try {
        await call();
      } catch ({ name, code, message }) {
        return { name, code, message };
      }
      return 'no error';
    };
    globalThis.client = globalThis.makeClient();
  }, server.origin);
  return page;
}

const heardOf = (page, name) =>
  page.until(name, (wanted) => globalThis.heard.find((event) => event.name === wanted), name);

const nothingIsOpen = async (page) => {
  await page.until('no device is open', () => globalThis.probe.liveTracks() === 0);
  await page.until('no connection is open', () => globalThis.probe.openConnections() === 0);
};

inEachBrowser(
  'sends the codec that is asked for, at most the bitrate that is allowed',
  async (scene) => {
    const server = await scene.server();
    const page = await loadSdk(await scene.page({ probe: { code: 1 } }), server);
    const member = scene.member(server, '--channel=9', '--uid=3', '--code=2');
    const announced = await page.run(async () => {
      const { NERTC, failure, makeClient } = globalThis;
      const client = makeClient({ codec: 'vp9' });
      globalThis.client = client;
      await client.join({ channelName: 9, uid: 7 });
      const stream = NERTC.createStream({ video: true });
      await stream.setVideoProfile({ bitrate: 150_000 });
      await stream.init();
      await client.publish(stream);
      return failure(() => stream.setVideoProfile({ bitrate: 1 }));
    });
    assert.equal(announced.name, 'INVALID_ARGUMENT');
    await member.waitEvent('picture', { sender: 1 });
    const sent = await page.until('figures', async () => {
      const [video] = await globalThis.client.getLocalVideoStats();
      return video?.SendBitrate > 0 && video;
    });
    assert.equal(sent.CodecType, 'VP9');
    assert.ok(sent.SendBitrate < 300, `${sent.SendBitrate} kbit/s`);
    assert.equal(await page.run(() => globalThis.client.getUid()), 7);
    await page.run(() => globalThis.NERTC.destroy());
    await member.waitMessage('member-left', { uid: '7', reason: 'left' });
    await nothingIsOpen(page);
  },
);

inBrowser('shares a screen beside the camera', async (scene) => {
  const server = await scene.server();
  const sender = await loadSdk(await scene.page({ name: 'sender' }), server);
  const receiver = await loadSdk(await scene.page({ name: 'receiver' }), server);
  await receiver.run(() => globalThis.client.join({ channelName: 'r', uid: 'b' }));
  await sender.run(async () => {
    const { client, NERTC } = globalThis;
    await client.join({ channelName: 'r', uid: 'a' });
    globalThis.stream = NERTC.createStream({ audio: true });
    await globalThis.stream.init();
    await client.publish(globalThis.stream);
    await globalThis.stream.open({ type: 'screen', screenAudio: true });
  });
  await receiver.untilPicture('#remote video', 9);
  const types = () =>
    globalThis.heard
      .filter(({ name }) => name === 'stream-added')
      .map(({ payload }) => payload.mediaType)
      .sort();
  await receiver.until('three kinds', () =>
    globalThis.client.getRemoteStreams()[0].hasAudioSlave(),
  );
  assert.deepEqual(await receiver.run(types), ['audio', 'audioSlave', 'screen']);
  assert.equal(await receiver.run(() => globalThis.client.getRemoteStreams().length), 1);

  await sender.run(() => globalThis.stream.open({ type: 'video' }));
  await receiver.until(
    'the camera as well',
    () => document.querySelectorAll('#remote video').length === 2,
  );

  /* As the bar of the browser does it */
  await sender.run(() => {
    const track = globalThis.stream.getVideoTrack('screen');
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  await heardOf(sender, 'stopScreenSharing');
  await receiver.until('the screen is gone', () =>
    globalThis.heard.some(
      ({ name, payload }) => name === 'stream-removed' && payload.mediaType === 'screen',
    ),
  );
  assert.equal(await sender.run(() => globalThis.stream.hasScreen()), false);
  assert.equal(await sender.run(() => globalThis.stream.hasVideo()), true);
});

inBrowser('says what does not fit', async (scene) => {
  const server = await scene.server();
  const page = await loadSdk(await scene.page(), server);
  const found = await page.run(async () => {
    const { NERTC, client, failure, makeClient } = globalThis;
    const stream = NERTC.createStream({ audio: true });
    const errors = {};
    const note = async (what, call) => {
      const { name, code } = await failure(call);
      errors[what] = `${code} ${name}`;
    };
    await note('publish before join', () => client.publish(stream));
    await note('no room', () => client.join({ uid: 1 }));
    await note('bad room', () => client.join({ channelName: 'é' }));
    await note('bad uid', () => client.join({ channelName: 'r', uid: 1.5 }));
    const joining = client.join({ channelName: 'r', uid: 1 });
    await note('join twice', () => client.join({ channelName: 'r', uid: 1 }));
    await joining;
    await note('join again', () => client.join({ channelName: 'r', uid: 1 }));
    await note('not open', () => client.publish(stream));
    await note('no stream', () => client.publish({}));
    await note('own stream', () => client.subscribe(stream));
    await note('no media type', () => stream.open({ type: 'smell' }));
    await note('no profile', () => stream.setVideoProfile({ resolution: 5 }));
    await note('no element', () => stream.play('nowhere'));
    await note('uid taken', () => makeClient().join({ channelName: 'r', uid: 1 }));
    const other = makeClient();
    const cut = other.join({ channelName: 'r', uid: 2 });
    await note('left while joining', () => Promise.all([cut, other.leave()]));
    await other.join({ channelName: 'r', uid: 2 });
    const theirs = NERTC.createStream({ video: true, client: other });
    await theirs.init();
    await other.publish(theirs);
    while (client.getRemoteStreams().length === 0) await new Promise((r) => setTimeout(r, 20));
    const [remote] = client.getRemoteStreams();
    await other.leave();
    while (client.getRemoteStreams().length > 0) await new Promise((r) => setTimeout(r, 20));
    await note('stream is gone', () => client.subscribe(remote));
    await client.destroy();
    await note('destroyed', () => client.join({ channelName: 'r' }));
    await note('destroyed stream', () => stream.init());
    await NERTC.destroy();
    return errors;
  });
  assert.deepEqual(found, {
    'publish before join': '1001 not-joined',
    'no room': '1003 room-name-invalid',
    'bad room': '1003 room-name-invalid',
    'bad uid': '2102 INVALID_ARGUMENT',
    'join twice': '1002 already-joined',
    'join again': '1002 already-joined',
    'not open': '2005 wrong-state',
    'no stream': '2102 INVALID_ARGUMENT',
    'own stream': '2102 INVALID_ARGUMENT',
    'no media type': '2102 INVALID_ARGUMENT',
    'no profile': '2102 INVALID_ARGUMENT',
    'no element': '2102 INVALID_ARGUMENT',
    'uid taken': '1005 uid-taken',
    'left while joining': '2103 ABORTED',
    'stream is gone': '1011 stream-not-found',
    destroyed: '2005 wrong-state',
    'destroyed stream': '2103 ABORTED',
  });
  await nothingIsOpen(page);
});

inBrowser('leaves no device open', async (scene) => {
  const server = await scene.server();
  const page = await loadSdk(await scene.page(), server);
  const open = () => globalThis.probe.liveTracks();

  await page.run(async () => {
    globalThis.stream = globalThis.NERTC.createStream({ audio: true, video: true });
    await Promise.all([globalThis.stream.init(), globalThis.stream.init()]);
    await globalThis.stream.init();
  });
  assert.equal(await page.run(open), 2, 'init() called three times');
  await page.run(() => globalThis.stream.close({ type: 'video' }));
  assert.equal(await page.run(open), 1, 'the camera is closed');
  await page.run(() => globalThis.stream.switchDevice('audio', 'default'));
  assert.equal(await page.run(open), 1, 'another microphone in place of the first');
  await page.run(() => globalThis.stream.destroy());
  await nothingIsOpen(page);

  const denied = await page.run(async () => {
    const { NERTC, failure, probe } = globalThis;
    const stream = NERTC.createStream({ audio: true, screen: true });
    const own = navigator.mediaDevices.getDisplayMedia;
    navigator.mediaDevices.getDisplayMedia = async (constraints) => {
      const media = await own(constraints);
      probe.deny = 'NotReadableError';
      return media;
    };
    const error = await failure(() => stream.init());
    probe.deny = undefined;
    navigator.mediaDevices.getDisplayMedia = own;
    return { error, hasScreen: stream.hasScreen() };
  });
  assert.equal(denied.error.name, 'NotReadableError');
  assert.match(denied.error.message, /^Media access: NotReadableError/);
  assert.equal(denied.hasScreen, false);
  await heardOf(page, 'beOccupied');
  await nothingIsOpen(page);

  const late = await page.run(async () => {
    const { NERTC, failure } = globalThis;
    const stream = NERTC.createStream({ audio: true, video: true });
    const opening = failure(() => stream.init());
    stream.destroy();
    return opening;
  });
  assert.equal(late.name, 'ABORTED');
  await nothingIsOpen(page);
});

inBrowser('tells of a camera that is gone, and takes the next', async (scene) => {
  const server = await scene.server();
  const page = await loadSdk(await scene.page({ probe: { code: 4 } }), server);
  const member = scene.member(server, '--channel=r', '--uid=3', '--code=2');
  await page.run(async () => {
    const { client, NERTC } = globalThis;
    await client.join({ channelName: 'r', uid: 7 });
    globalThis.stream = NERTC.createStream({ audio: true, video: true });
    await globalThis.stream.init();
    await client.publish(globalThis.stream);
  });
  await member.waitEvent('picture', { sender: 4 });
  await page.run(() => {
    const track = globalThis.stream.getVideoTrack();
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  await heardOf(page, 'videoTrackEnded');
  assert.equal(await page.run(() => globalThis.stream.hasVideo()), false);
  const since = member.mark();
  await page.run(() => globalThis.stream.open({ type: 'video' }));
  await member.waitEvent('picture', { sender: 4 }, { since });
  await member.waitEvent('sound', { hz: 500, share: (share) => share > 0.9 }, { since });
  await page.run(() => globalThis.NERTC.destroy());
  await nothingIsOpen(page);
});

inBrowser('has no devices where the page is not secure', async (scene) => {
  const server = await scene.server();
  const page = await loadSdk(await scene.page(), server);
  const error = await page.run(async () => {
    const { NERTC, failure } = globalThis;
    Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
    const { errInfo } = await NERTC.checkSystemRequirements();
    const stream = NERTC.createStream({ audio: true });
    return { ...(await failure(() => stream.init())), check: errInfo.microphone.message };
  });
  assert.equal(error.name, 'NOT_SUPPORT');
  assert.match(error.message, /https:\/\//);
  assert.match(error.check, /https:\/\//);
});

inBrowser('shows, crops, silences and takes a picture', async (scene) => {
  const server = await scene.server();
  const page = await loadSdk(await scene.page({ probe: { code: 1 } }), server);
  scene.member(server, '--channel=r', '--uid=3', '--code=2', '--tone=800');
  await page.run(async () => {
    const { client, NERTC } = globalThis;
    globalThis.local = NERTC.createStream({ video: true });
    globalThis.local.setLocalRenderMode({ width: 160, height: 160, cut: true });
    await globalThis.local.init();
    await globalThis.local.play('local');
    await client.join({ channelName: 'r', uid: 7 });
  });
  await page.untilPicture('#remote video', 2);
  await page.untilTone('#remote audio', 800);
  const views = await page.run(async () => {
    const [remote] = globalThis.client.getRemoteStreams();
    remote.setRemoteRenderMode({ width: 200, height: 100 });
    remote.setAudioVolume(40);
    await remote.muteAudio();
    const describe = (selector) => {
      const video = document.querySelector(selector);
      const { width, height } = video.getBoundingClientRect();
      const { objectFit, transform } = getComputedStyle(video);
      return `${width}x${height} ${objectFit} ${transform}`;
    };
    const { volume, muted } = document.querySelector('#remote audio');
    const blob = await remote.takeSnapshot();
    const { width, height } = await createImageBitmap(blob);
    const picture = `${blob.type} ${width}x${height}`;
    await remote.muteVideo();
    const { hidden } = document.querySelector('#remote video').parentElement;
    const playing = await remote.isPlaying('video');
    remote.stop();
    const left = document.querySelectorAll('#remote video, #remote audio').length;
    const [local, other] = ['#local video', '#remote video'].map((selector) =>
      document.querySelector(selector) ? describe(selector) : 'none',
    );
    return { volume, muted, picture, hidden, playing, left, local, other };
  });
  assert.deepEqual(views, {
    volume: 0.4,
    muted: true,
    picture: 'image/png 640x480',
    hidden: true,
    playing: true,
    left: 0,
    local: '160x160 cover matrix(-1, 0, 0, 1, 0, 0)',
    other: 'none',
  });
  await page.run(() => globalThis.NERTC.destroy());
  await nothingIsOpen(page);
});
