// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls of browsers with lines of gst-launch, and with each other: what one shows and plays is what
// the other sees and hears.
import assert from 'node:assert/strict';

import { inBrowser, inEachBrowser } from './fixture.mjs';
import { join, leave, receives, soundOf, untilEvent } from './member-page.mjs';

const SCREEN = 9; // the code in the made-up screens of all pages
const TIMES = 20;

const clear = (share) => share > 0.9;

/** A page that sends code 1 and 450 Hz, and a member that sends code 2 and 800 Hz. */
async function pageAndMember(scene, { options = {}, member = [] } = {}) {
  const server = await scene.server();
  const page = await scene.page({ probe: { code: 1, tone: 450 } });
  const other = scene.member(server, '--uid=7', '--code=2', '--tone=800', ...member);
  await join(scene, page, server, { uid: 5, ...options });
  return { server, page, other };
}

async function memberReceives(member, sender, hz, options = {}) {
  const first = await member.waitEvent('picture', { sender }, options);
  const later = (counter) => counter !== null && counter !== first.counter;
  await member.waitEvent('picture', { sender, counter: later }, options);
  await member.waitEvent('sound', { hz, share: clear }, options);
}

inEachBrowser('picture and tone, both ways, with gst-launch', async (scene) => {
  const { page, other } = await pageAndMember(scene);
  await Promise.all([receives(page, 7, { sender: 2, hz: 800 }), memberReceives(other, 1, 450)]);
  assert.deepEqual(other.events('error'), []);
  const member = await untilEvent(page, 'stream-added', { uid: 7, mediaType: 'video' });
  assert.equal(member.uid, 7, 'a number, as the page joined by one');
  await leave(page);
  await other.waitMessage('member-left', { uid: '5', reason: 'left' });
});

inEachBrowser('mute is told, seen and heard', async (scene) => {
  const { page, other } = await pageAndMember(scene);
  await Promise.all([receives(page, 7, { sender: 2, hz: 800 }), memberReceives(other, 1, 450)]);
  // The page's
  let mark = other.mark();
  await page.run(() => call.local.muteAudio());
  await other.waitMessage('stream-updated', { uid: '5', 'audio-muted': true }, { since: mark });
  await other.waitEvent('sound', { level: (level) => level < 0.01 }, { since: mark });
  await page.run(() => call.local.muteVideo());
  await other.waitMessage('stream-updated', { uid: '5', 'video-muted': true }, { since: mark });
  mark = other.mark();
  await page.run(() => Promise.all([call.local.unmuteAudio(), call.local.unmuteVideo()]));
  await memberReceives(other, 1, 450, { since: mark });
  // The other's
  other.say('mute audio_0 on');
  await untilEvent(page, 'mute-audio', { uid: 7 });
  await page.untilSilence([soundOf, 7, 'audio']);
  other.say('mute video_0 on');
  await untilEvent(page, 'mute-video', { uid: 7 });
  other.say('mute audio_0 off');
  await untilEvent(page, 'unmute-audio', { uid: 7 });
  other.say('mute video_0 off');
  await untilEvent(page, 'unmute-video', { uid: 7 });
  await receives(page, 7, { sender: 2, hz: 800 });
});

inEachBrowser('sound alone, both ways', async (scene) => {
  const { page, other } = await pageAndMember(scene, {
    options: { media: { audio: true, video: false } },
    member: ['--no-video'],
  });
  await Promise.all([
    receives(page, 7, { hz: 800 }),
    other.waitEvent('sound', { hz: 450, share: clear }),
  ]);
  assert.deepEqual(other.events('picture'), []);
});

inEachBrowser('a shared screen beside the camera', async (scene) => {
  const { page, other, server } = await pageAndMember(scene, {
    options: { media: { audio: true, video: true, screen: true } },
    member: ['--no-video', '--receive='],
  });
  await other.waitMessage('stream-added', { uid: '5', 'stream-source': 'camera' });
  await other.waitMessage('stream-added', { uid: '5', 'stream-source': 'screen' });
  const watcher = await scene.page({ name: 'watcher' });
  await join(scene, watcher, server, { uid: 6, media: null });
  await receives(watcher, 5, { sender: 1, hz: 450 });
  await watcher.untilPicture('#screen-5 video', SCREEN);
  const mark = other.mark();
  await page.run(() => call.client.unpublish(call.local, 'screen'));
  await other.waitMessage('stream-removed', { uid: '5' }, { since: mark });
  await untilEvent(watcher, 'stream-removed', { uid: 5, mediaType: 'screen' });
  await receives(watcher, 5, { sender: 1 });
});

