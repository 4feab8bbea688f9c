import type { Session, WebContents } from 'electron';

import type { Cdp } from './cdp.js';
import { asElectron } from './refuse.js';
import type { WebContentsPart } from './web-contents.js';

type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;
type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
type PermissionName = Parameters<CheckHandler>[1];
interface Descriptor {
  name: string;
  sysex?: boolean;
  allowWithoutSanitization?: boolean;
}

/** Electron's names of permissions, and Chromium's descriptors of the same. Others (hid, usb, serial, fullscreen…) cannot be set from outside. */
const PERMISSIONS: readonly (readonly [PermissionName, Descriptor])[] = [
  ['clipboard-read', { name: 'clipboard-read' }],
  ['clipboard-sanitized-write', { name: 'clipboard-write' }],
  ['geolocation', { name: 'geolocation' }],
  ['idle-detection', { name: 'idle-detection' }],
  ['local-fonts', { name: 'local-fonts' }],
  ['local-network', { name: 'local-network' }],
  ['local-network-access', { name: 'local-network-access' }],
  ['loopback-network', { name: 'loopback-network' }],
  ['media', { name: 'camera' }],
  ['media', { name: 'microphone' }],
  ['midi', { name: 'midi' }],
  ['midiSysex', { name: 'midi', sysex: true }],
  ['notifications', { name: 'notifications' }],
  ['persistent-storage', { name: 'persistent-storage' }],
  ['screen-wake-lock', { name: 'screen-wake-lock' }],
  ['storage-access', { name: 'storage-access' }],
  ['window-management', { name: 'window-management' }],
];

/**
 * The app's decisions on permissions. Chromium's protocol does not report requests, so the handlers are asked about each permission when a
 * document is about to be loaded, and Chromium holds to the answers: granted where every handler that is set says yes, else denied.
 * Without handlers nothing is set, and Chromium denies what it would ask a user about. (Electron would grant: the stand-in is the stricter.)
 */
export class Permissions {
  check: CheckHandler | null = null;
  request: RequestHandler | null = null;

  /** Puts the decisions for an origin into force. @param pageOrigin as Chromium knows it @param appOrigin as the app knows it */
  async apply(browser: Cdp, contents: WebContentsPart, pageOrigin: string, appOrigin: string): Promise<void> {
    if (!this.check && !this.request) return;
    await Promise.all(
      PERMISSIONS.map(async ([name, permission]) => {
        const granted = await this.#decide(contents, name, appOrigin);
        await browser.send('Browser.setPermission', {
          permission,
          setting: granted ? 'granted' : 'denied',
          origin: pageOrigin,
        });
      }),
    );
  }

  async #decide(part: WebContentsPart, name: PermissionName, origin: string): Promise<boolean> {
    const contents = asElectron<WebContents>(part);
    const requestingUrl = `${origin}/`;
    if (this.check && !this.check(contents, name, origin, { isMainFrame: true, requestingUrl })) return false;
    const { request } = this;
    return (
      request === null ||
      new Promise((resolve) => {
        request(contents, name, resolve, { isMainFrame: true, requestingUrl });
      })
    );
  }
}
