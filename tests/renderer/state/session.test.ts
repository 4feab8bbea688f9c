import { describe, expect, it } from 'vitest';

import { connect } from '../../../src/cognito/connection.js';
import { CognitoError } from '../../../src/cognito/errors.js';
import { answerPassword } from '../../../src/cognito/password.js';
import { Session } from '../../../src/renderer/state/session.svelte.js';
import { FakePool } from '../fakes/pool.js';
import { POOL } from '../window.js';

/** Somebody signed in, and a clock that only the test moves. */
async function signedIn() {
  const fake = new FakePool();
  const clock = { now: Date.now() };
  fake.now = () => clock.now;
  const pool = connect({
    ...POOL,
    now: fake.now,
    random: () => 0,
    requestHandler: fake.handler(),
    readDocument: (uri) => fake.keys(uri),
  });
  const state = await answerPassword(pool, { step: 'password', username: 'anna' }, fake.password);
  if (state.step !== 'signed-in') throw new Error('Not signed in');
  const session = new Session(pool);
  session.open('anna', state.tokens);
  fake.calls.length = 0;
  return { fake, session, clock, tokens: state.tokens };
}
const accessToken = (session: Session) => session.use(({ accessToken: token }) => Promise.resolve(token));

describe('the tokens of a session', () => {
  it('are renewed once for all who need them at the same time', async () => {
    const { fake, session, clock, tokens } = await signedIn();
    clock.now += 3_580_000;
    const used = await Promise.all([accessToken(session), accessToken(session), accessToken(session)]);
    expect(fake.operations()).toEqual(['GetTokensFromRefreshToken']);
    expect(new Set(used).size).toBe(1);
    expect(used[0]).not.toBe(tokens.accessToken);
  });

  it('that were renewed for somebody who has left are nobody’s, and are revoked when they are new', async () => {
    const { fake, session, clock } = await signedIn();
    fake.rotated = 'the next one';
    clock.now += 3_580_000;
    const use = accessToken(session);
    const left = session.signOut();
    await expect(use).rejects.toMatchObject({ code: 'signed-out' });
    await left;
    expect(session.username).toBeUndefined();
    const revoked = fake.calls
      .filter(({ operation }) => operation === 'RevokeToken')
      .map(({ input }) => input['Token']);
    expect(revoked).toContain('the next one');
  });

  it('that rotate are not lost when the pool’s keys cannot be read at that moment', async () => {
    const { fake, tokens, clock } = await signedIn();
    let isReachable = false;
    const readDocument = (uri: string) =>
      isReachable ? fake.keys(uri) : Promise.reject(new TypeError('Failed to fetch'));
    const pool = connect({ ...POOL, now: fake.now, random: () => 0, requestHandler: fake.handler(), readDocument });
    const session = new Session(pool);
    session.open('anna', tokens);
    fake.rotated = 'the next one';
    clock.now += 3_580_000;
    await expect(accessToken(session)).rejects.toMatchObject({ code: 'tokens-unverified' });
    expect(session.username).toBe('anna');
    isReachable = true;
    expect(await accessToken(session)).not.toBe(tokens.accessToken);
    expect(fake.calls.map(({ input }) => input['RefreshToken'])).toEqual([tokens.refreshToken, 'the next one']);
  });

  it('that rotate and are refused are revoked with the sign-out', async () => {
    const { fake, session, clock } = await signedIn();
    fake.rotated = 'the next one';
    fake.claims = { aud: 'another client' };
    clock.now += 3_580_000;
    await expect(accessToken(session)).rejects.toMatchObject({ code: 'bad-answer' });
    await session.signOut();
    expect(fake.calls.at(-1)).toMatchObject({ operation: 'RevokeToken', input: { Token: 'the next one' } });
  });

  it('are asked for again after a failure that has not ended the session', async () => {
    const { fake, session, clock } = await signedIn();
    clock.now += 3_580_000;
    fake.faults.set('GetTokensFromRefreshToken', ['network']);
    await expect(accessToken(session)).rejects.toMatchObject({ code: 'network' });
    expect(session.username).toBe('anna');
    await accessToken(session);
    expect(fake.operations()).toEqual(['GetTokensFromRefreshToken', 'GetTokensFromRefreshToken']);
  });

  it('end when they are revoked in the middle of something', async () => {
    const { fake, session, clock } = await signedIn();
    clock.now += 3_580_000;
    fake.faults.set('GetTokensFromRefreshToken', [{ __type: 'NotAuthorizedException' }]);
    await expect(accessToken(session)).rejects.toMatchObject({ code: 'signed-out' });
    expect(session).toMatchObject({ username: undefined, ended: true });
  });
});

/** A promise that the test settles. */
function pending<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}

describe('a failure that comes after sign-out', () => {
  it('does not sign out whoever has signed in since', async () => {
    const { session, tokens } = await signedIn();
    const late = pending<never>();
    const use = session.use(() => late.promise);
    await session.signOut();
    session.open('ben', tokens);
    late.reject(new CognitoError('signed-out'));
    await expect(use).rejects.toMatchObject({ code: 'signed-out' });
    expect(session).toMatchObject({ username: 'ben', ended: false });
  });

  it('does not say that the pool ended what the person has ended', async () => {
    const { session, clock } = await signedIn();
    clock.now += 3_580_000;
    const use = accessToken(session);
    await session.signOut();
    await expect(use).rejects.toMatchObject({ code: 'signed-out' });
    expect(session).toMatchObject({ username: undefined, ended: false });
  });

  it('still ends the session when the tokens were only renewed meanwhile', async () => {
    const { session, clock } = await signedIn();
    const late = pending<never>();
    const use = session.use(() => late.promise);
    clock.now += 3_580_000;
    await accessToken(session);
    late.reject(new CognitoError('signed-out'));
    await expect(use).rejects.toMatchObject({ code: 'signed-out' });
    expect(session).toMatchObject({ username: undefined, ended: true });
  });
});

describe('signing out everywhere', () => {
  it('that ends late leaves whoever has signed in since', async () => {
    const { session, tokens } = await signedIn();
    const everywhere = session.signOutEverywhere();
    session.open('ben', tokens);
    await everywhere;
    expect(session.username).toBe('ben');
  });

  it('ends the session here once the pool has ended all of them', async () => {
    const { fake, session, tokens } = await signedIn();
    await session.signOutEverywhere();
    expect(fake.calls).toMatchObject([{ operation: 'GlobalSignOut', input: { AccessToken: tokens.accessToken } }]);
    expect(session).toMatchObject({ username: undefined, ended: false });
  });

  it('leaves it open, to be tried again, while the pool has not', async () => {
    const { fake, session } = await signedIn();
    fake.faults.set('GlobalSignOut', ['network']);
    await expect(session.signOutEverywhere()).rejects.toMatchObject({ code: 'network' });
    expect(session.username).toBe('anna');
    await session.signOutEverywhere();
    expect(session.username).toBeUndefined();
  });

  it('is done when somebody else was faster', async () => {
    const { fake, session } = await signedIn();
    fake.faults.set('GlobalSignOut', [{ __type: 'NotAuthorizedException' }]);
    await session.signOutEverywhere();
    expect(session.username).toBeUndefined();
  });
});
