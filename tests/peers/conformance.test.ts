import { describe, expect, it } from 'vitest';

import { PROFILE_NAMES } from '../../src/softkey/profile.js';
import { udpClients } from '../../tools/conformance/clients.js';
import { parseReport } from '../../tools/conformance/report.js';
import { conformanceRound } from '../../tools/conformance/round.js';
import { STEP_NAMES } from '../../tools/conformance/steps.js';
import { sum, table } from '../../tools/conformance/table.js';

/** The part of `npm run conformance` that needs no virtual machine. */
describe.each(udpClients(process.cwd()))('$name and the software key', ({ ...client }) => {
  const reason = client.unavailable === undefined ? '' : ` (skipped: ${client.unavailable})`;
  it.skipIf(client.unavailable !== undefined).each(PROFILE_NAMES)(
    `agree on every step that both offer on CTAP %s${reason}`,
    { timeout: 60_000 },
    async (profile) => {
      const { outcomes } = await conformanceRound(client, profile);
      const failed = [...outcomes].filter(([, { kind }]) => kind === 'failed' || kind === 'skipped');
      expect(failed).toEqual([]);
      expect([...outcomes.keys()]).toEqual(STEP_NAMES);
    },
  );
});

describe('the table', () => {
  const client = { name: 'nobody', unavailable: undefined, lacks: () => ({ assert: 'it cannot sign' }) };

  it('counts what was seen: a step that nothing is said of has failed', async () => {
    const run = () => Promise.resolve(parseReport('ok set-pin\nnot ok create: no: room\nok something\n', STEP_NAMES));
    const round = await conformanceRound({ ...client, run }, '2.0');
    expect(round.outcomes.get('set-pin')).toEqual({ kind: 'passed' });
    expect(round.outcomes.get('create')).toEqual({ kind: 'failed', reason: 'no: room' });
    expect(round.outcomes.get('reset')).toEqual({ kind: 'failed', reason: 'it said nothing of this step' });
    expect(round.outcomes.get('assert')).toEqual({ kind: 'not offered', reason: 'it cannot sign' });
    expect(sum([round])).toMatchObject({ passed: 1, failed: 3, skipped: 0 });
    expect(table([round])).toMatch(/^2\.0 +create +FAILED \(\d\)$/m);
    expect(table([round])).toMatch(/^\(\d\) no: room$/m);
  });

  it('counts nothing as passed for a client that cannot be run', async () => {
    const run = () => Promise.reject(new Error('it was run'));
    const round = await conformanceRound({ ...client, unavailable: 'not installed', run }, '2.1');
    expect(sum([round])).toMatchObject({ passed: 0, failed: 0 });
    expect(round.outcomes.get('set-pin')).toEqual({ kind: 'skipped', reason: 'not installed' });
  });
});
