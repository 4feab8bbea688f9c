import { Authenticator } from '../../ctap/authenticator.js';
import type { DeviceInfo } from '../../ctap/get-info.js';
import { toFailure } from '../../failures/ctap-failure.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import { FailureError } from '../../failures/failure-error.js';
import type { PluggedKey } from './plugged-key.js';
import { type Examiner, summaryOf, summaryOfProblem } from './summary.js';

/** Often enough that plugging in feels immediate; listing HID devices costs a few milliseconds. */
const POLL_MS = 500;

interface Entry {
  readonly found: PluggedKey;
  summary: KeySummary;
  /** What it said of itself last; undefined for a key that cannot be used. */
  info: DeviceInfo | undefined;
  /** Set while somebody works with the key. */
  inUse: boolean;
}

export interface RegistryOptions {
  /** Everything that is plugged in right now; with whether somebody works with the key of that id, which may keep it from answering others. */
  readonly discover: (isInUse: (id: string) => boolean) => Promise<readonly PluggedKey[]>;
  readonly policy: Examiner;
  /** How often to look, in ms; twice a second unless given. */
  readonly pollMs?: number;
  readonly onChange: (keys: KeySummary[]) => void;
  /** Told at once of keys that were pulled out, before others are met; also of those that are in again already. */
  readonly onOut?: (keyIds: KeyId[]) => void;
  /** Told of faults of discovery itself, when they begin. */
  readonly onFault: (error: unknown) => void;
}

/**
 * The keys that are plugged in, looked at again and again, and the one way to work with one: whoever does has it alone,
 * and it is closed afterwards, so that other programs can use it.
 */
export class KeyRegistry {
  readonly #options: RegistryOptions;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;
  #isFaulty = false;
  /** How many keys are being taken through unplugging and plugging in. */
  #paused = 0;
  /** What was told last. */
  #told = '[]';

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Looks now, and from now on. */
  async start(): Promise<void> {
    await this.look();
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.start(), this.#options.pollMs ?? POLL_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  list(): KeySummary[] {
    return [...this.#entries.values()].map(({ summary }) => summary);
  }

  /** Throws FailureError `key/removed` for a key that is not plugged in. */
  summary(keyId: string): KeySummary {
    return this.#entry(keyId).summary;
  }

  /** What a key said of itself last; undefined for one that cannot be used, or is not plugged in. */
  infoOf(keyId: string): DeviceInfo | undefined {
    return this.#entries.get(keyId)?.info;
  }

  /** Looks for keys once; several callers share one look. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Holds every key against what the station demands now. No key is asked for it: what it has said counts. */
  examineAgain(): void {
    for (const entry of this.#entries.values()) {
      const { found, summary, info } = entry;
      if (summary.details && info)
        entry.summary = { ...summary, details: { ...summary.details, ...this.#options.policy.examine(found, info) } };
    }
    this.#tell();
  }

  /**
   * Opens a key, lets `work` use it, closes it and reads its state again: tries left and free slots have changed.
   * @throws FailureError `key/removed`, `ceremony/busy`; whatever opening or `work` throws
   */
  async use<T>(keyId: string, work: (authenticator: Authenticator, found: PluggedKey) => Promise<T>): Promise<T> {
    const entry = this.#entry(keyId);
    if (entry.inUse) throw new FailureError({ code: 'ceremony/busy', detail: keyId });
    entry.inUse = true;
    try {
      const authenticator = await Authenticator.open(await entry.found.open());
      try {
        return await work(authenticator, entry.found);
      } finally {
        await this.#readAgain(entry, authenticator).finally(() => authenticator.close());
      }
    } finally {
      entry.inUse = false;
    }
  }

  /**
   * Lets `work` take a key through unplugging and plugging in. Nobody looks at keys meanwhile: a key that has just been
   * plugged in belongs to whoever waits for it. Afterwards the key is met anew.
   * @param work gets the key as it is plugged in now, and a way to see all that is plugged in
   * @returns what `work` returns, and the key's id from now on; undefined when it is not plugged in
   * @throws FailureError `key/removed`, `ceremony/busy`; whatever `work` throws
   */
  async takeThrough<T>(
    keyId: string,
    work: (found: PluggedKey, discover: () => Promise<readonly PluggedKey[]>) => Promise<T>,
  ): Promise<{ result: T; summary: KeySummary | undefined }> {
    const entry = this.#entry(keyId);
    if (entry.inUse) throw new FailureError({ code: 'ceremony/busy', detail: keyId });
    entry.inUse = true;
    await this.#looking; // one that began before must not open the key in between
    this.#paused++;
    const others = new Set(this.#entries.keys());
    others.delete(keyId);
    let result: T;
    try {
      result = await work(entry.found, () => this.#options.discover(() => false)); // it comes and goes: only what answers is in
    } finally {
      this.#paused--;
      this.#entries.delete(keyId); // whatever was known of it may be gone
      await this.look();
    }
    return { result, summary: this.list().find(({ id }) => !others.has(id)) };
  }

  #entry(keyId: string): Entry {
    const entry = this.#entries.get(keyId);
    if (!entry) throw new FailureError({ code: 'key/removed', detail: keyId });
    return entry;
  }

  async #look(): Promise<void> {
    if (this.#paused > 0) return;
    let found: readonly PluggedKey[];
    try {
      found = await this.#options.discover((id) => this.#entries.get(id)?.inUse ?? false);
      this.#isFaulty = false;
    } catch (error) {
      if (!this.#isFaulty) this.#options.onFault(error);
      this.#isFaulty = true;
      return;
    }
    const present = new Map(found.map((key) => [key.id, key]));
    const out: KeyId[] = [];
    for (const [id, { found: known, summary }] of this.#entries) {
      const now = present.get(id);
      // The system may give one key's name to the next: another serial or product is another key.
      // The same key at another place was out in between: it is met anew.
      const isKnown = now?.serial === known.serial && now?.product === known.product && now.place === known.place;
      if (isKnown) continue;
      this.#entries.delete(id);
      out.push(summary.id);
    }
    if (out.length > 0) this.#options.onOut?.(out);
    for (const key of found) {
      if (this.#entries.has(key.id)) continue;
      this.#entries.set(key.id, { found: key, ...(await meet(key, this.#options.policy)), inUse: false });
    }
    this.#tell();
  }

  #tell(): void {
    const now = JSON.stringify(this.list());
    if (now === this.#told) return;
    this.#told = now;
    this.#options.onChange(this.list());
  }

  async #readAgain(entry: Entry, authenticator: Authenticator): Promise<void> {
    try {
      await authenticator.refresh();
      entry.summary = await summaryOf(entry.found, authenticator, this.#options.policy);
      entry.info = authenticator.info;
      this.#tell();
    } catch {
      await this.look(); // unplugged, most likely: the list tells
    }
  }
}

/** The first look at a key. One that cannot be used is listed with the reason, not left out. */
async function meet(found: PluggedKey, policy: Examiner): Promise<Pick<Entry, 'summary' | 'info'>> {
  try {
    const authenticator = await Authenticator.open(await found.open());
    try {
      return { summary: await summaryOf(found, authenticator, policy), info: authenticator.info };
    } finally {
      await authenticator.close();
    }
  } catch (error) {
    return { summary: summaryOfProblem(found, toFailure(error).code), info: undefined };
  }
}
