import { administer, type Administration } from '../cognito/admin/administration.js';
import { type Applied, applyPlan } from '../cognito/admin/apply-plan.js';
import { checkPool } from '../cognito/admin/check-pool.js';
import { type Consent, type Plan, planFor } from '../cognito/admin/plan.js';
import type { Snapshot } from '../cognito/admin/pool-state.js';
import { readPool } from '../cognito/admin/read-pool.js';
import { SetupError } from '../cognito/admin/setup-error.js';
import type { CognitoError } from '../cognito/errors.js';
import type { DesiredPool } from '../shared/desired-pool.js';
import { administeredPool, type AdministeredPool, type SetupOptions } from './administered-pool.js';
import type { Context } from './context.js';
import { callJson, callText, changesJson, changesText, findingsText, planText } from './pool-setup-text.js';
import { Problem, toProblem, usage } from './problem.js';

export interface ApplyOptions extends SetupOptions {
  readonly plan?: string;
  readonly yes?: boolean;
  readonly orphanPasskeys?: boolean;
  readonly acceptCosts?: boolean;
}

/** A question was answered with no: there is a problem, or something to change, or nobody said yes. */
const EXIT_NO = 3;
/** Written, and not as expected. */
const EXIT_DIFFERENT = 4;

/** Prints the checklist. */
export async function check(options: SetupOptions, context: Context): Promise<void> {
  const { snapshot, desired, pool } = await look(options, context);
  const findings = checkPool(snapshot, desired);
  const isBad = findings.some(({ state }) => state === 'problem') || Object.values(snapshot).some(isForbidden);
  if (isBad) context.outcome.exitCode = EXIT_NO;
  context.terminal.result({ pool: nameOf(pool), findings }, findingsText(findings));
}

/** Prints what would be changed. */
export async function plan(options: SetupOptions, context: Context): Promise<void> {
  const { snapshot, desired, pool } = await look(options, context);
  const made = await planFor(snapshot, desired);
  if (made.calls.length > 0) context.outcome.exitCode = EXIT_NO;
  context.terminal.result({ pool: nameOf(pool), plan: planJson(made) }, planText(made));
}

/** Changes the pool, and prints what came of it. */
export async function apply(options: ApplyOptions, context: Context): Promise<void> {
  const { terminal, signal, outcome } = context;
  const { snapshot, desired, pool, administration } = await look(options, context);
  const made = await planFor(snapshot, desired);
  const shown = { pool: nameOf(pool), plan: planJson(made) };
  if (options.plan !== undefined && options.plan !== made.id) throw setupProblem(new SetupError('changed'));
  if (made.calls.length === 0) {
    terminal.result({ ...shown, applied: null }, planText(made));
    return;
  }
  if (options.yes !== true) {
    if (!terminal.isInteractive) {
      outcome.exitCode = EXIT_NO;
      terminal.result({ ...shown, applied: null }, `${planText(made)}\nNothing was written: say yes with --yes.`);
      return;
    }
    terminal.say(planText(made));
    if (!(await terminal.confirm('This changes the user pool for everybody.', '--yes')))
      throw new Problem('cancelled', 'Cancelled.', '');
  }
  const applied = await carryOut(administration, made, {
    clientId: pool.clientId,
    signal,
    consents: consentsOf(options),
    onCall: (call) => {
      terminal.say(`${call.operation} …`);
    },
  });
  report(applied, made, shown, context);
}

function report(applied: Applied, made: Plan, shown: object, { terminal, outcome }: Context): void {
  const { done, failure, now, differences, lost } = applied;
  const json = {
    ...shown,
    applied: {
      done: done.map(({ operation }) => operation),
      isRead: now !== undefined,
      differences: changesJson(differences),
      lost: changesJson(lost),
    },
  };
  const told = done.length === 0 ? 'Nothing was written for certain.' : `Written: ${done.map(callText).join(', ')}.`;
  const lines = [told];
  if (lost.length > 0) lines.push('The service forgot, as the plan said it may:', changesText(lost));
  if (!now) lines.push('THE POOL COULD NOT BE READ AGAIN: look at it with `keydesk pool check`.');
  else if (differences.length > 0)
    lines.push('THE POOL IS NOT AS EXPECTED. Somebody else changed it, or the service did:', changesText(differences));
  if (failure) {
    lines.forEach((line) => {
      terminal.say(line);
    });
    const rest = made.calls.slice(done.length).map(callText).join(', ');
    const problem = failure instanceof SetupError ? setupProblem(failure) : toProblem(failure);
    throw new Problem(problem.code, `${problem.message} Not done: ${rest}.`, problem.next, {
      detail: detailOf(failure, json.applied),
    });
  }
  if (!now || differences.length > 0) outcome.exitCode = EXIT_DIFFERENT;
  else lines.push('The pool was read again: it is as planned, and nothing else changed.');
  terminal.result(json, lines.join('\n'));
}

/** For scripts: what the service said, and what was done before. */
const detailOf = (failure: CognitoError | SetupError, applied: object): string =>
  `${failure.message}${failure.detail === undefined ? '' : `: ${failure.detail}`}; ${JSON.stringify(applied)}`;

async function carryOut(...[administration, made, options]: Parameters<typeof applyPlan>): Promise<Applied> {
  try {
    return await applyPlan(administration, made, options);
  } catch (error) {
    throw error instanceof SetupError ? setupProblem(error) : error;
  }
}

interface Looked {
  readonly pool: AdministeredPool;
  readonly desired: DesiredPool;
  readonly administration: Administration;
  readonly snapshot: Snapshot;
}

async function look(options: SetupOptions, context: Context): Promise<Looked> {
  const { pool, desired } = await administeredPool(options, context);
  const administration = administer(pool);
  const snapshot = await readPool(administration, { clientId: pool.clientId, signal: context.signal });
  return { pool, desired, administration, snapshot };
}

const isForbidden = (part: Snapshot[keyof Snapshot]): boolean => !part.isSeen && part.why !== 'no-client-named';

const nameOf = ({ region, userPoolId, clientId }: AdministeredPool) => ({ region, userPoolId, clientId });

function planJson({ id, calls, needs, mayLose, unread }: Plan) {
  return { id, calls: calls.map(callJson), needs, mayLose: changesJson(mayLose), unread };
}

function consentsOf({ orphanPasskeys, acceptCosts }: ApplyOptions): Consent[] {
  return [
    ...(orphanPasskeys ? (['orphan-passkeys'] as const) : []),
    ...(acceptCosts ? (['accept-costs'] as const) : []),
  ];
}

function setupProblem({ code, detail, message }: SetupError): Problem {
  switch (code) {
    case 'changed':
      return new Problem(
        'pool-setup/changed',
        'The pool, or what is wanted of it, is not what the plan was made from.',
        'Look at the new plan with `keydesk pool plan`.',
        { detail: message },
      );
    case 'consent-needed':
      return usage(
        'The plan does something that needs a yes of its own. Nothing was written.',
        `Say it with ${(detail ?? '')
          .split(', ')
          .map((consent) => `--${consent}`)
          .join(' ')}.`,
      );
    case 'unread-members':
      return new Problem(
        'pool-setup/unknown-settings',
        'The pool has settings that this version of Keydesk does not know: writing would set them back.',
        'Use a newer version of Keydesk, or change the pool in the AWS console.',
        { detail },
      );
    case 'not-seen':
      return new Problem(
        'pool-setup/not-seen',
        'The part of the pool that is to be changed cannot be read any more.',
        'Ask for the permission that the details name.',
        { detail },
      );
  }
}
