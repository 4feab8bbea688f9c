import { describe, expect, it } from 'vitest';

import { create } from '../../../src/ctap/client/create.js';
import type { CreationOptionsJSON } from '../../../src/ctap/client/webauthn-json.js';
import { fromBase64url, toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, decodeStrict } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { creation, ORIGIN, RP_ID } from '../options.js';
import { Person } from '../person.js';
import { AAGUID, attested, es256Key, infoOf, openScripted, type Reply, sha256, textMap } from '../scripted-key.js';

const { MAKE_CREDENTIAL, GET_ASSERTION } = CtapCommand;
const PUBLIC_KEY = 'public-key';
/** No verification, so that the request is the first that the key gets. */
const PLAIN = { authenticatorSelection: { residentKey: 'discouraged', userVerification: 'discouraged' } };

function made(authData: Uint8Array = attested(), more: readonly [number, CborValue][] = []): CborMap {
  const statement = textMap({ alg: -7, sig: Uint8Array.of(1, 2, 3) });
  return new Map<CborKey, CborValue>([[1, 'packed'], [2, authData], [3, statement], ...more]);
}

async function run(
  options: Partial<CreationOptionsJSON>,
  { info = infoOf(), replies = () => made() }: { info?: Map<CborKey, CborValue>; replies?: (command: number, list: readonly Uint8Array[]) => Reply } = {}, // prettier-ignore
) {
  const scripted = await openScripted(info, ({ command, parameters }) => replies(command, ids(parameters, command === MAKE_CREDENTIAL ? 5 : 3))); // prettier-ignore
  const context = { authenticator: scripted.authenticator, interaction: new Person() };
  const result = create(creation({ ...PLAIN, ...options }), ORIGIN, context);
  result.catch(() => undefined);
  return { ...scripted, result, outcome: await result.catch((error: unknown) => error) };
}

/** The IDs of the allow or exclude list of a request. */
function ids(parameters: CborMap, key: number): Uint8Array[] {
  const list = parameters.get(key);
  return Array.isArray(list) ? (list as CborMap[]).map((descriptor) => descriptor.get('id') as Uint8Array) : [];
}

function descriptors(...names: string[]) {
  return names.map((name) => ({ id: toBase64url(utf8(name)), type: PUBLIC_KEY }));
}

