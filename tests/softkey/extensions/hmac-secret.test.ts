import { describe, expect, it } from 'vitest';

import { decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import type { CborMap, CborValue } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { bytes, getting, made, making, PinClient, type Platform, plug, textMap } from '../platform.js';

const SALT = new Uint8Array(32).fill(7);

/** The platform's part, by the words of CTAP 2.2 §12.5. */
async function input(
  platform: Platform,
  version: 1 | 2,
  salts: Uint8Array = SALT,
  changes: [number, CborValue][] = [],
) {
  const client = new PinClient(platform, version);
  const { protocol } = client;
  const { secret, publicKey } = await client.agree();
  const saltEnc = protocol.encrypt(secret, salts);
  const members: [number, CborValue][] = [
    [1, publicKey],
    [2, saltEnc],
    [3, protocol.authenticate(secret, saltEnc)],
    [4, version],
  ];
  const map: CborMap = new Map([...members, ...changes]);
  return { map, open: (sealed: Uint8Array) => protocol.decrypt(secret, sealed) };
}

const asking = (params: CborMap, map: CborMap) => new Map([...params, [4, textMap({ 'hmac-secret': map })]]);
const outputOf = (answer: CborMap, name = 'hmac-secret') => {
  const value = decodeAuthenticatorData(bytes(answer, 2)).extensions?.get(name);
  if (!(value instanceof Uint8Array)) throw new Error(`No output of ${name}`);
  return value;
};

describe.each([1, 2] as const)('hmac-secret with protocol %i', (version) => {
  it('is a function of credential and salt, the same for stored credentials and those in their IDs', async () => {
    for (const rk of [true, false]) {
      const { platform } = await plug();
      const { id } = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ options: { rk } })));
      const evaluate = async (salts?: Uint8Array) => {
        const { map, open } = await input(platform, version, salts);
        return open(outputOf(await platform.success(CtapCommand.GET_ASSERTION, asking(getting({ allow: [id] }), map))));
      };
      const one = await evaluate();
      expect(one).toHaveLength(32);
      const two = await evaluate(new Uint8Array(64).fill(7));
      expect([two.slice(0, 32), two.slice(32)]).toEqual([one, one]);
      expect(await evaluate(new Uint8Array(32))).not.toEqual(one);
    }
  });

  it('differs with user verification and without', async () => {
    const { platform } = await plug();
    const { id } = made(await platform.success(CtapCommand.MAKE_CREDENTIAL, making()));
    const pin = new PinClient(platform, version);
    await pin.setPin('1234');
    const evaluate = async (verified: boolean) => {
      const proof = verified ? { proof: pin.prove(await pin.token('1234', 2, 'example.com')) } : {};
      const { map, open } = await input(platform, version);
      const params = asking(getting({ allow: [id], ...proof }), map);
      return open(outputOf(await platform.success(CtapCommand.GET_ASSERTION, params)));
    };
    expect(await evaluate(true)).not.toEqual(await evaluate(false));
    expect(await evaluate(true)).toEqual(await evaluate(true));
  });

  it.each<[string, [number, CborValue][], string]>([
    ['salts that nobody authenticated', [[3, new Uint8Array(16)]], 'PIN_AUTH_INVALID'],
    ['a protocol that there is not', [[4, 9]], 'INVALID_PARAMETER'],
    ['a key that is none', [[1, new Map()]], 'INVALID_PARAMETER'],
  ])('refuses %s', async (_, changes, status) => {
    const { platform } = await plug();
    await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ options: { rk: true } }));
    const { map } = await input(platform, version, SALT, changes);
    expect((await platform.ctap(CtapCommand.GET_ASSERTION, asking(getting(), map))).status).toBe(status);
  });

  it('refuses salts of another length, and a request without a touch', async () => {
    const { platform } = await plug();
    await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ options: { rk: true } }));
    const long = await input(platform, version, new Uint8Array(48));
    expect((await platform.ctap(CtapCommand.GET_ASSERTION, asking(getting(), long.map))).status).toBe('INVALID_LENGTH');
    const { map } = await input(platform, version);
    const silent = asking(getting({ options: { up: false } }), map);
    expect((await platform.ctap(CtapCommand.GET_ASSERTION, silent)).status).toBe('UNSUPPORTED_OPTION');
  });

  it('at creation is what signing in gives, on CTAP 2.2 and later', async () => {
    const { platform } = await plug({ profile: '2.3' });
    const first = await input(platform, version);
    const extensions = textMap({ 'hmac-secret': true, 'hmac-secret-mc': first.map });
    const answer = await platform.success(CtapCommand.MAKE_CREDENTIAL, making({ options: { rk: true }, extensions }));
    const second = await input(platform, version);
    const signed = await platform.success(CtapCommand.GET_ASSERTION, asking(getting(), second.map));
    expect(first.open(outputOf(answer, 'hmac-secret-mc'))).toEqual(second.open(outputOf(signed)));
  });
});
