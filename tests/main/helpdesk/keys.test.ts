import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { AuditEntry } from '../../../src/audit/entry.js';
import { MainUnderTest, newId, PoolOfHelpdesk, type UsbKey } from './station.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let station: PoolOfHelpdesk;
let olga: UsbKey;
beforeAll(async () => {
  station = await PoolOfHelpdesk.start();
  olga = await station.operator('olga');
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => station.stop());

async function auditOf({ folder }: MainUnderTest): Promise<string[]> {
  const lines = (await readFile(join(folder, 'audit', 'audit.jsonl'), 'utf8')).trim().split('\n').slice(1);
  return lines.map((line) => {
    const { action, result } = JSON.parse(line) as AuditEntry; // written by the log itself
    return `${action} ${result}`;
  });
}

describe('a key that was given back', () => {
  it('is erased and prepared for the next person, each confirmed and on record before and after', async () => {
    const former = await station.person('former');
    const main = await MainUnderTest.start(station, [olga, former]);
    await main.signIn('olga', olga);
    const prepare = { minPinLength: 6, alwaysUv: true };
    const used = {
      ...prepare,
      ceremonyId: newId(),
      keyId: main.idOf(former),
      confirm: main.confirmedBy(olga),
    };
    expect(await main.refused('helpdesk.prepareKey', used)).toMatchObject({ code: 'pin/already-set' });

    main.onNeed = (event) => {
      if (event.need.kind === 'unplug') former.key.unplug();
      if (event.need.kind === 'plug') former.key.replug();
      main.enterPin(event);
    };
    const reset = { ceremonyId: newId(), keyId: main.idOf(former), confirm: main.confirmedBy(olga) };
    const { keyId } = await main.ask('helpdesk.resetKey', reset);
    expect(main.services.registry.summary(keyId).details?.pin.state).toBe('unset');

    main.onNeed = (event) => {
      if (event.need.kind === 'new-pin') expect(event.need.minLength).toBe(6);
      main.enterPin(event, event.need.kind === 'new-pin' ? '081500' : undefined);
    };
    const clean = { ...prepare, ceremonyId: newId(), keyId, confirm: main.confirmedBy(olga) };
    expect(await main.ask('helpdesk.prepareKey', clean)).toEqual({
      isPinSet: true,
      mustChangePin: true,
      minPinLength: 6,
      alwaysUv: true,
    });
    expect((await auditOf(main)).slice(1)).toEqual([
      'operator.confirm done',
      'key.prepare begun',
      'key.prepare failed',
      'operator.confirm done',
      'key.reset begun',
      'key.reset done',
      'operator.confirm done',
      'key.prepare begun',
      'key.prepare done',
    ]);
  });

  it('is not the one that the operator confirms with, and is left alone without a touch', async () => {
    const key = station.key();
    const main = await MainUnderTest.start(station, [olga, key]);
    await main.signIn('olga', olga);
    const own = { ceremonyId: newId(), keyId: main.idOf(olga), confirm: main.confirmedBy(olga) };
    expect(await main.refused('helpdesk.resetKey', own)).toMatchObject({ code: 'helpdesk/own-key' });
    main.onNeed = ({ ceremonyId, need }) => {
      if (need.kind === 'pin') setImmediate(() => void main.ask('ceremony.cancel', { ceremonyId }));
    };
    const reset = { ceremonyId: newId(), keyId: main.idOf(key), confirm: main.confirmedBy(olga) };
    expect(await main.refused('helpdesk.resetKey', reset)).toMatchObject({ code: 'cancelled' });
    expect((await auditOf(main)).slice(1)).toEqual(['operator.confirm refused']);
  });
});
