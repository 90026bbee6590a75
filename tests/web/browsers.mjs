// SPDX-License-Identifier: LGPL-2.1-or-later
// Debian's browsers without a screen: Chromium by the DevTools protocol, Firefox by WebDriver BiDi.
// Their cameras and microphones are made up, nobody is asked, sound plays without a click.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import puppeteer from 'puppeteer-core';

import { PATIENCE, Process } from './processes.mjs';

export const KINDS = ['chromium', 'firefox'];

const PATHS = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' };

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  // The names that hide addresses need multicast, which not every machine lets pass.
  '--disable-features=WebRtcHideLocalIpsWithMdns,Translate,MediaRouter,OptimizationHints',
];

const FIREFOX_PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.default': 0,
  // Decoders and encoders that Firefox would fetch from elsewhere
  'media.gmp-manager.updateEnabled': false,
  'media.gmp-provider.enabled': false,
  'media.navigator.permission.disabled': true,
  'media.navigator.streams.fake': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
  'toolkit.telemetry.enabled': false,
};

/** Whether this machine has the browser. */
export function isThere(kind) {
  return fs.existsSync(PATHS[kind]);
}

let loudspeaker;

/** A PulseAudio server that plays to nobody: where there is no loudspeaker at all, Firefox's
 * AudioContext stays suspended. Returns: the environment that leads to it. */
async function startLoudspeaker() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sound-'));
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder };
  const socket = path.join(folder, 'pulse.socket');
  const words = [
    '--daemonize=no --exit-idle-time=-1 --use-pid-file=no --disallow-exit',
    '--log-target=stderr --log-level=notice --load=module-null-sink',
  ];
  const pulse = new Process(
    [
      'pulseaudio',
      '-n',
      ...words.join(' ').split(' '),
      `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    ],
    { env },
  );
  await becomesThere(socket, pulse);
  return { pulse, env: { XDG_RUNTIME_DIR: folder, PULSE_SERVER: `unix:${socket}` } };
}

async function becomesThere(file, process) {
  const end = Date.now() + PATIENCE;
  while (!fs.existsSync(file)) {
    if (process.status !== null || Date.now() > end) throw new Error(process.tell());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ends what browsers have in common. */
export async function endLoudspeaker() {
  if (loudspeaker) await (await loudspeaker).pulse.end();
}

const OPTIONS = {
  chromium: (flags) => ({ args: [...CHROMIUM_FLAGS, ...flags] }),
  firefox: () => ({ browser: 'firefox', extraPrefsFirefox: FIREFOX_PREFERENCES }),
};

/**
 * Starts a browser.
 * @param {'chromium' | 'firefox'} kind
 * @param {{flags?: string[]}} [options] flags: further ones, of Chromium only
 */
export async function launch(kind, { flags = [] } = {}) {
  loudspeaker ??= startLoudspeaker();
  const { env } = await loudspeaker;
  return puppeteer.launch({
    acceptInsecureCerts: true,
    env: { ...process.env, ...env },
    executablePath: PATHS[kind],
    headless: true,
    protocolTimeout: 3 * PATIENCE,
    timeout: 2 * PATIENCE,
    ...OPTIONS[kind](flags),
  });
}
