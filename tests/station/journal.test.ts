import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
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

  describe('of a former version', () => {
    const former = (folder: string, content: unknown) => {
      const path = join(folder, 'journal.json');
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    };
    const made = { ...entry('1'), credentialId: 'bWFkZQ', excluded: ['b3RoZXI'], keySerial: '12' };

    it('is taken over, entry by entry, and goes', async () => {
      const folder = temporaryFolder();
      const path = former(folder, [made, entry('2', BEGUN - MINUTE)]);
      const journal = open(folder);
      expect(await journal.orphans()).toMatchObject([{ id: TWO }, { id: ONE, credentialId: 'bWFkZQ' }]);
      expect(await journal.get(ONE)).toEqual(made);
      expect(existsSync(path)).toBe(false);
      await journal.close(ONE);
      expect(await idsOf(open(folder)), 'and does not come back').toEqual([TWO]);
    });

    it('is taken over by whoever asks for one of its entries first', async () => {
      const folder = temporaryFolder();
      former(folder, [made]);
      expect(await open(folder).get(ONE)).toEqual(made);
      expect(await idsOf(open(folder))).toEqual([ONE]);
    });

    it('undoes nothing of an entry that was taken over before', async () => {
      const folder = temporaryFolder();
      former(folder, [entry('1')]);
      const journal = open(folder);
      await journal.orphans();
      await journal.made(ONE, 'bWFkZQ');
      const path = former(folder, [entry('1'), entry('2')]); // the program ended before the file was gone
      expect(await idsOf(journal)).toEqual([ONE, TWO]);
      expect(await journal.get(ONE)).toMatchObject({ credentialId: 'bWFkZQ' });
      expect(existsSync(path)).toBe(false);
    });

    it('may be empty', async () => {
      const folder = temporaryFolder();
      const path = former(folder, []);
      expect(await open(folder).orphans()).toEqual([]);
      expect(existsSync(path)).toBe(false);
    });

    it.each([
      ['is no JSON', '[{"id":'],
      ['has an entry that is none', [made, { ...entry('2'), id: '../out' }]],
    ])('stays as it is where it %s, and is named', async (_, content) => {
      const folder = temporaryFolder();
      const path = former(folder, content);
      const before = readFileSync(path);
      const journal = open(folder);
      const told = { failure: { code: 'settings/unreadable', detail: expect.stringContaining(path) as unknown } };
      await expect(journal.orphans()).rejects.toMatchObject(told);
      expect(readFileSync(path)).toEqual(before);
      expect(existsSync(join(folder, 'journal')), 'nothing of it is half taken over').toBe(false);
      await journal.begin(entry('3'));
      await journal.made(entry('3').id, 'bWFkZQ'); // new enrolments are kept all the same
    });

    it('stays until all of it is on disk', async () => {
      const folder = temporaryFolder();
      const path = former(folder, [made]);
      const inTheWay = join(folder, 'journal', `${ONE}.json`);
      mkdirSync(inTheWay, { recursive: true });
      await expect(open(folder).orphans()).rejects.toMatchObject({ failure: { code: 'settings/unreadable' } });
      expect(existsSync(path)).toBe(true);
      rmdirSync(inTheWay);
      expect(await idsOf(open(folder))).toEqual([ONE]);
    });
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
