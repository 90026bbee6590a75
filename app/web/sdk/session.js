// SPDX-License-Identifier: LGPL-2.1-or-later
import { backoffDelay } from './backoff.js';
import { Timers } from './clock.js';
import { Connection } from './connection.js';
import { ErrorCode, NertcError, isLoss } from './errors.js';
import { nextState } from './session-state.js';

/**
 * In milliseconds; tests make them short.
 * @typedef {object} Timing
 * @property {number} join the longest a first join takes
 * @property {number} leave the longest a leave waits for the server
 * @property {number} attempt the longest one try to come back takes
 * @property {number} settle how long those who were there before may take to come back
 * @property {number} uidTaken how long the server may keep the place of a last session of ours
 * @property {number} stable a connection that lasted less was no success for the back-off
 * @property {number} giveUp how long a loss lasts before it is the end
 */
export const defaultTiming = Object.freeze({
  join: 10000,
  leave: 1000,
  attempt: 5000,
  settle: 10000,
  uidTaken: 60000,
  stable: 10000,
  giveUp: 300000,
});

/* Whoever is put out for one of these comes back. */
const TEMPORARY = ['shutdown', 'timeout', 'lost'];

/* Time may help. A server keeps the place of a member who is lost, so this counts for a while. */
const PASSING = [
  ErrorCode.INTERNAL,
  ErrorCode.ROOM_FULL,
  ErrorCode.TOO_MANY_ROOMS,
  ErrorCode.RATE_EXCEEDED,
];

/* Why one is out whom the server does not take again */
const FINAL = new Map([
  [ErrorCode.TOKEN_EXPIRED, 'expired'],
  [ErrorCode.BANNED, 'banned'],
]);

/** @param {NertcError} error @returns {string} a close reason */
function refusalReason(error) {
  switch (error.code) {
    case ErrorCode.SERVER_UNREACHABLE:
    case ErrorCode.CONNECTION_LOST:
      return 'lost';
    case ErrorCode.TIMEOUT:
      return 'timeout';
    default:
      return 'refused';
  }
}

/**
 * @typedef {object} SessionOwner
 * @property {() => [method: string, params: Record<string, any>]} joinRequest the next one
 * @property {(result: any) => (() => void)[]} takeJoinResult what is to be told of it, step by step
 * @property {(name: string, params: any) => void} takeEvent
 * @property {(state: string, previous: string, reason: string | undefined) => void} stateChanged
 * @property {() => void} sessionLost nothing of it is known to a server any more
 * @property {() => boolean} settled
 * @property {() => void} settle gives up who has not come back
 * @property {(reason: string, error: NertcError, asked: boolean) => void} ended for good; `asked`: the
 *   application knows, for it left or its join was refused
 */

/**
 * A membership: joins, comes back after a loss, and leaves. docs/protocol.md, "Loss and coming back".
 */
export class Session {
  /** @type {import('./session-state.js').State} */
  state = 'idle';
  /** @type {string | undefined} */
  reason;
  /* Rises with each join and leave: whoever tells the application looks whether to go on. */
  generation = 0;

  #owner;
  #parts;
  #timing;
  #timers;
  #url = '';
  /** @type {Connection | null} */
  #connection = null;
  /** @type {{resolve: (result: any) => void, reject: (error: Error) => void} | null} */
  #join = null;
  /** @type {Promise<void>} */
  #leaving = Promise.resolve();
  #attempt = 0;
  #attemptAt = 0;
  #joinedAt = 0;
  #lostAt = 0;
  #lastProblem = '';
  #asleep = false;
  #secret = { uid: '', value: '' };

  /**
   * @param {SessionOwner} owner
   * @param {{clock: import('./clock.js').Clock, WebSocket: typeof WebSocket,
   *   debug: (...words: any[]) => void, timing?: Partial<Timing>}} parts
   */
  constructor(owner, parts) {
    this.#owner = owner;
    this.#parts = parts;
    this.#timing = { ...defaultTiming, ...parts.timing };
    this.#timers = new Timers(parts.clock);
  }

  /** Whether what is sent now is kept until the server has it; also while the connection is lost. */
  get hasSession() {
    return this.#connection?.hasSession ?? false;
  }

  get epoch() {
    return this.#connection?.epoch ?? null;
  }

  /**
   * @param {string} url
   * @param {() => void} begin called when nothing speaks against it
   * @returns {Promise<any>} the result of the request to join
   */
  join(url, begin) {
    const next = nextState(this.state, 'join');
    begin();
    this.#url = url;
    this.#attempt = 0;
    this.#asleep = false;
    this.#attemptAt = this.#now();
    this.generation += 1;
    const { generation } = this;
    const joined = new Promise((resolve, reject) => {
      this.#join = { resolve, reject };
    });
    this.#setState(next, undefined);
    if (this.generation === generation) this.#startAttempt();
    return joined;
  }

