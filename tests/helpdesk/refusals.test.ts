import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { CognitoError } from '../../src/cognito/errors.js';
import { FailureError } from '../../src/failures/failure-error.js';
import { CaseFiles } from '../../src/helpdesk/case-files.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { TestKey } from '../pool/test-key.js';
import { HelpdeskPool, keyOf, type Staff, StationUnderTest } from './station.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let pool: HelpdeskPool;
let olga: Staff;
let otto: Staff;
/** Has a passkey, and is not in the group. */
let pia: Staff;
beforeAll(async () => {
  pool = await HelpdeskPool.start();
  olga = await pool.operator('olga');
  otto = await pool.operator('otto');
  pia = await pool.person('pia');
});
afterAll(() => pool.stop());

const failing = (code: string) =>
  expect.objectContaining({ failure: expect.objectContaining({ code }) as object }) as object;

async function openStation(folder = temporaryFolder()) {
  const station = new StationUnderTest(pool, folder);
  await station.helpdesk.signIn('olga', keyOf(olga));
  return station;
}

async function openCase(station: StationUnderTest, person?: Staff) {
  const { username } = person ?? (await pool.person());
  return station.helpdesk.begin(await station.helpdesk.person(username), 'lost');
}

const key = () => keyOf(olga);
const count = (operation: string) => pool.t.pool.requests.get(operation) ?? 0;

