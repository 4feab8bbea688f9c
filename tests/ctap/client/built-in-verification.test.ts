import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { fromBase64url } from '../../../src/ctap/codec/bytes.js';
import type { CborValue } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { managementToken } from '../../../src/ctap/client/user-verification.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import type { SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { INDEX, PIN, THUMB, withThumb } from '../../softkey/fingers.js';
import { creation, ORIGIN, request } from '../options.js';
import { Person } from '../person.js';
import { infoOf, openScripted, textMap } from '../scripted-key.js';
import { SpyPort } from '../spy-port.js';

const { CLIENT_PIN, MAKE_CREDENTIAL, GET_ASSERTION } = CtapCommand;

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

/** A key with a PIN and an enrolled thumb, as a client sees it. */
async function plug(options: Partial<SoftKeyOptions> = {}) {
  const { key, sensor } = await withThumb(options);
  const spy = new SpyPort(new MemoryPort(key), true);
  const authenticator = await Authenticator.open(spy);
  open.push(authenticator);
  spy.forget();
  return { key, sensor, spy, authenticator };
}

const isVerified = (authenticatorData: string) => ((fromBase64url(authenticatorData)[32] ?? 0) & 0x05) === 0x05;

describe.each(['2.1', '2.3'] as const)('a finger on a key of CTAP %s', (profile) => {
  it('serves instead of PIN and touch: asked for with the tries left, in four commands', async () => {
    const { authenticator, sensor, spy } = await plug({ profile });
    const person = new Person();
    sensor.put(THUMB);
    const made = await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(isVerified(made.response.authenticatorData)).toBe(true);
    expect(person.fingers).toEqual([{ failed: false, retries: 5 }]);
    expect([person.touches, person.asked]).toEqual([0, []]);
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, CLIENT_PIN, MAKE_CREDENTIAL]);
    sensor.put(THUMB);
    const signed = await get(request(), ORIGIN, { authenticator, interaction: person });
    expect(isVerified(signed.response.authenticatorData)).toBe(true);
  });

  it('that is not recognised may be tried again, as often as the key wants, and then the PIN serves', async () => {
    const { authenticator, sensor } = await plug({ profile });
    const person = new Person(PIN);
    sensor.put(INDEX, THUMB);
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(person.fingers.splice(0)).toEqual([
      { failed: false, retries: 5 },
      { failed: true, retries: 4 },
    ]);
    sensor.put(INDEX, INDEX, INDEX);
    await get(request(), ORIGIN, { authenticator, interaction: person });
    expect(person.fingers.map(({ retries }) => retries)).toEqual([5, 4, 3]);
    expect(person.asked).toHaveLength(1);
    expect(sensor.left).toBe(0);
  });

  it('is not asked for while the sensor is blocked; the PIN unblocks it', async () => {
    const { authenticator, sensor } = await plug({ profile });
    await create(creation(), ORIGIN, { authenticator, interaction: withThumbOn(sensor) });
    sensor.put(INDEX, INDEX, INDEX);
    const undecided = get(request(), ORIGIN, { authenticator, interaction: new Person() });
    await expect(undecided).rejects.toThrow('The person gives up');
    sensor.put(INDEX, INDEX);
    const person = new Person(PIN);
    await get(request(), ORIGIN, { authenticator, interaction: person });
    expect(person.fingers.map(({ retries }) => retries)).toEqual([2, 1]);
    expect(await authenticator.clientPin?.uvRetries()).toBe(5);
  });
});

function withThumbOn(sensor: { put(scan: typeof THUMB): void }): Person {
  sensor.put(THUMB);
  return new Person();
}

describe('a key without tokens for a finger', () => {
  it('verifies within the request, and the person is told that it takes a finger', async () => {
    const { authenticator, sensor, spy } = await plug({ profile: '2.1-pre' });
    const person = withThumbOn(sensor);
    const made = await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(isVerified(made.response.authenticatorData)).toBe(true);
    expect(person.fingers).toContainEqual({ failed: false, retries: undefined });
    expect([person.touches, spy.commands]).toEqual([0, [MAKE_CREDENTIAL]]);
  });

  it('takes the PIN, once, when it did not recognise the finger', async () => {
    const { authenticator, sensor, spy } = await plug({ profile: '2.1-pre' });
    await create(creation(), ORIGIN, { authenticator, interaction: withThumbOn(sensor) });
    for (let round = 0; round < 2; round++) {
      sensor.put(INDEX, INDEX, INDEX);
      spy.forget();
      const person = new Person(PIN);
      const signed = await get(request(), ORIGIN, { authenticator, interaction: person });
      expect(isVerified(signed.response.authenticatorData)).toBe(true);
      expect(spy.commands.filter((command) => command === GET_ASSERTION)).toHaveLength(2);
    }
  });
});

