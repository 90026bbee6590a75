// SPDX-License-Identifier: LGPL-2.1-or-later
// Processes under test: nertc-server, gst-launch-1.0, members in Python. Nothing sleeps: one waits
// for a line that a process prints. Each is ended by its id; run.py ends what is left.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const SOURCE = process.env.NERTC_SOURCE_ROOT ?? path.resolve(HERE, '..', '..');
export const BUILD = process.env.NERTC_BUILD_ROOT ?? path.join(SOURCE, 'build');

/** A slow machine, or one that does other work, needs longer; a good run never waits so long. */
export const PATIENCE = 20_000 * Number(process.env.NERTC_TEST_PATIENCE ?? 1);

/** Options of each nertc-server, which say how it carries media: tests/common/on_janus.py sets them. */
const MEDIA = (process.env.NERTC_TEST_MEDIA ?? '').split(' ').filter(Boolean);

const TELL_LINES = 25;
const CHATTER = /"event": "(picture|sound)"|last-message|GstMessageStateChanged/;

/** That of a process under test: the plugin of this build, and nothing of the user's. */
export function environment() {
  return {
    ...process.env,
    GST_PLUGIN_PATH: path.join(BUILD, 'gst'),
    GST_REGISTRY: path.join(BUILD, 'gst-registry.bin'),
    GI_TYPELIB_PATH: path.join(BUILD, 'signaling-client'),
    LD_LIBRARY_PATH: path.join(BUILD, 'signaling-client'),
    GST_DEBUG_NO_COLOR: '1',
  };
}

/** What @promise gives, or an error that says @what was missed after @timeout ms. */
export async function within(promise, timeout, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${timeout} ms: ${what()}`)), timeout);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A child and the lines that it prints, each {text, at}. */
export class Process {
  #words;
  #child;
  #watchers = new Set();
  lines = [];
  status = null;

  constructor(words, { folder = undefined, env = environment() } = {}) {
    this.#words = words.map(String);
    const [program, ...options] = this.#words;
    this.#child = spawn(program, options, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => {});
    for (const stream of [this.#child.stdout, this.#child.stderr])
      readline.createInterface({ input: stream }).on('line', (text) => this.#add(text));
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#over(String(error), resolve));
      this.#child.once('close', (code, signal) => this.#over(code ?? signal, resolve));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  #add(text) {
    this.lines.push({ text, at: Date.now() });
    for (const watcher of [...this.#watchers]) watcher();
  }

  #over(status, resolve) {
    this.status = status;
    for (const watcher of [...this.#watchers]) watcher();
    resolve(status);
  }

  /** The present end of what it printed, to look from there on. */
  mark() {
    return this.lines.length;
  }

  /** The first line from @since on that fits @what, a pattern or a function of the line's text. */
  async waitFor(what, { since = 0, timeout = PATIENCE, name = String(what) } = {}) {
    const fits = typeof what === 'function' ? what : (text) => what.test(text);
    let position = since;
    let watcher;
    const found = new Promise((resolve, reject) => {
      watcher = () => {
        for (; position < this.lines.length; position += 1)
          if (fits(this.lines[position].text)) return resolve(this.lines[position]);
        if (this.status !== null)
          reject(new Error(`${name}: not before the end of ${this.tell()}`));
      };
      this.#watchers.add(watcher);
      watcher();
    });
    try {
      return await within(found, timeout, () => `${name} from ${this.tell()}`);
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Writes a line to its standard input. */
  say(text) {
    this.#child.stdin.write(`${text}\n`);
  }

  /** What it is and the last that it said, without what it says all the time. */
  tell(count = TELL_LINES) {
    const said = this.lines.map(({ text }) => text.slice(0, 400)).filter((t) => !CHATTER.test(t));
    const words = this.#words.join(' ').slice(0, 600);
    return `${words} (${this.status ?? 'runs'})\n  ${said.slice(-count).join('\n  ')}`;
  }

  signal(name) {
    if (this.status === null) this.#child.kill(name);
  }

  /** Ends it whatever it does: politely first. */
  async end() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGKILL']) {
      if (this.status !== null) return;
      this.signal(name);
      await within(this.ended, 3000, () => name).catch(() => {});
    }
  }

  /** Ends it at once, without a word to anyone. */
  async kill() {
    this.signal('SIGKILL');
    await this.ended;
  }
}

/** A nertc-server; port 0 lets it choose. url is for members, origin for pages. */
export class Server extends Process {
  static async start(options = [], { port = 0 } = {}) {
    const program = path.join(BUILD, 'app', 'server', 'nertc-server');
    const server = new Server([program, `--port=${port}`, ...MEDIA, ...options]);
    const listening = /(wss?):\/\/(\S+):(\d+)\/room/;
    const line = await server.waitFor(listening);
    const [url, scheme, host, number] = listening.exec(line.text);
    server.url = url;
    server.port = Number(number);
    server.origin = `${scheme === 'wss' ? 'https' : 'http'}://${host}:${number}`;
    return server;
  }
}

/** A member that sends a coded picture and a tone, and says what it receives: e2e/member.py. */
export class Member extends Process {
  constructor(server, options) {
    const program = path.join(SOURCE, 'tests', 'e2e', 'member.py');
    super(['/usr/bin/python3', program, `--server=${server.url}`, ...options]);
  }

  static event(text) {
    return text.startsWith('{') ? JSON.parse(text) : {};
  }

  /** The first event of a kind from @since on whose fields have these values, or fit them. */
  async waitEvent(kind, fields = {}, options = {}) {
    const fits = (text) => {
      const event = Member.event(text);
      return event.event === kind && fitsAll(event, fields);
    };
    const name = `${kind} ${Object.entries(fields).map(([key, value]) => `${key}=${value}`)}`;
    const line = await this.waitFor(fits, { name, ...options });
    return { ...Member.event(line.text), readAt: line.at };
  }

  /** A message of the pipeline's bus; fields as in the message: stream-id, … */
  waitMessage(name, fields = {}, options = {}) {
    return this.waitEvent('message', { name, ...fields }, options);
  }

  /** @count messages of the bus that are so. */
  async waitMessages(name, fields, count, options = {}) {
    const found = [];
    for (let since = 0; found.length < count; ) {
      const line = await this.waitFor(
        (text) => fitsAll(Member.event(text), { event: 'message', name, ...fields }),
        { name: `${found.length + 1}. ${name}`, since, ...options },
      );
      found.push(Member.event(line.text));
      since = this.lines.indexOf(line) + 1;
    }
    return found;
  }

  events(kind, since = 0) {
    return this.lines
      .slice(since)
      .map(({ text }) => Member.event(text))
      .filter(({ event }) => event === kind);
  }
}

function fitsAll(event, fields) {
  return Object.entries(fields).every(([name, value]) =>
    typeof value === 'function' ? value(event[name]) : event[name] === value,
  );
}
