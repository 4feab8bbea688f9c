import { onAbort } from '../ctap/on-abort.js';
import { CtapStatus } from '../ctap/status.js';
import type { FingerprintSensor, Scan } from './fingerprint-sensor.js';
import { Refusal } from './refusal.js';
import type { TouchRequest, UserPresence } from './user-presence.js';

/** What a wait needs to know of the request that waits. */
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
  waiting: Waiting,
  timeoutMs: number,
): Promise<void> {
  await waitForUser((signal) => presence.touch(request, signal), waiting, timeoutMs);
}

/** The same for a finger on the sensor. */
export function waitForFinger(
  sensor: FingerprintSensor,
  request: TouchRequest,
  waiting: Waiting,
  timeoutMs: number,
): Promise<Scan> {
  return waitForUser((signal) => sensor.scan(request, signal), waiting, timeoutMs);
}

async function waitForUser<T>(
  act: (signal: AbortSignal) => Promise<T | 'denied'>,
  { signal, onTouchNeeded }: Waiting,
  timeoutMs: number,
): Promise<Exclude<T, 'denied'>> {
  if (signal.aborted) throw new Refusal(CtapStatus.KEEPALIVE_CANCEL);
  onTouchNeeded(true); // at once: the person should see it before the key gets ready to wait
  // The person's part gets a signal of its own, which also ends when time is up.
  const over = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    over.signal.addEventListener('abort', () => {
      reject(new Refusal(signal.aborted ? CtapStatus.KEEPALIVE_CANCEL : CtapStatus.USER_ACTION_TIMEOUT));
    });
  });
  const end = () => {
    over.abort();
  };
  const ignore = onAbort(signal, end); // which may have come with the keepalive, when the power went at it
  const timer = setTimeout(end, timeoutMs);
  try {
    const answer = await Promise.race([act(over.signal), ended]);
    if (answer === 'denied') throw new Refusal(CtapStatus.OPERATION_DENIED);
    return answer as Exclude<T, 'denied'>; // that comparison narrows no type parameter
  } finally {
    onTouchNeeded(false);
    clearTimeout(timer);
    ignore();
  }
}
