import { vi } from 'vitest';

import { PoolUnderTest } from '../pool/people.js';
import { openLivePool } from './live-pool.js';
import { describeUserPool } from './user-pool.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine; a real one is far away.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describeUserPool('the local pool', async () => {
  const t = await PoolUnderTest.start();
  let people = 0;
  return {
    client: t.sdk,
    userPoolId: t.pool.userPoolId,
    clientId: t.pool.clientId,
    rpId: t.pool.rpId,
    newUser: async () => {
      const username = `person-${++people}`;
      const password = 'Correct-horse-1';
      await t.addUser(username, password);
      return { username, password };
    },
    lastCode: (username) => t.mail.findLast((sent) => sent.username === username)?.code ?? '',
    pass: (milliseconds) => {
      t.pass(milliseconds);
    },
    close: () => t.stop(),
  };
});

/** See docs/live-checks.md. */
const live = process.env['KEYDESK_LIVE_POOL'] ?? '';
describeUserPool('the pool of KEYDESK_LIVE_POOL', () => openLivePool(live), {
  notAtAll: live === '' ? 'KEYDESK_LIVE_POOL is not set' : undefined,
  noMail: 'nothing here reads the mail of that pool',
  noClock: 'the clock of that pool cannot be set',
});
