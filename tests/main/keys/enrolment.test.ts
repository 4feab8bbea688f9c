import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { readPublicKey } from '../../../src/approval/public-key.js';
import type { CborMap } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { Ctap2 } from '../../../src/ctap/ctap2.js';
import { hidRefusal, TransportError } from '../../../src/ctap/errors.js';
import { HidErrorCode } from '../../../src/ctap/hid/constants.js';
import type { CallOptions } from '../../../src/ctap/transport.js';
import { type Orphan, PasskeyRecord } from '../../../src/shared/passkey-records.js';
import { stationJournal } from '../../../src/station/journal.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2580-desk';
type Desk = Awaited<ReturnType<typeof openDesk>>;

/** Enrols as far as the key: sets a PIN when asked for a new one, enters it when asked, touches. */
async function enrol(desk: Desk, { firstPin = false, options = creationOptions() } = {}) {
  const ceremonyId = newCeremony();
  const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options }, RP);
  made.catch(() => undefined); // looked at by the caller
  await desk.need(firstPin ? 'new-pin' : 'pin');
  desk.answer(ceremonyId, { kind: firstPin ? 'new-pin' : 'pin', pin: PIN });
  await desk.need('touch');
  return { ceremonyId, made };
}

/** Enrols with a first PIN on a key that may never ask for a touch. */
async function attempt(desk: Desk): Promise<unknown> {
  const ceremonyId = newCeremony();
  const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions() }, RP);
  await desk.need('new-pin');
  desk.answer(ceremonyId, { kind: 'new-pin', pin: PIN });
  return made;
}

/** Has an orphan taken off the key with the PIN; `enrolled`: what the pool has now. */
async function remove(desk: Desk, orphan: Orphan | undefined, enrolled: string[]): Promise<void> {
  const ceremonyId = newCeremony();
  const removed = desk.enrolment.removeOrphan({ ceremonyId, keyId: KEY, orphanId: orphan?.id ?? '', enrolled });
  removed.catch(() => undefined); // looked at by the caller
  await desk.need('pin');
  desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
  return removed;
}

