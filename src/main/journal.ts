import { z } from 'zod';

import { CredentialId, type Orphan } from '../shared/ipc.js';
import { FailureError } from './failure-error.js';
import type { JsonFile } from './json-file.js';

const Entry = z.strictObject({
  id: z.uuid(),
  /** Set once the key has made the credential; until then it is not known whether it did. */
  credentialId: CredentialId.optional(),
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
});
export type JournalEntry = z.infer<typeof Entry>;
export const JournalFile = z.array(Entry);

/**
 * Enrolments between the key and the pool. An entry is written before the key is asked and goes when the pool has
 * confirmed; one that stays tells of a passkey on a key that the pool does not know, whenever the app ended in between.
 */
export class Journal {
  readonly #file: JsonFile<typeof JournalFile>;
  readonly #entries: Map<string, JournalEntry>;
  /** Enrolments of this run that may still be confirmed: not orphans yet. */
  readonly #underWay = new Set<string>();
  #written: Promise<void> = Promise.resolve();

  private constructor(file: JsonFile<typeof JournalFile>, entries: readonly JournalEntry[]) {
    this.#file = file;
    this.#entries = new Map(entries.map((entry) => [entry.id, entry]));
  }

  static async open(file: JsonFile<typeof JournalFile>): Promise<Journal> {
    return new Journal(file, (await file.read()) ?? []);
  }

  /** Resolves once the entry is on disk: only then may the key be asked. */
  async begin(entry: Omit<JournalEntry, 'credentialId'>): Promise<void> {
    this.#entries.set(entry.id, entry);
    this.#underWay.add(entry.id);
    await this.#save();
  }

  /** The key has made the credential. */
  async made(id: string, credentialId: string): Promise<void> {
    this.#entries.set(id, { ...this.get(id), credentialId });
    await this.#save();
  }

  /** The pool has it, or nothing is on the key (any more). */
  async close(id: string): Promise<void> {
    this.#underWay.delete(id);
    if (this.#entries.delete(id)) await this.#save();
  }

  /** It will not be confirmed: an orphan from now on. */
  abandon(id: string): void {
    this.get(id);
    this.#underWay.delete(id);
  }

  /** The window that could confirm them was loaded anew. */
  abandonAll(): void {
    this.#underWay.clear();
  }

  /** Throws FailureError `ceremony/unknown`. */
  get(id: string): JournalEntry {
    const entry = this.#entries.get(id);
    if (!entry) throw new FailureError({ code: 'ceremony/unknown', detail: `no journal entry ${id}` });
    return entry;
  }

  orphans(): Orphan[] {
    return [...this.#entries.values()]
      .filter(({ id }) => !this.#underWay.has(id))
      .map(({ id, credentialId, rpId, userName, keyProduct, keySerial, createdAt }) => ({
        id,
        credentialId,
        rpId,
        userName,
        keyProduct,
        keySerial,
        createdAt,
      }));
  }

  /** One write after the other, so that the file never goes back to an earlier state. */
  #save(): Promise<void> {
    const next = this.#written.then(() => this.#file.write([...this.#entries.values()]));
    this.#written = next.catch(() => undefined); // reported to whoever asked for this write
    return next;
  }
}
