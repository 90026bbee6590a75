// SPDX-License-Identifier: LGPL-2.1-or-later
// The fields that choose camera, microphone and speaker: one set before the call, one in it.

import NERTC from '../nertc.js';
import { clone, make } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { recall, remember } from './memory.js';

const kinds = [
  { kind: 'video', list: 'video', icon: 'camera', label: 'devices.camera' },
  { kind: 'audio', list: 'audioIn', icon: 'mic', label: 'devices.microphone' },
  { kind: 'speaker', list: 'audioOut', icon: 'speaker', label: 'devices.speaker' },
];

const groups = [];
let inUse = (_kind) => '';

/** @param {(kind: string) => string} ask which device is open, '' where none is */
export function askDeviceInUse(ask) {
  inUse = ask;
}

/** The device that was chosen last time; '' is the system's choice */
export function chosenDevice(kind) {
  return recall(`device.${kind}`, '');
}

/**
 * @param {HTMLElement} root where the fields go
 * @param {(kind: string, deviceId: string) => void} onChoose
 */
export function makeDeviceFields(root, onChoose) {
  const fields = kinds.map((row) => makeField(row, root.id || `g${groups.length}`, onChoose));
  root.append(...fields.map(({ element }) => element));
  groups.push(fields);
}

function makeField(row, group, onChoose) {
  const element = clone('device-template');
  const select = element.querySelector('select');
  const label = element.querySelector('label');
  element.querySelector('use').setAttribute('href', `#i-${row.icon}`);
  select.id = `${group}-${row.kind}`;
  label.htmlFor = select.id;
  select.addEventListener('change', () => {
    remember(`device.${row.kind}`, select.value);
    onChoose(row.kind, select.value);
    refreshDevices();
  });
  return { element, select, label, row };
}

/** Of cameras and microphones the one in use is shown; a speaker may be left to the system. */
function optionsFor(devices, row) {
  const left = row.kind === 'speaker' ? 'default' : '';
  const named = devices.filter(({ deviceId }) => deviceId && deviceId !== left);
  const options = named.map(({ deviceId, label }, index) => {
    const nameless = { kind: t(row.label), number: index + 1 };
    const option = make('option', { text: label || t('devices.nameless', nameless) });
    option.value = deviceId;
    return option;
  });
  if (options.length > 0 && row.kind !== 'speaker') return options;
  const first = make('option', { text: t('devices.default') });
  first.value = '';
  return [first, ...options];
}

function fill({ element, select, label, row }, devices) {
  label.textContent = t(row.label);
  const list = devices[row.list] ?? [];
  const canChoose = row.kind !== 'speaker' || 'setSinkId' in HTMLMediaElement.prototype;
  element.hidden = !canChoose || (row.kind === 'speaker' && list.length === 0);
  select.replaceChildren(...optionsFor(list, row));
  select.value = inUse(row.kind) || chosenDevice(row.kind);
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  select.disabled = list.length === 0;
}

/** Names are known only after the user has allowed a device, so this is called again then. */
export async function refreshDevices() {
  const nothing = { video: [], audioIn: [], audioOut: [] };
  const devices = await NERTC.getDevices(false).catch(() => nothing);
  for (const fields of groups) for (const field of fields) fill(field, devices);
}

onLanguage(refreshDevices);
globalThis.navigator?.mediaDevices?.addEventListener('devicechange', refreshDevices);