/** What becomes of makeCredential in this test; `send` has it carried out. */
function onMakeCredential(act: (send: () => Promise<CborMap>, options?: CallOptions) => Promise<CborMap>): void {
  const send: (this: Ctap2, ...given: Parameters<Ctap2['send']>) => Promise<CborMap> = Reflect.get(
    Ctap2.prototype,
    'send',
  );
  const spy = vi.spyOn(Ctap2.prototype, 'send').mockImplementation(function (this: Ctap2, ...given) {
    const [command, , options] = given;
    const sends = () => send.apply(this, given);
    return command === CtapCommand.MAKE_CREDENTIAL ? act(sends, options) : sends();
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
}

describe('enrolment', () => {
  it('sets a PIN on a key that has none, asks for one touch, and gives a response to the pool', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { response } = await made;
    const clientData = JSON.parse(Buffer.from(response.response.clientDataJSON, 'base64url').toString()) as unknown;
    expect(clientData).toEqual({
      type: 'webauthn.create',
      challenge: creationOptions().challenge,
      origin: RP.origin,
      crossOrigin: false,
    });
    expect(desk.registry.summary(KEY).details?.pin).toMatchObject({ state: 'set', retries: 8 });
  });

  it('insists on verifying the person, though the pool only prefers it', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const flags = Buffer.from((await made).response.response.authenticatorData ?? '', 'base64url')[32] ?? 0;
    expect(flags & 0x04).toBe(0x04);
  });

  it('that the pool confirms leaves a record and no orphan', async () => {
    const folder = temporaryFolder();
    const desk = await openDesk({ folder });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { enrolmentId, response } = await made;
    expect(await desk.journal.orphans()).toEqual([]);
    await desk.enrolment.confirm({ enrolmentId, nickname: 'Blue key' });
    expect(desk.records.all()).toMatchObject([
      { credentialId: response.id, nickname: 'Blue key', keyProduct: 'Test key', keySerial: '0001' },
    ]);
    expect(readdirSync(join(folder, 'journal'))).toEqual([]);
  });

  it('leaves in the record what verifies its signatures and whose it is, and tells the window neither', async () => {
    const folder = temporaryFolder();
    const desk = await openDesk({ folder });
    const sub = '94482458-e0a1-7005-dd3f-0c1d2e3f4a5b';
    const options = creationOptions();
    const user = { ...options.user, id: Buffer.from(sub).toString('base64url') };
    const { made } = await enrol(desk, { firstPin: true, options: { ...options, user } });
    desk.presence.press();
    const { enrolmentId, response } = await made;
    const told = await desk.enrolment.confirm({ enrolmentId, nickname: 'Blue key' });
    const [record] = desk.records.kept();
    expect(record).toMatchObject({ credentialId: response.id, sub, username: options.user.name });
    // The two forms of one key: as COSE, and as the window hands it to whoever asks.
    const key = createPublicKey({
      key: Buffer.from(response.response.publicKey ?? '', 'base64url'),
      format: 'der',
      type: 'spki',
    });
    expect(readPublicKey(record?.publicKey ?? '').key.equals(key)).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, 'passkeys.json'), 'utf8'))).toEqual([record]);
    for (const seen of [told, desk.records.all()[0]]) {
      expect(seen).not.toHaveProperty('publicKey');
      expect(seen).not.toHaveProperty('sub');
      expect(seen).not.toHaveProperty('username');
      expect(PasskeyRecord.safeParse(seen)).toMatchObject({ success: true });
    }
  });

  it('that the pool refuses leaves an orphan, which is taken off the key with the PIN', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { enrolmentId, response } = await made;
    await desk.journal.abandon(enrolmentId);
    expect(await desk.journal.orphans()).toMatchObject([
      { id: enrolmentId, credentialId: response.id, userName: 'ana' },
    ]);

    const ceremonyId = newCeremony();
    const removed = desk.enrolment.removeOrphan({ ceremonyId, keyId: KEY, orphanId: enrolmentId, enrolled: [] });
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await removed;
    expect(await desk.journal.orphans()).toEqual([]);
    expect(desk.registry.summary(KEY).details?.passport.slotsLeft).toBe(25);
  });

  it('that no window can confirm any more, as another pool was chosen, is an orphan in the same run', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { response } = await made;
    expect(await desk.journal.orphans()).toEqual([]);
    await desk.journal.abandonAll();
    expect(await desk.journal.orphans()).toMatchObject([{ credentialId: response.id }]);
  });

  it('is on disk before the key is asked, so that an app that ends there finds it again', async () => {
    const folder = temporaryFolder();
    const desk = await openDesk({ folder });
    await enrol(desk, { firstPin: true });
    const [found] = await stationJournal(folder).orphans();
    expect(found).toMatchObject({ userName: 'ana', keyProduct: 'Test key' });
    expect(found?.credentialId).toBeUndefined();
  });

  it('that ended between key and pool is found again by the next run, and removed', async () => {
    const folder = temporaryFolder();
    const desk = await openDesk({ folder });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { response } = await made;
    const journal = stationJournal(folder);
    expect(await journal.orphans()).toMatchObject([{ credentialId: response.id }]);
  });

  it('cancelled during the touch leaves the key idle and the journal empty', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { ceremonyId, made } = await enrol(desk, { firstPin: true });
    desk.ceremonies.cancel({ ceremonyId });
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(await desk.journal.orphans()).toEqual([]);
    expect(desk.presence.waiting).toBeUndefined();
    const again = await enrol(desk);
    desk.presence.press();
    await expect(again.made).resolves.toHaveProperty('enrolmentId');
  });

  it('cut off by unplugging during the touch tells so at once, and remembers that a passkey may be on the key', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { made } = await enrol(desk, { firstPin: true });
    desk.key.unplug();
    await expect(made).rejects.toMatchObject({ code: 'device-removed' });
    expect(await desk.journal.orphans()).toMatchObject([{ userName: 'ana' }]);
    expect(desk.registry.list()).toEqual([]);
  });

  it('cut off by unplugging while the PIN is asked for tells so too, and leaves nothing behind', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const ceremonyId = newCeremony();
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions() }, RP);
    made.catch(() => undefined);
    await desk.need('new-pin');
    desk.key.unplug();
    await desk.registry.look();
    await expect(made).rejects.toMatchObject({ code: 'device-removed' });
    expect(await desk.journal.orphans()).toEqual([]);
  });

  it('whose answer cannot be used leaves an orphan: the key has made a passkey all the same', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    // without 0x01, fmt
    onMakeCredential(async (send) => new Map([...(await send())].filter(([key]) => key !== 0x01)));
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    await expect(made).rejects.toMatchObject({ name: 'ResponseError' });
    expect(await desk.journal.orphans()).toMatchObject([{ userName: 'ana' }]);
  });

  it.each([
    ['pulled out before the key has asked for a touch', 'device-removed'],
    ['cancelled on a key that then falls silent', 'unconfirmed'],
  ] as const)('%s remembers that a passkey may be on it', async (_name, code) => {
    const desk = await openDesk({ folder: temporaryFolder() });
    onMakeCredential((_send, options) => {
      options?.onSent?.();
      return Promise.reject(new TransportError(code, 'in the middle'));
    });
    await expect(attempt(desk)).rejects.toMatchObject({ code });
    expect(await desk.journal.orphans()).toMatchObject([{ userName: 'ana' }]);
  });

  it('pulled out before the request has gone out leaves nothing behind', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    onMakeCredential(() => Promise.reject(new TransportError('device-removed', 'at the first report')));
    await expect(attempt(desk)).rejects.toMatchObject({ code: 'device-removed' });
    expect(await desk.journal.orphans()).toEqual([]);
  });

  it('that another program kept out all the time leaves nothing behind', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    onMakeCredential((_send, options) => {
      options?.onSent?.();
      return Promise.reject(hidRefusal(HidErrorCode.CHANNEL_BUSY));
    });
    await expect(attempt(desk)).rejects.toMatchObject({ code: 'channel-busy' });
    expect(await desk.journal.orphans()).toEqual([]);
  });

  it('cut off on a key that the pool knows already never takes that passkey off, wherever it was enrolled', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const elsewhere = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { enrolmentId, response } = await elsewhere.made;
    await desk.journal.close(enrolmentId); // no record: as on another station
    const ceremonyId = newCeremony();
    const options = { ...creationOptions(), excludeCredentials: [{ id: response.id, type: 'public-key' }] };
    const second = desk.enrolment.create({ ceremonyId, keyId: KEY, options }, RP);
    second.catch(() => undefined);
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await desk.need('touch');
    desk.key.unplug();
    await expect(second).rejects.toMatchObject({ code: 'device-removed' });
    desk.key.replug();
    await desk.registry.look();

    const [orphan] = await desk.journal.orphans();
    await expect(remove(desk, orphan, [])).rejects.toMatchObject({ code: 'no-credentials' });
    expect(desk.registry.summary(KEY).details?.passport.slotsLeft).toBe(24);
  });

  it('cut off, and enrolled at another station since: what the pool has by now stays on the key', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const { made: cut } = await enrol(desk, { firstPin: true });
    desk.key.unplug();
    await expect(cut).rejects.toMatchObject({ code: 'device-removed' });
    desk.key.replug();
    await desk.registry.look();
    const [orphan] = await desk.journal.orphans();
    expect(orphan?.credentialId).toBeUndefined();
    const elsewhere = await enrol(desk);
    desk.presence.press();
    const { enrolmentId, response } = await elsewhere.made;
    await desk.journal.close(enrolmentId); // no record: as on another station

    await expect(remove(desk, orphan, [response.id])).rejects.toMatchObject({ code: 'no-credentials' });
    expect(desk.registry.summary(KEY).details?.passport.slotsLeft).toBe(24);
    expect(await desk.journal.orphans()).toEqual([orphan]);
  });

  it('cut off after the key has made a passkey, which the pool does not have: it is taken off the key', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    onMakeCredential(async (send) => {
      await send();
      throw new TransportError('device-removed', 'with the answer under way');
    });
    const { made } = await enrol(desk, { firstPin: true });
    desk.presence.press();
    await expect(made).rejects.toMatchObject({ code: 'device-removed' });
    const [orphan] = await desk.journal.orphans();
    expect(orphan?.credentialId).toBeUndefined();
    expect(desk.registry.summary(KEY).details?.passport.slotsLeft).toBe(24);
    await remove(desk, orphan, ['YW5vdGhlcg']);
    expect(desk.registry.summary(KEY).details?.passport.slotsLeft).toBe(25);
    expect(await desk.journal.orphans()).toEqual([]);
  });

  it('on a key that holds a passkey for the account already says so, and leaves no orphan', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    const first = await enrol(desk, { firstPin: true });
    desk.presence.press();
    const { enrolmentId, response } = await first.made;
    await desk.enrolment.confirm({ enrolmentId, nickname: 'First' });
    const ceremonyId = newCeremony();
    const options = { ...creationOptions(), excludeCredentials: [{ id: response.id, type: 'public-key' }] };
    const second = desk.enrolment.create({ ceremonyId, keyId: KEY, options }, RP);
    second.catch(() => undefined);
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await desk.need('touch');
    desk.presence.press();
    await expect(second).rejects.toMatchObject({ code: 'already-registered' });
    expect(await desk.journal.orphans()).toEqual([]);
  });
});

