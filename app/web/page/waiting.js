// SPDX-License-Identifier: LGPL-2.1-or-later
// Waiting to be called: the dialog in which it rings. It stays the same while one is in a call.

import NERTC from '../nertc.js';
import { announce } from './announce.js';
import { icon, make, setAttribute, setText } from './dom.js';
import { t } from './i18n.js';
import { checkFields } from './link.js';
import { problemOf } from './problems.js';
import { startRinging } from './ringing.js';
import { hue, initials } from './tiles.js';

/**
 * @typedef {object} Me as the form of the lobby has it
 * @property {string} uid
 * @property {string} name
 * @property {string} appKey
 * @property {string} token
 *
 * @typedef {{inviteId: string, uid: string, userName: string, channelName: string, text: string}} Invite
 */

const button = (key, className, action) => {
  const element = make('button', { text: t(key), className });
  element.type = 'button';
  element.addEventListener('click', action);
  return element;
};

export class Waiting {
  /**
   * The client that listens. It is left and not destroyed, for that would close the streams that were
   * made since, the page’s own.
   * @type {any}
   */
  #client = null;
  /** @type {Me} */
  #me = { uid: '', name: '', appKey: '', token: '' };
  /** @type {Invite | null} that rings now */
  #invite = null;
  /** @type {() => void} */
  #silence = () => {};
  #busy = false;
  #onAccept;
  #dialog = /** @type {HTMLDialogElement} */ (make('dialog', { className: 'dialog' }));
  #field = /** @type {HTMLInputElement} */ (make('input'));
  #body = make('div');
  #news = make('div');

