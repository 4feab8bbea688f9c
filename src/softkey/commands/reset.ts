import { CtapStatus } from '../../ctap/status.js';
import { refuse } from '../fields.js';
import type { Command } from './command.js';

/** A long touch, where one was ordered (CTAP 2.3 §6.11.4). */
const LONG_TOUCH_MS = 5000;

/** authenticatorReset (CTAP 2.3 §6.6): everything that relying parties or the user put on the key is gone. */
export const reset: Command = async ({ memory, power, profile, now, touch }) => {
  // This key knows one cable only, and may have been made so that it takes no reset over it …
  if (!profile.transportsForReset.includes('usb')) refuse(CtapStatus.OPERATION_DENIED);
  // … a program alone cannot destroy credentials: somebody has plugged the key in just now …
  if (now() - power.startedAt > profile.resetWindowMs) refuse(CtapStatus.NOT_ALLOWED);
  // … and touches it.
  await touch(undefined, memory.state.config.longTouchForReset ? LONG_TOUCH_MS : undefined);
  await memory.erase();
  power.forget();
  return undefined;
};
