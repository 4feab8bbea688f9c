import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { FailureError } from '../failures/failure-error.js';
import { CredentialId } from '../shared/on-key.js';
import type { Orphan } from '../shared/passkey-records.js';
import { isRunning } from './is-running.js';
import { Base64Url } from '../shared/webauthn-json.js';
import { takeOverJournal } from './former-journal.js';
import { JsonFile } from './json-file.js';

const Entry = z.strictObject({
  id: z.uuid(),
  /** Set once the key has made the credential; until then it is not known whether it did. */
  credentialId: CredentialId.optional(),
  /** Of that credential: COSE_Key, base64url. */
  publicKey: Base64Url.optional(),
  rpId: z.string(),
  /** The user handle, base64url: tells whose credential it is when its ID is not known. */
  userId: z.string(),
  userName: z.string(),
  /** Passkeys that the pool had of the person before: whatever the key has made, it is none of these. */
  excluded: z.array(z.string()).optional(),
  keyProduct: z.string(),
  keySerial: z.string().optional(),
  aaguid: z.string(),
  createdAt: z.iso.datetime(),
  /** The process that may still bring it to its end; absent once it has given up. */
  owner: z.int().optional(),
});
export type JournalEntry = z.infer<typeof Entry>;
/** What the caller knows before the key is asked. */
export type NewEntry = Omit<JournalEntry, 'credentialId' | 'publicKey' | 'owner'>;

/** Longer than any enrolment takes: after that, a process of the owner's number is another one. */
const UNDER_WAY_MS = 15 * 60_000;

export interface JournalOptions {
  /** Where the entries are kept, one file each. Made when the first is written. The file of its name and `.json` is taken over. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The number of this process. */
  readonly pid: number;
  /** Whether a process of that number runs. */
  readonly isRunning: (pid: number) => boolean;
}

/**
 * Enrolments between the key and the pool. An entry is written before the key is asked and goes when the pool has
 * confirmed; one that stays tells of a passkey on a key that the pool does not know, whenever the program ended in between.
 * App and command line write the same journal at the same time: each entry is a file of its own, so neither undoes the other's.
 */
export class Journal {
  readonly #options: JournalOptions;
  /** Enrolments of this process that may still be confirmed: not orphans yet. */
  readonly #underWay = new Set<string>();
  #written: Promise<unknown> = Promise.resolve();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Resolves once the entry is on disk: only then may the key be asked. Rejects with FailureError `settings/unwritable`. */
  async begin(entry: NewEntry): Promise<void> {
    await this.#add({ ...entry, owner: this.#options.pid });
    this.#underWay.add(entry.id);
  }

  /** The key has made the credential. */
  made(id: string, credentialId: string, publicKey?: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file(id).write({ ...(await this.get(id)), credentialId, publicKey });
    });
  }

  /** The pool has it, or nothing is on the key (any more). */
  close(id: string): Promise<void> {
    this.#underWay.delete(id);
    const path = this.#pathOf(id);
    return this.#inTurn(async () => {
      try {
        await rm(path, { force: true });
      } catch (error) {
        throw new FailureError({ code: 'settings/unwritable', detail: path }, { cause: error });
      }
    });
  }

  /** It will not be confirmed: an orphan from now on, for everybody. */
  abandon(id: string): Promise<void> {
    this.#underWay.delete(id);
    return this.#inTurn(async () => {
      const { owner, ...entry } = await this.get(id);
      if (owner !== undefined) await this.#file(id).write(entry);
    });
  }

  /** The window that could confirm them was loaded anew. */
  async abandonAll(): Promise<void> {
    const ids = [...this.#underWay];
    this.#underWay.clear();
    for (const id of ids) await this.abandon(id);
  }

  /** Rejects with FailureError `ceremony/unknown`, and `settings/unreadable` for a damaged file, this entry's or that of a former version. */
  async get(id: string): Promise<JournalEntry> {
    const file = this.#file(id);
    let entry = await file.read();
    if (!entry) {
      await this.#takeOver();
      entry = await file.read();
    }
    if (!entry) throw new FailureError({ code: 'ceremony/unknown', detail: `no journal entry ${id}` });
    return entry;
  }

  /** What nobody will bring to its end any more, oldest first. Rejects with FailureError `settings/unreadable`. */
  async orphans(): Promise<Orphan[]> {
    const entries = await this.#entries();
    return entries
      .filter((entry) => !this.#isUnderWay(entry))
      .sort((one, other) => one.createdAt.localeCompare(other.createdAt))
      .map(({ id, credentialId, rpId, userId, userName, keyProduct, keySerial, createdAt }) => ({
        id,
        credentialId,
        rpId,
        userId,
        userName,
        keyProduct,
        keySerial,
        createdAt,
      }));
  }

  /**
   * Closes orphans whose passkey the pool has after all: the program ended after the pool said yes, and before that was noted.
   * @param credentialIds the passkeys that the pool has
   */
  async closeEnrolled(credentialIds: readonly string[]): Promise<void> {
    for (const { id, credentialId } of await this.orphans())
      if (credentialId !== undefined && credentialIds.includes(credentialId)) await this.close(id);
  }

  /** One change after the other: an entry is read and written anew, and must not go back to an earlier state. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const next = this.#written.then(change);
    this.#written = next.catch(() => undefined); // reported to whoever asked for this change
    return next;
  }

  #isUnderWay({ id, owner, createdAt }: JournalEntry): boolean {
    const { now, pid, isRunning } = this.#options;
    if (this.#underWay.has(id)) return true;
    if (owner === undefined || owner === pid) return false;
    return now() - Date.parse(createdAt) < UNDER_WAY_MS && isRunning(owner);
  }

  async #entries(): Promise<JournalEntry[]> {
    await this.#takeOver();
    const { folder } = this.#options;
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw new FailureError({ code: 'settings/unreadable', detail: folder }, { cause: error });
    }
    const ids = names.map((name) => /^([0-9a-f-]{36})\.json$/.exec(name)?.[1]).filter((id) => id !== undefined);
    const entries = await Promise.all(ids.map((id) => this.#file(id).read()));
    return entries.filter((entry) => entry !== undefined); // closed by another process meanwhile
  }

  /** A former version kept the entries beside the folder: they are orphans, as whoever wrote them has ended. */
  #takeOver(): Promise<void> {
    return takeOverJournal(`${this.#options.folder}.json`, Entry, async (entry) => {
      if (!(await this.#file(entry.id).read())) await this.#add(entry);
    });
  }

  async #add(entry: JournalEntry): Promise<void> {
    const { folder } = this.#options;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new FailureError({ code: 'settings/unwritable', detail: folder }, { cause: error });
    }
    await this.#file(entry.id).write(entry);
  }

  #file(id: string): JsonFile<typeof Entry> {
    return new JsonFile(this.#pathOf(id), Entry);
  }

  #pathOf(id: string): string {
    // An id that somebody typed is none of our names: no way out of the folder.
    if (!z.uuid().safeParse(id).success)
      throw new FailureError({ code: 'ceremony/unknown', detail: `no journal entry ${id}` });
    return join(this.#options.folder, `${id}.json`);
  }
}

/** The journal of the station whose files are in `folder`, as this process takes part in it. */
export function stationJournal(folder: string): Journal {
  return new Journal({ folder: join(folder, 'journal'), now: Date.now, pid: process.pid, isRunning });
}
