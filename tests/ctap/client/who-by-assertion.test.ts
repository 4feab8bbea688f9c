import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { whoByAssertion } from '../../../src/ctap/client/who-by-assertion.js';
import { toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { THUMB, withThumb } from '../../softkey/fingers.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';

const RP = { rpId: RP_ID, origin: ORIGIN };

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

/** A key, with a PIN unless there is to be none, and a passkey for each of these people. */
async function keyOf(people: readonly string[], options: SoftKeyOptions, hasPin = true) {
  const authenticator = await Authenticator.open(new MemoryPort(new SoftKey(options)));
  open.push(authenticator);
  if (hasPin) await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  const wishes = hasPin ? {} : { authenticatorSelection: { residentKey: 'required' } };
  for (const name of people) {
    const user = { id: toBase64url(utf8(`sub of ${name}`)), name, displayName: name.toUpperCase() };
    await create(creation({ user, ...wishes }), ORIGIN, { authenticator, interaction: new Person(PIN) });
  }
  return authenticator;
}

/** Whose key it is, and an assertion of that account. */
async function tapIn(authenticator: Authenticator, person: Person, userVerification = 'required') {
  const context = { authenticator, interaction: person };
  const { account, verified } = await whoByAssertion(context, RP);
  if (!account) throw new Error('Nobody is on the key');
  const allowCredentials = [{ id: toBase64url(account.credential.id), type: 'public-key' }];
  const assertion = await get(request({ allowCredentials, userVerification }), ORIGIN, {
    ...context,
    session: verified,
  });
  verified?.drop();
  return { account, verified, assertion };
}

const SILENT_KEYS: readonly (readonly [string, SoftKeyOptions])[] = [
  ['CTAP 2.0', { profile: '2.0' }],
  ['CTAP 2.1 that does not list', { profile: '2.1', listsNothing: true }],
  ['CTAP 2.3 that does not list', { profile: '2.3', listsNothing: true }],
];

describe('whose key it is, where it does not list', () => {
  it.each(SILENT_KEYS)('is told by a key of %s for one PIN and two touches', async (_, options) => {
    const authenticator = await keyOf(['ana'], options);
    const person = new Person(PIN);
    const { account, assertion } = await tapIn(authenticator, person);
    expect(account.user.id).toEqual(utf8('sub of ana'));
    expect(assertion.response.userHandle).toBe(toBase64url(utf8('sub of ana')));
    expect(Buffer.from(assertion.response.authenticatorData, 'base64url')[32]).toBe(0x05); // present and verified
    expect(person).toMatchObject({ asked: { length: 1 }, touches: 2 });
    expect(person.given.every((pin) => pin.every((byte) => byte === 0))).toBe(true);
  });

  it.each([
    ['2.0', 'one-use-tokens'],
    ['2.1', 'one-use-tokens'],
    ['2.1', 'one-permission-tokens'],
    ['2.0', 'slow-keepalives'],
  ] as const)('costs no second entry of the PIN on a key of CTAP %s with %s', async (profile, quirk) => {
    const authenticator = await keyOf(['ana'], { profile, listsNothing: true, quirks: { [quirk]: 1 } });
    const person = new Person(PIN);
    await tapIn(authenticator, person);
    expect(person).toMatchObject({ asked: { length: 1 }, touches: 2 });
    expect(await authenticator.clientPin?.pinRetries()).toMatchObject({ retries: 8 });
  });

  it('asks again after a wrong PIN, which costs one try and is not given a second time', async () => {
    const authenticator = await keyOf(['ana'], { profile: '2.0' });
    const person = new Person('9999', PIN);
    await tapIn(authenticator, person);
    expect(person.asked).toEqual([
      { wrong: false, retries: undefined },
      { wrong: true, retries: 7 },
    ]);
    expect(await authenticator.clientPin?.pinRetries()).toMatchObject({ retries: 8 });
  });

  it('is one of twenty, chosen by the names that the key gives once its person is verified', async () => {
    const people = Array.from({ length: 20 }, (_, index) => `person ${index}`);
    const authenticator = await keyOf(people, { profile: '2.0' });
    const person = new Person(PIN);
    person.choice = 13;
    const { account } = await tapIn(authenticator, person);
    const [offered = []] = person.accounts;
    expect(offered.map(({ name }) => name).sort()).toEqual([...people].sort());
    expect(account.user.id).toEqual(utf8(`sub of ${offered[13]?.name ?? ''}`));
    expect(person).toMatchObject({ accounts: { length: 1 }, asked: { length: 1 } });
  });

  it('is chosen by the names that the caller knows, where the key verifies nobody and so gives none', async () => {
    const authenticator = await keyOf(['ana', 'ben'], { profile: '2.0' }, false);
    const person = new Person();
    const nameOf = ({ id }: { id: Uint8Array }) => Buffer.from(id).toString().replace('sub of ', '');
    const { verified } = await whoByAssertion({ authenticator, interaction: person }, RP, nameOf);
    expect(person.accounts[0]?.map(({ name }) => name).sort()).toEqual(['ana', 'ben']);
    expect(person).toMatchObject({ asked: [], touches: 1 });
    expect(verified).toBeUndefined();
  });

  it('is told for a finger, which is asked for each time as it is the touch as well', async () => {
    const { key, sensor } = await withThumb({ profile: '2.1', listsNothing: true });
    const authenticator = await Authenticator.open(new MemoryPort(key));
    open.push(authenticator);
    const person = new Person();
    person.onFinger = () => {
      sensor.put(THUMB);
    };
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    const { verified } = await tapIn(authenticator, person);
    expect(verified).toBeUndefined();
    expect(person).toMatchObject({ asked: [], fingers: { length: 3 }, touches: 0 });
  });

  it('is nobody on a key without discoverable passkeys, and the PIN that was entered serves all the same', async () => {
    const authenticator = await keyOf([], { profile: '2.1', listsNothing: true });
    const person = new Person(PIN, PIN);
    const wishes = { authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' } };
    const { id } = await create(creation(wishes), ORIGIN, { authenticator, interaction: person });
    const { account, verified } = await whoByAssertion({ authenticator, interaction: person }, RP);
    expect(account).toBeUndefined();
    const allowCredentials = [{ id, type: 'public-key' }];
    await get(request({ allowCredentials }), ORIGIN, { authenticator, interaction: person, session: verified });
    expect(person.asked).toHaveLength(2);
  });

  it('is not told by a key of U2F, which is asked for nothing', async () => {
    const authenticator = await keyOf([], { profile: 'u2f' }, false);
    const person = new Person();
    await expect(whoByAssertion({ authenticator, interaction: person }, RP)).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(person).toMatchObject({ asked: [], touches: 0 });
  });

  it('leaves no token behind when its person gives up', async () => {
    const authenticator = await keyOf(['ana'], { profile: '2.1', listsNothing: true });
    const controller = new AbortController();
    const person = new Person(PIN);
    person.onTouch = () => {
      controller.abort();
    };
    const context = { authenticator, interaction: person, signal: controller.signal };
    await expect(whoByAssertion(context, RP)).rejects.toThrow();
    expect(person.given.every((pin) => pin.every((byte) => byte === 0))).toBe(true);
  });
});
