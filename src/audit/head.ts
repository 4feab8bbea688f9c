import { z } from 'zod';

import { Hash } from './entry.js';

/** How far the log goes, kept beside it: without it, lines cut off at the end would not be missed. */
const Head = z.strictObject({
  /** Lines of the log. */
  count: z.int().min(1),
  /** SHA-256 of the last one. */
  hash: Hash,
  /** Length of the log. */
  bytes: z.int().min(1),
});
export type Head = Readonly<z.infer<typeof Head>>;

/** @returns undefined for bytes that are no head record */
export function parseHead(bytes: Buffer): Head | undefined {
  try {
    return Head.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    return undefined; // no JSON: the caller says that the head is damaged
  }
}

export function headBytes({ count, hash, bytes }: Head): Buffer {
  return Buffer.from(`${JSON.stringify({ count, hash, bytes } satisfies Head)}\n`);
}
