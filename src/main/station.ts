import type { PluggedKey } from './keys/plugged-key.js';
import { z } from 'zod';

import { PoolSettings, type Station } from '../shared/station.js';
import type { KioskRules, Mode } from '../shared/mode.js';
import type { Practice } from './demo.js';
import { FailureError } from '../failures/failure-error.js';
import type { PolicyStatus } from '../shared/passport.js';
import type { JsonFile } from '../station/json-file.js';
import { type RelyingParty, relyingPartyOf } from './relying-party.js';

export const SettingsFile = z.strictObject({ pool: PoolSettings.optional() });

export interface StationOptions {
  readonly file: JsonFile<typeof SettingsFile>;
  readonly version: string;
  readonly mode: Mode;
  /** As they stand, at a kiosk; undefined elsewhere. */
  readonly kioskRules: () => KioskRules | undefined;
  /** As it stands: its file may change while the app runs. */
  readonly policyStatus: () => PolicyStatus;
  /** Where pools of the region `local` answer: for development and tests. Always loopback. */
  readonly localEndpoint: string | undefined;
  readonly startPractice: () => Promise<Practice>;
  /** Another pool, another policy: the window must be loaded anew. */
  readonly onPoolChange: () => void;
}

/** Which pool this station works with: one that a person connected, or the practice pool, or none yet. */
export class CurrentStation {
  readonly #options: StationOptions;
  #settings: z.infer<typeof SettingsFile>;
  #practice: Practice | undefined;
  #starting: Promise<Practice> | undefined;

  private constructor(options: StationOptions, settings: z.infer<typeof SettingsFile>) {
    this.#options = options;
    this.#settings = settings;
  }

  /** Rejects with `settings/unreadable` for a damaged file: a station never goes on with settings that nobody chose. */
  static async open(options: StationOptions): Promise<CurrentStation> {
    return new CurrentStation(options, (await options.file.read()) ?? {});
  }

  /** Throws `settings/invalid` when the local pool that was connected has no address in this run. */
  get(): Station {
    const { version, mode, policyStatus, kioskRules } = this.#options;
    const kiosk = kioskRules();
    const facts = { version, mode, policy: policyStatus(), ...(kiosk && { kiosk }) };
    if (this.#practice) return { ...facts, pool: this.#practice.pool, practice: { users: this.#practice.users } };
    const { pool } = this.#settings;
    return { ...facts, ...(pool && { pool: { ...pool, endpoint: this.#endpointOf(pool) } }) };
  }

  get relyingParty(): RelyingParty | undefined {
    if (this.#practice) return this.#practice.relyingParty;
    return this.#settings.pool && relyingPartyOf(this.#settings.pool.rpId);
  }

  /** Whether the pool in use answers on this machine. */
  get poolIsLocal(): boolean {
    return (this.#practice?.pool ?? this.#settings.pool)?.region === 'local';
  }

  /** Where the pool in use answers; undefined without one, and for a local pool that this run has no address of: `get` tells. */
  get endpoint(): string | undefined {
    if (this.#practice) return this.#practice.pool.endpoint;
    const { pool } = this.#settings;
    const isUnknown = pool?.region === 'local' && this.#options.localEndpoint === undefined;
    return pool && !isUnknown ? this.#endpointOf(pool) : undefined;
  }

  get practice(): Practice | undefined {
    return this.#practice;
  }

  /** The practice key, while practising: then it is the only one. Undefined otherwise. */
  practiceKeys(): PluggedKey[] | undefined {
    return this.#practice?.discover();
  }

  /** Takes the settings and keeps them. Rejects with `settings/invalid`, `settings/unwritable`. */
  async connect(pool: PoolSettings): Promise<Station> {
    if (!pool.userPoolId.startsWith(`${pool.region}_`)) {
      throw new FailureError({
        code: 'settings/invalid',
        detail: `the pool ${pool.userPoolId} is not in ${pool.region}`,
      });
    }
    this.#endpointOf(pool);
    await this.#options.file.write({ pool });
    this.#settings = { pool };
    return this.#changed();
  }

  /** Starts the practice pool and key, once. Rejects with `practice/unavailable`. */
  async practise(): Promise<Station> {
    if (this.#practice) return this.get();
    this.#starting ??= this.#options.startPractice();
    try {
      this.#practice = await this.#starting;
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown';
      throw new FailureError({ code: 'practice/unavailable', detail }, { cause: error });
    } finally {
      this.#starting = undefined;
    }
    return this.#changed();
  }

  /** Ends the practice; without one, forgets the pool. */
  async disconnect(): Promise<Station> {
    if (this.#practice) await this.end();
    else {
      await this.#options.file.write({});
      this.#settings = {};
    }
    return this.#changed();
  }

  async end(): Promise<void> {
    const practice = this.#practice;
    this.#practice = undefined;
    await practice?.end();
  }

  #endpointOf({ region }: PoolSettings): string {
    if (region !== 'local')
      return `https://cognito-idp.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    const { localEndpoint } = this.#options;
    if (localEndpoint === undefined) {
      throw new FailureError({
        code: 'settings/invalid',
        detail: 'no local pool is known: start Keydesk with KEYDESK_POOL_ENDPOINT',
      });
    }
    return localEndpoint;
  }

  #changed(): Station {
    this.#options.onPoolChange();
    return this.get();
  }
}

/** The address of a local pool, from the environment. Throws `settings/invalid` for one that is not on this machine. */
export function localEndpointOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost')) return url.origin;
  throw new FailureError({
    code: 'settings/invalid',
    detail: `KEYDESK_POOL_ENDPOINT: ${text} is not http://127.0.0.1:PORT`,
  });
}
