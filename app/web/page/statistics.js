// SPDX-License-Identifier: LGPL-2.1-or-later
// The figures of every stream, once a second while they are looked at.

import { icon, make } from './dom.js';
import { currentLanguage, t } from './i18n.js';

const icons = { audio: 'mic', audioSlave: 'speaker', video: 'camera', screen: 'screen' };

function number(value, unit, digits = 0) {
  const format = new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: digits });
  return `${format.format(value)}${unit}`;
}

const milliseconds = (value) => (value > 0 ? number(value, ' ms') : '–');
const kilobits = (value) => number(value, ' kbit/s');
const perCent = (value) => number(value, ' %', 1);
const size = (width, height) => (width > 0 ? `${width} × ${height}` : '–');

function common(stats, bitrate, rtt) {
  return [
    ['statistics.codec', stats.CodecType || '–'],
    ['statistics.bitrate', kilobits(bitrate)],
    ['statistics.loss', perCent(stats.PacketLossRate)],
    ['statistics.rtt', milliseconds(rtt)],
  ];
}

function localVideo(stats) {
  const rows = [
    ['statistics.size', size(stats.SendResolutionWidth, stats.SendResolutionHeight)],
    ['statistics.rate', number(stats.SendFrameRate, '')],
    ...common(stats, stats.SendBitrate, stats.Rtt),
  ];
  const limit = stats.QualityLimitationReason;
  if (limit && limit !== 'none') rows.push(['statistics.limited', t(`statistics.${limit}`)]);
  return rows;
}

function remoteVideo(stats) {
  return [
    ['statistics.size', size(stats.RecvResolutionWidth, stats.RecvResolutionHeight)],
    ['statistics.rate', number(stats.RenderFrameRate, '')],
    ...common(stats, stats.RecvBitrate, stats.TransportDelay),
    ['statistics.jitter', milliseconds(stats.Jitter)],
    ['statistics.delay', milliseconds(stats.End2EndDelay)],
    ['statistics.freezes', number(stats.FreezeCount, '')],
  ];
}

function remoteAudio(stats) {
  return [
    ...common(stats, stats.RecvBitrate, stats.TransportDelay),
    ['statistics.jitter', milliseconds(stats.Jitter)],
    ['statistics.delay', milliseconds(stats.End2EndDelay)],
  ];
}

function card(title, iconName, rows) {
  const list = make('dl');
  for (const [key, value] of rows) {
    list.append(make('dt', { text: t(key) }), make('dd', { text: value }));
  }
  return make('section', { className: 'figures' }, heading(title, iconName), list);
}

function heading(title, iconName) {
  return make('h3', {}, icon(iconName), make('bdi', { text: title }));
}

async function connectionCard({ client }) {
  const session = await client.getSessionStats();
  const transport = await client.getTransportStats();
  const rows = [
    ['statistics.up', kilobits(session.SendBitrate)],
    ['statistics.down', kilobits(session.RecvBitrate)],
    ['statistics.rtt', milliseconds(transport.txRtt || transport.rxRtt)],
  ];
  const available = transport.OutgoingAvailableBandwidth;
  if (available > 0) rows.push(['statistics.available', kilobits(available / 1000)]);
  return card(t('statistics.session'), 'pulse', rows);
}

async function ownCards({ client }) {
  const named = (type) => t('statistics.stream', { name: t('you'), kind: t(`statistics.${type}`) });
  const videos = await client.getLocalVideoStats();
  const audios = await client.getLocalAudioStats();
  return [
    ...videos.map((s) => card(named(s.mediaType), icons[s.mediaType], localVideo(s))),
    ...audios.map((s) =>
      card(named(s.mediaType), icons[s.mediaType], common(s, s.SendBitrate, s.Rtt)),
    ),
  ];
}

async function remoteCards(call, mediaType) {
  const { client } = call;
  const sound = mediaType === 'audio' || mediaType === 'audioSlave';
  const all = sound
    ? await client.getRemoteAudioStats(mediaType)
    : await client.getRemoteVideoStats(mediaType);
  const kind = t(`statistics.${mediaType}`);
  const rows = sound ? remoteAudio : remoteVideo;
  return Object.entries(all).map(([uid, stats]) => {
    const title = t('statistics.stream', { name: call.nameOf(uid), kind });
    return card(title, icons[mediaType], rows(stats));
  });
}

/**
 * @param {any} call
 * @param {HTMLElement} root
 */
export function open(call, root) {
  let over = false;
  const show = async () => {
    try {
      const cards = await cardsOf(call);
      if (!over) root.replaceChildren(...cards);
    } catch {
      // The call has ended meanwhile, and with it all figures.
    }
  };
  const timer = setInterval(show, 1000);
  show();
  return {
    close() {
      over = true;
      clearInterval(timer);
      root.replaceChildren();
    },
  };
}

async function cardsOf(call) {
  const groups = [[await connectionCard(call)], await ownCards(call)];
  for (const mediaType of ['screen', 'video', 'audio', 'audioSlave']) {
    groups.push(await remoteCards(call, mediaType));
  }
  return groups.flat();
}
