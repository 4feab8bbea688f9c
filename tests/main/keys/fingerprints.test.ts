import { expect, it } from 'vitest';

import {
  addFingerprint,
  deleteFingerprint,
  listFingerprints,
  renameFingerprint,
} from '../../../src/main/keys/fingerprints.js';
import { setPin } from '../../../src/main/keys/pins.js';
import { KEY, newCeremony, openDesk } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-finger';

/** A key with a sensor, whose PIN was entered. */
async function open() {
  const desk = await openDesk({ folder: temporaryFolder(), fingerprints: true });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  const ids = () => ({ ceremonyId: newCeremony(), keyId: KEY });
  const first = ids();
  const listed = listFingerprints(desk.visits, first);
  await desk.need('pin');
  desk.answer(first.ceremonyId, { kind: 'pin', pin: PIN });
  expect((await listed).fingerprints).toEqual([]);
  return { ...desk, ids };
}

/** Puts the finger on as often as it is wanted. */
function pressing(desk: Awaited<ReturnType<typeof open>>): () => void {
  const timer = setInterval(() => {
    desk.presence.press();
  }, 1);
  return () => {
    clearInterval(timer);
  };
}

it('fingerprints are added sample by sample, renamed and deleted, with one PIN entry', async () => {
  const desk = await open();
  const stop = pressing(desk);
  const added = await addFingerprint(desk.visits, { ...desk.ids(), name: 'Thumb' }).finally(stop);
  expect(added).toMatchObject({ name: 'Thumb' });
  const samples = desk.needs.filter((need) => need.kind === 'sample');
  expect(samples[0]).not.toHaveProperty('status');
  expect(samples.at(-1)).toMatchObject({ status: 0, remaining: 1 });
  expect(new Set(samples.slice(1).flatMap(({ total }) => total ?? []))).toHaveLength(1);
  expect(desk.registry.summary(KEY).details?.passport.builtInUv).toBe('set');

  await renameFingerprint(desk.visits, { ...desk.ids(), id: added.id, name: 'Left thumb' });
  const { fingerprints } = await listFingerprints(desk.visits, desk.ids());
  expect(fingerprints).toEqual([{ id: added.id, name: 'Left thumb' }]);
  await deleteFingerprint(desk.visits, { ...desk.ids(), id: added.id });
  expect((await listFingerprints(desk.visits, desk.ids())).fingerprints).toEqual([]);
  expect(desk.registry.summary(KEY).details?.passport.builtInUv).toBe('unset');
  expect(desk.needs.filter(({ kind }) => kind === 'pin')).toHaveLength(1);
});

it('a fingerprint that is given up leaves nothing on the key', async () => {
  const desk = await open();
  const { ceremonyId, keyId } = desk.ids();
  const added = addFingerprint(desk.visits, { ceremonyId, keyId });
  added.catch(() => undefined);
  await desk.need('sample');
  desk.ceremonies.cancel({ ceremonyId });
  await expect(added).rejects.toMatchObject({ name: 'AbortError' });
  expect((await listFingerprints(desk.visits, desk.ids())).fingerprints).toEqual([]);
});
