// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices, playing and figures of nertc.js, with what the browsers themselves make of them.
import assert from 'node:assert/strict';

import { inBrowser, inEachBrowser } from './fixture.mjs';
import { join, joinByItself, leave, receives, soundOf, untilEvent } from './member-page.mjs';

const WITHOUT_CLICK = '--autoplay-policy=document-user-activation-required';

/** A page in the room, with nothing published. */
async function pageAlone(scene, { probe = {}, ...options } = {}) {
  const server = await scene.server();
  const page = await scene.page({ probe, ...options });
  await join(scene, page, server, { uid: 5, media: null });
  return { server, page };
}

inEachBrowser('sends what the devices of the browser give', async (scene) => {
  const { server, page } = await pageAlone(scene, { probe: { camera: false } });
  const member = scene.member(server, '--uid=7', '--no-video', '--no-audio');
  await page.run(async () => {
    const [camera] = await call.NERTC.getCameras(true);
    const [microphone] = await call.NERTC.getMicrophones();
    const ids = { cameraId: camera.deviceId, microphoneId: microphone.deviceId };
    call.local = call.NERTC.createStream({ audio: true, video: true, ...ids });
    await call.local.init();
    await call.client.publish(call.local);
  });
  await member.waitEvent('picture', { size: (size) => size });
  await member.waitEvent('sound', { level: (level) => level > 0.001 });
  await leave(page);
});

inBrowser('takes what it sends along into another room, and closes nothing', async (scene) => {
  const server = await scene.server();
  const before = scene.member(server, '--channel=a', '--uid=7', '--no-video', '--no-audio');
  const after = scene.member(server, '--channel=b', '--uid=8', '--code=6', '--receive=video');
  const page = await scene.page({ probe: { code: 4 } });
  const uid = await join(scene, page, server, { channelName: 'a' });
  await before.waitEvent('picture', { sender: 4 });
  await page.run(() => call.client.switchChannel({ channelName: 'b' }));
  await after.waitEvent('picture', { sender: 4 });
  await receives(page, 8, { sender: 6, count: 2 });
  await before.waitMessage('member-left', { uid: String(uid), reason: 'left' });
  assert.equal(await page.run(() => call.client.getUid()), uid);
  await leave(page);
});

inEachBrowser('opens each device once, and closes all', async (scene) => {
  const { page } = await pageAlone(scene);
  const live = () => page.run(() => probe.liveTracks());
  await page.run(async () => {
    call.local = call.NERTC.createStream({ audio: true, video: true });
    await Promise.all([call.local.init(), call.local.init()]);
    await call.local.init();
  });
  assert.equal(await live(), 2);
  await page.run(() => call.local.close({ type: 'video' }));
  assert.equal(await live(), 1);
  await page.run(async () => {
    const late = call.NERTC.createStream({ audio: true, video: true });
    const opening = late.init().catch(({ name }) => name);
    late.destroy();
    await opening;
    call.local.destroy();
  });
  assert.equal(await live(), 0);
});

inEachBrowser('says in plain words what keeps a device from it', async (scene) => {
  const { page } = await pageAlone(scene);
  const refused = await page.run(async () => {
    const found = [];
    for (const name of ['NotAllowedError', 'NotFoundError', 'NotReadableError']) {
      probe.deny = name;
      const stream = call.NERTC.createStream({ audio: true, video: true });
      const { code, message } = await stream.init().catch((error) => error);
      found.push([code, message]);
    }
    return [...found, probe.liveTracks()];
  });
  assert.equal(refused.pop(), 0);
  assert.deepEqual(
    refused.map(([code]) => code),
    [2111, 2112, 2113],
  );
  assert.match(refused[0][1], /^Media access: NotAllowedError/);
});

inEachBrowser('knows what the browser and the machine can do', async (scene) => {
  const { page } = await pageAlone(scene, { probe: { camera: false } });
  const found = await page.run(async () => {
    const system = await call.NERTC.checkSystemRequirements();
    return { ...system, devices: await call.NERTC.getDevices(true) };
  });
  const { result, webRTC, customCapture, camera, microphone, screenSharing } = found;
  assert.deepEqual(
    { result, webRTC, customCapture, camera, microphone, screenSharing },
    {
      ...{ result: true, webRTC: true, customCapture: true },
      ...{ camera: true, microphone: true, screenSharing: true },
    },
  );
  const { VP8, VP9, H264 } = found.videoCodec;
  assert.deepEqual([VP8, VP9, H264], [true, true, scene.kind === 'chromium']);
  assert.deepEqual(found.errInfo, {});
  assert.ok(
    found.devices.video.every(({ label }) => label),
    'names, once that is allowed',
  );
  assert.ok(found.devices.audioIn.length > 0);
});

