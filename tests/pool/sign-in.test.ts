import { RespondToAuthChallengeCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest, requestOptions, tokensOf } from './people.js';
import { TestKey } from './test-key.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start();
});
afterAll(() => t.stop());

const PASSWORD = 'Correct-horse-1';
const withPassword = (username: string, password: string) =>
  t.initiate(username, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: password });

describe('choosing', () => {
  it('offers what the user has, and takes the choice', async () => {
    await t.addUser('ann');
    const question = await t.initiate('ann');
    expect(question).toMatchObject({
      ChallengeName: 'SELECT_CHALLENGE',
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP', 'EMAIL_OTP'],
    });
    tokensOf(await t.answer(question, 'ann', { ANSWER: 'PASSWORD', PASSWORD }));
  });

  it('offers a choice instead of what was preferred and is not there', async () => {
    await t.addUser('bob');
    for (const preferred of ['WEB_AUTHN', 'SMS_OTP', 'nonsense']) {
      const question = await t.initiate('bob', { PREFERRED_CHALLENGE: preferred });
      expect(question.ChallengeName).toBe('SELECT_CHALLENGE');
    }
  });

  it('leads from the choice to the key', async () => {
    const { key } = await t.enrolled('cat');
    const question = await t.initiate('cat');
    expect(question.AvailableChallenges).toEqual(['PASSWORD', 'PASSWORD_SRP', 'WEB_AUTHN', 'EMAIL_OTP']);
    const asked = await t.answer(question, 'cat', { ANSWER: 'WEB_AUTHN' });
    tokensOf(await t.answer(asked, 'cat', { CREDENTIAL: JSON.stringify(key.get(requestOptions(asked))) }));
  });

  it('lets a choice that is not offered be made again', async () => {
    await t.addUser('dot');
    const question = await t.initiate('dot');
    for (const responses of [{ ANSWER: 'WEB_AUTHN' }, { ANSWER: 'nonsense' }, {}, { ANSWER: 'PASSWORD' }])
      await expect(t.answer(question, 'dot', responses)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    tokensOf(await t.answer(question, 'dot', { ANSWER: 'PASSWORD', PASSWORD }));
  });

  it('finds users whatever the case of their names', async () => {
    await t.addUser('Eva');
    tokensOf(await withPassword('eVA', PASSWORD));
  });
});

describe('sessions', () => {
  it('serve once', async () => {
    await t.addUser('flo');
    const question = await t.initiate('flo', { PREFERRED_CHALLENGE: 'PASSWORD' });
    expect(question.ChallengeName).toBe('PASSWORD');
    tokensOf(await t.answer(question, 'flo', { PASSWORD }));
    await expect(t.answer(question, 'flo', { PASSWORD })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Invalid session for the user, session can only be used once.',
    });
  });

  it('serve one of two answers at the same time', async () => {
    await t.addUser('guy');
    const question = await t.initiate('guy', { PREFERRED_CHALLENGE: 'PASSWORD' });
    const both = await Promise.allSettled([1, 2].map(() => t.answer(question, 'guy', { PASSWORD })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('end after three minutes', async () => {
    await t.addUser('hal');
    const early = await t.initiate('hal', { PREFERRED_CHALLENGE: 'PASSWORD' });
    t.pass(3 * 60_000 - 1);
    tokensOf(await t.answer(early, 'hal', { PASSWORD }));
    const late = await t.initiate('hal', { PREFERRED_CHALLENGE: 'PASSWORD' });
    t.pass(3 * 60_000);
    await expect(t.answer(late, 'hal', { PASSWORD })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Invalid session for the user, session is expired.',
    });
  });

  it('serve only their user and their challenge', async () => {
    await t.addUser('ian');
    await t.addUser('ivy');
    const question = await t.initiate('ian', { PREFERRED_CHALLENGE: 'PASSWORD' });
    const refused = { name: 'NotAuthorizedException' };
    await expect(t.answer(question, 'ivy', { PASSWORD })).rejects.toMatchObject(refused);
    const otherChallenge = { ...question, ChallengeName: 'NEW_PASSWORD_REQUIRED' as const };
    await expect(t.answer(otherChallenge, 'ian', { NEW_PASSWORD: 'Another-horse-2' })).rejects.toMatchObject(refused);
    const madeUp = { ...question, Session: 'made-up-session-of-some-length' };
    await expect(t.answer(madeUp, 'ian', { PASSWORD })).rejects.toMatchObject(refused);
    tokensOf(await t.answer(question, 'ian', { PASSWORD }));
  });

  it('are needed, and so is the name', async () => {
    const bare = { ClientId: t.pool.clientId, ChallengeName: 'PASSWORD' } as const;
    const refused = { name: 'InvalidParameterException' };
    await expect(t.sdk.send(new RespondToAuthChallengeCommand(bare))).rejects.toMatchObject(refused);
    const nameless = { ...bare, Session: 'made-up-session-of-some-length' };
    await expect(t.sdk.send(new RespondToAuthChallengeCommand(nameless))).rejects.toMatchObject(refused);
  });
});

describe('passwords', () => {
  it('lock the name after five wrong ones, twice as long each time', async () => {
    await t.addUser('jim');
    const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
    const locked = { name: 'NotAuthorizedException', message: 'Password attempts exceeded' };
    for (let failures = 1; failures <= 5; failures += 1)
      await expect(withPassword('jim', 'no')).rejects.toMatchObject(wrong);
    await expect(withPassword('jim', PASSWORD)).rejects.toMatchObject(locked);
    t.pass(1000);
    await expect(withPassword('jim', 'no')).rejects.toMatchObject(wrong);
    t.pass(1999);
    await expect(withPassword('jim', PASSWORD)).rejects.toMatchObject(locked);
    t.pass(1);
    tokensOf(await withPassword('jim', PASSWORD));
    await expect(withPassword('jim', 'no')).rejects.toMatchObject(wrong);
    tokensOf(await withPassword('jim', PASSWORD));
  });

  it('are forgiven after 15 quiet minutes', async () => {
    await t.addUser('joy');
    for (let failures = 1; failures <= 5; failures += 1)
      await expect(withPassword('joy', 'no')).rejects.toThrow('Incorrect');
    t.pass(15 * 60_000 + 1000);
    for (let failures = 1; failures <= 4; failures += 1)
      await expect(withPassword('joy', 'no')).rejects.toThrow('Incorrect');
    tokensOf(await withPassword('joy', PASSWORD));
  });

  it('are not guessed faster by guessing at once', async () => {
    await t.addUser('kay');
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, () => withPassword('kay', 'no')));
    const reasons = guesses.map((guess) => (guess.status === 'rejected' ? String(guess.reason) : 'signed in'));
    expect(reasons.filter((reason) => reason.includes('Incorrect')).length).toBeLessThanOrEqual(5);
    expect(reasons.filter((reason) => reason.includes('exceeded')).length).toBeGreaterThanOrEqual(7);
  });
});

describe('temporary passwords', () => {
  const needed = async (username: string, password: string) => {
    const question = await withPassword(username, password);
    expect(question.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    return question;
  };

  it('have to be replaced, by one that obeys the policy', async () => {
    const question = await needed('ben', 'Practice-ben-1');
    const { requiredAttributes, userAttributes } = question.ChallengeParameters ?? {};
    expect(requiredAttributes).toBe('[]');
    expect(JSON.parse(userAttributes ?? '')).toMatchObject({ email: 'ben@example.com' });
    for (const weak of ['Ab1-', 'UPPER-CASE-1', 'lower-case-1', 'No-digits-here', 'NoSymbols1'])
      await expect(t.answer(question, 'ben', { NEW_PASSWORD: weak })).rejects.toMatchObject({
        name: 'InvalidPasswordException',
      });
    tokensOf(await t.answer(question, 'ben', { NEW_PASSWORD: 'Another-horse-2' }));
    tokensOf(await withPassword('ben', 'Another-horse-2'));
    await expect(withPassword('ben', 'Practice-ben-1')).rejects.toThrow('Incorrect');
  });

  it('end after a week', async () => {
    const fresh = await PoolUnderTest.start();
    try {
      fresh.pass(7 * 24 * 3_600_000);
      const late = fresh.initiate('ben', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Practice-ben-1' });
      await expect(late).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    } finally {
      await fresh.stop();
    }
  });
});

describe('mailed codes', () => {
  it('sign in, the third try being the last', async () => {
    await t.addUser('lee');
    const question = await t.initiate('lee', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    expect(question).toMatchObject({
      ChallengeName: 'EMAIL_OTP',
      ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL', CODE_DELIVERY_DESTINATION: 'l***@e***' },
    });
    expect(t.mail.at(-1)).toMatchObject({ to: 'lee@example.com', username: 'lee', purpose: 'sign-in' });
    const mismatch = { name: 'CodeMismatchException' };
    await expect(t.answer(question, 'lee', { EMAIL_OTP_CODE: '1' })).rejects.toMatchObject(mismatch);
    await expect(t.answer(question, 'lee', {})).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(t.answer(question, 'lee', { EMAIL_OTP_CODE: '2' })).rejects.toMatchObject(mismatch);
    tokensOf(await t.answer(question, 'lee', { EMAIL_OTP_CODE: t.lastCode() }));

    const again = await t.initiate('lee', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    for (let tries = 1; tries <= 3; tries += 1)
      await expect(t.answer(again, 'lee', { EMAIL_OTP_CODE: '1' })).rejects.toMatchObject(mismatch);
    await expect(t.answer(again, 'lee', { EMAIL_OTP_CODE: t.lastCode() })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
  });
});

describe('users who do not exist', () => {
  const shape = async (username: string) => {
    const { ChallengeName, AvailableChallenges } = await t.initiate(username);
    return { ChallengeName, AvailableChallenges };
  };

  it('seem to have something, the same every time, and not all the same', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `ghost-${index}`);
    const seen = await Promise.all(names.map(shape));
    expect(await Promise.all(names.map(shape))).toEqual(seen);
    expect(new Set(seen.map(({ AvailableChallenges }) => AvailableChallenges?.join())).size).toBe(4);
    expect(seen.every(({ AvailableChallenges }) => AvailableChallenges?.includes('PASSWORD'))).toBe(true);
  });

  it('never sign in, and are refused in the words of others', async () => {
    await t.enrolled('real');
    let [password, key, code] = [0, 0, 0];
    for (const name of Array.from({ length: 12 }, (_, index) => `ghost-${index}`)) {
      const question = await t.initiate(name);
      for (const factor of question.AvailableChallenges ?? []) {
        if (factor === 'PASSWORD') {
          password += 1;
          await expect(withPassword(name, 'no')).rejects.toMatchObject({ message: 'Incorrect username or password.' });
        }
        if (factor === 'WEB_AUTHN') {
          key += 1;
          const asked = await t.initiate(name, { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
          const options = requestOptions(asked);
          const repeated = requestOptions(await t.initiate(name, { PREFERRED_CHALLENGE: 'WEB_AUTHN' }));
          expect(repeated.allowCredentials).toEqual(options.allowCredentials);
          const CREDENTIAL = JSON.stringify(new TestKey().get(options));
          const refused = await t.answer(asked, name, { CREDENTIAL }).catch((error: unknown) => error);
          const real = await t.signInWithKey('real', new TestKey()).catch((error: unknown) => error);
          expect(String(refused)).toBe(String(real));
        }
        if (factor === 'EMAIL_OTP') {
          code += 1;
          const mails = t.mail.length;
          const asked = await t.initiate(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
          expect(asked.ChallengeParameters?.['CODE_DELIVERY_DESTINATION']).toMatch(/^[a-z]\*{3}@[a-z]\*{3}$/);
          expect(t.mail).toHaveLength(mails);
          const refused = t.answer(asked, name, { EMAIL_OTP_CODE: '12345678' });
          await expect(refused).rejects.toMatchObject({ name: 'CodeMismatchException' });
        }
      }
    }
    expect(Math.min(password, key, code)).toBeGreaterThan(0);
  });

  it('are locked like others', async () => {
    for (let failures = 1; failures <= 5; failures += 1)
      await expect(withPassword('ghost-lock', 'no')).rejects.toThrow('Incorrect');
    await expect(withPassword('ghost-lock', 'no')).rejects.toThrow('exceeded');
  });

  it('are told of where the pool is set so', async () => {
    const legacy = await PoolUnderTest.start({ preventUserExistenceErrors: 'LEGACY' });
    try {
      await expect(legacy.initiate('nobody')).rejects.toMatchObject({ name: 'UserNotFoundException' });
    } finally {
      await legacy.stop();
    }
  });
});

describe('what the pool does not do', () => {
  it.each([
    ['TARGET_ACR_VALUES', 'urn:cognito:loa:3'],
    ['ACCESS_TOKEN', 'a.b.c'],
    ['MAX_AGE', '60'],
  ])('is refused by name: %s', async (name, value) => {
    await expect(t.initiate('ana', { [name]: value })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(name) as string,
    });
  });
});
