import { describe, expect, it } from 'vitest';

import { Refusal } from '../../../src/triggers/refusal.js';
import { preSignUp } from '../../../src/triggers/sign-up/gate.js';
import { CLIENTS, preSignUpSample } from '../event-samples.js';
import { afterTheDeadline, LET_DOWNS } from '../failing.js';
import { ANN, MemoryRegistry } from './desk.js';

const gateOf = (registry = new MemoryRegistry(ANN)) => preSignUp({ clients: CLIENTS, registry });
const details = (number: string, email: string) => ({ 'custom:account_number': number, email });
const ANNS = details('12-345 678', 'Ann@Example.com');

describe('signing up', () => {
  it('is for who is on file with number and address, and proves nothing yet', async () => {
    const event = preSignUpSample(ANNS);
    await expect(gateOf()(event)).resolves.toEqual({
      ...event,
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    });
  });

  it('takes back what another trigger may have waved through', async () => {
    const event = { ...preSignUpSample(ANNS), response: { autoConfirmUser: true, autoVerifyEmail: true } };
    await expect(gateOf()(event)).resolves.toMatchObject({
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    });
  });

  it.each([
    ['an unknown number', details('99999999', 'ann@example.com')],
    ['another address', details('12345678', 'eve@example.com')],
    ['a number that is none', details('1', 'ann@example.com')],
    ['an address that is none', details('12345678', 'ann')],
    ['no number', { email: 'ann@example.com' }],
    ['no address', { 'custom:account_number': '12345678' }],
    ['nothing', {}],
  ])('is refused with %s, in the same words and after one look-up', async (_, attributes) => {
    const registry = new MemoryRegistry(ANN);
    const refused = preSignUp({ clients: CLIENTS, registry })(preSignUpSample(attributes));
    await expect(refused).rejects.toThrow(new Refusal('not-registered').message);
    expect(registry.lookedUp).toHaveLength(1);
  });

  it('is refused when the registration is bound already, in the same words', async () => {
    const registry = new MemoryRegistry({ ...ANN, account: 'somebody' });
    const refused = preSignUp({ clients: CLIENTS, registry })(preSignUpSample(ANNS));
    await expect(refused).rejects.toMatchObject({ code: 'registration-taken' });
    await expect(refused).rejects.toThrow(new Refusal('not-registered').message);
  });

  it.each(['passwordclient', 'helpdeskclient', 'another'])('is refused at %s', async (clientId) => {
    await expect(gateOf()(preSignUpSample(ANNS, { clientId }))).rejects.toMatchObject({ code: 'unknown-client' });
  });

  it.each(Object.entries(LET_DOWNS))('is refused when the registry %s', async (_, find) => {
    const gate = preSignUp({ clients: CLIENTS, registry: { find, claim: find } });
    const ended = await afterTheDeadline(() => gate(preSignUpSample(ANNS)));
    expect(ended).toMatchObject({ error: { name: 'Refusal' } });
  });
});

describe('an account made otherwise', () => {
  it('is the administrator’s, by IAM, from whatever program', async () => {
    const event = preSignUpSample(
      { email: 'new@example.com' },
      { source: 'PreSignUp_AdminCreateUser', clientId: 'CLIENT_ID_NOT_APPLICABLE' },
    );
    await expect(gateOf()(event)).resolves.toBeDefined();
  });

  it('is held against the file where the administrator gives a number', async () => {
    const source = 'PreSignUp_AdminCreateUser';
    await expect(gateOf()(preSignUpSample(ANNS, { source }))).resolves.toBeDefined();
    const wrong = preSignUpSample(details('12345678', 'eve@example.com'), { source });
    await expect(gateOf()(wrong)).rejects.toMatchObject({ code: 'not-registered' });
  });

  it('is refused when another identity provider vouches for it', async () => {
    const event = preSignUpSample(ANNS, { source: 'PreSignUp_ExternalProvider' });
    await expect(gateOf()(event)).rejects.toMatchObject({ code: 'federated-account' });
  });
});
