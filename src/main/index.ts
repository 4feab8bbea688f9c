import { join } from 'node:path';

import { app, dialog } from 'electron';

import { discover, parseSimulators } from '../ctap/discovery.js';
import { registerAppScheme, serveApp } from './app-protocol.js';
import { startPractice } from './demo.js';
import { FailureError } from './failure-error.js';
import { handlersOf } from './handlers.js';
import { Journal, JournalFile } from './journal.js';
import { JsonFile } from './json-file.js';
import { Ceremonies } from './keys/ceremonies.js';
import { Enrolment } from './keys/enrolment.js';
import { KeyRegistry } from './keys/registry.js';
import { log } from './log.js';
import { PasskeyRecords, PasskeyRecordsFile } from './passkey-records.js';
import { closeTheDoors, isTrusted } from './security.js';
import { serveRequests } from './serve-requests.js';
import { CurrentStation, localEndpointOf, SettingsFile } from './station.js';
import { MainWindow } from './window.js';

/** The composition root: everything that lives as long as the app is made here, and handed down. */

const BUILT = join(import.meta.dirname, '..');

if (!app.requestSingleInstanceLock()) app.quit();
else {
  registerAppScheme();
  app.enableSandbox();
  void app.whenReady().then(start).catch(giveUp);
}

async function start(): Promise<void> {
  const now = Date.now;
  const stateFile = (name: string) => join(app.getPath('userData'), name);
  const simulators = parseSimulators(process.env['KEYDESK_KEYS'] ?? '');
  const window = new MainWindow(BUILT);

  const station = await CurrentStation.open({
    file: new JsonFile(stateFile('settings.json'), SettingsFile),
    version: app.getVersion(),
    localEndpoint: localEndpointOf(process.env['KEYDESK_POOL_ENDPOINT']),
    startPractice: () =>
      startPractice({
        onMail: (mail) => {
          window.tell('practice.mail', mail);
        },
        onTouch: (event) => {
          window.tell('practice.touch', event);
        },
      }),
    onPoolChange: () => {
      ceremonies.cancelAll();
      // After the answer to the request that changed it.
      setImmediate(
        () =>
          void registry
            .look()
            .then(() => window.reload())
            .catch(log),
      );
    },
  });
  const journal = await Journal.open(new JsonFile(stateFile('journal.json'), JournalFile));
  const records = await PasskeyRecords.open(new JsonFile(stateFile('passkeys.json'), PasskeyRecordsFile));
  const registry = new KeyRegistry({
    discover: () => Promise.resolve(station.practiceKeys() ?? discover(simulators)),
    onChange: (keys) => {
      window.tell('keys.changed', keys);
    },
    onFault: log,
  });
  const ceremonies = new Ceremonies({
    registry,
    emit: (event) => {
      window.tell('ceremony', event);
    },
    now,
  });
  const enrolment = new Enrolment({ ceremonies, journal, records, now });

  closeTheDoors(() => station.poolIsLocal);
  serveApp(join(BUILT, 'renderer'), () => station.get().pool?.endpoint);
  serveRequests(handlersOf({ station, registry, ceremonies, enrolment, journal, records, log }), isTrusted);

  if (process.argv.includes('--practice')) await station.practise();
  app.on('second-instance', () => void window.show().catch(log));
  app.on('activate', () => void window.show().catch(log));
  app.on('window-all-closed', () => {
    app.quit();
  });
  app.on('will-quit', () => {
    ceremonies.cancelAll();
    registry.stop();
    void station.end().catch(log);
  });
  await window.show();
  await registry.start();
}

/** Nothing works without settings that can be read: say which file it is, and stop. */
function giveUp(error: unknown): void {
  log(error);
  const detail =
    error instanceof FailureError ? (error.failure.detail ?? error.failure.code) : 'Keydesk could not start.';
  dialog.showErrorBox('Keydesk cannot start', detail);
  app.exit(1);
}