describe('an operator', () => {
  it('without the group can do nothing', async () => {
    const station = new StationUnderTest(pool, temporaryFolder());
    await expect(station.helpdesk.signIn('pia', keyOf(pia))).rejects.toEqual(failing('helpdesk/not-an-operator'));
    expect(station.helpdesk.state().operator).toBeUndefined();
    await expect(station.helpdesk.find({ text: 'p' })).rejects.toEqual(failing('helpdesk/no-operator'));
    await expect(station.helpdesk.person('pia')).rejects.toEqual(failing('helpdesk/no-operator'));
    await expect(station.helpdesk.resume(crypto.randomUUID())).rejects.toEqual(failing('helpdesk/no-operator'));
    expect(station.audit).toMatchObject([{ action: 'operator.sign-in', result: 'refused' }]);
  });

  it('who is taken out of the group in the middle changes nothing more', async () => {
    const paula = await pool.operator();
    const station = new StationUnderTest(pool, temporaryFolder());
    await station.helpdesk.signIn(paula.username, keyOf(paula));
    const desk = await openCase(station);
    const { userPoolId: UserPoolId } = pool.t.pool;
    await pool.t.sdk.send(
      new AdminRemoveUserFromGroupCommand({ UserPoolId, Username: paula.username, GroupName: 'helpdesk' }),
    );
    const before = count('AdminUserGlobalSignOut');
    const refused = failing('helpdesk/not-an-operator');
    await expect(desk.makeSafe({ disable: true, key: keyOf(paula) })).rejects.toEqual(refused);
    await expect(station.helpdesk.end(desk.file.id, { key: keyOf(paula) })).rejects.toEqual(refused);
    expect(count('AdminUserGlobalSignOut')).toBe(before);
    expect(station.audit.at(-1)).toMatchObject({ action: 'operator.confirm', result: 'refused' });
  });

  it('without the group, and so without its credentials, is refused by the pool as well', async () => {
    const zoe = await pool.person();
    const { region, endpoint, userPoolId: UserPoolId, helpdesk } = pool.t.pool;
    // With nothing but an account of their own: no signature, or one that nobody has given them.
    const credentials = { accessKeyId: 'pia', secretAccessKey: 'pia' };
    const sdk = new CognitoIdentityProviderClient({ region, endpoint, credentials });
    const Username = zoe.username;
    for (const command of [AdminUserGlobalSignOutCommand, AdminDisableUserCommand])
      await expect(sdk.send(new command({ UserPoolId, Username }))).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
      });
    // And the helpdesk's app client opens nothing without a permission that its key has signed.
    const clientId = helpdesk?.clientId ?? '';
    const asked = await pool.t.initiate(Username, {}, 'CUSTOM_AUTH', clientId);
    const ANSWER = `olga.${Buffer.alloc(32).toString('base64url')}`;
    await expect(pool.t.answer(asked, Username, { ANSWER }, clientId)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
    await pool.t.signInWithKey(Username, zoe.key); // nothing has happened to her
  });

  it('signs in with a passkey only', async () => {
    await pool.t.addUser('nora');
    const station = new StationUnderTest(pool, temporaryFolder());
    const signedIn = station.helpdesk.signIn('nora', keyOf(olga));
    await expect(signedIn).rejects.toEqual(failing('helpdesk/operator-without-passkey'));
  });

  it('finds no case of another pool, such as one that was practised with', async () => {
    const folder = temporaryFolder();
    const station = await openStation(folder);
    const { file } = await openCase(station);
    const elsewhere = { ...file, id: crypto.randomUUID(), userPoolId: 'local_another' };
    await new CaseFiles(folder).create(elsewhere);
    expect(await station.helpdesk.cases()).toMatchObject([{ id: file.id }]);
    await expect(station.helpdesk.resume(elsewhere.id)).rejects.toEqual(failing('helpdesk/no-case'));
  });

  it('who cancels is on record as one who said no, a pool that was not reached as a failure', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    const cancelled = new DOMException('cancelled', 'AbortError');
    await expect(desk.makeSafe({ disable: false, key: () => Promise.reject(cancelled) })).rejects.toBe(cancelled);
    expect(station.audit.at(-1)).toMatchObject({ action: 'operator.confirm', result: 'refused' });
    const away = new CognitoError('network');
    await expect(desk.makeSafe({ disable: false, key: () => Promise.reject(away) })).rejects.toBe(away);
    expect(station.audit.at(-1)).toMatchObject({ action: 'operator.confirm', result: 'failed' });
  });

  it('confirms each change with their own key, and nobody else’s', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    const before = count('AdminUserGlobalSignOut');
    await expect(desk.makeSafe({ disable: true, key: keyOf(otto) })).rejects.toMatchObject({ code: 'not-authorized' });
    await expect(
      desk.makeSafe({ disable: true, key: () => Promise.reject(new FailureError({ code: 'key/not-touched' })) }),
    ).rejects.toEqual(failing('key/not-touched'));
    expect(count('AdminUserGlobalSignOut')).toBe(before);
    expect(desk.file.entries).toEqual([]);
    const touches: number[] = [];
    await desk.makeSafe({
      disable: true,
      key: (options) => {
        touches.push(1);
        return Promise.resolve(olga.key.get(options));
      },
    });
    expect(touches).toHaveLength(1);
  });

  it('leaves no token behind', async () => {
    const before = count('RevokeToken');
    await openStation();
    expect(count('RevokeToken')).toBe(before + 1);
  });

  it.each([
    ['differs', 6 * 60_000],
    ['differs', -6 * 60_000],
  ])('is told when the clock %s (%i ms)', async (_, offset) => {
    const station = new StationUnderTest(pool, temporaryFolder());
    station.clockOffsetMs = offset;
    await expect(station.helpdesk.signIn('olga', key())).rejects.toEqual(failing('helpdesk/clock-differs'));
  });

  it('works with a clock that is a little wrong all the time', async () => {
    const station = new StationUnderTest(pool, temporaryFolder());
    station.clockOffsetMs = -4 * 60_000;
    await station.helpdesk.signIn('olga', key());
    const desk = await openCase(station);
    await desk.makeSafe({ disable: false, key: key() });
  });

  it('is stopped by a clock that was set back meanwhile', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    station.clockOffsetMs = -3_600_000;
    await expect(desk.makeSafe({ disable: false, key: key() })).rejects.toEqual(failing('helpdesk/clock-changed'));
    expect(desk.file.entries).toEqual([]);
  });
});

describe('a case', () => {
  it('that is left does nothing more of what still waits', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    const [left, after] = [desk.leave(), desk.makeSafe({ disable: true, key: key() })];
    await left;
    await expect(after).rejects.toEqual(failing('helpdesk/no-case'));
    await expect(desk.leave()).resolves.toBeUndefined();
    expect(station.audit.map(({ action }) => action)).not.toContain('person.sign-out');
  });

  it('that is over does nothing more of what still waits', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    const [ended, after] = [desk.end({ key: key() }), desk.makeSafe({ disable: true, key: key() })];
    await ended;
    await expect(after).rejects.toEqual(failing('helpdesk/no-case'));
    expect(desk.file.entries.map(({ step }) => step)).toEqual(['end']);
  });
});

