// SPDX-License-Identifier: LGPL-2.1-or-later
import { INSECURE, MediaAccessError, notSupported } from './media-errors.js';

/**
 * @typedef {object} Processing
 * @property {boolean} [AEC]
 * @property {boolean} [ANS]
 * @property {boolean} [AGC]
 */

function devices() {
  const found = globalThis.navigator?.mediaDevices;
  if (found?.getUserMedia) return found;
  throw notSupported(
    globalThis.isSecureContext === false ? INSECURE : 'this browser has no access to media devices',
  );
}

/**
 * @param {import('./profiles.js').AudioSettings} settings
 * @param {Processing} processing
 * @param {string} [deviceId]
 * @returns {MediaTrackConstraints}
 */
export function audioConstraints(settings, processing, deviceId) {
  const { AEC = true, ANS = true, AGC = true } = processing;
  return {
    echoCancellation: AEC,
    noiseSuppression: ANS,
    autoGainControl: AGC,
    channelCount: { ideal: settings.channels },
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  };
}

/**
 * @param {import('./profiles.js').VideoSettings} settings
 * @param {string} [deviceId]
 * @param {string} [facingMode]
 * @returns {MediaTrackConstraints}
 */
export function videoConstraints({ width, height, frameRate }, deviceId, facingMode) {
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate, max: Math.max(30, frameRate) },
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
    ...(facingMode && !deviceId ? { facingMode } : {}),
  };
}

/* Which of the two is missing; the browser only says that one is. */
async function findMissing(asked) {
  const list = await devices()
    .enumerateDevices()
    .catch(() => /** @type {MediaDeviceInfo[]} */ ([]));
  const kinds = { audio: 'audioinput', video: 'videoinput' };
  const missing = asked.filter((device) => !list.some(({ kind }) => kind === kinds[device]));
  return missing.length > 0 ? missing : asked;
}

/**
 * Opens microphone, camera, or both.
 * @param {{audio?: boolean | MediaTrackConstraints, video?: boolean | MediaTrackConstraints}} constraints
 * @returns {Promise<MediaStreamTrack[]>}
 */
export async function captureDevices(constraints) {
  const mediaDevices = devices();
  try {
    return (await mediaDevices.getUserMedia(constraints)).getTracks();
  } catch (error) {
    const asked = /** @type {('audio' | 'video')[]} */ (Object.keys(constraints));
    throw new MediaAccessError(
      error,
      error.name === 'NotFoundError' ? await findMissing(asked) : asked,
    );
  }
}

/**
 * Asks the user for a screen, a window or a tab.
 * @param {import('./profiles.js').VideoSettings} settings
 * @param {boolean} withAudio
 * @returns {Promise<MediaStreamTrack[]>}
 */
export async function captureScreen({ width, height, frameRate }, withAudio) {
  const mediaDevices = devices();
  if (!mediaDevices.getDisplayMedia)
    throw notSupported('this browser cannot share the screen; browsers of phones mostly cannot');
  try {
    const media = await mediaDevices.getDisplayMedia({
      video: { width: { max: width }, height: { max: height }, frameRate: { ideal: frameRate } },
      audio: withAudio,
    });
    return media.getTracks();
  } catch (error) {
    throw new MediaAccessError(error, ['screen']);
  }
}
