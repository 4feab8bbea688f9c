import { describe, expect, it } from 'vitest';

import { concat, utf8 } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode, numbered } from '../../../src/ctap/codec/cbor.js';
import { CoseCurve, CoseKeyType, CoseLabel } from '../../../src/ctap/codec/cose.js';
import { CtapCommand, Permission, PinSubcommand } from '../../../src/ctap/commands.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { descriptor, getting, making, pad, PinClient, pinHash, Platform, plug, RP_ID } from '../platform.js';

const { CLIENT_PIN, MAKE_CREDENTIAL, GET_ASSERTION } = CtapCommand;
const PIN = '1234';
const WRONG = '9999';

const protocols = [
  ['2.0', 1],
  ['2.1', 1],
  ['2.1', 2],
] as const;

async function withPin(options: Parameters<typeof plug>[0] = {}, version: 1 | 2 = 2) {
  const plugged = await plug(options);
  const pin = new PinClient(plugged.platform, version);
  expect((await pin.setPin(PIN)).status).toBe('SUCCESS');
  return { ...plugged, pin };
}

describe.each(protocols)('on CTAP %s with PIN protocol %i', (profile, version) => {
  it('a PIN is set once, changed by who knows it, and good for a token', async () => {
    const { pin } = await withPin({ profile }, version);
    expect((await pin.setPin('4321')).status).toBe('PIN_AUTH_INVALID');
    expect((await pin.changePin(WRONG, '4321')).status).toBe('PIN_INVALID');
    expect((await pin.changePin(PIN, '4321')).status).toBe('SUCCESS');
    expect((await pin.askToken(PIN)).status).toBe('PIN_INVALID');
    const { status, token } = await pin.askToken('4321');
    expect(status).toBe('SUCCESS');
    expect(token).toHaveLength(32);
  });

  it('without a PIN there is no token and nothing to change', async () => {
    const { platform } = await plug({ profile });
    const pin = new PinClient(platform, version);
    expect((await pin.askToken(PIN)).status).toBe('PIN_NOT_SET');
    expect((await pin.changePin(PIN, '4321')).status).toBe('PIN_NOT_SET');
    expect((await pin.retries()).get(3)).toBe(8);
  });

  it('a right PIN gives all tries back', async () => {
    const { pin } = await withPin({ profile }, version);
    for (const left of [7, 6]) {
      expect((await pin.askToken(WRONG)).status).toBe('PIN_INVALID');
      expect((await pin.retries()).get(3)).toBe(left);
    }
    await pin.token(PIN);
    expect((await pin.retries()).get(3)).toBe(8);
    for (const expected of ['PIN_INVALID', 'PIN_INVALID', 'PIN_AUTH_BLOCKED']) {
      expect((await pin.askToken(WRONG)).status).toBe(expected);
    }
  });
});

