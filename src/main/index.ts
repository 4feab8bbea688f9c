import { join } from 'node:path';

import { app, powerMonitor } from 'electron';

import { registerAppScheme, serveApp } from './app-protocol.js';
import { handlersOf, refusingAll } from './handlers.js';
import { pagePrinter } from './helpdesk/page-printer.js';
import { watchMachine } from './kiosk/machine.js';
import { log } from './log.js';
import { askedMode } from './mode.js';
import { closeTheDoors, isTrusted } from './security.js';
import { serveRequests } from './serve-requests.js';
import { closeServices, openServices, type Services } from './services.js';
import { MainWindow } from './window.js';

/** The life of the app: what is made when, and how it ends. */

const BUILT = join(import.meta.dirname, '..');

if (!app.requestSingleInstanceLock()) app.quit();
else {
  registerAppScheme();
  app.enableSandbox();
  void app.whenReady().then(start).catch(fail);
}

function fail(error: unknown): void {
  log(error);
  app.exit(1);
}

async function start(): Promise<void> {
  const window = new MainWindow(BUILT);
  const folder = app.getPath('userData');
  const mode = askedMode(process.argv);
  let services: Services | undefined;
  try {
    services = await openServices({
      window,
      printer: pagePrinter,
      folder,
      environment: process.env,
      version: app.getVersion(),
      askedMode: mode,
      log,
      fail,
    });
    serveRequests(handlersOf(services), isTrusted);
  } catch (error) {
    log(error);
    serveRequests(refusingAll(error), isTrusted); // the window says which file it is, and that it was left as it is
  }
  closeTheDoors(() => services?.station.poolIsLocal ?? false);
  serveApp(join(BUILT, 'renderer'), () => services?.station.endpoint);

  app.on('second-instance', () => void window.show().catch(log));
  app.on('activate', () => void window.show().catch(log));
  window.isLocked = (services?.mode ?? mode) === 'kiosk';
  app.on('window-all-closed', () => {
    // A kiosk has none for a moment, from one person to the next.
    if (!window.isLocked) app.quit();
  });
  app.on('before-quit', () => {
    window.end();
  });
  if (services) {
    const { kiosk, helpdesk, leaveKeys } = services;
    window.onGone = () => {
      leaveKeys();
      kiosk?.session.end('window');
      helpdesk?.leave().catch(log);
    };
    if (kiosk)
      watchMachine(powerMonitor, (reason) => {
        kiosk.session.end(reason);
      });
    if (helpdesk)
      watchMachine(powerMonitor, () => {
        leaveKeys();
        helpdesk.leave().catch(log);
      });
    closeBeforeQuitting(services);
  }

  if (process.argv.includes('--practice')) await services?.station.practise();
  await window.show();
  await services?.registry.start();
}

/** A key that waits for a touch is told to stop before the app goes. */
function closeBeforeQuitting(services: Services): void {
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void closeServices(services)
      .catch(log)
      .finally(() => {
        isClosed = true;
        app.quit();
      });
  });
}
