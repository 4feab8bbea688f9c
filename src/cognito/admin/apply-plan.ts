import {
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from '../call.js';
import { badAnswer, CognitoError } from '../errors.js';
import type { Administration } from './administration.js';
import { type Change, changesBetween } from './changes.js';
import type { Consent, Plan, PlannedCall } from './plan.js';
import type { Look, Snapshot } from './pool-state.js';
import { describeClient, describePool, getMfaConfig, readPool, type ReadOptions } from './read-pool.js';
import { isForetold } from './second-factors.js';
import { settled, settledSnapshot } from './settled.js';
import { SetupError } from './setup-error.js';
import { clientInput, mfaInput, poolInput } from './update-inputs.js';

export interface ApplyOptions extends ReadOptions {
  readonly consents: readonly Consent[];
  /** Told before each call is sent. */
  readonly onCall?: ((call: PlannedCall) => void) | undefined;
}

/** What came of a plan. */
export interface Applied {
  readonly done: readonly PlannedCall[];
  /** Why it stopped before its end; what was done by then stays done. */
  readonly failure: CognitoError | SetupError | undefined;
  /** The pool as it is now; undefined where it could not be read again. */
  readonly now: Snapshot | undefined;
  /** Where the pool is not as the calls that were done ought to have left it: from what was expected, to what is. */
  readonly differences: readonly Change[];
  /** What is gone of that which the plan said may be lost. */
  readonly lost: readonly Change[];
}

/**
 * Sends the calls of a plan, each after its part was read again and found as planned, then reads everything again and
 * compares: what was planned must be so, and nothing else may have changed; what the plan said may be lost may be gone. The
 * service knows no conditional update: what somebody else writes in the moment between reading and writing is lost, and
 * not seen.
 * @throws SetupError `consent-needed`, `unread-members`: nothing was written
 */
export async function applyPlan(administration: Administration, plan: Plan, options: ApplyOptions): Promise<Applied> {
  const { consents, onCall, signal } = options;
  const missing = plan.needs.filter((need) => !consents.includes(need));
  if (missing.length > 0) throw new SetupError('consent-needed', missing.join(', '));
  if (plan.unread.length > 0) throw new SetupError('unread-members', plan.unread.join(', '));
  const done: PlannedCall[] = [];
  let isSent = false;
  let failure: Applied['failure'];
  try {
    for (const call of plan.calls) {
      await demandUnchanged(administration, call, isSent ? plan.mayLose : [], { signal });
      onCall?.(call);
      isSent = true;
      await send(administration, call, { signal });
      done.push(call);
    }
  } catch (error) {
    if (!(error instanceof CognitoError || error instanceof SetupError)) throw error;
    failure = error;
  }
  // A call whose answer was lost may have been carried out all the same.
  const now = isSent ? await readAgain(administration, options) : plan.before;
  const expected = settledSnapshot(stateAfter(plan, done));
  const changes = now ? changesBetween(expected, settledSnapshot(now)) : [];
  const mayLose = isSent ? plan.mayLose.map((loss) => ({ ...loss, path: `mfa.${loss.path}` })) : [];
  const lost = changes.filter((change) => isForetold(change, mayLose));
  const differences = changes.filter((change) => !lost.includes(change));
  return { done, failure, now, differences, lost };
}

/** The pool as it is once these calls of the plan were done. */
function stateAfter({ before }: Plan, done: readonly PlannedCall[]): Snapshot {
  let state = before;
  for (const call of done) {
    switch (call.operation) {
      case 'UpdateUserPool':
        state = { ...state, pool: { isSeen: true, value: call.to, unread: [] } };
        break;
      case 'SetUserPoolMfaConfig':
        state = { ...state, mfa: { isSeen: true, value: call.to, unread: [] } };
        break;
      case 'UpdateUserPoolClient':
        state = { ...state, client: { isSeen: true, value: call.to, unread: [] } };
        break;
    }
  }
  return state;
}

/** After something was written, a read that fails leaves it unproved; it does not undo it. */
async function readAgain(administration: Administration, options: ReadOptions): Promise<Snapshot | undefined> {
  try {
    return await readPool(administration, options);
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    return undefined;
  }
}

async function demandUnchanged(
  administration: Administration,
  { operation, from }: PlannedCall,
  mayBeLost: readonly Change[],
  options: CallOptions,
): Promise<void> {
  const now = await describe(administration, operation, from, options);
  if (!now.isSeen) throw new SetupError('not-seen', now.detail);
  if (now.unread.length > 0) throw new SetupError('unread-members', now.unread.join(', '));
  const changes = changesBetween(settled(from), settled(now.value)).filter((change) => !isForetold(change, mayBeLost));
  if (changes.length > 0) throw new SetupError('changed', changes.map(({ path }) => path).join(', '));
}

function describe(
  administration: Administration,
  operation: PlannedCall['operation'],
  from: PlannedCall['from'],
  options: CallOptions,
): Promise<Look<object>> {
  switch (operation) {
    case 'UpdateUserPool':
      return describePool(administration, options);
    case 'SetUserPoolMfaConfig':
      return getMfaConfig(administration, options);
    case 'UpdateUserPoolClient': {
      if (!('ClientId' in from) || from.ClientId === undefined) throw badAnswer('ClientId');
      return describeClient(administration, from.ClientId, options);
    }
  }
}

async function send(administration: Administration, call: PlannedCall, options: CallOptions): Promise<void> {
  const { userPoolId } = administration;
  switch (call.operation) {
    case 'UpdateUserPool':
      await administration.write(new UpdateUserPoolCommand(poolInput(call.to, userPoolId)), options);
      break;
    case 'SetUserPoolMfaConfig':
      await administration.write(new SetUserPoolMfaConfigCommand(mfaInput(call.to, userPoolId)), options);
      break;
    case 'UpdateUserPoolClient':
      await administration.write(new UpdateUserPoolClientCommand(clientInput(call.to, userPoolId)), options);
      break;
  }
}