describe('lockout', () => {
  it('three wrong PINs in a row need a power cycle; then the right one is not even looked at', async () => {
    const { key, platform, pin } = await withPin();
    for (const expected of ['PIN_INVALID', 'PIN_INVALID', 'PIN_AUTH_BLOCKED']) {
      expect((await pin.askToken(WRONG)).status).toBe(expected);
    }
    expect(await pin.retries()).toEqual(new Map<number, CborValue>([[3, 5], [4, true]])); // prettier-ignore
    expect((await pin.askToken(PIN)).status).toBe('PIN_AUTH_BLOCKED');
    expect((await pin.changePin(PIN, '4321')).status).toBe('PIN_AUTH_BLOCKED');
    key.powerCycle();
    const again = new PinClient(await Platform.open(platform.port));
    expect(await again.retries()).toEqual(new Map<number, CborValue>([[3, 5], [4, false]])); // prettier-ignore
    await again.token(PIN);
    expect((await again.retries()).get(3)).toBe(8);
  });

  it('eight wrong PINs block it for good: no power cycle helps', async () => {
    const store = new MemoryStore();
    const { key, platform } = await withPin({ store });
    const statuses: string[] = [];
    for (let tries = 0; tries < 8; tries++) {
      if (tries % 3 === 0) key.powerCycle();
      const pin = new PinClient(await Platform.open(platform.port), tries % 2 === 0 ? 2 : 1);
      statuses.push((await pin.askToken(WRONG)).status);
    }
    expect(statuses).toEqual([
      'PIN_INVALID',
      'PIN_INVALID',
      'PIN_AUTH_BLOCKED',
      'PIN_INVALID',
      'PIN_INVALID',
      'PIN_AUTH_BLOCKED',
      'PIN_INVALID',
      'PIN_BLOCKED',
    ]);
    key.powerCycle();
    const pin = new PinClient(await Platform.open(platform.port));
    expect((await pin.retries()).get(3)).toBe(0);
    expect((await pin.askToken(PIN)).status).toBe('PIN_BLOCKED');
    expect((await pin.changePin(PIN, '4321')).status).toBe('PIN_BLOCKED');
    const reborn = await plug({ store });
    expect((await new PinClient(reborn.platform).askToken(PIN)).status).toBe('PIN_BLOCKED');
  });

  it('a wrong PIN changes the key agreement key: a request made before it is worthless', async () => {
    const { platform, pin } = await withPin();
    const { secret, publicKey } = await pin.agree();
    const request = (hash: Uint8Array) =>
      numbered(2, PinSubcommand.GET_PIN_TOKEN, publicKey, undefined, undefined, pin.protocol.encrypt(secret, hash));
    expect((await platform.ctap(CLIENT_PIN, request(pinHash(WRONG)))).status).toBe('PIN_INVALID');
    expect((await platform.ctap(CLIENT_PIN, request(pinHash(PIN)))).status).toBe('PIN_INVALID');
    expect((await pin.retries()).get(3)).toBe(6);
  });

  it('a PIN hash that cannot be decrypted is a wrong PIN', async () => {
    const { platform, pin } = await withPin();
    const { publicKey } = await pin.agree();
    for (const [length, left] of [
      [0, 7],
      [5, 6],
    ] as const) {
      // prettier-ignore
      const params = numbered(2, 5, publicKey, undefined, undefined, new Uint8Array(length));
      await platform.ctap(CLIENT_PIN, params);
      expect((await pin.retries()).get(3)).toBe(left);
    }
  });
});

describe('what a PIN may be', () => {
  it.each([
    ['three characters', '123', 'PIN_POLICY_VIOLATION'],
    ['two code points of four bytes each', '🔑🔑', 'PIN_POLICY_VIOLATION'],
    ['three code points that JavaScript counts as six', '🔑🔑🔑', 'PIN_POLICY_VIOLATION'],
    ['four code points', '🔑🔑🔑🔑', 'SUCCESS'],
    ['63 bytes', 'x'.repeat(63), 'SUCCESS'],
    ['64 bytes', 'x'.repeat(64), 'PIN_POLICY_VIOLATION'],
    ['nothing', '', 'PIN_POLICY_VIOLATION'],
    ['not UTF-8', Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc), 'PIN_POLICY_VIOLATION'],
  ])('%s', async (_what, newPin, status) => {
    const { platform } = await plug();
    expect((await new PinClient(platform).setPin(newPin)).status).toBe(status);
  });

  it('a padding that is not 64 bytes long is refused, and the PIN stays', async () => {
    const { platform } = await plug();
    const pin = new PinClient(platform);
    const { secret, publicKey } = await pin.agree();
    for (const length of [16, 48, 80, 128]) {
      const newPinEnc = pin.protocol.encrypt(secret, concat(utf8('1234'), new Uint8Array(length - 4)));
      const param = pin.protocol.authenticate(secret, newPinEnc);
      const params = numbered(2, PinSubcommand.SET_PIN, publicKey, param, newPinEnc);
      expect((await platform.ctap(CLIENT_PIN, params)).status).toBe('INVALID_PARAMETER');
    }
    expect((await pin.askToken('1234')).status).toBe('PIN_NOT_SET');
  });

  it('a new PIN against the policy leaves the old one, without costing a try', async () => {
    const { pin } = await withPin();
    expect((await pin.changePin(PIN, '123')).status).toBe('PIN_POLICY_VIOLATION');
    expect((await pin.retries()).get(3)).toBe(8);
    await pin.token(PIN);
  });
});

