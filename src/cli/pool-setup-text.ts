import type { Change } from '../cognito/admin/changes.js';
import type { Plan, PlannedCall } from '../cognito/admin/plan.js';
import type { Finding } from '../shared/pool-check.js';
import { printable } from './printable.js';

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok      ',
  warning: 'WARNING ',
  problem: 'PROBLEM ',
  unknown: 'unknown ',
};
const INDENT = ' '.repeat(9);

/** The checklist, for people: one line for what is in order, and what to do about the rest. */
export function findingsText(findings: readonly Finding[]): string {
  const counts = (['problem', 'warning', 'unknown', 'ok'] as const).map(
    (state) => `${findings.filter((finding) => finding.state === state).length} ${state}`,
  );
  const hint = findings.some(({ automatic }) => automatic)
    ? '\nWhat is marked with * can be set right from here: `keydesk pool plan` shows how.'
    : '';
  return `${findings.map(findingText).join('\n')}\n${counts.join(', ')}${hint}`;
}

function findingText({ title, state, found, why, fix, console, automatic }: Finding): string {
  const line = `${MARKS[state]} ${title}: ${printable(found)}`;
  if (state === 'ok') return line;
  return [
    line,
    `${INDENT}${why}`,
    ...(fix === undefined ? [] : [`${INDENT}To do${automatic ? '*' : ''}: ${printable(fix)}`]),
    `${INDENT}In the console: ${console}`,
  ].join('\n');
}

/** What a plan would do, member by member. */
export function planText({ id, calls, needs, mayLose, unread }: Plan): string {
  if (calls.length === 0) return 'Nothing to change.';
  return [
    `Plan ${id}`,
    ...calls.flatMap((call, index) => [`${index + 1}. ${callText(call)}`, changesText(call.changes)]),
    ...(mayLose.length === 0
      ? []
      : [
          'Nobody is asked for a second factor, and while that is so the service cannot be told of any. It may forget these:',
          changesText(mayLose),
        ]),
    ...needs.map((need) => `It needs --${need}: ${NEEDS[need]}`),
    ...(unread.length === 0
      ? []
      : [`It cannot be applied: this version does not know ${printable(unread.join(', '))}, and would set that back.`]),
  ].join('\n');
}

const NEEDS: Readonly<Record<Plan['needs'][number], string>> = {
  'orphan-passkeys': 'EVERY PASSKEY THAT PEOPLE HAVE IN THIS POOL STOPS WORKING, and must be made anew.',
  'accept-costs': 'AWS charges for the new feature plan by the number of active users.',
};

/** A call by its name, with the app client that it is for. */
export function callText({ operation, to }: PlannedCall): string {
  return 'ClientId' in to ? `${operation} ${printable(to.ClientName ?? '')} (${to.ClientId ?? ''})` : operation;
}

export function changesText(changes: readonly Change[]): string {
  return changes.map(({ path, from, to }) => `   ${path}: ${valueText(from)} → ${valueText(to)}`).join('\n');
}

const valueText = (value: unknown): string => (value === undefined ? 'not set' : printable(JSON.stringify(value)));

export function callJson({ operation, to, changes }: PlannedCall) {
  return { operation, ...('ClientId' in to && { clientId: to.ClientId }), changes: changesJson(changes) };
}

/** JSON has no undefined: what is not there is null. */
export function changesJson(changes: readonly Change[]) {
  return changes.map(({ path, from = null, to = null }) => ({ path, from, to }));
}
