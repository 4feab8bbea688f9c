import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import { get } from '../../../src/ctap/client/get.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { PROFILE_NAMES } from '../../../src/softkey/profile.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../options.js';
import { Person } from '../person.js';
import { SpyPort } from '../spy-port.js';

const { CLIENT_PIN, MAKE_CREDENTIAL, GET_ASSERTION } = CtapCommand;

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

async function protectedKey(profile: (typeof PROFILE_NAMES)[number], hearsOthers: boolean) {
  const softKey = new SoftKey({ profile });
  const spy = new SpyPort(new MemoryPort(softKey), hearsOthers);
  const authenticator = await Authenticator.open(spy);
  open.push(authenticator);
  await authenticator.clientPin?.setPin(encodePin(PIN));
  authenticator.clientPin?.forget();
  await authenticator.refresh();
  spy.forget();
  const context = () => ({ authenticator, interaction: new Person(PIN) });
  return { softKey, spy, authenticator, context };
}

/** Every wait of a person costs a round trip; these numbers are a promise, so they are counted at the cable. */
describe.each(PROFILE_NAMES)('commands to a PIN-protected key of CTAP %s', (profile) => {
  it('are three for a first create: key agreement, token, credential; one answer each', async () => {
    const { spy, context } = await protectedKey(profile, true);
    await create(creation(), ORIGIN, context());
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, MAKE_CREDENTIAL]);
    expect(spy.answers).toEqual([CtapStatus.SUCCESS, CtapStatus.SUCCESS, CtapStatus.SUCCESS]);
  });

  it('are two for each that follows on the same cable, where the key agreement serves again', async () => {
    const { spy, context } = await protectedKey(profile, true);
    const { id } = await create(creation(), ORIGIN, context());
    spy.forget();
    await get(request({ allowCredentials: [{ id, type: 'public-key' }] }), ORIGIN, context());
    expect(spy.commands).toEqual([CLIENT_PIN, GET_ASSERTION]);
    spy.forget();
    await get(request(), ORIGIN, context());
    expect(spy.commands).toEqual([CLIENT_PIN, GET_ASSERTION]);
    spy.forget();
    await create(creation(), ORIGIN, context());
    expect(spy.commands).toEqual([CLIENT_PIN, MAKE_CREDENTIAL]);
  });

  it('are three on a cable where other programs cannot be heard', async () => {
    const { spy, context } = await protectedKey(profile, false);
    const { id } = await create(creation(), ORIGIN, context());
    spy.forget();
    await get(request({ allowCredentials: [{ id, type: 'public-key' }] }), ORIGIN, context());
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, GET_ASSERTION]);
    expect(spy.answers).toHaveLength(3);
  });

  it('are three again after another program was heard, whose wrong PIN does not cost us a try', async () => {
    const { softKey, spy, context } = await protectedKey(profile, true);
    await create(creation(), ORIGIN, context());
    const other = await Authenticator.open(new MemoryPort(softKey));
    open.push(other);
    await expect(other.clientPin?.changePin(encodePin('not the PIN'), encodePin('any other'))).rejects.toMatchObject({
      status: CtapStatus.PIN_INVALID,
    });
    spy.forget();
    const mine = context();
    await get(request(), ORIGIN, mine);
    expect(mine.interaction.asked).toEqual([{ wrong: false, retries: undefined }]);
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, GET_ASSERTION]);
    expect((await other.clientPin?.pinRetries())?.retries).toBe(8);
  });

  it('do not use an agreement from before a loss of power: that would look like a wrong PIN', async () => {
    const { softKey, spy, context } = await protectedKey(profile, true);
    await create(creation(), ORIGIN, context());
    softKey.powerCycle();
    spy.forget();
    const mine = context();
    await get(request(), ORIGIN, mine);
    expect(mine.interaction.asked).toEqual([{ wrong: false, retries: undefined }]);
    expect(spy.answers.every((status) => status === CtapStatus.SUCCESS)).toBe(true);
  });

  it('is one where no PIN is asked for, or two with one batch of a long list probed', async () => {
    const { spy, context } = await protectedKey(profile, true);
    const { id } = await create(creation(), ORIGIN, context());
    spy.forget();
    const allowed = { id, type: 'public-key' };
    await get(request({ allowCredentials: [allowed], userVerification: 'discouraged' }), ORIGIN, context());
    expect(spy.commands).toEqual([GET_ASSERTION]);
    spy.forget();
    const many = Array.from({ length: 20 }, () => allowed);
    await get(request({ allowCredentials: many, userVerification: 'discouraged' }), ORIGIN, context());
    expect(spy.commands).toEqual([GET_ASSERTION, GET_ASSERTION]);
  });
});

/** The sums that the bench compares with other clients: create and then get, both with PIN, on one open key. */
describe('commands for a create and a get in one session', () => {
  const createAndGet = async (profile: (typeof PROFILE_NAMES)[number], hearsOthers: boolean) => {
    const { spy, authenticator, context } = await protectedKey(profile, hearsOthers);
    const session = authenticator.clientPin?.openSession(RP_ID);
    const both = { ...context(), interaction: new Person(PIN, PIN), session };
    const { id } = await create(creation(), ORIGIN, both);
    await get(request({ allowCredentials: [{ id, type: 'public-key' }] }), ORIGIN, both);
    return { spy, pinsAsked: both.interaction.asked.length, touches: both.interaction.touches };
  };

  it('are four on CTAP 2.0, with one PIN and a touch each, on any cable', async () => {
    for (const hearsOthers of [true, false]) {
      const { spy, pinsAsked, touches } = await createAndGet('2.0', hearsOthers);
      expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, MAKE_CREDENTIAL, GET_ASSERTION]);
      expect({ pinsAsked, touches }).toEqual({ pinsAsked: 1, touches: 2 });
    }
  });

  it('are five on CTAP 2.1, where a token serves once and the PIN is asked for twice', async () => {
    const { spy, pinsAsked } = await createAndGet('2.1', true);
    expect(spy.commands).toEqual([CLIENT_PIN, CLIENT_PIN, MAKE_CREDENTIAL, CLIENT_PIN, GET_ASSERTION]);
    expect(pinsAsked).toBe(2);
  });

  it('are six on CTAP 2.1 where other programs cannot be heard', async () => {
    expect((await createAndGet('2.1', false)).spy.commands).toHaveLength(6);
  });
});