describe("a model's own rules", () => {
  const status = async (pin: string | Uint8Array, pinPolicy: NonNullable<Parameters<typeof plug>[0]>['pinPolicy']) =>
    (await new PinClient((await plug({ ...(pinPolicy && { pinPolicy }) })).platform).setPin(pin)).status;

  it.each([
    ['three code points in twelve bytes', '🔑🔑🔑', {}, 'PIN_POLICY_VIOLATION'],
    ['63 bytes', 'ä'.repeat(31) + 'x', {}, 'SUCCESS'],
    ['fewer code points than the model wants', '12345', { minLength: 6 }, 'PIN_POLICY_VIOLATION'],
    ['as many as the model wants', '123456', { minLength: 6 }, 'SUCCESS'],
    ['more than it takes', '123456789', { maxLength: 8 }, 'PIN_POLICY_VIOLATION'],
    ['one character over and over', '7777', { complexity: true }, 'PIN_POLICY_VIOLATION'],
    ['a run upwards', '23456', { complexity: true }, 'PIN_POLICY_VIOLATION'],
    ['a run downwards', 'dcba', { complexity: true }, 'PIN_POLICY_VIOLATION'],
    ['neither', '2347', { complexity: true }, 'SUCCESS'],
    ['a run where nobody minds', '2345', {}, 'SUCCESS'],
  ] as const)('%s', async (_what, pin, policy, expected) => {
    expect(await status(pin, policy)).toBe(expected);
  });

  it('are told', async () => {
    const pinPolicy = { minLength: 6, maxLength: 20, complexity: true, complexityUrl: 'https://example.com/pins' };
    const { platform } = await plug({ profile: '2.3', pinPolicy });
    const info = await platform.success(CtapCommand.GET_INFO);
    expect([13, 27, 28, 29].map((member) => info.get(member))).toEqual([6, true, utf8('https://example.com/pins'), 20]);
  });
});

describe('the persistent token (CTAP 2.3)', () => {
  const { PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY: LISTING, CREDENTIAL_MANAGEMENT } = Permission;
  const list = async (platform: Platform, pin: PinClient, token: Uint8Array, subcommand = 2) => {
    const { param, version } = pin.prove(token, Uint8Array.of(subcommand));
    const request = numbered(subcommand, undefined, version, param);
    return (await platform.ctap(CtapCommand.CREDENTIAL_MANAGEMENT, request)).status;
  };

  it('is alone: with no other permission, and on no older key', async () => {
    const { pin } = await withPin({ profile: '2.3' });
    expect((await pin.askToken(PIN, LISTING | CREDENTIAL_MANAGEMENT)).status).toBe('INVALID_PARAMETER');
    expect((await pin.askToken(PIN, LISTING)).status).toBe('SUCCESS');
  });

  it('lists through power cycles and other tokens, and does nothing else', async () => {
    const store = new MemoryStore();
    const { key, platform: plugged, pin } = await withPin({ profile: '2.3', store });
    const token = await pin.token(PIN, LISTING);
    expect(await pin.token(PIN, LISTING)).toEqual(token);
    await pin.token(PIN, CREDENTIAL_MANAGEMENT);
    expect(await list(plugged, pin, token)).toBe('NO_CREDENTIALS');
    key.powerCycle();
    const platform = await Platform.open(plugged.port);
    expect(await list(platform, pin, token)).toBe('NO_CREDENTIALS');
    expect(await list(platform, pin, token, 1)).toBe('SUCCESS');
    const remove = new Map([[2, descriptor(Uint8Array.of(1))]]);
    const { param, version } = pin.prove(token, concat(Uint8Array.of(6), encode(remove)));
    const request = numbered(6, remove, version, param);
    expect((await platform.ctap(CtapCommand.CREDENTIAL_MANAGEMENT, request)).status).toBe('PIN_AUTH_INVALID');
    expect((await platform.ctap(MAKE_CREDENTIAL, making({ proof: pin.prove(token) }))).status).toBe('PIN_AUTH_INVALID');
    const later = await plug({ profile: '2.3', store });
    expect(await list(later.platform, new PinClient(later.platform), token)).toBe('NO_CREDENTIALS');
  });

  it('ends with the PIN that it was given for, and with a reset', async () => {
    const { platform, pin } = await withPin({ profile: '2.3' });
    const first = await pin.token(PIN, LISTING);
    expect((await pin.changePin(PIN, '4321')).status).toBe('SUCCESS');
    expect(await list(platform, pin, first)).toBe('PIN_AUTH_INVALID');
    const second = await pin.token('4321', LISTING);
    await platform.success(CtapCommand.RESET);
    expect(await list(platform, pin, second)).toBe('PIN_AUTH_INVALID');
  });
});

