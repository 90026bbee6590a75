// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * A page can go away at any time, and come back from the back/forward cache as it was, but without
 * its connections (HTML Living Standard, section 7.4.6).
 *
 * @param {{hidden: () => void, shown: () => void, online: () => void}} owner hears that the page goes,
 *   that it is back from the cache, and that the browser has a network again
 * @param {any} [target] the window
 * @returns {() => void} ends it
 */
export function watchPage(owner, target = globalThis) {
  if (typeof target.addEventListener !== 'function' || !('document' in target)) return () => {};
  const listeners = {
    pagehide: () => owner.hidden(),
    pageshow: (event) => event.persisted && owner.shown(),
    online: () => owner.online(),
  };
  for (const [name, listener] of Object.entries(listeners)) target.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners))
      target.removeEventListener(name, listener);
  };
}
