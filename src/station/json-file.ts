import { readFile } from 'node:fs/promises';

import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';

import { FailureError } from '../failures/failure-error.js';

/** One JSON file of main's state: validated when read, replaced as a whole when written, readable by its owner only. */
export class JsonFile<S extends z.ZodType> {
  readonly #path: string;
  readonly #schema: S;

  constructor(path: string, schema: S) {
    this.#path = path;
    this.#schema = schema;
  }

  /**
   * Resolves with undefined where there is no file.
   * Rejects with `settings/unreadable` for a damaged one, which is left as it is: it may be mended by hand.
   */
  async read(): Promise<z.output<S> | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.#unreadable('cannot be read', error);
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw this.#unreadable('is no JSON', error);
    }
    const parsed = this.#schema.safeParse(json);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw this.#unreadable(`at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'invalid'}`, parsed.error);
  }

  /** Rejects with `settings/unwritable`; the former file stays then. */
  async write(value: z.output<S>): Promise<void> {
    try {
      await writeFileAtomic(this.#path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      throw new FailureError({ code: 'settings/unwritable', detail: this.#path }, { cause: error });
    }
  }

  #unreadable(problem: string, cause: unknown): FailureError {
    return new FailureError({ code: 'settings/unreadable', detail: `${this.#path} ${problem}` }, { cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
