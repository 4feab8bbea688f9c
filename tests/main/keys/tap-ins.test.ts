import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { Authenticator } from '../../../src/ctap/authenticator.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { get } from '../../../src/ctap/client/get.js';
import { HeldToken } from '../../../src/ctap/client/held-token.js';
import { setPin } from '../../../src/main/keys/pins.js';
import { greetedMeanwhile } from '../../../src/main/keys/greeting.js';
import { TapIns, type TapInsOptions } from '../../../src/main/keys/tap-ins.js';
import { requests } from '../../../src/shared/ipc.js';
import { Person } from '../../ctap/person.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-kiosk';
type Desk = Awaited<ReturnType<typeof openDesk>>;

/** What the pool knows them by, which it gives keys as their user handles. */
const subOf = (name: string) => `94482458-e0a1-7005-dd3f-${Buffer.from(name.padEnd(6)).toString('hex')}`;
const handleOf = (name: string) => Buffer.from(subOf(name)).toString('base64url');

/**
 * A key with a PIN and a passkey for each of the names.
 * @param options `known`: whose passkeys were enrolled at this station, of those or others
 */
async function openKiosk(
  names: readonly string[],
  { known = [], ...options }: Partial<Parameters<typeof openDesk>[0]> & { known?: readonly string[] } = {},
) {
  const desk = await openDesk({ folder: temporaryFolder(), ...options });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  for (const name of names) {
    const ceremonyId = newCeremony();
    const user = { id: handleOf(name), name, displayName: name };
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: { ...creationOptions(name), user } }, RP);
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await desk.need('touch');
    desk.presence.press();
    const { enrolmentId } = await made;
    if (known.includes(name)) await desk.enrolment.confirm({ enrolmentId, nickname: 'A key' });
  }
  for (const name of known.filter((one) => !names.includes(one))) {
    const record = { credentialId: handleOf(name), nickname: 'A key', keyProduct: 'Test key', aaguid: '', createdAt: '2026-11-23T10:00:00Z' }; // prettier-ignore
    await desk.records.add({ ...record, sub: subOf(name), username: name });
  }
  return desk;
}

/** Tap-ins of a station that greets nobody, with other options. */
function tapInsOf({ ceremonies, records }: Desk, changes: Partial<TapInsOptions>): TapIns {
  const log = (error: unknown) => {
    throw error;
  };
  return new TapIns({ ceremonies, records, greets: () => false, onGreeting: () => undefined, log, ...changes });
}

async function identify(desk: Desk) {
  const ceremonyId = newCeremony();
  const from = desk.needs.length;
  const identified = desk.tapIns.identify({ ceremonyId, keyId: KEY }, RP);
  await vi.waitUntil(() => desk.needs.slice(from).some(({ kind }) => kind === 'pin'));
  desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
  return identified;
}

/** Begins an assertion of any passkey, and tells what the person is asked for first. */
function assertion(desk: Desk) {
  const ceremonyId = newCeremony();
  const from = desk.needs.length;
  const done = desk.ceremonies.run(ceremonyId, KEY, (work) =>
    desk.tapIns.asserting(work, KEY, (verified) =>
      get({ challenge: 'AAECAwQFBgcICQoLDA0ODw', rpId: RP.id, userVerification: 'required' }, RP.origin, verified),
    ),
  );
  done.catch(() => undefined); // awaited by whoever wants to know
  const asked = vi.waitUntil(() => desk.needs.slice(from).find(({ kind }) => kind === 'pin' || kind === 'touch')?.kind);
  return { ceremonyId, done, asked };
}

/** Whether the next assertion wants the PIN. */
async function wantsPin(desk: Desk): Promise<boolean> {
  const { ceremonyId, done, asked } = assertion(desk);
  const kind = await asked;
  desk.ceremonies.cancel({ ceremonyId });
  await expect(done).rejects.toThrow();
  return kind === 'pin';
}

