import { unwatchFile, watchFile } from 'node:fs';

export interface FileWatchOptions {
  /** How often to look, in ms. */
  readonly pollMs?: number;
  /** How long a file must have stayed as it is, in ms: editors write in several steps. */
  readonly settleMs?: number;
}

const POLL_MS = 1000;
const SETTLE_MS = 300;

/**
 * Calls `onChange` after any of the files was changed, replaced, made or removed. Looks instead of listening: that works on
 * network drives too, and for files that are not there yet.
 * @returns how to stop
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  { pollMs: interval = POLL_MS, settleMs = SETTLE_MS }: FileWatchOptions = {},
): () => void {
  let settling: NodeJS.Timeout | undefined;
  const noticed = () => {
    clearTimeout(settling);
    settling = setTimeout(onChange, settleMs);
  };
  for (const path of paths) watchFile(path, { interval, persistent: false }, noticed);
  return () => {
    clearTimeout(settling);
    for (const path of paths) unwatchFile(path, noticed);
  };
}
