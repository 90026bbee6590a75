// SPDX-License-Identifier: LGPL-2.1-or-later
// What of the page needs no browser: links, words, problems, where tiles go.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';

import { clock } from '../../../app/web/page/clock.js';
import { Conversation } from '../../../app/web/page/conversation.js';
import { Emitter } from '../../../app/web/sdk/emitter.js';
import { choose } from '../../../app/web/page/i18n.js';
import { layoutFor } from '../../../app/web/page/layout.js';
import { checkFields, inviteLink, parseLink, withoutToken } from '../../../app/web/page/link.js';
import * as enLater from '../../../app/web/page/locale/en-later.js';
import * as enFirst from '../../../app/web/page/locale/en.js';
import * as zhLater from '../../../app/web/page/locale/zh-CN-later.js';
import * as zhFirst from '../../../app/web/page/locale/zh-CN.js';
import { problemOf } from '../../../app/web/page/problems.js';
import { hue, initials } from '../../../app/web/page/tiles.js';

const en = { words: { ...enFirst.words, ...enLater.words } };
const zh = { words: { ...zhFirst.words, ...zhLater.words } };

const WEB = new URL('../../../app/web/', import.meta.url);
const HOST = 'https://meet.example/calls/';

/** What of the sources may hold keys of words */
function sources() {
  const folder = new URL('page/', WEB);
  const scripts = fs.readdirSync(folder).filter((name) => name.endsWith('.js'));
  const paths = [new URL('index.html', WEB), ...scripts.map((name) => new URL(name, folder))];
  return paths.map((path) => fs.readFileSync(path, 'utf8')).join('\n');
}

test('both languages have the same keys, all with words', () => {
  for (const [one, other] of [
    [enFirst, zhFirst],
    [enLater, zhLater],
  ])
    assert.deepEqual(Object.keys(other.words).sort(), Object.keys(one.words).sort());
  for (const words of [en.words, zh.words])
    for (const [key, text] of Object.entries(words)) assert.ok(text.trim(), key);
});

test('both languages fill in the same values', () => {
  const values = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();
  // A singular may name its number by a word.
  for (const key of Object.keys(en.words))
    if (!key.endsWith('.one')) assert.deepEqual(values(zh.words[key]), values(en.words[key]), key);
});

test('every key that the markup names has words', () => {
  const html = fs.readFileSync(new URL('index.html', WEB), 'utf8');
  const keys = [...html.matchAll(/data-t(?:-\w+)?="([^"]+)"/g)].map(([, key]) => key);
  assert.ok(keys.length > 40);
  for (const key of keys) assert.ok(key in en.words, key);
});

