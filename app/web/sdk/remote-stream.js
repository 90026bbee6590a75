// SPDX-License-Identifier: LGPL-2.1-or-later
import { LevelMeter } from './levels.js';
import { invalidArgument } from './media-errors.js';
import { AUDIO_TYPES, Stream, VIDEO_TYPES, checkType, isAudio } from './stream.js';
import { AudioPlayer, VideoPlayer } from './render.js';

/** @typedef {import('./stream.js').MediaType} MediaType */
/** @typedef {import('./roster.js').StreamInfo} StreamInfo */

/** What another member sends. */
export class RemoteStream extends Stream {
  /** What the room knows of its halves, by source @type {{camera?: StreamInfo, screen?: StreamInfo}} */
  halves = {};
  config = { audio: true, audioSlave: true, video: true, screen: true };
  #uid;
  /** @type {Map<MediaType, RTCRtpReceiver>} */
  #receivers = new Map();
  /** @type {Set<MediaType>} at this end only */
  #muted = new Set();
  #volumes = { audio: 100, audioSlave: 100 };
  #output = '';
  /** @type {Map<MediaType, LevelMeter>} */
  #meters = new Map();

  /**
   * @param {string | number} uid
   * @param {string} [streamId] of a further stream of the member
   */
  constructor(uid, streamId) {
    super();
    this.#uid = uid;
    this.streamId = streamId;
  }

  getId() {
    return this.#uid;
  }

  /** Whether the member sends it, wanted here or not. @param {MediaType} type */
  hasMedia(type) {
    const { half, kind } = this.#locate(type);
    return Boolean(half?.[kind]);
  }

  /** @param {MediaType} type */
  isMuted(type) {
    checkType(type);
    const { half, kind } = this.#locate(type);
    return Boolean(half?.[`${kind}Muted`]);
  }

  setSubscribeConfig(config) {
    const { screenShare, ...named } = Object(config);
    if (screenShare !== undefined) named.screen ??= screenShare;
    for (const type of [...AUDIO_TYPES, ...VIDEO_TYPES])
      if (named[type] !== undefined) this.config[type] = Boolean(named[type]);
  }

  setRemoteRenderMode(mode, type) {
    this.setRenderMode(mode, type);
  }

  /**
   * @param {MediaType} type
   * @param {RTCRtpReceiver | null} receiver from which it comes now
   */
  setReceiver(type, receiver) {
    this.#meters.get(type)?.stop();
    this.#meters.delete(type);
    if (receiver) this.#receivers.set(type, receiver);
    else this.#receivers.delete(type);
    this.setTrack(type, receiver?.track ?? null);
    this.#apply(type);
  }

  /** @param {MediaType} type */
  getAudioLevel(type = 'audio') {
    checkType(type, AUDIO_TYPES);
    const receiver = this.#receivers.get(type);
    if (!receiver || this.isMuted(type)) return 0;
    /* RFC 6464: the sender has said how loud it is. */
    const told = receiver.getSynchronizationSources?.()[0]?.audioLevel;
    if (typeof told === 'number') return told;
    if (!this.#meters.has(type)) this.#meters.set(type, new LevelMeter(receiver.track));
    return this.#meters.get(type)?.level ?? 0;
  }

  async muteAudio() {
    this.#mute('audio', true);
  }

  async unmuteAudio() {
    this.#mute('audio', false);
  }

  async muteVideo() {
    this.#mute('video', true);
  }

  async unmuteVideo() {
    this.#mute('video', false);
  }

  async muteScreen() {
    this.#mute('screen', true);
  }

  async unmuteScreen() {
    this.#mute('screen', false);
  }

  async muteAudioSlave() {
    this.#mute('audioSlave', true);
  }

  async unmuteAudioSlave() {
    this.#mute('audioSlave', false);
  }

  /**
   * @param {number} volume 0 to 100
   * @param {MediaType} [type] absent: of all
   */
  setAudioVolume(volume, type) {
    if (type !== undefined) checkType(type, AUDIO_TYPES);
    if (!(volume >= 0 && volume <= 100))
      throw invalidArgument('A volume is a number from 0 to 100');
    for (const each of type ? [type] : AUDIO_TYPES) {
      this.#volumes[each] = volume;
      this.#apply(each);
    }
  }

  /** @param {string} deviceId */
  async setAudioOutput(deviceId) {
    this.#output = deviceId;
    await Promise.all(
      AUDIO_TYPES.map((type) => {
        const player = this.getPlayer(type);
        return player instanceof AudioPlayer ? player.setOutput(deviceId) : undefined;
      }),
    );
  }

  /** @param {MediaType} type */
  playerMade(type) {
    const player = this.getPlayer(type);
    this.#apply(type);
    if (this.#output && player instanceof AudioPlayer)
      player.setOutput(this.#output).catch(() => {});
  }

  /** Nothing of it comes any more. */
  end() {
    this.stop();
    for (const type of [...this.#receivers.keys()]) this.setReceiver(type, null);
  }

  #locate(type) {
    const half =
      type === 'screen' || type === 'audioSlave' ? this.halves.screen : this.halves.camera;
    return { half, kind: isAudio(type) ? 'audio' : 'video' };
  }

  #mute(type, muted) {
    if (muted) this.#muted.add(type);
    else this.#muted.delete(type);
    this.#apply(type);
  }

  #apply(type) {
    const player = this.getPlayer(type);
    if (player instanceof AudioPlayer) {
      player.muted = this.#muted.has(type);
      player.volume = this.#volumes[type] / 100;
    } else if (player instanceof VideoPlayer) {
      player.hidden = this.#muted.has(type) || !this.getTrack(type);
    }
  }
}
