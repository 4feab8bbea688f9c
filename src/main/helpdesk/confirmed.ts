import { get } from '../../ctap/client/get.js';
import { onAbort } from '../../ctap/on-abort.js';
import type { Confirmed } from '../../helpdesk/case-desk.js';
import type { CheckedInput } from '../../shared/ipc.js';
import type { Ceremonies } from '../keys/ceremonies.js';
import type { RelyingParty } from '../relying-party.js';

export interface ConfirmationParts {
  readonly ceremonies: Ceremonies;
  /** Throws FailureError `rp/not-allowed` for another than the pool's. */
  readonly relyingParty: (asked: string | undefined) => RelyingParty;
}

type Confirm = CheckedInput<'helpdesk.makeSafe'>['confirm'];

/**
 * Does something that an operator confirms with their own key. The whole of it is one ceremony, which may be cancelled at any
 * time; the key must be there only while it is asked, and may be out afterwards.
 */
export function confirmed<T>(
  { ceremonies, relyingParty }: ConfirmationParts,
  { ceremonyId, keyId }: Confirm,
  act: (call: Confirmed & { readonly signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  return ceremonies.conduct(ceremonyId, undefined, (ceremony, onKey) =>
    act({
      signal: ceremony.signal,
      key: async (asked, signal) => {
        const { origin } = relyingParty(asked.rpId);
        const ignore = onAbort(signal, () => {
          ceremony.cancel(signal?.reason as Error);
        });
        try {
          const response = await onKey(keyId, (work) => get(asked, origin, work));
          ceremony.wait(); // the rest is the pool's
          return response;
        } finally {
          ignore();
        }
      },
    }),
  );
}
