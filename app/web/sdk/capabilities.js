// SPDX-License-Identifier: LGPL-2.1-or-later
import { supportedCodecs } from './codecs.js';
import { INSECURE } from './media-errors.js';

const CODECS = ['H264', 'H265', 'VP8', 'VP9', 'AV1'];

const hasWebRTC = () =>
  typeof globalThis.RTCPeerConnection === 'function' &&
  'addTransceiver' in RTCPeerConnection.prototype &&
  typeof globalThis.WebSocket === 'function';

const hasDevices = () => typeof globalThis.navigator?.mediaDevices?.getUserMedia === 'function';

const insecure = () => globalThis.isSecureContext === false;

async function hasDevice(kind) {
  if (!hasDevices()) return false;
  const list = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return list.some((device) => device.kind === kind);
}

function deviceProblem(word) {
  if (insecure()) return ['NOT_SUPPORT', `There is no ${word}: ${INSECURE}`];
  if (!hasDevices())
    return ['NOT_SUPPORT', 'This browser has no access to media devices; use another'];
  return ['NotFoundError', `Media access: NotFoundError: there is no ${word}; connect one`];
}

const problems = Object.freeze({
  webRTC: () => ['NOT_SUPPORT', 'This browser has no WebRTC, or it is switched off; use another'],
  customCapture: () => ['NOT_SUPPORT', 'This browser cannot capture a canvas'],
  camera: () => deviceProblem('camera'),
  microphone: () => deviceProblem('microphone'),
  videoCodec: () => ['NOT_SUPPORT', 'This browser has no VP8, which all members have in common'],
  screenSharing: () => [
    'NOT_SUPPORT',
    insecure() ? `No screen can be shared: ${INSECURE}` : 'This browser cannot share the screen',
  ],
});

/** Whether a call is possible at all */
export function checkBrowserCompatibility() {
  return hasWebRTC();
}

export async function getSupportedCodec() {
  return hasWebRTC() ? supportedCodecs() : { audio: [], video: [] };
}

/** What this browser and machine can do; for what they cannot, why and what to do. */
export async function checkSystemRequirements() {
  const { video } = await getSupportedCodec();
  const videoCodec = Object.fromEntries(CODECS.map((codec) => [codec, video.includes(codec)]));
  const found = {
    webRTC: hasWebRTC(),
    customCapture: typeof globalThis.HTMLCanvasElement?.prototype.captureStream === 'function',
    camera: await hasDevice('videoinput'),
    microphone: await hasDevice('audioinput'),
    screenSharing: typeof globalThis.navigator?.mediaDevices?.getDisplayMedia === 'function',
  };
  const missing = Object.keys(problems).filter((name) =>
    name === 'videoCodec' ? !videoCodec.VP8 : !found[name],
  );
  const errInfo = Object.fromEntries(
    missing.map((name) => {
      const [error, message] = problems[name]();
      return [name, { name: error, message }];
    }),
  );
  return { result: found.webRTC && videoCodec.VP8, ...found, videoCodec, errInfo };
}
