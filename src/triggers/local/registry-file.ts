import { readFile } from 'node:fs/promises';

import writeFileAtomic from 'write-file-atomic';

import { normalizeAccountNumber, normalizeEmail } from '../sign-up/details.js';
import type { Registration, Registry } from '../sign-up/registry.js';

/**
 * A registry in a JSON file, for local pools and tests: `[{"accountNumber": "…", "email": "…", "account": "…"?}, …]`, read
 * anew for each question, so that it can be edited meanwhile. One process at a time may claim in it.
 * Every method throws RegistryFileError for a file that cannot be read or is none; it is then left as it is.
 */
export class RegistryFile implements Registry {
  readonly #path: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  find(accountNumber: string): Promise<Registration | undefined> {
    return this.#inTurn(async () => (await this.#read()).find((entry) => entry.accountNumber === accountNumber));
  }

  claim(accountNumber: string, account: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const entries = await this.#read();
      const entry = entries.find((candidate) => candidate.accountNumber === accountNumber);
      if (!entry || (entry.account !== undefined && entry.account !== account)) return false;
      const claimed = entries.map((other) => (other === entry ? { ...other, account } : other));
      if (entry.account === undefined)
        await writeFileAtomic(this.#path, `${JSON.stringify(claimed, undefined, 2)}\n`, { mode: 0o600 });
      return true;
    });
  }

  /** Reading and writing are one step: of two claims the second sees what the first wrote. */
  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #read(): Promise<readonly Registration[]> {
    try {
      return readEntries(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (error) {
      if (error instanceof RegistryFileError) throw error;
      throw new RegistryFileError(`The registry ${this.#path} cannot be read`, { cause: error });
    }
  }
}

/** Why a registry's file cannot be used. */
class RegistryFileError extends Error {
  override readonly name = 'RegistryFileError';
}

function readEntries(json: unknown): readonly Registration[] {
  if (!Array.isArray(json)) throw new RegistryFileError('A registry is a list of entries');
  const entries = json.map((entry: unknown, index) => readEntry(entry, index + 1));
  const numbers = new Set(entries.map(({ accountNumber }) => accountNumber));
  if (numbers.size !== entries.length)
    throw new RegistryFileError('Two entries of the registry have one account number');
  return entries;
}

function readEntry(entry: unknown, place: number): Registration {
  if (typeof entry !== 'object' || entry === null)
    throw new RegistryFileError(`Entry ${place} of the registry is none`);
  const { accountNumber, email, account } = entry as Readonly<Record<string, unknown>>; // an object has members by name
  const number = typeof accountNumber === 'string' ? normalizeAccountNumber(accountNumber) : undefined;
  const address = typeof email === 'string' ? normalizeEmail(email) : undefined;
  const bound = account === undefined || (typeof account === 'string' && account !== '');
  if (number === undefined || address === undefined || !bound)
    throw new RegistryFileError(`Entry ${place} of the registry lacks a usable account number, address or account`);
  return { accountNumber: number, email: address, account: typeof account === 'string' ? account : undefined };
}
