import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import type { CredentialStore } from './credential-store.js';
import type { KeyState } from './key-state.js';
import { stateFromJson, stateToJson } from './state-json.js';
import { StoreError } from './store-error.js';

/** Private keys are inside: nobody but the owner reads it. */
const MODE = 0o600;

/**
 * A key's state in a JSON file. Every change is written beside the file, flushed, and renamed over it: a process killed
 * at any moment leaves the state before or the state after.
 */
export class FileStore implements CredentialStore {
  readonly path: string;
  readonly initial: KeyState | undefined;

  private constructor(path: string, initial: KeyState | undefined) {
    this.path = path;
    this.initial = initial;
  }

  /**
   * Reads the file, or starts with none; folders on the way are made.
   * Rejects with a StoreError that names the file: `store/unreadable`, `store/damaged`, `store/unwritable`.
   */
  static async open(path: string): Promise<FileStore> {
    const text = await read(path);
    if (text === undefined) {
      await attempt(path, 'store/unwritable', 'its folder cannot be made', mkdir(dirname(path), { recursive: true }));
      return new FileStore(path, undefined);
    }
    try {
      return new FileStore(path, stateFromJson(text));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new StoreError('store/damaged', path, `no state of a software key: ${error.message}`, { cause: error });
    }
  }

  async save(state: KeyState): Promise<void> {
    const written = writeFileAtomic(this.path, stateToJson(state), { mode: MODE });
    await attempt(this.path, 'store/unwritable', 'cannot be written', written);
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new StoreError('store/unreadable', path, 'cannot be read', { cause: error });
  }
}

async function attempt(path: string, code: StoreError['code'], problem: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new StoreError(code, path, problem, { cause: error });
  }
}
