import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { handlersOf } from '../../../src/main/handlers.js';
import type { Kiosk } from '../../../src/main/kiosk/kiosk.js';
import { closeServices, openServices, type Services, type ServicesOptions } from '../../../src/main/services.js';
import type { RunningPool } from '../../../src/pool/pool.js';
import { KioskWindow, type KioskWindowOptions } from './kiosk-window.js';

export interface KioskMainOptions extends Omit<KioskWindowOptions, 'pool'> {
  /** The station's own folder, which is empty. */
  readonly folder: string;
  readonly pool: Pick<RunningPool, 'region' | 'userPoolId' | 'clientId' | 'rpId'>;
  /** Where that pool answers. */
  readonly endpoint: string;
  readonly discover?: ServicesOptions['discover'];
  /** The policy's member `kiosk`. */
  readonly rules?: object;
  readonly log: (error: unknown) => void;
}

/** Main of a kiosk as src/main/index.ts makes it, with everything in it but Electron: the window is without its markup. */
export interface KioskMain {
  readonly services: Services;
  readonly kiosk: Kiosk;
  readonly window: KioskWindow;
  close(): Promise<void>;
}

const printsNothing = () => Promise.reject(new Error('A kiosk prints nothing'));
const PRINTS_NOTHING: ServicesOptions['printer'] = { pdfOf: printsNothing, print: printsNothing };

export async function openKioskMain(options: KioskMainOptions): Promise<KioskMain> {
  const { folder, endpoint, discover, rules = {}, log } = options;
  const { region, userPoolId, clientId, rpId } = options.pool;
  const pool = { region, userPoolId, clientId, rpId };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ pool }));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ mode: 'kiosk', kiosk: rules }));
  const window = new KioskWindow({ ...options, pool: { ...pool, endpoint } });
  const services = await openServices({
    window,
    printer: PRINTS_NOTHING,
    folder,
    environment: { KEYDESK_POOL_ENDPOINT: endpoint },
    version: '0.0.0',
    askedMode: 'kiosk',
    ...(discover && { discover }),
    log,
    fail: log,
  });
  const { kiosk } = services;
  if (!kiosk) throw new Error('Main is not that of a kiosk');
  window.handlers = handlersOf(services);
  await window.renew();
  return { services, kiosk, window, close: () => closeServices(services) };
}
