import { describe, expect, it, vi } from 'vitest';

import { ClientPin } from '../../../src/ctap/pin/client-pin.js';
import type { PinUvAuthToken } from '../../../src/ctap/pin/token.js';
import { deleteOnKey, listOnKey, renameOnKey } from '../../../src/main/keys/passkeys-on-key.js';
import { changePin, setPin } from '../../../src/main/keys/pins.js';
import { KeyVisits } from '../../../src/main/keys/visits.js';
import type { StoredPasskeys } from '../../../src/shared/on-key.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-page';
type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A key with a PIN and a passkey for each of the names. */
async function openVisited(...names: string[]): Promise<Desk> {
  const desk = await openDesk({ folder: temporaryFolder() });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  for (const name of names) {
    const ceremonyId = newCeremony();
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions(name) }, RP);
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await desk.need('touch');
    desk.presence.press();
    await made;
  }
  return desk;
}

async function list(desk: Desk, pin?: string): Promise<StoredPasskeys> {
  const ceremonyId = newCeremony();
  const listed = listOnKey(desk, { ceremonyId, keyId: KEY, remember: false });
  if (pin !== undefined) {
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin });
  }
  return listed;
}

/** Lists, and tells whether a PIN was asked for; gives up when it was. */
async function asksForPin(desk: Desk): Promise<boolean> {
  const ceremonyId = newCeremony();
  const listed = listOnKey(desk, { ceremonyId, keyId: KEY, remember: false }).then(
    () => false,
    () => true,
  );
  const asked = desk.need('pin').then(() => {
    desk.ceremonies.cancel({ ceremonyId });
    return true;
  });
  return Promise.race([listed, asked]).finally(() => listed);
}

const names = ({ relyingParties }: StoredPasskeys) =>
  relyingParties.map(({ rpId, passkeys }) => [rpId, passkeys.map(({ userName }) => userName)]);

describe('a visit to the page of a key', () => {
  it('lists the passkeys by relying party, and asks for the PIN once', async () => {
    const desk = await openVisited('ana', 'ben');
    const first = await list(desk, PIN);
    expect(names(first)).toEqual([[RP.id, expect.arrayContaining(['ana', 'ben'])]]);
    expect(first).toMatchObject({ existing: 2, remaining: 23 });
    const entries = desk.needs.filter(({ kind }) => kind === 'pin').length;

    const [group] = first.relyingParties;
    const ben = group?.passkeys.find(({ userName }) => userName === 'ben');
    await deleteOnKey(desk.visits, {
      ceremonyId: newCeremony(),
      keyId: KEY,
      rpIdHash: group?.rpIdHash ?? '',
      credentialId: ben?.credentialId ?? '',
    });
    expect(names(await list(desk))).toEqual([[RP.id, ['ana']]]);
    expect(desk.needs.filter(({ kind }) => kind === 'pin')).toHaveLength(entries);
  });

  it('renames a passkey, and the user handle stays', async () => {
    const desk = await openVisited('ana');
    const [group] = (await list(desk, PIN)).relyingParties;
    const [passkey] = group?.passkeys ?? [];
    if (!group || !passkey) throw new Error('nothing is listed');
    const { rpIdHash } = group;
    const names = { userName: 'ana.lund', displayName: 'Ana Lund' };
    const input = { ceremonyId: newCeremony(), keyId: KEY, rpIdHash, credentialId: passkey.credentialId, ...names };
    await renameOnKey(desk.visits, input);
    expect((await list(desk)).relyingParties[0]?.passkeys).toEqual([{ credentialId: passkey.credentialId, ...names }]);
  });

  it('lists an empty key as empty', async () => {
    const desk = await openVisited();
    expect(await list(desk, PIN)).toEqual({ existing: 0, remaining: 25, remembered: false, relyingParties: [] });
  });

  it('says so when the passkey to delete is not on the key', async () => {
    const desk = await openVisited('ana');
    const [group] = (await list(desk, PIN)).relyingParties;
    const input = { ceremonyId: newCeremony(), keyId: KEY, rpIdHash: group?.rpIdHash ?? '', credentialId: 'bm9uZQ' };
    await expect(deleteOnKey(desk.visits, input)).rejects.toMatchObject({ code: 'no-credentials' });
    expect(await asksForPin(desk)).toBe(false);
  });

  it('ends when the page is left', async () => {
    const desk = await openVisited('ana');
    await list(desk, PIN);
    expect(await asksForPin(desk)).toBe(false);
    desk.visits.leave(KEY);
    expect(await asksForPin(desk)).toBe(true);
  });

  it('ends when the key is pulled out', async () => {
    const desk = await openVisited('ana');
    await list(desk, PIN);
    desk.key.unplug();
    await desk.registry.look();
    desk.key.replug();
    await desk.registry.look();
    expect(await asksForPin(desk)).toBe(true);
  });

  it('asks once more when the key no longer takes the token, as after another program has changed the PIN', async () => {
    const desk = await openVisited('ana');
    await list(desk, PIN);
    await changePin(desk.registry, { keyId: KEY, current: PIN, next: 'another-one', spendLastTries: false });
    expect(names(await list(desk, 'another-one'))).toEqual([[RP.id, ['ana']]]);
    expect(await asksForPin(desk)).toBe(false);
  });

  it('ends after a while without anything being done', async () => {
    const desk = await openVisited('ana');
    const visits = new KeyVisits({ ceremonies: desk.ceremonies, idleMs: 0 });
    await list({ ...desk, visits }, PIN);
    await vi.waitFor(() => {
      expect(visits.held(KEY)).toBeUndefined();
    });
    expect(await asksForPin({ ...desk, visits })).toBe(true);
  });

  it('forgets a token by overwriting it', async () => {
    const taken = vi.spyOn(ClientPin.prototype, 'tokenUsingPin');
    const desk = await openVisited();
    taken.mockClear();
    await list(desk, PIN);
    const token = await (taken.mock.results[0]?.value as Promise<PinUvAuthToken>);
    taken.mockRestore();
    expect(token.bytes.some((byte) => byte !== 0)).toBe(true);
    desk.visits.leave(KEY);
    expect(token.bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('is not possible on a key without a PIN, which says so', async () => {
    const desk = await openDesk({ folder: temporaryFolder() });
    await expect(list(desk)).rejects.toMatchObject({ name: 'ClientError', code: 'pin-not-set' });
  });
});
