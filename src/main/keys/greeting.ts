import { bound } from '../../ctap/client/bound-interaction.js';
import type { CeremonyContext } from '../../ctap/client/ceremony-context.js';
import { silentHandle } from '../../ctap/client/silent-handle.js';
import { toBase64url } from '../../ctap/codec/bytes.js';
import { TransportError } from '../../ctap/errors.js';

export interface Greeting {
  readonly rpId: string;
  /** Told whose key it seems to be: base64url. */
  readonly onHandle: (userHandle: string) => void;
  /** A key that does not answer says nothing of whose it is, which is no failure of anything. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A ceremony in which the key is asked whose it is while its person is asked for the PIN, and types: the prompt waits for
 * nothing, and so does nobody, as the key has nothing else to do meanwhile.
 */
export function greetedMeanwhile(context: CeremonyContext, { rpId, onHandle, onFault }: Greeting): CeremonyContext {
  const { interaction } = context;
  let isGreeted = false;
  const greet = async () => {
    if (isGreeted) return;
    isGreeted = true;
    try {
      const handle = await silentHandle(context, rpId);
      if (handle) onHandle(toBase64url(handle));
    } catch (error) {
      // A cable that fails, or a person who gives up, is met by the ceremony as well, and told there.
      if (!(error instanceof TransportError) && error !== context.signal?.reason) onFault(error);
    }
  };
  return {
    ...context,
    interaction: {
      ...bound(interaction),
      pin: async (request) => {
        const entered = interaction.pin(request);
        const greeted = greet();
        try {
          return await entered;
        } finally {
          await greeted; // what comes next is for the key, and would wait for its answer in any case
        }
      },
    },
  };
}