inEachBrowser('goes over to another camera without a gap, and takes pictures', async (scene) => {
  const { server, page } = await pageAlone(scene, { probe: { code: 3 } });
  const member = scene.member(server, '--uid=7', '--no-video', '--no-audio');
  await page.run(async () => {
    call.local = call.NERTC.createStream({ audio: true, video: true });
    await call.local.init();
    await call.client.publish(call.local);
  });
  await member.waitEvent('picture', { sender: 3 });
  await page.run(async () => {
    probe.settings.code = 4; // what the next camera shows
    await call.local.switchDevice('video', 'any other');
  });
  await member.waitEvent('picture', { sender: 4 });
  assert.equal(await page.run(() => probe.liveTracks()), 2, 'the other one is closed');
  assert.deepEqual(
    member.events('message').filter(({ name }) => name === 'stream-removed'),
    [],
  );
  const size = await page.run(async () => {
    const picture = await createImageBitmap(await call.local.takeSnapshot());
    return `${picture.width}x${picture.height}`;
  });
  assert.equal(size, '640x480');
});

inEachBrowser('publishes what is opened and closed later', async (scene) => {
  const { server, page } = await pageAlone(scene, { probe: { code: 3, tone: 450 } });
  const member = scene.member(server, '--uid=7', '--no-video', '--no-audio');
  await page.run(async () => {
    call.local = call.NERTC.createStream({ audio: true, video: false });
    await call.local.init();
    await call.client.publish(call.local);
  });
  await member.waitEvent('sound', { hz: 450, share: (share) => share > 0.9 });
  await page.run(() => call.local.open({ type: 'video' }));
  await member.waitEvent('picture', { sender: 3 });
  const mark = member.mark();
  await page.run(() => call.local.close({ type: 'audio' }));
  await member.waitMessage('stream-updated', { uid: '5' }, { since: mark });
  await member.waitEvent('picture', { sender: 3 }, { since: mark });
});

// Firefox tells no listener of an event that a script makes on a track.
inBrowser('tells that the user ended sharing the screen', async (scene) => {
  const { page } = await pageAlone(scene);
  await page.run(async () => {
    call.local = call.NERTC.createStream({ screen: true });
    await call.local.init();
    await call.client.publish(call.local);
    // As the browser's own bar does it, which ends the track from outside
    call.local.getVideoTrack('screen').dispatchEvent(new Event('ended'));
  });
  await untilEvent(page, 'stopScreenSharing');
  assert.equal(await page.run(() => call.local.hasScreen()), false);
});

inEachBrowser('tells figures, and who speaks', async (scene) => {
  const { server, page } = await pageAlone(scene, { probe: { code: 1 } });
  scene.member(server, '--uid=7', '--code=2', '--tone=800');
  await receives(page, 7, { sender: 2, hz: 800 });
  await page.run(() => call.client.on('active-speaker', ({ uid }) => (call.speaker = uid)));
  await page.run(async () => {
    call.local = call.NERTC.createStream({ audio: true, video: true });
    await call.local.init();
    await call.client.publish(call.local);
  });
  const remote = await page.until('figures of what is received', async () => {
    const { 7: video } = await call.client.getRemoteVideoStats();
    const { 7: audio } = await call.client.getRemoteAudioStats();
    return video?.RenderFrameRate > 0 && audio?.RecvBitrate > 0 && { video, audio };
  });
  assert.equal(remote.video.CodecType.toUpperCase(), 'VP8');
  assert.equal(remote.video.RecvResolutionWidth, 640);
  assert.equal(remote.audio.CodecType.toUpperCase(), 'OPUS');
  const local = await page.until('figures of what is sent', async () => {
    const [video] = await call.client.getLocalVideoStats();
    return video?.SendFrameRate > 0 && video;
  });
  assert.equal(local.CodecType.toUpperCase(), 'VP8');
});

inBrowser('waits for a click where the browser wants one', async (scene) => {
  const server = await scene.server();
  scene.member(server, '--uid=7', '--code=2', '--tone=800');
  const page = await scene.page({ own: { flags: [WITHOUT_CLICK] } });
  // Whatever a test runs in a page counts as a click there. So the page does it by itself.
  await joinByItself(scene, page, server, { uid: 5, media: null });
  await page.untilSaid(/^notAllowedError/);
  await page.untilPicture('#camera-7 video', 2, { count: 2 });
  const plays = () => [...call.streams.values()][0].isPlaying('audio');
  assert.equal(await page.run(plays), false);
  await page.run(() => document.addEventListener('click', () => call.client.resume()));
  await page.puppet.mouse.click(5, 5);
  await page.until('sound', plays);
  await page.untilTone([soundOf, 7, 'audio'], 800);
});
