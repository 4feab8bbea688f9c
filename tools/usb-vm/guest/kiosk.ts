import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { getUser } from '../../../src/cognito/account.js';
import { CognitoError } from '../../../src/cognito/errors.js';
import { Renewal } from '../../../src/cognito/refresh.js';
import type { Tokens } from '../../../src/cognito/tokens.js';
import { openHidPort } from '../../../src/ctap/hid/node-hid-port.js';
import type { RunningPool } from '../../../src/pool/pool.js';
import { startPool } from '../../../src/pool/pool.js';
import { enrolByPassword } from '../../../tests/passkey.js';
import { type KioskMain, openKioskMain } from '../../../tests/main/kiosk/kiosk-main.js';
import { HIDRAW_NODE } from './gadget.js';

/** Who taps in. */
const ANA = { username: 'ana', email: 'ana@example.com', password: 'Practice-ana-1', pin: '481516' } as const;

/** Main of a kiosk as the app has it, on the real node-hid; its window is without markup, as there is no screen here. */
export class GuestKiosk {
  readonly main: KioskMain;
  readonly pool: RunningPool;
  readonly #events: Events;

  private constructor(main: KioskMain, pool: RunningPool, events: Events) {
    this.main = main;
    this.pool = pool;
    this.#events = events;
  }

  /** Makes a pool and, on the key that is plugged in, Ana's passkey; then main, which does not look for keys yet. */
  static async open(): Promise<GuestKiosk> {
    const pool = await startPool({ users: [ANA] });
    await enrolByPassword(pool, ANA, await openHidPort(HIDRAW_NODE));
    const events = new Events();
    const main = await openKioskMain({
      folder: mkdtempSync(join(tmpdir(), 'kiosk-')),
      pool,
      endpoint: pool.endpoint,
      pinOf: () => ANA.pin,
      onRequest: (name) => {
        events.add(name);
      },
      onNeed: (kind) => {
        events.add(`wants ${kind}`);
      },
      log: (error) => {
        process.stderr.write(`kiosk: ${String(error)}\n`);
      },
    });
    return new GuestKiosk(main, pool, events);
  }

  /** Calls `act` at once when the event comes for the next time. */
  whenNext(event: string, act: () => void): void {
    this.#events.once(event, act);
  }

  /** How often something was asked, or wanted. */
  count(event: string): number {
    return this.#events.count(event);
  }

  /** Whether the pool refuses both tokens that somebody once had. */
  async refuses(tokens: Tokens): Promise<boolean> {
    const { pool } = this.main.window.page;
    const uses = [() => getUser(pool, tokens), () => new Renewal(pool, tokens).tokens()];
    const outcomes = await Promise.all(
      uses.map((use) =>
        use().then(
          () => 'taken',
          (error: unknown) => {
            if (error instanceof CognitoError) return error.code;
            throw error;
          },
        ),
      ),
    );
    return outcomes.every((outcome) => outcome === 'signed-out');
  }

  async close(): Promise<void> {
    await this.main.close();
    await this.pool.close();
  }
}

/** What was asked of main, by name, and what the key wanted of its person: `wants touch`. */
class Events {
  readonly #counts = new Map<string, number>();
  #awaited: { readonly event: string; readonly act: () => void } | undefined;

  add(event: string): void {
    this.#counts.set(event, this.count(event) + 1);
    if (this.#awaited?.event !== event) return;
    const { act } = this.#awaited;
    this.#awaited = undefined;
    act();
  }

  count(event: string): number {
    return this.#counts.get(event) ?? 0;
  }

  once(event: string, act: () => void): void {
    this.#awaited = { event, act };
  }
}