describe('a tap-in', () => {
  it('tells whose key it is, and signs in with one touch and no second PIN', async () => {
    const desk = await openKiosk(['ana']);
    const from = desk.needs.length;
    expect(await identify(desk)).toMatchObject({ kind: 'accounts', accounts: [{ name: 'ana' }] });
    const { done, asked } = assertion(desk);
    expect(await asked).toBe('touch');
    desk.presence.press();
    expect((await done).response.signature).not.toBe('');
    expect(desk.needs.slice(from).filter(({ kind }) => kind === 'pin')).toHaveLength(1);
  });

  it('lists every account at the pool’s relying party', async () => {
    const desk = await openKiosk(['ana', 'ben', 'eve']);
    const identified = await identify(desk);
    if (identified.kind !== 'accounts') throw new Error('The key cannot list');
    expect(identified.accounts.map(({ name }) => name).sort()).toEqual(['ana', 'ben', 'eve']);
  });

  it('tells by a touch whose key it is, where that does not list and the person was enrolled here', async () => {
    const desk = await openKiosk(['ana'], { profile: '2.0', known: ['ana', 'ben'] });
    const from = desk.needs.length;
    const identified = identify(desk);
    await vi.waitUntil(() => desk.needs.slice(from).some(({ kind }) => kind === 'touch'));
    desk.presence.press();
    expect(await identified).toMatchObject({ kind: 'accounts', byTouch: true, accounts: [{ username: 'ana' }] });
    const { done, asked } = assertion(desk);
    expect(await asked).toBe('touch');
    desk.presence.press();
    expect((await done).response.userHandle).toBe(handleOf('ana'));
    expect(desk.needs.slice(from).filter(({ kind }) => kind === 'pin')).toHaveLength(1);
  });

  it('names nobody whom the station does not know, and gives the window nobody else', async () => {
    const desk = await openKiosk(['ana'], { profile: '2.0', known: ['ben'] });
    const from = desk.needs.length;
    const identified = identify(desk);
    await vi.waitUntil(() => desk.needs.slice(from).some(({ kind }) => kind === 'touch'));
    desk.presence.press();
    const answer = requests['tapIn.identify'].output.parse(await identified);
    expect(answer).toMatchObject({
      kind: 'accounts',
      accounts: [{ userHandle: handleOf('ana'), username: undefined }],
    });
    expect(JSON.stringify(answer)).not.toContain('ben');
    expect(await wantsPin(desk)).toBe(false);
  });

  it('serves one assertion only', async () => {
    const desk = await openKiosk(['ana']);
    await identify(desk);
    expect(await wantsPin(desk)).toBe(false);
    expect(await wantsPin(desk)).toBe(true);
  });

  it('is over when it is left, and when the key is pulled out: the token is zeroed', async () => {
    const dropped = vi.spyOn(HeldToken.prototype, 'drop');
    onTestFinished(() => {
      dropped.mockRestore();
    });
    const desk = await openKiosk(['ana']);
    await identify(desk);
    desk.tapIns.leaveAll();
    expect(dropped).toHaveBeenCalledTimes(1);
    expect(await wantsPin(desk)).toBe(true);

    await identify(desk);
    desk.key.unplug();
    await desk.registry.look();
    expect(dropped).toHaveBeenCalledTimes(2);
    desk.key.replug();
    await desk.registry.look();
    expect(await wantsPin(desk)).toBe(true);
  });

  it('is over after its time', async () => {
    const desk = await openKiosk(['ana']);
    const hasty = tapInsOf(desk, { idleMs: 0 });
    await identify({ ...desk, tapIns: hasty });
    await new Promise((resolve) => setTimeout(resolve, 5)); // behind the timer of the tap-in
    expect(await wantsPin({ ...desk, tapIns: hasty })).toBe(true);
  });

  it('is over after its time even if the clock is set back meanwhile', async () => {
    onTestFinished(() => {
      vi.useRealTimers();
    });
    vi.useFakeTimers({ toFake: ['Date'] });
    const desk = await openKiosk(['ana']);
    const hasty = tapInsOf(desk, { idleMs: 0 });
    await identify({ ...desk, tapIns: hasty });
    vi.setSystemTime(Date.now() - 86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 5)); // behind the timer of the tap-in
    expect(await wantsPin({ ...desk, tapIns: hasty })).toBe(true);
  });

  it('leaves nothing behind where the key cannot list, or is pulled out while the PIN is asked for', async () => {
    const old = await openKiosk(['ana'], { profile: '2.0' });
    const ceremony = { ceremonyId: newCeremony(), keyId: KEY };
    expect(await old.tapIns.identify(ceremony, RP)).toEqual({ kind: 'cannot-list' });
    expect(await wantsPin(old)).toBe(true);

    const desk = await openKiosk(['ana']);
    const pulled = desk.tapIns.identify({ ceremonyId: newCeremony(), keyId: KEY }, RP);
    await desk.need('pin');
    desk.key.unplug();
    await desk.registry.look();
    await expect(pulled).rejects.toMatchObject({ code: 'device-removed' });
  });
});

