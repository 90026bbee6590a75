// SPDX-License-Identifier: LGPL-2.1-or-later
import { MEDIA_TYPES } from './publication.js';
import { AUDIO_TYPES, VIDEO_TYPES, checkType } from './stream.js';
import {
  availableBandwidth,
  bytes,
  localAudio,
  localVideo,
  remoteAudio,
  remoteVideo,
  roundTrip,
  sentPath,
} from './statistics.js';

const largest = (numbers) => numbers.reduce((a, b) => Math.max(a, b), 0);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** What an application asks to know of its call; taken from the looks that are made anyway. */
export class Figures {
  #membership;
  #monitor;

  /**
   * @param {import('./membership.js').Membership} membership
   * @param {import('./monitor.js').Monitor} monitor
   */
  constructor(membership, monitor) {
    this.#membership = membership;
    this.#monitor = monitor;
  }

  async getTransport() {
    const sent = await this.#lookAt(this.#membership.publisher.transports);
    const received = await this.#lookAt(this.#membership.subscriber.transports);
    const told = sent.map(({ now }) => sentPath(now).roundTrip).filter((ms) => ms > 0);
    return {
      txRtt: Math.round(largest(told.length > 0 ? told : sent.map(({ now }) => roundTrip(now)))),
      rxRtt: largest(received.map(({ now }) => roundTrip(now))),
      OutgoingAvailableBandwidth: sum(sent.map(({ now }) => availableBandwidth(now))),
    };
  }

  async getSession() {
    const { publisher, subscriber, duration, members } = this.#membership;
    const sent = await this.#lookAt(publisher.transports);
    const received = await this.#lookAt(subscriber.transports);
    return {
      Duration: Math.round(duration),
      SendBitrate: this.#bitrate(sent, 'bytesSent'),
      RecvBitrate: this.#bitrate(received, 'bytesReceived'),
      SendBytes: sum(sent.map(({ now }) => bytes(now, 'bytesSent'))),
      RecvBytes: sum(received.map(({ now }) => bytes(now, 'bytesReceived'))),
      UserCount: members.length + 1,
    };
  }

  /**
   * Of each consumer's connection the one that is sent most stands for all.
   * @param {'audio' | 'video'} kind
   * @param {string} [mediaType]
   */
  async getLocal(kind, mediaType) {
    const types = kind === 'audio' ? AUDIO_TYPES : VIDEO_TYPES;
    if (mediaType !== undefined) checkType(mediaType, types);
    const read = kind === 'audio' ? localAudio : localVideo;
    const published = this.#membership.publisher.all
      .map(({ stream, publication, half }) => ({
        stream,
        publication,
        type: MEDIA_TYPES[half][kind],
      }))
      .filter(({ publication, type }) => publication.told[kind] && (mediaType ?? type) === type);
    return Promise.all(
      published.map(async ({ stream, publication, type }) => {
        const looks = await this.#lookAt(publication.transports);
        const figures = looks.map(({ now, before }) => read(now, before));
        const most = figures.sort((a, b) => b.SendBitrate - a.SendBitrate)[0];
        const none = read({ at: 0, heard: '', sent: 0, pair: {}, tracks: {} });
        return { mediaType: type, ...(most ?? none), MuteState: stream.isMuted(type) };
      }),
    );
  }

  /**
   * @param {any} type
   * @returns {Promise<Record<string, any>>} by uid
   */
  async getRemote(type) {
    checkType(type);
    const kind = AUDIO_TYPES.includes(type) ? 'audio' : 'video';
    const read = kind === 'audio' ? remoteAudio : remoteVideo;
    const wanted = this.#membership.subscriber.all.filter(
      ({ subscription, stream, half }) =>
        MEDIA_TYPES[half][kind] === type && subscription.wanted[kind] && stream.hasMedia(type),
    );
    const entries = await Promise.all(
      wanted.map(async ({ subscription, stream }) => {
        const transport = subscription.playing ?? subscription.transports.at(-1);
        const [look] = await this.#lookAt(transport ? [transport] : []);
        const none = read({ at: 0, heard: '', sent: 0, pair: {}, tracks: {} });
        const figures = look ? read(look.now, look.before) : none;
        return [String(stream.getId()), { ...figures, MuteState: stream.isMuted(type) }];
      }),
    );
    return Object.fromEntries(entries);
  }

  async #lookAt(transports) {
    await this.#monitor.need(transports);
    return transports.map((transport) => this.#monitor.looksOf(transport)).filter(({ now }) => now);
  }

  #bitrate(looks, field) {
    const rates = looks.map(({ now, before }) =>
      before && now.at > before.at
        ? (8 * (bytes(now, field) - bytes(before, field))) / (now.at - before.at)
        : 0,
    );
    return Math.max(0, Math.round(sum(rates)));
  }
}
