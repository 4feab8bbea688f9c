import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';
import { whoHolds } from '../../src/station/key-holder.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../ctap/options.js';
import { Person } from '../ctap/person.js';
import { THUMB, withThumb } from '../softkey/fingers.js';

const RP = { rpId: RP_ID, origin: ORIGIN };
/** Names of 70 bytes, which differ only where keys cut them. */
const LONG = `${'x'.repeat(69)}1`;
const CUT = 'x'.repeat(64);

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

const handleOf = (name: string) => Buffer.from(`sub of ${name.slice(-10)}`).toString('base64url');

/** What a station knows of these. */
const knowing = (...names: string[]) => ({
  knowsAnybody: names.length > 0,
  usernameOf: (handle: string) => names.find((name) => handleOf(name) === handle),
});

async function opened(key: SoftKey): Promise<Authenticator> {
  const authenticator = await Authenticator.open(new MemoryPort(key));
  open.push(authenticator);
  return authenticator;
}

/** A key with a PIN and a passkey for each of these people. */
async function keyOf(people: readonly string[], options: SoftKeyOptions): Promise<Authenticator> {
  const authenticator = await opened(new SoftKey(options));
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  for (const name of people)
    await create(creation({ user: { id: handleOf(name), name, displayName: 'Somebody' } }), ORIGIN, {
      authenticator,
      interaction: new Person(PIN),
    });
  return authenticator;
}

/** Whose key it is, and what that has cost the person. */
async function ask(authenticator: Authenticator, people?: ReturnType<typeof knowing>) {
  const person = new Person(PIN);
  const { accounts, verified } = await whoHolds({ authenticator, interaction: person }, RP, people);
  verified?.drop();
  return { accounts, cost: { pins: person.asked.length, touches: person.touches } };
}

describe('whose key it is', () => {
  it('is told by a key that lists, whether the station knows the person or not', async () => {
    const authenticator = await keyOf(['ana'], { profile: '2.1' });
    for (const people of [undefined, knowing(), knowing('ben')]) {
      const { accounts, cost } = await ask(authenticator, people);
      expect(accounts).toMatchObject([{ userHandle: handleOf('ana'), name: 'ana', username: 'ana' }]);
      expect(cost).toEqual({ pins: 1, touches: 0 });
    }
  });

  it('is somebody of the whole name that the station knows, where the key may have cut it; else nobody is named', async () => {
    const authenticator = await keyOf([LONG], { profile: '2.1' });
    expect((await ask(authenticator, knowing(LONG))).accounts).toMatchObject([{ name: CUT, username: LONG }]);
    expect((await ask(authenticator, knowing('ana'))).accounts).toMatchObject([{ name: CUT, username: undefined }]);
  });

  it('is named by the station where the key has been given another name', async () => {
    const people = { knowsAnybody: true, usernameOf: () => 'ana' };
    const authenticator = await keyOf(['my own words'], { profile: '2.1' });
    expect((await ask(authenticator, people)).accounts).toMatchObject([{ name: 'my own words', username: 'ana' }]);
  });

  it('is told by a touch, of a key that does not list, where the station knows the person', async () => {
    const authenticator = await keyOf(['ana'], { profile: '2.0' });
    const { accounts, cost } = await ask(authenticator, knowing('ben', 'ana'));
    expect(accounts).toMatchObject([{ userHandle: handleOf('ana'), name: '', username: 'ana' }]);
    expect(cost).toEqual({ pins: 1, touches: 1 });
  });

  it('is somebody whom the station does not know, who has to say their name', async () => {
    const authenticator = await keyOf(['ana'], { profile: '2.0' });
    const { accounts } = await ask(authenticator, knowing('ben'));
    expect(accounts).toMatchObject([{ userHandle: handleOf('ana'), username: undefined }]);
  });

  it.each([undefined, knowing()])(
    'is asked of no key that does not list by a station that knows nobody',
    async (people) => {
      const authenticator = await keyOf(['ana'], { profile: '2.0' });
      expect(await ask(authenticator, people)).toEqual({ accounts: undefined, cost: { pins: 0, touches: 0 } });
    },
  );

  it('is not told by a key of U2F', async () => {
    const authenticator = await opened(new SoftKey({ profile: 'u2f' }));
    expect(await ask(authenticator, knowing('ana'))).toEqual({ accounts: undefined, cost: { pins: 0, touches: 0 } });
  });

  it('is not told by a key without discoverable passkeys, for which the PIN need not be entered again', async () => {
    const authenticator = await keyOf([], { profile: '2.0' });
    const wishes = { authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required' } };
    const { id } = await create(creation(wishes), ORIGIN, { authenticator, interaction: new Person(PIN) });
    const person = new Person(PIN);
    const context = { authenticator, interaction: person };
    const { accounts, verified } = await whoHolds(context, RP, knowing('ana'));
    expect(accounts).toBeUndefined();
    const options = request({ allowCredentials: [{ id, type: 'public-key' }] });
    await get(options, ORIGIN, { ...context, session: verified });
    expect(person.asked).toHaveLength(1);
  });

  it('is told for a finger by a key that has a sensor and does not list', async () => {
    const { key, sensor } = await withThumb({ profile: '2.1', listsNothing: true });
    const authenticator = await opened(key);
    const person = new Person();
    person.onFinger = () => {
      sensor.put(THUMB);
    };
    const user = { id: handleOf('ana'), name: 'ana', displayName: 'Ana' };
    await create(creation({ user }), ORIGIN, { authenticator, interaction: person });
    const { accounts, verified } = await whoHolds({ authenticator, interaction: person }, RP, knowing('ana'));
    expect(accounts).toMatchObject([{ username: 'ana' }]);
    expect(verified).toBeUndefined();
    expect(person.asked).toEqual([]);
  });
});
