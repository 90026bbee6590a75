// SPDX-License-Identifier: LGPL-2.1-or-later
import { invalidArgument } from './media-errors.js';

export const STREAM_TYPE = Object.freeze({ HIGH: 0, LOW: 1 });

export const VIDEO_QUALITY = Object.freeze({
  VIDEO_QUALITY_180p: 2,
  VIDEO_QUALITY_480p: 4,
  VIDEO_QUALITY_720p: 8,
  VIDEO_QUALITY_1080p: 16,
});

export const VIDEO_FRAME_RATE = Object.freeze({
  CHAT_VIDEO_FRAME_RATE_NORMAL: 0,
  CHAT_VIDEO_FRAME_RATE_5: 1,
  CHAT_VIDEO_FRAME_RATE_10: 2,
  CHAT_VIDEO_FRAME_RATE_15: 3,
  CHAT_VIDEO_FRAME_RATE_20: 4,
  CHAT_VIDEO_FRAME_RATE_25: 5,
  CHAT_VIDEO_FRAME_RATE_30: 6,
});

const sizes = new Map([
  [VIDEO_QUALITY.VIDEO_QUALITY_180p, { width: 320, height: 180 }],
  [VIDEO_QUALITY.VIDEO_QUALITY_480p, { width: 640, height: 480 }],
  [VIDEO_QUALITY.VIDEO_QUALITY_720p, { width: 1280, height: 720 }],
  [VIDEO_QUALITY.VIDEO_QUALITY_1080p, { width: 1920, height: 1080 }],
]);

const rates = [30, 5, 10, 15, 20, 25, 30];

/* bit/s that a picture of so many pixels needs at 30 a second */
const bitrateSteps = [
  { pixels: 320 * 240, bitrate: 350_000 },
  { pixels: 640 * 360, bitrate: 800_000 },
  { pixels: 640 * 480, bitrate: 1_000_000 },
  { pixels: 1280 * 720, bitrate: 2_000_000 },
  { pixels: 1920 * 1080, bitrate: 3_500_000 },
];
const BITRATE_MAX = 6_000_000;

const audioProfiles = new Map([
  ['speech_low_quality', { bitrate: 24_000, channels: 1 }],
  ['speech_standard', { bitrate: 32_000, channels: 1 }],
  ['music_standard', { bitrate: 48_000, channels: 1 }],
  ['standard_stereo', { bitrate: 64_000, channels: 2 }],
  ['high_quality', { bitrate: 96_000, channels: 1 }],
  ['high_quality_stereo', { bitrate: 128_000, channels: 2 }],
]);

/**
 * @typedef {object} VideoSettings
 * @property {number} width
 * @property {number} height
 * @property {number} frameRate
 * @property {number} bitrate the most that is sent, bit/s
 *
 * @typedef {object} AudioSettings
 * @property {number} bitrate
 * @property {number} channels
 */

function sizeOf(resolution) {
  const { width, height } = sizes.get(resolution) ?? Object(resolution);
  const valid = (number) => Number.isInteger(number) && number >= 16 && number <= 8192;
  if (!valid(width) || !valid(height))
    throw invalidArgument(`There is no resolution ${JSON.stringify(resolution)}`);
  return { width, height };
}

function rateOf(frameRate) {
  const rate = rates[frameRate];
  if (rate === undefined) throw invalidArgument(`There is no frame rate ${frameRate}`);
  return rate;
}

/* A picture that comes half as often needs more than half of it. */
function bitrateOf({ width, height }, frameRate) {
  const step = bitrateSteps.find(({ pixels }) => width * height <= pixels);
  return Math.round((step?.bitrate ?? BITRATE_MAX) * Math.sqrt(frameRate / 30));
}

/**
 * @param {{resolution?: any, frameRate?: number, bitrate?: number}} profile
 * @param {VideoSettings} base what is not named stays
 * @returns {VideoSettings}
 */
export function videoSettings(profile, base) {
  const { resolution, frameRate: code, bitrate } = Object(profile);
  if (bitrate !== undefined && !(Number.isInteger(bitrate) && bitrate >= 10_000))
    throw invalidArgument('The bitrate must be a whole number of bit/s, at least 10000');
  const size = resolution === undefined ? base : sizeOf(resolution);
  const frameRate = code === undefined ? base.frameRate : rateOf(code);
  return {
    width: size.width,
    height: size.height,
    frameRate,
    bitrate: bitrate ?? bitrateOf(size, frameRate),
  };
}

/**
 * @param {string} profile
 * @returns {AudioSettings}
 */
export function audioSettings(profile) {
  const settings = audioProfiles.get(profile);
  if (!settings)
    throw invalidArgument(
      `There is no audio profile ${profile}; there are ${[...audioProfiles.keys()].join(', ')}`,
    );
  return settings;
}

/** @type {Readonly<VideoSettings>} */
export const defaultVideo = Object.freeze({
  width: 640,
  height: 480,
  frameRate: 30,
  bitrate: 1_000_000,
});

/** Text has to be sharp, and need not be smooth. @type {Readonly<VideoSettings>} */
export const defaultScreen = Object.freeze({
  width: 1920,
  height: 1080,
  frameRate: 15,
  bitrate: 2_500_000,
});

export const defaultAudio = audioSettings('music_standard');
