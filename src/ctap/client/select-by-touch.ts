import type { Authenticator } from '../authenticator.js';
import { CtapError, TransportError } from '../errors.js';
import { isSince21 } from '../get-info.js';
import { KeepaliveStatus } from '../hid/constants.js';
import { onAbort } from '../on-abort.js';
import { selection, selectionBefore21 } from '../selection.js';
import { CtapStatus } from '../status.js';
import type { CallOptions } from '../transport.js';
import { onlyU2f } from './u2f.js';

export interface SelectionOptions {
  /** Aborting it ends the selection with its reason, and leaves all keys idle. */
  readonly signal?: AbortSignal | undefined;
  /** The keys now wait for a touch. */
  readonly onTouchNeeded?: (() => void) | undefined;
}

/** Why the other keys stop waiting once one was touched. */
const CHOSEN = new Error('Another key was touched');

/**
 * Which of several open keys the person means: the one that they touch (CTAP 2.2 §6.9). All others are cancelled, and
 * idle when this resolves. With one key there is nothing to choose, and no touch. A key that is removed meanwhile, or
 * cannot be asked, drops out; the rest goes on.
 * @throws CtapError or TransportError when none is left to be touched: of the last that dropped out, a status before a
 *   failing cable; the signal's reason when cancelled
 */
export async function selectByTouch<T extends { readonly authenticator: Authenticator }>(
  candidates: readonly T[],
  { signal, onTouchNeeded }: SelectionOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  const [only, ...others] = candidates;
  if (!only) throw new TransportError('device-removed', 'There is no key to choose');
  if (others.length === 0) return only;

  const over = new AbortController();
  const ignore = onAbort(signal, () => {
    over.abort(signal?.reason);
  });
  let chosen: T | undefined;
  let isAsked = false;
  const onKeepalive = (status: number) => {
    if (status === KeepaliveStatus.UPNEEDED && !isAsked) {
      isAsked = true;
      onTouchNeeded?.();
    }
  };
  const waits = candidates.map(async (candidate) => {
    await touched(candidate.authenticator, { signal: over.signal, onKeepalive });
    chosen ??= candidate;
    over.abort(CHOSEN);
  });
  const ends = await Promise.allSettled(waits);
  ignore();
  if (chosen) return chosen;
  signal?.throwIfAborted();
  throw mostTelling(ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : [])));
}

/** Resolves once the key was touched. */
async function touched(authenticator: Authenticator, options: CallOptions): Promise<void> {
  const { ctap, info } = authenticator;
  const u2f = onlyU2f(authenticator);
  if (u2f) return u2f.touched(options);
  if (isSince21(info)) {
    try {
      await selection(ctap, options);
      return;
    } catch (error) {
      if (!(error instanceof CtapError && error.status === CtapStatus.INVALID_COMMAND)) throw error;
    }
  }
  const protocol = info.options.has('clientPin') ? info.pinUvAuthProtocols[0] : undefined;
  await selectionBefore21(ctap, protocol, options);
}

/** What a key said tells more than what became of its cable. */
function mostTelling(errors: readonly unknown[]): unknown {
  return errors.findLast((error) => error instanceof CtapError) ?? errors.at(-1);
}