describe('a session on behalf of somebody', () => {
  it('needs a reason that can be read', async () => {
    const desk = await openCase(await openStation());
    await expect(desk.ask(' \u202e\u0007 ', { key: key() })).rejects.toEqual(failing('helpdesk/reason-needed'));
  });

  it('is not approved by the one who asks, nor by somebody without the group', async () => {
    const desk = await openCase(await openStation());
    await desk.ask('abroad', { key: key() });
    const before = count('RespondToAuthChallenge');
    await expect(desk.approve({ username: 'olga', key: key() })).rejects.toEqual(failing('helpdesk/same-operator'));
    await expect(desk.approve({ username: 'pia', key: keyOf(pia) })).rejects.toEqual(
      failing('helpdesk/not-an-operator'),
    );
    // Each has signed in, and that is all.
    expect(count('RespondToAuthChallenge')).toBe(before + 2);
    expect(desk.view().session).toBeUndefined();
  });

  it('is stopped by the second operator’s no', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    await desk.ask('abroad', { key: key() });
    await desk.refuse('she sits next to me');
    await expect(desk.approve({ username: 'otto', key: keyOf(otto) })).rejects.toEqual(failing('helpdesk/no-request'));
    expect(desk.view().steps.find(({ step }) => step === 'request')).toMatchObject({ state: 'refused' });
    expect(station.audit.at(-1)).toMatchObject({ action: 'session.approve', result: 'refused' });
  });

  it('is approved within five minutes, and once', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    await desk.ask('abroad', { key: key() });
    pool.t.pass(5 * 60_000 + 1);
    await expect(desk.approve({ username: 'otto', key: keyOf(otto) })).rejects.toEqual(
      failing('helpdesk/approval-late'),
    );
    await desk.ask('abroad', { key: key() });
    station.clockOffsetMs = -60_000;
    await expect(desk.approve({ username: 'otto', key: keyOf(otto) })).rejects.toEqual(
      failing('helpdesk/clock-changed'),
    );
    station.clockOffsetMs = 0;
    await desk.approve({ username: 'otto', key: keyOf(otto) });
    await desk.closeSession();
    await expect(desk.approve({ username: 'otto', key: keyOf(otto) })).rejects.toEqual(failing('helpdesk/no-request'));
  });

  it('ends after five minutes', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    await desk.ask('abroad', { key: key() });
    await desk.approve({ username: 'otto', key: keyOf(otto) });
    const [timer] = station.timers;
    expect(timer?.milliseconds).toBe(5 * 60_000);
    pool.t.pass(5 * 60_000);
    await expect(desk.passkeys()).rejects.toEqual(failing('helpdesk/session-over'));
    timer?.act();
    await vi.waitFor(() => {
      expect(desk.view().steps.find(({ step }) => step === 'close')).toMatchObject({ state: 'done' });
    });
    expect(desk.view().session).toBeUndefined();
    await expect(desk.passkeys()).rejects.toEqual(failing('helpdesk/session-over'));
  });
});

describe('a session whose time is up in the middle of something else', () => {
  it('is closed, and the case holds both', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    await desk.sendCode({ key: key() });
    await desk.answerCode(pool.t.lastCode());
    const spare = new TestKey();
    const make = station.make(spare);
    const enrolled = desk.enrol(
      {
        make: (...asked) => {
          station.timers[0]?.act();
          return make(...asked);
        },
        nickname: 'New',
        use: 'replacement',
      },
      { key: key() },
    );
    await expect(enrolled).rejects.toEqual(failing('helpdesk/session-over'));
    const told = () => desk.file.entries.map(({ step, phase }) => `${step} ${phase}`);
    await vi.waitFor(() => {
      expect(told()).toContain('close done');
    });
    expect(told()).toEqual(expect.arrayContaining(['enrol begun', 'close begun', 'close done', 'enrol failed']));
    expect(await station.journal.orphans()).toMatchObject([{ credentialId: spare.id }]);
  });
});

