import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { UsedApprovals } from '../../src/station/used-approvals.js';
import { temporaryFolder } from '../main/temporary-folder.js';

const NOW = Date.UTC(2026, 10, 24, 9);
const ONE = { id: '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11', expiresAt: '2026-11-24T09:05:00.000Z' };
const OTHER = { ...ONE, id: '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a12' };
const REPLAYED = { failure: { code: 'approval/replayed' } };
const at = (folder: string, now = NOW) => new UsedApprovals({ folder, now: () => now });
const notes = (folder: string) => readdirSync(join(folder, 'used-approvals'));

describe('an approval', () => {
  it('serves once, in this run and in every other one', async () => {
    const folder = temporaryFolder();
    const used = at(folder);
    await used.use(ONE);
    await expect(used.use(ONE)).rejects.toMatchObject(REPLAYED);
    await expect(at(folder).use(ONE)).rejects.toMatchObject(REPLAYED);
    await expect(at(folder).use({ ...ONE, id: ONE.id.toUpperCase() })).rejects.toMatchObject(REPLAYED);
    await at(folder).use(OTHER);
  });

  it('serves one of two that try it at once', async () => {
    const folder = temporaryFolder();
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => at(folder).use(ONE)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is remembered for a day after its time, for a clock that is set back, and no longer', async () => {
    const folder = temporaryFolder();
    await at(folder).use(ONE);
    const expiry = Date.parse(ONE.expiresAt);
    await at(folder, expiry + 86_400_000).use(OTHER);
    expect(notes(folder)).toHaveLength(2);
    await expect(at(folder, NOW).use(ONE)).rejects.toMatchObject(REPLAYED);
    const third = { id: '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a13', expiresAt: '2026-11-25T09:05:00.000Z' };
    await at(folder, expiry + 86_400_001).use(third);
    expect(notes(folder)).toEqual([third.id]);
  });

  it('counts as used though the program ended while noting it', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'used-approvals'));
    writeFileSync(join(folder, 'used-approvals', ONE.id), '');
    await expect(at(folder, NOW + 1e12).use(ONE)).rejects.toMatchObject(REPLAYED);
  });

  it('does not serve where that cannot be noted', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'used-approvals'), 'a file, where a folder should be');
    await expect(at(folder).use(ONE)).rejects.toMatchObject({ failure: { code: 'settings/unwritable' } });
  });

  it.each(['', '..', '../../passkeys.json', 'x'])('has no id %j', async (id) => {
    const folder = temporaryFolder();
    await expect(at(folder).use({ ...ONE, id })).rejects.toMatchObject({ failure: { code: 'approval/malformed' } });
    expect(readdirSync(folder)).toEqual([]);
  });
});
