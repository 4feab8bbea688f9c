import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { AuthenticatorConfig } from '../../../src/ctap/authenticator-config.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import type { ChangePinRequest, NewPinRequest, PinChange } from '../../../src/ctap/client/interaction.js';
import { needsVerification, needsVerificationToCreate } from '../../../src/ctap/client/user-verification.js';
import { concat, fromBase64url, toBase64url } from '../../../src/ctap/codec/bytes.js';
import { type CborKey, type CborValue, encode } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { HidCommand, KeepaliveStatus } from '../../../src/ctap/hid/constants.js';
import { decodeInfo } from '../../../src/ctap/get-info.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { creation, ORIGIN, PIN, request } from '../options.js';
import { Person } from '../person.js';
import { attested, CREDENTIAL_ID, infoOf, openScripted, textMap } from '../scripted-key.js';
import { SpyPort } from '../spy-port.js';

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

async function plug(options: Partial<SoftKeyOptions> = {}, pin?: string) {
  const softKey = new SoftKey({ profile: '2.1', ...options });
  const spy = new SpyPort(new MemoryPort(softKey), true);
  const authenticator = await Authenticator.open(spy);
  open.push(authenticator);
  if (pin !== undefined) {
    await authenticator.clientPin?.setPin(encodePin(pin));
    await authenticator.refresh();
  }
  spy.forget();
  return { softKey, spy, authenticator };
}

describe('whether a request needs user verification', () => {
  const info = (options: Record<string, boolean>) => decodeInfo(infoOf({ 4: textMap(options) }));
  const nothing = info({});
  const unset = info({ clientPin: false });
  const pin = info({ clientPin: true });
  const sensor = info({ uv: true });
  const always = info({ clientPin: false, alwaysUv: true });
  const relaxed = info({ clientPin: true, makeCredUvNotRqd: true });

  it.each([
    ['required', nothing, true],
    ['required', pin, true],
    ['preferred', nothing, false],
    ['preferred', unset, false],
    ['preferred', pin, true],
    ['preferred', sensor, true],
    ['discouraged', pin, false],
    ['discouraged', always, true],
    ['of tomorrow', pin, true],
  ] as const)('to sign in: %s, row %#', (requirement, device, expected) => {
    expect(needsVerification(device, requirement)).toBe(expected);
  });

  it.each([
    ['discouraged', unset, false, false],
    ['discouraged', pin, false, true], // the key insists
    ['discouraged', pin, true, true],
    ['discouraged', relaxed, false, false],
    ['discouraged', relaxed, true, true], // for a discoverable one it insists all the same
    ['preferred', relaxed, false, true],
    ['preferred', nothing, true, false],
    ['required', nothing, false, true],
    ['discouraged', always, false, true],
  ] as const)('to make a credential: %s, row %#', (requirement, device, rk, expected) => {
    expect(needsVerificationToCreate(device, requirement, rk)).toBe(expected);
  });
});

