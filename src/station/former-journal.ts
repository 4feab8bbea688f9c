import { rm } from 'node:fs/promises';

import { z } from 'zod';

import { FailureError } from '../failures/failure-error.js';
import { JsonFile } from './json-file.js';

/**
 * Takes over the journal of a former version, which kept all entries in one file. The file goes when every entry has been
 * added; until then it stays, and so does one that is damaged. Nothing is done where there is none.
 * @param schema what an entry is
 * @param add resolves once the entry is on disk; it may be called again for one that is there already
 * @throws FailureError `settings/unreadable` for a damaged file, `settings/unwritable` for one that cannot be removed
 */
export async function takeOverJournal<S extends z.ZodType>(
  path: string,
  schema: S,
  add: (entry: z.output<S>) => Promise<void>,
): Promise<void> {
  const entries = await new JsonFile(path, z.array(schema)).read();
  if (!entries) return;
  for (const entry of entries) await add(entry);
  try {
    await rm(path, { force: true }); // by another process meanwhile, perhaps
  } catch (error) {
    throw new FailureError({ code: 'settings/unwritable', detail: path }, { cause: error });
  }
}
