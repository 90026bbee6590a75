// SPDX-License-Identifier: LGPL-2.1-or-later
import { ErrorCode, NertcError } from './errors.js';

/** @typedef {'idle' | 'joining' | 'joined' | 'reconnecting' | 'closed'} State */
/** @typedef {'join' | 'joined' | 'refused' | 'lost' | 'resumed' | 'closed' | 'gaveUp' | 'leave'} StateEvent */

/**
 * What moves a room from one state to another. The states of the C library, but that a room is out
 * as soon as it is left: whether the server has heard of it is the business of whoever waits for it.
 * @type {Record<State, Partial<Record<StateEvent, State>>>}
 */
const transitions = {
  idle: { join: 'joining' },
  joining: { joined: 'joined', refused: 'closed', leave: 'closed' },
  joined: { lost: 'reconnecting', closed: 'closed', leave: 'closed' },
  reconnecting: { joined: 'joined', resumed: 'joined', gaveUp: 'closed', leave: 'closed' },
  closed: { join: 'joining' },
};

/** @type {Record<StateEvent, string>} */
const words = {
  join: 'joined',
  joined: 'entered',
  refused: 'refused',
  lost: 'lost',
  resumed: 'resumed',
  closed: 'closed',
  gaveUp: 'given up',
  leave: 'left',
};

/**
 * Decides, and does nothing.
 * @param {State} state
 * @param {StateEvent} event
 * @returns {State}
 */
export function nextState(state, event) {
  const next = transitions[state][event];
  if (next) return next;
  throw new NertcError(
    ErrorCode.WRONG_STATE,
    `The room cannot be ${words[event]} while it is ${state}`,
  );
}

export const states = Object.freeze(/** @type {State[]} */ (Object.keys(transitions)));
export const stateEvents = Object.freeze(/** @type {StateEvent[]} */ (Object.keys(words)));
