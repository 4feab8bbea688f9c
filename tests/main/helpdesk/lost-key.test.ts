import { readFile, stat } from 'node:fs/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { SimulatedKey } from '../../cli/harness.js';
import { keyIdOf, MainUnderTest, newId, PoolOfHelpdesk } from './station.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let station: PoolOfHelpdesk;
let olga: SimulatedKey;
let otto: SimulatedKey;
beforeAll(async () => {
  station = await PoolOfHelpdesk.start();
  olga = await station.operator('olga');
  otto = await station.operator('otto');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => station.stop());

describe('a lost key', () => {
  it.each(['here', 'on-behalf'] as const)(
    'is replaced by the window, %s, and no token ever leaves main',
    async (way) => {
      const name = `zoe-${way}`;
      const lost = await station.person(name);
      const replacement = await station.key();
      lost.key.unplug();
      replacement.key.unplug();
      const main = await MainUnderTest.start(station, [olga, otto, replacement]);
      await main.signIn('olga', olga);
      expect(await main.ask('helpdesk.find', { searchId: newId(), text: 'zoe' })).toMatchObject({
        people: expect.arrayContaining([expect.objectContaining({ username: name })]) as object[],
      });
      const { sub, keys } = await main.ask('helpdesk.person', { name });
      expect(keys).toEqual([]);
      const plan = await main.ask('helpdesk.plan', { username: sub, disable: true, way });
      expect(plan.steps.map(({ step }) => step)).toContain('disable');

      const { caseId } = await main.ask('helpdesk.begin', { username: sub, reason: 'lost in a taxi' });
      const confirm = () => main.confirmedBy(olga);
      await main.ask('helpdesk.makeSafe', { caseId, confirm: confirm(), disable: true });
      expect(await main.state()).toMatchObject({
        cases: [{ isEnabled: false, isDisabledHere: true, wantsKey: false }],
      });
      if (way === 'here') {
        await main.ask('helpdesk.sendCode', { caseId, confirm: confirm() });
        expect(main.states.at(-1)).toMatchObject({ cases: [{ isCodeAwaited: true }] });
        expect(await main.refused('helpdesk.answerCode', { caseId, code: '00000000' })).toMatchObject({
          code: 'helpdesk/pool',
          detail: expect.stringContaining('pool/wrong-code') as string,
          words: { sentence: expect.any(String) as string },
        });
        await main.ask('helpdesk.answerCode', { caseId, code: station.pool.t.lastCode() });
      } else {
        await main.ask('helpdesk.ask', { caseId, confirm: confirm(), reason: 'She is abroad' });
        expect(main.states.at(-1)).toMatchObject({ cases: [{ request: { reason: 'She is abroad' } }] });
        await main.ask('helpdesk.approve', { caseId, username: 'otto', confirm: main.confirmedBy(otto) });
      }
      expect(main.states.at(-1)).toMatchObject({ cases: [{ session: { way } }] });
      expect((await main.ask('helpdesk.passkeys', { caseId })).map(({ id }) => id)).toEqual([lost.passkey]);

      // One USB port: the operator's key is out before the new one is in.
      const enrolling = main.ask('helpdesk.enrol', {
        caseId,
        confirm: confirm(),
        ceremonyId: newId(),
        nickname: 'New key',
        use: 'replacement',
      });
      await vi.waitFor(() => {
        expect(main.states.at(-1)).toMatchObject({ cases: [{ wantsKey: true }] });
      }, 20_000);
      await main.unplug(olga);
      await main.plug(replacement);
      await main.ask('helpdesk.useKey', { caseId, keyId: keyIdOf(replacement) });
      const { credentialId } = await enrolling;
      await main.plug(olga);
      expect(main.states.at(-1)).toMatchObject({ cases: [{ wantsKey: false, enrolled: [credentialId] }] });

      const gone = { caseId, confirm: confirm(), ids: [lost.passkey], leavesNone: false };
      await main.ask('helpdesk.deletePasskeys', gone);
      expect(main.states.at(-1)?.cases[0]?.passkeys).toMatchObject([{ id: credentialId, nickname: 'New key' }]);
      await main.ask('helpdesk.end', { caseId, confirm: confirm(), staysDisabled: false, leavesUnsettled: false });
      expect(main.states.at(-1)).toMatchObject({ cases: [] });
      expect(await main.ask('helpdesk.cases', undefined)).toEqual([]);

      const receipt = await main.ask('helpdesk.receipt', { caseId });
      expect(receipt.acts.map(({ step }) => step)).toEqual(
        expect.arrayContaining(['sign-out', 'disable', 'session', 'enrol', 'delete', 'close', 'end']),
      );
      const { path } = await main.ask('helpdesk.saveReceipt', { caseId });
      expect(await readFile(path, 'utf8')).toBe('%PDF of the receipt');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await main.ask('helpdesk.printReceipt', { caseId });
      expect(main.printed).toEqual([expect.stringContaining('New key'), expect.stringContaining('New key')]);
      await main.ask('helpdesk.signOut', undefined);
      expect(main.states.at(-1)).toMatchObject({ cases: [] });
      expect(main.states.at(-1)?.operator).toBeUndefined();
      expect(await main.services.journal.orphans()).toEqual([]);
      expect(main.faults).toEqual([]);

      // The operator's, the approver's and the person's.
      const { secrets } = station.tapped;
      expect(secrets.size).toBeGreaterThan(10);
      const everything = main.told.join('\n');
      expect([...secrets].filter((secret) => everything.includes(secret))).toEqual([]);
    },
  );
});
