import { join } from 'node:path';

import { BrowserWindow, type BrowserWindowConstructorOptions, Menu, session } from 'electron';

import type { EventName, EventPayload } from '../shared/ipc.js';
import { events } from '../shared/ipc.js';
import { START_URL } from './app-protocol.js';
import { isKeptOut } from './kiosk/locked-keys.js';
import { log } from './log.js';
import { HARDENED } from './security.js';

const AT_A_DESK: BrowserWindowConstructorOptions = { width: 1100, height: 760, minWidth: 640, minHeight: 520 };

/** Covers the screen, and has no frame by which it could be moved, closed or left. */
const AT_A_KIOSK: BrowserWindowConstructorOptions = {
  kiosk: true,
  fullscreen: true,
  frame: false,
  minimizable: false,
};

/** The one window. It may be closed and made anew while the app lives on. */
export class MainWindow {
  readonly #preload: string;
  #window: BrowserWindow | undefined;
  /** Whether there is a page to load anew: the first one comes with the policy of the moment anyway. */
  #loaded = false;
  /** Whether there is a page that another would come in the place of. */
  #hasPage = false;
  /** Whether the app is ending: a locked window is closed by nothing else. */
  #isEnding = false;

  /** A locked window covers the screen, takes no key that could lead out of it, and is never closed by whoever sits before it. */
  isLocked = false;

  /** Called when the page and whoever sat before it are gone: the window was closed or loaded anew, or its process ended. */
  onGone: () => void = () => undefined;

  /** @param built the folder with the built preload */
  constructor(built: string) {
    this.#preload = join(built, 'preload', 'index.cjs');
  }

  /** Shows the window, making it first where there is none. */
  async show(): Promise<void> {
    if (this.#window) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.focus();
      return;
    }
    await this.#open(() => Promise.resolve());
  }

  /** @param prepare what must be done before the page is loaded; when it rejects, nothing is shown */
  async #open(prepare: () => Promise<void>): Promise<void> {
    Menu.setApplicationMenu(null);
    const window = new BrowserWindow({
      title: 'Keydesk',
      ...(this.isLocked ? AT_A_KIOSK : AT_A_DESK),
      show: false,
      webPreferences: { ...HARDENED, devTools: !this.isLocked, preload: this.#preload },
    });
    this.#window = window;
    if (this.isLocked) this.#lock(window);
    window.once('ready-to-show', () => {
      window.show();
    });
    window.on('closed', () => {
      if (this.#window !== window) return; // destroyed by its owner, who knows
      this.#forget();
      this.onGone();
    });
    window.webContents.on('dom-ready', () => {
      if (this.#window !== window || !window.webContents.getURL().startsWith(START_URL)) return; // not ours yet
      if (this.#hasPage) this.onGone(); // it was loaded anew from within
      this.#hasPage = true;
    });
    window.webContents.on('render-process-gone', () => {
      this.#hasPage = false;
      this.onGone();
      // Whoever minded that may have another window by now.
      if (this.#window === window) window.loadURL(START_URL).catch(log);
    });
    try {
      await prepare();
      await window.loadURL(START_URL);
    } catch (error) {
      if (window.isDestroyed()) return; // closed before its page was there: nothing has failed
      throw error;
    }
    if (this.#window === window) this.#loaded = true;
  }

  /**
   * Destroys the window at once, without a word to its page, and opens another, whose page is loaded when nothing is left of
   * what any page had stored. Rejects where that cannot be done: then nothing is shown.
   */
  async renew(): Promise<void> {
    this.destroy();
    if (!this.#isEnding) await this.#open(clearSession);
  }

  /** The page is gone at once; nobody is asked, and `onGone` is not called: the caller knows. */
  destroy(): void {
    const window = this.#window;
    if (!window) return;
    this.#forget();
    window.destroy();
  }

  /** The app ends: from now on windows may be closed. */
  end(): void {
    this.#isEnding = true;
  }

  /** Loads the page anew: its policy is sent with it, and everything the page remembered is gone. */
  async reload(): Promise<void> {
    if (!this.#loaded) return;
    this.#hasPage = false; // the caller knows
    await this.#window?.loadURL(START_URL);
  }

  #forget(): void {
    this.#window = undefined;
    this.#loaded = false;
    this.#hasPage = false;
  }

  #lock(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (!this.#isEnding) event.preventDefault();
    });
    window.webContents.on('before-input-event', (event, input) => {
      if (isKeptOut(input)) event.preventDefault();
    });
  }

  /** Tells the window something. What does not fit the contract is a mistake of main's, and throws. */
  tell<E extends EventName>(name: E, payload: EventPayload<E>): void {
    if (!this.#window || this.#window.isDestroyed()) return;
    this.#window.webContents.send(name, events[name].parse(payload));
  }
}

/** Storage of every kind, cookies, what was fetched, and passwords for HTTP: all that pages leave behind. */
async function clearSession(): Promise<void> {
  const { defaultSession } = session;
  await Promise.all([defaultSession.clearStorageData(), defaultSession.clearCache(), defaultSession.clearAuthCache()]);
}
