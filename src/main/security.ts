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

/** Closes every way out of the window. Must run once the app is ready, before the first window. */
export function closeTheDoors(): void {
  const { defaultSession } = session;
  // The window needs no camera, no notifications, no HID: keys are main's business.
  defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => {
    callback(false);
  });
  defaultSession.setPermissionCheckHandler(() => false);
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
