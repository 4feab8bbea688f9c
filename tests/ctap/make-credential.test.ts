import { describe, expect, it } from 'vitest';

import { utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborMap, decodeStrict, encode } from '../../src/ctap/codec/cbor.js';
import { Ctap2 } from '../../src/ctap/ctap2.js';
import {
  makeCredential,
  makeCredentialParameters,
  type MakeCredentialRequest,
} from '../../src/ctap/make-credential.js';
import { protocolOne, protocolTwo } from '../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { attested, textMap } from './scripted-key.js';
import { ScriptedTransport } from './scripted-transport.js';
import { CLIENT_DATA_HASH, MAKE_CREDENTIAL_EXAMPLE, USER_ID } from './spec-examples.js';

const EXAMPLE: MakeCredentialRequest = {
  clientDataHash: CLIENT_DATA_HASH,
  rp: { id: 'example.com', name: 'Acme' },
  user: { id: USER_ID, name: 'johnpsmith@example.com', displayName: 'John P. Smith' },
  algorithms: [-7, -257],
  rk: true,
};
const TOKEN = new Uint8Array(32).fill(7);

describe('makeCredential', () => {
  it("asks with the bytes of the specification's example, but for the icon that nobody keeps any more", () => {
    const example = decodeStrict(MAKE_CREDENTIAL_EXAMPLE.subarray(1)) as CborMap;
    const user = new Map([...(example.get(3) as CborMap)].filter(([name]) => name !== 'icon'));
    expect(encode(makeCredentialParameters(EXAMPLE))).toEqual(encode(new Map([...example, [3, user]])));
  });

  it.each([protocolOne, protocolTwo])(
    'proves the person by a token over the client data hash: $version',
    (protocol) => {
      const token = { protocol, bytes: TOKEN, permissions: 1 };
      const parameters = makeCredentialParameters({ ...EXAMPLE, token });
      expect(parameters.get(8)).toEqual(protocol.authenticate(TOKEN, CLIENT_DATA_HASH));
      expect(parameters.get(9)).toBe(protocol.version);
    },
  );

  it('leaves out what is empty or false: keys of CTAP 2.0 refuse options that they do not know', () => {
    const bare = { ...EXAMPLE, rk: false, uv: false, excludeList: [], extensions: new Map() };
    expect([...makeCredentialParameters(bare).keys()]).toEqual([1, 2, 3, 4]);
    const full = {
      ...EXAMPLE,
      uv: true,
      excludeList: [{ id: utf8('one'), type: 'public-key' }],
      extensions: textMap({ credProtect: 2 }),
      enterpriseAttestation: 2 as const,
    };
    const parameters = makeCredentialParameters(full);
    expect(parameters.get(5)).toEqual([textMap({ id: utf8('one'), type: 'public-key' })]);
    expect(parameters.get(6)).toEqual(textMap({ credProtect: 2 }));
    expect(parameters.get(7)).toEqual(textMap({ rk: true, uv: true }));
    expect(parameters.get(10)).toBe(2);
  });

  it('reads the answer, fills defaults, and names the member that lacks', async () => {
    const authData = attested();
    const answers: [CborMap, unknown][] = [
      [
        new Map<number, CborMap | string | Uint8Array | boolean>([
          [1, 'packed'],
          [2, authData],
          [3, textMap({ alg: -7 })],
          [4, true],
          [5, TOKEN],
          [99, 'a member of tomorrow'],
        ]),
        { fmt: 'packed', authData, attStmt: textMap({ alg: -7 }), epAtt: true, largeBlobKey: TOKEN },
      ],
      [
        new Map<number, string | Uint8Array>([[1, 'none'], [2, authData]]), // prettier-ignore
        { fmt: 'none', authData, attStmt: new Map(), epAtt: false, largeBlobKey: undefined },
      ],
    ];
    for (const [answer, expected] of answers) {
      const made = makeCredential(new Ctap2(new ScriptedTransport(() => answer)), EXAMPLE);
      await expect(made).resolves.toEqual(expected);
    }
    const lacking = makeCredential(new Ctap2(new ScriptedTransport(() => new Map([[1, 'packed']]))), EXAMPLE);
    await expect(lacking).rejects.toMatchObject({ name: 'ResponseError', member: 'authData' });
    const refused = makeCredential(new Ctap2(new ScriptedTransport(() => CtapStatus.CREDENTIAL_EXCLUDED)), EXAMPLE);
    await expect(refused).rejects.toMatchObject({ name: 'CtapError', status: 0x19, command: 1 });
  });
});
