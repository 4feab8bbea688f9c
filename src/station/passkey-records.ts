import { z } from 'zod';

import { PasskeyRecord } from '../shared/passkey-records.js';
import { Base64Url } from '../shared/webauthn-json.js';
import { FailureError } from '../failures/failure-error.js';
import { subOf, userHandleOf } from './enrolled-key.js';
import type { JsonFile } from './json-file.js';

/** Its name in the station's folder. */
export const PASSKEYS_FILE = 'passkeys.json';

/** A record as it is kept, with what verifies the passkey's signatures. Records of before lack that. */
const KeptPasskey = z.strictObject({
  ...PasskeyRecord.shape,
  /** COSE_Key, base64url, as the key gave it at the enrolment. */
  publicKey: Base64Url.min(1).optional(),
  /** Whose it is, in the pool's words. */
  sub: z.guid().optional(),
  /** Their user name at the pool. Keys may cut it, and some tell nobody's. */
  username: z.string().min(1).optional(),
});
export type KeptPasskey = z.infer<typeof KeptPasskey>;
export const PasskeyRecordsFile = z.array(KeptPasskey);

/**
 * What this station remembers of passkeys that were enrolled here: the pool keeps neither names nor models, and tells nobody's public
 * key. App and command line write the same file: each reads it again before it changes anything.
 */
export class PasskeyRecords {
  readonly #file: JsonFile<typeof PasskeyRecordsFile>;
  #records: readonly KeptPasskey[];
  #written: Promise<unknown> = Promise.resolve();

  private constructor(file: JsonFile<typeof PasskeyRecordsFile>, records: readonly KeptPasskey[]) {
    this.#file = file;
    this.#records = records;
  }

  static async open(file: JsonFile<typeof PasskeyRecordsFile>): Promise<PasskeyRecords> {
    return new PasskeyRecords(file, (await file.read()) ?? []);
  }

  /** As the window may have them. */
  all(): PasskeyRecord[] {
    return this.#records.map(forWindow);
  }

  /** The same of one person. */
  of(sub: string): PasskeyRecord[] {
    return this.#records.filter((record) => record.sub === sub).map(forWindow);
  }

  /** With public keys and people, for those who verify. */
  kept(): readonly KeptPasskey[] {
    return this.#records;
  }

  /** Whether there is anybody whom `usernameOf` could name. */
  get knowsAnybody(): boolean {
    return this.#records.some(({ sub, username }) => sub !== undefined && username !== undefined);
  }

  /**
   * The user name of somebody whose passkey was enrolled here, by what keys know them by; as it was noted last.
   * @param userHandle base64url
   */
  usernameOf(userHandle: string): string | undefined {
    const sub = subOf(userHandle);
    if (sub === undefined) return undefined;
    return this.#records.findLast((record) => record.sub === sub && record.username !== undefined)?.username;
  }

  /** Whose a passkey is that was enrolled here: what keys know its person by, base64url. Undefined where that was not noted. */
  userHandleOf(credentialId: string): string | undefined {
    const sub = this.#records.find((record) => record.credentialId === credentialId)?.sub;
    return sub === undefined ? undefined : userHandleOf(sub);
  }

  async add(record: KeptPasskey): Promise<void> {
    await this.#change((records) => [...without(records, record.credentialId), record]);
  }

  /** Rejects with FailureError `key/no-passkey` for a passkey that is not remembered here. */
  async rename(credentialId: string, nickname: string): Promise<void> {
    await this.#change((records) => {
      const record = records.find((known) => known.credentialId === credentialId);
      if (!record) throw new FailureError({ code: 'key/no-passkey', detail: 'not enrolled at this station' });
      return [...without(records, credentialId), { ...record, nickname }];
    });
  }

  async forget(credentialId: string): Promise<void> {
    await this.#change((records) => without(records, credentialId));
  }

  /** One change after the other, each on what the file says now. */
  #change(change: (records: readonly KeptPasskey[]) => KeptPasskey[]): Promise<void> {
    const next = this.#written.then(async () => {
      const records = change((await this.#file.read()) ?? []);
      await this.#file.write(records);
      this.#records = records;
    });
    this.#written = next.catch(() => undefined); // reported to whoever asked for this change
    return next;
  }
}

/** A record without what the window has no use for. */
function forWindow(record: KeptPasskey): PasskeyRecord {
  const { credentialId, nickname, keyProduct, keySerial, aaguid, createdAt } = record;
  return { credentialId, nickname, keyProduct, keySerial, aaguid, createdAt };
}

function without(records: readonly KeptPasskey[], credentialId: string): KeptPasskey[] {
  return records.filter((record) => record.credentialId !== credentialId);
}
