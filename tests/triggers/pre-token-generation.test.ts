import { describe, expect, it } from 'vitest';

import { preTokenGeneration } from '../../src/triggers/pre-token-generation.js';
import { CLIENTS, SUB, tokenGenerationSample } from './event-samples.js';
import { afterTheDeadline, LET_DOWNS } from './failing.js';
import { ANN, MemoryRegistry } from './sign-up/desk.js';

const BOUND = { ...ANN, account: SUB };

function issuing(factors: readonly string[], registry = new MemoryRegistry(BOUND), passwordIsFirstFactor = false) {
  const authFactorsOf = () => Promise.resolve(factors);
  return preTokenGeneration({ clients: CLIENTS, passwordIsFirstFactor, authFactorsOf }, { registry });
}

describe('a session that began with a password', () => {
  it('ends at the next refresh once there is a passkey', async () => {
    const refresh = tokenGenerationSample('passwordclient', 'TokenGeneration_RefreshTokens');
    await expect(issuing(['PASSWORD'])(refresh)).resolves.toEqual(refresh);
    await expect(issuing(['PASSWORD', 'WEB_AUTHN'])(refresh)).rejects.toMatchObject({ code: 'passkey-required' });
  });

  it('does not begin when the passkey came between the first step and the last', async () => {
    for (const source of ['TokenGeneration_Authentication', 'TokenGeneration_NewPasswordChallenge'])
      await expect(issuing(['WEB_AUTHN'])(tokenGenerationSample('passwordclient', source))).rejects.toMatchObject({
        code: 'passkey-required',
      });
  });
});

describe('a session with a passkey', () => {
  it('is issued and refreshed, its claims untouched', async () => {
    for (const source of [
      'TokenGeneration_Authentication',
      'TokenGeneration_RefreshTokens',
      'TokenGeneration_HostedAuth',
    ]) {
      const event = tokenGenerationSample('passkeyclient', source);
      await expect(issuing(['WEB_AUTHN'])(event)).resolves.toEqual(event);
    }
  });

  it('is not issued beside a password where USER_AUTH takes passwords', async () => {
    const event = tokenGenerationSample('passkeyclient');
    await expect(issuing(['WEB_AUTHN', 'PASSWORD'], undefined, true)(event)).rejects.toMatchObject({
      code: 'password-beside-passkey',
    });
  });
});

describe('a session on behalf of a person', () => {
  it('is opened and never prolonged', async () => {
    await expect(issuing(['WEB_AUTHN'])(tokenGenerationSample('helpdeskclient'))).resolves.toBeDefined();
    const refresh = tokenGenerationSample('helpdeskclient', 'TokenGeneration_RefreshTokens');
    await expect(issuing(['WEB_AUTHN'])(refresh)).rejects.toMatchObject({ code: 'no-refresh' });
  });
});

describe('an account that was signed up', () => {
  const event = tokenGenerationSample('passkeyclient');

  it("gets no tokens, and is not bound, while PostConfirmation has not settled it: its password may be a stranger's", async () => {
    const registry = new MemoryRegistry(ANN);
    for (const client of ['passkeyclient', 'passwordclient'])
      await expect(issuing([], registry)(tokenGenerationSample(client))).rejects.toMatchObject({
        code: 'unsettled-sign-up',
      });
    expect(registry.entries.get('12345678')?.account).toBeUndefined();
  });

  it.each([
    ['bound to another account', new MemoryRegistry({ ...ANN, account: 'another' }), 'registration-taken'],
    ['gone', new MemoryRegistry(), 'not-registered'],
  ])('gets no tokens when its registration is %s', async (_, registry, code) => {
    await expect(issuing([], registry)(event)).rejects.toMatchObject({ code });
  });

  it('gets no tokens on an address that was never proved', async () => {
    const attributes = { sub: SUB, email: 'ann@example.com', 'custom:account_number': '12345678' };
    const unproved = tokenGenerationSample('passkeyclient', undefined, attributes);
    await expect(issuing([], new MemoryRegistry(ANN))(unproved)).rejects.toMatchObject({ code: 'email-not-proved' });
  });
});

describe('an account that an administrator made', () => {
  it('needs no registration', async () => {
    const event = tokenGenerationSample('passkeyclient', undefined, { sub: SUB, email: 'new@example.com' });
    await expect(issuing([], new MemoryRegistry())(event)).resolves.toBeDefined();
  });
});

describe('what gets no tokens', () => {
  it('is a client without a purpose, and a source that is not known', async () => {
    await expect(issuing([])(tokenGenerationSample('another'))).rejects.toMatchObject({ code: 'unknown-client' });
    const machine = tokenGenerationSample('passkeyclient', 'TokenGeneration_ClientCredentials');
    await expect(issuing([])(machine)).rejects.toMatchObject({ code: 'malformed-event' });
  });

  it.each(Object.entries(LET_DOWNS))('is everybody when pool or registry %s', async (_, act) => {
    const pool = preTokenGeneration(
      { clients: CLIENTS, passwordIsFirstFactor: false, authFactorsOf: act },
      { registry: new MemoryRegistry(BOUND) },
    );
    const registry = preTokenGeneration(
      { clients: CLIENTS, passwordIsFirstFactor: false, authFactorsOf: () => Promise.resolve([]) },
      { registry: { find: act, claim: act } },
    );
    for (const trigger of [pool, registry])
      await expect(afterTheDeadline(() => trigger(tokenGenerationSample('passwordclient')))).resolves.toMatchObject({
        error: { name: 'Refusal' },
      });
  });
});