describe('a PIN', () => {
  it('is asked for again after a wrong one, with the tries left, and is zeroed each time', async () => {
    const { authenticator } = await plug({}, PIN);
    const person = new Person('wrong', PIN);
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(person.asked).toEqual([
      { wrong: false, retries: undefined },
      { wrong: true, retries: 7 },
    ]);
    expect(person.given.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  it('that the person does not give is not tried: nothing goes to the key', async () => {
    const { authenticator, spy } = await plug({}, PIN);
    const refused = create(creation(), ORIGIN, { authenticator, interaction: new Person() });
    await expect(refused).rejects.toThrow('The person gives up');
    expect(spy.commands).toEqual([]);
  });

  it('is blocked when no tries are left', async () => {
    const { authenticator, softKey } = await plug({}, PIN);
    let outcome: unknown;
    for (let plugged = 0; plugged < 3; plugged++) {
      const person = new Person('wrong', 'wrong', 'wrong');
      outcome = await get(request(), ORIGIN, { authenticator, interaction: person }).catch((error: unknown) => error);
      softKey.powerCycle();
    }
    expect(outcome).toMatchObject({ name: 'ClientError', code: 'pin-blocked' });
    const again = get(request(), ORIGIN, { authenticator, interaction: new Person(PIN) });
    await expect(again).rejects.toMatchObject({ code: 'pin-blocked' });
  });

  it('is set within create on a key that has none, typed once, and serves at once', async () => {
    for (const profile of ['2.0', '2.1', '2.3'] as const) {
      const { authenticator, spy } = await plug({ profile });
      const person = new Person(PIN);
      const { response } = await create(creation(), ORIGIN, { authenticator, interaction: person });
      expect((fromBase64url(response.authenticatorData)[32] ?? 0) & 0x04).toBe(0x04);
      expect(person.askedForNew).toEqual([{ minPinLength: 4, maxPinLength: 63 }]);
      expect(person.asked).toEqual([]);
      expect(person.given[0]?.every((byte) => byte === 0)).toBe(true);
      const { CLIENT_PIN, GET_INFO, MAKE_CREDENTIAL } = CtapCommand;
      expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, GET_INFO, CLIENT_PIN, MAKE_CREDENTIAL]);
      expect(authenticator.info.options.get('clientPin')).toBe(true);
    }
  });

  it('that another program has set since we asked is asked for when the key demands it', async () => {
    const { softKey, authenticator } = await plug({ profile: '2.0' });
    const other = await Authenticator.open(new MemoryPort(softKey));
    open.push(other);
    await other.clientPin?.setPin(encodePin(PIN));
    const options = creation({ authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' } });
    const person = new Person(PIN);
    await create(options, ORIGIN, { authenticator, interaction: person });
    expect(person.asked).toHaveLength(1);
  });

  it('gives way to the sensor, and serves when that is blocked', async () => {
    const theirs = new KeyAgreement();
    const info = infoOf({ 4: textMap({ uv: true, clientPin: true, pinUvAuthToken: true }), 6: [2] });
    const subcommands: CborValue[] = [];
    const { authenticator } = await openScripted(info, ({ command, parameters }) => {
      if (command !== CtapCommand.CLIENT_PIN) return CtapStatus.OTHER;
      const subcommand = parameters.get(2) ?? 0;
      subcommands.push(subcommand);
      if (subcommand === 2) return new Map([[1, theirs.publicKey()]]);
      return subcommand === 6 ? CtapStatus.UV_BLOCKED : CtapStatus.PIN_POLICY_VIOLATION;
    });
    const signIn = get(request(), ORIGIN, { authenticator, interaction: new Person(PIN) });
    await expect(signIn).rejects.toMatchObject({ name: 'ClientError', code: 'pin-change-required' });
    expect(subcommands).toEqual([7, 2, 6, 2, 9]);
  });

  it('is not taken with a key agreement that is none', async () => {
    const info = infoOf({ 4: textMap({ clientPin: true }), 6: [1] });
    const bad = new Map<CborKey, CborValue>([...new KeyAgreement().publicKey(), [-3, new Uint8Array(32)]]);
    const { authenticator, asked } = await openScripted(info, () => new Map([[1, bad]]));
    const signIn = get(request(), ORIGIN, { authenticator, interaction: new Person(PIN) });
    await expect(signIn).rejects.toMatchObject({ name: 'ResponseError', member: 'keyAgreement' });
    expect(asked).toHaveLength(1);
  });
});

describe('a person who changes their mind', () => {
  it('ends the wait for a touch, and the key is idle: the next command works at once', async () => {
    const presence = new AskPresence();
    const { authenticator } = await plug({ presence }, PIN);
    const controller = new AbortController();
    const person = new Person(PIN);
    person.onTouch = () => {
      controller.abort(new Error('never mind'));
    };
    const context = { authenticator, interaction: person, signal: controller.signal };
    await expect(create(creation(), ORIGIN, context)).rejects.toThrow('never mind');
    expect(presence.waiting).toBeUndefined();
    expect((await authenticator.refresh()).remainingDiscoverableCredentials).toBe(25);
  });

  it('but has touched the key already gets the credential, which exists', async () => {
    const { key, authenticator } = await openScripted(infoOf());
    const controller = new AbortController();
    const made = new Map<CborKey, CborValue>([[1, 'none'], [2, attested()], [3, new Map()]]); // prettier-ignore
    key.script = ({ cid, command }) => {
      if (command === HidCommand.CBOR) key.keepalive(cid, KeepaliveStatus.UPNEEDED);
      else key.send(cid, HidCommand.CBOR, concat(Uint8Array.of(CtapStatus.SUCCESS), encode(made)));
    };
    const person = new Person();
    person.onTouch = () => {
      controller.abort(new Error('too late'));
    };
    const options = creation({ authenticatorSelection: { userVerification: 'discouraged' } });
    const { id } = await create(options, ORIGIN, {
      authenticator,
      interaction: person,
      signal: controller.signal,
    });
    expect(id).toBe(toBase64url(CREDENTIAL_ID));
    expect(key.commands.at(-1)).toBe(HidCommand.CANCEL);
  });
});

describe('a PIN that has to be changed', () => {
  /** Somebody who can be asked for another PIN: the current one and the new one come from the same list. */
  class Changer extends Person {
    readonly changes: ChangePinRequest[] = [];

    async changePin(request: ChangePinRequest): Promise<PinChange> {
      this.changes.push(request);
      return { current: await this.pin(request), next: await this.newPin(request) };
    }
  }

  async function forced() {
    const { authenticator, spy } = await plug({}, PIN);
    const token = await authenticator.clientPin?.tokenUsingPin(encodePin(PIN), {
      permissions: Permission.AUTHENTICATOR_CONFIGURATION,
    });
    await new AuthenticatorConfig(authenticator, token).setMinPinLength({ length: 9, forceChange: true });
    return { authenticator, spy };
  }

  it('is changed first, and the errand goes on with the new one', async () => {
    const { authenticator } = await forced();
    const person = new Changer('wrong one', 'new-9-characters', PIN, 'new-9-characters');
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(person.changes).toMatchObject([
      { wrong: false, minPinLength: 9 },
      { wrong: true, retries: 7 },
    ]);
    expect(person.given.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    expect(authenticator.info.forcePinChange).toBe(false);
    await get(request(), ORIGIN, { authenticator, interaction: new Person('new-9-characters') });
  });

  it('is asked for once more when the key refuses the new one by rules of its own, and no try is spent', async () => {
    const { authenticator } = await plug({ profile: '2.3', pinPolicy: { complexity: true } }, PIN);
    const token = await authenticator.clientPin?.tokenUsingPin(encodePin(PIN), {
      permissions: Permission.AUTHENTICATOR_CONFIGURATION,
    });
    await new AuthenticatorConfig(authenticator, token).setMinPinLength({ forceChange: true });
    const person = new Changer(PIN, '11111111', PIN, 'another one');
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(person.changes).toMatchObject([
      { wrong: false, refused: false, complexityPolicy: true },
      { wrong: false, refused: true },
    ]);
    expect((await authenticator.clientPin?.pinRetries())?.retries).toBe(8);
  });

  it('ends the errand where nobody can be asked for another', async () => {
    const { authenticator } = await forced();
    const attempt = create(creation(), ORIGIN, { authenticator, interaction: new Person(PIN) });
    await expect(attempt).rejects.toMatchObject({ code: 'pin-change-required' });
  });

  it('is asked for as well when the order came from another program meanwhile', async () => {
    const { softKey, authenticator } = await plug({}, PIN);
    const other = await Authenticator.open(new MemoryPort(softKey));
    open.push(other);
    const token = await other.clientPin?.tokenUsingPin(encodePin(PIN), {
      permissions: Permission.AUTHENTICATOR_CONFIGURATION,
    });
    await new AuthenticatorConfig(other, token).setMinPinLength({ forceChange: true });
    const person = new Changer(PIN, PIN, 'another one');
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(person.changes).toHaveLength(1);
  });
});

describe('a first PIN', () => {
  it('is chosen once more when the key refuses it by rules of its own, which it tells', async () => {
    const complexityUrl = 'https://example.com/pins';
    const { authenticator } = await plug({ profile: '2.3', pinPolicy: { complexity: true, complexityUrl } });
    const asked: NewPinRequest[] = [];
    class Chooser extends Person {
      override newPin(request: NewPinRequest): Promise<Uint8Array> {
        asked.push(request);
        return super.newPin(request);
      }
    }
    const person = new Chooser('4444', '2580');
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    expect(asked).toMatchObject([
      { refused: false, complexityPolicy: true, complexityUrl },
      { refused: true, complexityPolicy: true, complexityUrl },
    ]);
    expect(person.given.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });
});
