import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { leavingOneMore } from '../../../src/ctap/client/one-more-assertion.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { PROFILE_NAMES } from '../../../src/softkey/profile.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { THUMB, withThumb } from '../../softkey/fingers.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

async function keyWithPasskey(options: SoftKeyOptions) {
  const authenticator = await Authenticator.open(new MemoryPort(new SoftKey(options)));
  open.push(authenticator);
  await authenticator.clientPin?.setPin(encodePin(PIN));
  await authenticator.refresh();
  const { id } = await create(creation(), ORIGIN, { authenticator, interaction: new Person(PIN) });
  authenticator.clientPin?.forget();
  return { authenticator, id };
}

describe('one PIN entry', () => {
  it.each(PROFILE_NAMES)(
    'serves for two assertions in a row on a key of CTAP %s, with a touch each',
    async (profile) => {
      const { authenticator, id } = await keyWithPasskey({ profile });
      const options = request({ allowCredentials: [{ id, type: 'public-key' }], userVerification: 'required' });
      const person = new Person(PIN);
      const { value, verified } = await leavingOneMore({ authenticator, interaction: person }, RP_ID, (context) =>
        get(options, ORIGIN, context),
      );
      expect(value.id).toBe(id);
      expect(person.touches).toBe(1);
      if (!verified) throw new Error('nothing was left over');
      const second = await get(options, ORIGIN, { authenticator, interaction: person, session: verified });
      expect(second.response.signature).not.toBe(value.response.signature);
      expect(person.asked).toHaveLength(1);
      expect(person.touches).toBe(2);
      for (const bytes of person.given) expect([...bytes].every((byte) => byte === 0)).toBe(true);
    },
  );

  it('is forgotten when the first assertion fails', async () => {
    const { authenticator } = await keyWithPasskey({ profile: '2.1' });
    const person = new Person(PIN);
    const options = request({ allowCredentials: [{ id: 'AAAA', type: 'public-key' }], userVerification: 'required' });
    const work = leavingOneMore({ authenticator, interaction: person }, RP_ID, (context) => get(options, ORIGIN, context)); // prettier-ignore
    await expect(work).rejects.toMatchObject({ code: 'no-credentials' });
    for (const bytes of person.given) expect([...bytes].every((byte) => byte === 0)).toBe(true);
  });
});

describe('a finger', () => {
  it('is put on for each: nothing is left over, and nobody is asked for a PIN', async () => {
    const { key, sensor } = await withThumb({ profile: '2.1' });
    const authenticator = await Authenticator.open(new MemoryPort(key));
    open.push(authenticator);
    const person = new Person();
    sensor.put(THUMB);
    const { id } = await create(creation(), ORIGIN, { authenticator, interaction: person });
    const options = request({ allowCredentials: [{ id, type: 'public-key' }], userVerification: 'required' });
    sensor.put(THUMB);
    const done = await leavingOneMore({ authenticator, interaction: person }, RP_ID, (context) =>
      get(options, ORIGIN, context),
    );
    expect(done).toMatchObject({ value: { id }, verified: undefined });
    expect(person.asked).toEqual([]);
  });
});
