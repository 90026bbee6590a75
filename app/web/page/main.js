// SPDX-License-Identifier: LGPL-2.1-or-later
// The page: before the call, in it, after it.

import { Call } from './call.js';
import { CallView } from './call-view.js';
import { askDeviceInUse } from './device-fields.js';
import { byId } from './dom.js';
import { Ended } from './ended.js';
import { choose, currentLanguage, languages, onLanguage, setLanguage, t } from './i18n.js';
import { parseLink, withoutToken } from './link.js';
import { later } from './later.js';
import { Lobby } from './lobby.js';
import { recall, remember } from './memory.js';
import { OwnMedia } from './own-media.js';

let call = null;
let last = null;
let rejoining = false;

const lobby = new Lobby((options, own) => join(options, own));
const callView = new CallView(() => end('left'));
const ended = new Ended({ onRejoin: () => rejoin(), onBack: () => back() });
askDeviceInUse((kind) => {
  const own = call?.own ?? lobby.own;
  return kind === 'speaker' ? '' : (own?.deviceInUse(kind) ?? '');
});
byId('open-test').addEventListener('click', async () => {
  const { openTest } = await later(import('./test-view.js'));
  openTest({ appKey: byId('appkey').value.trim() });
});

/** @type {import('./waiting.js').Waiting | null} */
let waiting = null;

/** Somebody may call the user who is in no room. */
async function wait() {
  const { Waiting } = await later(import('./waiting.js'));
  waiting ??= new Waiting((room, { uid }) => accept({ room, uid }));
  waiting.open(lobby.user());
}

async function accept(call) {
  if (!lobby.own) {
    ended.close();
    await lobby.open();
  }
  lobby.joinAs(call);
}

byId('open-waiting').addEventListener('click', () => wait());

function showTitle() {
  document.title = call ? t('title.room', { room: call.options.room }) : t('title');
}

/** @param {boolean} fromLobby else from the page after the call */
async function join(options, own, fromLobby = true) {
  last = options;
  const next = new Call(options, own);
  try {
    await next.join();
  } catch (error) {
    if (!fromLobby) own.destroy();
    await failed(error, fromLobby);
    return;
  }
  call = next;
  call.addEventListener('ended', (/** @type {any} */ { detail }) =>
    end(detail.reason, detail.words),
  );
  lobby.close();
  waiting?.hide();
  ended.close();
  keepRoomInAddress(options);
  showTitle();
  callView.open(call);
}

async function failed(error, fromLobby) {
  if (!fromLobby) {
    ended.close();
    await lobby.open();
  }
  lobby.fail(error);
  waiting?.free();
}

async function end(reason, words = '') {
  if (!call) return;
  const seconds = (Date.now() - call.joinedAt) / 1000;
  const over = call;
  call = null;
  callView.close();
  waiting?.free();
  showTitle();
  ended.open(reason, seconds, words);
  over.own.destroy();
  if (reason === 'left') await over.leave();
}

async function rejoin() {
  if (rejoining) return;
  rejoining = true;
  ended.busy(true);
  const own = new OwnMedia();
  own.wants = { audio: recall('microphone', true), video: recall('camera', true) };
  if (last.audioOnly) own.wants.video = false;
  own.devices = { audio: recall('device.audio', ''), video: recall('device.video', '') };
  await own.start();
  await join(last, own, false);
  rejoining = false;
}

function back() {
  ended.close();
  lobby.open();
  if (waiting?.listening) wait();
}

/** A reload comes back to the room, and the address can be handed on; it never has a token. */
function keepRoomInAddress({ room, appKey }) {
  const url = new URL(location.href);
  url.searchParams.set('room', room);
  if (appKey) url.searchParams.set('appkey', appKey);
  history.replaceState(null, '', withoutToken(url.href));
}

function fillLanguages() {
  /** @type {NodeListOf<HTMLSelectElement>} */
  const selects = document.querySelectorAll('select[data-language]');
  for (const select of selects) {
    for (const { tag, name } of languages()) select.add(new Option(name, tag));
    select.addEventListener('change', () => {
      remember('language', select.value);
      setLanguage(select.value);
    });
  }
  onLanguage(() => {
    for (const select of selects) select.value = currentLanguage();
    showTitle();
  });
}

async function start() {
  const link = parseLink(location.href);
  history.replaceState(null, '', withoutToken(location.href));
  fillLanguages();
  await setLanguage(recall('language', '') || choose(navigator.languages));
  lobby.fill(link);
  if (link.wait) wait();
  await lobby.open();
}

start();
