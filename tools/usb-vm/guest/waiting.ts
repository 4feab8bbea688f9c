import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits for something of the kernel's that sends no event; `what` is named when it does not come about. */
export async function until(what: string, isSo: () => boolean, timeoutMs = 30_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await delay(POLL_MS);
  }
}

/** What `awaited` comes to, or an error when that takes longer than `timeoutMs`; `what` says what was waited for. */
export async function within<T>(timeoutMs: number, what: string, awaited: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`waited ${timeoutMs / 1000} s for ${what}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([awaited, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
