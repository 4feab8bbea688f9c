import { AdminGetUserCommand, ListWebAuthnCredentialsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { temporaryFolder } from '../main/temporary-folder.js';
import type { TestKey } from '../pool/test-key.js';
import { type Loss, workOn } from './runbook.js';
import { HelpdeskPool, type Staff, StationUnderTest } from './station.js';

// Each answer is lost in a run of its own, of some fifty calls to a pool.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

let pool: HelpdeskPool;
let olga: Staff;
let otto: Staff;
beforeAll(async () => {
  pool = await HelpdeskPool.start();
  olga = await pool.operator('olga');
  otto = await pool.operator('otto');
});
afterAll(() => pool.stop());

/** A station, and a person whose key is lost. */
async function begin(): Promise<{ station: StationUnderTest; loss: Loss; keys: TestKey[] }> {
  const station = new StationUnderTest(pool, temporaryFolder());
  const keys: TestKey[] = [];
  const onMade = (key: TestKey) => keys.push(key);
  return { station, keys, loss: { olga, otto, person: await pool.person(), onMade, onOpened: () => undefined } };
}

describe('an answer of the pool that never arrives', () => {
  it('whichever it is, leaves nothing done twice and nothing unknown once the operator has gone on', async () => {
    const whole = await begin();
    await workOn(whole.station, whole.loss, () => Promise.resolve(false));
    const { requests } = whole.station;
    expect(requests).toBeGreaterThan(30);
    for (let lost = 1; lost <= requests; lost += 1) {
      const { station, loss, keys } = await begin();
      const { person } = loss;
      station.loseAnswerOf = lost;
      const isOver = async () => (await station.options.cases.open()).length === 0 && station.audit.some(isEnd);
      // The operator sees that it failed, and does it again.
      await workOn(station, loss, isOver).catch(() => workOn(station, loss, isOver));
      const when = `the answer to request ${lost} of ${requests}`;
      const Username = person.username;
      const { Enabled } = await pool.t.sdk.send(
        new AdminGetUserCommand({ UserPoolId: pool.t.pool.userPoolId, Username }),
      );
      expect(Enabled, when).toBe(true);
      await expect(pool.t.signInWithKey(Username, person.key), when).rejects.toThrow();
      const orphans = (await station.journal.orphans()).map(({ credentialId }) => credentialId);
      const replacements = keys.filter(({ id }) => !orphans.includes(id));
      expect(replacements, when).toHaveLength(1);
      for (const key of replacements) {
        const { accessToken: AccessToken } = await pool.t.signInWithKey(Username, key);
        const { Credentials } = await pool.t.sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken }));
        expect(
          Credentials?.map(({ CredentialId }) => CredentialId),
          when,
        ).toEqual([key.id]);
      }
    }
  });
});

const isEnd = ({ action, result }: { action: string; result: string }) => action === 'case.end' && result === 'done';
