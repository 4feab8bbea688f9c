import { randomUUID } from 'node:crypto';

import type { Authenticator } from '../../ctap/authenticator.js';
import { create } from '../../ctap/client/create.js';
import { removeCredential } from '../../ctap/client/remove-credential.js';
import type { MadeCredential } from '../../ctap/client/ceremony-context.js';
import { aaguidText } from '../../passport/aaguid.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import type { PasskeyRecord } from '../../shared/passkey-records.js';
import { subOf } from '../../station/enrolled-key.js';
import type { Journal } from '../../station/journal.js';
import { journalled } from '../../station/journalled.js';
import { isOrphan } from '../../station/orphan.js';
import type { PasskeyRecords } from '../../station/passkey-records.js';
import { FailureError } from '../../failures/failure-error.js';
import type { PolicyGate } from '../policy-gate.js';
import type { RelyingParty } from '../relying-party.js';
import type { Ceremonies, CeremonyWork } from './ceremonies.js';

export interface EnrolmentOptions {
  readonly ceremonies: Ceremonies;
  readonly policy: PolicyGate;
  readonly journal: Journal;
  readonly records: PasskeyRecords;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (error: unknown) => void;
}

/** Enrolment between two parties that cannot be asked at once: the key makes the passkey, and then the pool takes it or not. */
export class Enrolment {
  readonly #options: EnrolmentOptions;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
  }

  /**
   * Has a key that the policy allows make a passkey, journalled before the key is asked. `confirm` or `abandon` must follow.
   * Rejects with FailureError `policy/…` before the key is asked for anything.
   */
  create(
    { ceremonyId, keyId, options }: CheckedInput<'keys.create'>,
    relyingParty: RelyingParty,
  ): Promise<Output<'keys.create'>> {
    return this.#options.ceremonies.run(ceremonyId, keyId, (work) => this.make(work, options, relyingParty));
  }

  /** The same within a ceremony that is under way already. */
  async make(
    work: CeremonyWork,
    options: CheckedInput<'keys.create'>['options'],
    { id: rpId, origin }: RelyingParty,
  ): Promise<Output<'keys.create'>> {
    const { policy, journal, now, log } = this.#options;
    const { info } = work.authenticator;
    policy.demandAllowed(work.found, info);
    const id = randomUUID();
    const entry = {
      id,
      rpId,
      userId: options.user.id,
      userName: options.user.name,
      excluded: options.excludeCredentials?.map((known) => known.id),
      keyProduct: work.found.product,
      keySerial: work.found.serial,
      aaguid: aaguidText(info.aaguid),
      createdAt: new Date(now()).toISOString(),
    };
    const response = await journalled(
      { journal, entry, signal: work.signal, onFault: log },
      async ({ onSent, onMade }) => {
        const proofs: MadeCredential[] = [];
        const wishes = insistingOnVerification(options, work.authenticator);
        const enterpriseRpIds = policy.enterpriseRpIds(work.found);
        const context = { ...work, enterpriseRpIds, onSent, onMade: (one: MadeCredential) => proofs.push(one) };
        const made = await create(wishes, origin, context);
        await onMade(made);
        // The touch came before the cancel: the passkey exists, and nobody will confirm it.
        if (work.signal.aborted)
          throw new FailureError({ code: 'cancelled', detail: 'the passkey was made all the same' });
        // One that does not prove what the policy wants is left in the journal: it is to be taken off the key again.
        for (const one of proofs) policy.demandProved(work.found, info, one);
        return made;
      },
    );
    return { enrolmentId: id, response };
  }

  /** The pool has taken the passkey: it gets a record, and is no orphan. */
  async confirm({ enrolmentId, nickname }: CheckedInput<'passkeys.confirm'>): Promise<PasskeyRecord> {
    const { journal, records } = this.#options;
    const { credentialId, publicKey, userId, userName, keyProduct, keySerial, aaguid, createdAt } =
      await journal.get(enrolmentId);
    if (credentialId === undefined)
      throw new FailureError({ code: 'ceremony/unknown', detail: 'the key made nothing' });
    const record = { credentialId, nickname, keyProduct, keySerial, aaguid, createdAt };
    await records.add({ ...record, publicKey, sub: subOf(userId), username: userName || undefined });
    await journal.close(enrolmentId);
    return record;
  }

  /**
   * Takes an orphan off the key that holds it, and closes its entry. What the window says that the pool has stays there, as
   * does what this station has enrolled.
   */
  async removeOrphan({ ceremonyId, keyId, orphanId, enrolled }: CheckedInput<'orphans.remove'>): Promise<void> {
    const { ceremonies, journal, records } = this.#options;
    const entry = await journal.get(orphanId);
    const isMeant = isOrphan(entry, [...enrolled, ...records.all().map(({ credentialId }) => credentialId)]);
    await ceremonies.run(ceremonyId, keyId, (work) => removeCredential(work, entry.rpId, isMeant));
    await journal.close(orphanId);
  }
}

/**
 * A passkey that opens with a touch alone is worth little on a desk where many people pass: whatever the pool merely
 * prefers, a key that can verify its person is asked to.
 */
function insistingOnVerification<T extends CheckedInput<'keys.create'>['options']>(
  options: T,
  { info }: Authenticator,
): T {
  const isAble = info.options.has('clientPin') || info.options.has('uv');
  if (!isAble) return options;
  return { ...options, authenticatorSelection: { ...options.authenticatorSelection, userVerification: 'required' } };
}
