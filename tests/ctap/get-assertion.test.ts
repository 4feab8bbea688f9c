import { describe, expect, it } from 'vitest';

import { utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode } from '../../src/ctap/codec/cbor.js';
import { Ctap2 } from '../../src/ctap/ctap2.js';
import {
  getAssertion,
  getAssertionParameters,
  type GetAssertionRequest,
  getNextAssertion,
} from '../../src/ctap/get-assertion.js';
import { protocolTwo } from '../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { asserted, textMap } from './scripted-key.js';
import { ScriptedTransport } from './scripted-transport.js';
import { CLIENT_DATA_HASH, CREDENTIAL_ID, GET_ASSERTION_EXAMPLE } from './spec-examples.js';

const EXAMPLE: GetAssertionRequest = {
  rpId: 'example.com',
  clientDataHash: CLIENT_DATA_HASH,
  allowList: [
    { id: CREDENTIAL_ID, type: 'public-key' },
    { id: new Uint8Array(50).fill(3), type: 'public-key' },
  ],
  uv: true,
};
const TOKEN = new Uint8Array(32).fill(7);
const BARE: readonly [number, CborValue][] = [[2, asserted()], [3, utf8('signature')]]; // prettier-ignore
const FULL: readonly [number, CborValue][] = [
  [1, textMap({ id: CREDENTIAL_ID, type: 'public-key' })],
  ...BARE,
  [4, textMap({ id: utf8('1234'), name: 'ada' })],
  [5, 3],
  [6, true],
  [7, TOKEN],
];

const over = (answer: CborMap | number) => {
  const transport = new ScriptedTransport(() => answer);
  return { transport, ctap: new Ctap2(transport) };
};

describe('getAssertion', () => {
  it("asks with the very bytes of the specification's example", () => {
    expect(encode(getAssertionParameters(EXAMPLE))).toEqual(GET_ASSERTION_EXAMPLE.slice(1));
  });

  it('asks in silence, with a proof, and without a list', () => {
    const token = { protocol: protocolTwo, bytes: TOKEN, permissions: 2 };
    const parameters = getAssertionParameters({ ...EXAMPLE, allowList: [], uv: undefined, up: false, token });
    expect(parameters.get(3)).toBeUndefined();
    expect(parameters.get(5)).toEqual(textMap({ up: false }));
    expect(parameters.get(6)).toEqual(protocolTwo.authenticate(TOKEN, CLIENT_DATA_HASH));
    expect(parameters.get(7)).toBe(2);
  });

  it('reads the answer, fills defaults, and names the member that lacks', async () => {
    await expect(getAssertion(over(new Map(FULL)).ctap, EXAMPLE)).resolves.toEqual({
      credential: { id: CREDENTIAL_ID, type: 'public-key' },
      authData: asserted(),
      signature: utf8('signature'),
      user: { id: utf8('1234'), name: 'ada', displayName: undefined },
      numberOfCredentials: 3,
      userSelected: true,
      largeBlobKey: TOKEN,
    });
    await expect(getAssertion(over(new Map(BARE)).ctap, EXAMPLE)).resolves.toMatchObject({
      credential: undefined,
      user: undefined,
      numberOfCredentials: 1,
      userSelected: false,
      largeBlobKey: undefined,
    });
    const lacking = getAssertion(over(new Map(BARE.slice(0, 1))).ctap, EXAMPLE);
    await expect(lacking).rejects.toMatchObject({ name: 'ResponseError', member: 'signature' });
    const nameless = getAssertion(over(new Map([...BARE, [4, textMap({ name: 'ada' })]])).ctap, EXAMPLE);
    await expect(nameless).rejects.toMatchObject({ name: 'ResponseError', member: 'user.id' });
  });

  it('asks for the next one without any parameters', async () => {
    const { transport, ctap } = over(new Map(FULL));
    await expect(getNextAssertion(ctap)).resolves.toMatchObject({ user: { name: 'ada' } });
    expect(transport.asked).toEqual([{ command: 8, parameters: new Map() }]);
    const ended = getNextAssertion(over(CtapStatus.NOT_ALLOWED).ctap);
    await expect(ended).rejects.toMatchObject({ name: 'CtapError', status: 0x30, command: 8 });
  });
});
