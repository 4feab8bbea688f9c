import { describe, expect, it } from 'vitest';

import type { PasskeyOnly } from '../../src/triggers/passkey-only.js';
import { preAuthentication } from '../../src/triggers/pre-authentication.js';
import { CLIENTS, POOL, preAuthenticationSample, SUB } from './event-samples.js';
import { afterTheDeadline, LET_DOWNS } from './failing.js';

function withFactors(factors: readonly string[] | undefined, passwordIsFirstFactor = false) {
  const asked: string[] = [];
  const rule: PasskeyOnly = {
    clients: CLIENTS,
    passwordIsFirstFactor,
    authFactorsOf: (username) => {
      asked.push(username);
      return Promise.resolve(factors);
    },
  };
  return { trigger: preAuthentication(rule), asked };
}

const PASSKEY = ['WEB_AUTHN', 'EMAIL_OTP'];
const PASSWORD = ['PASSWORD'];
const BOTH = ['PASSWORD', 'WEB_AUTHN'];

describe('a person with a passkey', () => {
  it('is refused at a password client, however often it is asked', async () => {
    const { trigger, asked } = withFactors(BOTH);
    const event = preAuthenticationSample('passwordclient');
    for (let call = 0; call < 3; call += 1)
      await expect(trigger(event)).rejects.toMatchObject({ code: 'passkey-required' });
    expect(asked).toEqual([SUB, SUB, SUB]);
  });

  it('signs in at a passkey client of a pool whose first factors have no password', async () => {
    const { trigger, asked } = withFactors(BOTH);
    const event = preAuthenticationSample('passkeyclient');
    await expect(trigger(event)).resolves.toEqual({ ...event, response: {} });
    expect(asked).toEqual([]); // nothing that the answer would change
  });

  it('is refused everywhere with a password beside it where USER_AUTH takes passwords', async () => {
    await expect(withFactors(BOTH, true).trigger(preAuthenticationSample('passkeyclient'))).rejects.toMatchObject({
      code: 'password-beside-passkey',
    });
    await expect(withFactors(PASSKEY, true).trigger(preAuthenticationSample('passkeyclient'))).resolves.toBeDefined();
  });
});

describe('a person without a passkey', () => {
  it('signs in at a password client, to enrol one', async () => {
    await expect(withFactors(PASSWORD).trigger(preAuthenticationSample('passwordclient'))).resolves.toBeDefined();
    await expect(withFactors([]).trigger(preAuthenticationSample('passwordclient'))).resolves.toBeDefined();
  });

  it('confirms a sign-up before anything else', async () => {
    const event = preAuthenticationSample('passkeyclient', {
      userAttributes: { sub: SUB, 'cognito:user_status': 'UNCONFIRMED' },
    });
    await expect(withFactors(PASSKEY).trigger(event)).rejects.toMatchObject({ code: 'unconfirmed-account' });
  });
});

describe('somebody who does not exist', () => {
  const nobody = (clientId: string) => preAuthenticationSample(clientId, { userNotFound: true, userAttributes: {} });

  it('is left to the service, after the same question', async () => {
    const { trigger, asked } = withFactors(undefined);
    await expect(trigger(nobody('passwordclient'))).resolves.toMatchObject({ userPoolId: POOL });
    expect(asked).toHaveLength(1);
  });

  it('is refused like everybody else while the question has no answer', async () => {
    const rule = {
      clients: CLIENTS,
      passwordIsFirstFactor: false,
      authFactorsOf: () => Promise.reject(new Error('no')),
    };
    const trigger = preAuthentication(rule);
    await expect(trigger(nobody('passwordclient'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(trigger(preAuthenticationSample('passwordclient'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('what is refused', () => {
  it('is a client that nobody gave a purpose', async () => {
    await expect(withFactors([]).trigger(preAuthenticationSample('another'))).rejects.toMatchObject({
      code: 'unknown-client',
    });
  });

  it('is an account that went away meanwhile', async () => {
    await expect(withFactors(undefined).trigger(preAuthenticationSample('passwordclient'))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it.each(Object.entries(LET_DOWNS))('is everything when the pool %s', async (_, authFactorsOf) => {
    const trigger = preAuthentication({ clients: CLIENTS, passwordIsFirstFactor: true, authFactorsOf });
    for (const client of ['passwordclient', 'passkeyclient'])
      await expect(afterTheDeadline(() => trigger(preAuthenticationSample(client)))).resolves.toMatchObject({
        error: { code: 'unavailable' },
      });
  });

  it('does not depend on what the caller sends along', async () => {
    const event = preAuthenticationSample('passwordclient', { validationData: { factor: 'WEB_AUTHN', trust: 'me' } });
    await expect(withFactors(PASSKEY).trigger(event)).rejects.toMatchObject({ code: 'passkey-required' });
  });
});
