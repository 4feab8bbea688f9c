import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { AppPart, readAppPackage } from './app.js';
import { Chromium } from './chromium.js';
import { readInvocation } from './command-line.js';
import { electronModule } from './electron-module.js';
import type { House } from './house.js';
import { Interception } from './interception.js';
import { IpcMainPart } from './ipc-main.js';
import { provideElectron } from './module-hooks.js';
import { NativeThemePart } from './native-theme.js';
import { Permissions } from './permissions.js';
import { SchemeHandlers } from './protocol.js';
import { NotImplementedError, asElectron } from './refuse.js';
import { SchemeUrls } from './scheme-urls.js';
import { defaultSession } from './session.js';
import { commandLineOf } from './switches.js';
import { followTargets } from './targets.js';
import { ELECTRON_VERSION } from './versions.js';
import { WebRequestHooks } from './web-request.js';

const LOADING_TAKES_LONG_MS = 10_000;

const args = process.argv.slice(2);
const invocation = readInvocation(args);
if (invocation.switches.has('version')) {
  process.stdout.write(`v${ELECTRON_VERSION}\n`);
  process.exit(0);
}
if (invocation.app === undefined) {
  process.stderr.write('Usage: electron [SWITCHES] path/to/app [ARGUMENTS]\n');
  process.exit(2);
}

// What the app sees of its process: the arguments as Electron gives them, and versions that say which Electron this stands in for.
process.argv = [process.execPath, ...args];
const versions = { ...process.versions, electron: ELECTRON_VERSION };
Object.defineProperty(process, 'versions', { value: Object.freeze(versions), enumerable: true });
Object.defineProperty(process, 'type', { value: 'browser', enumerable: true });
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
Object.defineProperty(process, 'resourcesPath', {
  get: () => {
    throw new NotImplementedError('process.resourcesPath');
  },
});

const switches = new Map(invocation.switches);
/** Chromium, once it is started. */
const running: { chromium?: Chromium } = {};
let ending = false;
const commandLine = commandLineOf(switches, () => running.chromium !== undefined);
const appPackage = readAppPackage(invocation.app);
const urls = new SchemeUrls();
const handlers = new SchemeHandlers(urls);
const hooks = new WebRequestHooks();
const permissions = new Permissions();

const app = new AppPart(appPackage, commandLine, () => house, end);
const house: House = {
  urls,
  ipcMain: new IpcMainPart(),
  session: defaultSession(
    () => house,
    permissions,
    hooks,
    handlers.module(() => running.chromium !== undefined),
  ),
  process: { platform: process.platform, arch: process.arch, versions },
  windows: new Set(),
  contents: new Set(),
  origins: new Set(),
  chromium: () => {
    if (!running.chromium) throw new Error('Cannot create BrowserWindow before app is ready');
    return running.chromium;
  },
  contentsCreated: (contents) => {
    if (theme.themeSource !== 'system') contents.setColorScheme(theme.themeSource);
    contents.once('destroyed', () => house.contents.delete(contents));
    app.emit('web-contents-created', {}, asElectron(contents));
  },
  windowClosed: () => {
    app.windowClosed();
  },
};
const theme = new NativeThemePart(() => house);

provideElectron(electronModule(house, app, theme, handlers));
if (invocation.inspect) inspector.open(0, '127.0.0.1');
const require = createRequire(import.meta.url);
for (const file of invocation.preloads) require(resolve(file));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    app.quit();
  });
}

// Electron holds `ready` back until the main module has been evaluated: a top-level `await app.whenReady()` waits for ever there, and so it does here.
let loaded = false;
const slow = setTimeout(() => {
  process.stderr.write(
    'electron-standin: the main module is still being loaded, and `ready` waits for it, as in Electron. Does it await app.whenReady() at top level?\n',
  );
}, LOADING_TAKES_LONG_MS).unref(); // with nothing else to wait for, Node ends the process at once
process.on('exit', () => {
  if (!loaded && !ending) process.stderr.write('electron-standin: the main module has never finished loading\n');
});
await import(pathToFileURL(appPackage.main).href);
loaded = true;
clearTimeout(slow);

const chromium = await Chromium.start(switches);
running.chromium = chromium;
void chromium.ended.then(() => {
  if (ending) return;
  process.stderr.write('electron-standin: Chromium has died\n');
  end(1);
});
await followTargets(chromium, house);
await new Interception(house, handlers, hooks, permissions).start(chromium.browser);
app.becomeReady();

/** Ends Chromium, then this process. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  void (running.chromium?.end() ?? Promise.resolve()).then(() => process.exit(code));
}
