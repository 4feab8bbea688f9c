import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { getUser, signOut } from '../../src/cognito/account.js';
import type { Connection } from '../../src/cognito/connection.js';
import { connect } from '../../src/cognito/connection.js';
import { completeRegistration, deletePasskey, listPasskeys, startRegistration } from '../../src/cognito/passkeys.js';
import { answerPassword } from '../../src/cognito/password.js';
import { Renewal } from '../../src/cognito/refresh.js';
import type { SignInState } from '../../src/cognito/sign-in-states.js';
import { answerCode, answerNewPassword, answerPasskey, choose, startSignIn } from '../../src/cognito/sign-in.js';
import { PoolUnderTest } from '../pool/people.js';
import { TestKey } from '../pool/test-key.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
let connection: Connection;
beforeAll(async () => {
  t = await PoolUnderTest.start();
  connection = connect({ ...t.pool, now: () => t.now });
});
afterAll(() => t.stop());

/** The state, which has to be the one named. */
function at<S extends SignInState['step']>(step: S, state: SignInState): Extract<SignInState, { step: S }> {
  if (state.step !== step) throw new Error(`The sign-in is at ${state.step}, not at ${step}`);
  return state as Extract<SignInState, { step: S }>; // as just seen
}

async function withPassword(username: string, password = 'Correct-horse-1') {
  const state = await startSignIn(connection, username, { prefer: 'password', password });
  return at('signed-in', state).tokens;
}

