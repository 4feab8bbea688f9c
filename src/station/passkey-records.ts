import { z } from 'zod';

import { PasskeyRecord } from '../shared/ipc.js';
import { FailureError } from '../failures/failure-error.js';
import type { JsonFile } from './json-file.js';

/** Its name in the station's folder. */
export const PASSKEYS_FILE = 'passkeys.json';
export const PasskeyRecordsFile = z.array(PasskeyRecord);

/** What this station remembers of passkeys that were enrolled here: the pool keeps neither names nor models. */
export class PasskeyRecords {
  readonly #file: JsonFile<typeof PasskeyRecordsFile>;
  #records: readonly PasskeyRecord[];

  private constructor(file: JsonFile<typeof PasskeyRecordsFile>, records: readonly PasskeyRecord[]) {
    this.#file = file;
    this.#records = records;
  }

  static async open(file: JsonFile<typeof PasskeyRecordsFile>): Promise<PasskeyRecords> {
    return new PasskeyRecords(file, (await file.read()) ?? []);
  }

  all(): PasskeyRecord[] {
    return [...this.#records];
  }

  async add(record: PasskeyRecord): Promise<void> {
    await this.#replace([...this.#without(record.credentialId), record]);
  }

  /** Throws FailureError `key/no-passkey` for a passkey that is not remembered here. */
  async rename(credentialId: string, nickname: string): Promise<void> {
    const record = this.#records.find((known) => known.credentialId === credentialId);
    if (!record) throw new FailureError({ code: 'key/no-passkey', detail: 'not enrolled at this station' });
    await this.#replace([...this.#without(credentialId), { ...record, nickname }]);
  }

  async forget(credentialId: string): Promise<void> {
    await this.#replace(this.#without(credentialId));
  }

  #without(credentialId: string): PasskeyRecord[] {
    return this.#records.filter((record) => record.credentialId !== credentialId);
  }

  async #replace(records: readonly PasskeyRecord[]): Promise<void> {
    await this.#file.write([...records]);
    this.#records = records;
  }
}
