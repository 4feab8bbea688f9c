import { decodeJwt } from 'jose';

import type { Metadata } from './metadata.js';
import { readBlob } from './metadata-blob.js';

/** Where a station keeps its metadata, within its folder. */
export const METADATA_FILE = 'metadata.jwt';

/** What a station reads its metadata with. */
export interface MetadataFiles {
  /** Rejects with ENOENT for a file that is not there. */
  readonly readText: (path: string) => Promise<string>;
  /** DER: the roots that the signer may come from. */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The station's metadata, verified anew: a file may have been changed since it was imported. Undefined where there is none.
 * @throws MetadataError for one that is not to be believed; what `readText` throws
 */
export async function readStationMetadata(path: string, files: MetadataFiles): Promise<Metadata | undefined> {
  const text = await textIfThere(path, files);
  return text === undefined ? undefined : readBlob(text, files);
}

/**
 * Verifies metadata that shall replace the station's.
 * @param path of the station's own, which may be missing
 * @throws MetadataError, `rollback` when it is older than the station's
 */
export async function readNewMetadata(text: string, path: string, files: MetadataFiles): Promise<Metadata> {
  const present = await textIfThere(path, files);
  return readBlob(text, { ...files, leastNo: present === undefined ? undefined : claimedNumber(present) });
}

/** The number that the station's own file names, verified or not: its signer may have expired, and the number still must not go back. */
function claimedNumber(blob: string): number | undefined {
  try {
    const no = decodeJwt(blob.trim())['no'];
    return typeof no === 'number' ? no : undefined;
  } catch {
    return undefined; // a damaged file is replaced by anything that verifies
  }
}

async function textIfThere(path: string, { readText }: MetadataFiles): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
