// SPDX-License-Identifier: LGPL-2.1-or-later
// One call: the room, who is in it and what they send. State only; views listen and ask.

import NERTC from '../nertc.js';
import { Conversation } from './conversation.js';

const sounds = ['audio', 'audioSlave'];

/**
 * Fires
 * - `change`: ask again for what is shown,
 * - `notice` {key, values}: something to tell, `spoken` the same, for what is seen already,
 * - `problem` {error, device}: something failed; the call goes on,
 * - `ended` {reason, words}: the words are an administrator's.
 */
export class Call extends EventTarget {
  state = 'joining';
  soundBlocked = false;
  published = false;
  /** The latest {error, device}, for a view that comes later */
  problem = null;
  /** uid who speaks */
  speaker = null;
  joinedAt = 0;
  /** What an administrator has muted of oneself */
  barred = { audio: false, video: false };
  client;
  conversation;
  own;
  options;
  #grades = new Map();
  #names = new Map();
  #playing = new Map();
  #leaving = false;
  #wantsPublish = true;
  #publishing = false;
  #speakerDevice = '';
  #lastWords = '';

  /**
   * @param {object} options room, name, uid, appKey, token, audioOnly
   * @param {import('./own-media.js').OwnMedia} own
   */
  constructor(options, own) {
    super();
    this.options = options;
    this.own = own;
    this.client = NERTC.createClient({ appkey: options.appKey, debug: false });
    this.conversation = new Conversation(this.client, (uid) => this.nameOf(uid));
    this.#listen();
  }

  get uid() {
    return this.client.getUid();
  }

  async join() {
    const { room, name, uid, token } = this.options;
    try {
      await this.client.join({
        channelName: room,
        uid: uid || undefined,
        token: token || undefined,
        userName: name,
      });
    } catch (error) {
      // Nothing was published, so the client does not take the preview's devices with it.
      this.#leaving = true;
      await this.client.destroy().catch(() => {});
      throw error;
    }
    this.state = 'joined';
    this.joinedAt = Date.now();
    for (const member of this.client.getMembers()) this.#names.set(member.uid, member.userName);
    this.#publishWhatOpens();
    this.#changed();
  }

  async leave() {
    this.#leaving = true;
    this.state = 'ended';
    await this.client.destroy().catch(() => {});
  }

  async setPublished(on) {
    this.#wantsPublish = on;
    this.#publishing = true;
    try {
      if (on) await this.client.publish(this.own.stream);
      else await this.client.unpublish(this.own.stream);
      this.published = on;
    } catch (error) {
      // Not tried again by itself: the user is told, and has a button for it.
      this.#wantsPublish = false;
      this.report(error);
    }
    this.#publishing = false;
    this.#changed();
  }

  /** Whether the others can get it */
  isSent(type) {
    return this.own.isOn(type) && !this.barred[type];
  }

  /** Turns microphone or camera on or off */
  async turn(type, on) {
    if (this.barred[type]) this.#tellBarred(type);
    else await this.own.turn(type, on, { keepOpen: true });
  }

