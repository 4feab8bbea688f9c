import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The least that can be called a key: it echoes PING and answers INIT with channel 1. */
export async function runTrivialKey(node: string, signal: AbortSignal): Promise<void> {
  const file = openSync(node, constants.O_RDWR | constants.O_NONBLOCK);
  const report = Buffer.alloc(64);
  try {
    while (!signal.aborted) {
      try {
        readSync(file, report);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await delay(2);
        continue;
      }
      if (report[4] === 0x86) {
        const answer = Buffer.alloc(64);
        report.copy(answer, 0, 0, 7 + 8);
        answer[6] = 17;
        answer.writeUInt32BE(1, 15);
        answer.set([2, 0, 0, 1, 0x0c], 19);
        writeSync(file, answer);
      } else writeSync(file, report);
    }
  } finally {
    closeSync(file);
  }
}
