// SPDX-License-Identifier: LGPL-2.1-or-later
// Chromium as a member, for ./dev bench: bench.mjs ORIGIN CHANNEL, where somebody sends a picture.
// Each line of its standard input is a command:
//
//   click       joins by the page's button. Says {"event": "clicked", "marks": {NAME: MS since it}}
//   send KBIT   sends a picture of noise, at most so much. Says {"event": "sent", "kbit": N}: what
//               went out in the two seconds that begin 5 s after the connection was made
import readline from 'node:readline';

import { endLoudspeaker, launch } from './browsers.mjs';
import { PATIENCE, within } from './processes.mjs';
import { install } from './bench-marks.mjs';

const [origin, channel] = process.argv.slice(2);

const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

/** What @body gives in a page of its own, in a profile of its own. */
async function inPage(browser, address, body) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => say({ event: 'error', text: String(error) }));
    await page.evaluateOnNewDocument(install);
    await page.goto(`${origin}${address}`, { waitUntil: 'load', timeout: PATIENCE });
    return await body(page);
  } finally {
    await context.close();
  }
}

/** When what came to pass after the click on the page's button; the preview runs before. */
function click(browser) {
  return inPage(browser, `/?room=${channel}`, async (page) => {
    await page.waitForFunction(() => globalThis.marks.preview, { timeout: PATIENCE });
    await page.click('#join');
    await page.waitForFunction(() => globalThis.marks.frame, { timeout: PATIENCE });
    const marks = await page.evaluate(() => globalThis.marks);
    const since = Object.entries(marks).map(([name, at]) => [name, at - marks.click]);
    return Object.fromEntries(since.filter(([, at]) => at >= 0));
  });
}

/** In the page: publishes, and gives the rate of the seconds that count, in kbit/s. */
async function publish(channelName, bitrate) {
  const { default: NERTC } = await import('/nertc.js');
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const client = NERTC.createClient({ appkey: '' });
  await client.join({ channelName, uid: 'sender' });
  const stream = NERTC.createStream({ uid: 'sender', audio: true, video: true, client });
  await stream.setVideoProfile({ resolution: NERTC.VIDEO_QUALITY.VIDEO_QUALITY_480p, bitrate });
  await stream.init();
  await client.publish(stream);
  while (!globalThis.marks.connected) await pause(5);
  await pause(5000 - (performance.now() - globalThis.marks.connected));
  const sent = async () => {
    const reports = await globalThis.connections.at(-1).getStats();
    return [...reports.values()].find(
      ({ type, kind }) => type === 'outbound-rtp' && kind === 'video',
    );
  };
  const from = await sent();
  await pause(2000);
  const to = await sent();
  await client.leave();
  return (8 * (to.bytesSent - from.bytesSent)) / (to.timestamp - from.timestamp);
}

/** A document without scripts: nothing else is going on there. */
function send(browser, kbit) {
  return inPage(browser, '/nertc.d.ts', (page) =>
    page.evaluate(publish, `${channel}-sender`, kbit * 1000),
  );
}

const commands = {
  click: async (browser) => ({ event: 'clicked', marks: await click(browser) }),
  send: async (browser, kbit) => ({ event: 'sent', kbit: await send(browser, Number(kbit)) }),
};

const browser = await launch('chromium');

/** Leaves nothing behind. */
async function end() {
  await browser.close();
  await endLoudspeaker();
  process.exit();
}

process.on('SIGTERM', end);
say({ event: 'ready', browser: await browser.version() });
try {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [command, ...words] = line.split(' ');
    say(await within(commands[command](browser, ...words), 2 * PATIENCE, () => line));
  }
} catch (error) {
  say({ event: 'error', text: String(error.stack) });
} finally {
  await end();
}
