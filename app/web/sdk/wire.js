// SPDX-License-Identifier: LGPL-2.1-or-later
import { ErrorCode, NertcError } from './errors.js';
import { eventFields, findMethod } from './methods.js';

/**
 * The one place where what comes from the network is checked. What decode() gives has every field
 * that the table calls required, each with its type and within its bounds, and no others.
 *
 * @typedef {import('./methods.js').Method} Method
 * @typedef {import('./methods.js').Field} Field
 * @typedef {import('./methods.js').Fields} Fields
 *
 * @typedef {object} Message
 * @property {'request' | 'notification' | 'result' | 'error'} kind
 * @property {number} [id] none: of a notification, or an error about something without one
 * @property {Method} [method] of a request or notification; none: an event that is not known
 * @property {any} [body] the params or the result; a result is still to be checked
 * @property {NertcError} [error]
 */

export const SUBPROTOCOL = 'nertc.v1';
/* In bytes */
export const MESSAGE_MAX = 262144;

const DEPTH_MAX = 16;
const INTEGER_DIGITS_MAX = 18;
const ERROR_TEXT_MAX = 1024;
const QUOTE_MAX = 64;

const nameErrors = {
  channel: [
    ErrorCode.ROOM_NAME_INVALID,
    'room name',
    '1 to 64 letters, digits, spaces and !#$%&()+-:;<=.>?@[]^_{}|~,',
  ],
  uid: [ErrorCode.UID_INVALID, 'uid', '1 to 64 printable ASCII characters'],
  streamId: [
    ErrorCode.STREAM_ID_INVALID,
    'stream id',
    '1 to 64 printable ASCII characters without space',
  ],
};

const parseError = (problem) =>
  new NertcError(ErrorCode.PARSE, `The message is not JSON: ${problem}`);
const invalidRequest = (problem) =>
  new NertcError(ErrorCode.INVALID_REQUEST, `Not a JSON-RPC 2.0 message: ${problem}`);
const invalidParams = (problem) => new NertcError(ErrorCode.INVALID_PARAMS, problem);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);

/* Texts are counted in code points, of which each is one or two units of a string. */
function isLonger(value, max) {
  if (value.length <= max) return false;
  return value.length > 2 * max || [...value].length > max;
}

/**
 * @param {string} value
 * @param {number} max
 */
export function cutText(value, max) {
  return isLonger(value, max) ? [...value].slice(0, max).join('') : value;
}

/* The bytes of it in UTF-8 */
function isLargerMessage(value) {
  if (value.length > MESSAGE_MAX) return true;
  return value.length * 3 > MESSAGE_MAX && new TextEncoder().encode(value).length > MESSAGE_MAX;
}

/* JSON.parse() has forgotten how a number was written. */
function checkNumbers(source) {
  if (!/\d{19}|\d[eE]/.test(source)) return;
  const bare = source.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '""');
  for (const number of bare.match(/-?\d[\d.eE+-]*/g) ?? []) {
    if (/^-?\d+$/.test(number)) {
      if (number.replace('-', '').length > INTEGER_DIGITS_MAX)
        throw parseError('an integer that is too large');
    } else if (!Number.isFinite(Number(number))) {
      throw parseError('a number that is too large');
    }
  }
}

function checkText(value) {
  if (value.includes('\0')) throw parseError('the character U+0000');
  if (/\p{Surrogate}/u.test(value)) throw parseError('half a surrogate pair');
}

function checkValue(value, depth) {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= DEPTH_MAX) throw parseError('nested too deep');
  for (const [name, item] of Object.entries(value)) {
    checkText(name);
    checkValue(item, depth + 1);
  }
}

function parse(source) {
  if (isLargerMessage(source))
    throw new NertcError(
      ErrorCode.MESSAGE_TOO_LARGE,
      `The message is larger than ${MESSAGE_MAX} bytes`,
    );
  let root;
  try {
    root = JSON.parse(source);
  } catch {
    throw parseError('its grammar is another one');
  }
  checkNumbers(source);
  checkValue(root, 0);
  return root;
}

function readName(name, field, value) {
  if (field.pattern.test(value)) return value;
  const [code, what, remedy] = nameErrors[field.kind];
  throw new NertcError(
    code,
    `The ${what} ‘${cutText(value, QUOTE_MAX)}’ is invalid; use ${remedy}`,
  );
}

function readText(name, field, value) {
  if (typeof value !== 'string') throw invalidParams(`‘${name}’ is not a string`);
  if (field.type === 'name') return readName(name, field, value);
  if (field.type === 'choice' && !field.choices.includes(value))
    throw invalidParams(`‘${name}’ is none of: ${field.choices.join(', ')}`);
  if (field.type === 'string' && isLonger(value, field.max))
    throw invalidParams(`‘${name}’ is too long; use at most ${field.max} characters`);
  return value;
}

function readInteger(name, field, value) {
  if (!Number.isSafeInteger(value)) throw invalidParams(`‘${name}’ is not an integer`);
  if (value < field.min || value > field.max)
    throw invalidParams(`‘${name}’ is ${value}; use ${field.min} to ${field.max}`);
  return value;
}

function readItem(name, field, item) {
  if (field.fields) {
    if (!isObject(item)) throw invalidParams(`‘${name}’ has an item that is not an object`);
    return readFields(field.fields, item);
  }
  if (typeof item !== 'string') throw invalidParams(`‘${name}’ has an item that is not a string`);
  if (isLonger(item, field.itemMax)) throw invalidParams(`‘${name}’ has an item that is too long`);
  return item;
}

