import { join } from 'node:path';

import { BrowserWindow, Menu } from 'electron';

import type { EventName, EventPayload } from '../shared/ipc.js';
import { events } from '../shared/ipc.js';
import { START_URL } from './app-protocol.js';
import { log } from './log.js';
import { HARDENED } from './security.js';

/** The one window. It may be closed and made anew while the app lives on. */
export class MainWindow {
  readonly #preload: string;
  #window: BrowserWindow | undefined;
  /** Whether there is a page to load anew: the first one comes with the policy of the moment anyway. */
  #loaded = false;

  /** Called when the page and whoever sat before it are gone: the window was closed, or its process ended. */
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
    Menu.setApplicationMenu(null);
    const window = new BrowserWindow({
      title: 'Keydesk',
      width: 1100,
      height: 760,
      minWidth: 640,
      minHeight: 520,
      show: false,
      webPreferences: { ...HARDENED, preload: this.#preload },
    });
    this.#window = window;
    window.once('ready-to-show', () => {
      window.show();
    });
    window.on('closed', () => {
      this.#window = undefined;
      this.#loaded = false;
      this.onGone();
    });
    window.webContents.on('render-process-gone', () => {
      this.onGone();
      window.loadURL(START_URL).catch(log);
    });
    try {
      await window.loadURL(START_URL);
    } catch (error) {
      if (window.isDestroyed()) return; // closed before its page was there: nothing has failed
      throw error;
    }
    this.#loaded = true;
  }

  /** Loads the page anew: its policy is sent with it, and everything the page remembered is gone. */
  async reload(): Promise<void> {
    if (this.#loaded) await this.#window?.loadURL(START_URL);
  }

  /** Tells the window something. What does not fit the contract is a mistake of main's, and throws. */
  tell<E extends EventName>(name: E, payload: EventPayload<E>): void {
    if (!this.#window || this.#window.isDestroyed()) return;
    this.#window.webContents.send(name, events[name].parse(payload));
  }
}
