import type { Session } from 'electron';

import type { BrowserWindowPart } from './browser-window.js';
import type { Chromium } from './chromium.js';
import type { IpcMainPart } from './ipc-main.js';
import type { SchemeUrls } from './scheme-urls.js';
import type { WebContentsPart } from './web-contents.js';
import type { IsolatedWorldSettings } from './world/isolated-world.js';

/** What the parts of the running stand-in share. */
export interface House {
  readonly urls: SchemeUrls;
  readonly ipcMain: IpcMainPart;
  readonly session: Session;
  /** What `process` shows to preloads. */
  readonly process: IsolatedWorldSettings['process'];
  /** All that are open, in the order of their creation. */
  readonly windows: Set<BrowserWindowPart>;
  readonly contents: Set<WebContentsPart>;
  /** Of all pages that there have been, as the app knows them. */
  readonly origins: Set<string>;
  /** Throws before the app is ready. */
  chromium(): Chromium;
  /** A page of the app has been created. */
  contentsCreated(contents: WebContentsPart): void;
  /** A window of the app has gone. */
  windowClosed(): void;
}
