import type { CborMap } from '../ctap/codec/cbor.js';
import { CtapStatus } from '../ctap/status.js';
import { refuse } from './fields.js';

/** The commands and subcommands that go through a list, one answer after the other. */
export type WalkKind = 'assertions' | 'rps' | 'credentials';

/** How long a walk waits for its next step (CTAP 2.2 §6). */
const STEP_MS = 30_000;

/** A list that a begin command opened and next commands go through. There is one at most (CTAP 2.2 §6, stateful commands). */
export class Walk {
  readonly #now: () => number;
  #open: { kind: WalkKind; rest: (() => CborMap | Promise<CborMap>)[]; lastStepAt: number } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Opens a list with the answers that follow the first one. */
  begin(kind: WalkKind, rest: readonly (() => CborMap | Promise<CborMap>)[]): void {
    this.#open = { kind, rest: [...rest], lastStepAt: this.#now() };
  }

  /** The next answer of that list: NOT_ALLOWED when none is open, it has ended, or 30 s have passed. */
  next(kind: WalkKind): CborMap | Promise<CborMap> {
    const open = this.#open;
    if (open?.kind !== kind || this.#now() - open.lastStepAt > STEP_MS) {
      this.end();
      return refuse(CtapStatus.NOT_ALLOWED);
    }
    open.lastStepAt = this.#now();
    const answer = open.rest.shift();
    return answer ? answer() : refuse(CtapStatus.NOT_ALLOWED);
  }

  end(): void {
    this.#open = undefined;
  }
}
