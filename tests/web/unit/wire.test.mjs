// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of messages and their check, against the golden messages that the C code is tested by.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { listMethods } from '../../../app/web/sdk/methods.js';
import {
  MESSAGE_MAX,
  checkResult,
  cutText,
  decode,
  encodeNotification,
  encodeRequest,
} from '../../../app/web/sdk/wire.js';
import { SOURCE } from '../processes.mjs';

const GOLDEN = path.join(SOURCE, 'tests', 'data', 'messages');

const readGolden = (name) => JSON.parse(fs.readFileSync(path.join(GOLDEN, name), 'utf8'));

/** Repeats the last character of the texts that an entry names, up to so many characters. */
function grow(message, sizes = {}) {
  for (const [where, length] of Object.entries(sizes)) {
    const steps = where.split('.');
    const last = steps.pop();
    const holder = steps.reduce((object, step) => object[step], message);
    const characters = [...holder[last]];
    holder[last] += characters.at(-1).repeat(length - characters.length);
  }
  return JSON.stringify(message);
}

const textOf = (entry) => entry.text ?? grow(structuredClone(entry.message), entry.grow);

/** 0, or the code of the error. */
function codeOf(file, text) {
  try {
    const message = decode(text, file.sender);
    if (file.method) checkResult(file.method, message.body);
    return 0;
  } catch (error) {
    return error.code;
  }
}

describe('golden messages', () => {
  for (const name of fs.readdirSync(GOLDEN).sort())
    test(name, () => {
      const file = readGolden(name);
      for (const entry of [...file.valid, ...file.invalid])
        assert.equal(codeOf(file, textOf(entry)), entry.code ?? 0, entry.about);
    });

  test('there are some of every message, and no others', () => {
    const kinds = { request: 'request', notification: 'notification' };
    const expected = listMethods().flatMap(({ name, sender, kind, result }) => [
      `${sender === 'server' ? 'event' : kinds[kind]}.${name}.json`,
      ...(result ? [`result.${name}.json`] : []),
    ]);
    const there = new Set(fs.readdirSync(GOLDEN));
    assert.deepEqual(there, new Set([...expected, 'error.json', 'text.json']));
  });

  test('what is encoded is decoded', () => {
    for (const { name, kind } of listMethods().filter(({ sender }) => sender === 'client'))
      for (const { message } of readGolden(`${kind}.${name}.json`).valid.filter((e) => !e.grow)) {
        const text =
          kind === 'request'
            ? encodeRequest(name, message.id, message.params ?? {})
            : encodeNotification(name, message.params ?? {});
        assert.deepEqual(
          decode(text, 'client').body,
          decode(JSON.stringify(message), 'client').body,
        );
      }
  });
});

describe('edges', () => {
  const event = (params) => JSON.stringify({ jsonrpc: '2.0', method: 'weather.changed', params });

  test('a message has at most 256 KiB', () => {
    const text = '{"jsonrpc":"2.0","id":7,"method":"room.leave"}';
    assert.equal(decode(text.padEnd(MESSAGE_MAX), 'client').id, 7);
    assert.throws(() => decode(text.padEnd(MESSAGE_MAX + 1), 'client'), { code: 1012 });
    const wide = text.replace('}', `,"x":"${'é'.repeat(MESSAGE_MAX / 2)}"}`);
    assert.throws(() => decode(wide, 'client'), { code: 1012 });
  });

  test('brackets without end', () => {
    assert.throws(() => decode('['.repeat(MESSAGE_MAX)), { code: -32700 });
    assert.throws(() => decode('['.repeat(5000) + ']'.repeat(5000)), { code: -32700 });
  });

  test('every beginning of a message is invalid', () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"room.join","params":{"channel":"a","x":[-1.5e+3]}}';
    for (let length = 0; length < text.length; length += 1)
      assert.throws(() => decode(text.slice(0, length), 'client'), { code: -32700 });
    assert.equal(decode(text, 'client').method.name, 'room.join');
  });

  test('an event that is not known has its place in the sequence', () => {
    const message = decode(event({ epoch: 'e', seq: 3, sunny: true }));
    assert.deepEqual(message.body, { epoch: 'e', seq: 3 });
    assert.equal(message.method, undefined);
    assert.throws(() => decode(event({ sunny: true })), { code: -32602 });
    assert.throws(() => decode(event({ epoch: 'e', seq: 3 }), 'client'), { code: -32601 });
  });

  test('fields that are not known are not handed on', () => {
    const text =
      '{"jsonrpc":"2.0","method":"room.updated","params":{"epoch":"e","seq":1,"extraInfo":"",' +
      '"__proto__":{"admin":true},"later":1}}';
    const { body } = decode(text);
    assert.deepEqual(Object.keys(body).sort(), ['epoch', 'extraInfo', 'seq']);
    assert.equal(Object.getPrototypeOf(body), Object.prototype);
  });

  test('fields are one’s own', () => {
    const text = '{"__proto__":{"jsonrpc":"2.0"},"id":1,"result":{}}';
    assert.throws(() => decode(text), { code: -32600 });
    assert.throws(() => decode('{"jsonrpc":"2.0","id":1,"method":"toString"}', 'client'), {
      code: -32601,
    });
  });

  test('a long error is cut', () => {
    const error = { code: 1, message: 'é'.repeat(5000) };
    const message = decode(JSON.stringify({ jsonrpc: '2.0', id: 1, error }));
    assert.equal([...message.error.message].length, 1024);
    assert.equal(message.error.name, 'internal');
  });

  test('characters are code points', () => {
    assert.equal(cutText('a😀b', 2), 'a😀');
    const join = (userName) => encodeRequest('room.join', 1, { channel: 'a', userName });
    assert.match(join('😀'.repeat(128)), /😀/);
    assert.throws(() => join('😀'.repeat(129)), { code: -32602 });
  });

  test('what a server would refuse is not sent', () => {
    const join = (params) => () => encodeRequest('room.join', 1, params);
    assert.throws(join({ channel: 'a"b' }), { code: 1003, message: /‘a"b’/ });
    assert.throws(join({ channel: 'a', uid: 'é' }), { code: 1004, name: 'uid-invalid' });
    assert.throws(join({ channel: 'a', userData: 'a\0b' }), { code: -32700 });
    assert.throws(join({ channel: 'a', userData: '\ud83d' }), { code: -32700 });
    assert.throws(join({}), { code: -32602, message: /‘channel’ is missing/ });
  });

  test('a field that is undefined is left out', () => {
    const text = encodeRequest('room.join', 1, { channel: 'a', uid: undefined });
    assert.deepEqual(JSON.parse(text).params, { channel: 'a' });
  });
});
