import type { PoolReport } from '../../shared/pool-check.js';
import type { Bridge } from '../api.js';
import { explain, type Problem } from '../messages.js';

type Findings = Extract<PoolReport, { isRead: true }>['findings'];

/** How the connected pool is set up, as an administrator of this computer may see it. */
export class PoolCheck {
  readonly #bridge: Bridge;
  #findings = $state.raw<Findings>();
  #problem = $state.raw<Problem>();
  #isReading = $state(false);

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Undefined until the pool was read. */
  get findings(): Findings | undefined {
    return this.#findings;
  }

  /** Why it could not be read. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  async read(): Promise<void> {
    this.#isReading = true;
    this.#problem = undefined;
    const answer = await this.#bridge.request('pool.check', undefined);
    this.#isReading = false;
    if (!answer.ok) this.#problem = explain(answer.error);
    else if (answer.value.isRead) this.#findings = answer.value.findings;
    else this.#problem = answer.value;
  }
}
