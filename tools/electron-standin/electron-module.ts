import type { WebContents } from 'electron';

import type { AppPart } from './app.js';
import { browserWindowClass } from './browser-window.js';
import type { House } from './house.js';
import { menuClass } from './menu.js';
import type { NativeThemePart } from './native-theme.js';
import type { SchemeHandlers } from './protocol.js';
import { asElectron, moduleOf, refusedExport } from './refuse.js';
import { PowerMonitorPart, dialog, netModule, safeStorage, shell } from './small-modules.js';

/** Exports of Electron's main process that the stand-in has nothing of: importing one is allowed, using it throws. */
const REFUSED = [
  'autoUpdater',
  'BaseWindow',
  'BrowserView',
  'clipboard',
  'contentTracing',
  'crashReporter',
  'desktopCapturer',
  'globalShortcut',
  'inAppPurchase',
  'MenuItem',
  'MessageChannelMain',
  'nativeImage',
  'netLog',
  'Notification',
  'powerSaveBlocker',
  'pushNotifications',
  'screen',
  'ShareMenu',
  'systemPreferences',
  'TouchBar',
  'Tray',
  'utilityProcess',
  'View',
  'webFrameMain',
  'WebContentsView',
] as const satisfies readonly (keyof typeof import('electron'))[];

/** What `require('electron')` gives to the app. */
export function electronModule(
  house: House,
  app: AppPart,
  theme: NativeThemePart,
  handlers: SchemeHandlers,
): Record<string, unknown> {
  const contents = () => [...house.contents];
  return {
    app,
    BrowserWindow: browserWindowClass(house),
    dialog,
    ipcMain: house.ipcMain,
    Menu: menuClass(),
    nativeTheme: theme,
    net: netModule(handlers),
    powerMonitor: new PowerMonitorPart(),
    protocol: house.session.protocol,
    safeStorage,
    session: moduleOf<typeof import('electron').session>('session', { defaultSession: house.session }),
    shell,
    webContents: moduleOf<typeof import('electron').webContents>('webContents', {
      getAllWebContents: () => contents().map((one) => asElectron<WebContents>(one)),
      fromId: (id) => {
        const found = contents().find((one) => one.id === id);
        return found && asElectron<WebContents>(found);
      },
      fromDevToolsTargetId: (targetId) => {
        const found = contents().find((one) => one.targetId === targetId);
        return found && asElectron<WebContents>(found);
      },
    }),
    ...Object.fromEntries(REFUSED.map((name) => [name, refusedExport(name)])),
  };
}
