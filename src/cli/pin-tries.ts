import { CtapError } from '../ctap/errors.js';
import type { ClientPin } from '../ctap/pin/client-pin.js';
import { spendsLastTries } from '../shared/last-tries.js';
import { triesLeft } from '../shared/messages.js';
import { problemOf } from './problem.js';
import { cancelled, type Terminal } from './terminal.js';

export interface Tries {
  /** Undefined where the key does not say. */
  readonly retries: number | undefined;
  /** Whether no PIN is taken before the key was unplugged. */
  readonly replugNeeded: boolean;
}

/** How often a wrong PIN may still be entered. Keys that refuse to say are not known to have any tries to spare. */
export async function readTries(clientPin: ClientPin, signal: AbortSignal | undefined): Promise<Tries> {
  try {
    const { retries, powerCycleState } = await clientPin.pinRetries({ signal });
    return { retries, replugNeeded: powerCycleState === true };
  } catch (error) {
    if (error instanceof CtapError) return { retries: undefined, replugNeeded: false };
    throw error;
  }
}

/**
 * Lets a PIN be asked for only when trying it is safe, or the person wants it all the same.
 * @param maySpend whether the yes to spending the last tries has been given beforehand
 * @throws Problem `pin/blocked`, `pin/replug` or `pin/last-tries`, with the tries left
 */
export async function allowTry({ retries, replugNeeded }: Tries, terminal: Terminal, maySpend: boolean): Promise<void> {
  if (retries === 0) throw problemOf({ code: 'pin/blocked', retries });
  if (replugNeeded) throw problemOf({ code: 'pin/replug', ...(retries !== undefined && { retries }) });
  if (retries !== undefined && !spendsLastTries(retries)) return;
  const left =
    retries === undefined ? 'The key does not say how many PIN tries are left.' : `PIN: ${triesLeft(retries)}`;
  if (maySpend) {
    terminal.say(left);
    return;
  }
  if (!terminal.isInteractive) throw problemOf({ code: 'pin/last-tries', ...(retries !== undefined && { retries }) });
  const question = `${left} After the last wrong one the key must be reset, which erases its passkeys.`;
  if (!(await terminal.confirm(question, '--spend-last-tries'))) throw cancelled();
}
