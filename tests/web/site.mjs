// SPDX-License-Identifier: LGPL-2.1-or-later
// A web server for pages that do not come from nertc-server: those of an application.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' };

export class Site {
  #server;
  #pages = new Map();
  #folder;

  /** @param {string} [folder] files to be given out beside the pages */
  static async start(folder) {
    const site = new Site();
    site.#folder = folder;
    site.#server = http.createServer((request, response) => site.#answer(request, response));
    await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', () => resolve(undefined)));
    site.origin = `http://127.0.0.1:${site.#server.address().port}`;
    return site;
  }

  /** Puts a page there, and gives its address. */
  add(name, text) {
    this.#pages.set(`/${name}`, text);
    return `${this.origin}/${name}`;
  }

  #find(name) {
    if (this.#pages.has(name)) return this.#pages.get(name);
    const file = this.#folder && path.join(this.#folder, path.basename(name));
    return file && fs.existsSync(file) && path.extname(file) ? fs.readFileSync(file) : undefined;
  }

  #answer(request, response) {
    const { pathname } = new URL(request.url, this.origin);
    const body = this.#find(pathname);
    const type = TYPES[path.extname(pathname)] ?? TYPES['.html'];
    // A browser asks for an icon even where a page names none.
    const status = body === undefined ? (pathname === '/favicon.ico' ? 204 : 404) : 200;
    response.writeHead(status, { 'Content-Type': type });
    response.end(body);
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
