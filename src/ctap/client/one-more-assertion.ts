import { Permission } from '../commands.js';
import type { CeremonyContext } from './ceremony-context.js';
import { HeldToken } from './held-token.js';
import { onePinEntry } from './one-pin-entry.js';
import { verifyPerson } from './user-verification.js';

/** What an errand has come to, and the verification that the assertion after it need not ask the person for. */
export interface LeavingOneMore<T> {
  readonly value: T;
  /**
   * For `CeremonyContext.session` of one `get`. The caller ends it. Undefined where no PIN was entered: a finger is put on for
   * each touch anyway.
   */
  readonly verified: HeldToken | undefined;
}

/**
 * Runs `work`, and takes a token for one more assertion at `rpId` by the PIN that was entered for it: a key's token loses its
 * permissions with the first touch (CTAP 2.2 §6.5.5.7), the person need not enter the PIN a second time for that.
 * @param work is given the context that it must use
 * @throws what `work` throws, and as `verifyPerson`
 */
export async function leavingOneMore<T>(
  context: CeremonyContext,
  rpId: string,
  work: (context: CeremonyContext) => Promise<T>,
): Promise<LeavingOneMore<T>> {
  const entry = onePinEntry(context.interaction);
  const errand: CeremonyContext = { ...context, interaction: entry.interaction };
  try {
    const value = await work(errand);
    if (!entry.isEntered()) return { value, verified: undefined };
    const { token } = await verifyPerson(errand, { permissions: Permission.GET_ASSERTION, rpId }, true);
    return { value, verified: token && new HeldToken(token, rpId) };
  } finally {
    entry.forget();
  }
}
