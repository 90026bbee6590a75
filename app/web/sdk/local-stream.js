// SPDX-License-Identifier: LGPL-2.1-or-later
import { audioConstraints, captureDevices, captureScreen, videoConstraints } from './capture.js';
import { Gain, LevelMeter } from './levels.js';
import { MediaAccessError, aborted, invalidArgument, wrongState } from './media-errors.js';
import {
  audioSettings,
  defaultAudio,
  defaultScreen,
  defaultVideo,
  videoSettings,
} from './profiles.js';
import { AUDIO_TYPES, Stream, VIDEO_TYPES, checkType, isAudio } from './stream.js';

/** @typedef {import('./stream.js').MediaType} MediaType */

/**
 * @typedef {object} Source where a track comes from
 * @property {MediaStreamTrack} track
 * @property {boolean} ours whether it was opened here, and has to be stopped here
 * @property {Gain | null} gain
 * @property {() => void} onEnded
 *
 * @typedef {object} PublishedBy hears of changes, while the stream is published
 * @property {(stream: LocalStream) => Promise<void>} tracksChanged others are there, or not there
 * @property {(stream: LocalStream) => Promise<void>} muteChanged
 * @property {(stream: LocalStream) => void} trackReplaced of the same kind
 * @property {(stream: LocalStream) => void} bitrateChanged
 */

/* Stands for its device: microphone, camera, screen */
const deviceOf = (type) => (type === 'audioSlave' ? 'screen' : type);

const endedEvents = Object.freeze({
  audio: 'audioTrackEnded',
  video: 'videoTrackEnded',
  screen: 'stopScreenSharing',
  audioSlave: 'stopScreenAudio',
});

const sourceOptions = Object.freeze({
  audio: 'audioSource',
  video: 'videoSource',
  screen: 'screenVideoSource',
  audioSlave: 'screenAudioSource',
});

function stopAll(tracks) {
  for (const track of tracks) track.stop();
}

/** What this page sends: microphone, camera, screen with its sound, or tracks of the application. */
export class LocalStream extends Stream {
  /** @type {PublishedBy | null} */
  publishedBy = null;
  /** The uid as the application knows it; null: not in a room @type {() => string | number | null} */
  uidSource = () => null;
  #options;
  /** @type {Map<MediaType, Source>} */
  #sources = new Map();
  /** @type {Set<MediaType>} */
  #muted = new Set();
  #audio = defaultAudio;
  #video = defaultVideo;
  #screen = defaultScreen;
  #volumes = { audio: 100, audioSlave: 100 };
  /** @type {Map<MediaType, LevelMeter>} */
  #meters = new Map();
  #destroyed = false;
  /* One step after the other */
  #last = Promise.resolve();

  /** @param {any} options see StreamOptions in nertc.d.ts */
  constructor(options) {
    super();
    if (options === null || typeof options !== 'object')
      throw invalidArgument('createStream() needs an object that says what to send');
    this.#options = { ...options };
  }

  getId() {
    return this.uidSource() ?? this.#options.uid ?? null;
  }

  get playable() {
    return VIDEO_TYPES;
  }

  get destroyed() {
    return this.#destroyed;
  }

  /* Devices */