  /** Who shares the screen wants it to be seen, also if nothing was published before. */
  async share(on) {
    const shared = await this.own.share(on);
    if (shared && !this.published && !this.#publishing) await this.setPublished(true);
  }

  /** The user may join while the browser still asks for the devices: then what opens is sent. */
  #publishWhatOpens() {
    const joined = this.state === 'joined' || this.state === 'reconnecting';
    if (!joined || !this.#wantsPublish || this.published || this.#publishing) return;
    if (this.own.opened) this.setPublished(true);
  }

  /** To be called from a click */
  async resumeSound() {
    await this.client.resume();
    this.soundBlocked = false;
    this.#changed();
  }

  setSpeakerDevice(deviceId) {
    this.#speakerDevice = deviceId;
    for (const stream of this.client.getRemoteStreams()) this.#applySpeaker(stream);
  }

  nameOf(uid) {
    return this.#names.get(uid) || String(uid);
  }

  gradeOf(uid) {
    return this.#grades.get(uid) ?? 0;
  }

  members() {
    return this.client.getMembers().filter((member) => member.uid !== this.uid);
  }

  /** Whether a picture or sound of the stream has come and can be shown */
  hasArrived(stream, mediaType) {
    return this.#playing.get(stream)?.has(mediaType) ?? false;
  }

  #listen() {
    const on = (name, callback) => this.client.on(name, callback);
    on('peer-online', (member) => this.#cameOnline(member));
    on('peer-updated', (member) => this.#updated(member));
    on('peer-leave', ({ uid, reason }) => this.#wentAway(uid, reason));
    on('stream-added', (event) => this.#streamAdded(event));
    on('stream-subscribed', (event) => this.#arrived(event));
    on('stream-removed', (event) => this.#streamRemoved(event));
    this.#listenToMutes(on);
    this.#listenToOwn(on);
    this.#listenToAdministrators(on);
    on('network-quality', (items) => this.#qualities(items));
    on('active-speaker', ({ uid }) => {
      this.speaker = uid;
      this.#changed();
    });
    on('notAllowedError', () => {
      this.soundBlocked = true;
      this.#changed();
    });
    on('exception', ({ msg, uid }) => {
      if (/^RECV_.*_TIMEOUT$/.test(msg)) this.#notice('say.noMedia', uid);
    });
    on('connection-state-change', (event) => this.#connectionChanged(event));
    on('token-will-expire', ({ expiresIn }) =>
      this.#notice('say.tokenEnds', null, { seconds: expiresIn }),
    );
    this.own.addEventListener('change', () => {
      this.#publishWhatOpens();
      this.#changed();
    });
  }

  #listenToMutes(on) {
    // Eyes see the flag on the tile.
    on('mute-audio', ({ uid }) => this.#spoken('say.muted', uid));
    on('unmute-audio', ({ uid }) => this.#spoken('say.unmuted', uid));
    for (const name of ['mute-video', 'unmute-video', 'mute-screen', 'unmute-screen']) {
      on(name, () => this.#changed());
    }
  }

  #listenToAdministrators(on) {
    on('muted-by-admin', (barred) => {
      const [type] = ['audio', 'video'].filter((each) => barred[each] && !this.barred[each]);
      this.barred = barred;
      if (type) this.#tellBarred(type);
      else this.#notice('say.adminBack', null);
    });
    on('client-role-changed', ({ role }) => {
      if (role === 'host' && !this.published) this.setPublished(true);
      if (role === 'audience' || this.own.opened)
        this.#notice(role === 'host' ? 'say.nowHost' : 'say.nowAudience', null);
    });
    for (const name of ['client-banned', 'channel-closed'])
      on(name, ({ message }) => (this.#lastWords = message));
    on('invite-received', ({ inviteId, uid, userName }) => {
      // Another session of the same user may have answered already.
      this.client.rejectInvite(inviteId, { busy: true }).catch(() => {});
      this.#notice('say.calledBusy', null, { name: userName || uid });
    });
    this.conversation.addEventListener('entry', (/** @type {any} */ { detail }) => {
      const { own, kind, name, text } = detail;
      // Barrages are many, and of the moment.
      if (!own && kind === 'broadcast' && !this.conversation.watched)
        this.#notice('say.message', null, { name, text: text.slice(0, 160) });
      this.#changed();
    });
  }

  #tellBarred(type) {
    this.#notice(type === 'audio' ? 'say.adminAudio' : 'say.adminVideo', null);
  }

  #listenToOwn(on) {
    this.own.addEventListener('gone', (/** @type {any} */ { detail }) => {
      const key = { audio: 'say.audioLost', video: 'say.videoLost' }[detail.type];
      if (key && this.state !== 'ended') this.#notice(key, null);
    });
    on('stream-unpublished', () => {
      this.published = false;
      this.#wantsPublish = false;
      this.#changed();
    });
  }

  #cameOnline(member) {
    const known = this.#names.has(member.uid);
    this.#names.set(member.uid, member.userName);
    if (this.state === 'joining' || known) this.#changed();
    else this.#notice('say.joined', member.uid);
  }

  #updated(member) {
    this.#names.set(member.uid, member.userName);
    this.#changed();
  }

  #wentAway(uid, reason) {
    const key = { timeout: 'say.lost', kicked: 'say.kicked', banned: 'say.kicked' }[reason];
    this.#notice(key ?? 'say.left', uid);
    this.#names.delete(uid);
    this.#grades.delete(uid);
  }

  async #streamAdded({ stream, mediaType }) {
    if (mediaType === 'screen') this.#notice('say.shares', stream.getId());
    const all = !this.options.audioOnly;
    stream.setSubscribeConfig({ audio: true, audioSlave: true, video: all, screen: all });
    try {
      await this.client.subscribe(stream);
    } catch (error) {
      // Gone again before it was subscribed: nothing to tell.
      if (error.name !== 'stream-not-found' && this.state !== 'ended') this.report(error);
    }
    this.#changed();
  }

  #arrived({ stream, mediaType }) {
    if (!this.#playing.has(stream)) this.#playing.set(stream, new Set());
    this.#playing.get(stream).add(mediaType);
    if (sounds.includes(mediaType)) {
      stream.play(null, { audio: true, audioSlave: true, video: false, screen: false });
      this.#applySpeaker(stream);
    }
    this.#changed();
  }

  #streamRemoved({ stream, mediaType }) {
    this.#playing.get(stream)?.delete(mediaType);
    if (mediaType === 'screen') this.#notice('say.stopsSharing', stream.getId());
    this.#changed();
  }

  #applySpeaker(stream) {
    if (!this.#speakerDevice) return;
    stream.setAudioOutput(this.#speakerDevice).catch((error) => this.report(error));
  }

  #qualities(items) {
    for (const { uid, uplinkNetworkQuality: up, downlinkNetworkQuality: down } of items) {
      // The worse of the two is what one sees; unknown (0) says nothing.
      this.#grades.set(uid, Math.max(up, down));
    }
    this.#changed();
  }

  #connectionChanged({ curState, reconnect, reason, prevState }) {
    if (this.#leaving) return;
    if (curState === 'CONNECTING' && reconnect) this.#setState('reconnecting', 'say.reconnecting');
    else if (curState === 'CONNECTED' && this.state === 'reconnecting') {
      this.#setState('joined', 'say.reconnected');
    } else if (curState === 'DISCONNECTED' && prevState !== 'DISCONNECTED') {
      // Behind it comes what there is to say about it.
      queueMicrotask(() => this.#end(reason));
    }
  }

  #setState(state, key) {
    if (this.state === state) return;
    this.state = state;
    this.#spoken(key, null);
  }

  async #end(reason) {
    // A join that is refused ends here, too; join() itself tells that.
    if (this.state === 'joining') return;
    this.#leaving = true;
    this.state = 'ended';
    const detail = { reason: reason ?? 'failed', words: this.#lastWords };
    this.dispatchEvent(new CustomEvent('ended', { detail }));
    await this.client.destroy().catch(() => {});
  }

  #notice(key, uid, values = {}) {
    this.#tell('notice', key, uid, values);
  }

  #spoken(key, uid) {
    this.#tell('spoken', key, uid);
  }

  #tell(event, key, uid, values = {}) {
    const name = uid === null ? '' : this.nameOf(uid);
    this.dispatchEvent(new CustomEvent(event, { detail: { key, values: { name, ...values } } }));
    this.#changed();
  }

  report(error, device = '') {
    this.problem = { error, device };
    this.dispatchEvent(new CustomEvent('problem', { detail: this.problem }));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
