import { expect, it } from 'vitest';

import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import { fromBase64url, toBase64url } from '../../../src/ctap/codec/bytes.js';
import { allow, keyWithPin, NOT_DISCOVERABLE, UNVERIFIED } from './key.js';
import { creation, ORIGIN } from '../options.js';
import { create } from '../../../src/ctap/client/create.js';
import { Person } from '../person.js';
import { attested, infoOf, openScripted, textMap } from '../scripted-key.js';

const LEVELS = [
  'userVerificationOptional',
  'userVerificationOptionalWithCredentialIDList',
  'userVerificationRequired',
] as const;

it.each(LEVELS.map((policy, index) => [policy, index + 1] as const))('%s is level %i', async (policy, level) => {
  const { register } = await keyWithPin();
  const { response, clientExtensionResults } = await register({ credentialProtectionPolicy: policy });
  const { extensions } = decodeAuthenticatorData(fromBase64url(response.authenticatorData));
  expect(extensions).toEqual(new Map([['credProtect', level]]));
  expect(clientExtensionResults).toEqual({});
});

it('a policy that there is not is refused before anything is asked', async () => {
  const { register } = await keyWithPin();
  await expect(register({ credentialProtectionPolicy: 'sometimes' })).rejects.toMatchObject({ code: 'bad-options' });
});

it('a key without it is refused where the policy must be kept, and used where not', async () => {
  const { register } = await keyWithPin({ profile: '2.0' });
  const policy = { credentialProtectionPolicy: 'userVerificationRequired' };
  await expect(register({ ...policy, enforceCredentialProtectionPolicy: true })).rejects.toMatchObject({
    code: 'unsupported',
  });
  expect((await register(policy)).clientExtensionResults).toEqual({});
});

it('a key that protects less than it must is caught; one that protects unasked is believed', async () => {
  const answering = async (credProtect: number, extensions = {}) => {
    const info = infoOf({ 2: ['credProtect'], 4: textMap({ rk: true }) });
    const { authenticator } = await openScripted(
      info,
      () => new Map<number, never>([[1, 'none'], [2, attested({ flags: 1, extensions: textMap({ credProtect }) })], [3, new Map()]] as never), // prettier-ignore
    );
    const options = creation({ extensions, authenticatorSelection: UNVERIFIED });
    return create(options, ORIGIN, { authenticator, interaction: new Person() });
  };
  const must = { credentialProtectionPolicy: LEVELS[2], enforceCredentialProtectionPolicy: true };
  await expect(answering(2, must)).rejects.toMatchObject({ code: 'bad-answer' });
  expect((await answering(3, must)).id).not.toBe('');
  expect((await answering(2)).id).not.toBe('');
});

it('a protected credential is found in a long list: the PIN is asked for once nothing shows without', async () => {
  const { register, signIn } = await keyWithPin();
  const { id } = await register({ credentialProtectionPolicy: LEVELS[2] }, NOT_DISCOVERABLE);
  const others = Array.from({ length: 20 }, (_, index) => toBase64url(new Uint8Array(64).fill(index)));
  const signed = await signIn({}, { ...allow(...others, id), ...UNVERIFIED });
  expect(signed.id).toBe(id);
  expect((fromBase64url(signed.response.authenticatorData)[32] ?? 0) & 0x04).toBe(0x04); // verified after all
});

it('an open credential in a long list costs no PIN', async () => {
  const { register, signIn } = await keyWithPin();
  const { id } = await register({}, NOT_DISCOVERABLE);
  const others = Array.from({ length: 20 }, (_, index) => toBase64url(new Uint8Array(64).fill(index)));
  const signed = await signIn({}, { ...allow(...others, id), ...UNVERIFIED });
  expect((fromBase64url(signed.response.authenticatorData)[32] ?? 0) & 0x05).toBe(0x01);
});
