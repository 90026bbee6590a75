// SPDX-License-Identifier: LGPL-2.1-or-later
// A page that is a member of a room by nertc.js, as its user would write it: it publishes what its
// made-up camera and microphone show, and plays whatever others send, each uid in its own views.
import assert from 'node:assert/strict';

/** In the page. Leaves globalThis.call: {NERTC, client, local, events, streams}. */
async function joinRoom({ sdk, server, client: options, room, media }) {
  const { default: NERTC } = await import(sdk);
  const client = NERTC.createClient({ server, ...options });
  const call = { NERTC, client, local: null, events: [], streams: new Map() };
  globalThis.call = call;
  const names = ['peer-online', 'peer-leave', 'stream-added', 'stream-removed', 'mute-audio'];
  names.push('stream-subscribed', 'unmute-audio', 'mute-video', 'unmute-video', 'mute-screen');
  names.push('unmute-screen', 'connection-state-change', 'client-banned', 'channel-closed');
  names.push('uid-duplicate', 'stopScreenSharing', 'notAllowedError', 'exception', 'error');
  for (const name of names)
    client.on(name, (event) => {
      const { stream, uid = stream?.getId(), ...more } = event ?? {};
      call.events.push({ name, uid, ...more });
      console.debug(name, uid);
    });
  const viewOf = (uid, mediaType) => {
    const id = `${mediaType.startsWith('a') || mediaType === 'video' ? 'camera' : 'screen'}-${uid}`;
    const found = document.getElementById(id);
    if (found) return found;
    const view = Object.assign(document.createElement('div'), { id });
    document.querySelector('#remote').append(view);
    return view;
  };
  client.on('stream-added', ({ stream }) => {
    call.streams.set(stream.getId(), stream);
    client.subscribe(stream);
  });
  client.on('stream-subscribed', ({ stream, mediaType }) =>
    stream.play(viewOf(stream.getId(), mediaType), { [mediaType]: true }),
  );
  client.on('stream-removed', ({ stream, mediaType }) => stream.stop(mediaType));
  await client.join(room);
  if (!media) return client.getUid();
  call.local = NERTC.createStream({ client, ...media });
  await call.local.init();
  await call.local.play('local');
  await client.publish(call.local);
  return client.getUid();
}

/**
 * Makes the page a member.
 * @param {import('./fixture.mjs').Scene} scene
 * @param {import('./page.mjs').Page} page
 * @param {import('./processes.mjs').Server} server
 * @param {{channelName?: string | number, uid?: string | number, media?: object | null,
 *   token?: string, userName?: string, client?: object}} [options] media: of NERTC.createStream(),
 *   null publishes nothing; client: of NERTC.createClient()
 * @returns {Promise<string | number>} its uid
 */
export function join(scene, page, server, options = {}) {
  return page.run(joinRoom, wordsOf(scene, server, options));
}

/** The same, but as the page's own script would do it: nothing of it counts as a click. */
export async function joinByItself(scene, page, server, options = {}) {
  await page.puppet.evaluateOnNewDocument(joinRoom, wordsOf(scene, server, options));
  await page.goto(scene.origin);
}

function wordsOf(scene, server, options) {
  const { channelName = 'test', media = { audio: true, video: true }, client, ...room } = options;
  const sdk = `${scene.sdk(server)}/nertc.js`;
  return {
    sdk,
    server: server.origin,
    client,
    media,
    room: { channelName, ...room },
  };
}

/** Waits until the page sees pictures and hears the tone of another. */
export async function receives(page, uid, { sender = null, hz = null, count = 10 }) {
  if (sender !== null) await page.untilPicture(`#camera-${uid} video`, sender, { count });
  if (hz !== null) await page.untilTone([soundOf, uid, 'audio'], hz);
}

/** In the page: what one hears of another, for Page.untilTone */
export function soundOf(uid, mediaType) {
  const stream = [...globalThis.call.streams].find(([id]) => `${id}` === `${uid}`)?.[1];
  return stream?.getMediaStream(mediaType);
}

/** Waits for an event of the client whose fields are these. */
export function untilEvent(page, name, fields = {}) {
  return page.until(
    `${name} ${JSON.stringify(fields)}`,
    (wanted) =>
      globalThis.call?.events.find((event) =>
        Object.entries(wanted).every(([key, value]) => event[key] === value),
      ),
    { name, ...fields },
  );
}

/** Leaves, and finds that nothing is left open: no connection, no track of a device. */
export async function leave(page) {
  await page.run(() => globalThis.call.client.destroy());
  const open = await page.run(() => [probe.openConnections(), probe.liveTracks()]);
  assert.deepEqual(open, [0, 0], 'connections and tracks that are open after leaving');
}
