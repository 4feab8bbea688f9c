import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { FailureError } from '../failures/failure-error.js';

/** Of an approval, what names its file. */
interface Named {
  /** A UUID: it becomes a name in the folder. */
  readonly request: { readonly id: string };
}

/**
 * Approvals that were given at this station, for whoever checks on them: a file for each, with the name of its request, which
 * only the station's account can read.
 */
export class ApprovalFiles {
  readonly #folder: string;

  /** @param folder where the station's files are */
  constructor(folder: string) {
    this.#folder = join(folder, 'approvals');
  }

  /** Resolves with its path once it is on the disk. Rejects with FailureError `settings/unwritable`. */
  async keep(approval: Named): Promise<string> {
    const path = join(this.#folder, `${approval.request.id}.approval.json`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFileAtomic(path, `${JSON.stringify(approval, undefined, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      throw new FailureError({ code: 'settings/unwritable', detail: path }, { cause: error });
    }
    return path;
  }
}
