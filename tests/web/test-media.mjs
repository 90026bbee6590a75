// SPDX-License-Identifier: LGPL-2.1-or-later
// What a browser and GStreamer agree upon for the packets of a call, and that it has its effect.
import assert from 'node:assert/strict';

import { inEachBrowser } from './fixture.mjs';
import { join, receives } from './member-page.mjs';

const TRANSPORT_WIDE = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

async function pageAndMember(scene, probe = {}) {
  const server = await scene.server();
  const page = await scene.page({ probe: { code: 1, tone: 450, ...probe } });
  const other = scene.member(server, '--uid=7', '--code=2', '--tone=800', '--size=320x240');
  await join(scene, page, server, { uid: 5 });
  await Promise.all([receives(page, 7, { sender: 2 }), other.waitEvent('picture', { sender: 1 })]);
  return { page, other };
}

/** In the page: of each connection the offer and the answer */
function descriptions() {
  return probe
    .allConnections()
    .filter(({ connectionState }) => connectionState === 'connected')
    .map(({ localDescription, remoteDescription }) =>
      localDescription.type === 'offer'
        ? {
            sender: 'page',
            offer: localDescription.sdp,
            answer: remoteDescription.sdp,
          }
        : {
            sender: 'member',
            offer: remoteDescription.sdp,
            answer: localDescription.sdp,
          },
    );
}

const sectionOf = (sdp, medium) =>
  sdp.split(/^m=/m).find((section) => section.startsWith(medium)) ?? '';

inEachBrowser('packets are counted and sent again, both ways', async (scene) => {
  const { page } = await pageAndMember(scene);
  const found = await page.run(descriptions);
  assert.deepEqual(found.map(({ sender }) => sender).sort(), ['member', 'page']);
  for (const { sender, offer, answer } of found) {
    const video = sectionOf(answer, 'video');
    assert.ok(video.includes(TRANSPORT_WIDE), `${sender}: the answer counts packets of video`);
    assert.match(video, /^a=rtcp-fb:\d+ nack\r$/m, `${sender}: the answer asks for packets again`);
    assert.match(video, /^a=rtpmap:\d+ rtx\/90000\r$/m, `${sender}: and takes them`);
    assert.doesNotMatch(sectionOf(answer, 'audio'), / nack\r$/m, `${sender}: but not of audio`);
    assert.match(offer, /^a=ssrc-group:FID /m, `${sender}: the offer tells which belong together`);
  }
});

/** In the page: the sides of the pictures that it sends, smaller by a factor */
async function scaleDown(factor) {
  for (const connection of probe.allConnections())
    for (const sender of connection.getSenders().filter(({ track }) => track?.kind === 'video')) {
      const parameters = sender.getParameters();
      parameters.encodings[0].scaleResolutionDownBy = factor;
      await sender.setParameters(parameters);
    }
}

// As a browser does by itself when the machine, or the path, is too slow
inEachBrowser('pictures may become smaller and larger', async (scene) => {
  const { page, other } = await pageAndMember(scene, {
    width: 640,
    height: 480,
  });
  await other.waitEvent('picture', { sender: 1, size: '640x480' });
  await page.run(scaleDown, 2);
  await other.waitEvent('picture', { sender: 1, size: '320x240' });
  await page.run(scaleDown, 1);
  await other.waitEvent('picture', { sender: 1, size: '640x480' }, { since: other.mark() });
  assert.deepEqual(other.events('error'), []);
});