describe('with a passkey', () => {
  it('enrols in two calls and signs in in two', async () => {
    await t.addUser('ann');
    const tokens = await withPassword('ann');
    const key = new TestKey();

    const before = t.pool.calls().length;
    await completeRegistration(connection, tokens, key.create(await startRegistration(connection, tokens)));
    expect(t.pool.calls().slice(before)).toEqual(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration']);

    const asked = at('passkey', await startSignIn(connection, 'ann'));
    const signedIn = at('signed-in', await answerPasskey(connection, asked, key.get(asked.options)));
    expect(t.pool.calls().slice(before + 2)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
    expect(signedIn.tokens.identity).toEqual({
      sub: tokens.identity.sub,
      userHandle: tokens.identity.userHandle,
      username: 'ann',
      email: 'ann@example.com',
      authTime: Math.floor(t.now / 1000),
      isFederated: false,
    });
    expect(signedIn.tokens.expiresAt).toBe(t.now + 3_600_000);
  });

  it('lists passkeys and deletes one', async () => {
    const { key, tokens } = await t.enrolled('bea');
    await expect(listPasskeys(connection, tokens)).resolves.toEqual([
      {
        id: key.id,
        name: 'Roaming passkey',
        rpId: 'localhost',
        attachment: 'cross-platform',
        transports: ['usb'],
        createdAt: new Date(t.now),
      },
    ]);
    await deletePasskey(connection, tokens, key.id);
    await expect(listPasskeys(connection, tokens)).resolves.toEqual([]);
    await expect(deletePasskey(connection, tokens, key.id)).rejects.toMatchObject({ code: 'passkey-not-found' });
  });

  it('says to start again when the key is the wrong one, and when the time is up', async () => {
    const { key } = await t.enrolled('cleo');
    const asked = at('passkey', await startSignIn(connection, 'cleo'));
    const wrong = answerPasskey(connection, asked, new TestKey().get(asked.options));
    await expect(wrong).rejects.toMatchObject({ code: 'not-authorized', retryable: false });
    const spent = answerPasskey(connection, asked, key.get(asked.options));
    await expect(spent).rejects.toMatchObject({ code: 'not-authorized' });

    const late = at('passkey', await startSignIn(connection, 'cleo'));
    t.pass(3 * 60_000);
    const answered = answerPasskey(connection, late, key.get(late.options));
    await expect(answered).rejects.toMatchObject({ code: 'not-authorized' });
  });

  it.each([
    ['passkey-origin-refused', { origin: 'https://example.com' }],
    ['passkey-relying-party-mismatch', { rpId: 'example.com' }],
    ['passkey-challenge-ended', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['passkey-not-supported', { algorithm: -8 }],
  ])('names a refused enrolment: %s', async (code, quirks) => {
    await t.addUser(code);
    const tokens = await withPassword(code);
    const answer = new TestKey().create(await startRegistration(connection, tokens), quirks);
    await expect(completeRegistration(connection, tokens, answer)).rejects.toMatchObject({ code });
  });
});

describe('with what there is', () => {
  it('offers a choice to who has no passkey', async () => {
    await t.addUser('dan');
    const state = at('select', await startSignIn(connection, 'dan'));
    expect(state.choices).toEqual(['password', 'email-code']);

    const password = at('password', await choose(connection, state, 'password'));
    at('signed-in', await answerPassword(connection, password, 'Correct-horse-1'));
  });

  it('signs in with a mailed code, after a mistyped one', async () => {
    await t.addUser('ed');
    const state = at('select', await startSignIn(connection, 'ed'));
    const code = at('email-code', await choose(connection, state, 'email-code'));
    expect(code.destination).toBe('e***@e***');
    await expect(answerCode(connection, code, 'wrong')).rejects.toMatchObject({ code: 'wrong-code' });
    at('signed-in', await answerCode(connection, code, t.lastCode()));
  });

  it('asks for a password that was preferred but not given', async () => {
    await t.addUser('fay');
    const state = at('password', await startSignIn(connection, 'fay', { prefer: 'password' }));
    at('signed-in', await answerPassword(connection, state, 'Correct-horse-1'));
  });

  it('refuses a wrong password', async () => {
    await t.addUser('gus');
    const wrong = startSignIn(connection, 'gus', { prefer: 'password', password: 'no' });
    await expect(wrong).rejects.toMatchObject({ code: 'not-authorized', service: 'NotAuthorizedException' });
  });

  it('replaces a temporary password, after a weak try', async () => {
    const ready = t.pool.users.find(({ username }) => username === 'ben');
    const first = await startSignIn(connection, 'ben', { prefer: 'password', password: ready?.password });
    const state = at('new-password', first);
    expect(state.required).toEqual([]);
    const weak = answerNewPassword(connection, state, 'weak');
    await expect(weak).rejects.toMatchObject({
      code: 'weak-password',
      detail: 'Password did not conform with password policy: Password not long enough',
    });
    at('signed-in', await answerNewPassword(connection, state, 'Another-horse-2', { nickname: 'Benny' }));
    const tokens = await withPassword('ben', 'Another-horse-2');
    const account = await getUser(connection, tokens);
    expect(account.username).toBe('ben');
    expect(account.attributes.get('nickname')).toBe('Benny');
  });
});

describe('signed in', () => {
  it('refreshes without a new proof', async () => {
    await t.addUser('hal');
    const tokens = await withPassword('hal');
    t.pass(10_000);
    const renewed = await new Renewal(connection, tokens).tokens();
    expect(renewed.refreshToken).toBe(tokens.refreshToken);
    expect(renewed.accessToken).not.toBe(tokens.accessToken);
    expect(renewed.expiresAt).toBe(tokens.expiresAt + 10_000);
    expect(renewed.identity).toEqual(tokens.identity);
  });

  it('signs out here, and not elsewhere', async () => {
    await t.addUser('ida');
    const [here, elsewhere] = [await withPassword('ida'), await withPassword('ida')];
    await signOut(connection, here);
    await expect(getUser(connection, here)).rejects.toMatchObject({ code: 'signed-out' });
    await expect(new Renewal(connection, here).tokens()).rejects.toMatchObject({ code: 'signed-out' });
    await getUser(connection, elsewhere);
  });

  it('signs out everywhere', async () => {
    await t.addUser('jan');
    const [here, elsewhere] = [await withPassword('jan'), await withPassword('jan')];
    await signOut(connection, here, { everywhere: true });
    await expect(getUser(connection, elsewhere)).rejects.toMatchObject({ code: 'signed-out' });
  });

  it('knows tokens that have expired', async () => {
    await t.addUser('kai');
    const tokens = await withPassword('kai');
    t.pass(3_600_000);
    await expect(listPasskeys(connection, tokens)).rejects.toMatchObject({ code: 'signed-out' });
    await getUser(connection, await new Renewal(connection, tokens).tokens());
  });
});
