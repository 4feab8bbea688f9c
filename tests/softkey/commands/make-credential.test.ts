import { describe, expect, it } from 'vitest';

import { AuthenticatorFlag, decodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import type { UserPresence } from '../../../src/softkey/user-presence.js';
import {
  bytes,
  descriptor,
  getting,
  made,
  type MakeOptions,
  making,
  map,
  PinClient,
  type Platform,
  plug,
  RP_ID,
  textMap,
  userOf,
} from '../platform.js';

const { MAKE_CREDENTIAL, GET_ASSERTION, GET_INFO } = CtapCommand;

async function make(platform: Platform, options: MakeOptions = {}) {
  return made(await platform.success(MAKE_CREDENTIAL, making(options)));
}

async function refusal(platform: Platform, options: MakeOptions): Promise<string> {
  return (await platform.ctap(MAKE_CREDENTIAL, making(options))).status;
}

/** Parameters of makeCredential with some of them replaced, or taken away where `undefined`. */
function altered(changes: Record<number, unknown>): CborMap {
  const params = new Map([
    ...making(),
    ...Object.entries(changes).map(([key, value]) => [Number(key), value]),
  ] as never);
  return new Map([...(params as CborMap)].filter(([, value]) => (value as unknown) !== undefined));
}

/** A user who touches once for each `true`, and refuses for each `false`. */
function answers(...list: boolean[]): UserPresence {
  return {
    touch: () => {
      const next = list.shift();
      return next === undefined ? new Promise(() => undefined) : Promise.resolve(next ? 'touched' : 'denied');
    },
  };
}

describe('parameters', () => {
  it.each([
    ['no clientDataHash', { 1: undefined }, 'MISSING_PARAMETER'],
    ['a clientDataHash of 31 bytes', { 1: new Uint8Array(31) }, 'INVALID_LENGTH'],
    ['no rp', { 2: undefined }, 'MISSING_PARAMETER'],
    ['an rp without id', { 2: new Map() }, 'MISSING_PARAMETER'],
    ['an rp that is no map', { 2: RP_ID }, 'CBOR_UNEXPECTED_TYPE'],
    ['no user', { 3: undefined }, 'MISSING_PARAMETER'],
    ['a user id of 65 bytes', { 3: textMap({ id: new Uint8Array(65) }) }, 'INVALID_LENGTH'],
    ['an empty user id', { 3: textMap({ id: new Uint8Array() }) }, 'INVALID_LENGTH'],
    ['a user name that is no text', { 3: textMap({ id: Uint8Array.of(1), name: 5 }) }, 'CBOR_UNEXPECTED_TYPE'],
    ['no pubKeyCredParams', { 4: undefined }, 'MISSING_PARAMETER'],
    ['empty pubKeyCredParams', { 4: [] }, 'UNSUPPORTED_ALGORITHM'],
    ['unknown algorithms', { 4: [textMap({ alg: -999, type: 'public-key' })] }, 'UNSUPPORTED_ALGORITHM'],
    ['another credential type', { 4: [textMap({ alg: -7, type: 'private-key' })] }, 'UNSUPPORTED_ALGORITHM'],
    ['an algorithm without type', { 4: [textMap({ alg: -7 })] }, 'INVALID_CBOR'],
    ['an algorithm in words', { 4: [textMap({ alg: 'ES256', type: 'public-key' })] }, 'CBOR_UNEXPECTED_TYPE'],
    [
      'a second algorithm that is malformed',
      { 4: [textMap({ alg: -7, type: 'public-key' }), new Map()] },
      'INVALID_CBOR',
    ],
    ['an exclude list of something else', { 5: [1] }, 'CBOR_UNEXPECTED_TYPE'],
    ['an excluded credential without id', { 5: [textMap({ type: 'public-key' })] }, 'MISSING_PARAMETER'],
    ['extensions that are no map', { 6: [] }, 'CBOR_UNEXPECTED_TYPE'],
    ['credProtect of level 4', { 6: textMap({ credProtect: 4 }) }, 'INVALID_OPTION'],
    ['options that are not Boolean', { 7: textMap({ rk: 1 }) }, 'CBOR_UNEXPECTED_TYPE'],
    ['up: false', { 7: textMap({ up: false }) }, 'INVALID_OPTION'],
    ['uv: true without built-in verification', { 7: textMap({ uv: true }) }, 'INVALID_OPTION'],
    ['a pinUvAuthParam without protocol', { 8: new Uint8Array(32) }, 'MISSING_PARAMETER'],
    ['an unknown PIN protocol', { 8: new Uint8Array(32), 9: 3 }, 'INVALID_PARAMETER'],
    ['a pinUvAuthParam where no PIN is set', { 8: new Uint8Array(32), 9: 2 }, 'PIN_AUTH_INVALID'],
    ['enterprise attestation', { 10: 1 }, 'INVALID_PARAMETER'],
  ])('%s', async (_what, changes, status) => {
    const { platform } = await plug();
    expect((await platform.ctap(MAKE_CREDENTIAL, altered(changes))).status).toBe(status);
  });

  it.each([
    ['up: true', { 7: textMap({ up: true }) }],
    ['uv: false and unknown options', { 7: textMap({ uv: false, plat: true, somethingNew: false }) }],
    ['unknown parameters and extensions', { 0x63: 1, 6: textMap({ somethingNew: true }) }],
    ['an empty exclude list', { 5: [] }],
    ['excluded credentials of other types, or too long to be ours', { 5: [
      textMap({ type: 'other' }),
      descriptor(new Uint8Array(129)),
    ] }], // prettier-ignore
    ['an rp with name and icon', { 2: textMap({ id: RP_ID, name: 'Example', icon: 'https://example.com/' }) }],
    ['a user id of 64 bytes without names', { 3: textMap({ id: new Uint8Array(64) }) }],
  ])('%s are fine', async (_what, changes) => {
    const { platform } = await plug();
    expect((await platform.ctap(MAKE_CREDENTIAL, altered(changes))).status).toBe('SUCCESS');
  });

  it('CTAP 2.0 has its own answers: options not supported, protocols not known', async () => {
    const { platform } = await plug({ profile: '2.0' });
    expect(await refusal(platform, { options: { uv: true } })).toBe('UNSUPPORTED_OPTION');
    expect(await refusal(platform, { proof: { param: new Uint8Array(32), version: 2 } })).toBe('PIN_AUTH_INVALID');
  });

  it('takes the first algorithm of the list that it has', async () => {
    const { platform } = await plug();
    const { publicKey } = await make(platform, { algorithms: [-39, CoseAlgorithm.EDDSA, CoseAlgorithm.ES256] });
    expect(publicKey.get(3)).toBe(CoseAlgorithm.EDDSA);
  });
});

describe('with a PIN set', () => {
  async function withPin(profile: '2.0' | '2.1') {
    const { platform } = await plug({ profile });
    const pin = new PinClient(platform, profile === '2.0' ? 1 : 2);
    await pin.setPin('1234');
    return { platform, pin };
  }

  it('CTAP 2.1 makes discoverable credentials with a token only, others without (makeCredUvNotRqd)', async () => {
    const { platform } = await withPin('2.1');
    expect(await refusal(platform, { options: { rk: true } })).toBe('PUAT_REQUIRED');
    expect((await make(platform)).flags).toBe(AuthenticatorFlag.UP | AuthenticatorFlag.AT);
  });

  it('CTAP 2.0 makes nothing without a token', async () => {
    const { platform } = await withPin('2.0');
    for (const rk of [true, false]) expect(await refusal(platform, { options: { rk } })).toBe('PUAT_REQUIRED');
  });

  it('a token makes one credential on CTAP 2.1, and as many as you like on 2.0', async () => {
    const { platform, pin } = await withPin('2.1');
    const proof = pin.prove(await pin.token('1234', Permission.MAKE_CREDENTIAL, RP_ID));
    await make(platform, { proof });
    expect(await refusal(platform, { proof })).toBe('PIN_AUTH_INVALID');
    const old = await withPin('2.0');
    const reused = old.pin.prove(await old.pin.token('1234'));
    for (let times = 0; times < 3; times++) await make(old.platform, { proof: reused });
  });

  it('a token without the permission, or for another relying party, is refused', async () => {
    const { platform, pin } = await withPin('2.1');
    const forAssertions = pin.prove(await pin.token('1234', Permission.GET_ASSERTION, RP_ID));
    expect(await refusal(platform, { proof: forAssertions })).toBe('PIN_AUTH_INVALID');
    const elsewhere = pin.prove(await pin.token('1234', Permission.MAKE_CREDENTIAL, 'example.org'));
    expect(await refusal(platform, { proof: elsewhere })).toBe('PIN_AUTH_INVALID');
  });

  it('a proof over something else is refused, and the token lives on', async () => {
    const { platform, pin } = await withPin('2.1');
    const token = await pin.token('1234', Permission.MAKE_CREDENTIAL, RP_ID);
    expect(await refusal(platform, { proof: pin.prove(token, new Uint8Array(32)) })).toBe('PIN_AUTH_INVALID');
    await make(platform, { proof: pin.prove(token) });
  });

  it('uv beside a token means nothing', async () => {
    const { platform, pin } = await withPin('2.1');
    const proof = pin.prove(await pin.token('1234', Permission.MAKE_CREDENTIAL, RP_ID));
    await make(platform, { proof, options: { uv: true } });
  });
});

describe('an empty pinUvAuthParam asks for a touch only', () => {
  it.each(['2.0', '2.1'] as const)('on CTAP %s', async (profile) => {
    const { platform } = await plug({ profile });
    const proof = { param: new Uint8Array(), version: 1 };
    const answer = await platform.ctap(MAKE_CREDENTIAL, making({ proof }));
    expect(answer.status).toBe('PIN_NOT_SET');
    expect(answer.keepalives).toEqual([2]);
    const pin = new PinClient(platform, 1);
    await pin.setPin('1234');
    expect(await refusal(platform, { proof })).toBe('PIN_INVALID');
    expect((await pin.retries()).get(3)).toBe(8);
  });
});

describe('the user', () => {
  it('may refuse, or not be there', async () => {
    const { platform } = await plug({ presence: answers(false), touchTimeoutMs: 10 });
    expect(await refusal(platform, {})).toBe('OPERATION_DENIED');
    expect(await refusal(platform, {})).toBe('USER_ACTION_TIMEOUT');
    const info = await platform.success(GET_INFO);
    expect(info.get(0x14)).toBe(25);
  });
});

describe('discoverable credentials', () => {
  it('of one account replace each other; those of other accounts and relying parties stay', async () => {
    const { platform } = await plug();
    const options = { rk: true };
    const first = await make(platform, { options });
    const second = await make(platform, { options });
    const other = await make(platform, { options, user: userOf(2) });
    const elsewhere = await make(platform, { options, rpId: 'example.org' });
    const isThere = async (id: Uint8Array, rpId = RP_ID) =>
      (await platform.ctap(GET_ASSERTION, getting({ rpId, allow: [id] }))).status;
    expect(await isThere(first.id)).toBe('NO_CREDENTIALS');
    expect(await isThere(second.id)).toBe('SUCCESS');
    expect(await isThere(other.id)).toBe('SUCCESS');
    expect(await isThere(elsewhere.id, 'example.org')).toBe('SUCCESS');
    expect(await isThere(elsewhere.id)).toBe('NO_CREDENTIALS');
  });

  it('are refused when the key is full, unless they replace one', async () => {
    const { platform } = await plug({ capacity: 2 });
    const options = { rk: true };
    await make(platform, { options, user: userOf(1) });
    await make(platform, { options, user: userOf(2) });
    expect(await refusal(platform, { options, user: userOf(3) })).toBe('KEY_STORE_FULL');
    expect(await refusal(platform, { algorithms: [CoseAlgorithm.RS256] })).toBe('KEY_STORE_FULL');
    await make(platform, { options, user: userOf(2) });
    await make(platform, { user: userOf(3) });
  });
});

describe('the exclude list', () => {
  it('with a credential of this key is refused, after a touch', async () => {
    const { platform } = await plug();
    for (const rk of [true, false]) {
      const { id } = await make(platform, { options: { rk } });
      const answer = await platform.ctap(MAKE_CREDENTIAL, making({ exclude: [new Uint8Array(32), id] }));
      expect(answer).toMatchObject({ status: 'CREDENTIAL_EXCLUDED', keepalives: [2] });
    }
  });

  it('is told so too when nobody touches', async () => {
    const { platform } = await plug({ presence: answers(true), touchTimeoutMs: 10 });
    const { id } = await make(platform);
    expect(await refusal(platform, { exclude: [id] })).toBe('CREDENTIAL_EXCLUDED');
  });

  it('with credentials of other relying parties is none of its business', async () => {
    const { platform } = await plug();
    const { id } = await make(platform, { rpId: 'example.org', options: { rk: true } });
    const handle = await make(platform, { rpId: 'example.org' });
    await make(platform, { exclude: [id, handle.id] });
  });

  it('finds credentials that require user verification only with it', async () => {
    const { platform } = await plug();
    const { id } = await make(platform, { extensions: textMap({ credProtect: 3 }) });
    await make(platform, { exclude: [id] });
    const pin = new PinClient(platform);
    await pin.setPin('1234');
    const proof = pin.prove(await pin.token('1234', Permission.MAKE_CREDENTIAL, RP_ID));
    expect(await refusal(platform, { exclude: [id], proof })).toBe('CREDENTIAL_EXCLUDED');
  });

  it('holds eight at most on CTAP 2.1, and any number on 2.0', async () => {
    const exclude = Array.from({ length: 9 }, (_, index) => new Uint8Array(32).fill(index));
    const { platform } = await plug();
    expect(await refusal(platform, { exclude })).toBe('LIMIT_EXCEEDED');
    await make(platform, { exclude: exclude.slice(1) });
    const old = await plug({ profile: '2.0' });
    await make(old.platform, { exclude });
  });
});

describe('the answer', () => {
  it('holds the extension that was asked for', async () => {
    const { platform } = await plug();
    const answer = await platform.success(MAKE_CREDENTIAL, making({ extensions: textMap({ credProtect: 2 }) }));
    expect(decodeAuthenticatorData(bytes(answer, 2)).extensions).toEqual(new Map([['credProtect', 2]]));
    const old = await plug({ profile: '2.0' });
    const plain = await old.platform.success(MAKE_CREDENTIAL, making({ extensions: textMap({ credProtect: 2 }) }));
    expect(decodeAuthenticatorData(bytes(plain, 2)).extensions).toBeUndefined();
  });

  it('is attested as CTAP 2.3 platforms prefer', async () => {
    const { platform } = await plug({ profile: '2.3' });
    const format = async (preferred: string[]) => {
      const answer = await platform.success(MAKE_CREDENTIAL, making({ more: [[0x0b, preferred]] }));
      return [answer.get(1), map(answer, 3).size];
    };
    expect(await format(['none'])).toEqual(['none', 0]);
    expect(await format(['tpm', 'packed', 'none'])).toEqual(['packed', 2]);
    expect(await format(['tpm'])).toEqual(['packed', 2]);
    expect(await format([])).toEqual(['packed', 2]);
  });
});
