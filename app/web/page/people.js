// SPDX-License-Identifier: LGPL-2.1-or-later
// Of the members’ page what is not needed at first: what administrators do, and calling somebody in.

import { icon, make, setAttribute, setLabel, setPressed, setText } from './dom.js';
import { t } from './i18n.js';
import { problemOf } from './problems.js';

const banTimes = [600, 3600, 86_400, 2_592_000];

function button(key, className, action) {
  const element = make('button', { text: t(key), className });
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
}

/** What an administrator can do about one member: a button that opens a row of them. */
class Measures {
  uid = null;
  #call;
  #more;
  #row = make('div', { className: 'measures' });
  #audio = this.#toggle('people.audio', () => ({ audio: !this.#member.audioMuted }));
  #video = this.#toggle('people.video', () => ({ video: !this.#member.videoMuted }));
  #audience;
  #times = make('select', { className: 'measures-times' });
  /** @type {any} */
  #member = null;

  constructor(call, line) {
    this.#call = call;
    this.#more = make('button', { className: 'bare measures-more' }, icon('more'));
    this.#more.type = 'button';
    this.#more.addEventListener('click', () => this.#open(this.#row.hidden));
    this.#audience = button('people.audience', 'small', () =>
      this.#do((client) =>
        client.setMemberRole(this.uid, this.#member.role === 'host' ? 'audience' : 'host'),
      ),
    );
    for (const seconds of banTimes)
      this.#times.add(new Option(t(`people.${seconds}`), String(seconds)));
    setAttribute(this.#times, 'aria-label', t('people.banFor'));
    this.#row.append(
      this.#audio,
      this.#video,
      this.#audience,
      button('people.kick', 'small danger', () =>
        this.#do((client) => client.kickMember(this.uid)),
      ),
      make(
        'span',
        { className: 'measures-ban' },
        button('people.ban', 'small danger', () =>
          this.#do((client) => client.banMember(this.uid, Number(this.#times.value))),
        ),
        this.#times,
      ),
    );
    line.append(this.#more, this.#row);
    this.#open(false);
  }

