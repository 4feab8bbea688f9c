import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import type { Practice } from '../../src/main/demo.js';
import { checkConnectedPool } from '../../src/main/pool-check.js';
import { CurrentStation, SettingsFile } from '../../src/main/station.js';
import { PoolReport } from '../../src/shared/pool-check.js';
import { JsonFile } from '../../src/station/json-file.js';
import { PoolUnderTest } from '../pool/people.js';
import { temporaryFolder } from './temporary-folder.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function open(startPractice: () => Promise<Practice> = () => Promise.reject(new Error('No practice'))) {
  return CurrentStation.open({
    file: new JsonFile(join(temporaryFolder(), 'settings.json'), SettingsFile),
    version: '1.2.3',
    mode: 'desk',
    kioskRules: () => undefined,
    policyStatus: () => ({ state: 'none' }),
    localEndpoint: undefined,
    startPractice,
    onPoolChange: () => undefined,
  });
}

/** A station that practises at a pool which takes these credentials or not. */
async function practising(credentials?: Practice['credentials']) {
  const t = await PoolUnderTest.start();
  const { region, userPoolId, clientId, rpId, endpoint, adminKey } = t.pool;
  const station = await open(() =>
    Promise.resolve({
      pool: { region, userPoolId, clientId, rpId, endpoint },
      users: [],
      relyingParty: { id: rpId, origin: 'http://localhost' },
      credentials: credentials ?? adminKey,
      discover: () => [],
      touch: () => undefined,
      plug: () => undefined,
      end: () => t.stop(),
    }),
  );
  await station.practise();
  return station;
}

describe('the check of the connected pool', () => {
  it('reads the practice pool with its own credentials, which the window never sees', async () => {
    const station = await practising();
    const report = PoolReport.parse(await checkConnectedPool(station));
    const findings = report.isRead ? report.findings : [];
    expect(findings.find(({ id }) => id === 'relying-party')).toMatchObject({ state: 'ok', found: 'localhost' });
    expect(findings.filter(({ state }) => state === 'unknown')).toEqual([]);
    expect(JSON.stringify(station.get())).not.toContain('secret');
    await station.end();
  });

  it('says in words why a pool could not be read', async () => {
    const station = await practising({ accessKeyId: 'SOMEBODYELSE', secretAccessKey: 'x' });
    const report = PoolReport.parse(await checkConnectedPool(station));
    expect(report).toMatchObject({
      isRead: false,
      sentence: 'AWS does not accept the credentials of this computer.',
    });
    await station.end();
  });

  it('is refused where no pool is connected', async () => {
    await expect(checkConnectedPool(await open())).rejects.toMatchObject({ failure: { code: 'settings/invalid' } });
  });
});