describe('the request that create sends', () => {
  it('holds what the relying party wants, and nothing that was not asked for (CTAP 2.2 §6.1)', async () => {
    const { asked, result } = await run({});
    const { response } = await result;
    expect(asked).toEqual([
      {
        command: MAKE_CREDENTIAL,
        parameters: new Map<CborKey, CborValue>([
          [1, sha256(fromBase64url(response.clientDataJSON))],
          [2, textMap({ id: RP_ID, name: 'Example' })],
          [3, textMap({ id: utf8('user-1'), name: 'ada@example.com', displayName: 'Ada' })],
          [4, [textMap({ alg: -7, type: PUBLIC_KEY })]],
        ]),
      },
    ]);
  });

  it('asks for a discoverable credential by an option, and never says up or uv: false', async () => {
    const info = infoOf({ 4: textMap({ rk: true }) });
    const { asked } = await run({ authenticatorSelection: { residentKey: 'required', userVerification: 'discouraged' } }, { info }); // prettier-ignore
    expect(asked[0]?.parameters.get(7)).toEqual(textMap({ rk: true }));
  });

  it('verifies by the sensor of a 2.0 key with uv: true and without a token', async () => {
    const info = infoOf({ 4: textMap({ uv: true }) });
    const { asked, result } = await run({ authenticatorSelection: { userVerification: 'required' } }, { info });
    await result;
    expect(asked[0]?.parameters.get(7)).toEqual(textMap({ uv: true }));
    expect(asked[0]?.parameters.has(8)).toBe(false);
  });

  it('cuts names that keys need not take', async () => {
    const { asked } = await run({
      rp: { id: RP_ID, name: 'é'.repeat(40) },
      user: { id: 'AA', name: 'a'.repeat(100), displayName: `${'b'.repeat(63)}é` },
    });
    expect(asked[0]?.parameters.get(2)).toEqual(textMap({ id: RP_ID, name: 'é'.repeat(32) }));
    const user = textMap({ id: Uint8Array.of(0), name: 'a'.repeat(64), displayName: 'b'.repeat(63) });
    expect(asked[0]?.parameters.get(3)).toEqual(user);
  });

  it.each([
    ['all where the key does not say which it has', undefined, [-257, -7, -8], [-257, -7, -8]],
    ['those of them that the key has, in the order of the relying party', [-8, -7], [-257, -7, -8], [-7, -8]],
    ['each once', undefined, [-7, -7], [-7]],
    ['ES256 and RS256 where the relying party names none', undefined, [], [-7, -257]],
  ])('names algorithms: %s', async (_name, offered, wanted, expected) => {
    const info = offered ? infoOf({ 10: offered.map((alg) => textMap({ alg, type: PUBLIC_KEY })) }) : infoOf();
    const { asked } = await run({ pubKeyCredParams: wanted.map((alg) => ({ type: PUBLIC_KEY, alg })) }, { info });
    expect(asked[0]?.parameters.get(4)).toEqual(expected.map((alg) => textMap({ alg, type: PUBLIC_KEY })));
  });

  it.each([
    ['preferred', undefined, true, undefined, true],
    ['preferred', undefined, false, undefined, false],
    ['preferred', undefined, true, 0, false],
    ['discouraged', true, true, undefined, false],
    [undefined, true, true, undefined, true],
    ['of tomorrow', undefined, true, undefined, false],
  ])(
    'residentKey %s (requireResidentKey %s) on a key with rk %s and room %s: %s',
    async (residentKey, requireResidentKey, rk, room, expected) => {
      const info = infoOf({ 4: textMap({ rk }), ...(room !== undefined && { 0x14: room }) });
      const selection = { residentKey, requireResidentKey, userVerification: 'discouraged' };
      const { asked } = await run({ authenticatorSelection: selection }, { info });
      expect(asked[0]?.parameters.has(7)).toBe(expected);
    },
  );

  it.each([
    [
      'no algorithm in common',
      { pubKeyCredParams: [{ type: PUBLIC_KEY, alg: -65535 }] },
      { 10: [textMap({ alg: -7, type: PUBLIC_KEY })] },
      'unsupported',
    ],
    ['no discoverable credentials', { authenticatorSelection: { residentKey: 'required' } }, {}, 'unsupported'],
    ['no room', { authenticatorSelection: { residentKey: 'required' } }, { 4: textMap({ rk: true }), 0x14: 0 }, 'full'],
    ['no verification', { authenticatorSelection: { userVerification: 'required' } }, {}, 'unsupported'],
    [
      'a PIN that must be changed',
      { authenticatorSelection: { userVerification: 'required' } },
      { 4: textMap({ clientPin: true, pinUvAuthToken: true }), 6: [2], 12: true },
      'pin-change-required',
    ],
    [
      'a PIN that does not serve for credentials',
      {},
      { 4: textMap({ clientPin: true, noMcGaPermissionsWithClientPin: true }), 6: [2] },
      'unsupported',
    ],
    ['a user handle of no bytes', { user: { id: '', name: '', displayName: '' } }, {}, 'bad-options'],
    [
      'a user handle of 65 bytes',
      { user: { id: toBase64url(new Uint8Array(65)), name: '', displayName: '' } },
      {},
      'bad-options',
    ],
    ['a challenge that is not base64url', { challenge: 'a+b=' }, {}, 'bad-options'],
    ["an RP ID that is not the origin's", { rp: { id: 'example.org', name: '' } }, {}, 'rp-id'],
  ])('is not sent at all for %s', async (_name, options, info, code) => {
    // prettier-ignore
    const { asked, outcome } = await run(options, { info: infoOf(info) });
    expect(outcome).toMatchObject({ name: 'ClientError', code });
    expect(asked).toEqual([]);
  });
});

