import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { startPool } from '../../../src/pool/pool.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ANAS_KEY } from './kiosk.js';
import { openKioskMain } from './kiosk-main.js';

it('a kiosk that ends has written down who left, and whose tokens were not revoked, before it is over', async () => {
  const folder = temporaryFolder();
  const pool = await startPool();
  onTestFinished(() => pool.close());
  const faults: unknown[] = [];
  const main = await openKioskMain({
    folder,
    pool,
    endpoint: pool.endpoint,
    discover: () => Promise.resolve([]),
    pinOf: () => '',
    log: (error) => faults.push(error),
  });
  const { session } = main.kiosk;
  session.keysChanged([ANAS_KEY]);
  session.use(ANAS_KEY);
  session.asserted(ANAS_KEY, { credentialId: 'ana', userHandle: undefined });
  // None that the pool has given: it refuses to revoke it, for good.
  await session.begin({ username: 'ana', sub: 'sub of ana', refreshToken: 'made up', keyId: ANAS_KEY });
  await main.close();
  const written = readFileSync(join(folder, 'audit', 'audit.jsonl'), 'utf8');
  expect(written.match(/"kiosk\.tap-(in|out)","result":"\w+"/g) ?? written).toHaveLength(3);
  expect(written).toMatch(/not revoked/);
  expect(faults).toMatchObject([{ failure: { code: 'kiosk/not-revoked' } }]);
});
