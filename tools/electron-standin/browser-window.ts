import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  NativeImage,
  WebContents,
  WebPreferences,
} from 'electron';

import { cancellable } from './cancellable.js';
import { Emitter } from './emitter.js';
import type { House } from './house.js';
import { NotImplementedError, type PartOf, asElectron, refuseMissingStatics } from './refuse.js';
import { WebContentsPart } from './web-contents.js';
import type { Preload } from './world/scripts.js';

const EVENTS = ['close', 'closed', 'ready-to-show', 'show', 'hide'];

/** Options of a window that are honoured, or that change nothing in a test: looks and limits of the frame around the content. */
const OPTIONS = new Set([
  'width',
  'height',
  'show',
  'title',
  'webPreferences',
  'useContentSize',
  'minWidth',
  'minHeight',
  'backgroundColor',
  'autoHideMenuBar',
  'center',
  'icon',
  'kiosk',
  'fullscreen',
  'frame',
  'minimizable',
]);

/** There is no screen to cover: a window that wants to cover one has the size of a usual one. */
const SCREEN = { width: 1280, height: 800 };

/** Web preferences by the one value that the stand-in has. `undefined` stands for any. */
const PREFERENCES: Readonly<Record<string, unknown>> = {
  preload: undefined,
  javascript: undefined,
  devTools: undefined,
  spellcheck: undefined,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: undefined,
};

/** A window of the app. */
export class BrowserWindowPart extends Emitter implements PartOf<BrowserWindow> {
  readonly id: number;
  readonly contents: WebContentsPart;
  readonly #kiosk: boolean;
  readonly #fullScreen: boolean;
  #visible: boolean;
  #closing = false;

  constructor(house: House, id: number, options: BrowserWindowConstructorOptions) {
    super('BrowserWindow', EVENTS);
    for (const name of Object.keys(options)) {
      if (!OPTIONS.has(name)) throw new NotImplementedError(`The option ${name} of BrowserWindow`);
    }
    this.id = id;
    this.#visible = options.show ?? true;
    this.#kiosk = options.kiosk ?? false;
    this.#fullScreen = this.#kiosk || (options.fullscreen ?? false);
    let painted = false;
    const size = this.#fullScreen ? SCREEN : { width: options.width ?? 800, height: options.height ?? 600 };
    const { webPreferences = {} } = options;
    const look = { size, preload: readPreload(webPreferences), runsScripts: webPreferences.javascript ?? true };
    this.contents = new WebContentsPart(house, id, look, () => {
      if (!painted) this.emit('ready-to-show');
      painted = true;
    });
    this.contents.once('destroyed', () => {
      house.windows.delete(this);
      this.emit('closed');
      house.windowClosed();
    });
    house.windows.add(this);
    house.contents.add(this.contents);
    house.contentsCreated(this.contents);
  }

  get webContents(): WebContents {
    return asElectron<WebContents>(this.contents);
  }

  loadURL(url: string): Promise<void> {
    return this.contents.loadURL(url);
  }

  reload(): void {
    this.contents.reload();
  }

  capturePage(): Promise<NativeImage> {
    return this.contents.capturePage();
  }

  isDestroyed(): boolean {
    return this.contents.isDestroyed();
  }

  /** Only a note of what the app wants: Chromium has no windows that are not shown. */
  show(): void {
    if (this.#visible) return;
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    if (!this.#visible) return;
    this.#visible = false;
    this.emit('hide');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  /** What the app has asked for; no window manager is told. */
  isKiosk(): boolean {
    return this.#kiosk;
  }

  isFullScreen(): boolean {
    return this.#fullScreen;
  }

  focus(): void {
    this.contents.bringToFront();
  }

  isMinimized(): boolean {
    return false;
  }

  /** A window is never minimised here, so there is never anything to do. */
  restore(): void {
    this.#assertAlive();
  }

  /** No title bar is ever drawn. */
  setTitle(): void {
    this.#assertAlive();
  }

  /** No menu is ever drawn. */
  setMenu(): void {
    this.#assertAlive();
  }

  removeMenu(): void {
    this.#assertAlive();
  }

  close(): void {
    if (this.#closing || this.isDestroyed()) return;
    const event = cancellable({});
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.#closing = true;
    this.contents.close({ waitForBeforeUnload: true });
  }

  destroy(): void {
    this.#closing = true;
    this.contents.close();
  }

  /** Whether `close` or `destroy` has been called and not been prevented. */
  get isClosing(): boolean {
    return this.#closing;
  }

  #assertAlive(): void {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
  }
}

/** The class that the app imports. */
export function browserWindowClass(house: House): typeof BrowserWindow {
  let count = 0;
  const all = () => [...house.windows].map((window) => asElectron<BrowserWindow>(window));
  class Window extends BrowserWindowPart {
    constructor(options: BrowserWindowConstructorOptions = {}) {
      super(house, ++count, options);
    }

    static getAllWindows(): BrowserWindow[] {
      return all();
    }

    static fromWebContents(contents: WebContents): BrowserWindow | null {
      return all().find((window) => window.webContents === contents) ?? null;
    }

    static fromId(id: number): BrowserWindow | null {
      return all().find((window) => window.id === id) ?? null;
    }
  }
  // What the class lacks throws, on its instances as on itself; so it may pass for the whole one.
  return refuseMissingStatics('BrowserWindow', Window) as unknown as typeof BrowserWindow;
}

function readPreload(preferences: WebPreferences): Preload | undefined {
  for (const [name, value] of Object.entries(preferences)) {
    if (!(name in PREFERENCES)) throw new NotImplementedError(`The web preference ${name}`);
    const only = PREFERENCES[name];
    if (only !== undefined && value !== only)
      throw new NotImplementedError(`The web preference ${name}: ${String(value)}`);
  }
  const { preload } = preferences;
  if (preload === undefined) return undefined;
  if (!isAbsolute(preload)) throw new Error(`preload must be an absolute path: ${preload}`);
  return { path: preload, source: readFileSync(preload, 'utf8') };
}
