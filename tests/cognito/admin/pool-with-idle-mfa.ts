import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { UserPoolTierType } from '@aws-sdk/client-cognito-identity-provider';

import { Settings } from '../../../src/pool/settings.js';
import { nextLine, readLines } from '../../../src/pool/storage/log.js';
import { PoolUnderTest } from '../../pool/people.js';
import { poolWithMistakes } from './pool-with-mistakes.js';

/** What such a pool tells of second factors that nobody is asked for. */
export const REMEMBERED = {
  SmsMfaConfiguration: {
    SmsAuthenticationMessage: 'Your code is {####}',
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/text-messages' },
  },
  SoftwareTokenMfaConfiguration: { Enabled: true },
};

/**
 * The pool with mistakes, with MFA off and second factors still told of, as real pools do. No call brings the local pool
 * to that, so it is written to its state while it is down. Its file is in `folder`, which has none of the kind yet.
 */
export async function poolWithIdleMfa(folder: string, UserPoolTier: UserPoolTierType = 'LITE'): Promise<PoolUnderTest> {
  const statePath = join(folder, 'pool.log');
  const before = await poolWithMistakes({ statePath });
  await before.stop();
  let settings: Settings | undefined;
  const end = readLines(await readFile(statePath), (changes, line) => {
    if (line === 1) return true; // whose file it is
    for (const [kind, record] of changes as [string, unknown][])
      // of a file that was just written
      if (kind === 'settings') settings = Settings.parse(record);
    return true;
  });
  if (!settings) throw new Error('The state holds no settings');
  const { pool, mfa } = settings;
  const changed = {
    ...settings,
    pool: { ...pool, UserPoolTier, LambdaConfig: {} }, // a pool does not start again without its functions
    mfa: { ...REMEMBERED, MfaConfiguration: 'OFF', WebAuthnConfiguration: mfa.WebAuthnConfiguration },
  };
  await appendFile(statePath, nextLine([['settings', changed]], end).line);
  return PoolUnderTest.start({ statePath });
}
