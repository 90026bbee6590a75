// SPDX-License-Identifier: LGPL-2.1-or-later
// The page of the panel on which members write to each other.

import { icon, make, setAttribute } from './dom.js';
import { currentLanguage, t } from './i18n.js';
import { problemOf } from './problems.js';
import { hue, initials } from './tiles.js';

/* Within this time what one says belongs together. */
const together = 120_000;
const link = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** What is an address can be followed; everything else stays text. */
function words(text) {
  const parts = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(link)) {
    const anchor = make('a', { text: address });
    Object.assign(anchor, { href: address, target: '_blank', rel: 'noopener noreferrer' });
    parts.push(text.slice(end, index), anchor);
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

const clockTime = (time) =>
  new Intl.DateTimeFormat(currentLanguage(), { hour: 'numeric', minute: '2-digit' }).format(time);

/** @param {import('./conversation.js').Entry} entry */
function bubble(entry) {
  const time = make('time', { text: clockTime(entry.time) });
  time.dateTime = new Date(entry.time).toISOString();
  const name = make('bdi', { text: entry.own ? t('chat.you') : entry.name });
  return make(
    'li',
    { className: entry.own ? 'said own' : 'said' },
    make('p', { className: 'said-by' }, name, time),
    make('p', { className: 'said-text' }, ...words(entry.text)),
  );
}

function avatar(entry) {
  const element = make('span', { text: initials(entry.name), className: 'avatar small' });
  element.classList.add(`hue-${hue(entry.name)}`);
  element.setAttribute('aria-hidden', 'true');
  return element;
}

class Chat {
  #conversation;
  #list = make('ol');
  #log = make('div', { className: 'chat-list' }, this.#list);
  #empty = make('p', { text: t('chat.empty'), className: 'chat-empty' });
  #field = make('textarea', { className: 'chat-field' });
  #problem = make('p', { className: 'chat-problem' });
  #send = make('button', { className: 'bare chat-send' }, icon('send'));
  #last = null;
  #listening = new AbortController();
  #atEnd = true;
  #observer = new ResizeObserver(() => this.#atEnd && this.#scroll());
  #root;

  constructor(call, root) {
    this.#conversation = call.conversation;
    this.#root = root;
    root.classList.add('chat');
    root.replaceChildren(this.#empty, this.#log, this.#form());
    setAttribute(this.#log, 'role', 'log');
    setAttribute(this.#log, 'aria-label', t('chat.list'));
    setAttribute(this.#log, 'tabindex', '0');
    for (const entry of this.#conversation.entries) this.#show(entry);
    this.#conversation.watch(true);
    this.#conversation.addEventListener(
      'entry',
      (/** @type {any} */ { detail }) => this.#show(detail),
      { signal: this.#listening.signal },
    );
    this.#scroll();
    this.#log.addEventListener('scroll', () => (this.#atEnd = this.#isAtEnd()), this.#listening);
    // As the keyboard of a phone comes, the end of what was said stays in sight.
    this.#observer.observe(this.#log);
  }

  focus() {
    this.#field.focus();
  }

  render() {
    const { allowed } = this.#conversation;
    this.#field.disabled = !allowed;
    this.#send.disabled = !allowed;
    this.#field.placeholder = t(allowed ? 'chat.write' : 'chat.mayNot');
  }

  close() {
    this.#listening.abort();
    this.#observer.disconnect();
    this.#conversation.watch(false);
    this.#root.replaceChildren();
  }

  #form() {
    const form = make('form', { className: 'chat-form' }, this.#field, this.#send);
    this.#field.rows = 1;
    setAttribute(this.#field, 'aria-label', t('chat.write'));
    setAttribute(this.#problem, 'role', 'alert');
    this.#send.type = 'submit';
    setAttribute(this.#send, 'aria-label', t('chat.send'));
    setAttribute(this.#send, 'title', t('chat.send'));
    this.#field.addEventListener('keydown', (event) => {
      // While signs are put together, Enter chooses among them.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.#field.addEventListener('input', () => this.#grow());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#say();
    });
    return make('div', { className: 'chat-foot' }, this.#problem, form);
  }

  async #say() {
    const text = this.#field.value.trim();
    if (!text) return;
    this.#field.value = '';
    this.#problem.textContent = '';
    this.#grow();
    try {
      await this.#conversation.send(text);
    } catch (error) {
      const { title, advice, values } = problemOf(error);
      this.#problem.textContent = `${t(title)}. ${t(advice, values)}`;
      this.#field.value ||= text;
      this.#grow();
    }
  }

  #grow() {
    this.#field.style.height = 'auto';
    this.#field.style.height = `${Math.min(this.#field.scrollHeight + 2, 140)}px`;
  }

  #show(entry) {
    const atEnd = this.#atEnd || entry.own;
    const last = this.#last;
    this.#empty.hidden = true;
    if (entry.missed > 0)
      this.#list.append(make('li', { text: t('chat.missed'), className: 'chat-missed' }));
    const element = bubble(entry);
    const goesOn =
      last && last.own === entry.own && last.uid === entry.uid && entry.time - last.time < together;
    if (goesOn) element.classList.add('goes-on');
    else if (!entry.own) element.prepend(avatar(entry));
    this.#list.append(element);
    while (this.#list.childElementCount > 500) this.#list.firstElementChild.remove();
    this.#last = entry;
    if (atEnd) this.#scroll();
  }

  /** Who reads what was written before is not moved away from it. */
  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < 40;
  }

  #scroll() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}

export const open = (call, root) => new Chat(call, root);
