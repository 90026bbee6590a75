// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests in browsers stand on: real servers, members and browsers, each with a watchdog and
// an end. A file of tests looks so:
//
//   import assert from 'node:assert/strict';
//   import { inEachBrowser, scene } from './fixture.mjs';
//
//   inEachBrowser('hears a member', async (scene) => {
//     const server = await scene.server();                // nertc-server on a port of its own
//     const member = scene.member(server, '--channel=1', '--uid=7', '--code=2', '--tone=800');
//     const page = await scene.page({ probe: { code: 1, tone: 450 } });   // an empty page
//     await page.goto(server.origin);                     // or a page that the server serves
//     await page.run(async (origin) => { …in the page… }, server.origin);
//     await page.untilPicture('#remote video', 2);        // the sender's code, pictures that change
//     await page.untilTone('#remote audio', 800);
//     await member.waitEvent('picture', { sender: 1 });   // what the page's made-up camera shows
//     await member.waitEvent('sound', { hz: 450, share: (share) => share > 0.9 });
//   });
//
// scene            the things of one case; all end with it, and what they said is told if it failed
//   .kind          'chromium' or 'firefox'
//   .server(options, {port})  Server: url (for members), origin (for pages), port; stop by .end(),
//                  .kill(), .signal('SIGSTOP'); start it again on its port with {port}
//   .member(server, …options) tests/e2e/member.py --help; waitEvent, waitMessage, events, say('mute
//                  audio_0 on'), say('leave'), mark()
//   .launch('videotestsrc ! …')  gst-launch-1.0 -m
//   .page({kind, probe, name, own})  Page of a context of its own in the browser that all cases of a
//                  file share; kind: another browser than the case's; own: {flags} for a browser
//                  that only this case has. It opens the empty page of scene.origin, which has the
//                  Content-Security-Policy of the product and may join on every server of the scene
//   .sdk(server)   where nertc.js and sdk/ are: the server's, or those of NERTC_TEST_WEB=app/web
//   .origin        of that empty page: http://127.0.0.1:PORT
//   .later(f)      calls f at the end
// Page: goto, run (in the page), until(what, f, …), untilPicture, untilTone, untilSilence, picture,
//   sound, findBarriers() by axe-core, allowErrors(/…/) and puppet, which is puppeteer's. Errors on
//   a page's console, uncaught ones and violations of its policy fail the case.
// globalThis.probe in each page: probe.mjs (deny, settings, picture, sound, openConnections,
//   allConnections, liveTracks).
//
// Run one case: tests/web/run.py tests/web/test-call.mjs 'hears a member'
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test, { after } from 'node:test';

import { KINDS, endLoudspeaker, isThere, launch } from './browsers.mjs';
import { Page } from './page.mjs';
import { Member, PATIENCE, Process, Server, within } from './processes.mjs';

export { KINDS, PATIENCE, Process, Server, within };

/** How long a case may take, unless it says so. */
const CASE = 5 * PATIENCE;

const POLICY =
  "default-src 'none'; script-src 'self' http://127.0.0.1:*; style-src 'self'; " +
  "img-src 'self' data: blob:; media-src 'self' blob: mediastream:; " +
  'connect-src ws://127.0.0.1:* wss://127.0.0.1:*';
const EMPTY = `<!DOCTYPE html><html lang="en"><title>Test</title><div id="local"></div>
<div id="remote"></div></html>`;

/** For those who change app/web: this folder's scripts in place of those in nertc-server */
const WEB = process.env.NERTC_TEST_WEB;

const browsers = new Map();
let emptyPages;

/** The browser of a kind that all cases share. */
function shared(kind) {
  if (!browsers.has(kind)) {
    // One that dies, or does not start, takes one case with it, and not those after it.
    const forget = () => browsers.delete(kind);
    browsers.set(kind, launch(kind));
    browsers.get(kind).then((browser) => browser.once('disconnected', forget), forget);
  }
  return browsers.get(kind);
}

/** A server of empty pages, at another origin than every nertc-server. */
function serveEmptyPages() {
  emptyPages ??= new Promise((resolve) => {
    const server = http.createServer(({ url }, response) => {
      const script = WEB && /^\/web(\/[\w/.-]+\.js)$/.exec(url)?.[1];
      response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
      response.setHeader('Content-Security-Policy', POLICY);
      response.end(script ? fs.readFileSync(path.join(WEB, script)) : EMPTY);
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
  return emptyPages;
}

after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
  await endLoudspeaker();
  if (emptyPages) {
    const server = await emptyPages;
    server.closeAllConnections();
    server.close();
  }
});

export class Scene {
  #ends = [];
  #processes = [];
  #pages = [];

  constructor(kind) {
    this.kind = kind;
  }

  async begin() {
    const { port } = (await serveEmptyPages()).address();
    this.origin = `http://127.0.0.1:${port}`;
    return this;
  }

  later(end) {
    this.#ends.push(end);
  }

  #keep(process) {
    this.#processes.push(process);
    return process;
  }

  async server(options = [], { port = 0 } = {}) {
    return this.#keep(await Server.start([`--allow-origin=${this.origin}`, ...options], { port }));
  }

  member(server, ...options) {
    return this.#keep(new Member(server, options));
  }

  launch(line) {
    return this.#keep(new Process(['gst-launch-1.0', '-m', ...line.trim().split(/\s+/)]));
  }

  async page({ kind = this.kind, probe = {}, name = undefined, own = undefined } = {}) {
    const browser = await (own ? launch(kind, own) : shared(kind));
    const context = own ? browser : await browser.createBrowserContext();
    this.later(() => context.close());
    const page = await Page.open(context, kind, {
      name: name ?? `page ${this.#pages.length}`,
      probe,
    });
    this.#pages.push(page);
    return page.goto(this.origin);
  }

  sdk(server) {
    return WEB ? `${this.origin}/web` : server.origin;
  }

  async complaints() {
    const found = await Promise.all(
      this.#pages.map(async (page) =>
        (await page.complaints()).map((text) => `${page.name}: ${text}`),
      ),
    );
    return found.flat();
  }

  /** What everybody said helps more than what the one said who missed something. */
  tell() {
    return [...this.#processes, ...this.#pages].map((each) => each.tell()).join('\n');
  }

  async end() {
    for (const end of this.#ends.reverse()) await end();
    await Promise.all(this.#processes.map((process) => process.end()));
  }
}

async function act(kind, body, limit) {
  const scene = await new Scene(kind).begin();
  try {
    await within(body(scene), limit, () => `the case. ${scene.tell()}`);
    assert.deepEqual(await scene.complaints(), []);
  } catch (error) {
    process.stdout.write(scene.tell().replace(/^/gm, '# ') + '\n');
    throw error;
  } finally {
    await scene.end();
  }
}

/** A case with a scene in one browser. @param {{kind?: string, seconds?: number}} [options] */
export function inBrowser(name, body, { kind = 'chromium', limit = CASE } = {}) {
  const skip = isThere(kind) ? false : `no ${kind}: ./dev setup test installs it`;
  test(`${name} (${kind})`, { skip }, () => act(kind, body, limit));
}

/** The same in Chromium and in Firefox. */
export function inEachBrowser(name, body, options = {}) {
  for (const kind of KINDS) inBrowser(name, body, { ...options, kind });
}
