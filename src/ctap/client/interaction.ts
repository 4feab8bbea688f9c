import type { PinComplexity } from '../pin/pin-complexity.js';
import type { PinRules } from '../pin/pin-rules.js';

/** What the person at the key is asked for during a ceremony. The window, the CLI and the tests each provide one. */
export interface Interaction {
  /** The key now waits for a touch. */
  touch(): void;
  /** The key now waits for a finger on its sensor. It may be called again for the same wait. */
  fingerprint(request: FingerprintRequest): void;
  /** The key is at work and needs nothing. */
  wait(): void;
  /**
   * The PIN, as bytes of `encodePin`; they are zeroed once used. Each call asks the person: nothing is tried twice by itself.
   * Rejects when the person gives up, and with the reason when `signal` is aborted.
   */
  pin(request: PinRequest): Promise<Uint8Array>;
  /** A PIN to set on a key that has none, as bytes of `encodePin` by the given rules; they are zeroed once used. */
  newPin(request: NewPinRequest): Promise<Uint8Array>;
  /**
   * The PIN that the key has, and another one to replace it: the key takes the PIN for nothing else until that is done.
   * Both as bytes of `encodePin`, which are zeroed once used. Where this is absent, the errand ends with `pin-change-required`.
   */
  changePin?(request: ChangePinRequest): Promise<PinChange>;
  /** Which account, of several on the key: an index into the list. */
  account(accounts: readonly Account[], signal: AbortSignal | undefined): Promise<number>;
}

export interface FingerprintRequest {
  /** Whether the finger put on just before was not recognised. */
  readonly failed: boolean;
  /** Tries left before the key takes only the PIN; undefined where the key does not say, and while a finger is enrolled. */
  readonly retries: number | undefined;
}

export interface PinRequest {
  /** Whether the PIN entered just before was wrong. */
  readonly wrong: boolean;
  /** Tries left, where they were read: after a wrong PIN. */
  readonly retries: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** By which rules, as the key tells them. */
export interface NewPinRequest extends PinRules, PinComplexity {
  /** Whether the key has refused the one chosen just before, by rules of its own: choosing costs no try. */
  readonly refused: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface ChangePinRequest extends PinRequest, NewPinRequest {}

export interface PinChange {
  readonly current: Uint8Array;
  readonly next: Uint8Array;
}

export interface Account {
  /** The user handle. */
  readonly id: Uint8Array;
  readonly name: string;
  readonly displayName: string;
}
