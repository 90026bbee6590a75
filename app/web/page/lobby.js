// SPDX-License-Identifier: LGPL-2.1-or-later
// Before the call: who joins which room, with which devices.

import { byId, make, setPressed, setText } from './dom.js';
import { chosenDevice, makeDeviceFields, refreshDevices } from './device-fields.js';
import { onLanguage, t } from './i18n.js';
import { checkFields } from './link.js';
import { recall, remember } from './memory.js';
import { OwnMedia } from './own-media.js';
import { problemOf } from './problems.js';

const fields = ['room', 'name', 'uid', 'appkey', 'token'];
const hidden = ['uid', 'appkey', 'token'];

export class Lobby {
  own = null;
  #onJoin;
  #invited = false;
  #shownProblem = null;
  #meter = 0;
  #busy = false;
  #view = byId('lobby');
  #form = byId('join-form');
  #video = null;

  /** @param {(options: object, own: OwnMedia) => void} onJoin */
  constructor(onJoin) {
    this.#onJoin = onJoin;
    this.#form.addEventListener('submit', (event) => this.#submit(event));
    for (const name of ['room', 'uid']) {
      byId(name).addEventListener('input', () => this.#mark(name, null));
    }
    byId('audio-only').addEventListener('change', () => this.#setAudioOnly());
    for (const [id, type] of [
      ['preview-mic', 'audio'],
      ['preview-camera', 'video'],
    ]) {
      byId(id).addEventListener('click', () => this.own.turn(type, !this.own.wants[type]));
    }
    makeDeviceFields(this.#view.querySelector('[data-devices]'), (kind, deviceId) => {
      if (kind !== 'speaker') this.own.choose(kind, deviceId);
    });
    onLanguage(() => this.#render());
  }

  /** @param {{room: string, name: string, uid: string, appKey: string, token: string}} link */
  fill(link) {
    const values = { ...link, appkey: link.appKey, name: link.name || recall('name', '') };
    for (const id of fields) byId(id).value = values[id] ?? '';
    byId('audio-only').checked = recall('audioOnly', false);
    byId('more-fields').open = hidden.some((id) => id !== 'token' && values[id]);
    this.#invited = Boolean(link.room);
  }

  async open() {
    this.#view.hidden = false;
    this.#setBusy(false);
    if (!this.own) this.#adopt(new OwnMedia());
    this.#render();
    this.#meter = setInterval(() => this.#showLevel(), 60);
    byId(byId('room').value ? 'join' : 'room').focus({ preventScroll: true });
    this.own.wants = { audio: recall('microphone', true), video: this.#wantsVideo() };
    await this.own.start();
    await refreshDevices();
  }

  /** Hands the open devices over to the call. */
  close() {
    clearInterval(this.#meter);
    this.#view.hidden = true;
    if (this.#video) this.#video.srcObject = null;
    this.own = null;
  }

  /** Who the user is, as the form says now */
  user() {
    const { uid, name, appKey, token } = this.#read();
    return { uid, name, appKey, token };
  }

  /** As if the form said so */
  joinAs({ room, uid }) {
    byId('room').value = room;
    byId('uid').value = uid;
    this.#form.requestSubmit();
  }

  /** The join has failed: says why, and leads to the field that wants another look. */
  fail(error) {
    this.#setBusy(false);
    this.#showProblem(byId('join-problem'), problemOf(error));
    const { field } = problemOf(error);
    if (hidden.includes(field)) byId('more-fields').open = true;
    byId(field || 'join').focus();
  }

  #adopt(own) {
    this.own = own;
    own.devices = { audio: chosenDevice('audio'), video: chosenDevice('video') };
    own.addEventListener('change', () => {
      if (this.own === own) this.#render();
    });
    own.addEventListener('problem', () => {
      if (this.own === own) this.#render();
    });
  }

  #wantsVideo() {
    return recall('camera', true) && !byId('audio-only').checked;
  }

  #setAudioOnly() {
    remember('audioOnly', byId('audio-only').checked);
    this.own.turn('video', this.#wantsVideo());
  }

  #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const options = this.#read();
    const bad = checkFields(options);
    for (const name of ['room', 'uid']) this.#mark(name, bad[name] ?? null);
    if (bad.uid) byId('more-fields').open = true;
    const first = Object.keys(bad)[0];
    if (first) {
      byId(first).focus();
      return;
    }
    this.#setBusy(true);
    this.#shownProblem = null;
    byId('join-problem').hidden = true;
    this.#remember(options);
    this.#onJoin(options, this.own);
  }

  #read() {
    const value = (id) => byId(id).value.trim();
    return {
      room: value('room'),
      name: value('name'),
      uid: value('uid'),
      appKey: value('appkey'),
      token: value('token'),
      audioOnly: byId('audio-only').checked,
    };
  }

  #remember({ name }) {
    remember('name', name);
    remember('microphone', this.own.wants.audio || Boolean(this.own.problems.audio));
    if (!byId('audio-only').checked) {
      remember('camera', this.own.wants.video || Boolean(this.own.problems.video));
    }
  }

