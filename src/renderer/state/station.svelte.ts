import type { PoolSettings, Station as StationFacts } from '../../shared/ipc.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';

/** The station as main keeps it: which pool, and whether this is practice. */
export class Station {
  readonly #bridge: Bridge;
  #facts = $state.raw<StationFacts>();
  #failure = $state.raw<Failure>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Undefined until main has answered. */
  get facts(): StationFacts | undefined {
    return this.#facts;
  }

  /** Why main could not say. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  async load(): Promise<void> {
    this.#failure = undefined;
    const answer = await this.#bridge.request('station.get', undefined);
    if (answer.ok) this.#facts = answer.value;
    else this.#failure = answer.error;
  }

  /** Main keeps the settings and loads the window anew; where it does not, the answer shows the pool. */
  connect(settings: PoolSettings): Promise<Failure | undefined> {
    return this.#change(this.#bridge.request('pool.connect', settings));
  }

  practise(): Promise<Failure | undefined> {
    return this.#change(this.#bridge.request('pool.practise', undefined));
  }

  disconnect(): Promise<Failure | undefined> {
    return this.#change(this.#bridge.request('pool.disconnect', undefined));
  }

  async #change(asked: Promise<Result<StationFacts>>): Promise<Failure | undefined> {
    const answer = await asked;
    if (!answer.ok) return answer.error;
    this.#facts = answer.value;
    return undefined;
  }
}
