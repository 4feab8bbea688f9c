import type { ClearStorageDataOptions, Protocol, Session } from 'electron';

import { clearCache, clearOrigin } from './clear-data.js';
import type { House } from './house.js';
import type { Permissions } from './permissions.js';
import { NotImplementedError, moduleOf } from './refuse.js';
import type { WebRequestHooks } from './web-request.js';

/** The one session there is. It keeps nothing beyond the run, for Chromium's profile is removed at the end. */
export function defaultSession(
  house: () => House,
  permissions: Permissions,
  hooks: WebRequestHooks,
  protocol: Protocol,
): Session {
  return moduleOf<Session>('session', {
    protocol,
    webRequest: hooks.module,
    setPermissionRequestHandler: (handler) => {
      permissions.request = handler;
    },
    setPermissionCheckHandler: (handler) => {
      permissions.check = handler;
    },
    setDevicePermissionHandler: () => {
      // Nothing to decide: the stand-in never gives a device (HID, USB, serial) to a page, whatever the handler would say.
    },
    clearStorageData: async (options?: ClearStorageDataOptions) => {
      if (options && Object.keys(options).length > 0)
        throw new NotImplementedError('session.clearStorageData with options');
      const { urls, origins } = house();
      for (const origin of origins) await clearOrigin(house(), urls.toPage(origin));
    },
    clearCache: () => clearCache(house()),
    // Names and passwords for HTTP are never asked for under DevTools, and so none are kept.
    clearAuthCache: () => Promise.resolve(),
  });
}
