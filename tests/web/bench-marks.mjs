// SPDX-License-Identifier: LGPL-2.1-or-later
// What runs inside a page that is measured, before its own scripts.

/**
 * Given to the page as text: nothing outside its body is seen there. Leaves globalThis.marks, by name
 * the first time in ms at which something came to pass, and globalThis.connections.
 */
export function install() {
  const marks = {};
  const connections = [];
  Object.assign(globalThis, { marks, connections });
  const mark = (name, at = performance.now()) => (marks[name] ??= at);
  addEventListener('click', ({ timeStamp }) => mark('click', timeStamp), true);

  // Signalling

  globalThis.WebSocket = class extends globalThis.WebSocket {
    constructor(...words) {
      super(...words);
      this.addEventListener('open', () => mark('open'));
      this.addEventListener('message', ({ data }) => {
        const { method, result } = JSON.parse(data);
        if (result) mark('joined');
        if (method === 'transport.open') mark('opened');
      });
    }
  };

  // Connections

  const remote = new Set();
  globalThis.RTCPeerConnection = class extends globalThis.RTCPeerConnection {
    constructor(...words) {
      super(...words);
      connections.push(this);
      this.addEventListener('track', ({ track }) => remote.add(track.id));
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') mark('connected');
      });
    }

    setRemoteDescription(description) {
      if (description.type === 'offer') mark('offer');
      return super.setRemoteDescription(description);
    }

    async setLocalDescription(description) {
      await super.setLocalDescription(description);
      if (this.localDescription.type === 'answer') mark('answered');
    }
  };

  // Pictures

  const isRemote = (video) => video.srcObject?.getVideoTracks().some(({ id }) => remote.has(id));
  document.addEventListener(
    'loadstart',
    ({ target }) =>
      target.requestVideoFrameCallback?.(() => mark(isRemote(target) ? 'frame' : 'preview')),
    true,
  );

  // A camera that sees coarse noise: a picture that takes as many bits as there are, and gets along
  // with few

  function noise(width, height) {
    const canvas = new OffscreenCanvas(width, height);
    const image = new ImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    for (let i = 0; i < words.length; i += 1) words[i] = 0xff000000 | (Math.random() * 0x1000000);
    canvas.getContext('2d').putImageData(image, 0, 0);
    return canvas;
  }

  function noisyTrack(width, height, rate) {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    const pictures = Array.from({ length: 16 }, () => noise(width / 8, height / 8));
    let n = 0;
    setInterval(() => {
      pen.drawImage(pictures[n % pictures.length], 0, 0, width, height);
      n += 1;
    }, 1000 / rate);
    return canvas.captureStream(rate).getVideoTracks()[0];
  }

  if (location.pathname !== '/' && navigator.mediaDevices) {
    const devices = navigator.mediaDevices;
    const own = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = new MediaStream();
      if (constraints.audio)
        stream.addTrack((await own({ audio: constraints.audio })).getAudioTracks()[0]);
      if (constraints.video) stream.addTrack(noisyTrack(640, 480, 30));
      return stream;
    };
  }
}
