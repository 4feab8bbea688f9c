import { CtapStatus } from '../../ctap/status.js';
import { refuse } from '../fields.js';
import type { Command } from './command.js';

/** How long after power-up a key may be reset (CTAP 2.2 §6.6). */
const RESET_WINDOW_MS = 10_000;

/** authenticatorReset (CTAP 2.2 §6.6): everything that relying parties or the user put on the key is gone. */
export const reset: Command = async ({ memory, power, now, touch }) => {
  // A program alone cannot destroy credentials: somebody has plugged the key in just now …
  if (now() - power.startedAt > RESET_WINDOW_MS) refuse(CtapStatus.NOT_ALLOWED);
  // … and touches it.
  await touch();
  await memory.erase();
  power.forget();
  return undefined;
};
