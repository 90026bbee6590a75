// SPDX-License-Identifier: LGPL-2.1-or-later
import { tidy } from './description.js';
import { Path } from './path.js';

/* How often a track is asked whether its first picture is there, ms */
const MEDIA_INTERVAL = 50;

/**
 * @typedef {object} Signalling what goes to the other end and to the server
 * @property {(id: string, type: 'offer' | 'answer', sdp: string) => void} sendDescription
 * @property {(id: string, index: number, candidate: string) => void} sendCandidate
 * @property {(id: string) => void} sendPlaying
 * @property {(id: string, code: string, message: string) => void} sendFailed
 *
 * @typedef {object} TransportOwner
 * @property {(transport: Transport) => void} [connected]
 * @property {(transport: Transport, kind: Kind) => void} [media] its first has come
 * @property {(transport: Transport) => void} [lost] its path may come back by itself
 * @property {(transport: Transport) => void} [recovered]
 * @property {(transport: Transport) => void} ended it is closed
 * @property {(transport: Transport) => boolean} [awaits] whether media should come
 *
 * @typedef {'audio' | 'video'} Kind
 *
 * @typedef {object} OutgoingTrack
 * @property {Kind} kind
 * @property {MediaStreamTrack | null} track null: nothing is sent yet
 * @property {MediaStream} group tracks of one are played in sync
 * @property {number} maxBitrate bit/s
 * @property {(transceiver: RTCRtpTransceiver) => void} prepare chooses codecs
 */

const hasTurn = (iceServers) =>
  iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/i.test(url)));

/* RFC 3264, section 6: a rejected section has the port 0. */
const rejects = (sdp) => /^m=\S+ 0 /m.test(sdp);

/**
 * One end of one connection (docs/protocol.md, "Transports"): one offer, one answer, never
 * renegotiated. What it cannot go on from it reports by itself.
 */
export class Transport {
  closed = false;
  /** @type {Map<Kind, RTCRtpSender>} */
  senders = new Map();
  /** @type {Map<Kind, RTCRtpReceiver>} */
  receivers = new Map();
  /** @type {Set<Kind>} of which media has come */
  came = new Set();
  #signalling;
  #owner;
  #pc;
  #path;
  /** @type {{index: number, candidate: string}[] | null} that wait for the description; null: sent */
  #early = [];
  #described = false;
  #mediaTimer;

