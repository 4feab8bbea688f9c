/** Runs `act` on abort — at once if it has already happened, for then no event comes — and returns how to stop waiting for it. */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal?.aborted) {
    act();
    return () => undefined;
  }
  signal?.addEventListener('abort', act, { once: true });
  return () => signal?.removeEventListener('abort', act);
}
