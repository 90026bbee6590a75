// SPDX-License-Identifier: LGPL-2.1-or-later
/* The browser's part of gst-nertc. What it can do is in nertc.d.ts and docs/browser.md. */
import {
  checkBrowserCompatibility,
  checkSystemRequirements,
  getSupportedCodec,
} from './sdk/capabilities.js';
import { Client } from './sdk/client.js';
import { getCameras, getDevices, getMicrophones, getSpeakers } from './sdk/devices.js';
import { NertcError } from './sdk/errors.js';
import { LocalStream } from './sdk/local-stream.js';
import { invalidArgument, notSupported } from './sdk/media-errors.js';
import { STREAM_TYPE, VIDEO_FRAME_RATE, VIDEO_QUALITY } from './sdk/profiles.js';

export { NertcError };

/** @type {Set<Client>} the one made last is the last one */
const clients = new Set();

/** @param {any} [given] see ClientOptions in nertc.d.ts */
function createClient(given) {
  if (!checkBrowserCompatibility())
    throw notSupported('this browser has no WebRTC, or it is switched off; use another one');
  const options = given ?? {};
  if (typeof options !== 'object')
    throw invalidArgument('createClient() needs an object, or nothing');
  const server = options.server || new URL(import.meta.url).origin;
  const client = new Client({ ...options, server }, () => clients.delete(client));
  clients.add(client);
  return client;
}

function needClient(client) {
  if (client instanceof Client) return client;
  throw invalidArgument('This needs a client of NERTC.createClient()');
}

function createStream(options) {
  const stream = new LocalStream(options);
  const client = options.client ?? [...clients].at(-1);
  if (client) needClient(client).adopt(stream);
  return stream;
}

/** @param {Client} [client] absent: all */
async function destroy(client) {
  const those = client ? [needClient(client)] : [...clients];
  await Promise.all(those.map((each) => each.destroy()));
}

const NERTC = Object.freeze({
  VERSION: '1',
  STREAM_TYPE,
  VIDEO_QUALITY,
  VIDEO_FRAME_RATE,
  ...VIDEO_QUALITY,
  ...VIDEO_FRAME_RATE,
  NertcError,
  createClient,
  createStream,
  destroy,
  getDevices,
  getCameras,
  getMicrophones,
  getSpeakers,
  checkSystemRequirements,
  checkBrowserCompatibility,
  getSupportedCodec,
});

globalThis.NERTC = /** @type {any} */ (NERTC);

export { NERTC };
export default NERTC;
