import { timingSafeEqual } from 'node:crypto';

import { CtapStatus } from '../../ctap/status.js';
import { refuse } from '../fields.js';
import type { Memory } from '../memory.js';
import { MAX_PIN_RETRIES, MAX_UV_RETRIES } from '../store/key-state.js';

/** Wrong PINs in a row after which the key wants its power cut: software alone cannot burn all tries. */
const MAX_MISMATCHES = 3;

/** Counts wrong PINs (CTAP 2.2 §6.5.5.6). One lives as long as the power. */
export class PinGuard {
  readonly #memory: Memory;
  #mismatches = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Whether no PIN is taken before the next power cycle. */
  get needsPowerCycle(): boolean {
    return this.#mismatches >= MAX_MISMATCHES;
  }

  /** After a reset there is no PIN that somebody could be guessing. */
  forgive(): void {
    this.#mismatches = 0;
  }

  /** Refuses while no PIN may be tried: PIN_NOT_SET, PIN_BLOCKED or PIN_AUTH_BLOCKED. */
  admit(): void {
    const { pin, pinRetries } = this.#memory.state;
    if (!pin) refuse(CtapStatus.PIN_NOT_SET);
    if (pinRetries === 0) refuse(CtapStatus.PIN_BLOCKED);
    if (this.needsPowerCycle) refuse(CtapStatus.PIN_AUTH_BLOCKED);
  }

  /**
   * Compares a PIN's hash with the one that is kept; to be called after `admit`.
   * @param readHash decrypts what was sent; a RangeError counts as a wrong PIN
   * @param onMismatch regenerates the key agreement key
   */
  async check(readHash: () => Uint8Array, onMismatch: () => void): Promise<void> {
    const { pin, pinRetries } = this.#memory.state;
    // The try is spent before the PIN is compared, so that cutting the power in between wins nothing.
    await this.#memory.update({ pinRetries: pinRetries - 1 });
    if (pin && matches(pin.hash, readHash)) {
      this.#mismatches = 0;
      // The PIN unblocks the sensor too (CTAP 2.2 §6.5.3).
      await this.#memory.update({ pinRetries: MAX_PIN_RETRIES, uvRetries: MAX_UV_RETRIES });
      return;
    }
    this.#mismatches++;
    onMismatch();
    if (this.#memory.state.pinRetries === 0) refuse(CtapStatus.PIN_BLOCKED);
    refuse(this.needsPowerCycle ? CtapStatus.PIN_AUTH_BLOCKED : CtapStatus.PIN_INVALID);
  }
}

function matches(kept: Uint8Array, readHash: () => Uint8Array): boolean {
  try {
    const given = readHash();
    return given.length === kept.length && timingSafeEqual(given, kept);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