  /**
   * @param {{transportId: string, role: 'sender' | 'receiver', streamId: string, audio: boolean,
   *   video: boolean, iceServers: RTCIceServer[]}} open
   * @param {Signalling} signalling
   * @param {TransportOwner} owner
   */
  constructor(open, signalling, owner) {
    this.id = open.transportId;
    this.role = open.role;
    this.streamId = open.streamId;
    this.wanted = { audio: open.audio, video: open.video };
    this.#signalling = signalling;
    this.#owner = owner;
    this.#pc = new RTCPeerConnection({ iceServers: open.iceServers, bundlePolicy: 'max-bundle' });
    this.#path = new Path(this.#pc, hasTurn(open.iceServers), {
      connected: () => this.#onConnected(),
      failed: (code, message) => this.fail(code, message),
      lost: (code, message) => this.#onLost(code, message),
      recovered: () => this.#onRecovered(),
    });
    this.#pc.addEventListener('icecandidate', this.#onCandidate);
    this.#pc.addEventListener('track', this.#onTrack);
  }

  get connected() {
    return this.#path.connected;
  }

  /** Whether media can come and go over it now. */
  get usable() {
    return this.connected && !this.#path.lost && !this.closed;
  }

  get lost() {
    return this.#path.lost;
  }

  get suspicious() {
    return this.#path.suspicious;
  }

  /**
   * @param {string} heard see Path
   * @param {boolean} sends whether something was sent that the other end should report about
   */
  look(heard, sends) {
    if (!this.closed) this.#path.look(heard, sends || (this.#owner.awaits?.(this) ?? false));
  }

  /** @param {number} ms see Path */
  limitPatience(ms) {
    this.#path.limitPatience(ms);
  }

  /**
   * The sender's only offer.
   * @param {OutgoingTrack[]} tracks audio first
   */
  async offer(tracks) {
    try {
      for (const outgoing of tracks) this.#addTrack(outgoing);
      await this.#describe(await this.#pc.createOffer());
    } catch (error) {
      this.fail('description', `The offer could not be made: ${error.message}`);
    }
  }

  /**
   * The other end's only description.
   * @param {'offer' | 'answer'} type
   * @param {string} sdp
   */
  async takeDescription(type, sdp) {
    if (this.closed || this.#described || type !== (this.role === 'sender' ? 'answer' : 'offer'))
      return;
    this.#described = true;
    try {
      await this.#pc.setRemoteDescription({ type, sdp });
      if (this.role === 'receiver' && !this.closed)
        await this.#describe(await this.#pc.createAnswer());
      if (rejects(type === 'offer' ? (this.#pc.localDescription?.sdp ?? '') : sdp))
        this.fail('codec', 'The two ends have no codec in common');
    } catch (error) {
      this.fail('description', `The ${type} could not be applied: ${error.message}`);
    }
  }

  /**
   * @param {number} sdpMLineIndex
   * @param {string} candidate
   */
  takeCandidate(sdpMLineIndex, candidate) {
    if (this.closed) return;
    /* One that this browser cannot use is no harm: there are others, or no path in the end. */
    this.#pc.addIceCandidate({ sdpMLineIndex, candidate }).catch(() => {});
  }

  /**
   * What is sent from now on; null: nothing, but RTCP goes on.
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} track
   */
  async send(kind, track) {
    const sender = this.senders.get(kind);
    if (!sender || this.closed || sender.track === track) return;
    try {
      await sender.replaceTrack(track);
    } catch (error) {
      this.fail('media', `The ${kind} track could not be sent: ${error.message}`);
    }
  }

  /**
   * @param {Kind} kind
   * @param {number} maxBitrate bit/s
   */
  async setMaxBitrate(kind, maxBitrate) {
    const parameters = this.senders.get(kind)?.getParameters();
    if (!parameters?.encodings?.length || this.closed) return;
    parameters.encodings[0].maxBitrate = maxBitrate;
    await this.senders
      .get(kind)
      ?.setParameters(parameters)
      .catch(() => {});
  }

  /** @returns {Promise<RTCStatsReport | null>} null: there is none any more */
  async getStats() {
    if (this.closed) return null;
    const report = await this.#pc.getStats().catch(() => null);
    return this.closed ? null : report;
  }

  reportPlaying() {
    if (!this.closed) this.#signalling.sendPlaying(this.id);
  }

  /**
   * Reports it, and ends it at this end.
   * @param {string} code
   * @param {string} message
   */
  fail(code, message) {
    if (this.closed) return;
    this.#signalling.sendFailed(this.id, code, message);
    this.end();
  }

  /** Closes it, and tells the owner. */
  end() {
    if (this.closed) return;
    this.close();
    this.#owner.ended(this);
  }

  /** Closes it; the owner knows. */
  close() {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#mediaTimer);
    this.#path.stop();
    this.#pc.removeEventListener('icecandidate', this.#onCandidate);
    this.#pc.removeEventListener('track', this.#onTrack);
    this.#pc.close();
  }

  #addTrack({ kind, track, group, maxBitrate, prepare }) {
    const transceiver = this.#pc.addTransceiver(track ?? kind, {
      direction: 'sendonly',
      streams: [group],
      sendEncodings: [{ maxBitrate }],
    });
    prepare(transceiver);
    this.senders.set(kind, transceiver.sender);
  }

  /* RFC 8838, section 4: no candidate goes before the description that it belongs to. */
  async #describe(description) {
    if (this.closed) return;
    await this.#pc.setLocalDescription(description);
    if (this.closed) return;
    this.#signalling.sendDescription(this.id, description.type, tidy(description.sdp ?? ''));
    const early = this.#early ?? [];
    this.#early = null;
    for (const { index, candidate } of early)
      this.#signalling.sendCandidate(this.id, index, candidate);
  }

  #onCandidate = ({ candidate }) => {
    const text = candidate?.candidate ?? '';
    /* The protocol has UDP only. */
    if (/^candidate:\S+ \d+ tcp /i.test(text)) return;
    this.#path.noteCandidate(text);
    const entry = { index: candidate?.sdpMLineIndex ?? 0, candidate: text };
    if (this.#early) this.#early.push(entry);
    else this.#signalling.sendCandidate(this.id, entry.index, entry.candidate);
  };

  #onTrack = ({ track, receiver }) => {
    this.receivers.set(track.kind, receiver);
    /* WebRTC, 4.4.1.3: a remote track is muted until its first packet is there. */
    if (!track.muted) this.#watchMedia();
    else track.addEventListener('unmute', () => this.#watchMedia(), { once: true });
  };

  #watchMedia() {
    clearTimeout(this.#mediaTimer);
    const kinds = [...this.receivers.keys()].filter((kind) => this.#isAwaited(kind));
    if (this.closed || kinds.length === 0) return;
    Promise.all(kinds.map((kind) => this.#checkMedia(kind))).then(() => {
      clearTimeout(this.#mediaTimer);
      if (!this.closed && kinds.some((kind) => this.#isAwaited(kind)))
        this.#mediaTimer = setTimeout(() => this.#watchMedia(), MEDIA_INTERVAL);
    });
  }

  #isAwaited(kind) {
    return !this.came.has(kind) && !this.receivers.get(kind)?.track.muted;
  }

  async #checkMedia(kind) {
    const report = await this.receivers
      .get(kind)
      ?.getStats()
      .catch(() => null);
    if (this.closed || this.came.has(kind)) return;
    for (const stats of report?.values() ?? [])
      if (
        stats.type === 'inbound-rtp' &&
        (kind === 'video' ? stats.framesDecoded > 0 : stats.packetsReceived > 0)
      ) {
        this.came.add(kind);
        this.#owner.media?.(this, kind);
        return;
      }
  }

  #onConnected() {
    this.#owner.connected?.(this);
  }

  #onLost(code, message) {
    this.#signalling.sendFailed(this.id, code, message);
    this.#owner.lost?.(this);
  }

  #onRecovered() {
    if (this.role === 'sender') this.reportPlaying();
    this.#owner.recovered?.(this);
  }
}
