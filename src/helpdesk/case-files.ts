import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { disk, linkOnly } from '../audit/disk.js';
import { LOCK_MS, withLock } from '../audit/lock.js';
import { FailureError } from '../failures/failure-error.js';
import { JsonFile } from '../station/json-file.js';
import { CaseFile, type CaseOwner } from './case.js';

/**
 * The cases of a station, one file each. An open one is named after its person, so that the file system itself keeps a second
 * case of the same person away, whichever program begins it; one that is over, after itself.
 */
export class CaseFiles {
  readonly #open: string;
  readonly #over: string;

  /** @param folder the station's */
  constructor(folder: string) {
    this.#open = join(folder, 'cases', 'open');
    this.#over = join(folder, 'cases', 'over');
  }

  /** Rejects with FailureError `helpdesk/case-open` when the person has one, and `settings/unwritable`. */
  async create(file: CaseFile): Promise<void> {
    const path = this.#pathOf(file);
    await this.#unwritable(this.#open, async () => {
      for (const folder of [this.#open, this.#over]) await mkdir(folder, { recursive: true, mode: 0o700 });
    });
    const beside = join(this.#open, `${file.id}.new`);
    await new JsonFile(beside, CaseFile).write(file);
    try {
      await this.#unwritable(path, () => linkOnly(beside, path)); // complete from the first moment, and never in another's place
    } catch (error) {
      if (!(error instanceof FailureError && isErrno(error.cause, 'EEXIST'))) throw error;
      const other = await new JsonFile(path, CaseFile).read();
      if (other?.endedAt === undefined)
        throw new FailureError({ code: 'helpdesk/case-open', ...(other && { detail: other.id }) });
      // The program was ended after it wrote that the case is over, and before it put the file where it belongs.
      await this.end(other);
      await this.#unwritable(path, () => linkOnly(beside, path));
    } finally {
      await rm(beside, { force: true }).catch(() => undefined); // what is left beside it does no harm
    }
  }

  /**
   * Takes an open case over, as it is now, which of several processes only one can.
   * Rejects with FailureError `helpdesk/case-busy` when another one has it, `helpdesk/no-case`, `settings/…`.
   * @param isBusy whether somebody else works on it
   */
  async claim(id: string, owner: CaseOwner, isBusy: (file: CaseFile) => Promise<boolean>): Promise<CaseFile> {
    const path = this.#pathOf(await this.get(id));
    return this.#unwritable(path, () =>
      withLock(disk, `${path}.lock`, LOCK_MS, async () => {
        const file = await this.get(id); // as whoever had it before has left it
        if (await isBusy(file))
          throw new FailureError({ code: 'helpdesk/case-busy', detail: `${id}, process ${file.owner ?? ''}` });
        const mine = { ...file, ...owner };
        await this.write(mine);
        return mine;
      }),
    );
  }

  /** Replaces what is kept of an open case. Resolves once it is on the disk. Rejects with FailureError `settings/unwritable`. */
  async write(file: CaseFile): Promise<void> {
    await new JsonFile(this.#pathOf(file), CaseFile).write(file);
  }

  /** Puts a case, whose file says that it is over, among those that are. */
  async end(file: CaseFile): Promise<void> {
    const path = this.#pathOf(file);
    await this.#unwritable(path, async () => {
      await rename(path, join(this.#over, `${file.id}.json`)).catch((error: unknown) => {
        if (!isErrno(error, 'ENOENT')) throw error; // another process has done it meanwhile
      });
    });
  }

  /** The open case of this ID. Rejects with FailureError `helpdesk/no-case`, `settings/unreadable`. */
  async get(id: string): Promise<CaseFile> {
    const file = (await this.open()).find((one) => one.id === id);
    if (!file) throw new FailureError({ code: 'helpdesk/no-case', detail: id });
    return file;
  }

  /** One of this ID, open or over. Rejects as `get`. */
  async find(id: string): Promise<CaseFile> {
    // An ID that somebody typed is none of our names: no way out of the folder.
    if (!z.uuid().safeParse(id).success) throw new FailureError({ code: 'helpdesk/no-case', detail: id });
    const over = await new JsonFile(join(this.#over, `${id}.json`), CaseFile).read();
    const file = over ?? (await this.#all()).find((one) => one.id === id);
    if (!file) throw new FailureError({ code: 'helpdesk/no-case', detail: id });
    return file;
  }

  /**
   * Open cases, oldest first. Rejects with FailureError `settings/unreadable` for a damaged file. One that is over, and whose
   * file a program that was ended has not put where it belongs, is put there.
   */
  async open(): Promise<CaseFile[]> {
    const files = await this.#all();
    for (const file of files) if (file.endedAt !== undefined) await this.end(file);
    return files.filter(({ endedAt }) => endedAt === undefined);
  }

  async #all(): Promise<CaseFile[]> {
    let names: string[];
    try {
      names = await readdir(this.#open);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw new FailureError({ code: 'settings/unreadable', detail: this.#open }, { cause: error });
    }
    const paths = names.filter((name) => name.endsWith('.json')).map((name) => join(this.#open, name));
    const files = await Promise.all(paths.map((path) => new JsonFile(path, CaseFile).read()));
    return files
      .filter((file) => file !== undefined) // ended by another process meanwhile
      .sort((one, other) => one.openedAt.localeCompare(other.openedAt));
  }

  /** A `sub` is the pool's word: its hash is a name of a file whatever it holds. */
  #pathOf({ userPoolId, person }: CaseFile): string {
    const name = createHash('sha256').update(`${userPoolId} ${person.sub}`).digest('hex').slice(0, 32);
    return join(this.#open, `${name}.json`);
  }

  async #unwritable<T>(path: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof FailureError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new FailureError({ code: 'settings/unwritable', detail: `${path}: ${why}` }, { cause: error });
    }
  }
}

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
