import type { Authenticator } from '../../ctap/authenticator.js';
import { selectByTouch } from '../../ctap/client/select-by-touch.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import type { Ceremonies } from './ceremonies.js';
import type { KeyRegistry } from './registry.js';

interface Candidate {
  readonly keyId: KeyId;
  readonly authenticator: Authenticator;
}

/** Asks all keys that can be used at once, and resolves with the one that is touched. */
export function selectKey(
  { registry, ceremonies }: { readonly registry: KeyRegistry; readonly ceremonies: Ceremonies },
  { ceremonyId }: CheckedInput<'keys.select'>,
): Promise<Output<'keys.select'>> {
  return ceremonies.conduct(ceremonyId, undefined, async (ceremony) => {
    const usable = registry.list().filter(({ problem }) => problem === undefined);
    const { keyId } = await withAll(
      registry,
      usable.map(({ id }) => id),
      [],
      (candidates) =>
        selectByTouch(candidates, {
          signal: ceremony.signal,
          onTouchNeeded: () => {
            ceremony.touch();
          },
        }),
    );
    return { keyId };
  });
}

/** Opens one key after the other and runs `work` with all of them; a key that cannot be opened now is left out. */
async function withAll<T>(
  registry: KeyRegistry,
  [keyId, ...others]: readonly KeyId[],
  opened: readonly Candidate[],
  work: (candidates: readonly Candidate[]) => Promise<T>,
): Promise<T> {
  if (keyId === undefined) return work(opened);
  let isOpen = false as boolean; // set by a callback, which narrowing does not see
  try {
    return await registry.use(keyId, (authenticator) => {
      isOpen = true;
      return withAll(registry, others, [...opened, { keyId, authenticator }], work);
    });
  } catch (error) {
    if (isOpen) throw error;
    return withAll(registry, others, opened, work);
  }
}
