import { CtapCommand } from './commands.js';
import type { Ctap2 } from './ctap2.js';
import type { CallOptions } from './transport.js';

/**
 * authenticatorReset (CTAP 2.2 §6.6): erases every credential and the PIN after a touch.
 * Over USB it is taken only within 10 s of power-up; later the status is NOT_ALLOWED.
 */
export async function reset(ctap: Ctap2, options?: CallOptions): Promise<void> {
  await ctap.send(CtapCommand.RESET, undefined, options);
}