function readArray(name, field, value) {
  if (!Array.isArray(value)) throw invalidParams(`‘${name}’ is not an array`);
  if (value.length > field.max) throw invalidParams(`‘${name}’ has too many items`);
  return value.map((item) => readItem(name, field, item));
}

/** @param {string} name @param {Field} field @param {unknown} value */
function readField(name, field, value) {
  switch (field.type) {
    case 'integer':
      return readInteger(name, field, value);
    case 'boolean':
      if (typeof value !== 'boolean') throw invalidParams(`‘${name}’ is not true or false`);
      return value;
    case 'object':
      if (!isObject(value)) throw invalidParams(`‘${name}’ is not an object`);
      return readFields(/** @type {Fields} */ (field.fields), value);
    case 'array':
      return readArray(name, field, value);
    default:
      return readText(name, field, value);
  }
}

/* What the table does not name is left out, so that either end can be the newer one. */
function readFields(fields, object) {
  /** @type {Record<string, any>} */
  const read = {};
  for (const [name, field] of Object.entries(fields)) {
    if (has(object, name)) read[name] = readField(name, field, object[name]);
    else if (field.required) throw invalidParams(`‘${name}’ is missing`);
  }
  return read;
}

/* An event of a newer server is passed over, but it counts in the sequence. */
function readUnknown(name, params, kind, sender) {
  if (sender === 'server' && kind === 'notification')
    return { kind, body: readFields(eventFields, params) };
  throw new NertcError(
    ErrorCode.METHOD_NOT_FOUND,
    `There is no method ‘${cutText(name, QUOTE_MAX)}’`,
  );
}

function readCall(object, id, sender) {
  if (typeof object.method !== 'string') throw invalidRequest('‘method’ is not a string');
  const params = has(object, 'params') ? object.params : {};
  if (!isObject(params)) throw invalidRequest('‘params’ is not an object');
  const kind = id === undefined ? 'notification' : 'request';
  const method = findMethod(object.method, sender);
  if (!method) return { ...readUnknown(object.method, params, kind, sender), id };
  if (method.kind !== kind)
    throw invalidRequest(`a ${method.kind} ${kind === 'request' ? 'with' : 'without'} an ‘id’`);
  return { kind, id, method, body: readFields(method.params, params) };
}

function readError(failure, id) {
  const { code, message } = failure;
  if (!Number.isInteger(code) || code !== (code | 0) || typeof message !== 'string')
    throw invalidRequest('‘error’ needs an integer ‘code’ and a string ‘message’');
  return { kind: 'error', id, error: new NertcError(code, cutText(message, ERROR_TEXT_MAX)) };
}

function readResponse(object, id) {
  if (has(object, 'result') && has(object, 'error'))
    throw invalidRequest('there is both a ‘result’ and an ‘error’');
  if (isObject(object.error)) return readError(object.error, id);
  if (!isObject(object.result))
    throw invalidRequest('there is no ‘method’, and no object ‘result’ or ‘error’');
  if (id === undefined) throw invalidRequest('a ‘result’ needs the ‘id’ of its request');
  return { kind: 'result', id, body: object.result };
}

function readId(object) {
  if (!has(object, 'id')) {
    if (has(object, 'method')) return undefined;
    throw invalidRequest('there is neither a ‘method’ nor an ‘id’');
  }
  if (object.id === null && has(object, 'error')) return undefined;
  if (Number.isSafeInteger(object.id) && object.id >= 1) return object.id;
  throw invalidRequest('‘id’ is not an integer from 1 to 2^53 - 1');
}

/**
 * Reads and checks one message.
 * @param {string} source the text of it
 * @param {'client' | 'server'} [sender] who sent it
 * @returns {Message} the body of a result is still to be checked by checkResult()
 */
export function decode(source, sender = 'server') {
  const object = parse(source);
  if (!isObject(object)) throw invalidRequest('not an object; batches are not taken');
  const id = readId(object);
  if (object.jsonrpc !== '2.0') throw invalidRequest('‘jsonrpc’ is not "2.0"');
  const message = has(object, 'method') ? readCall(object, id, sender) : readResponse(object, id);
  return /** @type {Message} */ (message);
}

/**
 * @param {string} name of the request
 * @param {any} body of its result
 * @returns {any} the fields of it that the table names
 */
export function checkResult(name, body) {
  return readFields(findMethod(name, 'client')?.result ?? {}, body);
}

function encode(kind, name, params, id) {
  const method = findMethod(name, 'client');
  if (method?.kind !== kind) throw new TypeError(`${name} is no ${kind}`);
  const given = Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  );
  checkValue(given, 1);
  const text = JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: name,
    params: readFields(method.params, given),
  });
  if (isLargerMessage(text))
    throw new NertcError(ErrorCode.MESSAGE_TOO_LARGE, `${name} has more than ${MESSAGE_MAX} bytes`);
  return text;
}

/**
 * @param {string} name
 * @param {number} id
 * @param {object} params a field that is undefined is left out
 * @returns {string}
 */
export function encodeRequest(name, id, params) {
  return encode('request', name, params, id);
}

/**
 * @param {string} name
 * @param {object} params
 * @returns {string}
 */
export function encodeNotification(name, params) {
  return encode('notification', name, params);
}
