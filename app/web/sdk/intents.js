// SPDX-License-Identifier: LGPL-2.1-or-later
import { ErrorCode, NertcError, isLoss } from './errors.js';

const METHODS = { publish: 'stream.publish', subscribe: 'stream.subscribe' };
/* The most transports that a message may name */
const TRANSPORTS_MAX = { publish: 1000, subscribe: 8 };

/** @param {NertcError} error */
const isGone = (error) => error.code === ErrorCode.STREAM_NOT_FOUND;

/**
 * @typedef {'publish' | 'subscribe'} Kind
 *
 * @typedef {object} Waiter
 * @property {(streamId: string) => void} resolve
 * @property {(error: NertcError) => void} reject
 *
 * @typedef {object} Intent
 * @property {Kind} kind
 * @property {string | undefined} streamId a publication may get its own from the server
 * @property {Record<string, any>} media what it is to be: source, audio, video, and what is muted
 * @property {boolean} established the server has it
 * @property {number} inFlight requests that wait for their answer
 * @property {boolean} withdrawn nobody wants it any more, but its id was not known yet
 * @property {boolean} dropped
 * @property {Waiter[]} waiters those whose request is not sent, or was lost
 *
 * @typedef {object} IntentsOwner
 * @property {(method: string, params: object, reply: import('./connection.js').Reply) => void} call
 * @property {() => boolean} hasSession
 * @property {(streamId: string) => boolean} isPresent whether the server has this stream now
 * @property {(streamId: string, kind: Kind) => string[]} liveTransports
 * @property {(streamId: string, error: NertcError) => void} failed what the application believes to
 *   have is gone
 */

/**
 * What the application publishes and subscribes. It outlives the session: after a join that the room
 * makes by itself it is asked for again, a publication under its own stream id.
 */
export class Intents {
  #owner;
  /** @type {Intent[]} */
  #intents = [];

  /** @param {IntentsOwner} owner */
  constructor(owner) {
    this.#owner = owner;
  }

  /**
   * @param {Kind} kind
   * @param {string | undefined} streamId
   */
  find(kind, streamId) {
    return this.#intents.find((intent) => intent.kind === kind && intent.streamId === streamId);
  }

  /**
   * @param {Kind} kind
   * @param {string | undefined} streamId
   * @param {Record<string, any>} media
   * @returns {Intent}
   */
  add(kind, streamId, media) {
    const state = { established: false, inFlight: 0, withdrawn: false, dropped: false };
    const intent = { kind, streamId, media, ...state, waiters: [] };
    this.#intents.push(intent);
    return intent;
  }

  /**
   * Asks for it, now or when there is a session again.
   * @param {Intent} intent
   * @param {boolean} now
   * @returns {Promise<string>} its stream id
   */
  request(intent, now) {
    return new Promise((resolve, reject) => {
      intent.waiters.push({ resolve, reject });
      if (now) this.#send(intent);
    });
  }

  /**
   * Whether the server knows it, or is about to.
   * @param {Intent} intent
   */
  isOnServer(intent) {
    return this.#owner.hasSession() && (intent.established || intent.inFlight > 0);
  }

  /**
   * @param {Intent} intent
   * @param {NertcError} error for those who wait for it
   */
  drop(intent, error) {
    intent.dropped = true;
    this.#intents = this.#intents.filter((other) => other !== intent);
    intent.withdrawn = intent.inFlight > 0 && !intent.streamId;
    for (const waiter of intent.waiters.splice(0)) waiter.reject(error);
  }

  /** @param {NertcError} error */
  dropAll(error) {
    for (const intent of [...this.#intents]) {
      this.drop(intent, error);
      intent.withdrawn = false;
    }
  }

  /**
   * The server that takes the next join knows nothing of them.
   * @param {Kind} [kind] absent: of all
   */
  unsettle(kind) {
    for (const intent of this.#intents)
      if (!kind || intent.kind === kind) intent.established = false;
  }

  /**
   * Asks again for what is wanted and not there.
   * @param {{publish: boolean, subscribe: boolean}} may
   */
  restore(may = { publish: true, subscribe: true }) {
    for (const intent of [...this.#intents]) if (may[intent.kind]) this.#restore(intent);
  }

  /**
   * A stream has come, perhaps one that was missing.
   * @param {string} streamId
   */
  restoreSubscription(streamId) {
    const intent = this.find('subscribe', streamId);
    if (intent) this.#restore(intent);
  }

  /**
   * The server has taken a stream of ours, though the application still wants it out: at once again
   * if it only took us for dead; what we may not publish is published when we may.
   * @param {string} streamId
   * @param {string} reason
   * @returns {boolean} whether the application has lost it
   */
  losePublication(streamId, reason) {
    const intent = this.find('publish', streamId);
    if (!intent) return false;
    intent.established = false;
    if (reason !== 'timeout') return true;
    this.#restore(intent);
    return false;
  }

  /**
   * A stream of another member has gone.
   * @param {string} streamId
   */
  forgetSubscription(streamId) {
    const intent = this.find('subscribe', streamId);
    const error = new NertcError(ErrorCode.STREAM_NOT_FOUND, `The stream ‘${streamId}’ is gone`);
    if (intent) this.drop(intent, error);
  }

  #restore(intent) {
    if (intent.established || intent.inFlight > 0) return;
    if (intent.kind === 'publish' || this.#owner.isPresent(intent.streamId)) this.#send(intent);
  }

  #send(intent) {
    const { kind, streamId, media } = intent;
    const waiters = intent.waiters.splice(0);
    const live = streamId ? this.#owner.liveTransports(streamId, kind) : [];
    const transports = live.length > 0 ? live.slice(0, TRANSPORTS_MAX[kind]) : undefined;
    intent.inFlight += 1;
    try {
      this.#owner.call(METHODS[kind], { streamId, ...media, transports }, (result, error) =>
        this.#takeAnswer(intent, waiters, result, error),
      );
    } catch (error) {
      /* It cannot be written. */
      this.#takeAnswer(intent, waiters, null, error);
    }
  }

  #takeAnswer(intent, waiters, result, error) {
    intent.inFlight -= 1;
    if (!error) this.#accept(intent, waiters, result);
    else if (isLoss(error) && !intent.dropped) intent.waiters.push(...waiters);
    else this.#refuse(intent, waiters, error);
  }

  #accept(intent, waiters, result) {
    intent.established = true;
    intent.streamId ??= result.streamId;
    if (intent.withdrawn)
      this.#owner.call('stream.unpublish', { streamId: intent.streamId }, () => {});
    for (const { resolve } of waiters) resolve(intent.streamId);
  }

  /* A refusal that nobody waits for concerns what the application believes to have. */
  #refuse(intent, waiters, error) {
    const unexpected = waiters.length === 0;
    const waitsForGrant = error.code === ErrorCode.GRANT_MISSING && unexpected;
    const alive = !intent.dropped;
    if (alive && (isGone(error) || (!intent.established && !waitsForGrant)))
      this.drop(intent, error);
    if (alive && unexpected && !isGone(error)) this.#owner.failed(intent.streamId, error);
    for (const { reject } of waiters) reject(error);
  }
}
