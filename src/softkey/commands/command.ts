import type { CborMap } from '../../ctap/codec/cbor.js';
import type { CtapCommand } from '../../ctap/commands.js';
import type { Fields } from '../fields.js';
import type { Scan } from '../fingerprint-sensor.js';
import type { Memory } from '../memory.js';
import type { PowerCycle } from '../power-cycle.js';
import type { Profile } from '../profile.js';

/** All that a command may use. */
export interface CommandContext {
  readonly command: CtapCommand;
  readonly profile: Profile;
  readonly memory: Memory;
  /** What is forgotten without power. */
  readonly power: PowerCycle;
  /** Credentials that there is room for. */
  readonly capacity: number;
  /** Aborted when the platform cancels, or nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /**
   * Waits for the user. Ends with OPERATION_DENIED, USER_ACTION_TIMEOUT, or KEEPALIVE_CANCEL after a cancel.
   * @param heldMs how long the touch must last, in milliseconds; by default a tap does
   */
  readonly touch: (rpId?: string, heldMs?: number) => Promise<void>;
  /** Waits for a finger on the sensor, in the same way; `timeoutMs` where the platform says how long. */
  readonly scan: (options?: {
    readonly rpId?: string | undefined;
    readonly timeoutMs?: number | undefined;
  }) => Promise<Scan>;
}

/** One CTAP command: parameters in, the map of the answer out (undefined where there is none). Throws a Refusal. */
export type Command = (context: CommandContext, params: Fields) => CborMap | undefined | Promise<CborMap | undefined>;
