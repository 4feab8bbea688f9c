import type { ClientPin } from '../../ctap/pin/client-pin.js';
import { retriesAfter } from '../../ctap/client/token-by-pin.js';
import { encodePin } from '../../ctap/pin/pin.js';
import type { CheckedInput } from '../../shared/ipc.js';
import { FailureError } from '../../failures/failure-error.js';
import { spendsLastTries } from '../../shared/last-tries.js';
import type { KeyRegistry } from './registry.js';

/** Sets the first PIN of a key, by the key's own rules. */
export async function setPin(registry: KeyRegistry, { keyId, pin }: CheckedInput<'keys.setPin'>): Promise<void> {
  await registry.use(keyId, async ({ info, clientPin }) => {
    const bytes = encodePin(pin, info);
    await withPin(clientPin)
      .setPin(bytes)
      .finally(() => bytes.fill(0));
  });
}

/** Changes a PIN. A wrong current one costs a try, which is never spent without a yes when few are left. */
export async function changePin(registry: KeyRegistry, input: CheckedInput<'keys.changePin'>): Promise<void> {
  const retries = registry.summary(input.keyId).details?.pin.retries;
  if (spendsLastTries(retries) && !input.spendLastTries)
    throw new FailureError({ code: 'pin/last-tries', ...known(retries) });
  await registry.use(input.keyId, async ({ info, clientPin }) => {
    const pin = withPin(clientPin);
    const next = encodePin(input.next, info); // refused before the current one is sent
    const current = encodePin(input.current);
    try {
      await pin.changePin(current, next);
    } catch (error) {
      throw new FailureError({ code: 'pin/wrong', retries: await retriesAfter(error, pin) }, { cause: error });
    } finally {
      current.fill(0);
      next.fill(0);
    }
  });
}

function withPin(clientPin: ClientPin | undefined): ClientPin {
  if (!clientPin) throw new FailureError({ code: 'key/unsupported', detail: 'this key has no PIN' });
  return clientPin;
}

function known(retries: number | undefined): { retries?: number } {
  return retries === undefined ? {} : { retries };
}
