import { isDeepStrictEqual } from 'node:util';

import { FailureError } from '../../failures/failure-error.js';
import type { Enrolments } from '../../helpdesk/desk.js';
import type { Helpdesk } from '../../helpdesk/helpdesk.js';
import type { PolicyState } from '../../passport/policy.js';
import type { HelpdeskState } from '../../shared/helpdesk.js';
import type { HelpdeskRules } from '../../shared/mode.js';
import type { CurrentStation } from '../station.js';
import { WantedKeys } from './wanted-keys.js';

/** How long the pool is waited for when somebody leaves: what is not ended by then ends there by itself. */
const LEAVE_MS = 10_000;

export interface StationHelpdeskOptions {
  /** The station's files. */
  readonly folder: string;
  readonly station: Pick<CurrentStation, 'get' | 'poolIsLocal' | 'practice'>;
  /** As it stands. */
  readonly policy: () => PolicyState;
  readonly enrolments: Enrolments;
  /** A profile of this computer's AWS configuration; the SDK's own chain of providers without it. */
  readonly profile: string | undefined;
  readonly tell: (state: HelpdeskState) => void;
  /** Told what failed besides. */
  readonly log: (error: unknown) => void;
}

/** What somebody works with from sign-in to sign-out: another person, pool or policy gets another. */
interface Sitting {
  readonly rules: HelpdeskRules;
  readonly opening: Promise<Helpdesk>;
  /** Once it is there. */
  helpdesk: Helpdesk | undefined;
}

/** The helpdesk of this station, as the app runs it: whoever sits before the window, and whatever is left when they go. */
export class StationHelpdesk {
  readonly #options: StationHelpdeskOptions;
  readonly wantedKeys = new WantedKeys(() => {
    this.tell();
  });
  readonly #searches = new Map<string, AbortController>();
  #sitting: Sitting | undefined;
  #told: HelpdeskState | undefined;

  constructor(options: StationHelpdeskOptions) {
    this.#options = options;
  }

  /** Plain data, and no secret. */
  state(): HelpdeskState {
    const { cases, ...state } = this.#sitting?.helpdesk?.state() ?? {
      operator: undefined,
      mayActOnBehalf: rulesOf(this.#options.policy()) !== undefined,
      cases: [],
    };
    return { ...state, cases: cases.map((one) => ({ ...one, wantsKey: this.wantedKeys.isWantedBy(one.id) })) };
  }

  /** Tells the window, where something is not as it was told last. */
  tell(): void {
    const now = this.state();
    if (isDeepStrictEqual(now, this.#told)) return;
    this.#told = now;
    this.#options.tell(now);
  }

  /**
   * The engine, by the policy and for the pool of the moment. Rejects with FailureError `helpdesk/no-rules`, `settings/invalid`
   * where no pool is connected, `audit/…`.
   */
  async engine(): Promise<Helpdesk> {
    this.#sitting ??= this.#sit();
    const sitting = this.#sitting;
    try {
      return await sitting.opening;
    } catch (error) {
      if (this.#sitting === sitting) this.#sitting = undefined; // the next one tries anew
      throw error;
    }
  }

  /** Signs an operator in; whoever was signed in before is signed out first. */
  async signIn(signIn: (helpdesk: Helpdesk) => Promise<void>): Promise<void> {
    if (this.#sitting?.helpdesk?.state().operator) await this.leave();
    const helpdesk = await this.engine();
    await signIn(helpdesk);
    if (this.#sitting?.helpdesk === helpdesk) return;
    // Everybody was to leave meanwhile, and this sign-in was not yet there to be ended.
    await helpdesk.signOut(timeLimit());
    throw new FailureError({ code: 'cancelled' });
  }

  /** Runs a search that `stopFinding` ends. */
  async finding<T>(searchId: string, search: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#searches.set(searchId, controller);
    try {
      return await search(controller.signal);
    } finally {
      if (this.#searches.get(searchId) === controller) this.#searches.delete(searchId);
    }
  }

  /** Nobody waits for it any more. One that is over is no mistake: the two have crossed. */
  stopFinding(searchId: string): void {
    this.#searches.get(searchId)?.abort();
  }

  /**
   * Nobody sits here any more: sessions for people are ended at the pool, cases are left for somebody else, and the operator is
   * signed out. Ceremonies are the caller's to cancel before. Rejects with what could not be done; nobody is signed in all the same.
   */
  async leave(): Promise<void> {
    for (const controller of this.#searches.values()) controller.abort();
    const sitting = this.#sitting;
    this.#sitting = undefined;
    this.tell();
    const helpdesk = await sitting?.opening.catch(() => undefined); // told to whoever wanted it
    await helpdesk?.signOut(timeLimit());
  }

  /** The policy is another one: whoever sits here leaves when it is locked, or says something else of helpdesks. */
  policyChanged(): void {
    const rules = rulesOf(this.#options.policy());
    if (this.#sitting && !isDeepStrictEqual(rules, this.#sitting.rules)) this.leave().catch(this.#options.log);
    else this.tell();
  }

  #sit(): Sitting {
    const rules = rulesOf(this.#options.policy());
    if (!rules) throw new FailureError({ code: 'helpdesk/no-rules' });
    const sitting: Sitting = {
      rules,
      opening: this.#open(rules, () => this.#sitting === sitting),
      helpdesk: undefined,
    };
    void sitting.opening.then((helpdesk) => (sitting.helpdesk = helpdesk)).catch(() => undefined); // told by `engine`
    return sitting;
  }

  async #open(rules: HelpdeskRules, isCurrent: () => boolean): Promise<Helpdesk> {
    const { station, folder, enrolments, profile, log } = this.#options;
    const { pool } = station.get();
    if (!pool) throw new FailureError({ code: 'settings/invalid', detail: 'no pool is connected' });
    const { endpoint, region, userPoolId, clientId } = pool;
    // A desk or kiosk never comes here: the clients of AWS are loaded when an operator signs in.
    const { openHelpdesk } = await import('../../helpdesk/open-helpdesk.js');
    return openHelpdesk({
      rules,
      pool: { region, userPoolId, clientId, ...(station.poolIsLocal && { endpoint }) },
      folder,
      enrolments,
      profile,
      credentials: station.practice?.credentials,
      onFault: log,
      onChange: () => {
        if (isCurrent()) this.tell();
      },
    });
  }
}

const timeLimit = () => ({ signal: AbortSignal.timeout(LEAVE_MS) });

/** Undefined while the policy is locked, or says nothing of a helpdesk. */
function rulesOf(policy: PolicyState): HelpdeskRules | undefined {
  return policy.state === 'active' ? policy.policy.helpdesk : undefined;
}
