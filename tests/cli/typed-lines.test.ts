import { PassThrough } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { onTypedLine } from '../../src/cli/typed-lines.js';

/** Sends text piece by piece, and tells what came out. */
async function typed(...pieces: string[]) {
  const stdin = new PassThrough();
  const lines: string[] = [];
  let givenUp = 0;
  onTypedLine(
    stdin,
    (line) => lines.push(line),
    () => givenUp++,
  );
  for (const piece of pieces) {
    if (givenUp > 0) break;
    stdin.write(piece);
    await new Promise(setImmediate);
  }
  if (givenUp === 0) {
    stdin.end();
    await new Promise(setImmediate);
  }
  return { lines, givenUp, isPaused: stdin.isPaused() };
}

describe('lines that are typed at a running program', () => {
  it('are told as they come, whatever pieces they come in', async () => {
    expect(await typed('r\nf thu', 'mb\n\n', 'h\r\nn')).toMatchObject({ lines: ['r', 'f thumb', '', 'h', 'n'] });
  });

  it('that are no command in length are passed over up to their end', async () => {
    expect(await typed('a'.repeat(1001), 'b\nr\n')).toMatchObject({ lines: ['r'], givenUp: 0 });
  });

  it('that never end are not read any more: a program that runs for days keeps nothing of them', async () => {
    const endless = Array.from({ length: 20 }, () => 'x'.repeat(1 << 16));
    expect(await typed(...endless)).toEqual({ lines: [], givenUp: 1, isPaused: true });
  });
});
