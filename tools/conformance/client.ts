import type { Ctap2ProfileName, ProfileOptions } from '../../src/softkey/profile.js';
import type { Lacks, Step } from './steps.js';

/** A fresh software key on UDP: without PIN and credentials, and somebody touches it. */
export interface Target {
  /** HOST:PORT, an IPv4 address of this machine. */
  readonly address: string;
  readonly profile: Ctap2ProfileName;
}

/** How a step ended: undefined when what it did was there when it was read again, else what was wrong. */
export type Results = ReadonlyMap<Step, string | undefined>;

/** Somebody's client of security keys. */
export interface Client {
  readonly name: string;
  /** What it needs of the software key besides its generation. */
  readonly key?: (profile: Ctap2ProfileName) => ProfileOptions;
  /** Why it cannot be run on this machine. */
  readonly unavailable: string | undefined;
  /** What it does not offer, on keys of any generation or of one. */
  lacks(profile: Ctap2ProfileName): Lacks;
  /** Does the steps in order, all of them, whatever becomes of those before. */
  run(target: Target, steps: readonly Step[]): Promise<Results>;
}
