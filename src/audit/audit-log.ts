import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { FailureError } from '../failures/failure-error.js';
import type { Position } from './chain.js';
import { type Disk, disk as realDisk, isFull } from './disk.js';
import { type AuditEvent, entryLine, genesisLine, hashOf } from './entry.js';
import { examine, type LogFiles, logFiles, refuseDamaged } from './examine.js';
import { headBytes, parseHead } from './head.js';
import { LOCK_MS, withLock } from './lock.js';
import { ensureReserve } from './reserve.js';

export interface AuditLogOptions {
  /** The station's: the log is kept in `audit` below it. Made with the first entry. */
  readonly folder: string;
  /** The name of this computer or desk, as every line tells it. */
  readonly station: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The one of this computer, unless a test brings another. */
  readonly disk?: Disk;
  /** How long to wait for another process that is writing, in milliseconds. */
  readonly lockMs?: number;
}

/** Where the log of a station is, whose files are in `folder`. */
export function auditFolder(folder: string): string {
  return join(folder, 'audit');
}

/**
 * What was done at this station, by whom and for whom: lines of JSON, each with the hash of the one before, so that nothing
 * can be changed, removed or put in unseen (docs/audit.md). Several processes may write it at the same time.
 */
export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #files: LogFiles;
  readonly #disk: Disk;
  /** Up to where this process has seen it intact. */
  #known: Position;
  /** What was set aside and is told of in the log. */
  readonly #told: Set<string>;
  /** Whether what is set aside was held against the log in this run. */
  #isSettled = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: AuditLogOptions, files: LogFiles, known: Position, told: Set<string>) {
    this.#options = options;
    this.#files = files;
    this.#disk = options.disk ?? realDisk;
    this.#known = known;
    this.#told = told;
  }

  /**
   * Verifies the whole log, and changes nothing yet. Rejects with FailureError `audit/damaged`, whose detail names the line,
   * and `audit/unreadable`. What a program has left that was ended while it wrote is no damage: the next entry mends it.
   */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const files = logFiles(auditFolder(options.folder));
    const { end, damage, links } = await examine(
      options.disk ?? realDisk,
      files,
      ({ entry }) => entry?.file !== undefined,
    );
    refuseDamaged(files, damage);
    return new AuditLog(options, files, end, new Set(links.flatMap(({ entry }) => entry?.file ?? [])));
  }

  /**
   * Adds a line. Resolves with its number, from 1, once it is on the disk. Rejects with FailureError `audit/unwritable`, with the log as it was, and
   * `audit/damaged`. What is `begun` is refused already where nothing could be written about how it ended: a reserve is kept
   * on the disk for that.
   */
  append(event: AuditEvent): Promise<number> {
    const appended = this.#last.then(() => this.#append(event));
    this.#last = appended.catch(() => undefined); // told to whoever wanted this one
    return appended;
  }

  async #append(event: AuditEvent): Promise<number> {
    try {
      await this.#disk.makeFolder(this.#files.folder);
      return await this.#write(event).catch(async (error: unknown) => {
        if (event.result === 'begun' || !isFull(error)) throw error;
        await this.#disk.remove(this.#files.reserve);
        return this.#write(event);
      });
    } catch (error) {
      if (error instanceof FailureError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new FailureError({ code: 'audit/unwritable', detail: `${this.#files.log}: ${why}` }, { cause: error });
    }
  }

  #write(event: AuditEvent): Promise<number> {
    return withLock(this.#disk, this.#files.lock, this.#options.lockMs ?? LOCK_MS, async () => {
      await this.#catchUp();
      if (event.result === 'begun') await ensureReserve(this.#disk, this.#files.reserve);
      await this.#add(event);
      return this.#known.count;
    });
  }

  /** Reads what other processes have added, mends what one has left that was ended while it wrote, and says so. */
  async #catchUp(): Promise<void> {
    const { end, torn, isHeadBehind } = await this.#look();
    this.#known = end;
    if (isHeadBehind) await this.#writeHead(end);
    if (torn) {
      const file = `torn-${end.count + 1}-${createHash('sha256').update(torn).digest('hex').slice(0, 16)}`;
      await this.#disk.replace(join(this.#files.folder, file), torn);
      await this.#disk.cut(this.#files.log, end.bytes);
    }
    if (end.count === 0) await this.#begin();
    if (isHeadBehind) await this.#add({ action: 'log.head-behind', result: 'done', detail: `line ${end.count}` });
    if (torn || !this.#isSettled) await this.#tellOfTorn();
    this.#isSettled = true;
  }

  async #look() {
    const isWanted = () => true;
    const found = await examine(this.#disk, this.#files, isWanted, this.#known);
    // From the beginning, the place can be named better; but what this process has seen must be there.
    if (found.damage) refuseDamaged(this.#files, (await examine(this.#disk, this.#files, () => false)).damage);
    refuseDamaged(this.#files, found.damage);
    for (const { entry } of found.links) if (entry?.file !== undefined) this.#told.add(entry.file);
    return found;
  }

  /** Also of what a program has set aside that was ended before it could say so: nothing is dropped without a word. */
  async #tellOfTorn(): Promise<void> {
    const names = await this.#disk.list(this.#files.folder);
    const found = names.filter((name) => /^torn-\d+-[0-9a-f]{16}$/.test(name)).sort();
    for (const file of found.filter((name) => !this.#told.has(name))) {
      await this.#add({ action: 'log.torn-line', result: 'done', detail: 'a line that was not finished', file });
      this.#told.add(file);
    }
  }

  async #begin(): Promise<void> {
    const time = this.#options.now();
    await this.#extend(genesisLine(this.#options.station, time), time);
  }

  async #add(event: AuditEvent & { readonly file?: string }): Promise<void> {
    const { count, hash } = this.#known;
    const time = this.#options.now();
    const { station } = this.#options;
    await this.#extend(entryLine(event, { seq: count + 1, time, previous: hash, station }), time);
  }

  /** One line, then the head; after a failure neither. */
  async #extend(line: Buffer, time: number): Promise<void> {
    const before = this.#known;
    const end: Position = {
      count: before.count + 1,
      bytes: before.bytes + line.length,
      hash: hashOf(line),
      hashBefore: before.hash,
      time,
    };
    try {
      await this.#disk.append(this.#files.log, line, before.bytes);
      await this.#writeHead(end);
    } catch (error) {
      await this.#undo(before);
      throw error;
    }
    this.#known = end;
  }

  async #writeHead(end: Position): Promise<void> {
    await this.#disk.replace(this.#files.head, headBytes(end));
  }

  /** Never throws: what it cannot take back is what a program leaves that is ended there, and is mended as that is. */
  async #undo({ count, bytes }: Position): Promise<void> {
    try {
      // The head may have come onto the disk before the failure: then the line must stay, or it would be missed.
      const head = await this.#disk.read(this.#files.head);
      if (((head && parseHead(head)?.count) ?? 0) > count) return;
      await this.#disk.cut(this.#files.log, bytes);
    } catch {
      return; // the caller throws what went wrong first; the line is mended by the next program
    }
  }
}
