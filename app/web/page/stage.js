// SPDX-License-Identifier: LGPL-2.1-or-later
// All tiles: which one is large, where each goes, and that they move when the window does.

import { byId } from './dom.js';
import { layoutFor } from './layout.js';
import { TileView } from './tile-view.js';

export class Stage {
  #views = new Map();
  #list = byId('tiles');
  #stage = byId('stage');
  #tiles = [];
  #pinned = null;
  #seenScreens = new Set();
  #observer = new ResizeObserver(() => this.#layout());
  #timer = 0;

  open() {
    this.#observer.observe(this.#stage);
    this.#timer = setInterval(() => {
      for (const view of this.#views.values()) view.showLevel();
    }, 100);
  }

  close() {
    this.#observer.disconnect();
    clearInterval(this.#timer);
    this.render([]);
    this.#pinned = null;
  }

  /** @param {import('./tiles.js').TileFacts[]} tiles */
  render(tiles) {
    this.#tiles = tiles;
    this.#followScreens(tiles);
    this.#removeGone(new Set(tiles.map(({ key }) => key)));
    tiles.forEach((facts, index) => this.#renderTile(facts, index));
    this.#layout();
  }

  #renderTile(facts, index) {
    let view = this.#views.get(facts.key);
    if (!view) {
      view = new TileView({ onPin: (key) => this.#pin(key) });
      this.#views.set(facts.key, view);
    }
    view.update(facts, { pinned: this.#pinned === facts.key });
    // To move a playing video in the document would stop it: only what stands wrong is moved.
    if (this.#list.children[index] !== view.element) {
      this.#list.insertBefore(view.element, this.#list.children[index] ?? null);
    }
  }

  #removeGone(keys) {
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.remove();
      this.#views.delete(key);
    }
    if (this.#pinned && !keys.has(this.#pinned)) this.#pinned = null;
  }

  /** A screen of another member that is new is shown large; whoever unpins it is not asked again. */
  #followScreens(tiles) {
    const screens = tiles.filter(({ screen, own }) => screen && !own).map(({ key }) => key);
    const fresh = screens.filter((key) => !this.#seenScreens.has(key));
    this.#seenScreens = new Set(screens);
    if (fresh.length > 0) this.#pinned = fresh.at(-1);
    else if (this.#pinned && !tiles.some(({ key }) => key === this.#pinned)) {
      this.#pinned = screens.at(-1) ?? null;
    }
  }

  #pin(key) {
    this.#pinned = this.#pinned === key ? null : key;
    this.render(this.#tiles);
  }

  #layout() {
    const { clientWidth: width, clientHeight: height } = this.#stage;
    const count = this.#tiles.length;
    if (count === 0 || width === 0) return;
    const large = this.#tiles.find(({ key }) => key === this.#pinned);
    const two = count === 2 && this.#tiles[1].own && !this.#tiles[1].screen;
    const layout = layoutFor({ count, width, height, large: Boolean(large), two });
    const order = large ? [large, ...this.#tiles.filter((tile) => tile !== large)] : this.#tiles;
    this.#list.style.height = `${Math.floor(layout.height)}px`;
    order.forEach(({ key }, index) => {
      const corner = layout.kind === 'pair' && index === 1;
      this.#views.get(key).place(layout.rects[index], { corner });
    });
    this.#letMove();
  }

  /** A new tile appears where it belongs; from then on it moves. */
  #letMove() {
    requestAnimationFrame(() => {
      for (const { element } of this.#views.values()) element.classList.remove('new');
    });
  }
}
