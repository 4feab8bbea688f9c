import { CtapCommand } from './commands.js';
import type { Ctap2 } from './ctap2.js';
import type { CallOptions } from './transport.js';

/** authenticatorSelection (CTAP 2.2 §6.9): resolves once this authenticator, among several, is touched. Since CTAP 2.1. */
export async function selection(ctap: Ctap2, options?: CallOptions): Promise<void> {
  await ctap.send(CtapCommand.SELECTION, undefined, options);
}
