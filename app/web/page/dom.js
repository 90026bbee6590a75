// SPDX-License-Identifier: LGPL-2.1-or-later
// Few words for what every view does to the document.

/**
 * @param {string} id
 * @returns {any} the element; a page without it is broken
 */
export function byId(id) {
  return document.getElementById(id);
}

/** @param {string} id of a template with one element */
export function clone(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

/** Text of members goes through here only: it never becomes markup. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** A button's name, for people who see and who hear it */
export function setLabel(element, text) {
  setAttribute(element, 'aria-label', text);
  setAttribute(element, 'title', text);
}

/** @param {HTMLElement} button */
export function setPressed(button, on) {
  setAttribute(button, 'aria-pressed', String(on));
}

const svg = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const element = document.createElementNS(svg, 'svg');
  element.setAttribute('class', 'icon');
  element.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svg, 'use');
  use.setAttribute('href', `#i-${name}`);
  element.append(use);
  return element;
}

/** An element with text and children, never with markup */
export function make(tag, { text = '', className = '' } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}
