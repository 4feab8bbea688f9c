import { CtapError } from '../errors.js';
import { getAssertion } from '../get-assertion.js';
import { KeepaliveStatus } from '../hid/constants.js';
import type { CeremonyContext } from './ceremony-context.js';
import { onlyU2f } from './u2f.js';

/** Signed is nothing that anybody has asked for. */
const NO_CLIENT_DATA = new Uint8Array(32);

/**
 * The user handle of the only account at a relying party that a key shows to whoever asks: by an assertion without PIN, touch
 * and allow list (CTAP 2.2 §6.2, option up false). It proves nothing. Undefined where the key shows none or several, hides
 * them from people whom it has not verified, wants a touch all the same, or refuses.
 * @throws TransportError, ResponseError
 */
export async function silentHandle(
  { authenticator, signal }: Pick<CeremonyContext, 'authenticator' | 'signal'>,
  rpId: string,
): Promise<Uint8Array | undefined> {
  if (onlyU2f(authenticator)) return undefined;
  const wantsTouch = new AbortController();
  const onKeepalive = (status: number) => {
    if (status === KeepaliveStatus.UPNEEDED) wantsTouch.abort();
  };
  try {
    const { user, numberOfCredentials } = await getAssertion(
      authenticator.ctap,
      { rpId, clientDataHash: NO_CLIENT_DATA, up: false },
      { signal: AbortSignal.any([wantsTouch.signal, ...(signal ? [signal] : [])]), onKeepalive },
    );
    return numberOfCredentials === 1 ? user?.id : undefined;
  } catch (error) {
    if (error instanceof CtapError || error === wantsTouch.signal.reason) return undefined;
    throw error;
  }
}
