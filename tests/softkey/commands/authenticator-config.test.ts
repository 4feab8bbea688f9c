import { describe, expect, it } from 'vitest';

import { configMessage } from '../../../src/ctap/authenticator-config.js';
import { toHex } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode, numbered } from '../../../src/ctap/codec/cbor.js';
import { ConfigSubcommand as Subcommand, CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { getting, made, making, map, PinClient, type Platform, plug, RP_ID, textMap } from '../platform.js';

const { CONFIG, GET_ASSERTION, GET_INFO, MAKE_CREDENTIAL, RESET } = CtapCommand;
const PIN = '123456';

/** A request of authenticatorConfig: proved by a new token where `pin` is given. */
async function configure(
  platform: Platform,
  subcommand: Subcommand,
  params?: CborMap,
  pin?: string,
  permission?: number,
) {
  const client = new PinClient(platform);
  const token =
    pin === undefined ? undefined : await client.token(pin, permission ?? Permission.AUTHENTICATOR_CONFIGURATION);
  const proof = token && client.prove(token, configMessage(subcommand, params && encode(params)));
  const { status } = await platform.ctap(CONFIG, numbered(subcommand, params, proof?.version, proof?.param));
  return status;
}

async function info(platform: Platform): Promise<CborMap> {
  return platform.success(GET_INFO);
}

async function option(platform: Platform, name: string): Promise<CborValue | undefined> {
  return map(await info(platform), 4).get(name);
}

async function withPin(options: Parameters<typeof plug>[0] = {}) {
  const plugged = await plug(options);
  const pin = new PinClient(plugged.platform);
  expect((await pin.setPin(PIN)).status).toBe('SUCCESS');
  return { ...plugged, pin };
}

describe('leave to configure', () => {
  it('takes none on a key that nobody has protected', async () => {
    const { platform } = await plug();
    expect(await configure(platform, Subcommand.ENABLE_ENTERPRISE_ATTESTATION)).toBe('SUCCESS');
    expect(await option(platform, 'ep')).toBe(true);
  });

  it('takes a token with the permission on one that has a PIN', async () => {
    const { platform, pin } = await withPin();
    expect(await configure(platform, Subcommand.TOGGLE_ALWAYS_UV)).toBe('PUAT_REQUIRED');
    const others = Permission.CREDENTIAL_MANAGEMENT;
    expect(await configure(platform, Subcommand.TOGGLE_ALWAYS_UV, undefined, PIN, others)).toBe('PIN_AUTH_INVALID');
    // A proof is of one subcommand and its parameters.
    const token = await pin.token(PIN, Permission.AUTHENTICATOR_CONFIGURATION);
    const { param, version } = pin.prove(token, configMessage(Subcommand.SET_MIN_PIN_LENGTH, encode(numbered(5))));
    const forged = numbered(Subcommand.SET_MIN_PIN_LENGTH, numbered(60), version, param);
    expect((await platform.ctap(CONFIG, forged)).status).toBe('PIN_AUTH_INVALID');
    expect(await configure(platform, Subcommand.TOGGLE_ALWAYS_UV, undefined, PIN)).toBe('SUCCESS');
  });

  it('while alwaysUv is on without a PIN, only that can be switched off', async () => {
    const { platform } = await plug();
    expect(await configure(platform, Subcommand.TOGGLE_ALWAYS_UV)).toBe('SUCCESS');
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, numbered(6))).toBe('PUAT_REQUIRED');
    expect(await configure(platform, Subcommand.TOGGLE_ALWAYS_UV)).toBe('SUCCESS');
    expect(await option(platform, 'alwaysUv')).toBe(false);
  });

  it.each([
    ['a subcommand of tomorrow', 0x05 as Subcommand, '2.3', 'INVALID_SUBCOMMAND'],
    ['what vendors may fill', 0xff as Subcommand, '2.3', 'INVALID_SUBCOMMAND'],
    ['a long touch before CTAP 2.3', Subcommand.ENABLE_LONG_TOUCH_FOR_RESET, '2.1', 'INVALID_SUBCOMMAND'],
    ['anything on CTAP 2.0', Subcommand.TOGGLE_ALWAYS_UV, '2.0', 'INVALID_COMMAND'],
  ] as const)('%s is refused', async (_what, subcommand, profile, status) => {
    const { platform } = await plug({ profile });
    expect(await configure(platform, subcommand)).toBe(status);
  });

  it('a request without a subcommand is refused', async () => {
    const { platform } = await plug();
    expect((await platform.ctap(CONFIG, numbered(undefined, undefined, 2))).status).toBe('MISSING_PARAMETER');
  });
});

describe('alwaysUv', () => {
  it('makes and uses no credential without verification; silent probes go on', async () => {
    const { platform, pin } = await withPin();
    const { id } = made(await platform.success(MAKE_CREDENTIAL, making()));
    expect(await configure(platform, Subcommand.TOGGLE_ALWAYS_UV, undefined, PIN)).toBe('SUCCESS');
    expect(await option(platform, 'alwaysUv')).toBe(true);
    expect(await option(platform, 'makeCredUvNotRqd')).toBe(false);
    expect((await platform.ctap(MAKE_CREDENTIAL, making())).status).toBe('PUAT_REQUIRED');
    expect((await platform.ctap(GET_ASSERTION, getting({ allow: [id] }))).status).toBe('PUAT_REQUIRED');
    const silent = getting({ allow: [id], options: { up: false } });
    expect((await platform.ctap(GET_ASSERTION, silent)).status).toBe('SUCCESS');
    const proof = pin.prove(await pin.token(PIN, Permission.MAKE_CREDENTIAL | Permission.GET_ASSERTION, RP_ID));
    expect((await platform.ctap(GET_ASSERTION, getting({ allow: [id], proof }))).status).toBe('SUCCESS');
  });

  it('asks for verification even where nothing is set up yet', async () => {
    const { platform } = await plug();
    await configure(platform, Subcommand.TOGGLE_ALWAYS_UV);
    expect((await platform.ctap(MAKE_CREDENTIAL, making())).status).toBe('PUAT_REQUIRED');
  });
});

