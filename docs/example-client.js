// SPDX-License-Identifier: LGPL-2.1-or-later
// A client of protocol.md without the SDK; a lost connection ends its call.
/** @type {any} */
const form = document.forms[0];
const videos = document.querySelector('main');
const transports = new Map();
const answers = new Map();
let socket, media, lastId, lastSeq;

function send(method, params, id) {
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
}

function request(method, params) {
  send(method, params, ++lastId);
  return new Promise((resolve, reject) => answers.set(lastId, { resolve, reject }));
}

function show(srcObject, muted) {
  const video = document.createElement('video');
  videos.append(Object.assign(video, { srcObject, muted, autoplay: true, width: 320 }));
  return video;
}

function tell({ message }) {
  form.state.value = message;
}

function watch({ streamId }) {
  request('stream.subscribe', { streamId, audio: true, video: true }).catch(tell);
}

function setWanted(pc, wanted) {
  for (const sender of pc?.getSenders() ?? []) {
    const parameters = sender.getParameters();
    parameters.encodings[0].active = wanted[sender.track.kind];
    sender.setParameters(parameters);
  }
}

async function describe(pc, transportId) {
  await pc.setLocalDescription();
  send('transport.description', { transportId, ...pc.localDescription.toJSON() });
}

const events = {
  'stream.added': watch,

  async 'transport.open'({ transportId, role, iceServers, ...wanted }) {
    /** @type {any} */
    const pc = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    transports.set(transportId, pc);
    let failed = false;
    const playing = () => {
      failed = false;
      send('transport.playing', { transportId });
    };
    const fail = () => {
      if (!failed) send('transport.failed', { transportId, code: 'ice' });
      failed = true;
    };
    setTimeout(() => /new|connecting/.test(pc.connectionState) && fail(), 10000);
    pc.onconnectionstatechange = () => {
      if (/^(dis|fail)/.test(pc.connectionState)) fail();
      else if (failed && pc.connectionState === 'connected') playing();
    };
    pc.onicecandidate = ({ candidate }) => {
      if (candidate) send('transport.candidate', { transportId, ...candidate.toJSON() });
    };
    pc.ontrack = ({ track }) => {
      pc.video ??= show(new MediaStream());
      pc.video.srcObject.addTrack(track);
      pc.video.onloadeddata = playing;
    };
    if (role === 'receiver') return;
    for (const track of media.getTracks()) pc.addTrack(track, media);
    await describe(pc, transportId);
    setWanted(pc, wanted);
  },

  async 'transport.description'({ transportId, ...description }) {
    const pc = transports.get(transportId);
    await pc?.setRemoteDescription(description);
    if (description.type === 'offer' && pc) describe(pc, transportId);
  },

  'transport.candidate'({ transportId, ...candidate }) {
    transports.get(transportId)?.addIceCandidate(candidate);
  },

  'transport.update'({ transportId, ...wanted }) {
    setWanted(transports.get(transportId), wanted);
  },

  'transport.close'({ transportId }) {
    const pc = transports.get(transportId);
    pc?.close();
    pc?.video?.remove();
    transports.delete(transportId);
  },

  'room.closed': ({ reason }) => leave(reason),
};

function receive({ id, method, params, result, error }) {
  if (id) {
    const { resolve, reject } = answers.get(id);
    answers.delete(id);
    return error ? reject(error) : resolve(result);
  }
  return params?.seq === ++lastSeq ? events[method]?.(params) : leave('An event is missing');
}

async function join() {
  media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  show(media, true);
  socket = new WebSocket(form.server.value, 'nertc.v1');
  lastId = lastSeq = 0;
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = () => leave('Not connected');
  await new Promise((resolve) => (socket.onopen = resolve));
  const { uid, members } = await request('room.join', { channel: form.room.value });
  tell({ message: `Joined as ${uid}` });
  for (const { streams } of members) streams.forEach(watch);
  request('stream.publish', { source: 'camera', audio: true, video: true }).catch(tell);
}

function leave(message) {
  if (socket) socket.onclose = null;
  socket?.close(1000);
  transports.forEach((pc) => pc.close());
  transports.clear();
  media?.getTracks().forEach((track) => track.stop());
  videos.replaceChildren();
  tell({ message });
}

form.onsubmit = (event) => {
  event.preventDefault();
  join().catch(({ message }) => leave(message));
};
form.leave.onclick = () => leave('Left');
