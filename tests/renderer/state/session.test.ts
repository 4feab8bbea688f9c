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
  const connected = () =>
    connect({
      ...POOL,
      now: fake.now,
      random: () => 0,
      requestHandler: fake.handler(),
      readDocument: (uri) => fake.keys(uri),
    });
  const state = await answerPassword(connected(), { step: 'password', username: 'anna' }, fake.password);
  if (state.step !== 'signed-in') throw new Error('Not signed in');
  const session = new Session(connected()); // which has not read the pool's keys yet
  session.open('anna', state.tokens);
  fake.calls.length = 0;
  return { fake, session, clock, tokens: state.tokens };
}
/** The refresh tokens that the pool was asked to revoke. */
const revoked = (fake: FakePool) =>
  fake.calls.filter(({ operation }) => operation === 'RevokeToken').map(({ input }) => input['Token']);
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
    const { fake, session, clock, tokens } = await signedIn();
    fake.rotates = true;
    clock.now += 3_580_000;
    const use = accessToken(session);
    const left = session.signOut();
    await expect(use).rejects.toMatchObject({ code: 'signed-out' });
    await left;
    expect(session.username).toBeUndefined();
    expect(revoked(fake)).toEqual(expect.arrayContaining([tokens.refreshToken, fake.refreshToken]));
    expect(revoked(fake), 'each once').toHaveLength(2);
  });

  it('are verified again where they could not be at first, and are used by nobody before', async () => {
    const { fake, session, clock } = await signedIn();
    fake.rotates = true;
    clock.now += 3_580_000;
    fake.keysAreThere = false;
    const works: string[] = [];
    const work = () => session.use(({ refreshToken }) => Promise.resolve(works.push(refreshToken)));
    await expect(work()).rejects.toMatchObject({ code: 'tokens-unverified' });
    await expect(work()).rejects.toMatchObject({ code: 'tokens-unverified' });
    expect(session).toMatchObject({ username: 'anna', ended: false });
    fake.keysAreThere = true;
    await Promise.all([work(), work()]);
    expect(works).toEqual([fake.refreshToken, fake.refreshToken]);
    expect(fake.operations()).toEqual(['GetTokensFromRefreshToken']);
  });

  it('are renewed once more where they are over by the time that they are verified', async () => {
    const { fake, session, clock } = await signedIn();
    fake.rotates = true;
    clock.now += 3_580_000;
    fake.keysAreThere = false;
    await expect(accessToken(session)).rejects.toMatchObject({ code: 'tokens-unverified' });
    clock.now += 7_200_000;
    fake.keysAreThere = true;
    const expiresAt = await session.use((tokens) => Promise.resolve(tokens.expiresAt));
    expect(expiresAt).toBe(clock.now + 3_600_000);
    expect(fake.operations()).toEqual(['GetTokensFromRefreshToken', 'GetTokensFromRefreshToken']);
  });

  it('that could not be verified are revoked at sign-out', async () => {
    const { fake, session, clock, tokens } = await signedIn();
    fake.rotates = true;
    clock.now += 3_580_000;
    fake.keysAreThere = false;
    await expect(accessToken(session)).rejects.toMatchObject({ code: 'tokens-unverified' });
    await session.signOut();
    expect(revoked(fake)).toEqual(expect.arrayContaining([tokens.refreshToken, fake.refreshToken]));
  });

  it('that fail to be verified after sign-out are revoked, too', async () => {
    const { fake, session, clock, tokens } = await signedIn();
    fake.rotates = true;
    clock.now += 3_580_000;
    fake.keysAreThere = false;
    const use = accessToken(session);
    await session.signOut();
    await expect(use).rejects.toMatchObject({ code: 'signed-out' });
    expect(revoked(fake)).toEqual(expect.arrayContaining([tokens.refreshToken, fake.refreshToken]));
    expect(session).toMatchObject({ username: undefined, ended: false });
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
