import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { type Cdp, PipeConnection } from './cdp.js';
import { chromiumArguments } from './command-line.js';
import { createProfile, removeProfile } from './profile.js';

/** Debian's binary itself comes first: its shell wrapper adds flags of its own and takes longer. */
const PLACES = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where Chromium is on this machine: `KEYDESK_CHROMIUM`, or where Debian puts it. */
export function findChromium(): string | undefined {
  const chosen = process.env['KEYDESK_CHROMIUM'];
  return chosen !== undefined && chosen !== '' ? chosen : PLACES.find((path) => existsSync(path));
}

/** A running Chromium, driven over a pair of pipes. It ends when they close, so it cannot outlive this process. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #connection: PipeConnection;
  readonly #profile: string;
  /** The browser's own end of the DevTools Protocol. */
  readonly browser: Cdp;
  readonly headless: boolean;
  /** Whether the window that a Chromium with a display opens by itself has become the app's first one. */
  hasGivenStartupWindow = false;
  /** Resolves when the browser process has ended, for whatever reason. */
  readonly ended: Promise<unknown>;

  private constructor(child: ChildProcess, profile: string, headless: boolean) {
    this.#process = child;
    this.#profile = profile;
    this.headless = headless;
    const [, , , input, output] = child.stdio;
    this.#connection = new PipeConnection(input as Writable, output as Readable);
    this.browser = this.#connection.browser;
    this.ended = once(child, 'exit');
  }

  /** Starts Chromium with a fresh profile; windowed when there is a display, else headless. Rejects when it cannot be started. */
  static async start(switches: ReadonlyMap<string, string>): Promise<Chromium> {
    const path = findChromium();
    if (path === undefined)
      throw new Error('Chromium is not installed (Debian: apt-get install chromium; or set KEYDESK_CHROMIUM)');
    const headless = !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
    const sandbox = !switches.has('no-sandbox') && process.getuid?.() !== 0;
    const profile = createProfile();
    const child = spawn(path, chromiumArguments({ profile, headless, sandbox }, switches), {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      // Its own process group: a Ctrl+C is for the app, which then ends Chromium and all its children at once.
      detached: true,
    });
    const chromium = new Chromium(child, profile, headless);
    process.once('exit', () => {
      chromium.killNow();
    });
    forwardErrors(child.stderr);
    const failed = once(child, 'error').then(([error]) => {
      throw error;
    });
    const died = chromium.ended.then(() => {
      throw new Error(`Chromium ended as soon as it was started (${path}); KEYDESK_STANDIN_LOG=1 shows what it says`);
    });
    await Promise.race([chromium.browser.send('Browser.getVersion'), failed, died]);
    return chromium;
  }

  /** The protocol's end for a page, given the session of `Target.attachToTarget`. */
  session(sessionId: string): Cdp {
    return this.#connection.session(sessionId);
  }

  /** Ends Chromium with all its children and removes its profile. */
  async end(): Promise<void> {
    this.#kill();
    await this.ended;
    removeProfile(this.#profile);
  }

  /** The same without waiting, for the last moment of this process. */
  killNow(): void {
    this.#kill();
    removeProfile(this.#profile);
  }

  #kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ESRCH: all gone already
    }
  }
}

/** Playwright waits for the line with the address of DevTools; the rest of Chromium's talk is shown on request. */
function forwardErrors(stderr: Readable | null): void {
  if (!stderr) return;
  const everything = process.env['KEYDESK_STANDIN_LOG'] === '1';
  createInterface({ input: stderr }).on('line', (line) => {
    if (everything || line.startsWith('DevTools listening on ')) process.stderr.write(`${line}\n`);
  });
}
