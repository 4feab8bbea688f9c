import { vi } from 'vitest';

import { PoolUnderTest } from '../pool/people.js';
import { describeUserPool } from './user-pool.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describeUserPool('the local pool', async () => {
  const t = await PoolUnderTest.start();
  let people = 0;
  return {
    client: t.sdk,
    clientId: t.pool.clientId,
    rpId: t.pool.rpId,
    newUser: async () => {
      const username = `person-${++people}`;
      const password = 'Correct-horse-1';
      await t.addUser(username, password);
      return { username, password };
    },
    close: () => t.stop(),
  };
});
