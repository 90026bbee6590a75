// SPDX-License-Identifier: LGPL-2.1-or-later
// In the call: bar, banners, toolbar, tiles and panel follow the state of one Call.

import { announce, say } from './announce.js';
import { clock } from './clock.js';
import { byId, setLabel, setPressed, setText } from './dom.js';
import { onLanguage, t, tn } from './i18n.js';
import { inviteLink } from './link.js';
import { Panel } from './panel.js';
import { problemOf } from './problems.js';
import { recall, remember } from './memory.js';
import { Stage } from './stage.js';
import { membersOf, tilesOf } from './tiles.js';

export class CallView {
  #call = null;
  #view = byId('call');
  #stage = new Stage();
  #panel = new Panel((kind, deviceId) => this.#chooseDevice(kind, deviceId));
  #listening = null;
  #rendering = false;
  #timer = 0;
  #onLeave;

  /** @param {() => void} onLeave */
  constructor(onLeave) {
    this.#onLeave = onLeave;
    const buttons = {
      'tool-mic': () => this.#toggle('audio'),
      'tool-camera': () => this.#toggle('video'),
      'tool-screen': () => this.#toggleScreen(),
      'tool-publish': () => this.#togglePublished(),
      'tool-chat': () => this.#panel.toggle('chat'),
      'tool-members': () => this.#panel.toggle('members'),
      'tool-statistics': () => this.#panel.toggle('statistics'),
      'tool-settings': () => this.#panel.toggle('settings'),
      'tool-copy': () => this.#copyLink(),
      'alone-copy': () => this.#copyLink(),
      'tool-more': () => this.#openMore(!this.#moreIsOpen()),
      'tool-leave': () => this.#onLeave(),
      'resume-sound': () => this.#call.resumeSound(),
      'dismiss-problem': () => this.#showProblem(null),
    };
    for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener('click', action);
    byId('tools-more').addEventListener('click', () => this.#openMore(false));
    byId('shortcuts').checked = recall('shortcuts', true);
    byId('shortcuts').addEventListener('change', ({ target }) =>
      remember('shortcuts', target.checked),
    );
    document.addEventListener('keydown', (event) => this.#key(event));
    byId('tool-screen').hidden = !navigator.mediaDevices?.getDisplayMedia;
    onLanguage(() => this.#soon());
  }

  /** @param {import('./call.js').Call} call */
  open(call) {
    this.#call = call;
    this.#view.hidden = false;
    this.#stage.open();
    this.#panel.open(call);
    this.#showProblem(call.problem);
    setText(byId('call-room'), call.options.room);
    const listening = new AbortController();
    this.#listening = listening;
    const on = (name, callback) =>
      call.addEventListener(name, callback, { signal: listening.signal });
    on('change', () => this.#soon());
    on('notice', ({ detail }) => announce(t(detail.key, detail.values)));
    on('spoken', ({ detail }) => say(t(detail.key, detail.values)));
    on('problem', ({ detail }) => this.#showProblem(detail));
    call.own.addEventListener(
      'problem',
      (/** @type {any} */ { detail }) => this.#showProblem(detail),
      { signal: listening.signal },
    );
    this.#timer = setInterval(() => this.#showClock(), 1000);
    this.#render();
    const others = call.members().length;
    say(tn('say.in', others + 1, { room: call.options.room, others }));
    this.#view.querySelector('h1').focus({ preventScroll: true });
  }

  close() {
    if (!this.#call) return;
    this.#listening.abort();
    clearInterval(this.#timer);
    this.#panel.end();
    this.#openMore(false);
    this.#stage.close();
    this.#call = null;
    this.#view.hidden = true;
  }

  /** Many things change at once: they are drawn once. */
  #soon() {
    if (this.#rendering) return;
    this.#rendering = true;
    queueMicrotask(() => {
      this.#rendering = false;
      if (this.#call) this.#render();
    });
  }

  #render() {
    const call = this.#call;
    const { own } = call;
    this.#stage.render(tilesOf(call));
    const members = membersOf(call);
    this.#panel.render(members);
    setText(byId('call-count'), tn('members.count', members.length));
    byId('alone').hidden = members.length > 1 || call.state !== 'joined';
    byId('banner-connection').hidden = call.state !== 'reconnecting';
    byId('banner-sound').hidden = !call.soundBlocked;
    this.#showUnread(call.conversation.unread);
    setPressed(byId('tool-mic'), call.isSent('audio'));
    setPressed(byId('tool-camera'), call.isSent('video'));
    setPressed(byId('tool-screen'), own.isOn('screen'));
    setPressed(byId('tool-publish'), call.published);
    byId('tool-publish').disabled = !own.opened;
    byId('tool-camera').disabled = call.options.audioOnly;
    byId('tool-screen').disabled = call.options.audioOnly;
    this.#showClock();
  }

  #showUnread(unread) {
    byId('chat-unread').hidden = unread === 0;
    setText(byId('chat-unread'), unread > 99 ? '99+' : String(unread));
    setLabel(byId('tool-chat'), unread > 0 ? tn('chat.unread', unread) : t('chat.title'));
    byId('tool-more').classList.toggle('with-news', unread > 0);
  }

  #showClock() {
    setText(byId('call-clock'), clock((Date.now() - this.#call.joinedAt) / 1000));
  }

  async #toggle(type) {
    const { own, options, barred } = this.#call;
    if (type === 'video' && options.audioOnly) return;
    const on = !own.isOn(type);
    await this.#call.turn(type, on);
    if (own.isOn(type) !== on || barred[type]) return;
    this.#showProblem(null);
    const words = { audio: ['say.micOff', 'say.micOn'], video: ['say.cameraOff', 'say.cameraOn'] };
    say(t(words[type][Number(on)]));
  }

  #toggleScreen() {
    if (byId('tool-screen').hidden || this.#call.options.audioOnly) return;
    this.#call.share(!this.#call.own.isOn('screen'));
  }

  async #togglePublished() {
    const on = !this.#call.published;
    await this.#call.setPublished(on);
    if (this.#call?.published === on) announce(t(on ? 'say.published' : 'say.unpublished'));
  }

  #chooseDevice(kind, deviceId) {
    if (!this.#call) return;
    if (kind === 'speaker') this.#call.setSpeakerDevice(deviceId);
    else this.#call.own.choose(kind, deviceId);
  }

  async #copyLink() {
    const link = inviteLink(location.href, this.#call.options);
    try {
      await navigator.clipboard.writeText(link);
      announce(t('say.copied'));
    } catch {
      // No clipboard on insecure pages, or forbidden: the link is shown, to be copied by hand.
      this.#showBanner(t('say.copyFailed', { link }));
    }
  }

  #showProblem(detail) {
    if (!detail) {
      byId('banner-problem').hidden = true;
      return;
    }
    const { title, advice, values } = problemOf(detail.error, { device: detail.device });
    this.#showBanner(`${t(title)}. ${t(advice, values)}`);
  }

  #showBanner(text) {
    setText(byId('banner-problem-text'), text);
    byId('banner-problem').hidden = false;
  }

  #moreIsOpen() {
    return byId('tool-more').getAttribute('aria-expanded') === 'true';
  }

  #openMore(open) {
    byId('tool-more').setAttribute('aria-expanded', String(open));
    const menu = byId('tools-more');
    const left = !open && menu.classList.contains('open') && menu.contains(document.activeElement);
    menu.classList.toggle('open', open);
    if (left) byId('tool-more').focus();
  }

  #key(event) {
    if (!this.#call || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      if (this.#moreIsOpen()) this.#openMore(false);
      else this.#panel.close();
      return;
    }
    const typing = event.target.closest?.('input, select, textarea, dialog');
    if (typing || event.repeat || !byId('shortcuts').checked) return;
    const action = {
      m: () => this.#toggle('audio'),
      v: () => this.#toggle('video'),
      s: () => this.#toggleScreen(),
    }[event.key.toLowerCase()];
    if (action) action();
  }
}
