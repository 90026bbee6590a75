// SPDX-License-Identifier: LGPL-2.1-or-later
// Which tiles and which members there are to see, worked out from a call. No document.

import { t } from './i18n.js';

/**
 * @typedef {object} TileFacts
 * @property {string} key the same for the same tile
 * @property {string} label what the caption says
 * @property {string} name the member's, for the avatar
 * @property {boolean} own
 * @property {boolean} screen
 * @property {MediaStream | null} picture null: the avatar is shown
 * @property {boolean} mirror
 * @property {boolean} muted
 * @property {boolean} speaking
 * @property {number} grade of the network, 0 to 6
 * @property {any} stream for its level
 */

function pictureOf(stream, mediaType, muted) {
  return muted ? null : stream.getMediaStream(mediaType);
}

function ownTiles(call) {
  const { own } = call;
  const name = call.options.name || String(call.uid ?? '');
  const base = { own: true, name, speaking: false, grade: call.gradeOf(call.uid) };
  const tiles = [
    {
      ...base,
      key: 'own',
      label: t('name.you', { name }),
      screen: false,
      picture: call.isSent('video') ? own.stream.getMediaStream('video') : null,
      mirror: true,
      muted: !call.isSent('audio'),
      stream: own.stream,
    },
  ];
  if (own.isOn('screen')) {
    tiles.push({
      ...base,
      key: 'own-screen',
      label: t('you.screen'),
      screen: true,
      picture: own.stream.getMediaStream('screen'),
      mirror: false,
      muted: false,
      stream: null,
    });
  }
  return tiles;
}

function tileOf(call, member, stream, mediaType) {
  const { uid } = member;
  const screen = mediaType === 'screen';
  const name = call.nameOf(uid);
  const arrived = stream !== null && call.hasArrived(stream, mediaType);
  const further = stream?.streamId;
  const label = screen ? t('name.screen', { name }) : name;
  return {
    key: `${uid}\n${further ?? ''}\n${mediaType}`,
    label: further ? t('name.stream', { name: label, stream: further }) : label,
    name,
    own: false,
    screen,
    picture: arrived ? pictureOf(stream, mediaType, stream.isMuted(mediaType)) : null,
    mirror: false,
    muted: !screen && (stream === null || !stream.hasAudio() || stream.isMuted('audio')),
    speaking: !screen && call.speaker === uid,
    grade: call.gradeOf(uid),
    stream: screen ? null : stream,
  };
}

function streamsOf(call, uid) {
  return call.client.getRemoteStreams().filter((stream) => stream.getId() === uid);
}

/** A member's tiles: one for itself, also without any stream, and one for each further picture */
function memberTiles(call, member) {
  const streams = streamsOf(call, member.uid);
  const main = streams.find((stream) => !stream.streamId) ?? null;
  const tiles = [];
  for (const stream of streams) {
    const sends = !call.options.audioOnly;
    if (sends && stream.hasScreen()) tiles.push(tileOf(call, member, stream, 'screen'));
    if (sends && stream !== main && stream.hasVideo()) {
      tiles.push(tileOf(call, member, stream, 'video'));
    }
  }
  return [tileOf(call, member, main, 'video'), ...tiles];
}

/** @returns {TileFacts[]} the others' in the order of their coming, one's own last */
export function tilesOf(call) {
  const others = call.members().flatMap((member) => memberTiles(call, member));
  return [...others, ...ownTiles(call)];
}

/** One line for each member, oneself first */
export function membersOf(call) {
  const { own } = call;
  const name = call.options.name || String(call.uid ?? '');
  const self = {
    key: 'own',
    name,
    label: t('name.you', { name }),
    note: call.options.name ? String(call.uid ?? '') : '',
    muted: !call.isSent('audio'),
    dark: !call.isSent('video'),
    shares: own.isOn('screen'),
    grade: call.gradeOf(call.uid),
  };
  return [self, ...call.members().map((member) => memberLine(call, member))];
}

function memberLine(call, member) {
  const streams = streamsOf(call, member.uid);
  const some = (test) => streams.some(test);
  const audience = member.role === 'audience' ? t('members.audience') : '';
  return {
    key: String(member.uid),
    member,
    name: call.nameOf(member.uid),
    label: call.nameOf(member.uid),
    note: [member.userName ? String(member.uid) : '', audience].filter(Boolean).join(' · '),
    muted: !some((stream) => stream.hasAudio() && !stream.isMuted('audio')),
    dark: !some((stream) => stream.hasVideo() && !stream.isMuted('video')),
    shares: some((stream) => stream.hasScreen()),
    grade: call.gradeOf(member.uid),
  };
}

/** The letters of the avatar: of the first and the last word */
export function initials(name) {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const first = (word) => Array.from(word ?? '')[0] ?? '';
  if (parts.length < 2) return first(parts[0]).toUpperCase() || '?';
  return (first(parts[0]) + first(parts.at(-1))).toUpperCase();
}

/** One of six colours, always the same for the same name */
export function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 131 + letter.codePointAt(0)) % 65521;
  return (sum >> 3) % 6;
}

/**
 * What the flags of a tile or member say, in words
 * @param {{muted?: boolean, dark?: boolean, shares?: boolean, speaking?: boolean}} flags
 */
export function wordsOf({ muted, dark, shares, speaking }) {
  const words = [];
  if (muted) words.push(t('flag.muted'));
  if (dark) words.push(t('flag.noCamera'));
  if (shares) words.push(t('flag.screen'));
  if (speaking) words.push(t('flag.speaking'));
  return words.join(', ');
}
