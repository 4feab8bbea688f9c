import type { Results } from './client.js';
import type { Step } from './steps.js';

/** What a program prints for each step: "ok STEP", or "not ok STEP: why". */
const LINE = /^(?<not>not )?ok (?<step>[a-z-]+)(?:: (?<why>.*))?$/;

/** Reads such a program's report. A step that it says nothing of has failed: nothing counts that was not seen. */
export function parseReport(output: string, steps: readonly Step[]): Results {
  const said = new Map<string, string | undefined>();
  for (const line of output.split(/\r?\n/)) {
    const { not, step, why } = LINE.exec(line)?.groups ?? {};
    if (step !== undefined) said.set(step, not === undefined ? undefined : (why ?? 'no reason is given'));
  }
  return new Map(steps.map((step) => [step, said.has(step) ? said.get(step) : 'it said nothing of this step']));
}