inBrowser('two pages', async (scene) => {
  const server = await scene.server();
  const one = await scene.page({ probe: { code: 1, tone: 450 }, name: 'one' });
  const two = await scene.page({ probe: { code: 2, tone: 800 }, name: 'two', kind: 'firefox' });
  await Promise.all([
    join(scene, one, server, { uid: 'one', userName: '<b>One</b>' }),
    join(scene, two, server, { uid: 'two' }),
  ]);
  await untilEvent(two, 'stream-added', { uid: 'one', mediaType: 'video' });
  await Promise.all([
    receives(one, 'two', { sender: 2, hz: 800 }),
    receives(two, 'one', { sender: 1, hz: 450 }),
  ]);
  await Promise.all([leave(one), leave(two)]);
});

inBrowser('four members, of each kind', async (scene) => {
  const small = { width: 320, height: 240, rate: 10 };
  const server = await scene.server();
  const first = scene.member(server, '--uid=3', '--code=3', '--tone=600', '--size=320x240');
  const last = scene.member(server, '--uid=4', '--code=4', '--tone=1000', '--size=320x240');
  const one = await scene.page({ name: 'one', probe: { code: 1, tone: 450, ...small } });
  const two = await scene.page({
    ...{ name: 'two', kind: 'firefox' },
    probe: { code: 2, tone: 800, ...small },
  });
  await Promise.all([join(scene, one, server, { uid: 1 }), join(scene, two, server, { uid: 2 })]);
  const all = [1, 2, 3, 4].map((uid) => ({ uid, sender: uid, hz: [450, 800, 600, 1000][uid - 1] }));
  for (const page of [one, two])
    for (const other of all.filter(({ uid }) => uid !== (page === one ? 1 : 2)))
      await receives(page, other.uid, { ...other, count: 3 });
  // A line of gst-launch shows and plays one after the other: here whom it has come to know first.
  for (const member of [first, last]) {
    await member.waitEvent('picture', { sender: (sender) => sender !== null });
    await member.waitMessage('stream-added', { uid: '1' });
    await member.waitMessage('stream-added', { uid: '2' });
  }
});

inEachBrowser('leaves and comes again, and leaves nothing open', async (scene) => {
  const { page, other, server } = await pageAndMember(scene);
  await receives(page, 7, { sender: 2, count: 1 });
  for (let i = 1; i < TIMES; i += 1) {
    await page.run(() => call.client.leave());
    assert.equal(await page.run(() => probe.openConnections()), 0, 'connections after a leave');
    await page.run(async () => {
      call.events.length = 0;
      await call.client.join({ channelName: 'test', uid: 5 });
      await call.client.publish(call.local);
    });
    await untilEvent(page, 'stream-subscribed', { uid: 7, mediaType: 'video' });
  }
  await receives(page, 7, { sender: 2, hz: 800 });
  assert.equal(await page.run(() => probe.liveTracks()), 2, 'one camera, one microphone');
  await page.until('one transport each way', () => probe.openConnections() === 2);
  const watcher = await scene.page({ name: 'watcher' });
  await join(scene, watcher, server, { uid: 6, media: null });
  const uids = await watcher.run(() => call.client.getMembers().map(({ uid }) => uid));
  assert.deepEqual(uids.filter((uid) => uid !== 6).sort(), [5, 7]);
  await leave(page);
  await untilEvent(watcher, 'peer-leave', { uid: 5 });
  assert.equal((await other.waitMessages('member-left', { uid: '5' }, TIMES)).length, TIMES);
});

const VP9 = 'vp9enc deadline=1 cpu-used=8 target-bitrate=800000';
const H264 = 'x264enc tune=zerolatency speed-preset=ultrafast bitrate=800 key-int-max=60';

// Debian's Firefox has no H264: it would fetch a decoder from elsewhere.
for (const [kind, codec, line] of [
  ['chromium', 'vp9', VP9],
  ['firefox', 'vp9', VP9],
  ['chromium', 'h264', H264],
])
  inCodec(kind, codec, line);

function inCodec(kind, codec, line) {
  const body = async (scene) => {
    const { page, other } = await pageAndMember(scene, {
      options: { client: { codec } },
      member: ['--size=320x240', `--encoder=${line}`],
    });
    await Promise.all([receives(page, 7, { sender: 2, hz: 800 }), memberReceives(other, 1, 450)]);
    assert.deepEqual(await page.run(codecsInUse), { sent: codec, received: codec });
  };
  inBrowser(`${codec} both ways`, body, { kind });
}

/** In the page: which codecs the pictures have that it sends and gets */
async function codecsInUse() {
  const found = {};
  for (const connection of probe.allConnections()) {
    const report = await connection.getStats();
    for (const { type, kind, codecId } of report.values())
      if (kind === 'video' && /^(in|out)bound-rtp$/.test(type))
        found[type === 'inbound-rtp' ? 'received' : 'sent'] = report
          .get(codecId)
          ?.mimeType.slice('video/'.length)
          .toLowerCase();
  }
  return found;
}
