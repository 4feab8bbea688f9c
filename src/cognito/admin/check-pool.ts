import type { DesiredPool } from '../../shared/desired-pool.js';
import type { Finding } from '../../shared/pool-check.js';
import type { Snapshot } from './pool-state.js';
import { rules } from './rules.js';

/** Holds a pool against how it ought to be: one finding for each line of the checklist, in its order. */
export function checkPool(snapshot: Snapshot, desired: DesiredPool): Finding[] {
  return rules.map(({ id, title, why, console, judge }) => {
    const { state, found, fix, mended } = judge(snapshot, desired);
    return {
      id,
      title,
      state,
      found,
      why,
      ...(fix !== undefined && { fix }),
      console,
      automatic: mended !== undefined,
    };
  });
}