  update({ member, label }) {
    this.#member = member;
    this.uid = member.uid;
    setLabel(this.#more, t('people.act', { name: label }));
    setPressed(this.#audio, member.audioMuted);
    setPressed(this.#video, member.videoMuted);
    setPressed(this.#audience, member.role === 'audience');
  }

  remove() {
    this.#more.remove();
    this.#row.remove();
  }

  #open(open) {
    this.#row.hidden = !open;
    setAttribute(this.#more, 'aria-expanded', String(open));
  }

  #toggle(key, what) {
    return button(key, 'small', () => this.#do((client) => client.muteMember(this.uid, what())));
  }

  async #do(measure) {
    try {
      await measure(this.#call.client);
    } catch (error) {
      this.#call.report(error);
    }
  }
}

/** Asked twice, for it cannot be taken back. */
function closing(call) {
  const box = make('div', { className: 'closing' });
  const ask = button('people.close', 'small danger', () => turn(true));
  const question = make('p', { text: t('people.closeSure') });
  const yes = button('people.closeYes', 'small danger', () =>
    call.client.closeRoom().catch((error) => call.report(error)),
  );
  const no = button('people.closeNo', 'small', () => turn(false));
  function turn(sure) {
    box.replaceChildren(...(sure ? [question, yes, no] : [ask]));
    (sure ? no : ask).focus();
  }
  box.append(ask);
  return box;
}

/** Those whom one has called in, of each call; they outlive the page of the panel. */
const calledIn = new WeakMap();

class Calls extends EventTarget {
  /** @type {{uid: string, inviteId: string, state: string}[]} the latest first */
  list = [];
  #client;

  constructor(client) {
    super();
    this.#client = client;
    client.on('invite-updated', ({ inviteId, state }) => {
      const entry = this.list.find((each) => each.inviteId === inviteId);
      if (entry) this.#turn(entry, state);
    });
  }

  async begin(uid) {
    const entry = { uid, inviteId: '', state: 'calling' };
    const { inviteId } = await this.#client.invite(uid);
    entry.inviteId = inviteId;
    this.list = [entry, ...this.list].slice(0, 5);
    this.dispatchEvent(new Event('change'));
  }

  async cancel(entry) {
    this.#turn(entry, 'cancelled');
    await this.#client.cancelInvite(entry.inviteId).catch(() => {});
  }

  #turn(entry, state) {
    entry.state = state;
    this.dispatchEvent(new Event('change'));
  }
}

function callsOf(call) {
  if (!calledIn.has(call)) calledIn.set(call, new Calls(call.client));
  return calledIn.get(call);
}

class CallIn {
  element;
  #calls;
  #field = make('input');
  #problem = make('p', { className: 'field-error' });
  #list = make('ul', { className: 'calls' });
  #listening = new AbortController();

  constructor(call) {
    this.#calls = callsOf(call);
    Object.assign(this.#field, { id: 'invite-uid', maxLength: 64, autocomplete: 'off' });
    this.#field.autocapitalize = 'none';
    this.#field.spellcheck = false;
    this.#field.placeholder = t('people.inviteUid');
    const label = make('label', { text: t('people.invite') });
    label.htmlFor = this.#field.id;
    const send = make('button', { text: t('people.call'), className: 'small primary' });
    send.type = 'submit';
    const form = make(
      'form',
      { className: 'field call-in' },
      label,
      make('span', { className: 'call-in-row' }, this.#field, send),
      this.#problem,
    );
    setAttribute(this.#problem, 'role', 'alert');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#begin();
    });
    this.#calls.addEventListener('change', () => this.#show(), this.#listening);
    const status = make('div', {}, this.#list);
    setAttribute(status, 'role', 'status');
    this.element = make('div', {}, form, status);
    this.#show();
  }

  close() {
    this.#listening.abort();
  }

  async #begin() {
    const uid = this.#field.value.trim();
    if (!uid) return;
    setText(this.#problem, '');
    try {
      await this.#calls.begin(uid);
      this.#field.value = '';
    } catch (error) {
      const { title, advice, values } = problemOf(error);
      setText(this.#problem, `${t(title)}. ${t(advice, values)}`);
      this.#field.focus();
    }
  }

  #show() {
    this.#list.replaceChildren(...this.#calls.list.map((entry) => this.#line(entry)));
  }

  #line(entry) {
    const words = make('span', { text: t(`people.${entry.state}`, { uid: entry.uid }) });
    const line = make('li', { className: `call-out ${entry.state}` }, words);
    if (['calling', 'ringing'].includes(entry.state))
      line.append(button('people.cancel', 'small', () => this.#calls.cancel(entry)));
    return line;
  }
}

class People {
  #call;
  /** @type {Map<string, Measures>} */
  #measures = new Map();
  #foot = make('div', { className: 'people-foot' });
  #callIn;
  #closing;

  constructor(call, root) {
    this.#call = call;
    this.#callIn = new CallIn(call);
    this.#closing = closing(call);
    this.#foot.append(this.#callIn.element, this.#closing);
    root.append(this.#foot);
  }

  render(members, lineOf) {
    const admin = this.#call.client.getGrants().includes('admin');
    this.#closing.hidden = !admin;
    const others = admin ? members.filter(({ member }) => member) : [];
    const keys = new Set(others.map(({ key }) => key));
    for (const [key, measures] of this.#measures) {
      if (keys.has(key)) continue;
      measures.remove();
      this.#measures.delete(key);
    }
    for (const facts of others) {
      const { key } = facts;
      const measures = this.#measures.get(key) ?? new Measures(this.#call, lineOf(key));
      this.#measures.set(key, measures);
      measures.update(facts);
    }
  }

  close() {
    this.#callIn.close();
    this.#foot.remove();
    for (const measures of this.#measures.values()) measures.remove();
  }
}

export const open = (call, root) => new People(call, root);
