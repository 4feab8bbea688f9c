import { CtapStatus } from '../../ctap/status.js';
import { refuse } from '../fields.js';
import { isGood } from '../fingerprint-sensor.js';
import { MAX_UV_RETRIES } from '../store/key-state.js';
import type { CommandContext } from './command.js';

/** How often the sensor asks for a finger by itself, where the platform is not to repeat (CTAP 2.2 §6.5.3.1: 1 to 5). */
export const INTERNAL_ATTEMPTS = 3;

/** Whether the key can tell its people by their fingers. */
export function knowsFingers({ memory }: CommandContext): boolean {
  return memory.state.fingerprints.length > 0;
}

/** Whether people are verified in some way, so that it can be asked of them. */
export function isProtected(context: CommandContext): boolean {
  return context.memory.state.pin !== undefined || knowsFingers(context);
}

/**
 * performBuiltInUv (CTAP 2.2 §6.5.3.1): waits for a finger that is enrolled, `attempts` times at the most.
 * Refuses as `CommandContext.scan` does; a finger that does not come costs no try.
 * @returns whether one was recognised
 */
export async function recognise({ memory, scan }: CommandContext, attempts: number, rpId?: string): Promise<boolean> {
  for (let attempt = 0; attempt < attempts && memory.state.uvRetries > 0; attempt++) {
    const seen = await scan({ rpId });
    // The try is spent before anything is compared, so that cutting the power in between wins nothing.
    await memory.update({ uvRetries: memory.state.uvRetries - 1 });
    if (!isGood(seen) || !memory.state.fingerprints.some(({ finger }) => finger === seen.finger)) continue;
    await memory.update({ uvRetries: MAX_UV_RETRIES });
    return true;
  }
  return false;
}

/** The option `uv` of makeCredential (§6.1.2, step 11.2) and getAssertion (§6.2.2, step 6.2), where no token is given. */
export async function verifyByFinger(context: CommandContext, rpId: string): Promise<void> {
  if (await recognise(context, INTERNAL_ATTEMPTS, rpId)) return;
  refuse(context.memory.state.uvRetries === 0 ? CtapStatus.PIN_BLOCKED : CtapStatus.OPERATION_DENIED);
}
