import { describe, expect, it } from 'vitest';

import { postConfirmation } from '../../../src/triggers/sign-up/post-confirmation.js';
import { postConfirmationSample, SUB } from '../event-samples.js';
import { afterTheDeadline, LET_DOWNS } from '../failing.js';
import { ANN, deskAt, MemoryRegistry } from './desk.js';

describe('a confirmed sign-up', () => {
  it('is bound to its registration, its password replaced by one that nobody knows', async () => {
    const registry = new MemoryRegistry(ANN);
    const { desk, done } = deskAt(registry);
    await expect(postConfirmation(desk)(postConfirmationSample())).resolves.toMatchObject({ response: {} });
    expect(registry.entries.get('12345678')?.account).toBe(SUB);
    expect(done).toEqual([`password of ${SUB} replaced`]);
  });

  it('is settled once, however often Cognito calls', async () => {
    const { desk, done } = deskAt(new MemoryRegistry(ANN));
    for (let call = 0; call < 3; call += 1) await postConfirmation(desk)(postConfirmationSample());
    expect(done).toHaveLength(1);
  });

  it('keeps its binding when the address changes later', async () => {
    const { desk, done } = deskAt(new MemoryRegistry({ ...ANN, account: SUB }));
    await postConfirmation(desk)(postConfirmationSample({ email: 'ann@new.example' }));
    expect(done).toEqual([]);
  });

  it('is disabled when another account was faster', async () => {
    const { desk, done } = deskAt(new MemoryRegistry({ ...ANN, account: 'the-first' }));
    await expect(postConfirmation(desk)(postConfirmationSample())).rejects.toMatchObject({
      code: 'registration-taken',
    });
    expect(done).toEqual([`${SUB} disabled`]);
  });

  it('is disabled when another account is faster at the last moment', async () => {
    const registry = new MemoryRegistry(ANN);
    registry.claim = () => Promise.resolve(false);
    const { desk, done } = deskAt(registry);
    await expect(postConfirmation(desk)(postConfirmationSample())).rejects.toMatchObject({
      code: 'registration-taken',
    });
    expect(done.at(-1)).toBe(`${SUB} disabled`);
  });

  it.each([
    ['no number', { 'custom:account_number': '' }],
    ['a number that is not on file', { 'custom:account_number': '99999999' }],
    ['another address than the one on file', { email: 'eve@example.com' }],
  ])('is disabled with %s', async (_, attributes) => {
    const { desk, done } = deskAt(new MemoryRegistry(ANN));
    await expect(postConfirmation(desk)(postConfirmationSample(attributes))).rejects.toMatchObject({
      code: 'not-registered',
    });
    expect(done).toEqual([`${SUB} disabled`]);
  });

  it('is not bound, and not disabled either, while its address is unproved', async () => {
    const registry = new MemoryRegistry(ANN);
    const { desk, done } = deskAt(registry);
    await expect(postConfirmation(desk)(postConfirmationSample({ email_verified: 'false' }))).rejects.toMatchObject({
      code: 'email-not-proved',
    });
    expect(registry.entries.get('12345678')?.account).toBeUndefined();
    expect(done).toEqual([]);
  });

  it('is settled too when it was confirmed by resetting its password', async () => {
    const { desk, done } = deskAt(new MemoryRegistry(ANN));
    await postConfirmation(desk)(postConfirmationSample({}, 'PostConfirmation_ConfirmForgotPassword'));
    expect(done).toEqual([`password of ${SUB} replaced`]);
  });
});

describe('a password reset of an account that no sign-up made', () => {
  it('is left alone', async () => {
    const event = {
      ...postConfirmationSample({}, 'PostConfirmation_ConfirmForgotPassword'),
      request: { userAttributes: { sub: SUB, email: 'new@example.com', email_verified: 'true' } },
    };
    const { desk, done } = deskAt(new MemoryRegistry(ANN));
    await expect(postConfirmation(desk)(event)).resolves.toBeDefined();
    expect(done).toEqual([]);
  });
});

describe('where USER_AUTH takes passwords', () => {
  it('a sign-up with a password is disabled: nothing else can be done', async () => {
    const registry = new MemoryRegistry(ANN);
    const authFactorsOf = () => Promise.resolve(['PASSWORD', 'EMAIL_OTP']);
    const { desk, done } = deskAt(registry, { passwordIsFirstFactor: true, authFactorsOf });
    await expect(postConfirmation(desk)(postConfirmationSample())).rejects.toMatchObject({
      code: 'password-at-sign-up',
    });
    expect(done).toEqual([`${SUB} disabled`]);
    expect(registry.entries.get('12345678')?.account).toBeUndefined();
  });

  it('a sign-up without one is bound as it is', async () => {
    const registry = new MemoryRegistry(ANN);
    const { desk, done } = deskAt(registry, { passwordIsFirstFactor: true });
    await postConfirmation(desk)(postConfirmationSample());
    expect(registry.entries.get('12345678')?.account).toBe(SUB);
    expect(done).toEqual([]);
  });
});

describe('when something it leans on lets it down', () => {
  const parts = ['find', 'claim', 'replacePassword', 'authFactorsOf'] as const;
  const cases = parts.flatMap((part) =>
    Object.entries(LET_DOWNS)
      // A password that was replaced has no answer to be wrong.
      .filter(([how]) => part !== 'replacePassword' || !how.startsWith('answers'))
      .map(([how, act]) => [part, how, act] as const),
  );

  it.each(cases)('%s %s: nothing is bound and the answer is no', async (part, _, act) => {
    const registry = new MemoryRegistry(ANN);
    const bound = () => registry.entries.get('12345678')?.account;
    const { desk } = deskAt(
      {
        find: part === 'find' ? act : (number) => registry.find(number),
        claim: part === 'claim' ? act : (number, account) => registry.claim(number, account),
      },
      part === 'find' || part === 'claim' ? {} : { [part]: act, passwordIsFirstFactor: part === 'authFactorsOf' },
    );
    await expect(afterTheDeadline(() => postConfirmation(desk)(postConfirmationSample()))).resolves.toMatchObject({
      error: { name: 'Refusal' },
    });
    expect(bound()).toBeUndefined();
  });

  it('a disabling that fails is a no as well', async () => {
    const disable = () => Promise.reject(new Error('throttled'));
    const { desk } = deskAt(new MemoryRegistry(), { disable });
    await expect(postConfirmation(desk)(postConfirmationSample())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
