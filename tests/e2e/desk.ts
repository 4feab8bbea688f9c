import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { test as base } from '@playwright/test';

import { type RunningPool, startPool } from '../../src/pool/pool.js';
import type { Mail } from '../../src/pool/users/mail.js';
import { listenUdp, type UdpServer } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { FaultyNetwork } from './faulty-network.js';
import { launchKeydesk, type Launched } from './launch.js';
import { Person } from './person.js';

/** A desk as in an office: the app, a pool that others run, and a key in the socket. */
export interface Desk {
  readonly pool: RunningPool;
  readonly network: FaultyNetwork;
  readonly key: SoftKey;
  readonly mails: Mail[];
  /** Starts the app; again after it has ended, with what it has kept. */
  launch(env?: Record<string, string>): Promise<{ person: Person; launched: Launched }>;
  /** Starts the app for the first time and connects it to the pool. */
  connected(): Promise<{ person: Person; launched: Launched }>;
  readonly userData: string;
}

export const PIN = '2580-desk';
export const ANA = { username: 'ana', password: 'Practice-ana-1' };
export const BEN = { username: 'ben', password: 'Practice-ben-1' };

interface Options {
  /** Who may sign up; with a list, Keydesk's own triggers are installed in the pool. */
  readonly registry: readonly { accountNumber: string; email: string }[] | undefined;
}

export const test = base.extend<Options & { desk: Desk }>({
  registry: [undefined, { option: true }],
  desk: async ({ registry }, use) => {
    const userData = mkdtempSync(join(tmpdir(), 'keydesk-e2e-'));
    const registryPath = join(userData, 'registry.json');
    if (registry) writeFileSync(registryPath, JSON.stringify(registry));
    const mails: Desk['mails'] = [];
    const pool = await startPool({
      onMail: (mail) => mails.push(mail),
      triggers: registry && { registryPath },
    });
    const network = await FaultyNetwork.to(pool.endpoint);
    const key = new SoftKey({ profile: '2.1' });
    const udp: UdpServer = await listenUdp(key, { host: '127.0.0.1', port: 0 });
    const running = new Set<Launched>();
    const environment = { KEYDESK_POOL_ENDPOINT: network.endpoint, KEYDESK_KEYS: `udp:127.0.0.1:${udp.port}` };

    const launch = async (env: Record<string, string> = {}) => {
      const launched = await launchKeydesk({ env: { ...environment, ...env }, userData });
      running.add(launched);
      launched.app.on('close', () => running.delete(launched));
      return { person: new Person(launched.window), launched };
    };
    const connected = async () => {
      const desk = await launch();
      await desk.person.connect({
        region: pool.region,
        userPoolId: pool.userPoolId,
        clientId: pool.clientId,
        rpId: pool.rpId,
      });
      return desk;
    };
    await use({ pool, network, key, mails, launch, connected, userData });

    for (const launched of running) await launched.close();
    network.close();
    await udp.close();
    await pool.close();
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
  },
});

export { expect } from '@playwright/test';
