import type { KeyId } from '../../shared/keys.js';
import type { Failure } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { Ceremony } from './ceremony.svelte.js';

/** Choosing one of several keys by touching it: all of them blink until one is touched. */
export class TouchChoice {
  readonly #bridge: Bridge;
  readonly #ceremony: Ceremony;
  #running: Promise<void> | undefined;
  #failure = $state.raw<Failure>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    this.#ceremony = new Ceremony(bridge);
  }

  /** Whether the keys wait for a touch now. */
  get waiting(): boolean {
    return this.#ceremony.need?.kind === 'touch';
  }

  /** Why no key was chosen: most likely nobody has touched one in time. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Lets the keys blink; `onchosen` is called when one was touched. */
  start(onchosen: (keyId: KeyId) => void): void {
    this.#failure = undefined;
    this.#running = this.#run(onchosen);
  }

  /** Resolves once all keys are idle again. */
  async stop(): Promise<void> {
    await this.#ceremony.cancel();
    await this.#running;
  }

  async #run(onchosen: (keyId: KeyId) => void): Promise<void> {
    const answer = await this.#ceremony.run((ceremonyId) => this.#bridge.request('keys.select', { ceremonyId }));
    if (answer.ok) onchosen(answer.value.keyId);
    else if (answer.error.code !== 'cancelled') this.#failure = answer.error;
  }
}
