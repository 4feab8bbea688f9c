import type { PoolSettings, Station as StationFacts } from '../../shared/station.js';
import type { PolicyStatus } from '../../shared/passport.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';

/** The station as main keeps it: which pool, and whether this is practice. */
export class Station {
  readonly #bridge: Bridge;
  #facts = $state.raw<StationFacts>();
  /** The policy as main told it last, which no answer is newer than: each change is told. */
  #policy: PolicyStatus | undefined;
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

  /** Follows the policy, which may change while the window is open. Returns how to stop. */
  watch(onChange: (policy: PolicyStatus) => void): () => void {
    return this.#bridge.on('station.policy', (policy) => {
      this.#policy = policy;
      if (!this.#facts) return;
      this.#facts = { ...this.#facts, policy };
      onChange(policy);
    });
  }

  async load(): Promise<void> {
    this.#failure = undefined;
    const answer = await this.#bridge.request('station.get', undefined);
    if (answer.ok) this.#facts = { ...answer.value, ...(this.#policy && { policy: this.#policy }) };
    else this.#failure = answer.error;
  }

  /** Resolves only when main refuses: otherwise main loads the window anew, with the policy of the other pool. */
  connect(settings: PoolSettings): Promise<Failure> {
    return this.#change(this.#bridge.request('pool.connect', settings));
  }

  practise(): Promise<Failure> {
    return this.#change(this.#bridge.request('pool.practise', undefined));
  }

  disconnect(): Promise<Failure> {
    return this.#change(this.#bridge.request('pool.disconnect', undefined));
  }

  async #change(asked: Promise<Result<StationFacts>>): Promise<Failure> {
    const answer = await asked;
    // Nothing is shown of the other pool in the page that is about to go: what is typed there would be lost.
    return answer.ok ? new Promise(() => undefined) : answer.error;
  }
}
