import { expect, it } from 'vitest';

import { reportOnPool } from '../../../src/cognito/admin/report-on-pool.js';
import { COGNITO_MESSAGES } from '../../../src/cognito/messages.js';
import { carrier } from './carrier.js';

it('tells that no pool can have the passkey domain of a station, and asks nobody', async () => {
  const label = 'a'.repeat(60);
  const rpId = `${label}.${label}.${label}.com`; // 186 characters; the service takes 127
  const { requestHandler, asked } = carrier(() => ({ refuse: 'InternalErrorException' }));
  const settings = {
    region: 'eu-west-1',
    userPoolId: 'eu-west-1_aaaaaaaaa',
    clientId: 'keydesk',
    rpId,
    requestHandler,
  };
  await expect(reportOnPool(settings)).resolves.toMatchObject({
    isRead: false,
    ...COGNITO_MESSAGES['passkey-relying-party-mismatch'],
  });
  expect(asked).toEqual([]);
});