  init() {
    return this.#inTurn(async () => {
      const { audio, video, screen, screenAudio } = this.#options;
      const asked = { audio, video, screen, audioSlave: screen && screenAudio };
      const types = /** @type {MediaType[]} */ (Object.keys(asked)).filter(
        (type) => (asked[type] || this.#options[sourceOptions[type]]) && !this.#sources.has(type),
      );
      await this.#open(types, this.#options);
    });
  }

  /** @param {any} options see OpenOptions in nertc.d.ts */
  open(options) {
    const { type, deviceId, screenAudio, source } = Object(options);
    checkType(type);
    return this.#inTurn(async () => {
      if (this.#sources.has(type)) throw wrongState(`The ${type} of this stream is open already`);
      const named = { ...this.#options, ...(source ? { [sourceOptions[type]]: source } : {}) };
      if (deviceId && type === 'audio') named.microphoneId = deviceId;
      if (deviceId && type === 'video') named.cameraId = deviceId;
      const withAudio = type === 'screen' && (screenAudio ?? named.screenAudio);
      await this.#open(withAudio ? ['screen', 'audioSlave'] : [type], named);
      if (deviceId) this.#options = { ...this.#options, ...this.#ids(type, deviceId) };
    });
  }

  /** @param {{type: MediaType}} options */
  close(options) {
    const { type } = Object(options);
    checkType(type);
    return this.#inTurn(() => this.#close(type === 'screen' ? ['screen', 'audioSlave'] : [type]));
  }

  /**
   * @param {'audio' | 'video'} type
   * @param {string} deviceId
   */
  switchDevice(type, deviceId) {
    checkType(type, /** @type {any} */ (['audio', 'video']));
    if (typeof deviceId !== 'string' || deviceId === '')
      throw invalidArgument('switchDevice() needs the deviceId of the other device');
    return this.#inTurn(async () => {
      const old = this.#sources.get(type);
      if (!old) throw wrongState(`There is no ${type} to switch; open() it first`);
      const track = await this.#captureOther(type, deviceId, old);
      this.#checkAlive([track]);
      this.#options = { ...this.#options, ...this.#ids(type, deviceId) };
      this.#put(type, track, true);
      this.publishedBy?.trackReplaced(this);
    });
  }

  destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.stop();
    for (const type of [...this.#sources.keys()]) this.#drop(type);
    this.publishedBy?.tracksChanged(this).catch(() => {});
  }

  /** What is sent, @param {MediaType} type */
  getSentTrack(type) {
    const source = this.#sources.get(type);
    return source?.gain?.track ?? source?.track ?? null;
  }

  /* Muting */

  muteAudio() {
    return this.#mute('audio', true);
  }

  unmuteAudio() {
    return this.#mute('audio', false);
  }

  muteVideo() {
    return this.#mute('video', true);
  }

  unmuteVideo() {
    return this.#mute('video', false);
  }

  muteScreen() {
    return this.#mute('screen', true);
  }

  unmuteScreen() {
    return this.#mute('screen', false);
  }

  muteAudioSlave() {
    return this.#mute('audioSlave', true);
  }

  unmuteAudioSlave() {
    return this.#mute('audioSlave', false);
  }

  /** @param {MediaType} type */
  isMuted(type) {
    checkType(type);
    return this.#muted.has(type);
  }

  /* Profiles */

  /** @param {any} profile see VideoProfile in nertc.d.ts */
  async setVideoProfile(profile) {
    this.#video = videoSettings(profile, this.#video);
    const { width, height, frameRate } = this.#video;
    await this.#constrain('video', {
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: frameRate },
    });
  }

  /** @param {any} profile see VideoProfile in nertc.d.ts */
  async setScreenProfile(profile) {
    this.#screen = videoSettings(profile, this.#screen);
    const { width, height, frameRate } = this.#screen;
    await this.#constrain('screen', {
      width: { max: width },
      height: { max: height },
      frameRate: { ideal: frameRate },
    });
  }

  /** @param {string} profile */
  setAudioProfile(profile) {
    this.#audio = audioSettings(profile);
    this.publishedBy?.bitrateChanged(this);
  }

  /**
   * @param {MediaType} type
   * @returns {number} bit/s
   */
  getMaxBitrate(type) {
    if (isAudio(type)) return this.#audio.bitrate;
    return type === 'screen' ? this.#screen.bitrate : this.#video.bitrate;
  }

  /**
   * @param {number} volume 0 to 100
   * @param {MediaType} type
   */
  setCaptureVolume(volume, type = 'audio') {
    checkType(type, AUDIO_TYPES);
    if (!(volume >= 0 && volume <= 100))
      throw invalidArgument('A volume is a number from 0 to 100');
    this.#volumes[type] = volume;
    const source = this.#sources.get(type);
    if (!source) return;
    const before = this.getSentTrack(type);
    this.#applyVolume(type, source);
    if (this.getSentTrack(type) !== before) this.publishedBy?.trackReplaced(this);
  }

  setLocalRenderMode(mode, type) {
    this.setRenderMode(mode, type);
  }

  /** One's own face is looked at as in a mirror. */
  getMode(type) {
    const mode = super.getMode(type);
    return { mirror: type === 'video' && this.#options.facingMode !== 'environment', ...mode };
  }

  /** @param {MediaType} type */
  getAudioLevel(type = 'audio') {
    checkType(type, AUDIO_TYPES);
    const track = this.getTrack(type);
    if (!track || this.#muted.has(type)) return 0;
    if (!this.#meters.has(type)) this.#meters.set(type, new LevelMeter(track));
    return this.#meters.get(type)?.level ?? 0;
  }

  /* One after the other, whether or not those before went well */
  #inTurn(step) {
    const result = this.#last.then(() => {
      this.#checkAlive([]);
      return step();
    });
    this.#last = result.catch(() => {});
    return result;
  }

  #checkAlive(tracks) {
    if (!this.#destroyed) return;
    stopAll(tracks);
    throw aborted('The stream was destroyed');
  }

  #ids(type, deviceId) {
    return type === 'audio' ? { microphoneId: deviceId } : { cameraId: deviceId };
  }

  /* All of them, or none */
  async #open(types, options) {
    /** @type {Map<MediaType, {track: MediaStreamTrack, ours: boolean}>} */
    const opened = new Map();
    try {
      this.#openSources(types, options, opened);
      await this.#openScreen(types, options, opened);
      await this.#openDevices(types, options, opened);
    } catch (error) {
      stopAll([...opened.values()].filter(({ ours }) => ours).map(({ track }) => track));
      this.#tellAccess(error);
      throw error;
    }
    this.#checkAlive([...opened.values()].filter(({ ours }) => ours).map(({ track }) => track));
    for (const [type, { track, ours }] of opened) this.#put(type, track, ours);
    if (opened.size > 0) await this.publishedBy?.tracksChanged(this);
  }

  #openSources(types, options, opened) {
    for (const type of types) {
      const track = options[sourceOptions[type]];
      if (!track) continue;
      if (!(track instanceof MediaStreamTrack))
        throw invalidArgument(`What is given for ${type} is no MediaStreamTrack`);
      opened.set(type, { track, ours: false });
    }
  }

  /* First, for browsers let a page ask for a screen only for some seconds after a click. */
  async #openScreen(types, options, opened) {
    if (!types.includes('screen') || opened.has('screen')) return;
    const withAudio = types.includes('audioSlave') && !opened.has('audioSlave');
    for (const track of await captureScreen(this.#screen, withAudio)) {
      const type = track.kind === 'video' ? 'screen' : 'audioSlave';
      /* Text is to be sharp (MediaStreamTrack Content Hints, 3.2). */
      if (type === 'screen') track.contentHint = 'detail';
      opened.set(type, { track, ours: true });
    }
  }

  async #openDevices(types, options, opened) {
    const { audioProcessing = {}, microphoneId, cameraId, facingMode } = options;
    const constraints = {};
    if (types.includes('audio') && !opened.has('audio'))
      constraints.audio = audioConstraints(this.#audio, audioProcessing, microphoneId);
    if (types.includes('video') && !opened.has('video'))
      constraints.video = videoConstraints(this.#video, cameraId, facingMode);
    if (Object.keys(constraints).length === 0) return;
    for (const track of await captureDevices(constraints))
      opened.set(/** @type {MediaType} */ (track.kind), { track, ours: true });
  }

  #capture(type, deviceId) {
    const { audioProcessing = {}, facingMode } = this.#options;
    return captureDevices(
      type === 'audio'
        ? { audio: audioConstraints(this.#audio, audioProcessing, deviceId) }
        : { video: videoConstraints(this.#video, deviceId, deviceId ? undefined : facingMode) },
    );
  }

  /* Some machines can open one camera at a time only: then the old one makes room. */
  async #captureOther(type, deviceId, old) {
    try {
      return (await this.#capture(type, deviceId))[0];
    } catch (error) {
      if (error.name !== 'NotReadableError' || !old.ours) {
        this.#tellAccess(error);
        throw error;
      }
    }
    const { deviceId: oldId } = old.track.getSettings();
    old.track.stop();
    try {
      return (await this.#capture(type, deviceId))[0];
    } catch (error) {
      this.#tellAccess(error);
      const again = await this.#capture(type, oldId).catch(() => []);
      this.#checkAlive(again);
      if (again[0]) {
        this.#put(type, again[0], true);
        this.publishedBy?.trackReplaced(this);
      } else {
        await this.#close([type]);
      }
      throw error;
    }
  }

  #tellAccess(error) {
    if (!(error instanceof MediaAccessError)) return;
    for (const device of error.devices) this.notify(error.eventName, device);
  }

  #put(type, track, ours) {
    this.#drop(type);
    const onEnded = () => this.#onEnded(type, track);
    /** @type {Source} */
    const source = { track, ours, gain: null, onEnded };
    track.addEventListener('ended', onEnded);
    track.enabled = !this.#muted.has(type);
    this.#sources.set(type, source);
    if (isAudio(type)) this.#applyVolume(type, source);
    this.setTrack(type, track);
  }

  #drop(type) {
    const source = this.#sources.get(type);
    if (!source) return;
    this.#sources.delete(type);
    this.#meters.get(type)?.stop();
    this.#meters.delete(type);
    source.track.removeEventListener('ended', source.onEnded);
    source.gain?.stop();
    if (source.ours) source.track.stop();
    this.setTrack(type, null);
  }

  async #close(types) {
    const open = types.filter((type) => this.#sources.has(type));
    for (const type of open) this.#drop(type);
    if (open.length > 0) await this.publishedBy?.tracksChanged(this);
  }

  /* The device was unplugged, or the user ended sharing: nobody here asked for it. */
  #onEnded(type, track) {
    if (this.#sources.get(type)?.track !== track) return;
    const types = type === 'screen' ? ['screen', 'audioSlave'] : [type];
    for (const each of types) this.#drop(each);
    this.publishedBy?.tracksChanged(this).catch(() => {});
    this.notify(endedEvents[type], { stream: this, mediaType: deviceOf(type) });
  }

  #applyVolume(type, source) {
    const volume = this.#volumes[type];
    if (volume !== 100) source.gain ??= new Gain(source.track);
    if (source.gain) source.gain.factor = volume / 100;
  }

  async #mute(type, muted) {
    this.#checkAlive([]);
    if (this.#muted.has(type) === muted) return;
    if (muted) this.#muted.add(type);
    else this.#muted.delete(type);
    const source = this.#sources.get(type);
    if (source) source.track.enabled = !muted;
    await this.publishedBy?.muteChanged(this);
  }

  async #constrain(type, constraints) {
    const source = this.#sources.get(type);
    this.publishedBy?.bitrateChanged(this);
    if (!source?.ours) return;
    const { deviceId } = source.track.getConstraints();
    try {
      await source.track.applyConstraints({ ...constraints, ...(deviceId ? { deviceId } : {}) });
    } catch (error) {
      throw new MediaAccessError(error, [deviceOf(type)]);
    }
  }
}
