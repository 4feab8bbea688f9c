// A small app that uses Electron the way Keydesk does; tests/e2e/runtime.spec.ts looks at it from both sides.
import { readFileSync } from 'node:fs';

import { BrowserWindow, Menu, app, ipcMain, nativeTheme, protocol, session } from 'electron';

/** What has happened in the main process, for the specs to read. */
const seen = {
  navigations: [],
  windows: [],
  frames: [],
  sent: [],
  requests: [],
  contentsCreated: 0,
  secondInstances: [],
  consoleMessages: [],
};
globalThis.seen = seen;

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'connect-src app://fixture http://127.0.0.1:*',
  "frame-src 'self'",
  "frame-ancestors 'self'",
].join('; ');
const file = (name) => readFileSync(new URL(name, import.meta.url));
const PAGES = {
  '/': ['text/html', file('./index.html')],
  '/page.js': ['text/javascript', file('./page.js')],
  '/frame.html': ['text/html', '<!doctype html><title>Frame</title><p>inner</p>'],
  '/elsewhere.html': ['text/html', '<!doctype html><title>Elsewhere</title>'],
};

app.enableSandbox();
app.on('web-contents-created', () => {
  seen.contentsCreated += 1;
});
app.on('second-instance', (_event, argv) => {
  seen.secondInstances.push(argv);
});
app.on('window-all-closed', () => {
  app.quit();
});
app.on('before-quit', (event) => {
  if (globalThis.refuseToQuit) event.preventDefault();
});
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
]);

/** With --slow-frame the page is never done with loading. */
const frameMayLoad = process.argv.includes('--slow-frame') ? new Promise(() => undefined) : undefined;

class OwnError extends Error {
  name = 'OwnError';
}
ipcMain.handle('echo', (_event, ...args) => args);
ipcMain.handle('fail', () => {
  throw new OwnError('no such key');
});
ipcMain.handle('unclonable', () => () => undefined);
ipcMain.handle('who', ({ senderFrame, sender }) => {
  const window = BrowserWindow.fromWebContents(sender);
  return { url: senderFrame.url, origin: senderFrame.origin, isTop: senderFrame.parent === null, window: window?.id };
});
ipcMain.on('note', (event, ...args) => {
  seen.sent.push(args);
  event.sender.send('noted', args.length, new Uint8Array([1, 2, 3]));
});

if (!app.requestSingleInstanceLock()) app.quit();
else
  app.whenReady().then(async () => {
    Menu.setApplicationMenu(null);
    session.defaultSession.setPermissionCheckHandler((_contents, permission) => NETWORK.includes(permission));
    session.defaultSession.setPermissionRequestHandler((_contents, permission, callback) => {
      callback(NETWORK.includes(permission));
    });
    protocol.handle('app', async (request) => {
      const { pathname } = new URL(request.url);
      seen.requests.push({ url: request.url, method: request.method });
      if (pathname === '/echo')
        return new Response(`${request.method} ${await request.text()}`, {
          status: 201,
          headers: { 'x-fixture': 'yes' },
        });
      if (pathname === '/frame.html') await frameMayLoad;
      const page = PAGES[pathname];
      if (!page) return new Response('Not found', { status: 404 });
      return new Response(page[1], { headers: { 'content-type': page[0], 'content-security-policy': CSP } });
    });

    const window = new BrowserWindow({
      width: 640,
      height: 480,
      useContentSize: true,
      show: false,
      webPreferences: {
        preload: new URL('./preload.cjs', import.meta.url).pathname,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
      },
    });
    window.once('ready-to-show', () => {
      window.show();
    });
    window.webContents.setWindowOpenHandler(({ url }) => {
      seen.windows.push(url);
      return { action: 'deny' };
    });
    window.webContents.on('will-navigate', (event) => {
      seen.navigations.push(event.url);
      event.preventDefault();
    });
    window.webContents.on('will-frame-navigate', ({ url, isMainFrame }) => {
      seen.frames.push({ url, isMainFrame });
    });
    window.webContents.on('console-message', ({ message, level }) => {
      seen.consoleMessages.push({ message, level });
    });
    nativeTheme.on('updated', () => {
      seen.dark = nativeTheme.shouldUseDarkColors;
    });
    try {
      await window.loadURL('app://fixture/');
    } catch (error) {
      if (!window.isDestroyed()) throw error; // closed before all of its page was there
    }
  });

/** A page may talk to the local pool: Chromium asks for these before it lets a page connect to loopback. */
const NETWORK = ['loopback-network', 'local-network', 'local-network-access'];
