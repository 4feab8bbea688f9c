import { expect, it } from 'vitest';

import { runMatrix, summary } from '../../tools/faults/matrix.js';

/** A prime, so that the cases of the share fall on all faults, reports and operations alike. */
const SHARE = 13;

it(
  'whatever goes wrong at whatever report ends in time, typed, with the key idle and nothing unaccounted for',
  { timeout: 120_000 },
  async () => {
    const tally = await runMatrix(SHARE);
    expect(tally.failures).toEqual([]);
    expect(tally.cases).toBeGreaterThan(200);
    expect(summary(tally)).toContain(
      'hangs 0, crashes 0, untyped 0, orphans 0, extra PIN tries 0, not idle 0, untrue 0',
    );
  },
);
