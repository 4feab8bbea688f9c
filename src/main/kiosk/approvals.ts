import type { Approval } from '../../approval/approval.js';
import { approve } from '../../approval/approve.js';
import { type ApprovalRequest, LIFETIME_MS, newRequest } from '../../approval/request.js';
import { checkUnproved, verifyApproval } from '../../approval/verify-approval.js';
import type { AuditEvent } from '../../audit/entry.js';
import { get } from '../../ctap/client/get.js';
import { toFailure } from '../../failures/ctap-failure.js';
import { FailureError } from '../../failures/failure-error.js';
import type { CheckedInput, Output } from '../../shared/ipc.js';
import type { KioskWish } from '../../shared/kiosk-requests.js';
import type { ApprovalFiles } from '../../station/approval-files.js';
import type { PasskeyRecords } from '../../station/passkey-records.js';
import type { UsedApprovals } from '../../station/used-approvals.js';
import type { Ceremonies } from '../keys/ceremonies.js';
import type { TapIns } from '../keys/tap-ins.js';
import type { RelyingParty } from '../relying-party.js';
import type { KioskPerson, KioskSession, KioskSigner } from './session.js';
import { wordsOf } from './wish-words.js';

export interface KioskApprovalsOptions {
  readonly session: Pick<KioskSession, 'signer' | 'active'>;
  readonly ceremonies: Ceremonies;
  readonly tapIns: TapIns;
  /** Of the pool that is connected; throws FailureError where there is none. */
  readonly pool: () => { readonly userPoolId: string; readonly relyingParty: RelyingParty };
  /** The name of this computer. */
  readonly station: string;
  readonly records: Pick<PasskeyRecords, 'kept'>;
  readonly used: UsedApprovals;
  readonly files: ApprovalFiles;
  /** Resolves when it is written. */
  readonly audit: (event: AuditEvent) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (error: unknown) => void;
}

/** What somebody was asked, and has not answered yet. */
interface Asked {
  readonly of: KioskPerson;
  readonly wish: KioskWish;
  readonly request: ApprovalRequest;
}

/** What somebody has approved, and was not done yet. */
interface Granted {
  readonly to: KioskPerson;
  readonly wish: KioskWish;
  readonly until: number;
}

/**
 * Something critical at a kiosk takes its person's signature: main writes what is asked, has the key by which they are signed in sign
 * it, keeps the approval for whoever checks on it, and lets the window do that one thing once.
 */
export class KioskApprovals {
  readonly #options: KioskApprovalsOptions;
  #asked: Asked | undefined;
  #granted: Granted | undefined;

  constructor(options: KioskApprovalsOptions) {
    this.#options = options;
  }

  /**
   * Writes what the person will be asked to sign. What they were asked before is off.
   * @throws FailureError `kiosk/over`; `approval/unshowable` where their name cannot be shown as it is
   */
  ask(wish: KioskWish): Output<'kiosk.ask'> {
    const { pool, station, records, now } = this.#options;
    const { person, credentialIds } = this.#signer();
    const nicknameOf = (credentialId: string) =>
      records.kept().find((known) => known.credentialId === credentialId && known.sub === person.sub)?.nickname;
    const words = wordsOf(wish, { username: person.username, credentialIds, nicknameOf });
    const request = newRequest({ ...words, station, pool: pool().userPoolId, approver: person }, { now: now() });
    this.#asked = { of: person, wish, request };
    return { requestId: request.id, text: request.text };
  }

