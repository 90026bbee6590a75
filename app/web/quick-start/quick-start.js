// SPDX-License-Identifier: LGPL-2.1-or-later
// The smallest page with the SDK: one joins a room, is seen and heard, sees and hears all others.
import NERTC from '../nertc.js';

const VIEW = { width: 320, height: 240, cut: true };

const form = document.querySelector('form');
const { start, end, resume, status } = /** @type {any} */ (form.elements);
const remoteViews = document.querySelector('#remote-views');

/** @type {import('../nertc.js').Client | null} */
let client = null;
/** @type {import('../nertc.js').LocalStream | null} */
let localStream = null;
/** uid → the figure in which the member is shown */
const figures = new Map();

function say(text) {
  status.value = text;
}

function viewOf(uid) {
  if (!figures.has(uid)) {
    const figure = document.createElement('figure');
    const view = document.createElement('div');
    const caption = document.createElement('figcaption');
    view.className = 'view';
    caption.textContent = uid;
    figure.append(view, caption);
    remoteViews.append(figure);
    figures.set(uid, figure);
  }
  return figures.get(uid).firstElementChild;
}

function removeView(uid) {
  figures.get(uid)?.remove();
  figures.delete(uid);
}

/** What others do. Registered before join(), so that nothing is missed. */
function listen() {
  client.on('peer-leave', ({ uid }) => removeView(uid));
  client.on('stream-added', ({ stream }) => {
    client.subscribe(stream).catch(({ message }) => say(message));
  });
  client.on('stream-subscribed', ({ stream }) => {
    stream.setRemoteRenderMode(VIEW);
    stream.play(viewOf(stream.getId())).catch(({ message }) => say(message));
  });
  client.on('stream-removed', ({ stream, mediaType }) => stream.stop(mediaType));
  client.on('notAllowedError', () => (resume.hidden = false));
  for (const name of /** @type {const} */ (['client-banned', 'channel-closed', 'uid-duplicate']))
    client.on(name, (evt) => endCall(`Out of the room: ${'message' in evt ? evt.message : name}`));
}

async function openLocalStream() {
  localStream = NERTC.createStream({ client, audio: true, video: true });
  localStream.setVideoProfile({
    resolution: NERTC.VIDEO_QUALITY.VIDEO_QUALITY_480p,
    frameRate: NERTC.VIDEO_FRAME_RATE.CHAT_VIDEO_FRAME_RATE_30,
  });
  await localStream.init();
  localStream.setLocalRenderMode(VIEW);
  await localStream.play('local-view');
  await client.publish(localStream);
}

async function startCall() {
  const fields = Object.fromEntries(new FormData(form));
  const { channelName, uid, appkey, token } = /** @type {Record<string, string>} */ (fields);
  client = NERTC.createClient({ appkey, debug: true });
  listen();
  await client.join({ channelName, uid, token });
  say(`In the room as ${client.getUid()}`);
  await openLocalStream();
}

async function endCall(text) {
  await client?.destroy();
  client = localStream = null;
  [...figures.keys()].forEach(removeView);
  start.disabled = false;
  end.disabled = resume.hidden = true;
  say(text);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  start.disabled = true;
  end.disabled = false;
  startCall().catch(({ message }) => say(message));
});
end.addEventListener('click', () => endCall('The call has ended'));
resume.addEventListener('click', () => {
  client.resume();
  resume.hidden = true;
});