test('every key that a script names has words, and all words are used', () => {
  const text = sources();
  const named = [...text.matchAll(/\bt\('([\w.-]+)'/g)].map(([, key]) => key);
  for (const key of named) assert.ok(key in en.words, key);
  const built =
    /^(ended|problem|quality|statistics|test|say\.in|members\.count|chat\.unread|people|wait|bad)\./;
  for (const key of Object.keys(en.words))
    assert.ok(built.test(key) || text.includes(`'${key}'`) || text.includes(`"${key}"`), key);
});

test('a language is chosen from the list of the browser', () => {
  assert.equal(choose(['de', 'zh-TW', 'en']), 'zh-CN');
  assert.equal(choose(['en-GB', 'zh']), 'en');
  assert.equal(choose(['de-DE']), 'en');
  assert.equal(choose([]), 'en');
});

test('a link gives room, name, uid; the token only from the fragment', () => {
  const link = parseLink(`${HOST}?room=a%20b&name=%3Cb%3E&uid=7&token=query#token=fragment`);
  assert.deepEqual(link, {
    ...{ room: 'a b', name: '<b>', uid: '7', appKey: '', token: 'fragment', wait: false },
  });
  assert.equal(parseLink(`${HOST}?wait=1`).wait, true);
  assert.equal(parseLink(`${HOST}?room=a&token=query`).token, '');
});

test('no token stays in the address, nor goes into an invitation', () => {
  assert.equal(withoutToken(`${HOST}?room=a#token=t`), `${HOST}?room=a`);
  assert.equal(withoutToken(`${HOST}?room=a&token=t`), `${HOST}?room=a`);
  assert.equal(
    inviteLink(`${HOST}?room=old&uid=7#token=t`, { room: 'a b&c', appKey: 'k' }),
    `${HOST}?room=a+b%26c&appkey=k`,
  );
});

test('fields are checked as the protocol has it', () => {
  assert.deepEqual(checkFields({ room: 'stand up!', uid: '' }), {});
  assert.deepEqual(checkFields({ room: '', uid: '' }), { room: 'bad.room' });
  assert.deepEqual(checkFields({ room: 'Straße', uid: 'ä' }), {
    room: 'bad.roomLetters',
    uid: 'bad.uid',
  });
});

test('every error has words and advice', () => {
  const names = `server-unreachable timeout connection-lost token-required token-malformed
    token-signature token-expired token-not-yet-valid token-other-room token-other-uid
    app-key-unknown room-full too-many-rooms uid-taken room-name-invalid uid-invalid grant-missing
    too-many-streams rate-exceeded message-too-large banned uid-offline
    invite-not-found NotAllowedError NotFoundError NotReadableError SecurityError
    AbortError OverconstrainedError NOT_SUPPORT`.split(/\s+/);
  for (const name of names) {
    const { title, advice } = problemOf({ name, message: '' }, { secure: true });
    assert.notEqual(title, 'problem.unknown', name);
    assert.ok(title in en.words, title);
    assert.ok(advice in en.words, advice);
  }
  assert.equal(problemOf(new Error('strange')).values.message, 'strange');
});

test('an error is told by what was wanted', () => {
  const title = (name, context) => problemOf({ name }, { secure: true, ...context }).title;
  assert.equal(title('NotFoundError', { device: 'video' }), 'problem.noCamera');
  assert.equal(title('NotFoundError', { device: 'audio' }), 'problem.noMicrophone');
  assert.equal(title('NotAllowedError', { device: 'screen' }), 'problem.shareCancelled');
  assert.equal(title('NOT_SUPPORT', { secure: false }), 'problem.https');
  assert.equal(problemOf({ name: 'token-expired' }).field, 'token');
});

test('letters and colours of a member without a picture', () => {
  assert.equal(initials('Ada King Lovelace'), 'AL');
  assert.equal(initials('李小龙'), '李');
  assert.equal(initials('😀 x'), '😀X');
  assert.equal(initials('  '), '?');
  assert.equal(hue('Ada'), hue('Ada'));
});

test('how long a call took', () => {
  assert.equal(clock(0), '0:00');
  assert.equal(clock(247.9), '4:07');
  assert.equal(clock(3847), '1:04:07');
});

function overlap(a, b) {
  const within = (low, size, other, otherSize) =>
    low < other + otherSize - 0.5 && other < low + size - 0.5;
  return within(a.x, a.width, b.x, b.width) && within(a.y, a.height, b.y, b.height);
}

function checkRects({ rects, height }, stage) {
  for (const rect of rects) {
    assert.ok(rect.width > 0 && rect.height > 0, JSON.stringify(rect));
    assert.ok(rect.x > -0.5 && rect.x + rect.width < stage.width + 0.5, JSON.stringify(rect));
    assert.ok(rect.y > -0.5 && rect.y + rect.height < height + 0.5, JSON.stringify(rect));
  }
}

const STAGES = [
  { width: 340, height: 516 },
  { width: 640, height: 300 },
  { width: 1240, height: 582 },
  { width: 3800, height: 2000 },
];

for (const stage of STAGES)
  test(`tiles fit into ${stage.width} × ${stage.height} and hide none of each other`, () => {
    for (let count = 1; count <= 60; count += 1)
      for (const large of [false, true]) {
        const layout = layoutFor({ ...stage, count, large, two: false });
        const rects = layout.rects.filter(Boolean);
        checkRects({ ...layout, rects }, stage);
        if (!large) assert.equal(rects.length, count);
        for (const [index, rect] of rects.entries())
          for (const other of rects.slice(index + 1))
            assert.ok(!overlap(rect, other), `${count} ${large}`);
      }
  });

test('what is large is larger than all others', () => {
  for (const stage of STAGES)
    for (const count of [2, 4, 9]) {
      const [first, ...others] = layoutFor({ ...stage, count, large: true, two: false }).rects;
      const area = ({ width, height }) => width * height;
      for (const other of others.filter(Boolean)) assert.ok(area(first) > 2 * area(other));
    }
});

test('in a call of two the other one has the stage, oneself a corner of it', () => {
  const { kind, rects } = layoutFor({
    width: 1240,
    height: 582,
    count: 2,
    large: false,
    two: true,
  });
  assert.equal(kind, 'pair');
  assert.ok(overlap(rects[0], rects[1]));
  assert.ok(rects[0].width > 4 * rects[1].width);
  const phone = layoutFor({ width: 340, height: 516, count: 2, large: false, two: true });
  assert.equal(phone.kind, 'grid');
});

test('what is needed at once has its words at once', () => {
  const later = ['chat', 'people', 'statistics', 'waiting', 'test-view', 'connection-test'];
  const folder = new URL('page/', WEB);
  const first = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.js') && !later.includes(name.slice(0, -3)));
  const text = first.map((name) => fs.readFileSync(new URL(name, folder), 'utf8')).join('\n');
  for (const key of Object.keys(enLater.words)) assert.ok(!text.includes(`'${key}'`), key);
});

test('what was written is kept, and counted until somebody looks', async () => {
  const client = Object.assign(new Emitter(), {
    getGrants: () => ['message'],
    sendMessage: async () => ({ messageId: 'm' }),
  });
  const conversation = new Conversation(client, (uid) => `name of ${uid}`);
  const told = [];
  conversation.addEventListener('entry', (/** @type {any} */ { detail }) => told.push(detail));
  const tell = (more) =>
    client.emit('message-received', { kind: 'broadcast', uid: 7, text: 'a', time: 1, ...more });
  tell({});
  tell({ kind: 'barrage', dropped: 3 });
  tell({ kind: 'command' });
  assert.deepEqual(
    told.map(({ name, own, missed }) => [name, own, missed]),
    [
      ['name of 7', false, 0],
      ['name of 7', false, 3],
    ],
  );
  assert.equal(conversation.unread, 2);
  conversation.watch(true);
  await conversation.send('b');
  tell({});
  assert.deepEqual([conversation.unread, conversation.entries.length], [0, 4]);
  conversation.watch(false);
  for (let i = 0; i < 600; i += 1) tell({});
  assert.deepEqual([conversation.unread, conversation.entries.length], [600, 500]);
});
