// SPDX-License-Identifier: LGPL-2.1-or-later
import { Backlog } from './backlog.js';
import { Timers } from './clock.js';
import { ErrorCode, NertcError } from './errors.js';
import { CLOSE_ABANDONED, CLOSE_LEFT, CLOSE_PROTOCOL_ERROR, Socket } from './socket.js';
import { checkResult, decode, encodeNotification, encodeRequest } from './wire.js';

/* More messages than these are not left waiting for a sign that they were handled. */
const UNACKNOWLEDGED_MAX = 32;

/* So many intervals without a sign of life are the end, as two missed pongs are elsewhere. */
const SILENT_INTERVALS_MAX = 2;

const NOT_IN_SESSION = ['room.join', 'invite.listen', 'room.resume'];

/**
 * @typedef {(result: any, error: NertcError | null) => void} Reply one of them is null
 *
 * @typedef {object} Call
 * @property {string} method
 * @property {Reply} reply
 * @property {number} number of its message in the session; 0: it is for this socket only
 *
 * @typedef {object} ConnectionOwner
 * @property {() => void} opened
 * @property {(name: string, params: any) => void} event
 * @property {(error: NertcError) => void} ended
 */

/**
 * JSON-RPC with the room server: requests find their answers, and events come in unbroken order.
 * What breaks the protocol ends the connection.
 *
 * After a join there is a session, which outlives its socket: both ends count what they receive,
 * and what is sent is kept until the server is known to have handled it. On the next socket the
 * session can be resumed; then either end sends again what the other has not got. Meanwhile requests
 * wait, and what is new is kept with the rest.
 *
 * Answers come by function and not by promise: the first event may be right behind the answer to
 * a join, before any promise has told of it.
 */
export class Connection {
  #owner;
  #timers;
  #WebSocket;
  #debug;
  /** @type {Socket | null} between two of them */
  #socket = null;
  #lastId = 0;
  /** @type {Map<number, Call>} */
  #calls = new Map();

  /* The session */
  /** @type {string | null} */
  #epoch = null;
  #lastSeq = 0;
  #live = false; /* joined or resumed on this socket */
  #broken = false; /* the server did what it must not do */
  #received = 0;
  #backlog = new Backlog();
  #pinging = false;
  #silentIntervals = 0;

  /**
   * @param {ConnectionOwner} owner
   * @param {{clock: import('./clock.js').Clock, WebSocket: typeof WebSocket,
   *   debug: (...words: any[]) => void}} parts
   */
  constructor(owner, parts) {
    this.#owner = /** @type {ConnectionOwner | null} */ (owner);
    this.#timers = new Timers(parts.clock);
    this.#WebSocket = parts.WebSocket;
    this.#debug = parts.debug;
  }

  get hasSession() {
    return this.#epoch !== null;
  }

  get epoch() {
    return this.#epoch;
  }

  /** Whether there is a session that may be asked for on the next socket. */
  get canResume() {
    return this.#epoch !== null && !this.#broken && this.#backlog.whole;
  }

