import { Authenticator } from '../../ctap/authenticator.js';
import { guidedReset, planReset, type ResetPlan } from '../../ctap/client/guided-reset.js';
import { toFailure } from '../../failures/ctap-failure.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import { FailureError } from '../../failures/failure-error.js';
import type { Ceremonies } from './ceremonies.js';
import type { PluggedKey } from './plugged-key.js';
import type { KeyRegistry } from './registry.js';
import { isTokenRefused, type KeyVisits } from './visits.js';

export interface ResetServices {
  readonly registry: KeyRegistry;
  readonly ceremonies: Ceremonies;
  readonly visits: KeyVisits;
}

/** Leads the person at the window through the reset of a key. The visit ends with it: the PIN is gone. */
export async function resetKey(
  { registry, ceremonies, visits }: ResetServices,
  { ceremonyId, keyId }: CheckedInput<'keys.reset'>,
): Promise<Output<'keys.reset'>> {
  const { summary } = await ceremonies.conduct(ceremonyId, keyId, (ceremony) =>
    registry.takeThrough(keyId, async (found, discover) => {
      try {
        const plan = await planOf(found, await discover(), visits.held(keyId), ceremony.signal);
        await guidedReset(plan, {
          discover,
          onStep: (step) => {
            ceremony.resetStep(step);
          },
          mayStartAgain: async (missed) => {
            await ceremony.again(toFailure(missed).code);
            return true;
          },
          signal: ceremony.signal,
        });
      } finally {
        visits.leave(keyId);
      }
    }),
  );
  if (!summary) throw new FailureError({ code: 'key/removed', detail: 'it was reset, and unplugged after that' });
  return { keyId: summary.id };
}

/** A token proves more afterwards, and is not asked for: whoever resets a key has often lost its PIN. */
async function planOf(
  found: PluggedKey,
  present: readonly PluggedKey[],
  token: ReturnType<KeyVisits['held']>,
  signal: AbortSignal,
): Promise<ResetPlan> {
  const authenticator = await Authenticator.open(await found.open());
  try {
    return await planReset(authenticator, found, present, { token, signal });
  } catch (error) {
    if (!token || !isTokenRefused(error)) throw error;
    return await planReset(authenticator, found, present, { signal });
  } finally {
    await authenticator.close();
  }
}
