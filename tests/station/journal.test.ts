import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { Journal, type JournalOptions } from '../../src/station/journal.js';
import { temporaryFolder } from '../main/temporary-folder.js';

const MINUTE = 60_000;
const BEGUN = Date.parse('2026-11-23T10:00:00Z');
const entry = (id: string, createdAt = BEGUN) => ({
  id: `00000000-0000-4000-8000-00000000000${id}`,
  rpId: 'auth.example.com',
  userId: 'c3ViLW9mLWFuYQ',
  userName: 'ana',
  keyProduct: 'Test key',
  aaguid: '00000000-0000-0000-0000-000000000000',
  createdAt: new Date(createdAt).toISOString(),
});
const ONE = entry('1').id;
const TWO = entry('2').id;

function open(folder: string, options: Partial<JournalOptions> = {}): Journal {
  return new Journal({
    folder: join(folder, 'journal'),
    now: () => BEGUN + MINUTE,
    pid: 100,
    isRunning: () => false,
    ...options,
  });
}
const idsOf = async (journal: Journal) => (await journal.orphans()).map(({ id }) => id);

describe('the journal', () => {
  it('has no orphans before anything was enrolled', async () => {
    expect(await open(temporaryFolder()).orphans()).toEqual([]);
  });

  const noModes = process.platform === 'win32';
  it.skipIf(noModes)(`is readable by its owner only${noModes ? ' (skipped: Windows has no modes)' : ''}`, async () => {
    const folder = temporaryFolder();
    await open(folder).begin(entry('1'));
    expect(statSync(join(folder, 'journal')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'journal', `${ONE}.json`)).mode & 0o777).toBe(0o600);
  });

  it('keeps what a program that was killed has left, with the passkey where the key had made it', async () => {
    const folder = temporaryFolder();
    const killed = open(folder, { pid: 99 });
    await killed.begin(entry('1'));
    await killed.begin(entry('2', BEGUN - MINUTE));
    await killed.made(ONE, 'bWFkZQ');
    expect(await open(folder).orphans()).toMatchObject([{ id: TWO }, { id: ONE, credentialId: 'bWFkZQ' }]);
  });

  it('leaves alone what another program is at, as long as that runs and could still be at it', async () => {
    const folder = temporaryFolder();
    await open(folder, { pid: 99 }).begin(entry('1'));
    expect(await idsOf(open(folder, { isRunning: (pid) => pid === 99 }))).toEqual([]);
    expect(await idsOf(open(folder, { isRunning: () => false }))).toEqual([ONE]);
    const later = { isRunning: () => true, now: () => BEGUN + 16 * MINUTE };
    expect(await idsOf(open(folder, later))).toEqual([ONE]);
  });

  it('is written by two programs at once, and neither undoes what the other has written', async () => {
    const folder = temporaryFolder();
    const [app, commandLine] = [open(folder), open(folder, { pid: 99 })];
    await app.begin(entry('1'));
    await commandLine.begin(entry('2'));
    await app.made(ONE, 'bWFkZQ');
    await commandLine.close(TWO);
    expect(await app.get(ONE)).toMatchObject({ credentialId: 'bWFkZQ' });
    await expect(app.get(TWO)).rejects.toMatchObject({ failure: { code: 'ceremony/unknown' } });
  });

  it('tells everybody what was given up', async () => {
    const folder = temporaryFolder();
    const running = { isRunning: () => true };
    const journal = open(folder, { pid: 99, ...running });
    await journal.begin(entry('1'));
    await journal.abandon(ONE);
    expect(await idsOf(open(folder, running))).toEqual([ONE]);
  });

  it('does not lose the passkey when it is given up while it is being made', async () => {
    const journal = open(temporaryFolder());
    await journal.begin(entry('1'));
    await Promise.all([journal.made(ONE, 'bWFkZQ'), journal.abandonAll()]);
    expect(await journal.orphans()).toMatchObject([{ credentialId: 'bWFkZQ' }]);
  });

  it('closes what the pool has after all, and nothing else', async () => {
    const folder = temporaryFolder();
    const journal = open(folder, { pid: 99 });
    await journal.begin(entry('1'));
    await journal.made(ONE, 'bWFkZQ');
    await journal.begin(entry('2'));
    const next = open(folder);
    await next.closeEnrolled(['bWFkZQ', 'b3RoZXI']);
    expect(await idsOf(next)).toEqual([TWO]);
  });

  it('names a damaged entry, and leaves it as it is', async () => {
    const folder = temporaryFolder();
    const journal = open(folder);
    await journal.begin(entry('1'));
    writeFileSync(join(folder, 'journal', `${TWO}.json`), '{"id":');
    await expect(journal.orphans()).rejects.toMatchObject({ failure: { code: 'settings/unreadable' } });
    expect(readdirSync(join(folder, 'journal'))).toContain(`${TWO}.json`);
  });
});
