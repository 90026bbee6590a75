// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * An error of a listener belongs to whoever wrote it; what the SDK is about to do goes on.
 * @param {unknown} error
 */
function report(error) {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else
    setTimeout(() => {
      throw error;
    });
}

/** Events by name, to whoever listens. */
export class Emitter {
  /** @type {Map<string, {listener: Function, once: boolean}[]>} */
  #listeners = new Map();

  /**
   * @param {string} name
   * @param {(payload: any) => void} listener
   */
  on(name, listener) {
    return this.#add(name, listener, false);
  }

  /**
   * @param {string} name
   * @param {(payload: any) => void} listener called for the next event only
   */
  once(name, listener) {
    return this.#add(name, listener, true);
  }

  /**
   * @param {string} name
   * @param {(payload: any) => void} [listener] without one: all listeners of this name
   */
  off(name, listener) {
    const kept = (this.#listeners.get(name) ?? []).filter(
      (entry) => listener && entry.listener !== listener,
    );
    if (kept.length > 0) this.#listeners.set(name, kept);
    else this.#listeners.delete(name);
    return this;
  }

  /**
   * @param {string} name
   * @param {any} [payload]
   * @returns {boolean} whether somebody listened
   */
  emit(name, payload) {
    const entries = this.#listeners.get(name) ?? [];
    for (const { listener, once } of entries) {
      if (once) this.off(name, /** @type {any} */ (listener));
      try {
        listener.call(this, payload);
      } catch (error) {
        report(error);
      }
    }
    return entries.length > 0;
  }

  #add(name, listener, once) {
    if (typeof listener !== 'function')
      throw new TypeError(`The listener of ${name} is no function`);
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), { listener, once }]);
    return this;
  }
}