  #mark(name, key) {
    const input = byId(name);
    const line = byId(`${name}-error`);
    input.setAttribute('aria-invalid', String(key !== null));
    line.hidden = key === null;
    if (key) line.dataset.t = key;
    if (key) setText(line, t(key));
  }

  #setBusy(busy) {
    this.#busy = busy;
    byId('join').setAttribute('aria-busy', String(busy));
    setText(byId('join-label'), t(busy ? 'joining' : 'join'));
  }

  #render() {
    if (this.#view.hidden || !this.own) return;
    const room = byId('room').value;
    const invited = this.#invited && room;
    setText(byId('lobby-title'), invited ? t('lobby.titleRoom', { room }) : t('lobby.title'));
    setText(byId('lobby-lead'), t(invited ? 'lobby.leadLink' : 'lobby.lead'));
    byId('room-field').hidden = Boolean(invited);
    setText(byId('join-label'), t(this.#busy ? 'joining' : 'join'));
    this.#renderPreview();
    this.#renderProblems();
  }

  #renderPreview() {
    const { own } = this;
    const audioOnly = byId('audio-only').checked;
    setPressed(byId('preview-mic'), own.wants.audio);
    setPressed(byId('preview-camera'), own.wants.video);
    byId('preview-camera').disabled = audioOnly;
    const on = own.isOn('video');
    this.#showVideo(on ? own.stream.getMediaStream('video') : null);
    const waiting = own.wants.video ? 'preview.starting' : 'preview.cameraOff';
    byId('preview-off').hidden = on;
    setText(byId('preview-off'), t(audioOnly ? 'preview.audioOnly' : waiting));
  }

  #showVideo(picture) {
    if (!this.#video) {
      this.#video = document.createElement('video');
      Object.assign(this.#video, { autoplay: true, muted: true, playsInline: true });
      byId('preview-picture').append(this.#video);
    }
    this.#video.hidden = !picture;
    if (this.#video.srcObject !== picture) this.#video.srcObject = picture;
  }

  #renderProblems() {
    const { audio, video } = this.own.problems;
    const both = audio && video && audio.name === video.name;
    const device = both ? '' : video ? 'video' : 'audio';
    const error = video ?? audio;
    const box = byId('lobby-problem');
    if (error) this.#fillProblem(box, problemOf(error, { device }));
    box.hidden = !error;
    if (this.#shownProblem) this.#fillProblem(byId('join-problem'), this.#shownProblem);
  }

  #showProblem(box, problem) {
    this.#shownProblem = problem;
    this.#fillProblem(box, problem);
    box.hidden = false;
  }

  #fillProblem(box, { title, advice, values }) {
    const text = t(title) + t(advice, values);
    // Written only when it is another one: each writing is read out by a screen reader.
    if (box.textContent === text) return;
    box.replaceChildren(
      make('strong', { text: t(title) }),
      make('span', { text: t(advice, values) }),
    );
  }

  #showLevel() {
    const level = this.own?.isOn('audio') ? this.own.stream.getAudioLevel('audio') : 0;
    const meter = byId('preview-meter');
    const lit = Math.round(Math.min(1, Math.sqrt(level) * 1.4) * meter.childElementCount);
    [...meter.children].forEach((bar, index) => bar.classList.toggle('lit', index < lit));
    meter.setAttribute('aria-valuenow', String(Math.round((lit / meter.childElementCount) * 100)));
  }
}
