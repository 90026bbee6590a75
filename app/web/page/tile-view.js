// SPDX-License-Identifier: LGPL-2.1-or-later
// One tile in the document: picture or avatar, caption, flags, level ring.

import { clone, setAttribute, setLabel, setPressed, setText } from './dom.js';
import { t } from './i18n.js';
import { hue, initials, wordsOf } from './tiles.js';

export class TileView {
  element = clone('tile-template');
  facts = null;
  #video = null;
  #whole = null;
  #find;

  /** @param {{onPin: (key: string) => void}} options */
  constructor({ onPin }) {
    this.#find = (selector) => this.element.querySelector(selector);
    this.element.classList.add('new');
    this.#find('.picture').addEventListener('click', () => this.#touch());
    this.#find('.pin').addEventListener('click', () => onPin(this.facts.key));
    this.#find('.fit').addEventListener('click', () => {
      this.#whole = !this.#isWhole();
      this.update(this.facts);
    });
  }

  /** @param {import('./tiles.js').TileFacts} facts */
  update(facts, { pinned = this.#find('.pin').getAttribute('aria-pressed') === 'true' } = {}) {
    this.facts = facts;
    const flags = this.element.classList;
    flags.toggle('own', facts.own);
    flags.toggle('muted', facts.muted);
    flags.toggle('screen', facts.screen);
    flags.toggle('mirror', facts.mirror);
    flags.toggle('whole', this.#isWhole());
    setText(this.#find('.tile-name'), facts.label);
    setText(this.#find('.tile-words'), wordsOf(facts));
    this.#showGrade(facts.grade);
    this.#showAvatar(facts);
    this.#showPicture(facts.picture);
    this.#showTools(facts, pinned);
  }

  /** Where it goes; null: there is no room for it */
  place(rect, { corner = false } = {}) {
    const { style, classList } = this.element;
    classList.toggle('out-of-sight', rect === null);
    classList.toggle('corner', corner);
    if (!rect) return;
    classList.toggle('compact', rect.width < 220);
    classList.toggle('tiny', rect.width < 130);
    style.transform = `translate(${Math.round(rect.x)}px, ${Math.round(rect.y)}px)`;
    style.width = `${Math.round(rect.width)}px`;
    style.height = `${Math.round(rect.height)}px`;
    const side = Math.min(rect.width, rect.height);
    style.setProperty(
      '--avatar',
      `${Math.round(Math.min(side * (rect.width < 220 ? 0.5 : 0.42), 200))}px`,
    );
  }

  /** Called some times a second: the ring follows the voice. */
  showLevel() {
    const { stream, muted } = this.facts;
    const level = stream && !muted ? stream.getAudioLevel('audio') : 0;
    // A voice is rarely above a third of full scale; the root lets quiet ones be seen, too.
    const shown = level < 0.01 ? 0 : Math.min(1, Math.sqrt(level) * 1.6);
    this.#find('.ring').style.opacity = shown.toFixed(2);
  }

  remove() {
    if (this.#video) this.#video.srcObject = null;
    this.element.remove();
  }

  /** Where there is no mouse to hover, a touch shows the tools, and another hides them. */
  #touch() {
    for (const other of this.element.parentElement.children) {
      if (other !== this.element) other.classList.remove('touched');
    }
    this.element.classList.toggle('touched');
  }

  #isWhole() {
    return this.#whole ?? this.facts?.screen ?? false;
  }

  #showGrade(grade) {
    const bars = this.#find('.bars');
    setAttribute(bars, 'data-grade', grade);
    setAttribute(bars, 'aria-label', t(`quality.${grade}`));
    setAttribute(bars, 'title', t(`quality.${grade}`));
  }

  #showAvatar({ name }) {
    const avatar = this.#find('.avatar');
    setText(avatar, initials(name));
    setAttribute(avatar, 'class', `avatar hue-${hue(name)}`);
  }

  #showPicture(picture) {
    this.element.classList.toggle('with-picture', Boolean(picture));
    if (!picture) {
      this.#video?.remove();
      this.#video = null;
      return;
    }
    this.#video ??= this.#makeVideo();
    if (this.#video.srcObject !== picture) this.#video.srcObject = picture;
  }

  /** Muted: sound is played apart, so that a picture never has to wait for a click. */
  #makeVideo() {
    const video = document.createElement('video');
    Object.assign(video, { autoplay: true, muted: true, playsInline: true });
    this.#find('.picture').append(video);
    return video;
  }

  #showTools(facts, pinned) {
    const pin = this.#find('.pin');
    const fit = this.#find('.fit');
    setPressed(pin, pinned);
    setPressed(fit, this.#isWhole());
    setLabel(pin, t('tile.of', { label: t('tile.pin'), name: facts.label }));
    setLabel(fit, t('tile.of', { label: t('tile.fit'), name: facts.label }));
  }
}
