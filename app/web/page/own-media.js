// SPDX-License-Identifier: LGPL-2.1-or-later
// The user's own camera, microphone and screen, before the call and in it. No view.

import NERTC from '../nertc.js';

/**
 * Fires `change` after anything has changed, `problem` with {device, error} when a device could not
 * be opened, and `gone` with {type} when one has ended by itself.
 */
export class OwnMedia extends EventTarget {
  /** What the user wants; a device that fails is not wanted any more. */
  wants = { audio: true, video: true };
  devices = { audio: '', video: '' };
  problems = {};
  /** Whether something is being opened */
  busy = false;
  stream = NERTC.createStream({ audio: false, video: false });
  #open = { audio: false, video: false, screen: false };
  #work = Promise.resolve();

  /** Whether it is sent, or would be: open and not muted */
  isOn(type) {
    return this.#open[type] && !this.stream.isMuted(type);
  }

  /** @returns {string} '' where none is open */
  deviceInUse(type) {
    if (!this.#open[type]) return '';
    return this.#trackOf(type)?.getSettings().deviceId ?? '';
  }

  get opened() {
    return Object.values(this.#open).some(Boolean);
  }

  /** Opens what is wanted; each device on its own, so that one that fails costs only itself. */
  start() {
    return this.#queue(async () => {
      if (this.wants.audio) await this.#openDevice('audio');
      if (this.wants.video) await this.#openDevice('video');
    });
  }

  /** On: opens or unmutes. Off: before a call closes, so that the lamp goes out; in it mutes. */
  turn(type, on, { keepOpen = false } = {}) {
    this.wants[type] = on;
    return this.#queue(async () => {
      if (on && !this.#open[type]) await this.#openDevice(type);
      else if (on) await this.#unmute(type);
      else if (keepOpen) await this.#mute(type);
      else await this.#close(type);
    });
  }

  choose(type, deviceId) {
    this.devices[type] = deviceId;
    return this.#queue(async () => {
      if (!this.#open[type] || !deviceId) return;
      try {
        await this.stream.switchDevice(type, deviceId);
        this.#watch(type);
      } catch (error) {
        this.#fail(type, error);
      }
    });
  }

  /** @returns {Promise<boolean>} whether the screen is shared now */
  async share(on) {
    await this.#queue(() => (on ? this.#openDevice('screen') : this.#close('screen')));
    return this.#open.screen;
  }

  /** Closes all devices; a stream is of no use then. */
  destroy() {
    this.stream.destroy();
  }

  async #openDevice(type) {
    if (this.#open[type]) return;
    try {
      await this.#openChosen(type);
      this.#open[type] = true;
      this.#watch(type);
      delete this.problems[type];
      if (this.stream.isMuted(type)) await this.#unmute(type);
    } catch (error) {
      this.#fail(type, error);
    }
  }

  /** The device of last time may be gone: then another one will do. */
  async #openChosen(type) {
    const deviceId = this.devices[type];
    try {
      await this.stream.open({ type, deviceId: deviceId || undefined });
    } catch (error) {
      const gone = ['NotFoundError', 'OverconstrainedError'].includes(error.name);
      if (!deviceId || !gone) throw error;
      this.devices[type] = '';
      await this.stream.open({ type });
    }
  }

  #trackOf(type) {
    return type === 'audio' ? this.stream.getAudioTrack() : this.stream.getVideoTrack(type);
  }

  /** A device that is pulled out, or a screen that is not shared any more by the browser's own bar */
  #watch(type) {
    const track = this.#trackOf(type);
    const ended = () => {
      const now = this.#trackOf(type);
      if (!now || now === track) this.#gone(type);
    };
    track?.addEventListener('ended', ended, { once: true });
  }

  #gone(type) {
    if (!this.#open[type]) return;
    this.#open[type] = false;
    if (type !== 'screen') this.wants[type] = false;
    this.dispatchEvent(new CustomEvent('gone', { detail: { type } }));
    this.#changed(this.busy);
  }

  #fail(device, error) {
    if (device !== 'screen') {
      this.wants[device] = false;
      this.problems[device] = error;
    }
    this.dispatchEvent(new CustomEvent('problem', { detail: { device, error } }));
  }

  async #close(type) {
    if (!this.#open[type]) return;
    this.#open[type] = false;
    await this.stream.close({ type });
  }

  #mute(type) {
    return type === 'audio' ? this.stream.muteAudio() : this.stream.muteVideo();
  }

  #unmute(type) {
    return type === 'audio' ? this.stream.unmuteAudio() : this.stream.unmuteVideo();
  }

  /** One after the other: a quick second click must not overtake the first. */
  #queue(task) {
    const run = async () => {
      this.#changed(true);
      try {
        await task();
      } catch (error) {
        this.#fail('', error);
      }
      this.#changed(false);
    };
    this.#work = this.#work.then(run);
    return this.#work;
  }

  #changed(busy) {
    this.busy = busy;
    this.dispatchEvent(new Event('change'));
  }
}
