import { candidates, findOnKey } from '../../ctap/client/credential-lists.js';
import { toBase64url } from '../../ctap/codec/bytes.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import { FailureError } from '../../failures/failure-error.js';
import type { KeyRegistry } from './registry.js';

/** Asks in silence: a key that wants a touch or a PIN for this is not asked for either. */
const NOBODY_TO_ASK = {
  touch: () => undefined,
  fingerprint: () => undefined,
  wait: () => undefined,
  pin: () => Promise.reject(new FailureError({ code: 'cancelled' })),
  newPin: () => Promise.reject(new FailureError({ code: 'cancelled' })),
  account: () => Promise.reject(new FailureError({ code: 'cancelled' })),
};

/** Which of the passkeys are on which of the plugged keys. A key that is busy, or will not say, is left out. */
export async function locate(
  registry: KeyRegistry,
  rpId: string,
  { credentialIds }: CheckedInput<'keys.locate'>,
  onFault: (error: unknown) => void,
): Promise<Output<'keys.locate'>> {
  const located: Output<'keys.locate'> = [];
  for (const { id: keyId, problem } of registry.list()) {
    if (problem) continue;
    try {
      const found = await registry.use(keyId, (authenticator) => {
        const list = candidates(
          credentialIds.map((id) => ({ id, type: 'public-key' })),
          authenticator.info,
        );
        return findOnKey({ authenticator, interaction: NOBODY_TO_ASK }, rpId, list, { stopAtFirst: false });
      });
      located.push({ keyId, credentialIds: found.map(({ id }) => toBase64url(id)) });
    } catch (error) {
      onFault(error); // one key that does not answer must not hide the others
    }
  }
  return located;
}
