// SPDX-License-Identifier: LGPL-2.1-or-later
// The ground that the other tests in browsers stand on: the fixture, and what it fails on.
import assert from 'node:assert/strict';

import { inEachBrowser } from './fixture.mjs';

/** A call of the page with itself, its camera shown in #remote video. */
async function callItself() {
  const [one, two] = [new RTCPeerConnection(), new RTCPeerConnection()];
  one.onicecandidate = ({ candidate }) => two.addIceCandidate(candidate);
  two.onicecandidate = ({ candidate }) => one.addIceCandidate(candidate);
  const video = document.createElement('video');
  document.querySelector('#remote').append(video);
  two.ontrack = ({ streams }) => {
    if (video.srcObject) return;
    video.srcObject = streams[0];
    video.play();
  };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  for (const track of stream.getTracks()) one.addTrack(track, stream);
  await one.setLocalDescription();
  await two.setRemoteDescription(one.localDescription);
  await two.setLocalDescription();
  await one.setRemoteDescription(two.localDescription);
}

inEachBrowser('sends a coded picture and a tone to itself', async (scene) => {
  const page = await scene.page({ probe: { code: 5, tone: 700 } });
  await page.run(callItself);
  const picture = await page.untilPicture('#remote video', 5);
  assert.ok(picture.width >= 320, 'a picture that can be read');
  await page.untilTone('#remote video', 700);
  assert.deepEqual(await page.run(() => [probe.openConnections(), probe.liveTracks()]), [2, 2]);
});

inEachBrowser('has devices of its own, too', async (scene) => {
  const page = await scene.page({ probe: { camera: false } });
  const kinds = await page.run(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    return stream.getTracks().map(({ kind }) => kind);
  });
  assert.deepEqual(kinds.sort(), ['audio', 'video']);
  assert.ok(
    await page.run(() => navigator.mediaDevices.enumerateDevices().then((all) => all.length)),
  );
});

inEachBrowser('tells what a page complains of', async (scene) => {
  const page = await scene.page();
  await page.run(() => {
    console.error('on the console');
    setTimeout(() => {
      throw new Error('nobody catches');
    });
    const image = new Image();
    image.src = 'http://192.0.2.1/';
    document.body.append(image);
  });
  await page.until('a violation', () => probe.violations.length);
  const complaints = (await page.complaints()).join('\n');
  for (const part of [/on the console/, /nobody catches/, /img-src/])
    assert.match(complaints, part);
  page.allowErrors(/./);
  assert.match((await page.complaints()).join(), /^img-src/, 'a policy is never excused');
  await page.run(() => probe.violations.splice(0));
});
inEachBrowser('opens what nertc-server serves at /', async (scene) => {
  const server = await scene.server();
  const page = await scene.page();
  page.allowErrors(/404/); // the icon that Chromium asks each site for
  await page.goto(server.origin);
  assert.equal(await page.run(() => location.href), `${server.origin}/`);
});

inEachBrowser('finds what keeps some people off', async (scene) => {
  const page = await scene.page();
  await page.run(() => (document.querySelector('#local').innerHTML = '<img src="data:,">'));
  assert.match((await page.findBarriers()).join('\n'), /^image-alt: .*#local|^image-alt: .*img/m);
});
