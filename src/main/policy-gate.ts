import type { MadeCredential } from '../ctap/client/ceremony-context.js';
import type { DeviceInfo } from '../ctap/get-info.js';
import { refusalsOfMade } from '../passport/attested.js';
import type { Metadata } from '../passport/metadata.js';
import { passportOf } from '../passport/passport.js';
import { enterpriseRpIdsOf, type PolicyState, statusOf } from '../passport/policy.js';
import { verdictOn } from '../passport/verdict.js';
import type { Handlers, Request } from '../shared/ipc.js';
import type { KeyPassport, PolicyStatus, Refusal, Verdict } from '../shared/passport.js';
import { FailureError } from '../failures/failure-error.js';
import { eachBehind } from './handler-tables.js';
import type { PluggedKey } from './keys/plugged-key.js';

/** What the gate goes by; it may be replaced while the app runs. */
interface Grounds {
  readonly policy: PolicyState;
  readonly metadata?: Metadata | undefined;
}

export interface PolicyGateOptions extends Grounds {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What the station demands of keys, and the one place that says no. */
export class PolicyGate {
  #grounds: Grounds;
  readonly #now: () => number;

  constructor({ now, ...grounds }: PolicyGateOptions) {
    this.#grounds = grounds;
    this.#now = now;
  }

  /** The policy in force. */
  get state(): PolicyState {
    return this.#grounds.policy;
  }

  get status(): PolicyStatus {
    return statusOf(this.#grounds.policy);
  }

  /** From now on these count: what was allowed before and is under way is judged by them too. */
  replace(grounds: Grounds): void {
    this.#grounds = grounds;
  }

  /** What a key is by its own word, and what the policy says to it. The practice key is nobody's: every policy lets it be practised with. */
  examine(found: PluggedKey, info: DeviceInfo): { passport: KeyPassport; verdict: Verdict } {
    const { metadata } = this.#grounds;
    const passport = passportOf(info, found, { metadata, now: this.#now() });
    return { passport, verdict: verdictOn(passport, info, this.#policyFor(found)) };
  }

  /** Throws FailureError with the first reason, and all of them in its detail, for a key that the policy does not allow. */
  demandAllowed(found: PluggedKey, info: DeviceInfo): void {
    const { refusals } = this.examine(found, info).verdict;
    if (refusals.length > 0) throw refused(refusals);
  }

  /** The same for a passkey that the key has just made, by what its attestation proves. It exists all the same. */
  demandProved(found: PluggedKey, info: DeviceInfo, made: MadeCredential): void {
    const { metadata } = this.#grounds;
    const { passport } = this.examine(found, info);
    const refusals = refusalsOfMade(made, passport, this.#policyFor(found), { metadata, now: this.#now() });
    if (refusals.length > 0) throw refused(refusals);
  }

  /** Relying parties that may learn which very key it is. */
  enterpriseRpIds(found: PluggedKey): readonly string[] {
    return enterpriseRpIdsOf(this.#policyFor(found));
  }

  #policyFor({ connection }: PluggedKey): PolicyState {
    return connection === 'practice' ? { state: 'none' } : this.#grounds.policy;
  }
}

function refused(refusals: readonly Refusal[]): FailureError {
  const detail = refusals.map(({ reason, detail }) => (detail === undefined ? reason : `${reason}: ${detail}`));
  return new FailureError({ code: refusals[0]?.reason ?? 'internal', detail: detail.join('; ') });
}

/** Requests that show something, or end something, and change neither key nor station. Whatever is new is not among them. */
const VIEWING: ReadonlySet<Request> = new Set<Request>([
  'station.get',
  'pool.check',
  'keys.list',
  'keys.select',
  'keys.wink',
  'keys.locate',
  'ceremony.answer',
  'ceremony.cancel',
  'onKey.list',
  'onKey.forget',
  'fingerprints.list',
  'visit.leave',
  'passkeys.records',
  'passkeys.abandon',
  'orphans.list',
  'diagnostics.save',
  'kiosk.get',
  'kiosk.active',
  'kiosk.end',
  'helpdesk.state',
  'helpdesk.signOut',
  'helpdesk.stopFinding',
  'helpdesk.leave',
  'helpdesk.closeSession',
]);

/** The handlers of a station that, while its policy cannot be read, shows everything and changes nothing. */
export function lockedToViewing(handlers: Handlers, statusNow: () => PolicyStatus): Handlers {
  return eachBehind(handlers, (name, handler) => {
    if (VIEWING.has(name)) return handler;
    return (input) => {
      demandUnlocked(statusNow());
      return handler(input);
    };
  });
}

function demandUnlocked(status: PolicyStatus): void {
  if (status.state !== 'locked') return;
  const { line, reason } = status;
  throw new FailureError({ code: 'policy/locked', detail: line === undefined ? reason : `line ${line}: ${reason}` });
}
