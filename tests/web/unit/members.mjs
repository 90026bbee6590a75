// SPDX-License-Identifier: LGPL-2.1-or-later
// Rooms of the SDK in node, at a real server, perhaps behind a proxy that can be cut.
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { Room } from '../../../app/web/sdk/room.js';
import { PATIENCE, within } from '../processes.mjs';

const EVENTS = [
  'state-changed',
  'closed',
  'session-lost',
  'member-joined',
  'member-updated',
  'member-left',
  'stream-added',
  'stream-updated',
  'stream-removed',
  'stream-lost',
  'room-updated',
  'role-changed',
  'token-will-expire',
  'muted',
  'member-count',
  'message-received',
  'message-delivered',
  'invite-received',
  'invite-updated',
  'token-renewed',
  'quality',
  'transport-open',
  'transport-description',
  'transport-candidate',
  'transport-update',
  'transport-close',
];

/** A member whose events are kept as {name, ...payload}. */
export class Member {
  events = [];
  #watchers = new Set();

  constructor(server, options = {}) {
    this.room = new Room({ server, WebSocket, ...options });
    for (const name of EVENTS) this.room.on(name, (payload) => this.#add(name, payload));
  }

  static async join(server, params, options) {
    const member = new Member(server, options);
    member.result = await member.room.join({ channel: 'standup', ...params });
    return member;
  }

  #add(name, payload) {
    this.events.push({ name, payload: structuredClone(strip(payload)) });
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** The names of what it has heard, of these only. */
  names(...wanted) {
    const names = this.events.map(({ name }) => name);
    return wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names;
  }

  payloads(wanted) {
    return this.events.filter(({ name }) => name === wanted).map(({ payload }) => payload);
  }

  mark() {
    return this.events.length;
  }

  /** The payload of the first event from @since on with this name and these fields. */
  async waitFor(name, fields = {}, since = 0) {
    let watcher;
    const found = new Promise((resolve) => {
      watcher = () => {
        const event = this.events.slice(since).find((each) => fits(each, name, fields));
        if (event) resolve(event.payload);
      };
      this.#watchers.add(watcher);
      watcher();
    });
    try {
      return await within(found, PATIENCE, () => `${name} of ${JSON.stringify(this.events)}`);
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  waitForState(state, since) {
    return this.waitFor('state-changed', { state }, since);
  }
}

/* Maps and errors are of no interest. */
const strip = (payload) =>
  payload && !Array.isArray(payload)
    ? Object.fromEntries(Object.entries(payload).filter(([key]) => !/^(streams|error)$/.test(key)))
    : payload;

const fits = (event, name, fields) =>
  event.name === name &&
  Object.entries(fields).every(([key, value]) => event.payload?.[key] === value);

/** Passes TCP on; the path can be cut, and it can swallow everything. */
export class Proxy {
  #target;
  #server = net.createServer((socket) => this.#accept(socket));
  #pairs = new Set();
  #stalled = new Set();
  #refusing = false;
  connections = 0;

  static async start(targetPort) {
    const proxy = new Proxy();
    proxy.#target = targetPort;
    await new Promise((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', () => resolve(undefined));
    });
    const address = /** @type {net.AddressInfo} */ (proxy.#server.address());
    proxy.url = `ws://127.0.0.1:${address.port}`;
    return proxy;
  }

  #accept(client) {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    this.connections += 1;
    const server = net.connect(this.#target, '127.0.0.1');
    const pair = [client, server];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const [from, to] of [pair, [server, client]]) {
      from.on('data', (data) => to.write(data));
      from.on('error', end);
      from.on('close', end);
    }
  }

  cut() {
    for (const pair of [...this.#pairs]) for (const socket of pair) socket.destroy();
  }

  /** Cuts, and lets nobody through. */
  refuse() {
    this.#refusing = true;
    this.cut();
  }

  admit() {
    this.#refusing = false;
  }

  /** What is on the way from now on is lost, and nobody is told; new connections are good. */
  stall() {
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.pause();
      this.#stalled.add(pair);
    }
    this.#pairs.clear();
  }

  close() {
    this.#server.close();
    this.cut();
    // A client would wait half a minute for the end of a connection that it has closed.
    for (const pair of this.#stalled) for (const socket of pair) socket.destroy();
  }
}

export const SECRET = 'a-secret-of-at-least-32-characters';

/** A key file of a server, with one app key. */
export function writeKeyFile() {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nertc-keys-')), 'server.conf');
  fs.writeFileSync(file, `[app demo]\nsecrets=${SECRET}\n`, { mode: 0o600 });
  return file;
}

/** A token as an application would make it (RFC 7519). */
export function mint(claims = {}, secret = SECRET) {
  const encode = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
  const all = { appKey: 'demo', exp: Math.floor(Date.now() / 1000) + 3600, ...claims };
  const head = `${encode({ alg: 'HS256' })}.${encode(all)}`;
  return `${head}.${crypto.createHmac('sha256', secret).update(head).digest('base64url')}`;
}
