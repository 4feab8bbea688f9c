import { onAbort } from '../../ctap/on-abort.js';
import { FailureError } from '../../failures/failure-error.js';
import type { KeyId } from '../../shared/keys.js';

/** Enrolments that wait for the operator to say which key is to have the passkey, by the IDs of their cases. */
export class WantedKeys {
  readonly #onChange: () => void;
  readonly #waiting = new Map<string, (keyId: KeyId) => void>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  isWantedBy(caseId: string): boolean {
    return this.#waiting.has(caseId);
  }

  /** Resolves with the key that is chosen; rejects with the signal's reason. */
  choice(caseId: string, signal: AbortSignal): Promise<KeyId> {
    return new Promise<KeyId>((resolve, reject) => {
      const ignore = onAbort(signal, () => {
        this.#done(caseId);
        reject(signal.reason as Error);
      });
      if (signal.aborted) return;
      this.#waiting.set(caseId, (keyId) => {
        ignore();
        this.#done(caseId);
        resolve(keyId);
      });
      this.#onChange();
    });
  }

  /** Throws FailureError `ceremony/unknown` where no enrolment waits for one. */
  use(caseId: string, keyId: KeyId): void {
    const take = this.#waiting.get(caseId);
    if (!take) throw new FailureError({ code: 'ceremony/unknown', detail: 'no enrolment waits for a key' });
    take(keyId);
  }

  #done(caseId: string): void {
    if (this.#waiting.delete(caseId)) this.#onChange();
  }
}
