import { appendFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Store } from '../../../src/pool/store.js';
import { loadState } from '../../../src/pool/storage/load-state.js';
import { StateFile } from '../../../src/pool/storage/state-file.js';
import { grantNumber, identity, settings, userNumber } from './records.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-state-'));
  path = join(folder, 'pool.log');
});
afterEach(() => rm(folder, { recursive: true }));

async function opened() {
  const known = await loadState(path);
  const store = new Store(known?.state ?? { settings, users: [], groups: [], grants: [] });
  return { store, file: new StateFile(path, store, identity, known?.log) };
}

const linesOf = async () => (await readFile(path, 'utf8')).trimEnd().split('\n');

describe('a state file', () => {
  it('gets one line for all that changed since the last save, and none for nothing', async () => {
    const { store, file } = await opened();
    const [ann, bob] = [userNumber(1), userNumber(2)];
    store.addUser(ann);
    store.addUser(bob);
    await file.save();
    const before = await linesOf();
    ann.attributes = { name: 'Ann' };
    store.touch(ann);
    store.removeUser(bob);
    store.addGrant(grantNumber(1));
    await Promise.all([file.save(), file.save()]);
    const after = await linesOf();
    expect(after.slice(0, -1)).toEqual(before);
    expect(JSON.parse(after.at(-1)?.slice(9) ?? '')).toEqual([
      ['user', ann],
      ['no-user', bob.sub],
      ['grant', grantNumber(1)],
    ]);
    await file.save();
    expect(await linesOf()).toEqual(after);
    const again = await loadState(path);
    expect(again?.state).toMatchObject({ users: [ann], grants: [grantNumber(1)] });
  });

  it('can be read when a user came and went between two saves', async () => {
    const { store, file } = await opened();
    store.addUser(userNumber(1));
    await file.save();
    const gone = userNumber(2);
    store.addUser(gone);
    store.removeUser(gone);
    await file.save();
    expect((await loadState(path))?.state.users).toEqual([userNumber(1)]);
  });

  it('forgets a change to a record that is gone', async () => {
    const { store, file } = await opened();
    const ann = userNumber(1);
    store.addUser(ann);
    store.removeUser(ann);
    store.touch(ann);
    await file.save();
    expect((await loadState(path))?.state.users).toEqual([]);
    expect(store.usersByName()).toEqual([]);
  });

  it('goes on after its last whole line where a crash left half of one', async () => {
    const first = await opened();
    await first.file.save();
    const whole = await linesOf();
    await appendFile(path, '0123abcd [["user",{"username":');
    const second = await opened();
    second.store.addUser(userNumber(1));
    await second.file.save();
    expect((await linesOf()).slice(0, -1)).toEqual(whole);
    expect((await loadState(path))?.state.users).toEqual([userNumber(1)]);
  });

  it('is written anew once most of it is overtaken, and holds the same', async () => {
    const { store, file } = await opened();
    const ann = userNumber(1);
    store.addUser(ann);
    await file.save();
    let longest = 0;
    for (let times = 0; times < 1100; times += 1) {
      ann.attributes = { name: `Ann ${times}` };
      store.touch(ann);
      await file.save();
      longest = Math.max(longest, (await stat(path)).size);
    }
    expect((await stat(path)).size).toBeLessThan(longest / 2);
    expect((await loadState(path))?.state.users).toEqual([ann]);
    const { store: next, file: nextFile } = await opened();
    next.addUser(userNumber(2));
    await nextFile.save();
    expect((await loadState(path))?.state.users).toHaveLength(2);
  });

  it('that somebody else has written is left to them', async () => {
    const { store, file } = await opened();
    await file.save();
    const other = await opened();
    other.store.addUser(userNumber(1));
    await other.file.save();
    const theirs = await readFile(path);
    for (const number of [2, 3]) {
      store.addUser(userNumber(number));
      await expect(file.save()).rejects.toMatchObject({ name: 'PoolError', code: 'state-changed' });
    }
    expect(await readFile(path)).toEqual(theirs);
  });

  it('gets what a failed write did not bring with the next, even where the file is gone', async () => {
    const { store, file } = await opened();
    await file.save();
    await rm(folder, { recursive: true });
    store.addUser(userNumber(1));
    await expect(file.save()).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(folder);
    await file.save();
    expect((await loadState(path))?.state.users).toEqual([userNumber(1)]);
  });
});
