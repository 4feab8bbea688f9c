import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Grant } from '../../../src/pool/state.js';
import { loadState } from '../../../src/pool/storage/load-state.js';
import { EMPTY_LOG, nextLine } from '../../../src/pool/storage/log.js';
import { grantNumber, identity, settings } from './records.js';

let path: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-log-'));
  path = join(folder, 'pool.log');
});
afterAll(() => rm(folder, { recursive: true }));

/** Which sign-ins change with one line: by number, to revoked or not, or away where they are there. */
const batches = fc.array(
  fc.array(fc.record({ number: fc.nat(3), to: fc.constantFrom('kept', 'revoked', 'gone') }), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 5 },
);

interface Log {
  readonly bytes: Buffer;
  /** Where each line ends. */
  readonly ends: readonly number[];
  /** What there is after each line; the first two, header and settings, make an empty pool. */
  readonly states: readonly (readonly Grant[])[];
}

function logOf(changes: readonly (readonly { number: number; to: string }[])[]): Log {
  const grants = new Map<string, Grant>();
  const lines: Buffer[] = [];
  const ends: number[] = [];
  const states: Grant[][] = [];
  let end = EMPTY_LOG;
  const add = (value: unknown) => {
    const next = nextLine(value, end);
    end = next.end;
    lines.push(next.line);
    ends.push(end.length);
    states.push([...grants.values()]);
  };
  add({ format: 'keydesk-pool', version: 3, ...identity });
  add([['settings', settings]]);
  for (const batch of changes)
    add(
      batch.flatMap(({ number, to }) => {
        const grant = grantNumber(number, to === 'revoked');
        if (to === 'gone') return grants.delete(grant.id) ? [['no-grant', grant.id]] : [];
        grants.set(grant.id, grant);
        return [['grant', grant]];
      }),
    );
  return { bytes: Buffer.concat(lines), ends, states };
}

const DAMAGED = { name: 'PoolError', code: 'state-damaged' };

async function load(bytes: Buffer) {
  await writeFile(path, bytes);
  return loadState(path);
}

describe('a log', () => {
  it('cut anywhere is an earlier state, or, cut before there was one, named as damaged', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.double({ min: 0, max: 1, noNaN: true }), async (changes, part) => {
        const { bytes, ends, states } = logOf(changes);
        const cut = Math.floor(part * bytes.length);
        const whole = ends.filter((end) => end <= cut).length;
        if (whole < 2) {
          await expect(load(bytes.subarray(0, cut))).rejects.toMatchObject(DAMAGED);
          return;
        }
        const loaded = await load(bytes.subarray(0, cut));
        expect(loaded?.state.grants).toEqual(states[whole - 1]);
        expect(loaded?.state.settings).toEqual(settings);
        expect(loaded?.log).toMatchObject({ end: { length: ends[whole - 1] }, fileLength: cut });
      }),
      { numRuns: 150 },
    );
  });

  it('with one bit changed is named as damaged; only the end of the last line may pass for a torn one', async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.nat(7),
        async (changes, part, bit) => {
          const { bytes, states } = logOf(changes);
          const index = Math.floor(part * bytes.length);
          bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index);
          if (index < bytes.length - 1) await expect(load(bytes)).rejects.toMatchObject(DAMAGED);
          else expect((await load(bytes))?.state.grants).toEqual(states.at(-2));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('with lines in another order, missing or twice is named as damaged', async () => {
    const { bytes, ends } = logOf([[{ number: 0, to: 'kept' }], [{ number: 1, to: 'kept' }]]);
    const lines = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
    for (const order of [
      [0, 1, 3, 2],
      [0, 1, 3],
      [0, 1, 2, 2, 3],
      [1, 2, 3],
    ])
      await expect(load(Buffer.concat(order.map((index) => lines[index] ?? bytes)))).rejects.toMatchObject(DAMAGED);
  });
});
