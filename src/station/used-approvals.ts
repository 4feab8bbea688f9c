import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { FailureError } from '../failures/failure-error.js';

/** Kept for a day longer than the approval itself would hold: a clock that is set back must not bring it to life again. */
const KEEP_MS = 24 * 60 * 60_000;

/** What is noted of an approval. */
export interface Used {
  /** Of its request. */
  readonly id: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Approvals that were acted upon at this station: each serves once. App and command line note them at the same time, so each note is a
 * file of its own, and whoever makes it first has it.
 */
export class UsedApprovals {
  readonly #folder: string;
  readonly #now: () => number;

  /** @param options where the station's files are, and milliseconds since 1970 */
  constructor({ folder, now }: { readonly folder: string; readonly now: () => number }) {
    this.#folder = join(folder, 'used-approvals');
    this.#now = now;
  }

  /**
   * Uses an approval up. Resolves once that is on disk: only then may anything be done by it.
   * Rejects with FailureError `approval/replayed` when it was used before, `settings/unwritable` when that cannot be noted.
   */
  async use({ id, expiresAt }: Used): Promise<void> {
    const path = this.#pathOf(id);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#forgetOld();
      if (await noteDown(path, expiresAt)) return;
    } catch (error) {
      throw new FailureError({ code: 'settings/unwritable', detail: path }, { cause: error });
    }
    throw new FailureError({ code: 'approval/replayed', detail: id });
  }

  /** A note without a date, of a program that ended while writing it, stays. */
  async #forgetOld(): Promise<void> {
    for (const id of await readdir(this.#folder)) {
      const path = join(this.#folder, id);
      const expiresAt = await readFile(path, 'utf8').catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return ''; // forgotten by another program meanwhile
        throw error;
      });
      if (this.#now() > Date.parse(expiresAt) + KEEP_MS) await rm(path, { force: true });
    }
  }

  #pathOf(id: string): string {
    // It becomes a name in the folder: no way out of it.
    if (!z.uuid().safeParse(id).success) throw new FailureError({ code: 'approval/malformed', detail: 'its id' });
    return join(this.#folder, id.toLowerCase());
  }
}

/** Writes the note, and says so; false where there is one. */
async function noteDown(path: string, text: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
