// SPDX-License-Identifier: LGPL-2.1-or-later
import { captureDevices } from './capture.js';
import { INSECURE, notSupported } from './media-errors.js';

const kinds = Object.freeze({
  video: 'videoinput',
  audioIn: 'audioinput',
  audioOut: 'audiooutput',
});

function mediaDevices() {
  const devices = globalThis.navigator?.mediaDevices;
  if (devices?.enumerateDevices) return devices;
  throw notSupported(
    globalThis.isSecureContext === false ? INSECURE : 'this browser does not tell its devices',
  );
}

/* Names are told only to a page that was allowed a device (Media Capture and Streams, 9.2.1). */
async function askPermission(wanted) {
  const list = await mediaDevices().enumerateDevices();
  /** @type {MediaStreamConstraints} */
  const constraints = {};
  if (wanted.includes('audioIn') && list.some(({ kind }) => kind === 'audioinput'))
    constraints.audio = true;
  if (wanted.includes('video') && list.some(({ kind }) => kind === 'videoinput'))
    constraints.video = true;
  if (Object.keys(constraints).length === 0) return;
  for (const track of await captureDevices(constraints)) track.stop();
}

async function list(wanted, ask) {
  if (ask) await askPermission(wanted);
  const found = await mediaDevices().enumerateDevices();
  return (name) =>
    found
      .filter(({ kind }) => kind === kinds[name])
      .map(({ deviceId, label }) => ({ deviceId, label }));
}

/** @param {boolean} [ask] for permission, so that devices have names */
export async function getDevices(ask = false) {
  const of = await list(['audioIn', 'video'], ask);
  return { video: of('video'), audioIn: of('audioIn'), audioOut: of('audioOut') };
}

export async function getCameras(ask = false) {
  return (await list(['video'], ask))('video');
}

export async function getMicrophones(ask = false) {
  return (await list(['audioIn'], ask))('audioIn');
}

export async function getSpeakers(ask = false) {
  return (await list(['audioIn'], ask))('audioOut');
}

/**
 * @param {(devices: any) => void} listener hears of devices that come and go
 * @returns {() => void} ends it
 */
export function watchDevices(listener) {
  const target = globalThis.navigator?.mediaDevices;
  if (!target?.addEventListener) return () => {};
  const onChange = () =>
    getDevices().then(listener, () => {
      /* The page has lost its permission: there is nothing to tell. */
    });
  target.addEventListener('devicechange', onChange);
  return () => target.removeEventListener('devicechange', onChange);
}
