import { CtapError, isOneOf, isStatus } from '../errors.js';
import type { ClientPin } from '../pin/client-pin.js';
import type { PinUvAuthToken, TokenPurpose } from '../pin/token.js';
import { CtapStatus } from '../status.js';
import type { CeremonyContext } from './ceremony-context.js';

/** After these the person may still enter the PIN: the finger is not taken, or not for this purpose. */
const NOT_BY_FINGER = [CtapStatus.UV_BLOCKED, CtapStatus.UNAUTHORIZED_PERMISSION, CtapStatus.NOT_ALLOWED];

/**
 * Asks for a finger as often as the key wants platforms to, telling the tries that are left.
 * @returns why the PIN is next, where no token was given
 */
export async function tokenByFinger(
  { authenticator, interaction, signal }: CeremonyContext,
  clientPin: ClientPin,
  purpose: TokenPurpose,
): Promise<PinUvAuthToken | 'uv-blocked' | 'uv-failed'> {
  // Keys that say nothing repeat by themselves (CTAP 2.2 §6.5.5.7.3, step 6).
  const attempts = authenticator.info.preferredPlatformUvAttempts ?? 1;
  let retries = await uvRetries(clientPin, signal);
  for (let attempt = 0; attempt < attempts && retries !== 0; attempt++) {
    interaction.fingerprint({ failed: attempt > 0, retries });
    try {
      return await clientPin.tokenUsingUv(purpose, { signal });
    } catch (error) {
      if (isOneOf(error, NOT_BY_FINGER)) return 'uv-blocked';
      if (!isStatus(error, CtapStatus.UV_INVALID)) throw error;
      retries = await uvRetries(clientPin, signal);
    } finally {
      interaction.wait();
    }
  }
  return retries === 0 ? 'uv-blocked' : 'uv-failed';
}

/** Undefined where the key does not say. */
async function uvRetries(clientPin: ClientPin, signal: AbortSignal | undefined): Promise<number | undefined> {
  try {
    return await clientPin.uvRetries({ signal });
  } catch (error) {
    if (error instanceof CtapError) return undefined;
    throw error;
  }
}
