// SPDX-License-Identifier: LGPL-2.1-or-later
import { ErrorCode, NertcError } from './errors.js';

/** By the names of Media Capture and Streams, 10.2 (getUserMedia), and of Screen Capture, 5.1. */
const accessCodes = Object.freeze({
  NotAllowedError: ErrorCode.MEDIA_NOT_ALLOWED,
  NotFoundError: ErrorCode.MEDIA_NOT_FOUND,
  NotReadableError: ErrorCode.MEDIA_NOT_READABLE,
  OverconstrainedError: ErrorCode.MEDIA_OVERCONSTRAINED,
  SecurityError: ErrorCode.MEDIA_SECURITY,
  AbortError: ErrorCode.MEDIA_ABORT,
});

const remedies = Object.freeze({
  NotAllowedError: 'the use of it was denied; allow it in the browser’s settings of this page',
  NotFoundError: 'there is none; connect one and try again',
  NotReadableError: 'it cannot be read; close other programs that use it and try again',
  OverconstrainedError: 'none can do what is asked; ask for another device, size or rate',
  SecurityError: 'this page may not use it; look at its permissions policy',
  AbortError: 'the device broke off; connect it anew and try again',
});

/** Which event of a client tells of the error. */
const eventNames = Object.freeze({
  NotAllowedError: 'accessDenied',
  SecurityError: 'accessDenied',
  NotFoundError: 'notFound',
  OverconstrainedError: 'notFound',
  NotReadableError: 'beOccupied',
});

const deviceWords = Object.freeze({ audio: 'microphone', video: 'camera', screen: 'screen' });

/* What browser makers once called them, or still do. */
const otherNames = Object.freeze({
  PermissionDeniedError: 'NotAllowedError',
  DevicesNotFoundError: 'NotFoundError',
  TrackStartError: 'NotReadableError',
  ConstraintNotSatisfiedError: 'OverconstrainedError',
});

/** Of getUserMedia() and getDisplayMedia(): `name` is the browser's word. */
export class MediaAccessError extends NertcError {
  /**
   * @param {any} cause what the browser threw
   * @param {('audio' | 'video' | 'screen')[]} devices that were asked for
   */
  constructor(cause, devices) {
    const name = otherNames[cause?.name] ?? cause?.name ?? 'Error';
    const what = devices.map((device) => deviceWords[device]).join(' and ');
    const remedy = remedies[name] ?? cause?.message ?? 'unknown';
    super(accessCodes[name] ?? ErrorCode.MEDIA_ABORT, `Media access: ${name} (${what}): ${remedy}`);
    this.name = name;
    this.devices = devices;
  }

  /** The event that tells of it */
  get eventName() {
    return eventNames[this.name] ?? 'deviceError';
  }
}

/** The browser plays sound only after a click (HTML, 4.8.11.8, "allowed to play"). */
export class AutoplayError extends NertcError {
  constructor(stream, mediaType) {
    super(ErrorCode.AUTOPLAY, 'The browser plays sound only after a click: call resume() from one');
    this.stream = stream;
    this.mediaType = mediaType;
  }
}

export function invalidArgument(message) {
  return new NertcError(ErrorCode.INVALID_ARGUMENT, message);
}

export function wrongState(message) {
  return new NertcError(ErrorCode.WRONG_STATE, message);
}

export function notSupported(message) {
  return new NertcError(ErrorCode.NOT_SUPPORT, `NOT_SUPPORT: ${message}`);
}

export function aborted(message) {
  return new NertcError(ErrorCode.ABORTED, message);
}

export const INSECURE =
  'this page is not secure, and browsers keep cameras and microphones from such pages; open it by ' +
  'https://, or on the server’s own machine by http://localhost';