  /**
   * Has the person sign what they were asked, once. Resolves when the approval is kept and written down; then, and for five minutes,
   * it may be done. Rejects with FailureError `kiosk/not-approved` for anything else than what was asked last, `approval/…`, and
   * whatever keys reject with; that is written down as well.
   */
  async approve({ ceremonyId, requestId }: CheckedInput<'kiosk.approve'>): Promise<Output<'kiosk.approve'>> {
    const { session, now } = this.#options;
    const signer = this.#signer();
    const asked = this.#asked;
    if (asked?.request.id !== requestId || asked.of !== signer.person)
      throw new FailureError({ code: 'kiosk/not-approved', detail: 'that was not asked, or something else was since' });
    this.#asked = undefined;
    session.active();
    await this.#note('begun', signer.person, `${asked.request.text} Request ${requestId}.`);
    const kept = await this.#sign(ceremonyId, asked.request, signer).catch(async (error: unknown) => {
      await this.#noteFailure(signer.person, requestId, error);
      throw error;
    });
    const whether = kept.verified ? 'verified' : 'not verified, as this station does not know the public key';
    await this.#note('done', signer.person, `Request ${requestId} is signed, ${whether}: ${kept.path}`);
    // Whoever has gone meanwhile has approved it, and it is not done.
    if (this.#signer().person !== signer.person) throw new FailureError({ code: 'kiosk/over' });
    this.#granted = { to: signer.person, wish: asked.wish, until: now() + LIFETIME_MS };
    session.active();
    return { verified: kept.verified };
  }

  /**
   * Does what was approved, with the approval, which serves for that only: given back where it has failed.
   * Rejects with FailureError `kiosk/not-approved`, with nothing done.
   */
  async use<T>(wish: KioskWish, work: () => Promise<T> | T): Promise<T> {
    const granted = this.#granted;
    if (granted?.to !== this.#signer().person || !isSame(granted.wish, wish) || this.#options.now() >= granted.until)
      throw new FailureError({ code: 'kiosk/not-approved', detail: wish.action });
    this.#granted = undefined;
    try {
      return await work();
    } catch (error) {
      this.#granted ??= granted;
      throw error;
    }
  }

  async #sign(
    ceremonyId: CheckedInput<'kiosk.approve'>['ceremonyId'],
    request: ApprovalRequest,
    { keyId, credentialIds }: KioskSigner,
  ): Promise<{ readonly verified: boolean; readonly path: string }> {
    const { ceremonies, tapIns, pool, now, used, files } = this.#options;
    const { id: rpId, origin } = pool().relyingParty;
    const approval = await ceremonies.run(ceremonyId, keyId, (work) =>
      tapIns.assertingTwice(work, keyId, rpId, (context) =>
        approve(request, { rpId, credentialIds, now, get: (options) => get(options, origin, context) }),
      ),
    );
    const verified = this.#verify(approval, { rpId, origin });
    await used.use(request);
    return { verified, path: await files.keep(approval) };
  }

  /** By the public key from the records of this station, where it is there. */
  #verify(approval: Approval, { rpId, origin }: { rpId: string; origin: string }): boolean {
    const { records, now } = this.#options;
    const { credentialId } = approval;
    const { publicKey, sub } = records.kept().find((known) => known.credentialId === credentialId) ?? {};
    const expected = { credentialId, sub, rpId, origin, now: now() };
    if (publicKey === undefined) checkUnproved(approval, expected);
    else verifyApproval(approval, { ...expected, publicKey });
    return publicKey !== undefined;
  }

  #signer(): KioskSigner {
    const { signer } = this.#options.session;
    if (!signer) throw new FailureError({ code: 'kiosk/over' });
    return signer;
  }

  async #noteFailure(person: KioskPerson, requestId: string, error: unknown): Promise<void> {
    const { code, detail = '' } = toFailure(error);
    const isRefused = code === 'cancelled' || code === 'key/denied' || code.startsWith('approval/');
    const said = `Request ${requestId}: ${code} ${detail}`.trim();
    // What has gone wrong is told first; that it cannot be written, to the log.
    await this.#note(isRefused ? 'refused' : 'failed', person, said).catch(this.#options.log);
  }

  async #note(result: AuditEvent['result'], person: KioskPerson, detail: string): Promise<void> {
    await this.#options.audit({ action: 'kiosk.approval', result, person, approver: person, detail });
  }
}

function isSame(one: KioskWish, other: KioskWish): boolean {
  return one.action === other.action && passkeyIn(one) === passkeyIn(other);
}

function passkeyIn(wish: KioskWish): string | undefined {
  return wish.action === 'passkey.delete' ? wish.credentialId : undefined;
}
