import type { ElectronApplication, Page } from '@playwright/test';

/** Which of the texts are anywhere in the heap of a page: in strings of its scripts, in fields, in what was fetched. */
export async function findInHeap(window: Page, texts: readonly string[]): Promise<string[]> {
  const devTools = await window.context().newCDPSession(window);
  try {
    let snapshot = '';
    devTools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
      snapshot += chunk;
    });
    // Not with `collectGarbage` before: what is garbage is still there for whoever can read memory.
    await devTools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    return texts.filter((text) => snapshot.includes(text));
  } finally {
    await devTools.detach();
  }
}

/** Of main, in bytes, without garbage. */
export function heapUsed(app: ElectronApplication): Promise<number> {
  return app.evaluate(() => {
    process.getBuiltinModule('v8').setFlagsFromString('--expose-gc');
    const collect = process.getBuiltinModule('vm').runInNewContext('gc') as () => void;
    collect();
    return process.memoryUsage().heapUsed;
  });
}
