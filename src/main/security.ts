import { app, session, type WebFrameMain } from 'electron';

import { APP_ORIGIN } from './app-files.js';

/** What every window of ours is made with. Each line is one attack less. */
export const HARDENED = {
  sandbox: true, // a taken-over renderer has no system calls of interest
  contextIsolation: true, // the page cannot reach into preload's world
  nodeIntegration: false, // the page has no Node
  nodeIntegrationInWorker: false,
  webSecurity: true, // same-origin policy stays
  allowRunningInsecureContent: false,
  webviewTag: false, // no foreign pages inside ours
  navigateOnDragDrop: false, // a dropped file does not replace the app
  spellcheck: false, // nothing typed is handed to a spelling service
  devTools: true, // the person's own machine; the kiosk turns it off
} as const;

/** The window may put text on the clipboard, such as the udev rule; what is on it is none of its business. */
const CLIPBOARD_WRITE = 'clipboard-sanitized-write';

/** The permissions without which Chromium lets a page reach no server on this machine, such as the local pool. */
const LOOPBACK = new Set(['loopback-network', 'local-network-access']);

/**
 * Closes every way out of the window. Must run once the app is ready, before the first window.
 * @param poolIsLocal whether the pool in use is on this machine; which server it is, the content security policy says
 */
export function closeTheDoors(poolIsLocal: () => boolean): void {
  const { defaultSession } = session;
  const isGranted = (permission: string) =>
    permission === CLIPBOARD_WRITE || (LOOPBACK.has(permission) && poolIsLocal());
  // The window needs no camera, no notifications, no HID: keys are main's business.
  defaultSession.setPermissionRequestHandler((_contents, permission, callback) => {
    callback(isGranted(permission));
  });
  defaultSession.setPermissionCheckHandler((_contents, permission) => isGranted(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
  });
}

/** Only our own page, in the top frame, may speak to main. */
export function isTrusted(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.url.startsWith(`${APP_ORIGIN}/`);
}
