import {
  type FSWatcher,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { isAlive } from './profile.js';

/** What a later instance leaves for the first one. */
export interface SecondInstance {
  argv: string[];
  workingDirectory: string;
  additionalData: unknown;
}

/** One instance per data folder: the first takes a lock file, later ones leave a note for it and are told no. */
export class SingleInstance {
  #watcher: FSWatcher | undefined;
  #lock: string | undefined;

  get isHeld(): boolean {
    return this.#lock !== undefined;
  }

  /** Takes the lock in `folder` and reports later instances, or leaves `note` for the holder and returns false. */
  request(folder: string, note: SecondInstance, onSecond: (note: SecondInstance) => void): boolean {
    if (this.isHeld) return true;
    const notes = join(folder, 'standin-instances');
    mkdirSync(notes, { recursive: true });
    const lock = join(folder, 'standin-lock');
    if (!take(lock)) {
      const name = join(notes, String(process.pid));
      // Written under another name first, so that the first instance never reads half a note.
      writeFileSync(`${name}.part`, JSON.stringify(note));
      renameSync(`${name}.part`, `${name}.json`);
      return false;
    }
    this.#lock = lock;
    const readNotes = () => {
      for (const file of readdirSync(notes).filter((name) => name.endsWith('.json'))) {
        const text = readFileSync(join(notes, file), 'utf8');
        unlinkSync(join(notes, file));
        onSecond(JSON.parse(text) as SecondInstance);
      }
    };
    this.#watcher = watch(notes, readNotes);
    this.#watcher.unref();
    return true;
  }

  /** Gives the lock up. */
  release(): void {
    this.#watcher?.close();
    if (this.#lock !== undefined) rmSync(this.#lock, { force: true });
    this.#lock = undefined;
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (isAlive(Number(readFileSync(lock, 'utf8')))) return false;
  rmSync(lock, { force: true });
  return take(lock);
}