  /** @param {(room: string, me: Me) => void} onAccept */
  constructor(onAccept) {
    this.#onAccept = onAccept;
    const title = make('h2', { text: t('wait.title') });
    title.id = 'waiting-title';
    title.dataset.t = 'wait.title';
    const lead = make('p', { text: t('wait.lead'), className: 'lead' });
    lead.dataset.t = 'wait.lead';
    this.#dialog.id = 'waiting';
    setAttribute(this.#dialog, 'aria-labelledby', title.id);
    setAttribute(this.#news, 'role', 'status');
    this.#dialog.append(
      make('header', { className: 'panel-bar' }, title, this.#closeButton()),
      lead,
      this.#body,
      this.#news,
    );
    // Whoever closes it does not wait any more.
    this.#dialog.addEventListener('cancel', () => this.stop());
    document.body.append(this.#dialog);
  }

  get listening() {
    return this.#client !== null;
  }

  /** @param {Me} me */
  open(me) {
    this.#me = me;
    this.#busy = false;
    if (!this.listening) this.#askUid('');
    if (!this.#dialog.open) this.#dialog.showModal();
    if (!this.listening && me.uid) this.#start();
  }

  /** A call is under way: the dialog is away, and who calls is told that one is busy. */
  hide() {
    this.#busy = true;
    this.#endRinging();
    this.#dialog.close();
  }

  /** The call is over: one can be called again. */
  free() {
    this.#busy = false;
  }

  stop() {
    this.#endRinging();
    this.#client?.leave();
    this.#client = null;
    this.#dialog.close();
  }

  #askUid(problem) {
    Object.assign(this.#field, { id: 'waiting-uid', maxLength: 64, value: this.#me.uid });
    Object.assign(this.#field, { autocomplete: 'off', autocapitalize: 'none', spellcheck: false });
    const label = make('label', { text: t('wait.uid') });
    label.htmlFor = this.#field.id;
    const start = make('button', { text: t('wait.start'), className: 'primary' });
    start.type = 'submit';
    const error = make('p', { text: problem, className: 'field-error' });
    setAttribute(error, 'role', 'alert');
    const form = make(
      'form',
      {},
      make('div', { className: 'field' }, label, this.#field, error),
      make('div', { className: 'dialog-tools' }, start),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#me.uid = this.#field.value.trim();
      this.#start();
    });
    this.#body.replaceChildren(form);
    this.#field.focus();
  }

  #closeButton() {
    const close = make('button', { className: 'bare' }, icon('close'));
    close.type = 'button';
    setAttribute(close, 'aria-label', t('close'));
    close.addEventListener('click', () => this.stop());
    return close;
  }

  async #start() {
    const { uid, name, appKey, token } = this.#me;
    const bad = uid ? checkFields({ room: 'a', uid }).uid : 'bad.uid';
    if (bad) {
      this.#askUid(t(bad));
      return;
    }
    const client = NERTC.createClient({ appkey: appKey, debug: false });
    this.#client = client;
    this.#listen(client);
    try {
      await client.listen({ uid, token: token || undefined, userName: name });
      if (this.#client === client) this.#showReady(true);
    } catch (error) {
      const { title, advice, values } = problemOf(error);
      this.#end(client, `${t(title)}. ${t(advice, values)}`);
    }
  }

  #listen(client) {
    client.on('invite-received', (invite) => this.#ring(invite));
    client.on('invite-updated', ({ inviteId, state }) => this.#over(inviteId, state));
    client.on('connection-state-change', ({ curState, reconnect }) => {
      if (reconnect && curState !== 'DISCONNECTED') this.#showReady(curState === 'CONNECTED');
    });
    for (const name of ['channel-closed', 'client-banned'])
      client.on(name, ({ message, reason }) =>
        this.#end(client, t('wait.over', { message: message || reason })),
      );
  }

  #end(client, problem) {
    if (this.#client !== client) return;
    this.#client = null;
    this.#endRinging();
    client.leave();
    this.#askUid(problem);
  }

  #showReady(ready) {
    if (this.#invite) return;
    const state = make('p', { className: ready ? 'waiting-state' : 'waiting-state lost' });
    setText(state, t(ready ? 'wait.ready' : 'wait.lost', { uid: this.#me.uid }));
    const stop = button('wait.stop', 'secondary', () => this.stop());
    this.#body.replaceChildren(state, make('div', { className: 'dialog-tools' }, stop));
  }

  /** @param {Invite} invite */
  #ring(invite) {
    if (this.#busy || this.#invite) {
      this.#client.rejectInvite(invite.inviteId, { busy: true }).catch(() => {});
      return;
    }
    this.#invite = invite;
    const name = invite.userName || String(invite.uid);
    const avatar = make('div', { text: initials(name), className: `avatar hue-${hue(name)}` });
    setAttribute(avatar, 'aria-hidden', 'true');
    const accept = button('wait.accept', 'primary', () => this.#accept());
    const box = make(
      'div',
      { className: 'incoming' },
      avatar,
      make('h3', { text: t('wait.calls', { name }) }),
      ...(invite.text ? [make('p', { text: invite.text })] : []),
      make('p', { text: t('wait.room', { room: invite.channelName }), className: 'lead' }),
      make(
        'div',
        { className: 'incoming-tools' },
        button('wait.reject', 'secondary', () => this.#reject()),
        accept,
      ),
    );
    setAttribute(box, 'role', 'alert');
    this.#body.replaceChildren(box);
    if (!this.#dialog.open) this.#dialog.showModal();
    accept.focus();
    this.#silence = startRinging(t('wait.calls', { name }));
  }

  async #accept() {
    const { inviteId } = /** @type {Invite} */ (this.#invite);
    this.#endRinging();
    try {
      const { channelName } = await this.#client.acceptInvite(inviteId);
      this.hide();
      this.#onAccept(channelName, this.#me);
    } catch (error) {
      const { title, advice, values } = problemOf(error);
      this.#tell(`${t(title)}. ${t(advice, values)}`);
    }
    if (this.listening) this.#showReady(true);
  }

  #reject() {
    const { inviteId } = /** @type {Invite} */ (this.#invite);
    this.#endRinging();
    this.#showReady(true);
    // It may have ended by itself a moment ago.
    this.#client.rejectInvite(inviteId).catch(() => {});
  }

  #over(inviteId, state) {
    if (this.#invite?.inviteId !== inviteId) return;
    const name = this.#invite.userName || String(this.#invite.uid);
    const words = { timeout: 'wait.missed', cancelled: 'wait.gone', elsewhere: 'wait.elsewhere' };
    this.#endRinging();
    this.#showReady(true);
    if (words[state]) this.#tell(t(words[state], { name }));
  }

  #endRinging() {
    this.#silence();
    this.#silence = () => {};
    this.#invite = null;
  }

  #tell(text) {
    this.#news.append(make('p', { text, className: 'missed' }));
    while (this.#news.childElementCount > 3) this.#news.firstElementChild?.remove();
    if (!this.#dialog.open) announce(text);
  }
}