describe('a key whose PIN only manages', () => {
  it('makes credentials by finger, and says so when it is blocked', async () => {
    const { authenticator, sensor } = await plug({ pinOnlyManages: true, fingerprints: { samples: 2, attempts: 5 } });
    await create(creation(), ORIGIN, { authenticator, interaction: withThumbOn(sensor) });
    sensor.put(INDEX, INDEX, INDEX, INDEX, INDEX);
    const blocked = get(request(), ORIGIN, { authenticator, interaction: new Person(PIN) });
    await expect(blocked).rejects.toMatchObject({ name: 'ClientError', code: 'uv-blocked' });
    const permissions = Permission.CREDENTIAL_MANAGEMENT;
    const token = await managementToken({ authenticator, interaction: new Person(PIN) }, { permissions });
    expect(token.permissions).toBe(permissions); // and the PIN has unblocked the sensor
    await get(request(), ORIGIN, { authenticator, interaction: withThumbOn(sensor) });
  });
});

/** A key that answers token commands rightly, and everything else as `reply` says. */
async function withTokens(options: Record<string, boolean>, reply: (command: number) => number) {
  const theirs = new KeyAgreement();
  const subcommands: CborValue[] = [];
  const info = infoOf({ 4: textMap({ clientPin: true, ...options }), 6: [1] });
  const key = await openScripted(info, ({ command, parameters }) => {
    if (command !== CLIENT_PIN) return reply(command);
    const subcommand = parameters.get(2) ?? 0;
    subcommands.push(subcommand);
    if (subcommand === 7) return new Map([[5, 3]]);
    return subcommand === 2 ? new Map([[1, theirs.publicKey()]]) : new Map([[2, new Uint8Array(32)]]);
  });
  open.push(key.authenticator);
  return { ...key, subcommands };
}

describe('a token', () => {
  it.each([CtapStatus.PIN_AUTH_INVALID, CtapStatus.PIN_TOKEN_EXPIRED])(
    'that the key does not take (status %i) is followed by another, once',
    async (status) => {
      const { authenticator, asked } = await withTokens({ pinUvAuthToken: true }, () => status);
      const person = new Person(PIN, PIN, PIN);
      const signIn = get(request(), ORIGIN, { authenticator, interaction: person });
      await expect(signIn).rejects.toMatchObject({ name: 'CtapError', status });
      expect(person.asked).toHaveLength(2);
      expect(asked.filter(({ command }) => command === GET_ASSERTION)).toHaveLength(2);
    },
  );

  it('for management comes by finger where there is no PIN and the key allows it, and never by setting one', async () => {
    const options = { clientPin: false, uv: true, pinUvAuthToken: true };
    const { authenticator, subcommands } = await withTokens({ ...options, uvBioEnroll: true }, () => CtapStatus.OTHER);
    const person = new Person();
    await managementToken({ authenticator, interaction: person }, { permissions: Permission.BIO_ENROLLMENT });
    expect([subcommands, person.fingers]).toEqual([[7, 2, 6], [{ failed: false, retries: 3 }]]);
    const refusing = [
      [options, Permission.BIO_ENROLLMENT],
      [options, Permission.AUTHENTICATOR_CONFIGURATION],
      [{ ...options, uv: false }, Permission.CREDENTIAL_MANAGEMENT],
      [{ ...options, pinUvAuthToken: false }, Permission.CREDENTIAL_MANAGEMENT],
    ] as const;
    for (const [device, permissions] of refusing) {
      const other = await withTokens(device, () => CtapStatus.OTHER);
      const context = { authenticator: other.authenticator, interaction: new Person(PIN) };
      await expect(managementToken(context, { permissions })).rejects.toMatchObject({ code: 'pin-not-set' });
      expect(other.subcommands).toEqual([]);
    }
  });
});
