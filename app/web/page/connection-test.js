// SPDX-License-Identifier: LGPL-2.1-or-later
// The connection test: what a call needs, step by step. Each step says how it went; no view.

import NERTC from '../nertc.js';
import { problemOf } from './problems.js';

const patience = 15000;

/** @typedef {{state: 'good' | 'doubtful' | 'bad', key: string, values?: object}} Outcome */

function failed(error, device, state = 'bad') {
  const { title, values } = problemOf(error, { device });
  return { state, key: title, values };
}

async function testBrowser() {
  const { result, videoCodec } = await NERTC.checkSystemRequirements();
  if (!result) return failed({ name: 'NOT_SUPPORT' }, '');
  const codecs = Object.keys(videoCodec).filter((name) => videoCodec[name]);
  return { state: 'good', key: 'test.browser.good', values: { codecs: codecs.join(', ') } };
}

/** Opens a device, looks at it, and lets go of it whatever comes. */
async function withDevice(type, look) {
  const stream = NERTC.createStream({ audio: false, video: false });
  try {
    await stream.open({ type });
    return await look(stream);
  } catch (error) {
    // Without a device one can still watch and listen.
    return failed(error, type, 'doubtful');
  } finally {
    stream.destroy();
  }
}

/** Resolves with the loudest level of a second and a half, or at once with one that is heard. */
function listen(stream) {
  return new Promise((resolve) => {
    let loudest = 0;
    const started = performance.now();
    const timer = setInterval(() => {
      loudest = Math.max(loudest, stream.getAudioLevel('audio'));
      if (loudest < 0.005 && performance.now() - started < 1500) return;
      clearInterval(timer);
      resolve(loudest);
    }, 50);
  });
}

function testMicrophone() {
  return withDevice('audio', async (stream) => {
    const { label } = stream.getAudioTrack('audio');
    const heard = (await listen(stream)) >= 0.005;
    const key = heard ? 'test.microphone.good' : 'test.microphone.quiet';
    return { state: heard ? 'good' : 'doubtful', key, values: { label } };
  });
}

function testCamera() {
  return withDevice('video', async (stream) => {
    const track = stream.getVideoTrack('video');
    const { width, height } = track.getSettings();
    return {
      state: 'good',
      key: 'test.camera.good',
      values: { label: track.label, width, height },
    };
  });
}

/** A picture that changes, so that frames flow */
function movingPicture() {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 180;
  const context = canvas.getContext('2d');
  let step = 0;
  const timer = setInterval(() => {
    context.fillStyle = `hsl(${(step++ * 20) % 360} 60% 50%)`;
    context.fillRect(0, 0, 320, 180);
  }, 66);
  const [track] = canvas.captureStream(15).getVideoTracks();
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}

function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(), { name: 'no-picture' })), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Two clients of this page in a room of their own, one sends to the other. */
class TestCall {
  #clients = [];
  #picture = null;

  async joinFirst({ appKey }) {
    const random = crypto.getRandomValues(new Uint32Array(2));
    this.channelName = `connection-test-${random.join('-')}`;
    this.appKey = appKey;
    const started = performance.now();
    await this.#join();
    return Math.round(performance.now() - started);
  }

  async #join() {
    const client = NERTC.createClient({ appkey: this.appKey });
    this.#clients.push(client);
    await client.join({ channelName: this.channelName });
    return client;
  }

  async firstPicture() {
    const receiver = await this.#join();
    const [sender] = this.#clients;
    const arrived = new Promise((resolve, reject) => {
      receiver.on('stream-added', ({ stream }) => receiver.subscribe(stream).catch(reject));
      receiver.on('stream-subscribed', resolve);
    });
    this.#picture = movingPicture();
    const stream = NERTC.createStream({
      video: true,
      videoSource: this.#picture.track,
      client: sender,
    });
    await stream.init();
    const started = performance.now();
    await sender.publish(stream);
    await within(arrived);
    return Math.round(performance.now() - started);
  }

  async end() {
    this.#picture?.stop();
    for (const client of this.#clients) await client.destroy().catch(() => {});
  }
}

async function testServer(call, options) {
  try {
    return {
      state: 'good',
      key: 'test.server.good',
      values: { ms: await call.joinFirst(options) },
    };
  } catch (error) {
    if (error.name === 'token-required') return { state: 'good', key: 'test.call.skipped' };
    return failed(error, '');
  }
}

async function testMedia(call) {
  try {
    return {
      state: 'good',
      key: 'test.call.good',
      values: { ms: await call.firstPicture() },
    };
  } catch (error) {
    if (error.name === 'no-picture') return { state: 'bad', key: 'test.call.bad' };
    return failed(error, '');
  }
}

export const steps = ['browser', 'microphone', 'camera', 'server', 'call'];

/**
 * Runs all steps.
 * @param {{appKey: string}} options
 * @param {(step: string, outcome: Outcome | null) => void} report null: the step has begun
 */
export async function runTest(options, report) {
  const call = new TestCall();
  const outcomes = {};
  const run = async (step, test) => {
    report(step, null);
    outcomes[step] = await test();
    report(step, outcomes[step]);
  };
  try {
    await run('browser', testBrowser);
    await run('microphone', testMicrophone);
    await run('camera', testCamera);
    await run('server', () => testServer(call, options));
    await run('call', () => testCallOr(call, outcomes.server));
  } finally {
    await call.end();
  }
  const states = Object.values(outcomes).map(({ state }) => state);
  return ['bad', 'doubtful', 'good'].find((state) => states.includes(state));
}

function testCallOr(call, server) {
  if (server.key === 'test.server.good') return testMedia(call);
  if (server.state === 'bad') return server;
  return { state: 'doubtful', key: 'test.call.skipped' };
}