/** A key that has stopped answering. */
function brokenKey(fault: Error): Authenticator {
  const ctap = { send: () => Promise.reject(fault) };
  // Whatever is looked at before it is asked.
  return { ctap, info: { versions: ['FIDO_2_1'] }, u2f: undefined } as unknown as Authenticator;
}

describe('a greeting', () => {
  /** Begins a tap-in, and gives it up when the key has had its say. */
  async function greetedBy(desk: Desk): Promise<readonly string[]> {
    const ceremonyId = newCeremony();
    const from = desk.needs.length;
    const identified = desk.tapIns.identify({ ceremonyId, keyId: KEY }, RP);
    await vi.waitUntil(() => desk.needs.slice(from).some(({ kind }) => kind === 'pin'));
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN }); // whatever the key says is said before it takes this
    await identified;
    return desk.greeted;
  }

  it.each(['2.1-pre', '2.1', '2.3'] as const)(
    'names whom the station knows, while the PIN is asked for, on a key of CTAP %s',
    async (profile) => {
      const desk = await openKiosk(['ana'], { profile, known: ['ana'] });
      const ceremonyId = newCeremony();
      const identified = desk.tapIns.identify({ ceremonyId, keyId: KEY }, RP);
      await vi.waitUntil(() => desk.greeted.length > 0); // nobody has entered anything
      expect(desk.greeted).toEqual(['ana']);
      expect(desk.needs.at(-1)).toMatchObject({ kind: 'pin' });
      desk.ceremonies.cancel({ ceremonyId });
      await expect(identified).rejects.toThrow();
    },
  );

  it('is for nobody whom the station does not know, nor where the key has several people', async () => {
    expect(await greetedBy(await openKiosk(['ana'], { known: ['ben'] }))).toEqual([]);
    expect(await greetedBy(await openKiosk(['ana', 'ben'], { known: ['ana', 'ben'] }))).toEqual([]);
  });

  it('is left out, and nothing else, where the key wants a touch for it', async () => {
    const desk = await openKiosk(['ana'], { known: ['ana'], profile: '2.3', quirks: { 'no-silence': 1 } });
    const ceremonyId = newCeremony();
    const from = desk.needs.length;
    const identified = desk.tapIns.identify({ ceremonyId, keyId: KEY }, RP);
    await vi.waitUntil(() => desk.needs.slice(from).some(({ kind }) => kind === 'pin'));
    expect(desk.greeted).toEqual([]);
    desk.ceremonies.cancel({ ceremonyId });
    await expect(identified).rejects.toThrow();
    expect(desk.needs.slice(from).map(({ kind }) => kind)).not.toContain('touch');
    expect(desk.presence.waiting).toBeUndefined();
  });

  it('is left out where the station does not greet', async () => {
    const desk = await openKiosk(['ana'], { known: ['ana'] });
    const greeted: unknown[] = [];
    const reserved = tapInsOf(desk, { onGreeting: (greeting) => greeted.push(greeting) });
    await greetedBy({ ...desk, tapIns: reserved });
    expect(greeted).toEqual([]);
    reserved.leaveAll();
  });

  it('fails nothing where it goes wrong, which is logged', async () => {
    const logged: unknown[] = [];
    const fault = new Error('no answer');
    const context = greetedMeanwhile(
      // Only what is asked for: nobody opens this key.
      { authenticator: brokenKey(fault), interaction: new Person(PIN) },
      { rpId: RP.id, onHandle: () => undefined, onFault: (error) => logged.push(error) },
    );
    const pin = await context.interaction.pin({ wrong: false, retries: undefined, signal: undefined });
    expect(Buffer.from(pin).toString()).toBe(PIN);
    expect(logged).toEqual([fault]);
  });

  it('is no fault where the key is pulled out meanwhile: that is told by the tap-in', async () => {
    const logged: unknown[] = [];
    const gone = new TransportError('device-removed', 'The key was unplugged');
    const context = greetedMeanwhile(
      { authenticator: brokenKey(gone), interaction: new Person(PIN) },
      { rpId: RP.id, onHandle: () => undefined, onFault: (error) => logged.push(error) },
    );
    await context.interaction.pin({ wrong: false, retries: undefined, signal: undefined });
    expect(logged).toEqual([]);
  });
});