describe('the exclude list', () => {
  const found = (id: Uint8Array) =>
    new Map<CborKey, CborValue>([[1, textMap({ id, type: PUBLIC_KEY })], [2, attested()], [3, Uint8Array.of(1)]]); // prettier-ignore
  const names = ['one', 'two', 'three', 'four', 'five'];

  it('goes with the request where the key takes so many, without those it cannot have made', async () => {
    const list = [...descriptors('one', 'too long for this key'), { id: 'AAAA', type: 'of tomorrow' }];
    const { asked } = await run({ excludeCredentials: list }, { info: infoOf({ 7: 3, 8: 16 }) });
    expect(asked.map(({ command }) => command)).toEqual([MAKE_CREDENTIAL]);
    expect(asked[0]?.parameters.get(5)).toEqual([textMap({ id: utf8('one'), type: PUBLIC_KEY })]);
  });

  it.each([
    ['one by one', 1, [1, 1, 1, 1, 1]],
    ['three at a time', 3, [3, 2]],
  ])('is asked for in silence %s where the key takes no more, and then left out', async (_name, most, batches) => {
    const replies = (command: number) => (command === GET_ASSERTION ? CtapStatus.NO_CREDENTIALS : made());
    const { asked } = await run({ excludeCredentials: descriptors(...names) }, { info: infoOf({ 7: most }), replies });
    const probes = asked.slice(0, -1);
    expect(probes.map(({ parameters }) => ids(parameters, 3).length)).toEqual(batches);
    for (const { command, parameters } of probes) {
      expect(command).toBe(GET_ASSERTION);
      expect(parameters.get(2)).toEqual(new Uint8Array(32));
      expect(parameters.get(5)).toEqual(textMap({ up: false }));
    }
    expect(asked.at(-1)?.parameters.has(5)).toBe(false);
  });

  it('sends along the one that is found, so that a touch comes before the answer', async () => {
    const replies = (command: number, list: readonly Uint8Array[]) => {
      if (command === MAKE_CREDENTIAL) return CtapStatus.CREDENTIAL_EXCLUDED;
      const four = list.find((id) => new TextDecoder().decode(id) === 'four');
      return four ? found(four) : CtapStatus.NO_CREDENTIALS;
    };
    const { asked, outcome } = await run({ excludeCredentials: descriptors(...names) }, { info: infoOf({ 7: 3 }), replies }); // prettier-ignore
    expect(outcome).toMatchObject({ name: 'ClientError', code: 'already-registered' });
    expect(asked.map(({ command }) => command)).toEqual([GET_ASSERTION, GET_ASSERTION, MAKE_CREDENTIAL]);
    expect(ids(asked[2]?.parameters ?? new Map(), 5)).toEqual([utf8('four')]);
  });

  it('is asked for in smaller batches when they are too large, and in one request only if that fits', async () => {
    const long = Array.from({ length: 8 }, (_, index) => String(index).repeat(200));
    const replies = (command: number, list: readonly Uint8Array[]) => {
      if (command === MAKE_CREDENTIAL) return made();
      return list.length > 2 ? CtapStatus.REQUEST_TOO_LARGE : CtapStatus.NO_CREDENTIALS;
    };
    const { asked, result } = await run({ excludeCredentials: descriptors(...long) }, { info: infoOf({ 5: 1200, 7: 8 }), replies }); // prettier-ignore
    await result;
    // Eight of 200 bytes are more than 1200 bytes, so these are not even sent; four the key itself refuses.
    expect(asked.map(({ command, parameters }) => [command, ids(parameters, 3).length])).toEqual([
      [GET_ASSERTION, 4],
      [GET_ASSERTION, 2],
      [GET_ASSERTION, 2],
      [GET_ASSERTION, 2],
      [GET_ASSERTION, 2],
      [MAKE_CREDENTIAL, 0],
    ]);
  });

  it('refuses a key that claims to hold what was not asked for', async () => {
    const replies = (command: number) => (command === GET_ASSERTION ? found(utf8('six')) : made());
    const { outcome } = await run({ excludeCredentials: descriptors(...names) }, { info: infoOf({ 7: 3 }), replies });
    expect(outcome).toMatchObject({ code: 'bad-answer' });
  });
});