describe('the shortest PIN', () => {
  const shortest = async (platform: Platform) => (await info(platform)).get(13);

  it('grows, never shrinks, and rules new PINs', async () => {
    const { platform } = await plug();
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, numbered(8))).toBe('SUCCESS');
    expect(await shortest(platform)).toBe(8);
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, numbered(7))).toBe('PIN_POLICY_VIOLATION');
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, numbered(64))).toBe('PIN_POLICY_VIOLATION');
    expect(await shortest(platform)).toBe(8);
    const pin = new PinClient(platform);
    expect((await pin.setPin('1234567')).status).toBe('PIN_POLICY_VIOLATION');
    expect((await pin.setPin('äöüß1234')).status).toBe('SUCCESS');
  });

  it('beyond the PIN that is set, makes it worth nothing until it is changed', async () => {
    const { platform, pin } = await withPin();
    const token = await pin.token(PIN, Permission.CREDENTIAL_MANAGEMENT);
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, numbered(6), PIN)).toBe('SUCCESS');
    expect((await info(platform)).get(12)).toBe(false);
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, numbered(7), PIN)).toBe('SUCCESS');
    expect((await info(platform)).get(12)).toBe(true);
    expect((await pin.askToken(PIN, Permission.CREDENTIAL_MANAGEMENT)).status).toBe('PIN_POLICY_VIOLATION');
    expect((await pin.askToken(PIN)).status).toBe('PIN_INVALID'); // §6.5.5.7.1 says so, though the PIN is right
    expect((await pin.retries()).get(3)).toBe(8);
    const { param, version } = pin.prove(token, Uint8Array.of(1));
    const manage = numbered(1, undefined, version, param);
    expect((await platform.ctap(CtapCommand.CREDENTIAL_MANAGEMENT, manage)).status).toBe('PIN_AUTH_INVALID');
    expect((await pin.changePin(PIN, '7654321')).status).toBe('SUCCESS');
    expect((await info(platform)).get(12)).toBe(false);
    expect((await pin.askToken('7654321', Permission.CREDENTIAL_MANAGEMENT)).status).toBe('SUCCESS');
  });

  it('a change that is forced takes another PIN, and needs one to change', async () => {
    const bare = await plug();
    const force = numbered(undefined, undefined, true);
    expect(await configure(bare.platform, Subcommand.SET_MIN_PIN_LENGTH, force)).toBe('PIN_NOT_SET');
    const { platform, pin } = await withPin();
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, force, PIN)).toBe('SUCCESS');
    expect((await pin.changePin(PIN, PIN)).status).toBe('PIN_POLICY_VIOLATION');
    expect((await pin.askToken(PIN, 4)).status).toBe('PIN_POLICY_VIOLATION');
    expect((await pin.changePin(PIN, '654321')).status).toBe('SUCCESS');
    expect((await pin.askToken('654321', 4)).status).toBe('SUCCESS');
  });

  it('is told to the relying parties of a list that is as long as the key says', async () => {
    const { platform } = await plug();
    const most = Number((await info(platform)).get(16));
    const rpIds = [RP_ID, ...Array.from({ length: most - 1 }, (_, index) => `rp${index}.example`)];
    const list = (names: string[]) => numbered(undefined, names);
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, list([...rpIds, 'x']))).toBe('KEY_STORE_FULL');
    expect(await configure(platform, Subcommand.SET_MIN_PIN_LENGTH, list(rpIds))).toBe('SUCCESS');
    const extensions = textMap({ minPinLength: true });
    const answer = await platform.success(MAKE_CREDENTIAL, making({ extensions }));
    expect(toHex(encode(answer))).toContain(toHex(encode(textMap({ minPinLength: 4 }))));
  });
});

it('a reset takes everything back but which key it is', async () => {
  const store = new MemoryStore();
  const { platform } = await plug({ profile: '2.3', store });
  const device = store.initial?.deviceSecret;
  for (const [subcommand, params] of [
    [Subcommand.ENABLE_ENTERPRISE_ATTESTATION],
    [Subcommand.SET_MIN_PIN_LENGTH, numbered(9, [RP_ID])],
    [Subcommand.ENABLE_LONG_TOUCH_FOR_RESET],
    [Subcommand.TOGGLE_ALWAYS_UV],
  ] as const)
    expect(await configure(platform, subcommand, params)).toBe('SUCCESS');
  const before = await info(platform);
  expect([before.get(13), before.get(24)]).toEqual([9, true]);
  const kept = store.initial;
  await platform.success(RESET);
  const after = await info(platform);
  expect([after.get(13), after.get(24), after.get(12)]).toEqual([4, false, false]);
  expect(map(after, 4)).toEqual(new Map([...map(before, 4), ['ep', false], ['alwaysUv', false], ['makeCredUvNotRqd', true]])); // prettier-ignore
  expect(store.initial?.deviceSecret).toEqual(kept?.deviceSecret ?? device);
  expect(store.initial?.persistentToken).not.toEqual(kept?.persistentToken);
});
