import { CtapStatus } from '../ctap/status.js';
import { Refusal } from './refusal.js';
import type { TouchRequest, UserPresence } from './user-presence.js';

/** What `waitForTouch` needs to know of the request that waits. */
export interface Waiting {
  readonly signal: AbortSignal;
  readonly onTouchNeeded: (needed: boolean) => void;
}

/**
 * Waits until the user has touched the key.
 * Rejects with a Refusal: OPERATION_DENIED, USER_ACTION_TIMEOUT after `timeoutMs`, KEEPALIVE_CANCEL on abort.
 */
export async function waitForTouch(
  presence: UserPresence,
  request: TouchRequest,
  { signal, onTouchNeeded }: Waiting,
  timeoutMs: number,
): Promise<void> {
  if (signal.aborted) throw new Refusal(CtapStatus.KEEPALIVE_CANCEL);
  // The presence gets a signal of its own, which also ends when time is up.
  const over = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    over.signal.addEventListener('abort', () => {
      reject(new Refusal(signal.aborted ? CtapStatus.KEEPALIVE_CANCEL : CtapStatus.USER_ACTION_TIMEOUT));
    });
  });
  const end = () => {
    over.abort();
  };
  signal.addEventListener('abort', end);
  const timer = setTimeout(end, timeoutMs);
  onTouchNeeded(true);
  try {
    const answer = await Promise.race([presence.touch(request, over.signal), ended]);
    if (answer === 'denied') throw new Refusal(CtapStatus.OPERATION_DENIED);
  } finally {
    onTouchNeeded(false);
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
