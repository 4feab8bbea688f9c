import type { KeySummary } from '../../shared/keys.js';
import type { Failure } from '../../shared/result.js';
import type { Bridge } from '../api.js';

/** The keys that are plugged in now. */
export class Keys {
  readonly #bridge: Bridge;
  #all = $state.raw<readonly KeySummary[]>([]);
  #loaded = $state(false);
  #failure = $state.raw<Failure>();
  /** How often main has told of a change. */
  #changes = 0;
  readonly #usable = $derived(this.#all.filter((key) => key.problem === undefined && key.details !== undefined));

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  get all(): readonly KeySummary[] {
    return this.#all;
  }

  /** Those that can be asked for something. */
  get usable(): readonly KeySummary[] {
    return this.#usable;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Follows plugging and unplugging; returns how to stop. */
  watch(): () => void {
    const stop = this.#bridge.on('keys.changed', (keys) => {
      this.#changes += 1;
      this.#all = keys;
      this.#loaded = true;
      this.#failure = undefined;
    });
    void this.refresh();
    return stop;
  }

  async refresh(): Promise<void> {
    const changes = this.#changes;
    const answer = await this.#bridge.request('keys.list', undefined);
    this.#loaded = true;
    if (this.#changes !== changes) return; // what was told meanwhile is newer: the answer may be of before
    if (answer.ok) this.#all = answer.value;
    this.#failure = answer.ok ? undefined : answer.error;
  }
}
