// SPDX-License-Identifier: LGPL-2.1-or-later
import { ErrorCode, NertcError } from './errors.js';
import { SUBPROTOCOL } from './wire.js';

/**
 * A script may close a WebSocket by 1000 and 3000 to 4999 only (WebSockets Living Standard,
 * section 3.1). Any other than 1000 is a loss to the server, from which the member may come back.
 */
export const CLOSE_LEFT = 1000;
export const CLOSE_ABANDONED = 4000;
export const CLOSE_PROTOCOL_ERROR = 4002;

const PATH = '/room';

/**
 * @param {string} server `ws(s)://HOST:PORT/room`, or the origin of the server by http(s)
 * @returns {string} the address of its WebSocket
 */
export function roomAddress(server) {
  let url;
  try {
    url = new URL(server);
  } catch {
    throw badAddress(server);
  }
  const scheme = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[url.protocol];
  if (!scheme || !url.hostname) throw badAddress(server);
  const path = url.pathname === '/' ? PATH : url.pathname;
  return `${scheme}//${url.host}${path}${url.search}`;
}

function badAddress(server) {
  return new NertcError(
    ErrorCode.INVALID_PARAMS,
    `‘${server}’ is no address of a room server; write it like ws://127.0.0.1:8980/room, with wss:// for TLS`,
  );
}

function unreachable(url) {
  return new NertcError(
    ErrorCode.SERVER_UNREACHABLE,
    `No connection to the room server at ${url} could be made; check the address, whether the ` +
      'server runs and lets pages of this origin in, and with wss:// its certificate',
  );
}

/**
 * One WebSocket to the room server. Its owner hears that it opened, each text, and once that it
 * ended; nothing any more after close().
 */
export class Socket {
  #websocket;
  #url;
  #opened = false;
  #owner;

  /**
   * @param {string} url
   * @param {{opened: () => void, text: (text: string) => void, broken: (problem: string) => void,
   *   ended: (error: NertcError) => void}} owner
   * @param {typeof WebSocket} Implementation
   */
  constructor(url, owner, Implementation) {
    this.#url = url;
    this.#owner = owner;
    try {
      this.#websocket = new Implementation(url, SUBPROTOCOL);
    } catch {
      /* A page of https that asks for ws, say. Whoever opens it hears of it later, as ever. */
      queueMicrotask(() => this.#end(unreachable(url)));
      return;
    }
    this.#websocket.onopen = () => this.#onOpen();
    this.#websocket.onmessage = (event) => this.#onMessage(event.data);
    this.#websocket.onclose = (event) => this.#onClose(event.code);
    this.#websocket.onerror = () => {}; /* it says nothing, and the close follows */
  }

  /** @param {string} text */
  send(text) {
    if (this.#opened) this.#websocket?.send(text);
  }

  /** @param {number} code */
  close(code) {
    this.#owner = null;
    this.#websocket?.close(code);
  }

  #onOpen() {
    if (this.#websocket?.protocol !== SUBPROTOCOL) {
      this.#owner?.broken(`it does not speak ${SUBPROTOCOL}`);
      return;
    }
    this.#opened = true;
    this.#owner?.opened();
  }

  #onMessage(data) {
    if (typeof data === 'string') this.#owner?.text(data);
    else this.#owner?.broken('a binary message');
  }

  #onClose(code) {
    this.#end(
      this.#opened
        ? new NertcError(
            ErrorCode.CONNECTION_LOST,
            `The connection to the room server ended (code ${code})`,
          )
        : unreachable(this.#url),
    );
  }

  #end(error) {
    const owner = this.#owner;
    this.#owner = null;
    owner?.ended(error);
  }
}
