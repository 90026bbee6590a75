// SPDX-License-Identifier: LGPL-2.1-or-later
// A clock that is turned, and sockets whose other end is the test.
import assert from 'node:assert/strict';

export class FakeClock {
  #time = 0;
  #timers = [];

  now = () => this.#time;
  random = () => 1;
  setTimeout = (callback, ms) => {
    const timer = { callback, at: this.#time + ms };
    this.#timers.push(timer);
    return timer;
  };
  clearTimeout = (timer) => {
    this.#timers = this.#timers.filter((other) => other !== timer);
  };

  /** Lets time pass, and promises be kept. */
  async turn(ms) {
    const end = this.#time + ms;
    for (;;) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      const next = this.#timers.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.clearTimeout(next);
      this.#time = Math.max(this.#time, next.at);
      next.callback();
    }
    this.#time = end;
  }

  /** As a computer that slept: time has passed, and then all that is due comes at once. */
  async sleep(ms) {
    this.#time += ms;
    await this.turn(0);
  }
}

/** What a WebSocket is to a script; the test is the server. */
export class FakeSocket {
  protocol = 'nertc.v1';
  sent = [];
  /** The code, once the room has closed it */
  closed = null;

  constructor(url, protocol) {
    assert.equal(protocol, 'nertc.v1');
    this.url = url;
  }

  send(text) {
    assert.equal(this.closed, null);
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    assert.ok(code === 1000 || (code >= 3000 && code <= 4999), `a script may not close by ${code}`);
    this.closed ??= code;
  }

  /** What a server does */
  open() {
    this.onopen();
  }

  lose(code = 1006) {
    this.onclose({ code });
  }

  tell(message) {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.onmessage({ data: text });
  }

  /** The latest request of a method, or of any. */
  request(method) {
    const found = this.sent.findLast((message) => message.id && message.method === method);
    assert.ok(found, `${method} was sent`);
    return found;
  }

  answer(method, result = {}) {
    this.tell({ jsonrpc: '2.0', id: this.request(method).id, result });
  }

  refuse(method, code) {
    const error = { code, message: `Refused by ${code}` };
    this.tell({ jsonrpc: '2.0', id: this.request(method).id, error });
  }

  event(method, seq, params = {}, epoch = 'epoch-1') {
    this.tell({ jsonrpc: '2.0', method, params: { epoch, seq, ...params } });
  }
}

/** All sockets that a room makes, the latest last. */
export function makeSockets() {
  const sockets = [];
  class Socket extends FakeSocket {
    constructor(url, protocol) {
      super(url, protocol);
      sockets.push(this);
    }
  }
  return { sockets, WebSocket: Socket };
}

export const joinResult = (more = {}) => ({
  uid: 'alice',
  epoch: 'epoch-1',
  sessionSecret: 'secret-1',
  pingInterval: 5,
  role: 'host',
  grants: ['publish', 'subscribe', 'message'],
  grace: 30,
  room: { extraInfo: '' },
  members: [],
  ...more,
});
