// SPDX-License-Identifier: LGPL-2.1-or-later
// A room whose server says anything: golden messages in any order, whole, cut and twisted. Whatever
// comes, no error escapes, the state is one of the table, and the room can be joined again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { SOURCE } from '../processes.mjs';
import { FakeClock, joinResult, makeSockets } from './fake-server.mjs';
import { Member } from './members.mjs';

const MESSAGES = 20000;
const SEEDS = 3;
const EVENTS = [
  ...['joining', 'joined', 'reconnecting', 'closed', 'session-lost', 'room-updated'],
  ...['member-joined', 'member-updated', 'member-left', 'quality', 'role-changed'],
  ...['stream-added', 'stream-updated', 'stream-removed', 'stream-lost', 'token-will-expire'],
  ...['muted', 'member-count', 'message-received', 'message-delivered'],
  ...['invite-received', 'invite-updated', 'transport-open', 'transport-update', 'transport-close'],
];
const GOLDEN = path.join(SOURCE, 'tests', 'data', 'messages');

const files = fs
  .readdirSync(GOLDEN)
  .map((name) => JSON.parse(fs.readFileSync(path.join(GOLDEN, name), 'utf8')))
  .filter(({ sender }) => sender === 'server');
const messagesOf = (kind) =>
  files.flatMap((file) => file[kind]).flatMap(({ message }) => (message ? [message] : []));
const [valid, invalid] = [messagesOf('valid'), messagesOf('invalid')];
/* By their names, so that each is as frequent as any other */
const events = files
  .filter(({ schema }) => schema.startsWith('event.'))
  .map((file) => file.valid.map(({ message }) => message));

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Storm {
  #random;
  #clock = new FakeClock();
  #sockets;
  #seq = 0;
  #epoch = 'epoch-1';
  /** What the application has heard */
  heard = new Set();

  constructor(seed) {
    this.#random = makeRandom(seed);
    const { sockets, WebSocket } = makeSockets();
    this.#sockets = sockets;
    this.member = new Member('ws://server', { WebSocket, clock: this.#clock });
    this.room = this.member.room;
  }

  #pick = (list) => list[Math.floor(this.#random() * list.length)];

  /** One message of the server, or something that happens. */
  async step() {
    const socket = this.#sockets.at(-1);
    const chance = this.#random();
    for (const { name, payload } of this.member.events.splice(0))
      this.heard.add(name === 'state-changed' ? payload.state : name);
    if (this.room.state === 'closed' || this.room.state === 'idle') this.#begin();
    else if (chance < 0.05) await this.#clock.turn(this.#random() * 3000);
    else if (socket.closed !== null || socket.over) await this.#clock.turn(100);
    else if (!socket.opened) this.#open(socket);
    else if (chance < 0.053) this.#lose(socket);
    else if (chance < 0.12) this.#ask();
    else if (chance < 0.3) this.#answer(socket);
    else if (chance < 0.301) socket.tell(this.#twist(JSON.stringify(this.#pick(valid))));
    else if (chance < 0.302) this.#event(socket, this.#pick(invalid));
    else this.#event(socket, this.#pick(this.#pick(events)));
  }

  #begin() {
    this.room.join({ channel: 'a', uid: 'alice' }).catch(() => {});
  }

  #open(socket) {
    socket.opened = true;
    socket.open();
  }

  #lose(socket) {
    socket.over = true;
    socket.lose();
  }

  #ask() {
    const streamId = this.#pick(['bob-camera', 'alice-camera', 's']);
    const wanted = { audio: this.#random() < 0.5, video: true };
    const ask = this.#pick([
      () => this.room.publish({ streamId, ...wanted }),
      () => this.room.subscribe(streamId, wanted),
      () => this.room.updateStream(streamId, { videoMuted: true }),
      () => this.room.unpublish(streamId),
      () => this.room.unsubscribe(streamId),
      () => this.room.updateRoom({ extraInfo: streamId }),
      () => this.room.renewToken('a.b.c'),
      () => (this.#random() < 0.1 ? this.room.leave() : Promise.resolve()),
    ]);
    ask().catch((error) => assert.equal(typeof error.code, 'number', error.stack));
  }

  #answer(socket) {
    const request = socket.sent.at(-1);
    if (!request?.id) return;
    if (this.#random() < 0.2) {
      socket.refuse(request.method, this.#pick([1005, 1010, 1011, 1013, 1022, 1023, -32603]));
      return;
    }
    this.#epoch = request.method === 'room.join' ? `epoch-${this.#random()}` : this.#epoch;
    if (request.method === 'room.join') this.#seq = 0;
    const results = {
      'room.join': joinResult({ epoch: this.#epoch }),
      'room.resume': { received: Math.floor(this.#random() * 3), pingInterval: 5 },
      'stream.publish': { streamId: 's' },
    };
    socket.answer(request.method, results[request.method] ?? {});
  }

  /** In order, so that what they say is heard, and about few, so that they meet. */
  #event(socket, message) {
    const { params } = message;
    if (typeof params?.seq !== 'number') return;
    if (message.method === 'room.closed' && this.#random() < 0.9) return;
    this.#seq += 1;
    const changed = { ...params, epoch: this.#epoch, seq: this.#seq };
    if ('uid' in changed) changed.uid = this.#pick(['alice', 'bob', 'bob']);
    if ('streamId' in changed) changed.streamId = this.#pick(['alice-camera', 'bob-camera', 's']);
    if ('videoMuted' in changed) changed.videoMuted = this.#random() < 0.5;
    if ('userName' in changed) changed.userName = this.#pick(['', 'Bob']);
    socket.tell({ ...message, params: changed });
  }

  #twist(text) {
    const at = Math.floor(this.#random() * text.length);
    return this.#pick([
      text.slice(0, at),
      text.slice(at),
      `${text.slice(0, at)}"${text.slice(at)}`,
    ]);
  }

  calm() {
    this.room.leave();
    this.#begin();
    const socket = this.#sockets.at(-1);
    socket.open();
    socket.answer('room.join', joinResult());
    assert.equal(this.room.state, 'joined');
    assert.equal(this.room.members.size, 0);
  }
}

for (let seed = 1; seed <= SEEDS; seed += 1)
  test(`seed ${seed}`, async () => {
    const storm = new Storm(seed);
    for (let i = 0; i < MESSAGES; i += 1) await storm.step();
    storm.calm();
    /* It is of use only if the room hears most of it. */
    for (const name of EVENTS) assert.ok(storm.heard.has(name), `${name} was never told`);
  });
