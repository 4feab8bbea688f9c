import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect as playwrightExpect, type Page } from '@playwright/test';

import { type RunningPool, startPool } from '../../src/pool/pool.js';
import type { ProfileName } from '../../src/softkey/profile.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { AskPresence } from '../../src/softkey/user-presence.js';
import { type KeptPasskey, PASSKEYS_FILE } from '../../src/station/passkey-records.js';
import { enrolByPassword } from '../passkey.js';
import { FaultyNetwork } from './faulty-network.js';
import { launchKeydesk, type Launched, type LaunchOptions } from './launch.js';

/** Patient also where no configuration of the test runner says so: the bench and the tour wait as long as the tests. */
const expect = playwrightExpect.configure({ timeout: 20_000 });

/** Somebody with a key on which they have a passkey of the pool, and which is not plugged in. */
export interface Guest {
  readonly username: string;
  readonly pin: string;
  readonly key: SoftKey;
  /** Where the key answers on UDP. */
  readonly port: number;
  /** Puts a finger on the key. One that is touched by itself needs nothing. */
  readonly touch: () => void;
  /** Of the passkey that was enrolled at their own desk, where a station would have kept it. */
  readonly record: KeptPasskey;
}

export interface KioskOptions {
  readonly people: readonly string[];
  readonly rules?: object;
  /** Of the key of each person; 2.1 without it. */
  readonly profiles?: Readonly<Record<string, ProfileName>>;
  /** Whose keys wait for a finger; the others are touched by themselves. */
  readonly touchedByHand?: readonly string[];
  /** On whose keys others of these people have a passkey as well. */
  readonly shared?: Readonly<Record<string, readonly string[]>>;
}

interface Invitation {
  readonly profile: ProfileName | undefined;
  readonly isTouchedByHand: boolean;
  readonly others: readonly string[] | undefined;
}

/** A kiosk, a pool that others run, and people who come by with their keys. */
export class KioskStation {
  readonly pool: RunningPool;
  readonly network: FaultyNetwork;
  readonly userData: string;
  readonly #guests = new Map<string, Guest>();
  readonly #closers: (() => Promise<void>)[] = [];
  #ports: readonly number[] = [];
  #launched: Launched | undefined;

  private constructor(pool: RunningPool, network: FaultyNetwork, userData: string) {
    this.pool = pool;
    this.network = network;
    this.userData = userData;
  }

  static async open({
    people,
    rules = {},
    profiles = {},
    touchedByHand = [],
    shared = {},
  }: KioskOptions): Promise<KioskStation> {
    const users = people.map((username) => ({
      username,
      email: `${username}@example.com`,
      password: passwordOf(username),
    }));
    const pool = await startPool({ users });
    const network = await FaultyNetwork.to(pool.endpoint);
    const userData = mkdtempSync(join(tmpdir(), 'keydesk-kiosk-'));
    const station = new KioskStation(pool, network, userData);
    const { region, userPoolId, clientId, rpId } = pool;
    writeFileSync(join(userData, 'settings.json'), JSON.stringify({ pool: { region, userPoolId, clientId, rpId } }));
    station.writePolicy({ mode: 'kiosk', kiosk: rules });
    try {
      for (const username of people) {
        const isTouchedByHand = touchedByHand.includes(username);
        await station.#invite(username, { profile: profiles[username], isTouchedByHand, others: shared[username] });
      }
      return station;
    } catch (error) {
      await station.close();
      throw error;
    }
  }

  guest(username: string): Guest {
    const guest = this.#guests.get(username);
    if (!guest) throw new Error(`${username} was not invited`);
    return guest;
  }

  writePolicy(policy: object | string): void {
    writeFileSync(join(this.userData, 'policy.json'), typeof policy === 'string' ? policy : JSON.stringify(policy));
  }

  /** Has this station remember passkeys as if they had been enrolled here. To be called before it is started. */
  remember(...records: readonly KeptPasskey[]): void {
    writeFileSync(join(this.userData, PASSKEYS_FILE), JSON.stringify(records));
  }

  /** Starts the app. */
  async launch(options: LaunchOptions = {}): Promise<Launched> {
    const env = {
      KEYDESK_POOL_ENDPOINT: this.network.endpoint,
      KEYDESK_KEYS: this.#ports.map((port) => `udp:127.0.0.1:${port}`).join(','),
    };
    this.#launched = await launchKeydesk({ ...options, env, args: ['--mode', 'kiosk'], userData: this.userData });
    return this.#launched;
  }

  get launched(): Launched {
    if (!this.#launched) throw new Error('the kiosk was not started');
    return this.#launched;
  }

  /** The window that is there now: each person has another. */
  async window(): Promise<Page> {
    const { app } = this.launched;
    await expect.poll(() => app.windows().length).toBeGreaterThan(0);
    const [window] = app.windows().slice(-1);
    if (!window) throw new Error('there is no window');
    return window;
  }

  /** Waits for the window that comes in the place of this one, and for its waiting screen. */
  async nextWindow(former: Page): Promise<Page> {
    const { app } = this.launched;
    await expect.poll(() => former.isClosed()).toBe(true);
    await expect.poll(() => app.windows().filter((window) => !window.isClosed()).length).toBe(1);
    const window = await this.window();
    await expect(window.getByRole('heading', { name: 'Plug in your security key' })).toBeVisible();
    return window;
  }

  async close(): Promise<void> {
    await this.#launched?.close();
    for (const close of this.#closers) await close();
    this.network.close();
    await this.pool.close();
    rmSync(this.userData, { recursive: true, force: true, maxRetries: 5 });
  }

  async #invite(username: string, { profile = '2.1', isTouchedByHand, others = [] }: Invitation): Promise<void> {
    const pin = `pin-of-${username}`.slice(0, 40); // keys take no longer ones than 63 bytes
    let byHand = false;
    const presence = new AskPresence(() => {
      if (!byHand)
        queueMicrotask(() => {
          presence.press();
        });
    });
    const key = new SoftKey({ profile, presence });
    const record = await this.addPasskey(key, username, pin);
    for (const other of others) await this.addPasskey(key, other, pin);
    byHand = isTouchedByHand;
    key.unplug();
    const udp = await listenUdp(key, { host: '127.0.0.1', port: 0 });
    this.#ports = [...this.#ports, udp.port];
    this.#closers.push(() => udp.close());
    const touch = () => {
      presence.press();
    };
    this.#guests.set(username, { username, pin, key, port: udp.port, touch, record });
  }

  /** Enrols a passkey of the person on the key, as they would have at their own desk; what that keeps of it comes back. */
  addPasskey(key: SoftKey, username: string, pin: string): Promise<KeptPasskey> {
    return enrolByPassword(this.pool, { username, password: passwordOf(username), pin }, new MemoryPort(key));
  }
}

function passwordOf(username: string): string {
  return `Practice-${username}-1`;
}

/** As far as the touch: the key says who it is. Keys that are touched by themselves go on. */
export async function tapIn(window: Page, { key, pin, username }: Guest): Promise<void> {
  key.replug();
  await window.getByLabel(/^PIN of /).fill(pin);
  await window.getByRole('button', { name: 'Continue' }).click();
  await isSignedIn(window, username);
}

export async function isSignedIn(window: Page, username: string): Promise<void> {
  await expect(window.getByRole('banner').getByText(`Signed in: ${username}`)).toBeVisible();
}