describe('permissions (CTAP 2.1)', () => {
  it.each([
    ['none', 0, RP_ID, 'INVALID_PARAMETER'],
    ['bio enrolment, which there is not', Permission.BIO_ENROLLMENT, undefined, 'UNAUTHORIZED_PERMISSION'],
    ['large blobs beside others', Permission.LARGE_BLOB_WRITE | 4, undefined, 'SUCCESS'],
    ['configuration', Permission.AUTHENTICATOR_CONFIGURATION, undefined, 'SUCCESS'],
    ['persistent listing', 0x40, undefined, 'UNAUTHORIZED_PERMISSION'],
    ['makeCredential without RP ID', Permission.MAKE_CREDENTIAL, undefined, 'MISSING_PARAMETER'],
    ['getAssertion without RP ID', Permission.GET_ASSERTION | 4, undefined, 'MISSING_PARAMETER'],
    ['credential management', Permission.CREDENTIAL_MANAGEMENT, undefined, 'SUCCESS'],
    ['credential management of one RP', Permission.CREDENTIAL_MANAGEMENT, RP_ID, 'SUCCESS'],
    ['all that there are', 7, RP_ID, 'SUCCESS'],
    ['bits that nobody has defined yet', 0x107, RP_ID, 'SUCCESS'],
  ])('%s', async (_what, permissions, rpId, status) => {
    const { pin } = await withPin();
    expect((await pin.askToken(PIN, permissions, rpId)).status).toBe(status);
    expect((await pin.retries()).get(3)).toBe(8);
  });

  it('do not belong into getPinToken', async () => {
    const { platform, pin } = await withPin();
    const { secret, publicKey } = await pin.agree();
    const pinHashEnc = pin.protocol.encrypt(secret, pinHash(PIN));
    const params = new Map<number, CborValue>([[1, 2], [2, 5], [3, publicKey], [6, pinHashEnc], [9, 1]]); // prettier-ignore
    expect((await platform.ctap(CLIENT_PIN, params)).status).toBe('INVALID_PARAMETER');
  });

  it('without them a token makes and asserts, but does not manage', async () => {
    const { platform, pin } = await withPin();
    const token = await pin.token(PIN);
    const param = pin.protocol.authenticate(token, Uint8Array.of(1));
    const metadata = await platform.ctap(CtapCommand.CREDENTIAL_MANAGEMENT, numbered(1, undefined, 2, param));
    expect(metadata.status).toBe('PIN_AUTH_INVALID');
    await platform.success(MAKE_CREDENTIAL, making({ options: { rk: true }, proof: pin.prove(token) }));
  });

  it('a changed PIN makes tokens worthless, on CTAP 2.0 too', async () => {
    for (const profile of ['2.0', '2.1'] as const) {
      const { platform, pin } = await withPin({ profile }, 1);
      const proof = pin.prove(await pin.token(PIN));
      await platform.success(MAKE_CREDENTIAL, making({ options: { rk: true }, proof }));
      const fresh = pin.prove(await pin.token(PIN));
      await pin.changePin(PIN, '4321');
      expect((await platform.ctap(GET_ASSERTION, getting({ proof: fresh }))).status).toBe('PIN_AUTH_INVALID');
    }
  });

  it('on CTAP 2.0 everybody who knows the PIN gets the same token until the power goes', async () => {
    const { pin } = await withPin({ profile: '2.0' }, 1);
    expect(await pin.token(PIN)).toEqual(await pin.token(PIN));
    const modern = await withPin();
    expect(await modern.pin.token(PIN)).not.toEqual(await modern.pin.token(PIN));
  });
});

