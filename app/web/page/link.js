// SPDX-License-Identifier: LGPL-2.1-or-later
// What the page's address says, and the address that invites others. Pure.

/**
 * `?room=…&name=…&uid=…&appkey=…&wait=1#token=…`. A token stands in the fragment only: that part is sent to
 * no server and stands in no log.
 *
 * @param {string} href
 */
export function parseLink(href) {
  const url = new URL(href);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const read = (name) => url.searchParams.get(name) ?? '';
  return {
    room: read('room'),
    name: read('name'),
    uid: read('uid'),
    appKey: read('appkey'),
    wait: url.searchParams.has('wait'),
    token: fragment.get('token') ?? '',
  };
}

/** The address without any token, to stand in the address bar */
export function withoutToken(href) {
  const url = new URL(href);
  url.searchParams.delete('token');
  if (url.hash.includes('token=')) url.hash = '';
  return url.href;
}

/** The address that leads others to the same room */
export function inviteLink(href, { room, appKey }) {
  const url = new URL(href);
  url.hash = '';
  url.search = '';
  url.searchParams.set('room', room);
  if (appKey) url.searchParams.set('appkey', appKey);
  return url.href;
}

const roomName = /^[a-zA-Z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~,]{1,64}$/;
const printable = /^[ -~]{1,64}$/;

/** Which fields the server would refuse: name of the field → key of the words */
export function checkFields({ room, uid }) {
  const bad = {};
  if (!room) bad.room = 'bad.room';
  else if (!roomName.test(room)) bad.room = 'bad.roomLetters';
  if (uid && !printable.test(uid)) bad.uid = 'bad.uid';
  return bad;
}
