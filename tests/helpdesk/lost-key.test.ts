import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GetTokensFromRefreshTokenCommand, GetUserCommand } from '@aws-sdk/client-cognito-identity-provider';

import { temporaryFolder } from '../main/temporary-folder.js';
import { TestKey } from '../pool/test-key.js';
import { HelpdeskPool, keyOf, type Staff, StationUnderTest } from './station.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let pool: HelpdeskPool;
let olga: Staff;
let otto: Staff;
beforeAll(async () => {
  pool = await HelpdeskPool.start();
  olga = await pool.operator('olga');
  otto = await pool.operator('otto');
});
afterAll(() => pool.stop());

async function openStation(folder?: string) {
  const station = new StationUnderTest(pool, folder ?? temporaryFolder());
  await station.helpdesk.signIn('olga', keyOf(olga));
  return station;
}

describe('a lost key', () => {
  it.each(['here', 'on-behalf'] as const)('is replaced, %s', async (way) => {
    const station = await openStation();
    const { helpdesk } = station;
    const zoe = await pool.person();
    const old = await pool.t.signInWithKey(zoe.username, zoe.key);
    const key = keyOf(olga);

    const desk = await helpdesk.begin(await helpdesk.person(zoe.username), 'lost in a taxi');
    await desk.makeSafe({ disable: true, key });
    expect(desk.view()).toMatchObject({ isEnabled: false, isDisabledHere: true });
    await expect(pool.t.signInWithKey(zoe.username, zoe.key)).rejects.toMatchObject({ name: 'NotAuthorizedException' });

    if (way === 'here') {
      const { destination } = await desk.sendCode({ key });
      expect(destination).toContain('@');
      await desk.answerCode(pool.t.lastCode());
    } else {
      await desk.ask('She is abroad, and called from her number', { key });
      await desk.approve({ username: 'otto', key: keyOf(otto) });
    }
    expect(desk.view().session).toMatchObject({ way });

    const [lost, ...others] = await desk.passkeys();
    expect(others).toEqual([]);
    expect(lost?.id).toBe(zoe.key.id);
    const replacement = new TestKey();
    const backup = new TestKey();
    await desk.enrol({ make: station.make(replacement), nickname: 'New key', use: 'replacement' }, { key });
    await desk.enrol({ make: station.make(backup), nickname: 'Spare', use: 'backup' }, { key });
    await desk.deletePasskeys([zoe.key.id], { key });
    expect(desk.view().passkeys?.map(({ id, nickname }) => [id, nickname])).toEqual([
      [replacement.id, 'New key'],
      [backup.id, 'Spare'],
    ]);
    const file = await helpdesk.end(desk.file.id, { key });

    expect(file.endedAt).toBeTypeOf('string');
    await expect(pool.t.signInWithKey(zoe.username, zoe.key)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await pool.t.signInWithKey(zoe.username, replacement);
    await pool.t.signInWithKey(zoe.username, backup);
    const { sdk } = pool.t;
    const ClientId = pool.t.pool.clientId;
    const refused = { name: 'NotAuthorizedException' };
    await expect(sdk.send(new GetUserCommand({ AccessToken: old.accessToken }))).rejects.toMatchObject(refused);
    await expect(
      sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: old.refreshToken })),
    ).rejects.toMatchObject(refused);
    expect(await station.journal.orphans()).toEqual([]);
    expect(station.faults).toEqual([]);
    expect(station.timers).toEqual([]);
    // What is begun comes before what became of it, and everything has an end.
    const changes = station.audit.filter(({ result }) => result === 'begun' || result === 'done');
    for (const { action } of changes.filter(({ result }) => result === 'begun'))
      expect(changes.filter((event) => event.action === action && event.result === 'done').length).toBeGreaterThan(0);
    const opened = station.audit.find(({ action, result }) => action === 'session.open' && result === 'done');
    expect(opened?.approver?.username).toBe(way === 'here' ? undefined : 'otto');
  });
});