  /**
   * The owner hears that it is opened, or that it ended; and that it ended afterwards, once. Then
   * the next one may be tried.
   * @param {string} url
   */
  open(url) {
    const listener = {
      opened: () => this.#owner?.opened(),
      text: (text) => this.#takeText(text),
      broken: (problem) => this.#breakOff(problem),
      ended: (error) => this.#end(error),
    };
    this.#socket = new Socket(url, listener, this.#WebSocket);
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {Reply} reply called once: with the answer, or with an error when there will be none
   */
  call(method, params, reply) {
    const id = this.#lastId + 1;
    const text = encodeRequest(method, id, params);
    const inSession = this.#epoch !== null && !NOT_IN_SESSION.includes(method);
    this.#lastId = id;
    this.#debug('→', text);
    const call = { method, reply, number: 0 };
    this.#calls.set(id, call);
    if (inSession) call.number = this.#sendInSession(text);
    else this.#socket?.send(text);
    this.#pingIfNeeded();
  }

  /**
   * It is dropped without a session.
   * @param {string} method
   * @param {object} params
   */
  notify(method, params) {
    if (this.#epoch === null) return;
    const text = encodeNotification(method, params);
    this.#debug('→', text);
    this.#sendInSession(text);
    this.#pingIfNeeded();
  }

  /**
   * To be called within the answer to room.join.
   * @param {string} epoch
   * @param {number} pingInterval in seconds
   */
  beginSession(epoch, pingInterval) {
    this.#epoch = epoch;
    this.#lastSeq = 0;
    this.#received = 0;
    this.#broken = false;
    this.#backlog = new Backlog();
    this.#pinging = false;
    this.#goLive(pingInterval);
  }

  /**
   * Asks for the session. When the answer is good, takeResumed() is to be called.
   * @param {string} sessionSecret
   * @param {Reply} reply
   */
  resume(sessionSecret, reply) {
    const params = { sessionSecret, epoch: this.#epoch, received: this.#received };
    this.call('room.resume', params, reply);
  }

  /**
   * To be called within the answer to room.resume, for what was missed is right behind it.
   * @returns {boolean} whether the answer can be; if not, the session cannot go on
   */
  takeResumed({ received, pingInterval }) {
    if (!this.#backlog.trim(received)) {
      this.#broken = true;
      return false;
    }
    this.#goLive(pingInterval);
    for (const text of this.#backlog.texts) this.#socket?.send(text);
    this.#pingIfNeeded();
    return true;
  }

  /**
   * The session is gone; its calls end with the error.
   * @param {NertcError} error
   */
  forgetSession(error) {
    this.#live = false;
    this.#epoch = null;
    this.failCalls(error);
  }

  /**
   * Ends all calls, in their order, whether or not the session goes on.
   * @param {NertcError} error
   */
  failCalls(error, ofSession = true) {
    for (const [id, call] of this.#calls) {
      if (!ofSession && call.number > 0) continue;
      this.#calls.delete(id);
      call.reply(null, error);
    }
  }

  /** Ends the socket, of which the owner does not want to hear any more. It is no leave. */
  abandon() {
    this.#letGo(CLOSE_ABANDONED, false);
  }

  /** The same for the session, which is left. Its calls end as with a loss. */
  drop() {
    this.#owner = null;
    this.#letGo(CLOSE_LEFT, true);
  }

  #letGo(code, ofSession) {
    this.#detach()?.close(code);
    this.failCalls(
      new NertcError(ErrorCode.CONNECTION_LOST, 'The connection to the room server was ended'),
      ofSession,
    );
  }

  #detach() {
    const socket = this.#socket;
    this.#live = false;
    this.#socket = null;
    this.#timers.stopAll();
    return socket;
  }

  /* The owner hears it first, then those who wait for an answer on this socket. */
  #end(error) {
    if (!this.#detach()) return;
    this.#owner?.ended(error);
    this.failCalls(error, false);
  }

  #breakOff(problem) {
    this.#debug('the room server broke the protocol:', problem);
    this.#broken = true;
    this.#socket?.close(CLOSE_PROTOCOL_ERROR);
    this.#end(
      new NertcError(
        ErrorCode.CONNECTION_LOST,
        `The connection was dropped, for the server broke the protocol: ${problem}`,
      ),
    );
  }

  #takeText(text) {
    this.#silentIntervals = 0;
    if (this.#live) this.#received += 1;
    this.#debug('←', text);
    let message;
    try {
      message = decode(text);
    } catch (error) {
      this.#breakOff(error.message);
      return;
    }
    if (message.kind === 'notification') this.#takeEvent(message);
    else this.#takeAnswer(message);
  }

  /** @param {import('./wire.js').Message} event */
  #takeEvent({ method, body }) {
    const { epoch, seq, ...params } = body;
    if (epoch !== this.#epoch) this.#breakOff('an event of another epoch');
    else if (seq !== this.#lastSeq + 1) this.#breakOff('an event is missing or came twice');
    else {
      this.#lastSeq = seq;
      if (method) this.#owner?.event(method.name, params);
    }
  }

  /** @param {import('./wire.js').Message} answer */
  #takeAnswer({ kind, id = 0, body, error }) {
    const call = this.#calls.get(id);
    if (!call) {
      /* Late for somebody who does not wait any more; without an id, about a notification. */
      if (error) this.#debug('the room server did not take a message:', error.message);
      return;
    }
    let result = null;
    try {
      result = kind === 'result' ? checkResult(call.method, body) : null;
    } catch (problem) {
      this.#breakOff(`in the answer to ${call.method}, ${problem.message}`);
      return;
    }
    this.#calls.delete(id);
    /* Messages are handled in order, so what was sent before the request has been, too. */
    if (call.number > 0) this.#backlog.trim(call.number);
    call.reply(result, error ?? null);
  }

  #sendInSession(text) {
    const number = this.#backlog.add(text);
    if (this.#live) this.#socket?.send(text);
    return number;
  }

  /* Its answer acknowledges all that was sent before. */
  #pingIfNeeded() {
    if (this.#live && this.#backlog.length > UNACKNOWLEDGED_MAX) this.#ping();
  }

  #ping() {
    if (this.#pinging) return;
    this.#pinging = true;
    this.call('room.ping', {}, () => {
      this.#pinging = false;
    });
  }

  #goLive(pingInterval) {
    this.#live = true;
    this.#silentIntervals = 0;
    this.#watch(pingInterval * 1000);
  }

  /*
   * A script hears of no ping and no pong, so it asks itself. Intervals are counted and not time: a
   * page that was frozen gets its timers before what waited for it, and has to be given a chance.
   */
  #watch(interval) {
    this.#timers.start('liveness', interval, () => {
      if (this.#silentIntervals >= SILENT_INTERVALS_MAX) {
        this.#debug('the room server is silent');
        this.#socket?.close(CLOSE_ABANDONED);
        this.#end(
          new NertcError(ErrorCode.CONNECTION_LOST, 'The room server did not answer any more'),
        );
        return;
      }
      this.#silentIntervals += 1;
      this.#watch(interval);
      this.#ping();
    });
  }
}
