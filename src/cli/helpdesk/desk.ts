import { isDeepStrictEqual } from 'node:util';

import { get } from '../../ctap/client/get.js';
import type { Enrolments } from '../../helpdesk/desk.js';
import type { Helpdesk } from '../../helpdesk/helpdesk.js';
import { openHelpdesk } from '../../helpdesk/open-helpdesk.js';
import type { OperatorKey } from '../../helpdesk/operator.js';
import { isLoopback } from '../../shared/loopback.js';
import type { HelpdeskRules } from '../../shared/mode.js';
import { ceremonySignal } from '../ceremony-signal.js';
import type { Context } from '../context.js';
import { type PinOptions, withKey } from '../key-session.js';
import { remember } from '../passkey-records.js';
import { poolSettings, type PoolSettings } from '../pool-settings.js';
import { printable } from '../printable.js';
import { problemOf, toProblem, usage } from '../problem.js';
import { originFor } from '../relying-party.js';
import type { PoolOptions } from '../sign-in-options.js';

/** Options of every command of the helpdesk. */
export interface DeskOptions extends PoolOptions {
  readonly operator?: string;
  readonly operatorKey?: string;
  readonly spendLastTries?: boolean;
  readonly profile?: string;
}

/** The helpdesk of this station, with its operator signed in. */
export interface OpenDesk {
  readonly helpdesk: Helpdesk;
  readonly pool: PoolSettings;
  /** The operator's own key, asked for a touch at every change. */
  readonly key: OperatorKey;
  /** Somebody else's, who approves. */
  readonly keyOf: (options: PinOptions) => OperatorKey;
}

/**
 * Opens the helpdesk that the station's policy describes, signs its operator in, and lets `use` work. Afterwards sessions for
 * people are ended, cases are left, and the operator is signed out.
 * @throws Problem `helpdesk/no-rules` where the policy has none
 */
export async function withHelpdesk(
  options: DeskOptions,
  context: Context,
  use: (desk: OpenDesk) => Promise<void>,
): Promise<void> {
  const rules = await rulesOf(context);
  const pool = await poolSettings(options, context);
  const helpdesk = await helpdeskOf(rules, pool, options, context);
  const { terminal, signal } = context;
  const username = options.operator ?? (await terminal.line('Operator: '));
  const keyOf = (choice: PinOptions): OperatorKey => askedOf(pool, choice, context);
  const key = keyOf({ ...options, ...(options.operatorKey !== undefined && { key: options.operatorKey }) });
  terminal.say(`Signing in as ${printable(username)}.`);
  await helpdesk.signIn(username, key, { signal });
  try {
    await use({ helpdesk, pool, key, keyOf });
  } finally {
    await helpdesk.signOut(); // also when somebody has cancelled: nobody's session stays open
  }
}

/**
 * Asks a key for an assertion, with its PIN and a touch. No change is made without one, so here is where a policy is missed that
 * was changed, damaged or taken away since the command began.
 */
function askedOf(pool: Pick<PoolSettings, 'rpId'>, options: PinOptions, context: Context): OperatorKey {
  return async (asked) => {
    await demandSamePolicy(context);
    const origin = originFor(pool.rpId, asked.rpId);
    const answer = await withKey(options, context, (session) =>
      get(asked, origin, { ...session, signal: ceremonySignal(context.signal, asked.timeout) }),
    );
    await demandSamePolicy(context); // finding the key, its PIN and the touch take as long as people take
    return answer;
  };
}

async function rulesOf({ station }: Context): Promise<HelpdeskRules> {
  const state = await station().policy();
  if (state.state !== 'active' || !state.policy.helpdesk) throw problemOf({ code: 'helpdesk/no-rules' });
  const { mode = 'helpdesk', helpdesk } = state.policy;
  if (mode === 'helpdesk') return helpdesk;
  throw problemOf({ code: 'helpdesk/no-rules', detail: `the policy is for ${mode}` });
}

async function demandSamePolicy({ station }: Context): Promise<void> {
  const [before, now] = [await station().policy(), await station().policyNow()];
  if (isDeepStrictEqual(before, now)) return;
  const detail = now.state === 'locked' ? now.error.reason : undefined;
  throw problemOf({ code: 'policy/changed', ...(detail !== undefined && { detail }) });
}

function helpdeskOf(
  rules: HelpdeskRules,
  pool: PoolSettings,
  { profile }: DeskOptions,
  context: Context,
): Promise<Helpdesk> {
  const { endpoint } = pool;
  // Signed requests go to AWS, or to this machine: anything between could only be somebody who collects them.
  if (endpoint !== undefined && !isLoopback(endpoint))
    throw usage(`${printable(endpoint)} is not on this machine.`, 'Leave --endpoint out for a pool at AWS.');
  return openHelpdesk({
    rules,
    pool,
    folder: context.station().folder(),
    enrolments: enrolmentsOf(context),
    profile,
    onFault: (error) => {
      context.terminal.say(`keydesk: ${toProblem(error).message}`);
    },
  });
}

/** The same journal and records that `keydesk passkeys` and the app keep. */
function enrolmentsOf(context: Context): Enrolments {
  const { station } = context;
  return {
    confirm: async (id, nickname) => {
      await remember(await station().journal().get(id), context, nickname);
      await station().journal().close(id);
    },
    abandon: (id) => station().journal().abandon(id),
    orphans: () => station().journal().orphans(),
    records: async () => (await station().findRecords())?.kept() ?? [],
  };
}
