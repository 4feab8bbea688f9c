import { type FileHandle, link, mkdir, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

/** What the log asks of the disk, one step each, so that each can fail by itself. Everything rejects with Node's errors. */
export const disk = {
  async makeFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },

  /** Names of what is in a folder; none where there is no such folder. */
  async list(path: string): Promise<string[]> {
    return (await unlessMissing(readdir(path))) ?? [];
  },

  /** In bytes; undefined where there is no such file. */
  async sizeOf(path: string): Promise<number | undefined> {
    return (await unlessMissing(stat(path)))?.size;
  },

  /** All of a file; undefined where there is none. */
  read(path: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(path));
  },

  /** The bytes of a file from `start` up to `end`, or up to its end where that comes first, in pieces. */
  async *readBetween(path: string, start: number, end: number): AsyncGenerator<Buffer, void> {
    if (start >= end) return;
    const file = await open(path, 'r');
    try {
      for (let at = start; at < end;) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(end - at, PIECE)), 0, null, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  },

  /** Writes at the end of a file, `position`, and resolves once that is on the disk. Some of it may be there after a failure. */
  async append(path: string, bytes: Uint8Array, position: number): Promise<void> {
    const file = await open(path, position === 0 ? 'a' : 'r+', FILE_MODE);
    try {
      await writeAll(file, bytes, position);
      await file.sync();
    } finally {
      await file.close();
    }
  },

  /** Cuts a file to a length, on the disk when it resolves. */
  async cut(path: string, length: number): Promise<void> {
    await truncate(path, length);
    await syncAt(path, 'r+');
  },

  /** Replaces a file as a whole, on the disk when it resolves. The former one stays after a failure. */
  async replace(path: string, bytes: Buffer): Promise<void> {
    await writeFileAtomic(path, bytes, { mode: FILE_MODE });
    await syncFolder(dirname(path));
  },

  /**
   * Makes a file, complete from the first moment, unless there is one of its name.
   * @returns whether there was none
   */
  async createOnly(path: string, beside: string, bytes: Uint8Array): Promise<boolean> {
    try {
      await writeFile(beside, bytes, { flag: 'wx', mode: FILE_MODE });
      await linkOnly(beside, path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(beside, { force: true }).catch(() => undefined); // what is left beside it does no harm
    }
  },

  /** Also resolves where there is no such file. */
  remove(path: string): Promise<void> {
    return rm(path, { force: true });
  },
};
export type Disk = typeof disk;

const FILE_MODE = 0o600;
const PIECE = 1 << 16;

/** The code of an error of the system, such as ENOSPC. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a disk, or what one may use of it, is full. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * A second name for a file, which unlike renaming never takes another's place: of several programs one has it.
 * Rejects with Node's errors, and with one that says so where the file system has no hard links.
 */
export async function linkOnly(file: string, name: string): Promise<void> {
  try {
    await link(file, name);
  } catch (error) {
    // Both names are in one folder and the file is our own, so what is not permitted is hard links as such: FAT, exFAT, some of networks.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error;
    const why = 'the file system has no hard links, which keep programs from writing at the same time';
    throw new Error(`${why}; keep the folder of the station on another one`, { cause: error });
  }
}

/** One call may write less than it was given, on a disk that is nearly full; the next one then says so. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw Object.assign(new Error('The disk takes no more'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/** A name in a folder outlives a power failure only once the folder is on the disk. Windows has no such call, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncAt(path, 'r');
}

async function syncAt(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