  /**
   * Leaves the room, or ends the try to join it; a room that is out already is out.
   * @returns {Promise<void>} resolves when the server knows, or after a while
   */
  leave() {
    if (this.state === 'idle' || this.state === 'closed') return this.#leaving;
    const connection = this.#connection;
    const told = this.state === 'joined' && connection;
    this.#connection = null;
    this.#leaving = new Promise((resolve) => {
      this.#finish('leave', 'left', new NertcError(ErrorCode.ABORTED, 'The room was left'), true);
      if (told) this.#sayLeave(connection, resolve);
      else resolve(undefined);
    });
    if (!told) connection?.drop();
    return this.#leaving;
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {import('./connection.js').Reply} reply
   */
  call(method, params, reply) {
    if (!this.#connection) throw new NertcError(ErrorCode.NOT_JOINED, 'No room was joined');
    this.#connection.call(method, params, reply);
  }

  /**
   * @param {string} method
   * @param {object} params
   */
  notify(method, params) {
    this.#connection?.notify(method, params);
  }

  /**
   * The server's last word.
   * @param {string} reason
   * @param {string} [message]
   */
  takeClosed(reason, message) {
    if (TEMPORARY.includes(reason)) {
      const error = new NertcError(
        ErrorCode.CONNECTION_LOST,
        `The room server ended the connection: ${reason}`,
      );
      this.#lose(true, reason, error);
      return;
    }
    const error = new NertcError(
      ErrorCode.ROOM_CLOSED,
      `The membership was ended by the server: ${reason}${message ? `: ${message}` : ''}`,
    );
    error.said = message ?? '';
    this.#fail('closed', reason, error);
  }

  /** The page goes: the others see it at once. It may come back as it was. */
  pageHidden() {
    this.#asleep = true;
    const error = new NertcError(ErrorCode.CONNECTION_LOST, 'The page was left');
    if (this.state === 'joining') this.#failAttempt(error);
    else if (this.state === 'joined') this.#lose(true, 'lost', error);
    this.#timers.stopAll();
    this.#dropConnection();
  }

  /** The page is there again. */
  pageShown() {
    if (!this.#asleep) return;
    this.#asleep = false;
    if (this.state !== 'reconnecting') return;
    this.#attempt = 0;
    this.#lostAt = this.#now();
    this.#startToGiveUp(this.#timing.giveUp);
    this.#startAttempt();
  }

  /** There is no use in waiting longer. */
  networkCame() {
    if (!this.#timers.isRunning('retry')) return;
    this.#timers.stop('retry');
    this.#startAttempt();
  }

  /** To be called when somebody may have come back. */
  startToSettle() {
    if (!this.#owner.settled())
      this.#timers.start('settle', this.#timing.settle, () => this.#owner.settle());
  }

  #now() {
    return this.#parts.clock.now();
  }

  #setState(state, reason) {
    const previous = this.state;
    this.state = state;
    this.reason = reason;
    this.#owner.stateChanged(state, previous, reason);
  }

  #dropConnection() {
    const connection = this.#connection;
    this.#connection = null;
    connection?.drop();
  }

  /* Attempts */

  #startAttempt() {
    const first = this.state === 'joining';
    const limit = first ? this.#timing.join : this.#timing.attempt;
    this.#attemptAt = this.#now();
    this.#timers.start('deadline', limit, () => this.#onDeadline(limit));
    this.#connection ??= this.#makeConnection();
    this.#connection.open(this.#url);
  }

  /* What an earlier one says later is not heard. */
  #makeConnection() {
    const ifCurrent =
      (take) =>
      (...words) => {
        if (this.#connection === connection) take(...words);
      };
    const connection = new Connection(
      {
        opened: ifCurrent(() => this.#onOpened()),
        event: ifCurrent((name, params) => this.#onEvent(name, params)),
        ended: ifCurrent((error) => this.#onEnded(error)),
      },
      this.#parts,
    );
    return connection;
  }

  #onDeadline(limit) {
    this.#failAttempt(
      new NertcError(
        ErrorCode.TIMEOUT,
        `The room server at ${this.#url} did not answer within ${limit} ms; check its address, or ` +
          'whether something on the way swallows the packets',
      ),
    );
  }

  #onOpened() {
    const connection = /** @type {Connection} */ (this.#connection);
    if (connection.canResume)
      connection.resume(this.#secret.value, (result, error) => this.#onResumed(result, error));
    else if (connection.hasSession) this.#joinAfresh('more was to be sent than is kept');
    else this.#sendJoin();
  }

  #onEvent(name, params) {
    if (this.state === 'joined') this.#owner.takeEvent(name, params);
  }

  #onEnded(error) {
    if (this.state === 'joined') this.#lose(!this.#connection?.canResume, 'lost', error);
    else this.#failAttempt(error);
  }

  #sendJoin() {
    const [method, params] = this.#owner.joinRequest();
    const ours = this.#secret.value && params.uid === this.#secret.uid;
    const sessionSecret = ours ? this.#secret.value : undefined;
    this.#connection?.call(method, { ...params, sessionSecret }, (result, error) => {
      if (result) this.#enter(result);
      else if (!isLoss(error))
        this.#takeRefusal(error); /* otherwise the end of the connection says it */
    });
  }

  /* The application hears of the state first, then of the others, then that its join is done. */
  #enter(result) {
    const next = nextState(this.state, 'joined');
    const { generation } = this;
    this.#stopTrying();
    this.#secret = { uid: result.uid, value: result.sessionSecret };
    this.#connection?.beginSession(result.epoch, result.pingInterval);
    const steps = this.#owner.takeJoinResult(result);
    this.startToSettle();
    this.#setState(next, undefined);
    for (const step of steps) if (this.generation === generation) step();
    if (this.generation === generation) this.#join?.resolve(result);
    if (this.generation === generation) this.#join = null;
  }

  #stopTrying() {
    this.#timers.stop('deadline');
    this.#timers.stop('giveUp');
    this.#joinedAt = this.#now();
  }

  #takeRefusal(error) {
    if (this.state === 'joining' || this.#isPassing(error)) this.#failAttempt(error);
    else this.#fail('gaveUp', FINAL.get(error.code) ?? 'refused', error);
  }

  #isPassing({ code }) {
    if (code === ErrorCode.UID_TAKEN) return this.#now() - this.#lostAt < this.#timing.uidTaken;
    return PASSING.includes(code);
  }

  #onResumed(result, error) {
    if (result && this.#connection?.takeResumed(result)) this.#resume();
    else if (result) this.#joinAfresh('it says to have handled what was not sent');
    else if (isLoss(error)) return; /* the end of the connection says it */
    else if (error.code === ErrorCode.RATE_EXCEEDED || error.code === ErrorCode.INTERNAL)
      this.#failAttempt(error);
    else this.#joinAfresh(error.message);
  }

  /* All is as it was, and nobody has seen anything. */
  #resume() {
    this.#stopTrying();
    this.startToSettle();
    this.#setState(nextState(this.state, 'resumed'), undefined);
  }

  /* Whoever waited for an answer may have left the room. */
  #joinAfresh(problem) {
    const { generation } = this;
    this.#loseSession(
      new NertcError(
        ErrorCode.CONNECTION_LOST,
        `The room server did not take the session up again: ${problem}`,
      ),
    );
    if (this.generation === generation && this.#connection) this.#sendJoin();
  }

  /* Losses */

  #loseSession(error) {
    this.#owner.sessionLost();
    this.#connection?.forgetSession(error);
  }

  /* The membership goes on as soon as the server is there again. */
  #lose(sessionToo, reason, error) {
    const next = nextState(this.state, 'lost');
    const gone = sessionToo ? this.#connection : null;
    this.#lostAt = this.#now();
    if (this.#lostAt - this.#joinedAt >= this.#timing.stable) this.#attempt = 0;
    this.#timers.stop('settle');
    const { generation } = this;
    if (sessionToo) this.#loseSession(error);
    if (this.generation !== generation) return;
    if (gone) this.#dropConnection();
    if (!this.#asleep) this.#startToGiveUp(this.#timing.giveUp);
    this.#scheduleRetry(error);
    this.#setState(next, reason);
  }

  #scheduleRetry(error) {
    const elapsed = this.#now() - this.#lostAt;
    const delay = backoffDelay(this.#attempt, elapsed, this.#parts.clock.random());
    this.#attempt += 1;
    this.#lastProblem = error.message;
    this.#connection?.abandon();
    if (this.#asleep) return;
    this.#timers.start('retry', delay, () => this.#startAttempt());
  }

  /* What went wrong with a join, the first one or another one. */
  #failAttempt(error) {
    this.#timers.stop('deadline');
    if (this.state === 'joining') this.#fail('refused', refusalReason(error), error);
    else if (this.state === 'reconnecting') this.#scheduleRetry(error);
  }

  #startToGiveUp(ms) {
    this.#timers.start('giveUp', ms, () => this.#onGiveUp());
  }

  /* A computer that slept has not tried all the time. */
  #onGiveUp() {
    const patience = 3 * this.#timing.attempt;
    if (this.#now() - this.#attemptAt > patience) {
      this.#startToGiveUp(patience);
      this.networkCame();
      return;
    }
    this.#fail(
      'gaveUp',
      'timeout',
      new NertcError(
        ErrorCode.CONNECTION_LOST,
        `The connection to the room server was lost and could not be made again: ${this.#lastProblem}`,
      ),
    );
  }

  /* An end that nobody asked for */
  #fail(event, reason, error) {
    this.#finish(event, reason, error, event === 'refused');
  }

  #finish(event, reason, error, asked) {
    const next = nextState(this.state, event);
    const join = this.#join;
    this.#join = null;
    this.generation += 1;
    this.#timers.stopAll();
    this.#dropConnection();
    this.#setState(next, reason);
    this.#owner.ended(reason, error, asked);
    join?.reject(error);
  }

  #sayLeave(connection, resolve) {
    const { clock } = this.#parts;
    const done = () => {
      clock.clearTimeout(timer);
      connection.drop();
      resolve();
    };
    const timer = clock.setTimeout(done, this.#timing.leave);
    connection.failCalls(new NertcError(ErrorCode.ABORTED, 'The room was left'));
    connection.call('room.leave', {}, done);
  }
}
