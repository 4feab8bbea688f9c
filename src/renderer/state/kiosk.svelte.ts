import type { KeyId } from '../../shared/keys.js';
import type { KioskCountdown, KioskEnd } from '../../shared/kiosk.js';
import type { Bridge } from '../api.js';

/** Doing something is told to main no more often, in milliseconds. */
const ACTIVE_MS = 5000;

/** The window's side of a kiosk: main decides when the person's time is over, and gives the next one another window. */
export class Kiosk {
  readonly #bridge: Bridge;
  readonly #now: () => number;
  #leftIn = $state.raw<readonly KeyId[]>();
  #ended = $state.raw<KioskEnd>();
  #countdown = $state.raw<KioskCountdown>();
  #told = -Infinity;

  /** @param now milliseconds, by a clock that nobody can set */
  constructor(bridge: Bridge, now: () => number = () => performance.now()) {
    this.#bridge = bridge;
    this.#now = now;
  }

  /** Keys that were in when the person before was signed out, and do not tap in by themselves; undefined until main has said. */
  get leftIn(): readonly KeyId[] | undefined {
    return this.#leftIn;
  }

  /** Why the person before was signed out. */
  get ended(): KioskEnd | undefined {
    return this.#ended;
  }

  /** What will end the session, and in how many seconds. */
  get countdown(): KioskCountdown | undefined {
    return this.#countdown;
  }

  /** Listens, and asks how to begin; returns how to stop. */
  watch(): () => void {
    const stop = this.#bridge.on('kiosk.countdown', ({ countdown }) => {
      this.#countdown = countdown;
    });
    void this.#load();
    return stop;
  }

  /** These are plugged in now: a key that was out taps in like any other. */
  keysChanged(plugged: readonly KeyId[]): void {
    if (this.#leftIn?.some((keyId) => !plugged.includes(keyId)))
      this.#leftIn = this.#leftIn.filter((keyId) => plugged.includes(keyId));
  }

  /** From now on the key taps in by itself no more, until it was out. */
  leave(keyId: KeyId): void {
    this.#leftIn = [...(this.#leftIn ?? []), keyId];
  }

  /** The person does something. Main is told now and then; at once while it is counting. */
  active(): void {
    if (this.#countdown?.reason !== 'idle' && this.#now() - this.#told < ACTIVE_MS) return;
    this.#told = this.#now();
    void this.#bridge.request('kiosk.active', undefined);
  }

  /** The person goes on, whatever is counted. */
  stay(): void {
    const name = this.#countdown?.reason === 'other-key' ? 'kiosk.stay' : 'kiosk.active';
    void this.#bridge.request(name, undefined);
  }

  /** Main destroys this window. */
  end(): void {
    void this.#bridge.request('kiosk.end', undefined);
  }

  async #load(): Promise<void> {
    const answer = await this.#bridge.request('kiosk.get', undefined);
    this.#leftIn = answer.ok ? answer.value.leftIn : [];
    this.#ended = answer.ok ? answer.value.ended : undefined;
  }
}