describe('a person', () => {
  it('has one open case at a station', async () => {
    const folder = temporaryFolder();
    const station = await openStation(folder);
    const zoe = await pool.person();
    const desk = await openCase(station, zoe);
    await expect(openCase(station, zoe)).rejects.toEqual(failing('helpdesk/case-open'));
    const other = await openStation(folder);
    await expect(openCase(other, zoe)).rejects.toEqual(failing('helpdesk/case-open'));
    await station.helpdesk.end(desk.file.id, { key: key() });
    await openCase(other, zoe);
  });

  it('is not worked on by two processes', async () => {
    const folder = temporaryFolder();
    const other = new StationUnderTest(pool, folder, { pid: 4711 });
    await other.helpdesk.signIn('otto', keyOf(otto));
    const zoe = await pool.person();
    const desk = await openCase(other, zoe);
    const station = await openStation(folder);
    await expect(station.helpdesk.resume(desk.file.id)).rejects.toEqual(failing('helpdesk/case-busy'));
    await other.helpdesk.signOut();
    await station.helpdesk.resume(desk.file.id);
  });

  it('is taken over by one of several processes that want to at once', async () => {
    const folder = temporaryFolder();
    const station = await openStation(folder);
    const desk = await openCase(station);
    await station.helpdesk.leave(desk.file.id);
    const { cases } = station.options;
    const isBusy = ({ owner }: { owner?: number | undefined }) => Promise.resolve(owner !== undefined);
    const claims = Array.from({ length: 8 }, (_, at) => cases.claim(desk.file.id, { owner: at + 1 }, isBusy));
    const ended = await Promise.allSettled(claims);
    const [claimed, ...others] = ended.filter(({ status }) => status === 'fulfilled');
    expect(claimed).toMatchObject({ value: { owner: (await cases.get(desk.file.id)).owner } });
    expect(others).toEqual([]);
    for (const end of ended) if (end.status === 'rejected') expect(end.reason).toEqual(failing('helpdesk/case-busy'));
  });

  const noBirth = process.platform !== 'linux';
  it.skipIf(noBirth)(
    `is worked on again when another process has the number of the one that was ended${noBirth ? ' (skipped: only Linux tells when a process began)' : ''}`,
    async () => {
      const folder = temporaryFolder();
      const station = await openStation(folder);
      const desk = await openCase(station);
      const other = await openStation(folder);
      const { cases } = station.options;
      Object.assign(other.options, { pid: process.pid + 1, isRunning: () => true });
      expect((await other.helpdesk.cases())[0]).toMatchObject({ isBusy: true });
      await cases.write({ ...(await cases.get(desk.file.id)), ownerBorn: 'another boot/1' });
      expect((await other.helpdesk.cases())[0]).toMatchObject({ isBusy: false });
      await other.helpdesk.resume(desk.file.id);
    },
  );

  it('whom another station has disabled meanwhile is not let in', async () => {
    const desk = await openCase(await openStation());
    const { username: Username } = desk.file.person;
    await pool.t.sdk.send(new AdminDisableUserCommand({ UserPoolId: pool.t.pool.userPoolId, Username }));
    await expect(desk.sendCode({ key: key() })).rejects.toEqual(failing('helpdesk/person-disabled'));
    await desk.takeOver();
    await expect(desk.sendCode({ key: key() })).rejects.toEqual(failing('helpdesk/person-disabled'));
    await desk.enable({ key: key() });
    await desk.sendCode({ key: key() });
  });

  it('whom somebody else has disabled before is not let in by barring them once more', async () => {
    const zoe = await pool.person();
    const { username: Username } = zoe;
    await pool.t.sdk.send(new AdminDisableUserCommand({ UserPoolId: pool.t.pool.userPoolId, Username }));
    const station = await openStation();
    const desk = await openCase(station, zoe);
    await desk.makeSafe({ disable: true, key: key() });
    expect(desk.view()).toMatchObject({ isEnabled: false, isDisabledHere: false });
    const before = count('AdminEnableUser');
    await expect(desk.sendCode({ key: key() })).rejects.toEqual(failing('helpdesk/person-disabled'));
    await station.helpdesk.end(desk.file.id, { key: key() });
    expect(count('AdminEnableUser')).toBe(before);
  });

  it('whose address was changed meanwhile gets no code before that was taken over', async () => {
    const desk = await openCase(await openStation());
    const { username: Username } = desk.file.person;
    await pool.t.sdk.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: pool.t.pool.userPoolId,
        Username,
        UserAttributes: [
          { Name: 'email', Value: 'mallory@example.com' },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
    const mails = pool.t.mail.length;
    await expect(desk.sendCode({ key: key() })).rejects.toEqual(failing('helpdesk/person-changed'));
    expect(pool.t.mail).toHaveLength(mails);
    expect(await desk.changes()).toEqual([expect.stringMatching(/^e-mail address: \S+ → mallory@example\.com$/)]);
    await desk.takeOver();
    await desk.sendCode({ key: key() });
  });

  it('who is deleted in the middle is not mixed up with who has the name next', async () => {
    const station = await openStation();
    const zoe = await pool.person();
    const desk = await openCase(station, zoe);
    await pool.t.sdk.send(new AdminDeleteUserCommand({ UserPoolId: pool.t.pool.userPoolId, Username: zoe.username }));
    await expect(desk.makeSafe({ disable: false, key: key() })).rejects.toEqual(failing('helpdesk/no-person'));
    await pool.person(zoe.username);
    await expect(desk.makeSafe({ disable: false, key: key() })).rejects.toEqual(failing('helpdesk/no-person'));
    const { entries } = await station.helpdesk.end(desk.file.id, { key: key() });
    expect(entries).toMatchObject([{ step: 'end', note: 'The person is no longer in the pool.' }]);
  });

  it('whom somebody else signs out in the middle has no session any more', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    await desk.sendCode({ key: key() });
    await expect(desk.answerCode('00000000')).rejects.toMatchObject({ code: 'wrong-code' });
    await desk.answerCode(pool.t.lastCode());
    const { username: Username } = desk.file.person;
    await pool.t.sdk.send(new AdminUserGlobalSignOutCommand({ UserPoolId: pool.t.pool.userPoolId, Username }));
    await expect(desk.passkeys()).rejects.toEqual(failing('helpdesk/session-over'));
  });

  it('is not left without a passkey unless that is said', async () => {
    const zoe = await pool.person();
    const desk = await openCase(await openStation(), zoe);
    await desk.sendCode({ key: key() });
    await desk.answerCode(pool.t.lastCode());
    const deletions = count('DeleteWebAuthnCredential');
    await expect(desk.deletePasskeys([zoe.key.id], { key: key() })).rejects.toEqual(failing('helpdesk/last-passkey'));
    expect(count('DeleteWebAuthnCredential')).toBe(deletions);
    await desk.deletePasskeys([zoe.key.id], { key: key(), leavesNone: true });
    expect(desk.view().deleted).toEqual([zoe.key.id]);
    // Once more is not done once more.
    await desk.deletePasskeys([zoe.key.id], { key: key() });
    expect(count('DeleteWebAuthnCredential')).toBe(deletions + 1);
  });

  it('keeps the case explained when the key is pulled while it makes the passkey', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    await desk.sendCode({ key: key() });
    await desk.answerCode(pool.t.lastCode());
    const pulled = () => Promise.reject(new FailureError({ code: 'key/removed' }));
    await expect(desk.enrol({ make: pulled, nickname: 'New', use: 'replacement' }, { key: key() })).rejects.toEqual(
      failing('key/removed'),
    );
    expect(desk.view().steps.find(({ step }) => step === 'enrol')).toMatchObject({ state: 'failed' });
    // And a passkey that the pool does not take is among those that were left on keys.
    const wrong = new TestKey('https://elsewhere.example');
    await expect(
      desk.enrol({ make: station.make(wrong), nickname: 'New', use: 'replacement' }, { key: key() }),
    ).rejects.toMatchObject({ code: 'passkey-origin-refused' });
    expect(await station.journal.orphans()).toMatchObject([{ credentialId: wrong.id }]);
  });

  it('is not helped while nothing can be put on record', async () => {
    const station = await openStation();
    const desk = await openCase(station);
    const before = count('AdminUserGlobalSignOut');
    Object.assign(station.options.audit, {
      append: () => Promise.reject(new FailureError({ code: 'settings/unwritable' })),
    });
    await expect(desk.makeSafe({ disable: true, key: key() })).rejects.toEqual(failing('settings/unwritable'));
    expect(count('AdminUserGlobalSignOut')).toBe(before);
  });
});