describe('a wrong PIN', () => {
  it('is told with the tries left, and nothing is tried again by itself', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    await setPinAndCancel(desk);
    const ceremonyId = newCeremony();
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions() }, RP);
    made.catch(() => undefined);
    expect(await desk.need('pin')).toMatchObject({ wrong: false, retries: 8, lastTries: false });
    desk.answer(ceremonyId, { kind: 'pin', pin: 'wrong' });
    expect(await desk.need('pin')).toMatchObject({ wrong: true, retries: 7, lastTries: false });
    desk.ceremonies.cancel({ ceremonyId });
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    expect(desk.registry.summary(KEY).details?.pin.retries).toBe(7);
  });

  it('may cost one of the last tries only after an explicit yes', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    await setPinAndCancel(desk);
    for (let tries = 8; tries > 3; tries--) await spendOne(desk, tries);

    const ceremonyId = newCeremony();
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions() }, RP);
    made.catch(() => undefined);
    expect(await desk.need('pin')).toMatchObject({ retries: 3, lastTries: true });
    expect(() => {
      desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    }).toThrow(/pin\/last-tries/);
    expect(desk.registry.summary(KEY).details?.pin.retries).toBe(3);
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN, spendLastTries: true });
    await desk.need('touch');
    desk.presence.press();
    await expect(made).resolves.toHaveProperty('enrolmentId');
  });
});

/** One wrong PIN, then giving up; the key is unplugged in between, for it takes three in a row at the most. */
async function spendOne(desk: Desk, tries: number): Promise<void> {
  const ceremonyId = newCeremony();
  const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions() }, RP);
  made.catch(() => undefined);
  expect(await desk.need('pin')).toMatchObject({ retries: tries });
  desk.answer(ceremonyId, { kind: 'pin', pin: 'wrong' });
  expect(await desk.need('pin')).toMatchObject({ wrong: true, retries: tries - 1 });
  desk.ceremonies.cancel({ ceremonyId });
  await expect(made).rejects.toMatchObject({ name: 'AbortError' });
  desk.key.powerCycle();
}

async function setPinAndCancel(desk: Desk): Promise<void> {
  const { ceremonyId, made } = await enrol(desk, { firstPin: true });
  desk.ceremonies.cancel({ ceremonyId });
  await expect(made).rejects.toMatchObject({ name: 'AbortError' });
}
