import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { FailureError } from '../../failures/failure-error.js';

/** Puts pages on paper. They are whole documents, and their scripts, if any, are not run. */
export interface Printer {
  /** As a PDF. */
  pdfOf(html: string): Promise<Uint8Array>;
  /** Lets the person choose where. Rejects with FailureError `helpdesk/no-printer`, `cancelled`. */
  print(html: string): Promise<void>;
}

/**
 * Writes a receipt beside the settings, readable by nobody else on this computer.
 * @returns where
 * @throws FailureError `settings/unwritable`
 */
export async function saveReceipt(folder: string, caseId: string, pdf: Uint8Array): Promise<string> {
  const path = join(folder, 'receipts', `${caseId}.pdf`);
  try {
    await mkdir(join(folder, 'receipts'), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, Buffer.from(pdf), { mode: 0o600 });
  } catch (error) {
    throw new FailureError({ code: 'settings/unwritable', detail: path }, { cause: error });
  }
  return path;
}