describe('the response of create', () => {
  const object = ({ response }: { response: { attestationObject: string } }) =>
    decodeStrict(fromBase64url(response.attestationObject)) as CborMap;

  it('names the credential, its key and how it was made', async () => {
    const authData = attested({ flags: 0x01 });
    const { result } = await run({}, { info: infoOf({ 9: ['usb', 'nfc', 'usb'] }), replies: () => made(authData) });
    const answer = await result;
    expect(answer).toMatchObject({
      id: toBase64url(utf8('credential one')),
      rawId: toBase64url(utf8('credential one')),
      type: PUBLIC_KEY,
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: {},
      response: { authenticatorData: toBase64url(authData), transports: ['nfc', 'usb'], publicKeyAlgorithm: -7 },
    });
    const clientData: unknown = JSON.parse(new TextDecoder().decode(fromBase64url(answer.response.clientDataJSON)));
    expect(clientData).toEqual({
      type: 'webauthn.create',
      challenge: creation().challenge,
      origin: ORIGIN,
      crossOrigin: false,
    });
  });

  it('has no attestation unless the relying party wants one, and keeps the AAGUID', async () => {
    for (const attestation of [undefined, 'none', 'of tomorrow']) {
      const { result } = await run({ attestation });
      const attestationObject = object(await result);
      expect([attestationObject.get('fmt'), attestationObject.get('attStmt')]).toEqual(['none', new Map()]);
      const authData = attestationObject.get('authData') as Uint8Array;
      expect(authData.subarray(37, 53)).toEqual(AAGUID);
    }
    for (const attestation of ['direct', 'indirect', 'enterprise']) {
      const { result, asked } = await run({ attestation });
      expect(object(await result).get('fmt')).toBe('packed');
      expect(asked[0]?.parameters.has(10)).toBe(false);
    }
  });

  it('asks for enterprise attestation only where the key offers it', async () => {
    const info = infoOf({ 4: textMap({ ep: true }) });
    const { asked, outcome } = await run({ attestation: 'enterprise' }, { info, replies: () => made(attested(), [[4, true]]) }); // prettier-ignore
    expect(asked[0]?.parameters.get(10)).toBe(1);
    expect(outcome).toMatchObject({ type: PUBLIC_KEY });
  });

  it.each([
    ['required', ['FIDO_2_0'], { rk: true }],
    ['discouraged', ['FIDO_2_0', 'FIDO_2_1'], { rk: false }],
    ['discouraged', ['FIDO_2_0'], undefined], // a 2.0 key may have made a discoverable one all the same
  ])('credProps of residentKey %s on %j: %j', async (residentKey, versions, credProps) => {
    const info = infoOf({ 1: versions, 4: textMap({ rk: true }) });
    const selection = { residentKey, userVerification: 'discouraged' };
    const { result } = await run({ authenticatorSelection: selection, extensions: { credProps: true } }, { info });
    expect((await result).clientExtensionResults.credProps).toEqual(credProps);
  });

  const wrong = (label: number, value: CborValue) => new Map([...es256Key(), [label, value]]);
  it.each([
    ['another relying party', () => made(attested({ rpId: 'example.org' }))],
    ['no touch', () => made(attested({ flags: 0x04 }))],
    ['an algorithm that was not asked for', () => made(attested({ publicKey: wrong(3, -8) }))],
    ['a public key that is none', () => made(attested({ publicKey: wrong(-3, new Uint8Array(32)) }))],
    ['extension outputs that nobody asked for', () => made(attested({ extensions: textMap({ 'hmac-secret': true }) }))],
    ['a large-blob key that nobody asked for', () => made(attested(), [[5, new Uint8Array(32)]])],
    ['no credential', () => made(attested().slice(0, 37).with(32, 0x01))],
    ['an empty credential ID', () => made(attested({ id: new Uint8Array() }))],
    ['a credential ID of 1024 bytes', () => made(attested({ id: new Uint8Array(1024) }))],
    ['authenticator data that is none', () => made(new Uint8Array(36))],
    ['CBOR that is none in it', () => made(attested().slice(0, -1))],
    ['an enterprise attestation unasked', () => made(attested(), [[4, true]])],
  ] as const)('is refused as a bad answer with %s', async (_name, replies) => {
    const { outcome } = await run({}, { replies });
    expect(outcome).toMatchObject({ name: 'ClientError', code: 'bad-answer' });
  });

  it('is refused without user verification where that was asked for', async () => {
    const info = infoOf({ 4: textMap({ uv: true }) });
    const options = { authenticatorSelection: { userVerification: 'required' } };
    const { outcome } = await run(options, { info, replies: () => made(attested({ flags: 0x01 })) });
    expect(outcome).toMatchObject({ code: 'bad-answer' });
  });

  it('of another shape is a ResponseError', async () => {
    const { outcome } = await run({}, { replies: () => new Map<CborKey, CborValue>([[1, 'packed'], [2, 'text']]) }); // prettier-ignore
    expect(outcome).toMatchObject({ name: 'ResponseError', member: 'authData' });
  });

  it.each([
    [CtapStatus.KEY_STORE_FULL, { name: 'ClientError', code: 'full' }],
    [CtapStatus.CREDENTIAL_EXCLUDED, { name: 'ClientError', code: 'already-registered' }],
    [CtapStatus.OPERATION_DENIED, { name: 'CtapError', status: 0x27 }],
    [CtapStatus.USER_ACTION_TIMEOUT, { name: 'CtapError', status: 0x2f }],
    [0xf3, { name: 'CtapError', status: 0xf3 }],
  ])('status %i is told as what it means', async (status, expected) => {
    const { outcome } = await run({}, { replies: () => status });
    expect(outcome).toMatchObject(expected);
  });
});