describe('requests that are not right', () => {
  const key = (changes: [number, CborValue][] = []): CborMap =>
    new Map<number, CborValue>([
      [CoseLabel.KTY, CoseKeyType.EC2],
      [CoseLabel.ALG, -25],
      [CoseLabel.CRV, CoseCurve.P256],
      [CoseLabel.X, new Uint8Array(32).fill(1)],
      [CoseLabel.Y, new Uint8Array(32).fill(1)],
      ...changes,
    ]);
  const enc = new Uint8Array(32);

  it.each<[string, CborMap, string]>([
    ['no subcommand', numbered(2), 'MISSING_PARAMETER'],
    ['a subcommand in words', numbered(2, 'getRetries'), 'CBOR_UNEXPECTED_TYPE'],
    ['a subcommand that nobody knows', numbered(2, 99), 'INVALID_SUBCOMMAND'],
    ['built-in verification', numbered(2, PinSubcommand.GET_TOKEN_USING_UV), 'INVALID_SUBCOMMAND'],
    ['retries of built-in verification', numbered(2, PinSubcommand.GET_UV_RETRIES), 'INVALID_SUBCOMMAND'],
    ['key agreement without protocol', numbered(undefined, 2), 'MISSING_PARAMETER'],
    ['key agreement of protocol 3', numbered(3, 2), 'INVALID_PARAMETER'],
    ['setPIN without key', numbered(2, 3, undefined, enc, enc), 'MISSING_PARAMETER'],
    ['setPIN without proof', numbered(2, 3, key(), undefined, enc), 'MISSING_PARAMETER'],
    ['setPIN without PIN', numbered(2, 3, key(), enc), 'MISSING_PARAMETER'],
    ['a point that is not on the curve', numbered(2, 3, key(), enc, enc), 'INVALID_PARAMETER'],
    ['a key on another curve', numbered(2, 3, key([[CoseLabel.CRV, CoseCurve.P384]]), enc, enc), 'INVALID_PARAMETER'],
    [
      'coordinates that are too short',
      numbered(2, 3, key([[CoseLabel.X, enc.slice(1)]]), enc, enc),
      'INVALID_PARAMETER',
    ],
    ['getPinToken without PIN', numbered(2, 5, key()), 'MISSING_PARAMETER'],
    ['changePIN without PIN', numbered(2, 4, key(), enc, enc), 'MISSING_PARAMETER'],
  ])('%s', async (_what, params, status) => {
    const { platform } = await plug();
    expect((await platform.ctap(CLIENT_PIN, params)).status).toBe(status);
  });

  it('a proof that does not fit leaves the key without PIN, or with the old one', async () => {
    const { platform } = await plug();
    const pin = new PinClient(platform);
    const { secret, publicKey } = await pin.agree();
    const newPinEnc = pin.protocol.encrypt(secret, pad(PIN));
    const params = numbered(2, PinSubcommand.SET_PIN, publicKey, new Uint8Array(32), newPinEnc);
    expect((await platform.ctap(CLIENT_PIN, params)).status).toBe('PIN_AUTH_INVALID');
    expect((await pin.askToken(PIN)).status).toBe('PIN_NOT_SET');
  });

  it('CTAP 2.0 knows neither protocol two nor tokens with permissions', async () => {
    const { platform } = await plug({ profile: '2.0' });
    const two = numbered(2, PinSubcommand.GET_KEY_AGREEMENT);
    expect((await platform.ctap(CLIENT_PIN, two)).status).toBe('INVALID_PARAMETER');
    const permissions = numbered(1, PinSubcommand.GET_TOKEN_USING_PIN);
    expect((await platform.ctap(CLIENT_PIN, permissions)).status).toBe('INVALID_PARAMETER');
  });
});

it('keeps nothing of a PIN but sixteen bytes of its hash and its length', async () => {
  const store = new MemoryStore();
  const { pin } = await withPin({ store });
  await pin.token(PIN);
  expect(store.initial?.pin).toEqual({ hash: pinHash(PIN), length: 4 });
});
