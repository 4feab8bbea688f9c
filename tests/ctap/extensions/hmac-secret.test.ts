import { createHash, createHmac } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import type { PrfValuesJSON } from '../../../src/ctap/client/webauthn-json.js';
import { fromBase64url, toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { prf } from '../../../src/ctap/extensions/hmac-secret.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { protocolOne, protocolTwo } from '../../../src/ctap/pin/protocol.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { creation, ORIGIN } from '../options.js';
import { Person } from '../person.js';
import { infoOf, openScripted } from '../scripted-key.js';
import { allow, keyWithPin, UNVERIFIED } from './key.js';

const ONE = toBase64url(utf8('one'));
const TWO = toBase64url(utf8('another value, longer than a salt of thirty-two bytes'));

const resultsOf = ({ clientExtensionResults: { prf: out } }: { clientExtensionResults: { prf?: unknown } }) =>
  (out as { results?: PrfValuesJSON } | undefined)?.results;

describe.each(['2.0', '2.1', '2.3'] as const)('prf on CTAP %s', (profile) => {
  it('gives the same secrets for the same values, and others for others', async () => {
    const { register, signIn } = await keyWithPin({ profile });
    const made = await register({ prf: {} });
    expect(made.clientExtensionResults).toEqual({ prf: { enabled: true } });
    const first = resultsOf(await signIn({ prf: { eval: { first: ONE, second: TWO } } }, allow(made.id)));
    expect(fromBase64url(first?.first ?? '')).toHaveLength(32);
    expect(fromBase64url(first?.second ?? '')).toHaveLength(32);
    expect(first?.first).not.toBe(first?.second);
    const again = await signIn({ prf: { eval: { first: TWO } } });
    expect(again.clientExtensionResults).toEqual({ prf: { results: { first: first?.second } } });
  });

  it('gives every credential secrets of its own', async () => {
    const { register, signIn } = await keyWithPin({ profile });
    const evaluate = async (name: string) => {
      const user = { id: toBase64url(utf8(name)), name, displayName: name };
      const { id } = await register({ prf: {} }, { user });
      return resultsOf(await signIn({ prf: { eval: { first: ONE } } }, allow(id)))?.first;
    };
    expect(await evaluate('ada')).not.toBe(await evaluate('bob'));
  });

  it('verifies the person even where the relying party would do without', async () => {
    const { register, signIn } = await keyWithPin({ profile });
    const { id } = await register({ prf: {} });
    const extensions = { prf: { eval: { first: ONE } } };
    const verified = await signIn(extensions, allow(id));
    const discouraged = await signIn(extensions, { ...allow(id), ...UNVERIFIED });
    expect(resultsOf(discouraged)).toEqual(resultsOf(verified));
  });
});

describe('prf at creation', () => {
  it('is evaluated at once on keys of CTAP 2.2 and later, to what signing in gives', async () => {
    const { register, signIn } = await keyWithPin({ profile: '2.3' });
    const extensions = { prf: { eval: { first: ONE, second: TWO } } };
    const made = await register(extensions);
    expect(made.clientExtensionResults.prf?.enabled).toBe(true);
    expect(resultsOf(made)).toEqual(resultsOf(await signIn(extensions, allow(made.id))));
  });

  it('is only enabled on earlier ones', async () => {
    const { register } = await keyWithPin({ profile: '2.1' });
    const made = await register({ prf: { eval: { first: ONE } } });
    expect(made.clientExtensionResults).toEqual({ prf: { enabled: true } });
  });

  it('is not enabled on a key without it', async () => {
    const { authenticator } = await openScripted(infoOf());
    expect(prf.creation?.({ inputs: { prf: {} }, info: authenticator.info, rk: false })?.request).toBeUndefined();
  });
});

describe('prf.evalByCredential', () => {
  it('takes the values of the credential that is on the key, else the usual ones', async () => {
    const { register, signIn } = await keyWithPin();
    const { id } = await register({ prf: {} });
    const other = toBase64url(new Uint8Array(32).fill(1));
    const plain = resultsOf(await signIn({ prf: { eval: { first: TWO } } }, allow(id)));
    const special = { [id]: { first: TWO }, [other]: { first: ONE } };
    const both = { prf: { eval: { first: ONE }, evalByCredential: special } };
    expect(resultsOf(await signIn(both, allow(other, id)))).toEqual(plain);
    const fallback = { prf: { eval: { first: TWO }, evalByCredential: { [other]: { first: ONE } } } };
    expect(resultsOf(await signIn(fallback, allow(other, id)))).toEqual(plain);
    const none = { prf: { evalByCredential: { [other]: { first: ONE } } } };
    expect((await signIn(none, allow(other, id))).clientExtensionResults).toEqual({ prf: {} });
  });

  it.each([
    ['names a credential that is not allowed', allow(ONE)],
    ['comes without an allow list', {}],
  ])('is refused when it %s', async (_, list) => {
    const { signIn } = await keyWithPin();
    const signing = signIn({ prf: { evalByCredential: { [TWO]: { first: ONE } } } }, list);
    await expect(signing).rejects.toMatchObject({ code: 'bad-options' });
  });

  it('is for signing in only', async () => {
    const { register } = await keyWithPin();
    const made = register({ prf: { evalByCredential: { [TWO]: { first: ONE } } } });
    await expect(made).rejects.toMatchObject({ code: 'bad-options' });
  });
});

it('costs no command where the key agreement of the PIN is still good', async () => {
  const softKey = new SoftKey({ profile: '2.3' });
  const authenticator = await Authenticator.open(new MemoryPort(softKey));
  const send = vi.spyOn(authenticator.ctap, 'send');
  const options = creation({ extensions: { prf: { eval: { first: ONE } } } });
  await create(options, ORIGIN, { authenticator, interaction: new Person('1234') });
  const agreements = send.mock.calls.filter(([command, parameters]) => command === 6 && parameters?.get(2) === 2);
  expect(agreements).toHaveLength(1);
});

/** The authenticator's part, by the words of the specification and not by our software key. */
describe.each([protocolOne, protocolTwo])('the input of hmac-secret with protocol $version', (protocol) => {
  it('holds salts that the other end can open and authenticate, and its answer is opened', async () => {
    const { authenticator } = await openScripted(infoOf({ 2: ['hmac-secret'], 6: [1, 2] }));
    const { info, ctap } = authenticator;
    const value = fc.uint8Array({ maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.option(value),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        async (a, b, random) => {
          const [ours, theirs] = [new KeyAgreement(), new KeyAgreement()];
          const secret = ours.agree(protocol, theirs.publicKey());
          const shared = { protocol, secret, ours: ours.publicKey() };
          const inputs = { prf: { eval: { first: toBase64url(a), ...(b && { second: toBase64url(b) }) } } };
          const part = prf.assertion?.({ inputs, info, allowed: [] });
          const input = part?.request?.({ shared, only: undefined })[0]?.[1] as CborMap;
          const seen = theirs.agree(protocol, input.get(1) as CborMap);
          const saltEnc = input.get(2) as Uint8Array;
          expect(input.get(3)).toEqual(protocol.authenticate(seen, saltEnc));
          expect(input.get(4)).toBe(protocol.version === 1 ? undefined : protocol.version);
          const salts = [a, b].filter((each) => each !== null).map(saltOf);
          expect(protocol.decrypt(seen, saltEnc)).toEqual(Uint8Array.from(Buffer.concat(salts)));
          const answers = salts.map((salt) => createHmac('sha256', random).update(salt).digest());
          const outputs = new Map([['hmac-secret', protocol.encrypt(seen, Buffer.concat(answers))]]);
          const answer = { outputs, shared, ctap, info, largeBlobKey: undefined, token: undefined, signal: undefined };
          const [first = new Uint8Array(), second] = answers;
          expect(await part?.result?.(answer)).toEqual({
            prf: { results: { first: toBase64url(first), ...(second && { second: toBase64url(second) }) } },
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['of another length', 80],
    ['that is empty', 0],
    ['that is no whole number of blocks', 33],
  ])('an answer %s is refused', async (_, length) => {
    const { authenticator } = await openScripted(infoOf({ 2: ['hmac-secret'], 6: [1, 2] }));
    const { info, ctap } = authenticator;
    const [ours, theirs] = [new KeyAgreement(), new KeyAgreement()];
    const shared = { protocol, secret: ours.agree(protocol, theirs.publicKey()), ours: ours.publicKey() };
    const part = prf.assertion?.({ inputs: { prf: { eval: { first: ONE } } }, info, allowed: [] });
    part?.request?.({ shared, only: undefined });
    const outputs = new Map([['hmac-secret', new Uint8Array(length)]]);
    const answer = { outputs, shared, ctap, info, largeBlobKey: undefined, token: undefined, signal: undefined };
    expect(() => part?.result?.(answer)).toThrow(expect.objectContaining({ name: 'ResponseError' }) as Error);
  });
});

/** WebAuthn Level 3 §10.1.4. */
function saltOf(value: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from('WebAuthn PRF\0', 'latin1'), value]))
    .digest();
}
