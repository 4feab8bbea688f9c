import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { whoIsIt } from '../../../src/ctap/client/who-is-it.js';
import { utf8 } from '../../../src/ctap/codec/bytes.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import type { ProfileName } from '../../../src/softkey/profile.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { THUMB, withThumb } from '../../softkey/fingers.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';
import { SpyPort } from '../spy-port.js';

const { CLIENT_PIN, CREDENTIAL_MANAGEMENT, CREDENTIAL_MANAGEMENT_PREVIEW, GET_ASSERTION } = CtapCommand;

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

/** A key with a PIN and a passkey for each of these people, and everything forgotten that making them has agreed on. */
async function keyOf(people: readonly string[], options: SoftKeyOptions) {
  const spy = new SpyPort(new MemoryPort(new SoftKey(options)), true);
  const authenticator = await Authenticator.open(spy);
  open.push(authenticator);
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  for (const name of people) {
    const user = { id: Buffer.from(`sub of ${name}`).toString('base64url'), name, displayName: name.toUpperCase() };
    await create(creation({ user }), ORIGIN, { authenticator, interaction: new Person(PIN) });
  }
  authenticator.clientPin?.forget();
  spy.forget();
  return { authenticator, spy };
}

/** The sign-in of a kiosk: whose key is it, then an assertion of one of the accounts. */
async function tapIn(authenticator: Authenticator, person: Person, index = 0) {
  const context = { authenticator, interaction: person };
  const { accounts, verified } = await whoIsIt(context, RP_ID);
  const account = accounts[index];
  if (!account) throw new Error('Nobody is on the key');
  const id = Buffer.from(account.credential.id).toString('base64url');
  const options = request({ allowCredentials: [{ id, type: 'public-key' }], userVerification: 'required' });
  const assertion = await get(options, ORIGIN, { ...context, session: verified });
  verified.drop();
  return { accounts, assertion };
}

const LISTING: readonly (readonly [ProfileName, CtapCommand, SoftKeyOptions])[] = [
  ['2.1', CREDENTIAL_MANAGEMENT, { profile: '2.1' }],
  ['2.3', CREDENTIAL_MANAGEMENT, { profile: '2.3' }],
];

describe('whose key it is', () => {
  it.each(LISTING)('is told by a key of CTAP %s for one PIN and one touch', async (_, command, options) => {
    const { authenticator, spy } = await keyOf(['ana'], options);
    const person = new Person(PIN);
    const { accounts, assertion } = await tapIn(authenticator, person);
    expect(accounts.map(({ user }) => user)).toEqual([{ id: utf8('sub of ana'), name: 'ana', displayName: 'ANA' }]);
    expect(assertion.response.userHandle).toBe(Buffer.from('sub of ana').toString('base64url'));
    expect(Buffer.from(assertion.response.authenticatorData, 'base64url')[32]).toBe(0x05); // present and verified
    expect(person.asked).toHaveLength(1);
    expect(person.touches).toBe(1);
    expect(person.given.every((pin) => pin.every((byte) => byte === 0))).toBe(true);
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, command, GET_ASSERTION, GET_ASSERTION]);
  });

  it('is told by the preview of the command, with the one token that such a key has', async () => {
    const { authenticator, spy } = await keyOf(['ana'], { profile: '2.0', previews: true });
    const person = new Person(PIN);
    await tapIn(authenticator, person);
    expect(person).toMatchObject({ asked: { length: 1 }, touches: 1 });
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, CREDENTIAL_MANAGEMENT_PREVIEW, GET_ASSERTION, GET_ASSERTION]);
  });

  it.each(['one-use-tokens', 'one-permission-tokens'] as const)(
    'costs no second entry of the PIN on a key with %s',
    async (quirk) => {
      const { authenticator } = await keyOf(['ana'], { profile: '2.1', quirks: { [quirk]: 1 } });
      const person = new Person(PIN);
      await tapIn(authenticator, person);
      expect(person).toMatchObject({ asked: { length: 1 }, touches: 1 });
      expect(await authenticator.clientPin?.pinRetries()).toMatchObject({ retries: 8 });
    },
  );

  it('asks again after a wrong PIN, which costs one try and is not given a second time', async () => {
    const { authenticator } = await keyOf(['ana'], { profile: '2.1', quirks: { 'one-use-tokens': 1 } });
    const person = new Person('9999', PIN);
    await tapIn(authenticator, person);
    expect(person.asked).toEqual([
      { wrong: false, retries: undefined },
      { wrong: true, retries: 7 },
    ]);
    expect(await authenticator.clientPin?.pinRetries()).toMatchObject({ retries: 8 });
  });

  it('is told for a finger instead of the PIN, and that finger is the touch as well', async () => {
    const { key, sensor } = await withThumb({ profile: '2.1' });
    const authenticator = await Authenticator.open(new MemoryPort(key));
    open.push(authenticator);
    const person = new Person();
    sensor.put(THUMB);
    await create(creation(), ORIGIN, { authenticator, interaction: person });
    sensor.put(THUMB);
    const { accounts, assertion } = await tapIn(authenticator, person);
    expect(accounts).toHaveLength(1);
    expect(Buffer.from(assertion.response.authenticatorData, 'base64url')[32]).toBe(0x05);
    expect(person).toMatchObject({ asked: [], fingers: { length: 2 }, touches: 0 });
  });

  it('is one of twenty, in which each can sign in', async () => {
    const people = Array.from({ length: 20 }, (_, index) => `person ${index}`);
    const { authenticator } = await keyOf(people, { profile: '2.1' });
    const { accounts, assertion } = await tapIn(authenticator, new Person(PIN), 13);
    expect(accounts.map(({ user }) => user.name).sort()).toEqual([...people].sort());
    const chosen = accounts[13]?.user.id;
    expect(chosen && Buffer.from(chosen).toString('base64url')).toBe(assertion.response.userHandle);
  });

  it('is nobody on a key without passkeys of the relying party', async () => {
    const { authenticator } = await keyOf([], { profile: '2.1' });
    const { accounts, verified } = await whoIsIt({ authenticator, interaction: new Person(PIN) }, RP_ID);
    verified.drop();
    expect(accounts).toEqual([]);
  });

  it('is not told by a key that cannot list, nor by one that verifies nobody', async () => {
    const { authenticator } = await keyOf(['ana'], { profile: '2.0' });
    const person = new Person(PIN);
    await expect(whoIsIt({ authenticator, interaction: person }, RP_ID)).rejects.toMatchObject({ code: 'unsupported' });
    const fresh = await Authenticator.open(new MemoryPort(new SoftKey({ profile: '2.1' })));
    open.push(fresh);
    await expect(whoIsIt({ authenticator: fresh, interaction: person }, RP_ID)).rejects.toMatchObject({ code: 'pin-not-set' }); // prettier-ignore
    expect(person.asked).toEqual([]);
  });

  it('leaves a token that serves once, at its relying party, and is zeroed when it is dropped', async () => {
    const { authenticator } = await keyOf(['ana'], { profile: '2.1' });
    const { verified } = await whoIsIt({ authenticator, interaction: new Person(PIN) }, RP_ID);
    expect(verified.token('other.example')).toBeUndefined();
    const token = verified.token(RP_ID);
    expect(token?.bytes.some((byte) => byte !== 0)).toBe(true);
    expect(verified.token(RP_ID)).toBeUndefined();
  });
});
