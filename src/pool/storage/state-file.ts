import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';

import writeFileAtomic from 'write-file-atomic';

import { PoolError } from '../errors.js';
import type { Identity } from '../state.js';
import type { Store } from '../store.js';
import type { Change } from './changes.js';
import type { FoundLog, Header } from './load-state.js';
import type { LogEnd } from './log.js';
import { EMPTY_LOG, nextLine } from './log.js';

/** A file is written anew when more than half of its changes are overtaken, and there are enough of them to matter. */
const FEW_CHANGES = 1000;

/**
 * Keeps the state file as new as the store: a log (docs/adr/0015) to which every save appends one line, on disk before
 * it resolves. Without a path nothing is kept.
 */
export class StateFile {
  readonly #path: string | undefined;
  readonly #store: Store;
  readonly #header: Header;
  /** Undefined while the file has to be written anew: there is none, it is of an older form, or a write has failed. */
  #written: FoundLog | undefined;
  /** Why nothing is written any more: what somebody else has written is theirs. */
  #refusal: PoolError | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param found what `loadState` found at the path */
  constructor(path: string | undefined, store: Store, identity: Identity, found: FoundLog | undefined) {
    const { userPoolId, createdAt, secret, signingKeys } = identity;
    this.#path = path;
    this.#store = store;
    this.#header = { format: 'keydesk-pool', version: 3, userPoolId, createdAt, secret, signingKeys };
    this.#written = found;
  }

  /**
   * Resolves once what the store holds now is on disk; one write serves all who wait for it. Rejects when it fails, with
   * PoolError `state-changed` when somebody else has written the file.
   */
  save(): Promise<void> {
    const saved = this.#last.then(() => this.#write());
    // A failed write is the caller's to tell; the next one tries again.
    this.#last = saved.catch(() => undefined);
    return saved;
  }

  async #write(): Promise<void> {
    if (this.#path === undefined) return;
    if (this.#refusal) throw this.#refusal;
    const before = this.#written;
    if (before && !this.#store.hasChanges) return;
    const size = await sizeOf(this.#path);
    if (before && size !== undefined && size !== before.fileLength) {
      this.#refusal = new PoolError('state-changed', `The state file ${this.#path} was written by somebody else`);
      throw this.#refusal;
    }
    // From here to the line that holds them nothing waits: what belongs together is on one line.
    const changes = this.#store.takeChanges();
    this.#written = undefined;
    const overtaken = before ? before.changes + changes.length - this.#store.size : 0;
    this.#written =
      !before || size === undefined || overtaken > this.#store.size + FEW_CHANGES
        ? await this.#writeAnew(this.#path)
        : await append(this.#path, before, changes);
  }

  /** Puts together the whole, at one moment, and then replaces the file: a crash leaves the old one or the new one. */
  async #writeAnew(path: string): Promise<FoundLog> {
    const lines: Buffer[] = [];
    let end: LogEnd = EMPTY_LOG;
    let changes = 0;
    const add = (value: unknown) => {
      const next = nextLine(value, end);
      lines.push(next.line);
      end = next.end;
    };
    add(this.#header);
    for (const change of this.#store.content()) {
      add([change]);
      changes += 1;
    }
    await writeFileAtomic(path, Buffer.concat(lines), { mode: 0o600 });
    return { end, fileLength: end.length, changes };
  }
}

/** One call may write less than it was given, on a disk that is nearly full; the next one then says so. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error('The disk takes no more');
    done += bytesWritten;
  }
}

/** In bytes; undefined when there is no such file, or none that can be asked: then writing it anew tells. */
async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

/** Adds one line to a log that ends as it was left, in place of what a crash left behind it. */
async function append(path: string, before: FoundLog, changes: readonly Change[]): Promise<FoundLog> {
  const { line, end } = nextLine(changes, before.end);
  const file = await open(path, 'r+');
  try {
    if (before.fileLength > before.end.length) await file.truncate(before.end.length);
    await writeAll(file, line, before.end.length);
    await file.datasync();
  } finally {
    await file.close();
  }
  return { end, fileLength: end.length, changes: before.changes + changes.length };
}
