import { Authenticator } from '../../ctap/authenticator.js';
import { toFailure } from '../../failures/ctap-failure.js';
import type { KeySummary } from '../../shared/ipc.js';
import { FailureError } from '../failure-error.js';
import type { PluggedKey } from './plugged-key.js';
import { summaryOf, summaryOfProblem } from './summary.js';

/** Often enough that plugging in feels immediate; listing HID devices costs a few milliseconds. */
const POLL_MS = 500;

interface Entry {
  readonly found: PluggedKey;
  summary: KeySummary;
  /** Set while somebody works with the key. */
  inUse: boolean;
}

export interface RegistryOptions {
  /** Everything that is plugged in right now. */
  readonly discover: () => Promise<readonly PluggedKey[]>;
  readonly onChange: (keys: KeySummary[]) => void;
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

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Looks now, and from now on. */
  async start(): Promise<void> {
    await this.look();
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.start(), POLL_MS);
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

  /** Looks for keys once; several callers share one look. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
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

  #entry(keyId: string): Entry {
    const entry = this.#entries.get(keyId);
    if (!entry) throw new FailureError({ code: 'key/removed', detail: keyId });
    return entry;
  }

  async #look(): Promise<void> {
    let found: readonly PluggedKey[];
    try {
      found = await this.#options.discover();
      this.#isFaulty = false;
    } catch (error) {
      if (!this.#isFaulty) this.#options.onFault(error);
      this.#isFaulty = true;
      return;
    }
    const before = JSON.stringify(this.list());
    const present = new Map(found.map((key) => [key.id, key]));
    for (const [id, { found: known, inUse }] of this.#entries) {
      const now = present.get(id);
      // A simulator that is at work may answer late: that is no unplugging.
      if (!now && inUse && known.connection === 'simulator') continue;
      // The system may give one key's name to the next: another serial or product is another key.
      if (!now || now.serial !== known.serial || now.product !== known.product) this.#entries.delete(id);
    }
    for (const key of found) {
      if (this.#entries.has(key.id)) continue;
      this.#entries.set(key.id, { found: key, summary: await meet(key), inUse: false });
    }
    if (JSON.stringify(this.list()) !== before) this.#options.onChange(this.list());
  }

  async #readAgain(entry: Entry, authenticator: Authenticator): Promise<void> {
    const before = JSON.stringify(entry.summary);
    try {
      await authenticator.refresh();
      entry.summary = await summaryOf(entry.found, authenticator);
      if (JSON.stringify(entry.summary) !== before) this.#options.onChange(this.list());
    } catch {
      await this.look(); // unplugged, most likely: the list tells
    }
  }
}

/** The first look at a key. One that cannot be used is listed with the reason, not left out. */
async function meet(found: PluggedKey): Promise<KeySummary> {
  try {
    const authenticator = await Authenticator.open(await found.open());
    try {
      return await summaryOf(found, authenticator);
    } finally {
      await authenticator.close();
    }
  } catch (error) {
    return summaryOfProblem(found, toFailure(error).code);
  }
}
