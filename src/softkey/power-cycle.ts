import type { Memory } from './memory.js';
import { AuthTokens } from './pin/auth-tokens.js';
import { KeyAgreements } from './pin/key-agreements.js';
import { PinGuard } from './pin/pin-guard.js';
import type { Profile } from './profile.js';
import { Walk } from './walk.js';

/** A fingerprint on its way to become a template. */
export interface Enrolment {
  readonly id: Uint8Array;
  /** Undefined until the first good sample. */
  readonly finger: string | undefined;
  readonly remaining: number;
}

/** What a key knows from plug-in to pull-out. A power cycle throws it away and makes a new one. */
export class PowerCycle {
  readonly startedAt: number;
  readonly tokens: AuthTokens;
  readonly keyAgreements = new KeyAgreements();
  readonly pinGuard: PinGuard;
  readonly walk: Walk;
  /** A large-blob array that comes in fragments; undefined between two of them (CTAP 2.2 §6.10.2). */
  largeBlobWrite: { readonly expectedLength: number; readonly received: Uint8Array } | undefined;
  /** The fingerprint that is being enrolled. */
  enrolment: Enrolment | undefined;

  constructor(profile: Profile, memory: Memory, now: () => number) {
    this.startedAt = now();
    this.tokens = new AuthTokens({ permissions: profile.pinUvAuthToken, oneUse: profile.oneUseTokens, now });
    this.pinGuard = new PinGuard(memory);
    this.walk = new Walk(now);
  }

  /** After a reset: whatever was agreed or handed out before means nothing. */
  forget(): void {
    this.tokens.reset();
    this.keyAgreements.clear();
    this.pinGuard.forgive();
    this.walk.end();
    this.largeBlobWrite = undefined;
    this.enrolment = undefined;
  }
}
