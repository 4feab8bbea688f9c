import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import { deletePasskey, listPasskeys, type Passkey as PoolPasskey } from '../../cognito/passkeys.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import type { PasskeyRecord } from '../../shared/passkey-records.js';
import type { Failure } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { explain, explainPool, type Problem } from '../messages.js';
import type { Orphans } from './orphans.svelte.js';
import type { Session } from './session.svelte.js';

/** A passkey of the person who is signed in: what the pool says, and what this computer remembers besides. */
export interface Passkey {
  readonly credentialId: string;
  readonly name: string;
  readonly createdAt: Date | undefined;
  /** What main noted when it was made here; passkeys made elsewhere have none. */
  readonly record: PasskeyRecord | undefined;
  /** The plugged key that holds it, where one says so. */
  readonly onKey: KeyId | undefined;
}

/** The passkeys that the pool has of this person. */
export class Passkeys {
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #session: Session;
  readonly #orphans: Orphans;
  #known = $state.raw<readonly PoolPasskey[]>([]);
  #records = $state.raw<readonly PasskeyRecord[]>([]);
  #places = $state.raw<Readonly<Record<string, KeyId>>>({});
  #loaded = $state(false);
  #loading = $state(false);
  #problem = $state.raw<Problem>();
  /** The one under way, and the one to ask next. */
  #questions: readonly string[][] = [];
  readonly #list = $derived(this.#known.map((passkey) => this.#join(passkey)).sort(newestFirst));

  constructor(bridge: Bridge, pool: Connection, session: Session, orphans: Orphans) {
    this.#bridge = bridge;
    this.#pool = pool;
    this.#session = session;
    this.#orphans = orphans;
  }

  /** Newest first. */
  get list(): readonly Passkey[] {
    return this.#list;
  }

  /** Whether the pool has answered once. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Reads everything anew. */
  async load(): Promise<void> {
    this.#loading = true;
    this.#problem = undefined;
    try {
      const [known] = await Promise.all([
        this.#session.use((tokens) => listPasskeys(this.#pool, tokens)),
        this.loadRecords(),
      ]);
      this.#known = known;
      this.#loaded = true;
      if (await this.#orphans.load(known.map(({ id }) => id))) await this.loadRecords();
    } catch (error) {
      this.#problem = explainPool(error);
    } finally {
      this.#loading = false;
    }
  }

  async loadRecords(): Promise<void> {
    const answer = await this.#bridge.request('passkeys.records', undefined);
    if (answer.ok) this.#records = answer.value;
    else this.#problem = explain(answer.error);
  }

  /**
   * Asks the plugged keys which of the passkeys they hold; to be asked again whenever either changes. One question goes
   * out at a time, as a key that is busy with one answers no other; what changes meanwhile is asked afterwards.
   */
  async locate(plugged: readonly KeySummary[]): Promise<void> {
    const credentialIds = plugged.length === 0 ? [] : this.#known.map(({ id }) => id).slice(0, MOST_PASSKEYS);
    const isFirst = this.#questions.length === 0;
    this.#questions = [...this.#questions.slice(0, 1), credentialIds];
    if (!isFirst) return;
    for (let asked = this.#questions[0]; asked; asked = this.#questions[0]) {
      const places = asked.length === 0 ? [] : await this.#placesOf(asked);
      this.#questions = this.#questions.slice(1);
      // Keys or passkeys have changed meanwhile: the next answer is the true one.
      if (this.#questions.length === 0) this.#places = Object.fromEntries(places);
    }
  }

  async rename(passkey: Passkey, nickname: string): Promise<Failure | undefined> {
    const { credentialId } = passkey;
    const answer = await this.#bridge.request('passkeys.rename', { credentialId, nickname });
    if (!answer.ok) return answer.error;
    await this.loadRecords();
    return undefined;
  }

  /** Deletes it at the pool, then forgets its record. A pool that no longer has it has deleted it already. */
  async delete({ credentialId }: Passkey): Promise<Problem | undefined> {
    try {
      await this.#session.use((tokens) => deletePasskey(this.#pool, tokens, credentialId));
    } catch (error) {
      if (!(error instanceof CognitoError) || error.code !== 'passkey-not-found') return explainPool(error);
    }
    this.#known = this.#known.filter(({ id }) => id !== credentialId);
    const forgotten = await this.#bridge.request('passkeys.forget', { credentialId });
    return forgotten.ok ? undefined : explain(forgotten.error);
  }

  async #placesOf(credentialIds: string[]): Promise<(readonly [string, KeyId])[]> {
    const answer = await this.#bridge.request('keys.locate', { credentialIds });
    // A key that cannot say now is no trouble of the list: no place is shown, which is what is known.
    const places = answer.ok ? answer.value : [];
    return places.flatMap(({ keyId, credentialIds: held }) => held.map((id) => [id, keyId] as const));
  }

  #join({ id: credentialId, name, createdAt }: PoolPasskey): Passkey {
    const record = this.#records.find((one) => one.credentialId === credentialId);
    const onKey = this.#places[credentialId];
    return { credentialId, name: record?.nickname ?? name ?? 'Passkey', createdAt, record, onKey };
  }
}

/** A pool keeps no more of one person. */
const MOST_PASSKEYS = 20;

function newestFirst(a: Passkey, b: Passkey): number {
  return (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0);
}
